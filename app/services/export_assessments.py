"""Verdicts of all communities of a division as a table: a row for each community and rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from sqlalchemy.orm import Session

from app.reports.exports import Export
from app.services.export_tables import Columns, reader_of, wkb_of
from app.services.partitions import Partition, partitions
from app.services.rollup_facts import load_walked_division
from app.services.terms import Terms
from app.services.wording import Wording, decimal, source_of
from app.standards.assess import Measurer, assess
from app.standards.catalogue import AppliedRule
from app.standards.dated import DatedFacts
from app.standards.facts import Ints
from app.standards.findings import VERDICTS, Findings, reason_of
from app.standards.vocabulary import Basis
from app.store.export_rows import boundaries
from app.store.facts import CommunityTable, read_names

AT_ONCE: Final = 2000
_TEXT, _FIGURE = pa.string(), pa.float64()
_SCHEMA: Final = {
    "code": _TEXT,
    "name": _TEXT,
    "assessed_on": pa.date32(),
    "standard": _TEXT,
    "rule": _TEXT,
    "group": _TEXT,
    "indicator": _TEXT,
    "basis": _TEXT,
    "verdict": _TEXT,
    "verdict_label": _TEXT,
    "reason": _TEXT,
    "reason_label": _TEXT,
    "value": _FIGURE,
    "is_lower_bound": pa.bool_(),
    "unit": _TEXT,
    "comparison": _TEXT,
    "target": _FIGURE,
    "target_year": pa.int64(),
    "shortfall": _FIGURE,
    "shortfall_unit": _TEXT,
    "source_document": _TEXT,
    "source_place": _TEXT,
    "source_verification": _TEXT,
}


@dataclass(frozen=True)
class _Asked:
    session: Session
    table: CommunityTable
    terms: Terms
    with_boundaries: bool


def export_assessments(session: Session, division: str, *, terms: Terms, with_boundaries: bool) -> Export:
    """A row for each community and rule: verdict, value, target, reason, what is missing, and the source.

    Raises NotFound for an unknown standard.
    """
    terms.applied(division)
    table, members = load_walked_division(session, division, terms=terms)
    asked = _Asked(session, table, terms, with_boundaries)
    pages = _pages(asked, partitions(members, division=division, terms=terms))
    geometry = {"boundary": pa.binary()} if with_boundaries else {}
    reader = reader_of(pa.schema({**_SCHEMA, **geometry}), pages)
    return Export("assessments", reader, geometry="boundary" if with_boundaries else None)


def _pages(asked: _Asked, parts: Sequence[Partition]) -> Iterator[Columns]:
    for part in parts:
        for start in range(0, len(part.places), AT_ONCE):
            yield _page(asked, part, np.arange(start, min(start + AT_ONCE, len(part.places))))


def _page(asked: _Asked, part: Partition, chosen: Ints) -> Columns:
    """The verdicts on some communities of the part."""
    terms, ids = asked.terms, asked.table.ids[part.places[chosen]]
    names = read_names(asked.session, ids)
    facts = DatedFacts(part.members.communities.select(chosen), terms.on, terms.wording.catalogues)
    findings = assess(Measurer(facts), part.applied)
    count = len(findings.rules)
    columns: dict[str, list[Any]] = {  # Any: what the columns hold
        "code": np.repeat(part.members.communities.units.code[chosen], count).tolist(),
        "name": [names[key] for key in ids.tolist() for _ in range(count)],
        "assessed_on": [terms.on] * (count * len(chosen)),
        **_of_rules(findings, terms.wording, len(chosen)),
        **_of_findings(findings, terms.wording),
    }
    if asked.with_boundaries:
        held = boundaries(asked.session, ids.tolist())
        columns["boundary"] = [shape for shape in wkb_of([held[key] for key in ids.tolist()]) for _ in range(count)]
    return columns


def _of_rules(findings: Findings, wording: Wording, units: int) -> Columns:
    rows = [_rule_row(item, wording) for item in findings.rules]
    names = rows[0] if rows else dict.fromkeys(set(_SCHEMA) - set(_of_findings(findings, wording)))
    return {name: [row[name] for row in rows] * units for name in names}


def _rule_row(applied: AppliedRule, wording: Wording) -> Mapping[str, Any]:  # Any: text
    rule = applied.rule
    indicator = wording.catalogues.indicator(rule.indicator)
    source = source_of(applied.standard, rule)
    missing = wording.missing(0.0, indicator)
    return {
        "standard": applied.standard.id,
        "rule": rule.id,
        "group": rule.group,
        "indicator": rule.indicator,
        "unit": wording.unit(indicator, rule),
        "comparison": rule.comparison,
        "shortfall_unit": None if missing is None else missing.unit,
        "source_document": source.document,
        "source_place": source.place,
        "source_verification": source.verification,
    }


def _of_findings(findings: Findings, wording: Wording) -> Columns:
    verdicts = [VERDICTS[code] for code in findings.verdict.T.ravel()]
    bases = [Basis.RULE if binds else Basis.BENCHMARK for binds in findings.binds.T.ravel()]
    reasons = [reason_of(int(code)) for code in findings.reason.T.ravel()]
    targets = _targets(findings)
    return {
        "basis": bases,
        "verdict": verdicts,
        "verdict_label": [wording.verdict(*pair) for pair in zip(verdicts, bases, strict=True)],
        "reason": reasons,
        "reason_label": [wording.reason(reason) for reason in reasons],
        "value": _figures(findings.value),
        "is_lower_bound": findings.is_lower_bound.T.ravel().tolist(),
        "target": [None if target is None else target.value for target in targets],
        "target_year": [None if target is None else target.year for target in targets],
        "shortfall": _figures(findings.shortfall),
    }


def _targets(findings: Findings) -> Sequence[Any]:  # Any: a target of the rule, or none
    numbers = findings.target.T.tolist()
    return [
        None if number < 0 else item.rule.targets[number]
        for unit in numbers
        for item, number in zip(findings.rules, unit, strict=True)
    ]


def _figures(values: Any) -> list[float | None]:  # Any: an array of rules and units
    return [None if value != value else decimal(value) for value in values.T.ravel().tolist()]
