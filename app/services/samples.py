"""Sample communities into the store: the invented county, or a real jurisdiction with modelled facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from app.sample.baselines import Baselines, baselines_of
from app.sample.county import load_sample_county
from app.sample.data_folder import read_folder
from app.sample.division import Ground, model_division
from app.sample.parameters import load_parameters
from app.sample.places import Source
from app.sample.records import SampleCommunity, SampleFacility
from app.services.applied_standard import EFFECTIVE, applied_standard
from app.services.known_standards import Standards
from app.services.standards import Shelf
from app.standards.catalogues import load_catalogues
from app.standards.divisions import normal_division
from app.standards.loader import load_builtin_standards
from app.store.bulk import NewCommunity, NewFacility, NewStatistics, add, codes_below
from app.store.communities import CommunityFilter, count
from app.store.unit_of_work import Store


@dataclass(frozen=True)
class Loaded:
    """What came of loading a division.

    `added` are the new communities; `kept_samples` and `kept_own` were stored already and stay as they are;
    `others` are stored in the division without being listed in the source.
    """

    division: str
    name: str
    added: tuple[SampleCommunity, ...]
    kept_samples: int
    kept_own: int
    others: int
    baselines: Baselines | None


def load_county(store: Store, *, on: date) -> Loaded | None:
    """Load the invented county by the built-in plans in force on a day, into a store without communities.

    None where some are stored already.
    """
    county = load_sample_county()
    with store.unit_of_work() as session:
        if count(session, CommunityFilter()):
            return None
        standards = Standards(Shelf(load_builtin_standards()).built_in)
        return _load(session, county.source(), division=county.code, standards=standards, on=on)


def load_jurisdiction(store: Store, folder: Path, *, division: str, on: date) -> Loaded:
    """Load the communities that a data folder lists of a division, as far as their codes are not stored.

    The baselines are those of the plan in force on a day, a user's own among them.
    Raises SampleImpossible, and InvalidInput for an impossible division code.
    """
    division = normal_division(division)
    source = read_folder(folder, division)
    with store.unit_of_work() as session:
        standards = Shelf(load_builtin_standards()).read(session)
        return _load(session, source, division=division, standards=standards, on=on)


def _load(session: Session, source: Source, *, division: str, standards: Standards, on: date) -> Loaded:
    stored = codes_below(session, division)
    listed = {place.code for place in source.places if place.code.startswith(division)}
    kept = [is_sample for code, is_sample in stored.items() if code in listed]
    baselines: Baselines | None = None
    added: tuple[SampleCommunity, ...] = ()
    if len(kept) < len(listed):
        applied = applied_standard(standards, EFFECTIVE, division=division, on=on)
        baselines = baselines_of(applied, division=division)
        added = _missing(Ground(division, source.places, source.census, baselines), stored)
        year = baselines.service_area_per_100_households.year
        add(session, [_new_community(item, date(year, 12, 31)) for item in added], is_sample=True)
    return Loaded(
        division,
        source.name,
        added,
        kept_samples=sum(kept),
        kept_own=len(kept) - sum(kept),
        others=len(stored) - len(kept),
        baselines=baselines,
    )


def _missing(ground: Ground, stored: Mapping[str, bool]) -> tuple[SampleCommunity, ...]:
    """The modelled communities whose codes are not stored. All are modelled, so that a part can be loaded again."""
    modelled = model_division(ground, parameters=load_parameters(), catalogues=load_catalogues())
    return tuple(item for item in modelled if item.place.code not in stored)


def _new_community(community: SampleCommunity, inventory_as_of: date) -> NewCommunity:
    """All its facilities are listed with it: of a community without any, that is known."""
    return NewCommunity(
        code=community.place.code,
        name=community.place.name,
        facility_inventory_as_of=inventory_as_of,
        boundary=community.place.boundary,
        statistics=NewStatistics(
            as_of=load_parameters().census_on,
            households=community.households,
            population=community.population,
            urban_population=community.urban_population,
            total_floor_area_m2=community.total_floor_area_m2,
            community_workers=community.community_workers,
        ),
        facilities=tuple(_new_facility(facility) for facility in community.facilities),
    )


def _new_facility(facility: SampleFacility) -> NewFacility:
    return NewFacility(**vars(facility))
