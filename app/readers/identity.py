"""Rows of a project sheet by which nobody could tell a project, or that say nothing of it."""

import numpy as np

from app.readers.found import Found
from app.readers.tables import TypedSheet

_NAMES = frozenset({"reference", "name"})


def with_identity(table: TypedSheet) -> TypedSheet:
    """Rows without reference and name are faults, since they may be sums; those with nothing else are warned of."""
    heading = next((name for name in ("reference", "name") if name in table.matches.by_name), None)
    if heading is None:
        return table
    is_called = _any_in(table, sorted(_NAMES & table.columns.keys()))
    facts = [match.target.name for match in table.matches.matches if match.target.name not in _NAMES]
    facts += ["site"] if table.sheet.geometry is not None else []
    is_bare = is_called & ~_any_in(table, facts) & ~table.faulty if facts else np.zeros(len(table), np.bool_)
    unnamed = ~is_called & ~table.has_fault_in(heading)
    found = [Found(np.flatnonzero(unnamed), "project_unnamed")] if unnamed.any() else []
    found += [Found(np.flatnonzero(is_bare), "project_says_nothing", is_warning=True)] if is_bare.any() else []
    return table.with_found(heading, found)


def _any_in(table: TypedSheet, names: list[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    there = np.zeros(len(table), np.bool_)
    for name in names:
        there |= np.asarray(table.columns[name].is_valid())
    return there
