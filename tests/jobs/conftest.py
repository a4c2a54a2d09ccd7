"""Jobs of a small kind of work, on both databases, ordered with and without keys."""

import io
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.services.jobs import NewJob, result_chunks, submit
from app.settings import Settings
from app.store import jobs
from app.store.job_files import NewInput
from app.store.job_tables import FINISHED, Job
from app.store.unit_of_work import Store
from tests.jobs.kinds import KIND, PATIENCE_SECONDS

CONTENT = "户数,面积\n2000,560\n".encode()


@dataclass(frozen=True)
class Office:
    """Where jobs are ordered and looked after; `has_keys`: an order that is given no key has one of its own."""

    store: Store
    has_keys: bool = False
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def order(self, *, key: str | None = None, content: bytes = CONTENT, **parameters: Any) -> str:
        """The id of a new job."""
        key = f"order-{next(self._numbers)}" if key is None and self.has_keys else key
        inputs = (NewInput(name="projects.CSV", media_type="text/csv", content=io.BytesIO(content)),)
        new = NewJob(kind=KIND, parameters={"chunks": 4, **parameters}, inputs=inputs, idempotency_key=key)
        with self.store.unit_of_work() as session:
            return submit(session, new).job.id

    def job(self, job_id: str) -> Job:
        with self.store.reading() as session:
            return jobs.get(session, KIND, job_id)

    def results(self, job_id: str) -> bytes:
        return b"".join(result_chunks(self.store, job_id))

    def wait(self, job_id: str, is_so: Callable[[Job], bool] = lambda job: job.status in FINISHED) -> Job:
        """The job as soon as the condition holds."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not is_so(job := self.job(job_id)):
            assert time.monotonic() < until, job
            time.sleep(0.005)
        return job


@pytest.fixture(params=(False, True), ids=("unkeyed", "keyed"))
def office(store: Store, request: pytest.FixtureRequest) -> Office:
    return Office(store, has_keys=request.param)


@pytest.fixture
def quick(settings: Settings) -> Settings:
    """Short leases, and attempts enough for all kinds of misfortune."""
    return settings.model_copy(
        update={"job_lease_seconds": 0.25, "job_poll_seconds": 0.01, "job_max_attempts": 100, "log_level": "CRITICAL"}
    )
