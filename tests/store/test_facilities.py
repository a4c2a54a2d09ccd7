"""Facilities: where they belong, rooms and buildings, filters."""

from datetime import date

import pytest

from app.errors import Conflict, InvalidInput, NotFound
from app.standards.vocabulary import Tenure
from app.store import communities, facilities
from app.store.facilities import FacilityFilter
from app.store.paging import Cut
from app.store.tables import Facility
from app.store.unit_of_work import Store
from tests.store.builders import at, change_facility, facility, square, stored_community, stored_facility

ALL = Cut(limit=100)


def facts_revision(store: Store, key: int) -> int:
    with store.reading() as session:
        return communities.get(session, key).facts_revision


def reread(store: Store, row: Facility) -> Facility:
    with store.reading() as session:
        return facilities.get(session, row.id)


def ids(store: Store, chosen: FacilityFilter) -> list[int]:
    with store.reading() as session:
        found = [row.id for row in facilities.read(session, chosen, cut=ALL).items]
        assert facilities.count(session, chosen) == len(found)
    return found


def test_everything_comes_back_as_it_was_stored(store: Store) -> None:
    given = {
        "location": at(117.25, 40.5),
        "floor_area_m2": 560.5,
        "resident_activity_area_m2": 336.3,
        "land_area_m2": 0.1,
        "opening_hours_per_day": 8.5,
        "tenure": Tenure.BORROWED,
        "is_main": True,
        "counts_as_service": False,
        "opened_on": date(2020, 1, 1),
        "closed_on": date(2024, 5, 1),
        "is_sample": True,
    }
    with store.unit_of_work() as session:
        row = stored_facility(session, **given)
    found = reread(store, row)
    assert {name: getattr(found, name) for name in given} == given
    assert (found.longitude, found.latitude) == (117.25, 40.5)


