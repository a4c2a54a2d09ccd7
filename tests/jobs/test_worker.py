"""What a worker makes of a job: its results, its failures, and what becomes of it when nobody wants it any more."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

import app.jobs.worker as worker_module
from app.jobs import scratch
from app.jobs.worker import Worker, run_worker
from app.services.jobs import cancel_or_delete
from app.settings import Settings
from app.store import job_leases
from app.store.engine import make_engine
from app.store.job_leases import LeaseLost, Taker
from app.store.job_tables import JOB, JOB_CHUNK, Job, JobStatus
from app.store.tables import FACILITY
from app.store.unit_of_work import Store
from tests.jobs.conftest import CONTENT, Office
from tests.jobs.kinds import KIND, make_kinds, spelled

TAKER = Taker(owner="a", kinds=(KIND,), seconds=60.0, software_version=worker_module.__version__)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"job_poll_seconds": 0.01, "job_max_attempts": 3})


@pytest.fixture
def worker(store: Store, settings: Settings) -> Worker:
    return Worker(store, make_kinds(store, settings), settings)


@pytest.fixture
def work(worker: Worker) -> Callable[[], bool]:
    return lambda: worker.work_once(threading.Event())


def work_off(office: Office, worker: Worker, job_id: str) -> Job:
    """The job when it has finished: attempts that fail are repeated after a moment."""

    def has_finished(job: Job) -> bool:
        worker.work_once(threading.Event())
        return job.finished_at is not None

    return office.wait(job_id, has_finished)


def facilities(store: Store) -> int:
    with store.reading() as session:
        return len(session.scalars(select(FACILITY.c.id)).all())


def test_job_succeeds_with_results_summary_and_progress(office: Office, work: Callable[[], bool]) -> None:
    job_id = office.order()
    assert office.job(job_id).status is JobStatus.ACCEPTED
    assert work()
    job = office.job(job_id)
    assert (job.status, job.summary, job.error) == (JobStatus.SUCCEEDED, {"numbers": [0, 1, 2, 3]}, None)
    assert (job.progress_done, job.progress_total, job.attempts, job.lease_owner) == (8, 8, 0, None)
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.created_at <= job.started_at <= job.finished_at
    assert office.results(job_id) == b"".join(spelled(CONTENT, number) for number in range(4))
    assert not work()


def test_same_input_gives_the_same_bytes_when_ordered_twice(office: Office, work: Callable[[], bool]) -> None:
    first, second = office.order(), office.order()
    assert work()
    assert work()
    assert office.results(first) == office.results(second)
    assert office.job(first).input_sha256 == office.job(second).input_sha256


def test_large_input_arrives_whole_when_it_is_kept_in_pieces(office: Office, work: Callable[[], bool]) -> None:
    content = bytes(range(256)) * 4096 * 2 + b"rest"
    job_id = office.order(content=content, chunks=1)
    assert work()
    assert office.results(job_id) == spelled(content, 0)


def test_a_job_without_chunks_succeeds(office: Office, work: Callable[[], bool]) -> None:
    job_id = office.order(chunks=0)
    assert work()
    assert office.job(job_id).status is JobStatus.SUCCEEDED
    assert office.results(job_id) == b""


@pytest.mark.parametrize("place", ["open", "run", "write", "finish"])
def test_job_fails_with_its_faults_when_the_work_refuses_its_input(
    office: Office, work: Callable[[], bool], tmp_path: Path, place: str
) -> None:
    job_id = office.order(writes=True, trouble="refuse", place=place, at=0, marks=str(tmp_path))
    assert work()
    job = office.job(job_id)
    assert (job.status, job.summary) == (JobStatus.FAILED, None)
    assert job.error["code"] == "invalid_input"
    fault = {"code": "must_be_at_least", "pointer": "/households", "value": -5, "params": {"limit": 0}}
    assert job.error["faults"] == [fault]
    assert facilities(office.store) == (4 if place == "finish" else 0)


@pytest.mark.parametrize("trouble", ["break", "miss"])
def test_job_is_tried_again_when_the_work_breaks_once(
    office: Office, worker: Worker, tmp_path: Path, trouble: str
) -> None:
    job_id = office.order(writes=True, trouble=trouble, place="finish", marks=str(tmp_path))
    job = work_off(office, worker, job_id)
    assert (job.status, job.fence) == (JobStatus.SUCCEEDED, 2)
    assert facilities(office.store) == 5


def test_job_is_given_up_when_the_work_breaks_each_time(office: Office, worker: Worker, tmp_path: Path) -> None:
    job_id = office.order(trouble="break", place="run", at=1, marks=str(tmp_path), always=True)
    job = work_off(office, worker, job_id)
    assert (job.status, job.progress_done) == (JobStatus.FAILED, 2)
    assert job.error["faults"] == [{"code": "job_gave_up", "pointer": "", "value": None, "params": {"attempts": 3}}]
    # The first attempt got further, by one chunk; three more did not.
    assert len((tmp_path / "met").read_text(encoding="utf-8").splitlines()) == 1 + 3


def test_attempts_do_not_count_when_the_database_was_busy(office: Office, worker: Worker, tmp_path: Path) -> None:
    job_id = office.order(trouble="miss", place="open", marks=str(tmp_path), always=True)
    office.wait(job_id, lambda job: worker.work_once(threading.Event()) and job.fence > 5)
    assert (office.job(job_id).status, office.job(job_id).attempts) == (JobStatus.RUNNING, 0)


def test_job_is_left_to_others_when_the_worker_does_not_know_its_kind(store: Store, settings: Settings) -> None:
    Office(store).order()
    assert not Worker(store, {}, settings).work_once(threading.Event())


def test_worker_leaves_when_it_has_been_idle(store: Store, settings: Settings) -> None:
    stop = threading.Event()
    run_worker(store, make_kinds(store, settings), settings, stop, idle_seconds=0.02)
    assert not stop.is_set()


def test_database_that_does_not_answer_is_no_end_of_the_worker(bare_database_url: str) -> None:
    settings = Settings(database_url=bare_database_url)
    with closing(Store(make_engine(bare_database_url))) as store:
        assert not Worker(store, make_kinds(store, settings), settings).work_once(threading.Event())


def test_job_is_given_back_after_its_chunk_when_the_worker_is_stopped(
    office: Office, worker: Worker, settings: Settings, tmp_path: Path
) -> None:
    job_id = office.order(trouble="pause", place="run", at=1, marks=str(tmp_path))
    stop = threading.Event()
    thread = threading.Thread(target=worker.work_once, args=(stop,))
    thread.start()
    office.wait(job_id, lambda _: (tmp_path / "met").exists())
    stop.set()
    (tmp_path / "go").touch()
    thread.join()
    job = office.job(job_id)
    assert (job.status, job.progress_done, job.attempts, job.lease_owner) == (JobStatus.RUNNING, 4, 0, None)
    other = Worker(office.store, make_kinds(office.store, settings), settings)
    assert other.work_once(threading.Event())
    assert office.job(job_id).status is JobStatus.SUCCEEDED


def test_running_job_is_cancelled_after_its_chunk(office: Office, worker: Worker, tmp_path: Path) -> None:
    job_id = office.order(writes=True, trouble="pause", place="run", at=1, marks=str(tmp_path))
    thread = threading.Thread(target=worker.work_once, args=(threading.Event(),))
    thread.start()
    office.wait(job_id, lambda _: (tmp_path / "met").exists())
    with office.store.unit_of_work() as session:
        job = cancel_or_delete(session, KIND, job_id)
    assert job is not None
    assert (job.status, job.is_cancel_requested) == (JobStatus.RUNNING, True)
    (tmp_path / "go").touch()
    thread.join()
    job = office.job(job_id)
    assert (job.status, job.progress_done, job.lease_owner) == (JobStatus.CANCELLED, 2, None)
    assert facilities(office.store) == 1


def test_cancelled_job_ends_when_its_worker_died_before_it_heard(office: Office, work: Callable[[], bool]) -> None:
    job_id = office.order()
    with office.store.unit_of_work() as session:
        assert job_leases.take(session, TAKER) is not None
    with office.store.unit_of_work() as session:
        cancel_or_delete(session, KIND, job_id)
        session.execute(update(JOB).values(lease_until=0.0))
    assert work()
    assert office.job(job_id).status is JobStatus.CANCELLED


def test_work_of_another_version_is_done_anew(office: Office, worker: Worker, tmp_path: Path) -> None:
    job_id = office.order(trouble="break", place="run", at=2, marks=str(tmp_path))
    assert worker.work_once(threading.Event())
    with office.store.unit_of_work() as session:
        session.execute(update(JOB).values(software_version="0.0.1"))
        session.execute(update(JOB_CHUNK).values(result=b"of the other version"))
    job = work_off(office, worker, job_id)
    assert (job.progress_done, job.software_version) == (8, worker_module.__version__)
    assert office.results(job_id) == b"".join(spelled(CONTENT, number) for number in range(4))


def test_old_jobs_are_removed_with_all_that_belongs_to_them(
    office: Office, work: Callable[[], bool], store: Store, settings: Settings
) -> None:
    old, young, waiting = office.order(key="a"), office.order(), office.order()
    assert work()
    assert work()
    with store.unit_of_work() as session:
        long_ago = office.job(old).created_at.replace(year=2020)
        session.execute(update(JOB).where(JOB.c.id == old).values(finished_at=long_ago))
    assert Worker(store, make_kinds(store, settings), settings).work_once(threading.Event())
    with store.reading() as session:
        assert set(session.scalars(select(JOB.c.id))) == {young, waiting}
        assert set(session.scalars(select(JOB_CHUNK.c.job_id))) == {young, waiting}


def test_lease_passes_on_only_when_it_has_run_out(office: Office) -> None:
    job_id = office.order()
    with office.store.unit_of_work() as session:
        first = job_leases.take(session, TAKER)
        assert first is not None
        assert job_leases.take(session, TAKER) is None
    with office.store.unit_of_work() as session:
        session.execute(update(JOB).values(lease_until=JOB.c.lease_until - 61))
        second = job_leases.take(session, TAKER)
        assert second is not None
    assert (first[0].fence, second[0].fence) == (1, 2)
    for write in (
        lambda session: job_leases.hold(session, first[0]),
        lambda session: job_leases.succeed(session, first[0], {}),
        lambda session: job_leases.fail(session, first[0], {}),
        lambda session: job_leases.release(session, first[0]),
        lambda session: job_leases.set_total(session, first[0], 1),
    ):
        with pytest.raises(LeaseLost), office.store.unit_of_work() as session:
            write(session)
    assert (office.job(job_id).status, office.job(job_id).fence) == (JobStatus.RUNNING, 2)


def test_lease_is_measured_by_the_clock_of_the_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose clock is an hour ahead must not take what another one holds."""
    office.order()
    with office.store.unit_of_work() as session:
        assert job_leases.take(session, TAKER) is not None
    ahead = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: ahead)
    with office.store.unit_of_work() as session:
        assert job_leases.take(session, TAKER) is None


def test_folders_of_killed_attempts_are_swept_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(scratch, "_NEW_SECONDS", -1)
    abandoned, held = tmp_path / "facility-standards-job-a", tmp_path / "facility-standards-job-b"
    for folder in (abandoned, held):
        folder.mkdir()
        (folder / "lock").touch()
    with scratch._locked(held):
        scratch.sweep()
        assert [path.name for path in tmp_path.iterdir()] == [held.name]
