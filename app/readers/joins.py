"""Facilities joined to their projects by the project's reference."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.readers.found import Found
from app.readers.tables import TypedSheet

NO_PROJECT = -1


@dataclass(frozen=True)
class Joined:
    """Both sheets with the faults of joining, and each facility's project (NO_PROJECT: none)."""

    projects: TypedSheet
    facilities: TypedSheet
    project: NDArray[np.int64]


def joined(projects: TypedSheet, facilities: TypedSheet) -> Joined:
    """Facilities find their project by its reference; references that several projects share are faults."""
    called = pc.coalesce(projects.columns["reference"], projects.columns["name"])
    known, asked = _keys(called), _keys(facilities.columns["project_reference"])
    number = np.asarray(known.dictionary_encode().indices.fill_null(NO_PROJECT))
    projects = projects.with_found("reference", _repeated(known, number))
    place = pc.fill_null(pc.index_in(asked, value_set=known, skip_nulls=True), NO_PROJECT)
    project = np.asarray(place).astype(np.int64)
    lost = np.flatnonzero((project == NO_PROJECT) & np.asarray(asked.is_valid()))
    if len(lost):
        params = [
            {"reference": text} for text in facilities.columns["project_reference"].take(pa.array(lost)).to_pylist()
        ]
        facilities = facilities.with_found("project_reference", (Found(lost, "unknown_project_reference", params),))
    return Joined(projects, facilities, project)


def _keys(references: pa.StringArray) -> pa.StringArray:
    """References as they are compared: full-width forms unified."""
    if pc.all(pc.string_is_ascii(references)).as_py() is not False:
        return references
    return pc.utf8_normalize(references, form="NFKC")


def _repeated(keys: pa.StringArray, number: NDArray[np.integer]) -> list[Found]:
    counts = np.bincount(number[number >= 0], minlength=1)
    is_repeated = (number >= 0) & (counts[number] > 1)
    places = np.flatnonzero(is_repeated)
    params = [{"reference": keys[int(place)].as_py(), "count": int(counts[number[place]])} for place in places]
    return [Found(places, "duplicate_reference", params)] if len(places) else []
