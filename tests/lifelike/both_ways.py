"""A file of projects sent to a service and given to the command line; what came out, and what is true of it."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from httpx2 import Client

ON = "2025-12-31"
PROGRAM = [sys.executable, "-c", "from app.cli import main; main()"]
JUDGED = (0, 1, 3)
"""Exit statuses of a file that was judged."""

Json = Any  # Any: what JSON holds
Truth = Mapping[str, Any]  # Any: what JSON holds
Fault = tuple[int, str, str]
"""Row, column, code."""


@dataclass(frozen=True)
class Outcome:
    """All results as one JSON document; those of a file in CSV also as CSV."""

    document: Json
    csv: bytes

    @property
    def faults(self) -> list[Fault]:
        """Those of the projects and those of none, by place."""
        errors = [*self.document["errors"], *(fault for one in self.document["results"] for fault in one["errors"])]
        return sorted((fault["row"], _heading(fault["column"]), fault["code"]) for fault in errors)

    @property
    def verdicts(self) -> Mapping[str, int]:
        """How many projects have each, counted in the results themselves."""
        return Counter(one["verdict"] for one in self.document["results"] if one["verdict"])

    @property
    def rules(self) -> Mapping[str, Mapping[str, int]]:
        """How many findings of each `standard/rule` have each verdict, counted in the results themselves."""
        counts: dict[str, Counter[str]] = {}
        for one in self.document["results"]:
            for finding in one["findings"]:
                counts.setdefault(f"{finding['standard']}/{finding['rule']}", Counter())[finding["verdict"]] += 1
        return counts


def by_http(client: Client, path: Path, work: Callable[[Json], Json]) -> Outcome:
    """What the service makes of the file; `work` takes a batch as it was ordered, and gives it as it ended."""
    with path.open("rb") as content:
        answer = client.post("/v1/batches", files={"file": (path.name, content)}, data={"on": ON})
    assert answer.status_code == 202, answer.text
    batch = work(answer.json())
    assert batch["status"] == "SUCCEEDED", batch
    address = f"{batch['links']['self']}/results"
    found = {form: client.get(address, params={"format": form}).content for form in _forms(path)}
    document = json.loads(found["json"])
    assert document["summary"] == batch["summary"]
    return Outcome(document, found.get("csv", b""))


def by_command(path: Path, folder: Path) -> Outcome:
    """What the command line makes of it; its results are written into the folder."""
    found: dict[str, bytes] = {}
    for form in _forms(path):
        target = folder / f"{path.name}.{form}"
        words = [*PROGRAM, "validate", str(path), "--on", ON, "--out", str(target), "--json"]
        done = subprocess.run(words, capture_output=True, check=False)
        assert done.returncode in JUDGED, done.stderr
        assert json.loads(done.stdout)["exit_status"] == done.returncode
        found[form] = target.read_bytes()
    return Outcome(json.loads(found["json"]), found.get("csv", b""))


def planted(about: Truth) -> list[Fault]:
    """The faults that were planted, as they are to be found."""
    return sorted((fault["row"], fault["column"], fault["code"]) for fault in about["faults"])


def faults_by_kind(outcome: Outcome, about: Truth) -> Mapping[str, int]:
    """How many of the faults found are planted ones of each kind; those that nobody planted are `unplanted`."""
    kinds = {(fault["row"], fault["column"], fault["code"]): fault["kind"] for fault in about["faults"]}
    return dict(sorted(Counter(kinds.get(fault, "unplanted") for fault in outcome.faults).items()))


def counted_rules(about: Truth) -> Mapping[str, Mapping[str, int]]:
    """What the recount says of the rules that were asked of some project."""
    return {rule: counts for rule, counts in about["rules"].items() if counts}


def _forms(path: Path) -> list[str]:
    return ["json", "csv"] if path.suffix == ".csv" else ["json"]


def _heading(column: str | None) -> str:
    """A layer's geometry has no heading of its own, and another name in each format."""
    return "geometry" if column in {"geom", "geometry"} else column or ""
