"""A community together with a residential project that becomes a part of it."""

from dataclasses import replace
from datetime import date

import numpy as np

from app.standards.catalogues import Catalogues
from app.standards.choices import SERVICE
from app.standards.dated import DatedFacts
from app.standards.facts import Facilities, Facts, Statistics

SUMMED = ("households", "population", "total_floor_area_m2")


def taken_in(community: Facts, project: Facts, *, on: date, catalogues: Catalogues) -> Facts:
    """One community with one project taken in, as they stand on the day.

    Figures are added, and unknown where one of them is; so are the facilities, of which nothing is known unless both
    lists are whole. The project's facilities are numbered from -1 downwards, in their order.
    """
    before, added = DatedFacts(community, on, catalogues), DatedFacts(project, on, catalogues)
    is_listed = bool(before.listed((SERVICE,))[0] and project.units.is_fully_listed[0])
    facilities = replace(project.facilities, identifier=-1 - project.facilities.identifier)
    return Facts(
        community.level,
        replace(community.units, is_fully_listed=np.array([is_listed])),
        _statistics(before, added),
        community.facilities.followed_by(facilities) if is_listed else Facilities.of_rows((), {}),
    )


def _statistics(before: DatedFacts, added: DatedFacts) -> Statistics:
    row = {name: float(before.fact(name)[0]) + float(added.fact(name)[0]) for name in SUMMED}
    snapshot = Statistics.of_rows([{"unit": 0, "as_of": before.on, **row}])
    return replace(
        snapshot,
        household_basis=before.basis("household_basis"),
        floor_area_basis=before.basis("floor_area_basis"),
        social_organisations=before.fact("social_organisations"),
        self_service_available=before.fact("self_service_available"),
    )
