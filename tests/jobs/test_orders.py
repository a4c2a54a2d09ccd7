"""Jobs for those who order them."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.errors import InvalidInput, NotFound
from app.jobs.worker import Worker
from app.schemas.job import JobQuery, JobRead
from app.schemas.page import Page, make_cursor
from app.services import jobs
from app.services.jobs import JobView, NewJob, cancel_or_delete, list_jobs, submit
from app.settings import Settings
from app.store.job_files import NewInput, read_content
from app.store.job_tables import JobStatus
from tests.jobs.conftest import CONTENT, Office
from tests.jobs.kinds import KIND, make_kinds

ORDERERS = 6
ENGLISH, CHINESE = JobView("/v1/batches", "en"), JobView("/v1/batches", "zh")


@pytest.fixture
def worker(office: Office, settings: Settings) -> Worker:
    return Worker(office.store, make_kinds(office.store, settings), settings)


def page_of(session: Session, *, kind: str = KIND, **query: Any) -> Page[JobRead]:
    return list_jobs(session, kind, JobQuery(**query), view=ENGLISH, link=str)


def test_ids_cannot_be_guessed_and_are_in_the_order_of_arrival(office: Office) -> None:
    orders = [office.order() for _ in range(20)]
    assert len({job_id[12:] for job_id in orders}) == 20
    assert [job_id[:12] for job_id in orders] == sorted(job_id[:12] for job_id in orders)


def test_same_order_with_the_same_key_is_the_same_job(office: Office) -> None:
    first = office.order(key="k", chunks=2)
    assert office.order(key="k", chunks=2) == first
    assert office.order(key="other", chunks=2) != first
    assert office.order(chunks=2) not in {first, office.order(chunks=2)}


def test_order_with_a_key_keeps_its_file_also_when_it_comes_twice(office: Office) -> None:
    job_id = office.order(key="k")
    assert office.order(key="k") == job_id
    with office.store.reading() as session:
        [file] = jobs.files(session, jobs.get(session, KIND, job_id))
        assert (file.name, b"".join(read_content(session, file))) == ("projects.CSV", CONTENT)


@pytest.mark.parametrize("change", [{"chunks": 3}, {"content": b"other"}])
def test_other_order_with_the_same_key_is_refused(office: Office, change: dict[str, int]) -> None:
    office.order(key="k", chunks=2)
    with pytest.raises(InvalidInput) as refused:
        office.order(**{"key": "k", "chunks": 2, **change})
    assert refused.value.faults[0].code == "idempotency_key_reused"


def test_one_key_gives_one_job_when_many_order_at_once(office: Office) -> None:
    ready = threading.Barrier(ORDERERS)

    def order(number: int) -> str:
        ready.wait(timeout=30)
        try:
            return office.order(key="k", chunks=number % 2)
        except InvalidInput as refused:
            return refused.faults[0].code

    with ThreadPoolExecutor(ORDERERS) as pool:
        answers = list(pool.map(order, range(ORDERERS)))
    assert answers.count("idempotency_key_reused") == ORDERERS // 2
    assert len(set(answers)) == 2
    with office.store.reading() as session:
        assert len(page_of(session).items) == 1


def test_pages_hold_each_job_once_newest_first_when_others_come_and_go(office: Office) -> None:
    orders = [office.order() for _ in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        with office.store.reading() as session:
            page = page_of(session, limit=3, cursor=cursor)
        assert [job.files[0].name for job in page.items] == ["projects.CSV"] * len(page.items)
        seen += [job.id for job in page.items]
        if page.next is None:
            break
        cursor = make_cursor(page.next)
        office.order()
    assert sorted(seen, reverse=True) == seen
    assert set(seen) == set(orders)


def test_jobs_of_another_kind_are_not_found(office: Office) -> None:
    job_id = office.order()
    with office.store.reading() as session:
        assert page_of(session, kind="other").items == []
        with pytest.raises(NotFound):
            jobs.get(session, "other", job_id)


def test_waiting_job_is_cancelled_at_once_and_then_removed(office: Office) -> None:
    job_id = office.order(key="k")
    with office.store.unit_of_work() as session:
        job = cancel_or_delete(session, KIND, job_id)
    assert job is not None
    assert job.status is JobStatus.CANCELLED
    with office.store.unit_of_work() as session:
        assert cancel_or_delete(session, KIND, job_id) is None
    with pytest.raises(NotFound), office.store.unit_of_work() as session:
        cancel_or_delete(session, KIND, job_id)
    assert office.order(key="k") != job_id


def test_results_do_not_end_early_when_the_job_is_removed_meanwhile(office: Office, worker: Worker) -> None:
    job_id = office.order()
    assert worker.work_once(threading.Event())
    results = jobs.result_chunks(office.store, job_id)
    assert next(results)
    with office.store.unit_of_work() as session:
        cancel_or_delete(session, KIND, job_id)
    with pytest.raises(NotFound):
        next(results)


def test_input_is_kept_with_its_names_and_hashes(office: Office) -> None:
    inputs = tuple(
        NewInput(name=name, media_type="text/csv", content=io.BytesIO(name.encode() * 700_000)) for name in ("ab", "c")
    )
    with office.store.unit_of_work() as session:
        job = submit(session, NewJob(kind=KIND, parameters={}, inputs=inputs)).job
        empty = submit(session, NewJob(kind=KIND, parameters={})).job
    with office.store.reading() as session:
        rows = jobs.files(session, job)
        assert [(row.name, row.byte_count) for row in rows] == [("ab", 1_400_000), ("c", 700_000)]
        assert [b"".join(read_content(session, row)) for row in rows] == [b"ab" * 700_000, b"c" * 700_000]
    assert job.input_sha256 != empty.input_sha256


def test_job_is_told_with_its_links_and_files(office: Office, worker: Worker) -> None:
    job_id = office.order()
    before = told(office, job_id, ENGLISH)
    assert worker.work_once(threading.Event())
    after = told(office, job_id, ENGLISH)
    assert (before.status, before.progress.total, before.links.results) == (JobStatus.ACCEPTED, None, None)
    assert (after.status, after.progress.done, after.progress.total) == (JobStatus.SUCCEEDED, 8, 8)
    assert after.links.results == f"/v1/batches/{job_id}/results"
    assert (after.files[0].name, after.files[0].bytes) == ("projects.CSV", len(CONTENT))
    assert after.files[0].sha256 == after.input_sha256


def test_failure_is_told_in_the_language_of_the_reader(office: Office, worker: Worker, tmp_path: Path) -> None:
    job_id = office.order(trouble="refuse", place="open", marks=str(tmp_path))
    assert worker.work_once(threading.Event())
    english, chinese = (told(office, job_id, view).error for view in (ENGLISH, CHINESE))
    assert english is not None
    assert chinese is not None
    assert (english.code, english.title) == ("invalid_input", "Invalid input")
    assert english.detail == "Nothing was done: 1 fault(s) in the input. First: The value must be at least 0."
    assert english.errors[0].pointer == "/households"
    assert chinese.title == "输入有误"


def told(office: Office, job_id: str, view: JobView) -> JobRead:
    with office.store.reading() as session:
        return jobs.read_job(session, KIND, job_id, view=view)
