"""Writes the answers into a folder; see the package."""

import argparse
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from fastapi.testclient import TestClient
from httpx2 import Response

from app.jobs.worker import Worker
from app.main import create_app
from app.services.samples import load_county
from app.services.worker import make_kinds
from app.settings import Settings
from app.store.engine import make_engine
from app.store.migrate import upgrade
from app.store.unit_of_work import Store
from tests.recorded.files import Sent, files
from tests.recorded.requests import Call, calls

KEPT_HEADERS = ("content-type", "content-language", "etag", "location", "retry-after", "vary", "link")
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
ID = re.compile(rb"\b(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|01[0-9A-HJKMNP-TV-Z]{24})\b")
FILE = re.compile(rb'(?<="bytes":)\d+,"sha256":"[0-9a-f]{64}|(?<="input_sha256":")[0-9a-f]{64}')
"""Size and hash of a file: workbooks and GeoPackages hold the moment when they were made."""
STEP_DEGREES = 0.002


class Recorder:
    """The service over a database, and the folder that its answers go to."""

    def __init__(self, client: TestClient, worker: Worker, folder: Path) -> None:
        self.client = client
        self._worker = worker
        self._folder = folder
        self.count = 0

    def call(self, call: Call) -> Response:
        content = {} if call.body is None else {"json": call.body}
        answer = self.client.request(call.method, call.path, params=call.params, headers=call.headers, **content)
        asked = f"{call.method} {call.path} {call.params} {call.headers} {call.body}"
        self._write(asked, answer)
        return answer

    def send(self, sent: Sent) -> None:
        """Send a file, let the work be done, and write what came out."""
        path, fields, forms = _how(sent)
        answer = self.client.post(path, data=fields, files={"file": (sent.name, sent.content)})
        self._write(f"{path} {sent.name} {fields}", answer)
        if answer.status_code != 202:
            return
        self._worker.work_once(threading.Event())
        job = self.client.get(answer.headers["location"])
        self._write(f"the job of {sent.name}", job)
        for form in forms if job.json()["status"] == "SUCCEEDED" else ():
            results = self.client.get(f"{answer.headers['location']}/results", params={"format": form} if form else {})
            self._write(f"the results of {sent.name} as {form}", results)

    def _write(self, asked: str, answer: Response) -> None:
        self.count += 1
        headers = "".join(f"{name}: {answer.headers[name]}\n" for name in KEPT_HEADERS if name in answer.headers)
        text = f"{asked}\n{answer.status_code}\n{headers}\n".encode() + answer.content
        text = FILE.sub(b"<file>", ID.sub(b"<id>", MOMENT.sub(b"<moment>", text)))
        (self._folder / f"{self.count:04}.txt").write_bytes(text)


def _how(sent: Sent) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """Where a file is sent, with which fields, and the formats of its results ('' for the only one)."""
    fields = dict(sent.fields)
    if sent.as_what == "batch":
        return "/v1/batches", {"on": "2025-12-31", **fields}, ("json", "csv", "geojson")
    if sent.as_what == "streets":
        return "/v1/street-networks", fields, ()
    return "/v1/imports", {"kind": sent.as_what, **fields}, ("",)


def record(folder: Path, database_url: str) -> int:
    """Write all answers; how many there are."""
    folder.mkdir(parents=True)
    settings = Settings(database_url=database_url, job_workers=0)
    engine = make_engine(database_url)
    upgrade(engine)
    store = Store(engine)
    load_county(store, on=date(2025, 12, 31))
    with TestClient(create_app(settings)) as client, tempfile.TemporaryDirectory() as scratch:
        recorder = Recorder(client, Worker(store, make_kinds(store, settings), settings), folder)
        for sent in (*_surroundings(client), *files(Path(scratch))):
            recorder.send(sent)
        for call in calls(client):
            recorder.call(call)
    engine.dispose()
    return recorder.count


def _surroundings(client: TestClient) -> Iterator[Sent]:
    """A grid of streets over the sample county's boundaries, homes on some of its corners, shops on others."""
    features = client.get("/v1/exports/communities", params={"format": "geojson"}).json()["features"]
    rings = [one["geometry"]["coordinates"][0] for one in features if one["geometry"]]
    west, south = np.concatenate(rings).min(axis=0)
    east, north = np.concatenate(rings).max(axis=0)
    lon, lat = np.arange(west, east, STEP_DEGREES), np.arange(south, north, STEP_DEGREES)
    corners = [(x, y) for y in range(len(lat)) for x in range(len(lon))]
    there = set(corners)
    edges = [
        ((x, y), other) for x, y in corners for other in ((x + 1, y), (x, y + 1)) if (x + 2 * y) % 5 and other in there
    ]
    lines = ["u,v,x,y,length,highway"]
    for start, end in edges:
        for one, other in ((start, end), (end, start)):
            place = f"{lon[one[0]]:.6f},{lat[one[1]]:.6f}"
            lines.append(f"n{one[0]}_{one[1]},n{other[0]}_{other[1]},{place},210.5,residential")
    yield Sent("streets.csv", "\n".join(lines).encode(), "streets", {"name": "Grid", "is_default": "true"})
    homes = [f"H-{n},{lon[x]:.6f},{lat[y]:.6f},{n % 40 + 1}" for n, (x, y) in enumerate(corners[::7])]
    yield Sent("homes.csv", "\n".join(["key,longitude,latitude,households", *homes]).encode(), "residences")
    kinds = ("restaurant", "convenience_store", "fitness_site", "elderly_day_care", "health_station")
    shops = [
        f"S-{n},Shop {n},{kinds[n % len(kinds)]},{lon[x]:.6f},{lat[y]:.6f},{50 + n}"
        for n, (x, y) in enumerate(corners[3::23])
    ]
    heading = "key,name,category,longitude,latitude,floor_area_m2"
    yield Sent("shops.csv", "\n".join([heading, *shops]).encode(), "facilities")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.recorded", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--database-url")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        count = record(chosen.folder, chosen.database_url or f"sqlite:///{scratch}/recorded.db")
    sys.stdout.write(f"{count} answers\n")


if __name__ == "__main__":
    main()
