"""Projects of a JSON body, each read by itself: what is wrong with one keeps no other one back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError
from shapely.geometry.base import BaseGeometry

from app.echo import echo_text
from app.errors import Fault, InvalidInput
from app.schemas.faults import faults_of
from app.schemas.project import MAX_PHASES_IN_LIST, ProjectCreate, ProjectFacility
from app.services.places import read_boundary
from app.services.project_columns import NO_LIST, FacilityList

SITE = "/site"
EQUAL_WITHIN = 1e-9
MAX_FAULTS = 20
"""As many faults of one project are named; the next ones show when these are mended."""
TOTALS = ("households", "population", "total_floor_area_m2")


@dataclass(frozen=True)
class ProjectItem:
    """One item of the body. `pointer` leads to it; those of its faults and warnings begin with it.

    `given` is None where it could not be read; then it has faults. `own` is the project's own list of facilities,
    `of_phases` those of each phase.
    """

    pointer: str
    reference: str = ""
    name: str = ""
    given: ProjectCreate | None = None
    site: BaseGeometry | None = None
    own: FacilityList = NO_LIST
    of_phases: tuple[FacilityList, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @property
    def facilities(self) -> FacilityList:
        """The project's own list; without one those of its phases, whole where each of them has one."""
        if self.given is not None and self.given.facilities is not None:
            return self.own
        return _joined(self.of_phases)

    def total(self, name: str) -> float | None:
        """A total as stated, else the sum of the phases where all are known."""
        if self.given is None:
            return None
        stated: float | None = getattr(self.given, name)
        return sum_of_phases(self.given, name) if stated is None else stated

    def with_faults(self, *faults: Fault) -> "ProjectItem":
        """With faults that show later; their pointers begin at the item."""
        return replace(self, faults=(*self.faults, *(fault.under(self.pointer) for fault in faults)))

    def with_warnings(self, *warnings: Fault) -> "ProjectItem":
        """With more warnings; their pointers begin at the item."""
        return replace(self, warnings=(*self.warnings, *(fault.under(self.pointer) for fault in warnings)))


def read_items(body: object, *, max_vertices: int, first: int = 0) -> tuple[ProjectItem, ...]:
    """The items of a body that is a list, or the one item that a body is.

    `first` is the place of the first item in the list that these are a part of. Phases beyond the limit of a list are a
    fault of their project.
    """
    if not isinstance(body, list):
        return (_read(body, "", max_vertices),)
    items, phases = [], 0
    for place, document in enumerate(body, start=first):
        item = _read(document, f"/{place}", max_vertices)
        phases += len(item.of_phases)
        if item.of_phases and phases > MAX_PHASES_IN_LIST:
            params = {"count": phases, "limit": MAX_PHASES_IN_LIST}
            item = item.with_faults(Fault("too_many_phases", "/phases", phases, params))
        items.append(item)
    return tuple(items)


def sum_of_phases(project: ProjectCreate, name: str) -> float | None:
    """The sum of a figure over the phases; None where it is unknown of one, or there are none."""
    figures = [getattr(phase, name) for phase in project.phases or ()]
    return None if not figures or None in figures else float(sum(figures))


def _read(document: object, pointer: str, max_vertices: int) -> ProjectItem:
    item = ProjectItem(pointer, _text(document, "reference"), _text(document, "name"))
    try:
        given = ProjectCreate.model_validate(document)
    except ValidationError as error:
        return replace(item, faults=faults_of(error.errors()[:MAX_FAULTS], ProjectCreate, pointer))
    item = replace(item, given=given)
    for read in (_with_facilities, _with_site(max_vertices)):
        try:
            item = read(item, given)
        except InvalidInput as refusal:
            item = item.with_faults(*refusal.faults)
    return item.with_warnings(*_contradictions(given))


def _with_facilities(item: ProjectItem, given: ProjectCreate) -> ProjectItem:
    lists = [phase.facilities for phase in given.phases or ()]
    references = _references([(f"/phases/{n}", listed or []) for n, listed in enumerate(lists)])
    return replace(
        item,
        own=_listed(given.facilities, "", _references([("", given.facilities or [])])),
        of_phases=tuple(_listed(listed, f"/phases/{n}", references) for n, listed in enumerate(lists)),
    )


