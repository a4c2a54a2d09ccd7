"""Files sent and imported, as many tests do it."""

import threading
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
        self._worker = Worker(store, make_kinds(store, settings), settings)

    def order(self, content: str | bytes, kind: str, *, name: str = "rows.csv", **fields: str) -> Any:
        data = {"kind": kind, **fields}
        answer = self.client.post("/v1/imports", data=data, files={"file": (name, content)})
        assert answer.status_code == 202, answer.text
        assert answer.headers["Location"] == f"/v1/imports/{answer.json()['id']}"
        return answer.json()

    def done(self, content: str | bytes, kind: str, *, name: str = "rows.csv", **fields: str) -> Any:
        ordered = self.order(content, kind, name=name, **fields)
        assert self._worker.work_once(threading.Event())
        return self.client.get(ordered["links"]["self"]).json()

    def summary(self, content: str | bytes, kind: str, *, name: str = "rows.csv", **fields: str) -> Any:
        read = self.done(content, kind, name=name, **fields)
        assert read["status"] == "SUCCEEDED", read["error"]
        return read["summary"]


def counts(summary: Any) -> tuple[int, int, int, int]:
    return tuple(summary[name] for name in ("new", "changed", "unchanged", "faulty"))
