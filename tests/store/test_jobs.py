"""Jobs as those who ordered them see them, row by row, on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from app.errors import NotFound
from app.store import jobs
from app.store.job_tables import JOB, JOB_CHUNK, Job, JobStatus
from app.store.unit_of_work import Store

KIND, OTHER = "batch", "import"
MOMENT = datetime(2026, 11, 22, tzinfo=UTC)
FAR = 4e9
"""Seconds since 1970, a hundred years on: a lease that holds."""


def job(job_id: str, **given: Any) -> Job:
    plain = {"kind": KIND, "request_hash": "h", "parameters": {}, "input_sha256": "s", "software_version": "1"}
    return Job(id=f"{job_id:0>32}", **{**plain, **given})


def stored(store: Store, *wanted: Job) -> list[bool]:
    with store.unit_of_work() as session:
        return [jobs.create(session, one) for one in wanted]


def ids(store: Store) -> list[str]:
    with store.reading() as session:
        return [key.lstrip("0") for key in session.scalars(select(JOB.c.id).order_by(JOB.c.id))]


def state(store: Store, job_id: str) -> tuple[Any, ...]:
    names = (JOB.c.status, JOB.c.is_cancel_requested, JOB.c.fence, JOB.c.lease_owner, JOB.c.lease_until)
    with store.reading() as session:
        return tuple(session.execute(select(*names).where(JOB.c.id == f"{job_id:0>32}")).one())


def test_ids_rise_with_the_moment_and_none_is_like_another() -> None:
    made = [jobs.new_job_id() for _ in range(100)]
    assert {len(one) for one in made} == {32}
    assert len(set(made)) == 100
    moments = [int(one[:12], 16) for one in made]
    assert moments == sorted(moments)


def test_one_key_is_one_job_of_its_kind(store: Store) -> None:
    same = {"idempotency_key": "k"}
    assert stored(store, job("a", **same), job("b", **same), job("c", kind=OTHER, **same)) == [True, False, True]
    assert ids(store) == ["a", "c"]
    assert stored(store, job("d"), job("e")) == [True, True]
    with store.reading() as session:
        found = jobs.find_by_key(session, KIND, "k")
        assert found is not None
        assert found.id == f"{'a':0>32}"
        assert jobs.find_by_key(session, KIND, "other") is None


def test_a_job_is_found_by_its_kind_only(store: Store) -> None:
    stored(store, job("a"))
    with store.reading() as session:
        assert jobs.get(session, KIND, f"{'a':0>32}").status is JobStatus.ACCEPTED
        with pytest.raises(NotFound):
            jobs.get(session, OTHER, f"{'a':0>32}")


def test_jobs_are_listed_newest_first_from_a_place_on(store: Store) -> None:
    stored(store, job("a"), job("b"), job("c"), job("d", kind=OTHER))
    with store.reading() as session:
        newest = jobs.read(session, KIND, limit=2)
        assert [one.id.lstrip("0") for one in newest] == ["c", "b"]
        assert [one.id.lstrip("0") for one in jobs.read(session, KIND, limit=2, before=newest[-1].id)] == ["a"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (JobStatus.CANCELLED, False, 1, None, None)),
        (
            {"status": JobStatus.RUNNING, "lease_owner": "w", "lease_until": 0.0, "fence": 3},
            (JobStatus.CANCELLED, False, 4, None, None),
        ),
        (
            {"status": JobStatus.RUNNING, "lease_owner": "w", "lease_until": FAR, "fence": 3},
            (JobStatus.RUNNING, True, 3, "w", FAR),
        ),
        ({"status": JobStatus.SUCCEEDED}, (JobStatus.SUCCEEDED, False, 0, None, None)),
    ],
)
def test_what_nobody_is_at_is_cancelled_at_once(store: Store, given: Any, expected: tuple[Any, ...]) -> None:
    stored(store, job("a", **given))
    with store.unit_of_work() as session:
        jobs.cancel(session, f"{'a':0>32}")
    assert state(store, "a") == expected


def test_only_what_has_finished_is_removed(store: Store) -> None:
    stored(store, job("a"), job("b", status=JobStatus.FAILED))
    with store.unit_of_work() as session:
        assert [jobs.remove_finished(session, f"{key:0>32}") for key in ("a", "b", "c")] == [False, True, False]
    assert ids(store) == ["a"]


def test_old_jobs_are_removed_the_oldest_first(store: Store) -> None:
    ends = {"a": -3, "b": -2, "c": -1, "d": 0}
    stored(store, *(job(key, status=JobStatus.SUCCEEDED) for key in ends), job("e"))
    with store.unit_of_work() as session:
        for key, days in ends.items():
            finished = {"finished_at": MOMENT + timedelta(days=days)}
            session.execute(update(JOB).where(JOB.c.id == f"{key:0>32}").values(**finished))
    with store.unit_of_work() as session:
        assert jobs.remove_old(session, finished_before=MOMENT, most=2) == 2
    assert ids(store) == ["c", "d", "e"]
    with store.unit_of_work() as session:
        assert jobs.remove_old(session, finished_before=MOMENT, most=2) == 1
        assert jobs.remove_old(session, finished_before=MOMENT, most=2) == 0
    assert ids(store) == ["d", "e"]


def test_chunks_are_read_in_their_order(store: Store) -> None:
    stored(store, job("a"))
    key = f"{'a':0>32}"
    rows = [{"job_id": key, "number": n, "result": b"r%d" % n, "summary": {"n": n}} for n in (2, 0, 1)]
    with store.unit_of_work() as session:
        session.execute(insert(JOB_CHUNK), rows)
    with store.reading() as session:
        assert jobs.chunk_numbers(session, key) == (0, 1, 2)
        assert jobs.chunk_summaries(session, key) == [{"n": 0}, {"n": 1}, {"n": 2}]
        assert jobs.chunk_result(session, key, 2) == b"r2"
        with pytest.raises(NotFound):
            jobs.chunk_result(session, key, 3)
