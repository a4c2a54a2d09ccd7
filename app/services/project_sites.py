"""Which division a project lies in: the one given, else that of the community around its site or taking it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.errors import Fault, NotFound
from app.schemas.project_result import DivisionSource
from app.services.applied_standard import RULES_OF
from app.services.project_items import ProjectItem
from app.standards.catalogues import Catalogues
from app.standards.divisions import LEVEL_ENDS, derived_setting
from app.standards.vocabulary import Setting
from app.store.facts import CommunityTable, load_community
from app.store.sites import Holding, holdings

HALF = 0.5
NEARLY_ALL = 0.999


@dataclass(frozen=True)
class Placement:
    """Where a project lies; an empty code where no division is known."""

    code: str = ""
    source: DivisionSource | None = None
    setting: Setting | None = None
    holdings: tuple[Holding, ...] = ()
    receiving: CommunityTable | None = None


NOWHERE = Placement()


def place_items(
    session: Session | None, items: Sequence[ProjectItem], catalogues: Catalogues
) -> tuple[list[ProjectItem], list[Placement]]:
    """The items with the faults and warnings of their places, and the places. Without a database only what is given."""
    held = _holdings(session, items)
    tables = _receiving(session, items, catalogues)
    placed, placements = [], []
    for number, item in enumerate(items):
        key = item.given.receiving_community_id if item.given is not None else None
        if key is not None and key not in tables:
            item = item.with_faults(Fault("unknown_community", "/receiving_community_id", key, {"id": key}))  # noqa: PLW2901
        placement = _place(item, held.get(number, ()), None if key is None else tables.get(key))
        placed.append(item.with_warnings(*_warnings(item, placement)) if not item.faults else item)
        placements.append(placement)
    return placed, placements


def _holdings(session: Session | None, items: Sequence[ProjectItem]) -> Mapping[int, tuple[Holding, ...]]:
    sites = {number: item.site for number, item in enumerate(items) if item.site is not None and not item.faults}
    if session is None or not sites:
        return {}
    return dict(zip(sites, holdings(session, list(sites.values())), strict=True))


def _receiving(
    session: Session | None, items: Sequence[ProjectItem], catalogues: Catalogues
) -> Mapping[int, CommunityTable]:
    """The communities that take projects in, each read once; those that do not exist are left out."""
    found: dict[int, CommunityTable] = {}
    given = (item.given.receiving_community_id for item in items if item.given is not None and not item.faults)
    for key in dict.fromkeys(key for key in given if key is not None):
        try:
            if session is not None:
                found[key] = load_community(session, key, catalogues)
        except NotFound:
            continue
    return found


def _place(item: ProjectItem, held: tuple[Holding, ...], receiving: CommunityTable | None) -> Placement:
    if item.given is None:
        return NOWHERE
    code, source = _division(item, held, receiving)
    setting = item.given.setting or _setting(code, source, held, receiving) or derived_setting(code)
    return Placement(code, source, setting, held, receiving)


def _division(
    item: ProjectItem, held: tuple[Holding, ...], receiving: CommunityTable | None
) -> tuple[str, DivisionSource | None]:
    if item.given is not None and item.given.division_code:
        return item.given.division_code, DivisionSource.GIVEN
    around = division_around(held)
    if around:
        return around, DivisionSource.SITE
    if receiving is not None:
        return str(receiving.facts.units.code[0]), DivisionSource.RECEIVING_COMMUNITY
    return "", None


def division_around(held: tuple[Holding, ...]) -> str:
    """The community that holds more than half of the site, else the smallest division that all of them lie in.

    Nothing where stored boundaries hold no more than half of it.
    """
    if held and held[0].share > HALF:
        return held[0].code
    if sum(holding.share for holding in held) <= HALF:
        return ""
    shared = (end for end in LEVEL_ENDS if len({holding.code[:end] for holding in held}) == 1)
    return held[0].code[: max(shared, default=0)]


def _setting(
    code: str, source: DivisionSource | None, held: tuple[Holding, ...], receiving: CommunityTable | None
) -> Setting | None:
    """The stored community's own, which may be another than its code tells."""
    if source is DivisionSource.RECEIVING_COMMUNITY and receiving is not None:
        return receiving.setting(0)
    return next((holding.setting for holding in held if holding.code == code), None)


def _warnings(item: ProjectItem, placement: Placement) -> list[Fault]:
    given = placement.code if placement.source is DivisionSource.GIVEN else ""
    found = warnings_of_site(placement.holdings, given=given)
    if not placement.code and item.given is not None and item.given.standard in RULES_OF:
        return [Fault("division_unknown", "/division_code"), *found]
    return found


def warnings_of_site(held: tuple[Holding, ...], *, given: str) -> list[Fault]:
    """What is doubtful about a site: it lies in several communities, or elsewhere than the division that is given."""
    found = []
    if held and held[0].share < NEARLY_ALL:
        shares = [f"{holding.code}: {100 * holding.share:.1f} %" for holding in held]
        found.append(Fault("site_straddles", "/site", shares, {"shares": shares}))
    if given and held and not _agree(held[0].code, given):
        params = {"code": given, "found": held[0].code}
        found.append(Fault("site_elsewhere", "/site", held[0].code, params))
    return found


def _agree(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
