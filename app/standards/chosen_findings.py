"""The findings of some of the units of a table."""

import numpy as np

from app.standards.facts import Ints
from app.standards.findings import COLUMNS, Findings


def findings_at(findings: Findings, units: Ints) -> Findings:
    """The findings of some units (ascending places), of large tables from their blocks alone."""
    pieces: list[tuple[Findings, list[int]]] = []
    for unit in units:
        table, place = findings.locate(int(unit))
        if not pieces or pieces[-1][0] is not table:
            pieces.append((table, []))
        pieces[-1][1].append(place)
    pieces = pieces or [(findings, [])]
    columns = {
        name: np.concatenate([getattr(table, name)[:, places] for table, places in pieces], axis=1) for name in COLUMNS
    }
    return Findings(rules=findings.rules, **columns)