def _with_site(max_vertices: int) -> Callable[[ProjectItem, ProjectCreate], ProjectItem]:
    def read(item: ProjectItem, given: ProjectCreate) -> ProjectItem:
        site, warnings = read_boundary(given.site, crs=given.crs, max_vertices=max_vertices, member=SITE)
        return replace(item, site=site).with_warnings(*warnings)

    return read


def _references(lists: Sequence[tuple[str, Sequence[ProjectFacility]]]) -> Mapping[str, tuple[str, int]]:
    """Of each reference the list that it is in, and its place there. Raises InvalidInput for one used twice."""
    found: dict[str, tuple[str, int]] = {}
    faults = []
    for prefix, listed in lists:
        for place, facility in enumerate(listed):
            if facility.reference in found:
                pointer = f"{prefix}/facilities/{place}/reference"
                faults.append(Fault("duplicate_facility_reference", pointer, facility.reference))
            elif facility.reference is not None:
                found[facility.reference] = (prefix, place)
    if faults:
        raise InvalidInput(*faults)
    return found


def _listed(
    facilities: Sequence[ProjectFacility] | None, prefix: str, references: Mapping[str, tuple[str, int]]
) -> FacilityList:
    """A list with the places of its buildings. Raises InvalidInput where a building is not in it."""
    if facilities is None:
        return NO_LIST
    parents = [_parent(facility, prefix, references) for facility in facilities]
    faults = [
        Fault(code, f"{prefix}/facilities/{place}/part_of", facility.part_of, {"id": facility.part_of})
        for place, facility in enumerate(facilities)
        if facility.part_of is not None and (code := _fault_of_parent(parents, place)) is not None
    ]
    if faults:
        raise InvalidInput(*faults)
    return FacilityList(tuple(facilities), tuple(parents), is_complete=True)


def _parent(facility: ProjectFacility, prefix: str, references: Mapping[str, tuple[str, int]]) -> int | None:
    if not isinstance(facility.part_of, str):
        return facility.part_of
    home, place = references.get(facility.part_of, ("", -1))
    return place if home == prefix else -1


def _fault_of_parent(parents: Sequence[int | None], place: int) -> str | None:
    """What is wrong with the building of a facility: buildings hold rooms, and rooms hold nothing."""
    parent = parents[place]
    if parent is None or not 0 <= parent < len(parents):
        return "unknown_building_in_list"
    if parent == place:
        return "part_of_itself"
    return "part_of_part" if parents[parent] is not None else None


def _contradictions(given: ProjectCreate) -> Iterator[Fault]:
    """Totals that the phases do not add up to. What is stated for the whole is what is judged."""
    for name in TOTALS:
        stated, summed = getattr(given, name), sum_of_phases(given, name)
        if stated is not None and summed is not None and _differ(stated, summed):
            yield Fault("phases_differ_from_total", f"/{name}", stated, {"stated": stated, "sum": summed})
    lists = [phase.facilities for phase in given.phases or ()]
    if given.facilities is not None and lists and None not in lists:
        stated = _floor_area(given.facilities)
        summed = _floor_area([facility for listed in lists for facility in listed or ()])
        if _differ(stated, summed):
            yield Fault("phases_differ_from_total", "/facilities", stated, {"stated": stated, "sum": summed})


def _floor_area(facilities: Sequence[ProjectFacility]) -> float:
    return sum(facility.floor_area_m2 or 0.0 for facility in facilities)


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > EQUAL_WITHIN * max(abs(one), abs(other))


def _joined(lists: Sequence[FacilityList]) -> FacilityList:
    if not lists:
        return NO_LIST
    joined = lists[0]
    for listed in lists[1:]:
        joined = joined.followed_by(listed)
    return joined


def _text(document: object, name: str) -> str:
    value = document.get(name) if isinstance(document, dict) else None
    return echo_text(value) if isinstance(value, str) else ""
