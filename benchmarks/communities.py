"""Communities that facilities can be imported into."""

from datetime import date

import shapely
from sqlalchemy import Engine

from app.store.bulk import NewCommunity, NewStatistics, add
from app.store.unit_of_work import Store

COMMUNITIES = 1_600


def add_communities(engine: Engine) -> None:
    """Communities in a square of 40 by 40, each with a boundary."""
    snapshot = NewStatistics(
        as_of=date(2020, 11, 1),
        households=300,
        population=900,
        urban_population=0,
        total_floor_area_m2=30_000.0,
        community_workers=None,
    )
    corners = [(100 + number % 40 / 4, 25 + number // 40 / 4) for number in range(COMMUNITIES)]
    rows = [
        NewCommunity(
            code=f"62{number:010d}",
            name=f"社区{number}",
            facility_inventory_as_of=date(2024, 1, 1),
            boundary=shapely.box(west, south, west + 0.25, south + 0.25),
            statistics=snapshot,
            facilities=(),
        )
        for number, (west, south) in enumerate(corners)
    ]
    with Store(engine).unit_of_work() as session:
        add(session, rows, is_sample=False)
