"""Workers beside the service: none without work, no more than allowed, gone with it, and asked for again when dead."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from app.jobs.supervisor import Supervisor, WorkerCommand
from app.settings import Settings
from app.store.job_tables import JobStatus
from tests.jobs.conftest import Office
from tests.jobs.kinds import COMMAND, KIND
from tests.jobs.processes import is_gone, wait_until


@contextmanager
def supervising(office: Office, settings: Settings, command: WorkerCommand = COMMAND) -> Iterator[Supervisor]:
    supervisor = Supervisor(office.store, settings.model_copy(update={"job_workers": 1}), command)
    supervisor.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()


def test_worker_is_started_for_work_takes_the_next_job_too_and_ends_with_the_service(
    office: Office, quick: Settings
) -> None:
    with supervising(office, quick) as supervisor:
        assert supervisor.process_ids == ()
        assert office.wait(office.order()).status is JobStatus.SUCCEEDED
        [pid] = supervisor.process_ids
        assert office.wait(office.order()).status is JobStatus.SUCCEEDED
        assert supervisor.process_ids == (pid,)
    assert is_gone(pid)


def test_another_worker_carries_on_when_one_is_killed(office: Office, quick: Settings, tmp_path: Path) -> None:
    job_id = office.order(trouble="die", place="run", at=2, marks=str(tmp_path))
    with supervising(office, quick):
        job = office.wait(job_id)
    assert (job.status, job.fence) == (JobStatus.SUCCEEDED, 2)


def test_worker_that_does_not_stop_in_time_is_killed_and_its_job_kept(
    office: Office, quick: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.supervisor.STOP_SECONDS", 0.3)
    job_id = office.order(trouble="pause", place="run", at=1, marks=str(tmp_path))
    with supervising(office, quick) as supervisor:
        wait_until((tmp_path / "met").exists)
        [pid] = supervisor.process_ids
        os.kill(pid, signal.SIGSTOP)
    assert is_gone(pid)
    job = office.job(job_id)
    assert (job.status, job.progress_done) == (JobStatus.RUNNING, 2)


def test_a_worker_that_stands_still_past_its_lease_is_replaced(office: Office, quick: Settings, tmp_path: Path) -> None:
    job_id = office.order(trouble="pause", place="run", at=1, marks=str(tmp_path))
    with supervising(office, quick) as supervisor:
        wait_until((tmp_path / "met").exists)
        [pid] = supervisor.process_ids
        os.kill(pid, signal.SIGSTOP)
        job = office.wait(job_id)
        assert is_gone(pid)
    assert (job.status, job.fence, job.progress_done) == (JobStatus.SUCCEEDED, 2, 8)


def test_restarts_of_the_service_are_no_failed_attempts(
    office: Office, quick: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is in its first chunk whenever the service ends, and is killed, for it takes too long to stop."""
    monkeypatch.setattr("app.jobs.supervisor.STOP_SECONDS", 0.05)
    settings = quick.model_copy(update={"job_max_attempts": 1, "job_lease_seconds": 60.0})
    job_id = office.order(trouble="pause", place="run", marks=str(tmp_path), always=True)
    for _ in range(2):
        with supervising(office, settings):
            wait_until((tmp_path / "met").exists)
        job = office.job(job_id)
        assert (job.status, job.attempts, job.lease_owner) == (JobStatus.RUNNING, 0, None)
        (tmp_path / "met").unlink()
    (tmp_path / "go").touch()
    with supervising(office, settings):
        assert office.wait(job_id).status is JobStatus.SUCCEEDED


def test_a_worker_whose_service_has_gone_gives_its_job_back(office: Office, quick: Settings, tmp_path: Path) -> None:
    settings = quick.model_copy(update={"job_lease_seconds": 60.0})
    job_id = office.order(trouble="pause", place="run", marks=str(tmp_path))
    with subprocess.Popen(COMMAND.words, stdin=subprocess.PIPE, text=True, start_new_session=True) as worker:
        assert worker.stdin is not None
        worker.stdin.write(settings.model_dump_json() + "\n")
        worker.stdin.flush()
        wait_until((tmp_path / "met").exists)
        worker.stdin.close()
    job = office.job(job_id)
    assert (job.status, job.attempts, job.lease_owner) == (JobStatus.RUNNING, 0, None)


def test_nothing_is_started_when_there_is_nothing_to_do_it(office: Office, settings: Settings) -> None:
    office.order()
    for workers, kinds in ((0, (KIND,)), (1, ())):
        supervisor = Supervisor(
            office.store,
            settings.model_copy(update={"job_workers": workers}),
            WorkerCommand(words=COMMAND.words, kinds=kinds),
        )
        supervisor.start()
        supervisor.stop()
        assert supervisor.process_ids == ()


def test_worker_that_cannot_start_is_not_started_again_and_again(
    office: Office, quick: Settings, tmp_path: Path
) -> None:
    """Each time the wait is twice as long."""
    marks = tmp_path / "starts"
    broken = f"open({str(marks)!r}, 'a').write('x'); raise SystemExit(3)"
    office.order()
    settings = quick.model_copy(update={"job_poll_seconds": 0.1})
    with supervising(office, settings, WorkerCommand(words=(sys.executable, "-S", "-c", broken), kinds=(KIND,))):
        wait_until(lambda: marks.exists() and len(marks.read_text(encoding="utf-8")) >= 3)
        supervised = len(marks.read_text(encoding="utf-8"))
    assert supervised <= 4


def test_worker_of_the_service_stops_when_it_is_asked_to(settings: Settings) -> None:
    """The process that the service really starts: it reads its settings, has no work, and leaves when asked."""
    command = [sys.executable, "-m", "app.services.worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True) as worker:
        assert worker.stdin is not None
        worker.stdin.write(settings.model_dump_json() + "\n")
        worker.stdin.close()
        wait_until(partial(is_gone, worker.pid))
    assert worker.returncode == -signal.SIGKILL
