"""Many communities at once are stored as if each had been stored by itself."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from app.errors import Conflict
from app.standards.catalogues import load_catalogues
from app.standards.vocabulary import Setting
from app.store import communities, facilities, statistics
from app.store.bulk import NewCommunity, NewFacility, NewStatistics, add, codes_below
from app.store.facts import load_division
from app.store.paging import Cut
from app.store.tables import COMMUNITY, Statistics
from app.store.unit_of_work import Store
from tests.store.builders import CODE, at, square, stored_community, stored_facility

ON = date(2024, 6, 30)


def new_facility(**given: Any) -> NewFacility:
    unknown = dict.fromkeys(
        ("floor_area_m2", "resident_activity_area_m2", "land_area_m2", "opening_hours_per_day", "location")
    )
    station = {"name": "Station", "category": "community_service_station", "is_main": False}
    return NewFacility(**{**unknown, **station, **given})


def new_community(code: str = CODE, *stations: NewFacility, **given: Any) -> NewCommunity:
    snapshot = NewStatistics(
        as_of=date(2020, 11, 1),
        households=300,
        population=None,
        urban_population=0,
        total_floor_area_m2=0.1 + 0.2,
        community_workers=2,
    )
    values = {"name": f"Community {code}", "facility_inventory_as_of": date(2020, 12, 31), "boundary": None}
    return NewCommunity(code=code, statistics=snapshot, facilities=stations, **{**values, **given})


def test_facts_are_those_of_communities_stored_one_by_one(store: Store) -> None:
    area = {"floor_area_m2": 120.5, "resident_activity_area_m2": 60.25, "opening_hours_per_day": 8.0, "is_main": True}
    with store.unit_of_work() as session:
        add(session, [new_community("130824001001", new_facility(**area), new_facility())], is_sample=True)
        single = stored_community(session, "620102001001", facility_inventory_as_of=date(2020, 12, 31))
        given = vars(new_community().statistics)
        statistics.create(session, Statistics(community_id=single.id, **given))
        for values in (area, {}):
            stored_facility(session, community_id=single.id, **values)
    with store.reading() as session:
        (_, bulk), (_, alone) = (
            load_division(session, division, on=ON, catalogues=load_catalogues()) for division in ("13", "62")
        )
    for table in ("units", "statistics", "facilities"):
        for name, column in vars(getattr(bulk.communities, table)).items():
            if name not in ("code", "identifier", "reported"):
                np.testing.assert_array_equal(column, getattr(getattr(alone.communities, table), name), err_msg=name)


def test_rows_read_back_are_whole(store: Store) -> None:
    with store.unit_of_work() as session:
        add(session, [new_community(CODE, new_facility(location=at(107.5, 26.5)))], is_sample=True)
    with store.reading() as session:
        (row,) = communities.read(session, communities.CommunityFilter(setting=Setting.URBAN), cut=Cut(9)).items
        assert (row.code, row.is_sample, row.revision, row.is_new_build) == (CODE, True, 1, False)
        assert row.created_at == row.updated_at
        (station,) = facilities.read(session, facilities.FacilityFilter(box=(107, 26, 108, 27)), cut=Cut(9)).items
        assert (station.community_id, station.is_sample, station.is_assigned_by_location) == (row.id, True, False)
        assert station.location == at(107.5, 26.5)


def test_rows_can_be_changed_afterwards(store: Store) -> None:
    with store.unit_of_work() as session:
        add(session, [new_community()], is_sample=False)
    with store.unit_of_work() as session:
        (row,) = communities.read(session, communities.CommunityFilter(), cut=Cut(9)).items
        row.name = "Renamed"
        communities.save(session, row)
        assert row.revision == 2


def test_unassigned_facilities_in_a_new_boundary_become_its_own(store: Store) -> None:
    with store.unit_of_work() as session:
        waiting = stored_facility(session, location=at(0.5, 0.5)).id
    with store.unit_of_work() as session:
        add(session, [new_community(boundary=square(0, 0))], is_sample=True)
    with store.reading() as session:
        found = facilities.get(session, waiting)
        (row,) = communities.read(session, communities.CommunityFilter(box=(0.2, 0.2, 0.3, 0.3)), cut=Cut(9)).items
        assert (found.community_id, found.is_assigned_by_location) == (row.id, True)


def test_refused_whole_when_a_code_is_stored(store: Store) -> None:
    with store.unit_of_work() as session:
        stored_community(session, "130824001002")
    with pytest.raises(Conflict), store.unit_of_work() as session:
        add(session, [new_community("130824001001"), new_community("130824001002")], is_sample=True)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(COMMUNITY)) == 1


def test_codes_below_a_division_tell_samples_from_others(store: Store) -> None:
    with store.unit_of_work() as session:
        stored_community(session, "130824001002")
        add(session, [new_community("130824001001"), new_community("620102001001")], is_sample=True)
    with store.reading() as session:
        assert codes_below(session, "1308") == {"130824001001": True, "130824001002": False}
        assert len(codes_below(session, "")) == 3
