"""The servers that are measured give the same community, and what the load program prints is understood."""

import httpx
import pytest

from benchmarks import load
from benchmarks.http import ONE_ASSESSMENT, ONE_COMMUNITY, TEXTBOOK, outdate, running

COMMUNITIES = 30
PRINTED = """\
Running 2s test @ http://127.0.0.1:8000/v1/communities/1
  1 threads and 8 connections
  2469 requests in 2.00s, 2.72MB read
Requests/sec:   1234.50
Transfer/sec:      1.36MB
"""


def test_service_and_textbook_show_the_same_community() -> None:
    with running("SQLite", COMMUNITIES) as servers:
        for key in (1, COMMUNITIES):
            ours = httpx.get(servers.ours + ONE_COMMUNITY.format(id=key), trust_env=False).raise_for_status()
            peer = httpx.get(servers.textbook + TEXTBOOK.format(id=key), trust_env=False).raise_for_status()
            moments = {"created_at", "updated_at", "setting"}
            shared = {name: value for name, value in peer.json().items() if name not in moments}
            assert shared.items() <= ours.json().items()
        assessment = servers.ours + ONE_ASSESSMENT.format(id=COMMUNITIES)
        first = httpx.get(assessment, trust_env=False).raise_for_status()
        outdate(servers.store)
        again = httpx.get(assessment, trust_env=False).raise_for_status()
        assert first.json() == again.json()
        assert first.headers["etag"] != again.headers["etag"]


def test_rate_is_read_from_what_was_printed() -> None:
    assert load._rate(PRINTED) == 1234.5
    assert load._requests(PRINTED) == 2469


def test_a_missing_load_program_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load.shutil, "which", lambda _: None)
    with pytest.raises(load.LoadFailed, match="apt-get install wrk"):
        load.requests_per_second("http://127.0.0.1:1/", seconds=1)
