"""What the site of a project tells, in the shapes of the wire."""

import numpy as np

from app.geometry.area import geodesic_area_m2
from app.schemas.project_result import SiteCommunity
from app.services.wording import decimal
from app.standards.facts import encode
from app.standards.projects import Projects
from app.standards.vocabulary import HouseholdBasis
from app.store.sites import Holding

M2_PER_HECTARE = 10_000


def site_area_m2(projects: Projects, place: int) -> float | None:
    """The geodesic area of the site; None without one."""
    site = projects.site[place]
    return None if site is None else decimal(geodesic_area_m2(site))


def dwellings_per_hectare(projects: Projects, place: int, area_m2: float | None) -> float | None:
    """How densely the site is built; None where its area or the dwellings are not known."""
    dwellings = _dwellings(projects, place) if area_m2 else None
    return None if dwellings is None or not area_m2 else decimal(dwellings / (area_m2 / M2_PER_HECTARE))


def site_communities(holdings: tuple[Holding, ...]) -> tuple[SiteCommunity, ...]:
    """The communities that hold some of a site."""
    return tuple(
        SiteCommunity(
            community_id=holding.community_id,
            code=holding.code,
            name=holding.name,
            share=decimal(holding.share) or 0.0,
        )
        for holding in holdings
    )


def _dwellings(projects: Projects, place: int) -> float | None:
    """The households, where they are counted as dwellings; so they are where nothing is said."""
    statistics = projects.facts.statistics
    first, end = np.searchsorted(statistics.unit, [place, place + 1])
    for row in range(first, end):
        basis, households = int(statistics.household_basis[row]), float(statistics.households[row])
        if basis in (encode(None), encode(HouseholdBasis.DESIGN_DWELLINGS)) and households == households:
            return households
    return None
