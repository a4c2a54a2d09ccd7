"""Small street files, and what tests of imports of streets do: order, let the work be done, look at what came out."""

import threading
from typing import Any

from fastapi.testclient import TestClient

from app.jobs.worker import Worker
from app.services.worker import make_kinds
from app.settings import Settings

PATH = "/v1/street-networks"
EDGES = """\
u,v,x,y,length,highway
a,b,108.0000,25.0000,101.0,residential
b,a,108.0010,25.0000,101.0,residential
b,c,108.0010,25.0000,111.0,footway
c,b,108.0010,25.0010,111.0,footway
c,c,108.0010,25.0010,0,footway
d,e,108.0100,25.0000,50.5,motorway
e,d,108.0105,25.0000,50.5,motorway
f,g,108.0200,25.0000,20,path
g,f,108.0202,25.0000,20,path
"""
"""An angle of two streets, a street apart, a motorway, and an edge without length."""
Json = Any  # Any: bodies of answers


def order(client: TestClient, content: str | bytes = EDGES, file: str = "streets.csv", **fields: str) -> Json:
    """The job that an order of this file makes."""
    answer = client.post(PATH, data=fields, files={"file": (file, content)})
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == answer.json()["links"]["self"]
    return answer.json()


def done(client: TestClient, settings: Settings, job: Json) -> Json:
    """The job once a worker has done it."""
    store = client.app.state.store  # type: ignore[attr-defined]  # the application, which TestClient calls an ASGI one
    Worker(store, make_kinds(store, settings), settings).work_once(threading.Event())
    return client.get(job["links"]["self"]).json()


def imported(client: TestClient, settings: Settings, content: str | bytes = EDGES, **fields: str) -> Json:
    """The network of this file."""
    job = done(client, settings, order(client, content, **fields))
    assert job["status"] == "SUCCEEDED", job
    return client.get(job["links"]["results"]).json()
