"""Files sent and imported, as many tests do it."""

import threading
import time
from typing import Any

from fastapi.testclient import TestClient

from app.jobs.worker import Worker
from app.services.worker import make_kinds
from app.settings import Settings
from app.store.unit_of_work import Store


class Importer:
    """Sends files, has them imported in this thread, and reads what came out."""

    def __init__(self, client: TestClient, store: Store, settings: Settings) -> None:
        self.client = client
        quick = settings.model_copy(update={"job_lease_seconds": 0.5})
        self._worker = Worker(store, make_kinds(store, settings), quick)

    def work(self) -> bool:
        """Do one job, if there is one to be had."""
        return self._worker.work_once(threading.Event())

    def wait_for_work(self) -> None:
        """Do one job, as soon as the lease of a worker that is gone has run out."""
        until = time.monotonic() + 30
        while not self.work():
            assert time.monotonic() < until

    def order(self, content: str | bytes, kind: str, *, name: str = "rows.csv", **fields: str) -> Any:
        data = {"kind": kind, **fields}
        answer = self.client.post("/v1/imports", data=data, files={"file": (name, content)})
        assert answer.status_code == 202, answer.text
        assert answer.headers["Location"] == f"/v1/imports/{answer.json()['id']}"
        return answer.json()

    def done(self, content: str | bytes, kind: str, *, name: str = "rows.csv", **fields: str) -> Any:
        ordered = self.order(content, kind, name=name, **fields)
        assert self.work()
        return self.client.get(ordered["links"]["self"]).json()

    def summary(self, content: str | bytes, kind: str, *, name: str = "rows.csv", **fields: str) -> Any:
        read = self.done(content, kind, name=name, **fields)
        assert read["status"] == "SUCCEEDED", read["error"]
        return read["summary"]


def counts(summary: Any) -> tuple[int, int, int, int]:
    return tuple(summary[name] for name in ("new", "changed", "unchanged", "faulty"))
