"""Many facilities at once end as if each had been stored by itself."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from app.errors import InvalidInput
from app.standards.vocabulary import Tenure
from app.store import facilities
from app.store.bulk_facilities import NO_BUILDING, FacilityColumns, add_facilities
from app.store.facilities import FacilityFilter
from app.store.placement import NO_COMMUNITY, assign
from app.store.tables import COMMUNITY, FACILITY, Facility
from app.store.unit_of_work import Store
from tests.store.builders import square, stored_community, stored_facility

KEPT = {"id", "created_at", "updated_at"}


def columns(**given: Any) -> FacilityColumns:
    count = len(next(iter(given.values())))
    return FacilityColumns.of(
        **{
            "name": [f"Station {row}" for row in range(count)],
            "category": ["community_service_station"] * count,
            **given,
        }
    )


def added(store: Store, **given: Any) -> list[int]:
    with store.unit_of_work() as session:
        return [int(key) for key in add_facilities(session, columns(**given))]


def communities_of(store: Store, ids: list[int]) -> list[tuple[int | None, bool]]:
    with store.reading() as session:
        rows = [facilities.get(session, key) for key in ids]
        return [(row.community_id, row.is_assigned_by_location) for row in rows]


def revisions(store: Store) -> dict[int, int]:
    with store.reading() as session:
        return {
            row.id: row.facts_revision for row in session.execute(select(COMMUNITY.c.id, COMMUNITY.c.facts_revision))
        }


def test_rows_are_those_stored_one_by_one(store: Store) -> None:
    with store.unit_of_work() as session:
        home = stored_community(session, boundary=square(0, 0)).id
    known = {
        "name": "服务站\t\\N \"a\"\n'b'",
        "category": "community_service_station",
        "community_id": home,
        "longitude": 0.1 + 0.2,
        "latitude": 0.5,
        "floor_area_m2": 120.55,
        "resident_activity_area_m2": 1e-3,
        "land_area_m2": 0.0,
        "opening_hours_per_day": 8.0,
        "tenure": Tenure.RENTED,
        "is_main": True,
        "counts_as_service": False,
        "opened_on": date(2001, 2, 3),
        "closed_on": date(2030, 1, 1),
    }
    [whole, bare] = added(store, **{name: [value, None if name in FREE else value] for name, value in known.items()})
    with store.unit_of_work() as session:
        place = square(0, 0).centroid.__class__(known.pop("longitude"), known.pop("latitude"))
        one = stored_facility(session, **known, location=place).id
        two = stored_facility(session, **{k: v for k, v in known.items() if k not in FREE}, location=place).id
    with store.reading() as session:
        for many, alone in ((whole, one), (bare, two)):
            rows = [session.get_one(Facility, key).model_dump(exclude=KEPT) for key in (many, alone)]
            assert rows[0] == rows[1]
        assert session.get_one(Facility, whole).created_at.tzinfo is not None


FREE = {
    "floor_area_m2",
    "resident_activity_area_m2",
    "land_area_m2",
    "opening_hours_per_day",
    "tenure",
    "counts_as_service",
    "opened_on",
    "closed_on",
}


def test_belong_where_given_or_where_located(store: Store) -> None:
    with store.unit_of_work() as session:
        low = stored_community(session, "130824001001", boundary=square(0, 0)).id
        high = stored_community(session, "130824001002", boundary=square(1, 0)).id
    ids = added(
        store,
        community_id=[NO_COMMUNITY, NO_COMMUNITY, NO_COMMUNITY, low, NO_COMMUNITY, NO_COMMUNITY],
        division_code=[None, None, None, None, "130824001", None],
        longitude=[0.5, 1.5, 9.0, 1.5, 0.5, 1.0],
        latitude=[0.5] * 6,
    )
    expected = [(low, True), (high, True), (None, False), (low, False), (None, False), (low, True)]
    assert communities_of(store, ids) == expected
    assert revisions(store) == {low: 2, high: 2}


def test_rooms_belong_where_their_building_belongs(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session, boundary=square(0, 0)).id
    ids = added(store, part_of=[1, NO_BUILDING, 1], longitude=[np.nan, 0.5, 7.0], latitude=[np.nan, 0.5, 7.0])
    assert communities_of(store, ids) == [(key, True)] * 3
    with store.reading() as session:
        assert [facilities.get(session, key).part_of for key in ids] == [ids[1], None, ids[1]]


@pytest.mark.parametrize(
    ("given", "code", "pointer"),
    [
        ({"community_id": [0, 10**9]}, "unknown_community", "/1/community_id"),
        ({"community_id": [0, 1], "division_code": [None, "130824001"]}, "place_ambiguous", "/1/division_code"),
        ({"part_of": [0, -1]}, "part_of_itself", "/0/part_of"),
        ({"part_of": [1, 2, -1]}, "part_of_part", "/0/part_of"),
        ({"part_of": [1, -1], "division_code": ["130824001", "130824002"]}, "part_elsewhere", "/0/part_of"),
        ({"floor_area_m2": [1.0, -1.0]}, "value_not_storable", ""),
        ({"floor_area_m2": [1.0, np.inf]}, "value_not_storable", ""),
        ({"tenure": ["OWNED", "STOLEN"]}, "value_not_storable", ""),
        ({"resident_activity_area_m2": [2.0], "floor_area_m2": [1.0]}, "value_not_storable", ""),
    ],
)
def test_refused_whole_when_a_row_is_faulty(store: Store, given: dict[str, Any], code: str, pointer: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        added(store, **given)
    [fault] = refusal.value.faults
    assert (fault.code, fault.pointer) == (code, pointer)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(FACILITY)) == 0


def test_ids_are_never_given_twice(store: Store) -> None:
    first = added(store, name=["a", "b", "c"])
    with store.unit_of_work() as session:
        facilities.remove(session, facilities.get(session, first[-1]))
        single = stored_facility(session).id
    assert single > first[-1]
    assert min(added(store, name=["d"])) > single


def test_nothing_is_stored_when_nothing_is_given(store: Store) -> None:
    assert added(store, name=[]) == []


def test_nothing_stays_when_the_change_is_given_up(store: Store) -> None:
    def give_up() -> None:
        with store.unit_of_work() as session:
            add_facilities(session, columns(name=["a"]))
            raise KeyError

    with pytest.raises(KeyError):
        give_up()
    with store.reading() as session:
        assert facilities.count(session, FacilityFilter()) == 0


def test_found_by_box_and_changed_afterwards(store: Store) -> None:
    [key, _] = added(store, longitude=[107.5, 108.5], latitude=[26.5, 26.5])
    with store.unit_of_work() as session:
        row = facilities.get(session, key)
        row.name = "Renamed"
        facilities.save(session, row)
    with store.reading() as session:
        assert facilities.count(session, FacilityFilter(box=(107, 26, 108, 27))) == 1


def test_many_places_are_held_as_few_are(store: Store) -> None:
    with store.unit_of_work() as session:
        for row in range(4):
            stored_community(session, f"13082400100{9 - row}", boundary=square(row * 0.75, 0))
    random = np.random.default_rng(3)
    longitudes, latitudes = random.uniform(-0.5, 4, 200).round(2), random.uniform(-0.5, 1.5, 200).round(2)
    with store.reading() as session:
        many = assign(session, longitudes, latitudes).tolist()
        single = [int(assign(session, longitudes[[k]], latitudes[[k]])[0]) for k in range(200)]
    assert many == single
    assert len(set(many)) == 5
