"""A large table, cut into blocks, gives to the bit what it gives in one piece."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from app import native
from app.native import OnWorthwhileUse
from app.standards import blocks
from app.standards.assess import Measurer, assess
from app.standards.catalogue import apply_all
from app.standards.dated import DatedFacts
from app.standards.facts import NO_PARENT, Facts, rows_of
from app.standards.findings import Findings, findings_of
from app.standards.loader import load_builtin_standards
from app.standards.pooled_members import assess_members, pool_ahead
from app.standards.rollup import assess_division, summarise
from app.standards.vocabulary import Basis, Group, Level
from tests.standards.building import CATALOGUES, facts_of, members_of

ON = date(2025, 12, 31)
EVERY_RULE = apply_all(load_builtin_standards())
UNITS = 23


@pytest.fixture
def records() -> list[dict[str, Any]]:
    """Communities of every kind, some of nothing known, with rooms in buildings of their own."""
    random = np.random.default_rng(5)
    return [_record(number, random) for number in range(UNITS)]


def _record(number: int, random: np.random.Generator) -> dict[str, Any]:
    first = 100 * number + 1
    categories = random.choice(["community_complex", "party_service_centre", "supermarket", "health_station"], 6)
    held = [
        {
            "id": first + place,
            "category": str(category),
            "floor_area_m2": None if random.random() < 0.1 else float(random.integers(1, 900)) / 7,
            "resident_activity_area_m2": None,
            "opening_hours_per_day": float(random.integers(5, 12)),
            "part_of": first if place == 1 else None,
        }
        for place, category in enumerate(categories)
    ]
    statistics = {"as_of": date(2024, 1, 1), "households": int(random.integers(0, 900)), "total_floor_area_m2": 9000}
    return {
        "code": f"6201020{number // 10:02d}{1 + number % 10:03d}",
        "is_new_build": bool(number % 3 == 0),
        "statistics": [] if number % 7 == 0 else [statistics, {**statistics, "as_of": date(2020, 1, 1)}],
        "facilities": held if number % 5 else [],
    }


def shuffled(facts: Facts) -> Facts:
    """The same facts with their rows in another order; rows of one unit keep theirs."""
    order = np.argsort(facts.facilities.unit % 4, kind="stable")
    new_row = np.append(np.argsort(order), NO_PARENT)
    facilities = rows_of(facts.facilities, order)
    moved = replace(facilities, parent=new_row[facilities.parent])
    return replace(facts, facilities=moved, statistics=rows_of(facts.statistics, slice(None, None, -1)))


def assessed(facts: Facts) -> Findings:
    return assess(Measurer(DatedFacts(facts, ON, CATALOGUES)), EVERY_RULE)


def test_findings_are_the_same_when_cut(records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    facts = shuffled(facts_of(records, Level.COMMUNITY))
    whole = assessed(facts)
    monkeypatch.setattr(blocks, "BLOCK_UNITS", 4)
    cut = assessed(facts)
    assert cut.size == whole.size == UNITS
    for column in fields(Findings):
        np.testing.assert_array_equal(getattr(cut, column.name), getattr(whole, column.name), err_msg=column.name)
    for basis in Basis:
        np.testing.assert_array_equal(cut.overall(Group, basis), whole.overall(Group, basis))
    assert [findings_of(cut, unit) for unit in range(UNITS)] == [findings_of(whole, unit) for unit in range(UNITS)]


@pytest.mark.parametrize("shuffle", [shuffled, lambda facts: facts])
def test_findings_are_the_same_to_the_bit_when_loops_are_not_compiled(
    records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, shuffle: Callable[[Facts], Facts]
) -> None:
    facts = shuffle(facts_of(records, Level.COMMUNITY))
    monkeypatch.setattr(OnWorthwhileUse, "_is_worth_compiling", lambda *_: True)
    compiled = assessed(facts)
    for loop in native._loops:
        monkeypatch.setattr(loop, "_compiled", None)
    monkeypatch.setattr(OnWorthwhileUse, "_is_worth_compiling", lambda *_: False)
    as_it_stands = assessed(facts)
    assert not any(loop._compiled for loop in native._loops)
    for column in fields(Findings):
        held = [np.asarray(getattr(findings, column.name)) for findings in (as_it_stands, compiled)]
        if held[0].dtype != np.object_:
            assert held[0].tobytes() == held[1].tobytes(), column.name
    assert repr(findings_of(as_it_stands, 3)) == repr(findings_of(compiled, 3))


def test_a_column_that_findings_do_not_have_is_no_attribute(
    records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_UNITS", 4)
    assert not hasattr(assessed(facts_of(records, Level.COMMUNITY)), "colour")


def test_roll_ups_are_the_same_when_cut(records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    def rolled_up() -> list[Any]:
        members = members_of({"code": "620102"}, records, [], ON)
        findings, origins = assess_division(members, EVERY_RULE)
        summaries = summarise(members, EVERY_RULE, assess(members.of_communities, EVERY_RULE))
        shown = [(item.pooled, item.verdicts, item.reasons, item.shortfall, item.mixed_bases) for item in summaries]
        return [findings_of(findings, 0), [(item.pooled, item.mixed_bases) for item in origins], shown]

    whole = rolled_up()
    monkeypatch.setattr(blocks, "BLOCK_UNITS", 4)
    assert _rounded(rolled_up()) == _rounded(whole)


@pytest.mark.parametrize("units", [4, 10_000])
def test_findings_made_while_pooling_are_those_made_alone(
    records: list[dict[str, Any]], units: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_UNITS", units)
    members, alone = (members_of({"code": "620102"}, records, [], ON) for _ in range(2))
    beside, expected = assess_members(members, EVERY_RULE), assess(alone.of_communities, EVERY_RULE)
    pool_ahead(EVERY_RULE.rules, alone)
    for column in fields(Findings):
        np.testing.assert_array_equal(getattr(beside, column.name), getattr(expected, column.name), column.name)
    assert members.pools
    assert _shown(members.pools) == _shown({key: alone.pools[key] for key in members.pools})
    assert assess_members(members, EVERY_RULE) is beside


def _shown(pools: dict[Any, Any]) -> dict[Any, str]:
    return {key: repr(pooled) for key, pooled in pools.items()}


def _rounded(value: Any) -> Any:
    """Sums of blocks differ from sums of the whole in the last bit."""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return [_rounded(getattr(value, name)) for name in value.__dataclass_fields__ if name != "applied"]
    return value
