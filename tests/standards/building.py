"""Facts of the core from plain records, as golden cases and properties write them.

A record of a unit holds `code`, and where known `setting`, `resettlement_type`, `is_new_build`, `project_role`,
`is_fully_listed`, `statistics` (snapshots) and `facilities`; both may hold `repeat`, the number of equal ones. Of
repeated units the codes count up. A facility without an `id` gets one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any, TypeAlias

import numpy as np

from app.standards.assess import Measurer
from app.standards.catalogues import load_catalogues
from app.standards.dated import DatedFacts
from app.standards.divisions import derived_setting, township_type
from app.standards.facts import Facilities, Facts, Statistics, Units, encode
from app.standards.members import Members, empty_statistics, township_codes, township_units
from app.standards.model import Standard
from app.standards.vocabulary import (
    FloorAreaBasis,
    HouseholdBasis,
    Level,
    ProjectRole,
    ResettlementType,
    Setting,
)

Record: TypeAlias = Mapping[str, Any]  # Any: a record's values differ in type

CATALOGUES = load_catalogues()
LONG_AGO = date(2000, 1, 1)
FIRST_OWN_ID = 1_000_000


def facts_of(records: Iterable[Record], level: Level) -> Facts:
    """The facts of units of one level."""
    units = list(_each(records))
    return Facts(level, _units(units, level), _statistics(units), _facilities(units))


def measurer_of(records: Iterable[Record], level: Level, on: date) -> Measurer:
    """What measures the units on a day."""
    return Measurer(DatedFacts(facts_of(records, level), on, CATALOGUES))


def members_of(own: Record, communities: Iterable[Record], townships: Sequence[Record], on: date) -> Members:
    """A jurisdiction with its communities and what is known of its townships themselves."""
    below = facts_of(communities, Level.COMMUNITY)
    codes, _ = township_codes(below.units.code)
    known = {record["code"]: record for record in townships}
    records = [known.get(str(code), {"code": str(code)}) for code in codes]
    facilities = _facilities(records)
    return Members(
        communities=below,
        townships=Facts(
            Level.TOWNSHIP,
            township_units(codes, facilities),
            _statistics(records) if records else empty_statistics(),
            facilities,
        ),
        own=facts_of([own], Level.JURISDICTION),
        on=on,
        catalogues=CATALOGUES,
    )


def standard_of(record: Record) -> Standard:
    """A user's own standard: what the record leaves out is filled with something plain."""
    rules = [
        {"group": "AREA", "level": "COMMUNITY", "source": {"place": "1", "verification": "PRIMARY"}, **rule}
        for rule in record["rules"]
    ]
    filled = {
        "title": {"zh": "标准", "en": "Standard"},
        "issuer": "issuer",
        "effective_on": LONG_AGO,
        "period": {"from": 2000},
        **record,
        "rules": rules,
    }
    return Standard.model_validate(filled)


def _each(records: Iterable[Record]) -> Iterator[Record]:
    for record in records:
        for number in range(record.get("repeat", 1)):
            yield {**record, "code": _counted_up(record["code"], number)} if number else record


def _counted_up(code: str, number: int) -> str:
    """The code of the n-th community after this one: a hundred to a township, of the same kind of committee."""
    township, committee = int(code[:9]) + number // 100, int(code[9:]) + number % 100
    return f"{township:09d}{committee:03d}"


def _units(records: Sequence[Record], level: Level) -> Units:
    def column(members: Iterable[int]) -> np.ndarray:
        return np.array(list(members), np.int8)

    def flags(name: str) -> np.ndarray:
        return np.array([bool(record.get(name)) for record in records], np.bool_)

    return Units(
        code=np.array([record["code"] for record in records], np.str_),
        setting=column(encode(_setting(record)) for record in records),
        resettlement=column(encode(ResettlementType(record.get("resettlement_type", "NONE"))) for record in records),
        township_type=column(encode(township_type(record["code"])) for record in records),
        is_new_build=flags("is_new_build") | (level is Level.PROJECT),
        project_role=column(encode(_member(ProjectRole, record.get("project_role"))) for record in records),
        is_fully_listed=flags("is_fully_listed"),
        has_own_records=np.zeros(len(records), np.bool_),
    )


def _setting(record: Record) -> Setting | None:
    return Setting(record["setting"]) if "setting" in record else derived_setting(record["code"])


def _member(kind: Any, name: str | None) -> Any:  # Any: whatever vocabulary is asked for
    return None if name is None else kind(name)


def _statistics(records: Sequence[Record]) -> Statistics:
    return Statistics.of_rows(
        {
            "as_of": LONG_AGO,
            **snapshot,
            "unit": unit,
            "household_basis": _member(HouseholdBasis, snapshot.get("household_basis")),
            "floor_area_basis": _member(FloorAreaBasis, snapshot.get("floor_area_basis")),
        }
        for unit, record in enumerate(records)
        for snapshot in record.get("statistics", ())
    )


def _facilities(records: Sequence[Record]) -> Facilities:
    numbers = count(FIRST_OWN_ID)
    rows = [
        {"id": next(numbers), **facility, "unit": unit}
        for unit, record in enumerate(records)
        for facility in record.get("facilities", ())
        for _ in range(facility.get("repeat", 1))
    ]
    return Facilities.of_rows(rows, CATALOGUES.category_index)