@pytest.mark.parametrize(
    "given",
    [
        {"floor_area_m2": -0.1},
        {"floor_area_m2": float("inf")},
        {"opening_hours_per_day": 24.5},
        {"floor_area_m2": 10.0, "resident_activity_area_m2": 10.1},
        {"opened_on": date(2024, 5, 2), "closed_on": date(2024, 5, 1)},
        {"division_code": "130824"},
    ],
)
def test_the_table_refuses_what_cannot_be(store: Store, given: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refused, store.unit_of_work() as session:
        stored_facility(session, **given)
    assert refused.value.faults[0].code == "value_not_storable"


def test_unknown_community_is_refused(store: Store) -> None:
    for key in (77, 2**70):
        with pytest.raises(InvalidInput) as refused, store.unit_of_work() as session:
            stored_facility(session, community_id=key)
        [fault] = refused.value.faults
        assert (fault.code, fault.pointer, fault.value) == ("unknown_community", "/community_id", key)


def test_community_and_township_together_are_refused(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session).id
        with pytest.raises(InvalidInput) as refused:
            stored_facility(session, community_id=key, division_code="130824001")
    assert refused.value.faults[0].code == "place_ambiguous"


# Belonging by location


def test_location_finds_the_boundary_that_covers_it(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session, boundary=square(0, 0)).id
        inside = stored_facility(session, location=at(0.5, 0.5))
        outside = stored_facility(session, location=at(1.5, 0.5))
        in_hole_of_box = stored_facility(session, location=at(1.0, 1.0))
    assert (inside.community_id, inside.is_assigned_by_location) == (key, True)
    assert (outside.community_id, outside.is_assigned_by_location) == (None, False)
    assert in_hole_of_box.community_id == key
    assert ids(store, FacilityFilter(is_unassigned=True)) == [outside.id]
    assert ids(store, FacilityFilter(is_unassigned=False)) == [inside.id, in_hole_of_box.id]


@pytest.mark.parametrize("codes", [("130824001001", "130824001002"), ("130824001002", "130824001001")])
def test_shared_border_goes_to_the_lowest_code_whatever_the_order(store: Store, codes: tuple[str, str]) -> None:
    with store.unit_of_work() as session:
        rows = {code: stored_community(session, code, boundary=square(int(code[-1]), 0)) for code in codes}
        on_border = stored_facility(session, location=at(2, 0.5))
    assert on_border.community_id == rows["130824001001"].id


def test_given_community_or_township_goes_before_location(store: Store) -> None:
    with store.unit_of_work() as session:
        stored_community(session, "130824001001", boundary=square(0, 0))
        far = stored_community(session, "130824001002").id
        given = stored_facility(session, location=at(0.5, 0.5), community_id=far)
        township = stored_facility(session, location=at(0.5, 0.5), division_code="130824001")
    assert (given.community_id, given.is_assigned_by_location) == (far, False)
    assert (township.community_id, township.division_code) == (None, "130824001")


def test_located_facilities_are_asked_again_when_boundaries_come_move_and_go(store: Store) -> None:
    with store.unit_of_work() as session:
        point = stored_facility(session, location=at(0.5, 0.5))
        room = stored_facility(session, part_of=point.id)
        given = stored_facility(
            session, location=at(0.5, 0.5), community_id=stored_community(session, "620102001001").id
        )
    before = given.community_id
    with store.unit_of_work() as session:
        first = stored_community(session, "130824001002", boundary=square(0, 0))
    assert reread(store, point).community_id == first.id
    assert reread(store, room).community_id == first.id
    assert reread(store, point).revision == 2
    with store.unit_of_work() as session:
        lower = stored_community(session, "130824001001", boundary=square(0, 0))
    assert reread(store, point).community_id == lower.id
    assert (facts_revision(store, first.id), facts_revision(store, lower.id)) == (3, 2)
    with store.unit_of_work() as session:
        row = communities.get(session, lower.id)
        row.boundary = square(5, 5)
        communities.save(session, row)
    assert reread(store, point).community_id == first.id
    with store.unit_of_work() as session:
        row = communities.get(session, first.id)
        row.boundary = None
        communities.save(session, row)
    found = reread(store, point)
    assert (found.community_id, found.is_assigned_by_location) == (None, False)
    assert reread(store, room).community_id is None
    assert reread(store, given).community_id == before


def test_save_asks_again_when_the_location_moves(store: Store) -> None:
    with store.unit_of_work() as session:
        first = stored_community(session, "130824001001", boundary=square(0, 0)).id
        second = stored_community(session, "130824001002", boundary=square(2, 0)).id
        row = stored_facility(session, location=at(0.5, 0.5))
    with store.unit_of_work() as session:
        row = facilities.get(session, row.id)
        row.location = at(2.5, 0.5)
        facilities.save(session, row)
    assert reread(store, row).community_id == second
    assert (facts_revision(store, first), facts_revision(store, second)) == (3, 2)


def test_save_pins_the_community_when_the_caller_says_it_was_given(store: Store) -> None:
    with store.unit_of_work() as session:
        stored_community(session, "130824001001", boundary=square(0, 0))
        other = stored_community(session, "130824001002").id
        row = stored_facility(session, location=at(0.5, 0.5))
        row.community_id, row.is_assigned_by_location = other, False
        facilities.save(session, row)
        row.location = at(0.6, 0.6)
        facilities.save(session, row)
    assert reread(store, row).community_id == other


# Rooms


def test_a_room_belongs_where_its_building_belongs(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session).id
        building = stored_facility(session, community_id=key)
        silent = stored_facility(session, part_of=building.id)
        spoken = stored_facility(session, part_of=building.id, community_id=key)
        of_township = stored_facility(session, division_code="130824001")
        room_of_township = stored_facility(session, part_of=of_township.id)
    assert silent.community_id == spoken.community_id == key
    assert room_of_township.division_code == "130824001"


def test_rooms_go_where_their_building_goes(store: Store) -> None:
    with store.unit_of_work() as session:
        first, second = (stored_community(session, code).id for code in ("130824001001", "130824001002"))
        building = stored_facility(session, community_id=first)
        room = stored_facility(session, part_of=building.id)
        building.community_id = second
        facilities.save(session, building)
    assert reread(store, room).community_id == second
    assert reread(store, room).revision == 2
    assert (facts_revision(store, first), facts_revision(store, second)) == (4, 2)


@pytest.mark.parametrize("key", [99, -1, 2**65])
def test_unknown_building_is_refused(store: Store, key: int) -> None:
    with pytest.raises(InvalidInput) as refused, store.unit_of_work() as session:
        stored_facility(session, part_of=key)
    [fault] = refused.value.faults
    assert (fault.code, fault.pointer, fault.value) == ("unknown_building", "/part_of", key)


def test_a_room_elsewhere_than_its_building_is_refused(store: Store) -> None:
    with store.unit_of_work() as session:
        first, second = (stored_community(session, code).id for code in ("130824001001", "130824001002"))
        building = stored_facility(session, community_id=first)
        with pytest.raises(InvalidInput) as refused:
            stored_facility(session, part_of=building.id, community_id=second)
    assert [(fault.code, fault.pointer) for fault in refused.value.faults] == [("part_elsewhere", "/part_of")]


def test_a_room_of_a_room_is_refused(store: Store) -> None:
    with store.unit_of_work() as session:
        building = stored_facility(session)
        room = stored_facility(session, part_of=building.id)
        with pytest.raises(InvalidInput) as refused:
            stored_facility(session, part_of=room.id)
    assert refused.value.faults[0].code == "part_of_part"


def test_a_building_with_rooms_cannot_become_a_room(store: Store) -> None:
    with store.unit_of_work() as session:
        building, other = stored_facility(session), stored_facility(session)
        stored_facility(session, part_of=building.id)
    with pytest.raises(InvalidInput) as refused:
        change_facility(store, building.id, part_of=other.id)
    assert refused.value.faults[0].code == "part_of_part"


def test_a_facility_cannot_be_a_part_of_itself(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_facility(session).id
    with pytest.raises(InvalidInput) as refused:
        change_facility(store, key, part_of=key)
    assert refused.value.faults[0].code == "part_of_itself"


def test_remove_refuses_when_rooms_are_left(store: Store) -> None:
    with store.unit_of_work() as session:
        building = stored_facility(session)
        stored_facility(session, part_of=building.id)
        with pytest.raises(Conflict) as refused:
            facilities.remove(session, building)
    assert (refused.value.faults[0].code, refused.value.faults[0].params) == ("parts_stored", {"count": 1})


def test_remove_raises_the_facts_revision(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session).id
        row = stored_facility(session, community_id=key)
        facilities.remove(session, row)
    with store.reading() as session, pytest.raises(NotFound):
        facilities.get(session, row.id)
    assert facts_revision(store, key) == 3


# Filters


def test_filters_choose_exactly(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored_community(session, "130824001001").id
        there = stored_community(session, "520102001001").id
        near = stored_facility(session, community_id=key, location=at(117.5, 40.5))
        far = stored_facility(session, community_id=there, category="pharmacy")
        township = stored_facility(session, division_code="130824001", category="social_work_station")
    expected = {
        FacilityFilter(): [near.id, far.id, township.id],
        FacilityFilter(community_id=key): [near.id],
        FacilityFilter(community_id=2**70): [],
        FacilityFilter(division="130824"): [near.id, township.id],
        FacilityFilter(division="130824001"): [near.id, township.id],
        FacilityFilter(division="130824001001"): [near.id],
        FacilityFilter(division="52"): [far.id],
        FacilityFilter(category="pharmacy"): [far.id],
        FacilityFilter(division="13", category="pharmacy"): [],
        FacilityFilter(box=(117.5, 40.5, 118, 41)): [near.id],
        FacilityFilter(box=(117.500000001, 40.5, 118, 41)): [],
    }
    assert {chosen: ids(store, chosen) for chosen in expected} == expected


@pytest.mark.parametrize(
    ("day", "is_open"),
    [(date(2019, 12, 31), False), (date(2020, 1, 1), True), (date(2024, 4, 30), True), (date(2024, 5, 1), False)],
)
def test_open_on_counts_the_first_day_and_not_the_last(store: Store, day: date, is_open: bool) -> None:
    with store.unit_of_work() as session:
        dated = stored_facility(session, opened_on=date(2020, 1, 1), closed_on=date(2024, 5, 1))
        always = stored_facility(session)
    assert ids(store, FacilityFilter(open_on=day)) == ([dated.id] if is_open else []) + [always.id]


def test_box_of_a_facility_follows_its_location(store: Store) -> None:
    with store.unit_of_work() as session:
        row = facility(location=at(1, 1))
        facilities.create(session, row)
        row.location = None
        facilities.save(session, row)
    assert ids(store, FacilityFilter(box=(0, 0, 2, 2))) == []
