"""Killed at any moment and started again, a job ends with the bytes of an undisturbed run; nothing is done twice."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.errors import Unavailable
from app.settings import Settings
from app.store.engine import make_engine
from app.store.job_tables import FINISHED, JOB, Job, JobStatus
from app.store.tables import FACILITY
from app.store.unit_of_work import Store
from tests.jobs.conftest import CONTENT, Office
from tests.jobs.kinds import spelled
from tests.jobs.processes import Forks, forking, is_gone, wait_until

KILLS = 30
SERVICE_KILLS = 2
CHUNKS = 30
LONGEST_LIFE_SECONDS = 0.3
BRIEF_LEASE_SECONDS = 0.15
SEED = 20261122


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with forking() as forks:
        yield forks


def undisturbed(chunks: int = CHUNKS) -> bytes:
    return b"".join(spelled(CONTENT, number) for number in range(chunks))


def written(store: Store) -> Counter[str]:
    """How often each chunk, and the end, has been written by the work itself."""
    with store.reading() as session:
        return Counter(session.scalars(select(FACILITY.c.name)))


def once_each(chunks: int = CHUNKS) -> Counter[str]:
    return Counter(["finish", *(f"chunk {number}" for number in range(chunks))])


def check(office: Office, job_id: str) -> None:
    job = office.job(job_id)
    assert job.status is JobStatus.SUCCEEDED
    assert (job.progress_done, job.progress_total) == (2 * CHUNKS, 2 * CHUNKS)
    assert job.summary == {"numbers": list(range(CHUNKS))}
    assert office.results(job_id) == undisturbed()


def test_results_are_those_of_an_undisturbed_run_when_workers_are_killed_at_random_moments(
    office: Office, quick: Settings, forks: Forks
) -> None:
    chance = random.Random(SEED)
    brief = quick.model_copy(update={"job_lease_seconds": BRIEF_LEASE_SECONDS})
    orders: list[str] = []
    for _ in range(KILLS):
        if not orders or office.job(orders[-1]).status in FINISHED:
            orders.append(office.order(chunks=CHUNKS, seconds=0.002, writes=True))
        fence = office.job(orders[-1]).fence
        with forks.running("worker", brief):
            office.wait(orders[-1], lambda job, fence=fence: job.fence > fence)
            time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
    with forks.running("worker", quick):
        for job_id in orders:
            office.wait(job_id)
            check(office, job_id)
    assert written(office.store) == Counter(dict.fromkeys(once_each(), len(orders)))


@pytest.mark.parametrize(("place", "at"), [("open", 0), ("run", 7), ("write", 7), ("finish", 0)])
def test_results_are_those_of_an_undisturbed_run_when_the_worker_dies_at_this_place(
    office: Office, quick: Settings, forks: Forks, tmp_path: Path, place: str, at: int
) -> None:
    job_id = office.order(chunks=CHUNKS, writes=True, trouble="die", place=place, at=at, marks=str(tmp_path))
    first = forks.start("worker", quick)
    wait_until(lambda: is_gone(first))
    with forks.running("worker", quick):
        job = office.wait(job_id)
    assert job.fence == 2
    check(office, job_id)
    assert written(office.store) == once_each()


def test_a_zombie_cannot_write_when_its_job_has_been_taken_over(
    office: Office, quick: Settings, forks: Forks, tmp_path: Path
) -> None:
    job_id = office.order(chunks=CHUNKS, writes=True, trouble="pause", place="run", at=5, marks=str(tmp_path))
    with forks.running("worker", quick) as zombie:
        wait_until((tmp_path / "met").exists)
        stop_between_transactions(office, zombie)
        with forks.running("worker", quick):
            assert office.wait(job_id).fence == 2
        (tmp_path / "go").touch()
        os.kill(zombie, signal.SIGCONT)
        # Nobody else is there any more: who does the next job has got over its lost one.
        following = office.order(chunks=CHUNKS)
        assert office.wait(following).lease_owner is None
    assert office.job(job_id).fence == 2
    check(office, job_id)
    check(office, following)
    assert written(office.store) == once_each()


def stop_between_transactions(office: Office, pid: int) -> None:
    """A process that stands still within one of its transactions would hold the database's lock with it."""
    engine = make_engine(str(office.store.engine.url.render_as_string(hide_password=False)), wait_seconds=0.05)
    with closing(Store(engine)) as impatient:
        while True:
            os.kill(pid, signal.SIGSTOP)
            with suppress(Unavailable), impatient.unit_of_work() as session:
                session.execute(update(JOB).values(attempts=JOB.c.attempts))
                return
            os.kill(pid, signal.SIGCONT)


def test_results_are_those_of_an_undisturbed_run_when_the_service_is_killed(
    office: Office, quick: Settings, forks: Forks
) -> None:
    """The worker goes with its service, and the next service's worker carries on."""
    chance = random.Random(SEED)
    settings = quick.model_copy(update={"job_workers": 1})
    job_id = office.order(chunks=CHUNKS, seconds=0.01, writes=True)
    for fence in range(1, SERVICE_KILLS + 1):
        with forks.running("service", settings):
            job = office.wait(job_id, lambda job, fence=fence: job.fence >= fence)
            time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        wait_until(partial(is_gone, worker_of(job)))
    with forks.running("service", settings):
        assert office.wait(job_id).fence == SERVICE_KILLS + 1
    check(office, job_id)
    assert written(office.store) == once_each()


def worker_of(job: Job) -> int:
    assert job.lease_owner is not None
    return int(job.lease_owner.split(":")[1])


def test_worker_that_is_stuck_is_ended_and_another_carries_on(
    office: Office, quick: Settings, forks: Forks, tmp_path: Path
) -> None:
    job_id = office.order(chunks=CHUNKS, writes=True, trouble="pause", place="run", at=3, marks=str(tmp_path))
    impatient = quick.model_copy(update={"job_step_seconds": 0.3})
    first = forks.start("worker", impatient)
    wait_until(lambda: is_gone(first))
    assert office.job(job_id).progress_done == 6
    with forks.running("worker", quick):
        assert office.wait(job_id).fence == 2
    check(office, job_id)
    assert written(office.store) == once_each()


def test_each_job_is_done_once_when_many_workers_share_the_queue(office: Office, quick: Settings, forks: Forks) -> None:
    calm = quick.model_copy(update={"job_lease_seconds": 60.0})
    orders = [office.order(chunks=3, writes=True) for _ in range(12)]
    with forks.running("worker", calm), forks.running("worker", calm), forks.running("worker", calm):
        done = [office.wait(job_id) for job_id in orders]
    assert {job.fence for job in done} == {1}
    assert {office.results(job_id) for job_id in orders} == {undisturbed(3)}
    assert written(office.store) == Counter(dict.fromkeys(once_each(3), 12))
