"""A real batch whose worker is killed, again and again, ends with the bytes of an undisturbed one."""

import io
import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from app.jobs.worker import Worker
from app.schemas.batch import BatchFields
from app.services.batch_work import BATCH
from app.services.batches import BatchOrder, BatchView, submit_batch
from app.services.jobs import result_chunks
from app.services.standards import Shelf
from app.services.wording import Wording
from app.services.worker import make_kinds
from app.settings import Settings
from app.standards.catalogues import load_catalogues
from app.standards.loader import load_builtin_standards
from app.store import jobs
from app.store.job_files import NewInput
from app.store.job_tables import FINISHED, Job, JobStatus
from app.store.unit_of_work import Store
from tests.jobs.kinds import PATIENCE_SECONDS
from tests.jobs.processes import BATCH_CHUNK, Forks, forking

KILLS = 8
PROJECTS = 30 * BATCH_CHUNK
LONGEST_LIFE_SECONDS = 1.0
SEED = 20261122
CODES = ("130824001", "522701001")
HEADINGS = "项目编号,行政区划代码,城乡,项目规模,总户数,总建筑面积(㎡),社区便民服务站建筑面积(㎡)\n"


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with forking() as forks:
        yield forks


def table() -> bytes:
    """Projects of two divisions; of every tenth the number of households cannot be read."""
    rows = (
        f"P{n},{CODES[n % 2]},城市,整个社区,{'许多' if n % 10 == 0 else n + 1},{100 * n},{n % 900}\n"
        for n in range(PROJECTS)
    )
    return (HEADINGS + "".join(rows)).encode("gbk")


def order(store: Store) -> str:
    given = NewInput(name="项目.csv", media_type="text/csv", content=io.BytesIO(table()))
    view = BatchView(Wording(load_catalogues(), "en"))
    with store.unit_of_work() as session:
        standards = Shelf(load_builtin_standards()).read(session)
        new = BatchOrder(inputs=(given,), fields=BatchFields())
        return submit_batch(session, new, today=date(2025, 12, 31), standards=standards, view=view).id


def wait(store: Store, job_id: str, is_so: Callable[[Job], bool]) -> Job:
    until = time.monotonic() + 2 * PATIENCE_SECONDS
    while not is_so(job := read(store, job_id)):
        assert time.monotonic() < until, job
        time.sleep(0.01)
    return job


def read(store: Store, job_id: str) -> Job:
    with store.reading() as session:
        return jobs.get(session, BATCH, job_id)


def outcome(store: Store, job_id: str) -> Any:
    """The bytes of every chunk, and all that is told of the batch."""
    job = read(store, job_id)
    assert job.status is JobStatus.SUCCEEDED, job.error
    assert job.progress_done == job.progress_total == PROJECTS
    return list(result_chunks(store, job_id)), job.summary


def test_batch_is_that_of_an_undisturbed_run_when_its_worker_is_killed(
    store: Store, settings: Settings, forks: Forks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.batch_work.PROJECTS_AT_ONCE", BATCH_CHUNK)
    undisturbed = order(store)
    assert Worker(store, make_kinds(store, settings), settings).work_once(threading.Event())
    quick = settings.model_copy(
        update={"job_lease_seconds": 0.5, "job_poll_seconds": 0.01, "job_max_attempts": 100, "log_level": "CRITICAL"}
    )
    chance = random.Random(SEED)
    orders: list[str] = []
    for _ in range(KILLS):
        if not orders or read(store, orders[-1]).status in FINISHED:
            orders.append(order(store))
        fence = read(store, orders[-1]).fence
        with forks.running("batch worker", quick):
            wait(store, orders[-1], lambda job, fence=fence: job.fence > fence)
            time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
    with forks.running("batch worker", quick):
        ended = [wait(store, job_id, lambda job: job.status in FINISHED) for job_id in orders]
    assert sum(job.fence - 1 for job in ended) >= KILLS // 2
    for job_id in orders:
        assert outcome(store, job_id) == outcome(store, undisturbed)
    chunks, summary = outcome(store, undisturbed)
    assert len(chunks) == PROJECTS // BATCH_CHUNK
    assert summary["errors"] == {"number_expected": PROJECTS // 10}
