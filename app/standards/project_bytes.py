"""Results of projects as bytes and back: the same results are the same bytes.

What is kept is complete: the projects, what was found, and the plans by which it was found. Nothing is judged again on
reading. First a header in JSON with its length before it, then the columns as they lie in memory, all compressed.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from app.standards.catalogue import AppliedRule, AppliedStandard, apply_all, apply_effective, apply_one
from app.standards.facts import Columns, Facilities, Facts, Statistics, Units
from app.standards.findings import COLUMNS, Findings
from app.standards.model import Standard
from app.standards.projects import JudgedProjects, ProjectResults, Projects
from app.standards.row_errors import RowErrors, texts
from app.standards.vocabulary import Group, Level

VERSION = 1
_LENGTH_BYTES = 8
_COMPRESSION = 1
_TEXT = "text"
_CHAINS = {"effective": apply_effective, "all": apply_all}

Table = TypeVar("Table", bound=Columns)
Arrays = dict[str, NDArray[Any]]  # Any: the columns' types differ
Json = Any  # Any: a JSON document


def to_bytes(results: ProjectResults) -> bytes:
    """The results as bytes, the same ones for the same results."""
    arrays: Arrays = {
        "row": results.projects.row,
        "reference": results.projects.reference,
        "name": results.projects.name,
        "site": _written_sites(results.projects.site),
        "invalid": results.invalid,
    }
    facts = results.projects.facts
    for prefix, table in _tables(facts.units, facts.statistics, facts.facilities, results.errors):
        arrays |= {f"{prefix}.{name}": column for name, column in table.items()}
    parts = []
    for number, part in enumerate(results.parts):
        arrays[f"{number}.places"] = part.places
        arrays |= {f"{number}.{name}": getattr(part.findings, name) for name in sorted(COLUMNS)}
        parts.append(_part_document(part))
    document = {"version": VERSION, "groups": sorted(results.groups), "parts": parts}
    return _packed(document, arrays)


def from_bytes(data: bytes) -> ProjectResults:
    """The results that `to_bytes` wrote. Raises ValueError for bytes of another version."""
    document, arrays = _unpacked(data)
    if document["version"] != VERSION:
        raise ValueError(f"results of version {document['version']}, not {VERSION}")
    facts = Facts(
        Level.PROJECT,
        _table(Units, "units", arrays),
        _table(Statistics, "statistics", arrays),
        _table(Facilities, "facilities", arrays),
    )
    site = _read_sites(arrays["site"])
    projects = Projects(arrays["row"], arrays["reference"], arrays["name"], facts, site)
    parts = tuple(_part(item, number, arrays, facts) for number, item in enumerate(document["parts"]))
    groups = frozenset(Group(name) for name in document["groups"])
    return ProjectResults(projects, _table(RowErrors, "errors", arrays), arrays["invalid"], parts, groups)


def _tables(
    units: Units, statistics: Statistics, facilities: Facilities, errors: RowErrors
) -> Iterator[tuple[str, Arrays]]:
    named = {"units": units, "statistics": statistics, "facilities": facilities, "errors": errors}
    for prefix, table in named.items():
        yield prefix, {name: column for name, column in table.__dict__.items() if isinstance(column, np.ndarray)}


def _table(kind: type[Table], prefix: str, arrays: Arrays) -> Table:
    names = [column.name for column in fields(kind) if f"{prefix}.{column.name}" in arrays]
    return kind(**{name: arrays[f"{prefix}.{name}"] for name in names})


def _part_document(part: JudgedProjects) -> Json:
    rules = [[applied.standard.id, applied.rule.id] for applied in part.findings.rules]
    chain = [json.loads(standard.model_dump_json(by_alias=True)) for standard in part.applied.chain]
    return {"standard": part.applied.id, "chain": chain, "rules": rules, "on": part.on.isoformat()}


def _part(document: Mapping[str, Json], number: int, arrays: Arrays, facts: Facts) -> JudgedProjects:
    chain = [Standard.model_validate_json(json.dumps(item)) for item in document["chain"]]
    applied = _applied(document["standard"], chain)
    by_id = {(item.standard.id, item.rule.id): item for item in applied.rules}
    rules: tuple[AppliedRule, ...] = tuple(by_id[standard, rule] for standard, rule in document["rules"])
    places = arrays[f"{number}.places"]
    findings = Findings(rules=rules, **{name: arrays[f"{number}.{name}"] for name in COLUMNS})
    chosen = facts if len(places) == len(facts) else facts.select(places)
    return JudgedProjects(places, applied, date.fromisoformat(document["on"]), chosen, findings)


def _applied(choice: str, chain: Sequence[Standard]) -> AppliedStandard:
    return _CHAINS[choice](chain) if choice in _CHAINS else apply_one(chain[0])


def _packed(document: Json, arrays: Arrays) -> bytes:
    columns, blocks = [], []
    for name, column in arrays.items():
        is_text = column.dtype == np.object_
        block = json.dumps(column.tolist(), ensure_ascii=False).encode() if is_text else column.tobytes()
        columns.append([name, _TEXT if is_text else column.dtype.str, list(column.shape), len(block)])
        blocks.append(block)
    header = json.dumps({**document, "columns": columns}, ensure_ascii=False).encode()
    return zlib.compress(b"".join([len(header).to_bytes(_LENGTH_BYTES, "big"), header, *blocks]), _COMPRESSION)


def _unpacked(data: bytes) -> tuple[Json, Arrays]:
    whole = memoryview(zlib.decompress(data))
    start = _LENGTH_BYTES + int.from_bytes(whole[:_LENGTH_BYTES], "big")
    document = json.loads(bytes(whole[_LENGTH_BYTES:start]))
    arrays: Arrays = {}
    for name, kind, shape, length in document["columns"]:
        block = whole[start : start + length]
        start += length
        if kind == _TEXT:
            arrays[name] = texts(json.loads(bytes(block)))
        else:
            arrays[name] = np.frombuffer(block, np.dtype(kind)).reshape(shape)
    return document, arrays


def _written_sites(sites: NDArray[np.object_]) -> NDArray[np.object_]:
    written = np.full(len(sites), None, np.object_)
    known = np.array([site is not None for site in sites], np.bool_)
    written[known] = shapely.to_wkb(sites[known], hex=True)
    return written


def _read_sites(written: NDArray[np.object_]) -> NDArray[np.object_]:
    sites: NDArray[np.object_] = shapely.from_wkb(written)
    return sites
