"""Every row of the table of rules stands in a plan file with all its columns, and nothing else does."""

import csv
from pathlib import Path

import pytest

from app.standards.loader import load_builtin_standards
from app.standards.model import Rule

RULES_TABLE = Path(__file__).parents[1] / "data" / "rules.csv"
ROWS = list(csv.DictReader(RULES_TABLE.read_text(encoding="utf-8").splitlines()))
RULES = {(standard.id, rule.id): rule for standard in load_builtin_standards() for rule in standard.rules}


def _figures(figures: tuple) -> str:
    return ";".join(f"{figure.year or '-'}:{figure.value:g}" for figure in figures)


def _row(plan: str, rule: Rule) -> dict[str, str]:
    """The rule as a row of the table."""
    return {
        "plan": plan,
        "id": rule.id,
        "group": rule.group.value,
        "level": rule.level.value,
        "indicator": rule.indicator,
        "categories": "|".join(rule.categories),
        "setting": rule.scope.setting or "",
        "resettlement": rule.scope.resettlement or "",
        "township_type": "|".join(rule.scope.township_type),
        "new_build": rule.scope.new_build or "",
        "measure": rule.measure or "",
        "comparison": rule.comparison.value,
        "printed": rule.printed,
        "targets": _figures(rule.targets),
        "baselines": _figures(rule.baselines),
        "nature": rule.nature.value,
        "strength": rule.strength.value,
        "place": rule.source.place,
        "verification": rule.source.verification.value,
        "notes": rule.notes,
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['plan']}:{row['id']}")
def test_row_of_the_table_is_loaded_with_every_column(row: dict[str, str]) -> None:
    assert _row(row["plan"], RULES[row["plan"], row["id"]]) == row


def test_plans_hold_nothing_beyond_the_table() -> None:
    assert len(ROWS) == len(RULES)
    assert {(row["plan"], row["id"]) for row in ROWS} == set(RULES)
