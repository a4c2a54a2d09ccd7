"""The tables of a file of projects as the columns that are judged."""

from collections.abc import Iterable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.errors import Fault, InvalidInput
from app.readers.file_errors import FileErrors
from app.readers.reading import Reading, Table
from app.standards.catalogues import load_catalogues
from app.standards.divisions import derived_setting, township_type
from app.standards.facts import (
    ALWAYS_OPEN,
    NEVER_CLOSED,
    NO_PARENT,
    SERVICE_BY_CATEGORY,
    Facilities,
    Facts,
    Ints,
    SmallInts,
    Statistics,
    Units,
    encode,
)
from app.standards.projects import Projects
from app.standards.row_errors import RowErrors
from app.standards.vocabulary import (
    FloorAreaBasis,
    HouseholdBasis,
    Level,
    ProjectRole,
    Setting,
)

LONGEST_CODE = "U12"


def refuse_without_rows(reading: Reading, file_name: str) -> None:
    """Raises InvalidInput `file_without_rows` for a file of which not even a faulty row can be told of."""
    if not len(reading.tables["projects"]) and not len(reading.errors):
        raise InvalidInput(Fault("file_without_rows", "", file_name))


def projects_of(reading: Reading) -> tuple[Projects, RowErrors]:
    """The projects of a file in its order, and what is wrong in it; a bad facility is its project's fault."""
    table, listed = reading.tables["projects"], reading.tables["facilities"]
    facts = Facts(Level.PROJECT, _units(table), _statistics(table), _facilities(listed))
    projects = Projects(table.rows, table.texts("reference"), table.texts("name"), facts, table.geometries("site"))
    return projects, row_errors(reading.errors)


def row_errors(errors: FileErrors) -> RowErrors:
    """What is wrong in a file, as faults of the rows of its first table."""

    def texts(name: str) -> NDArray[np.object_]:
        return np.asarray(errors.table.column(name).to_numpy(), np.object_)

    return RowErrors(
        project=errors.numbers("subject"),
        sheet=texts("sheet"),
        row=errors.numbers("row"),
        column=texts("column"),
        code=texts("code"),
        value=texts("value"),
        params=texts("params"),
        is_warning=np.asarray(errors.table.column("is_warning").to_numpy(), np.bool_),
    )


def _units(table: Table) -> Units:
    count = len(table)
    codes, number = table.words("division_code")
    given = _members(table, "setting", Setting)
    return Units(
        code=np.array(codes, LONGEST_CODE)[number],
        setting=np.where(given == 0, _encoded(map(derived_setting, codes))[number], given),
        resettlement=np.zeros(count, np.int8),
        township_type=_encoded(map(township_type, codes))[number],
        is_new_build=np.ones(count, np.bool_),
        project_role=_members(table, "project_role", ProjectRole),
        is_fully_listed=table.flags("facilities_complete") == 1,
        has_own_records=np.zeros(count, np.bool_),
    )


def _statistics(table: Table) -> Statistics:
    unknown = np.full(len(table), np.nan)
    households = _members(table, "household_basis", HouseholdBasis)
    floor_area = _members(table, "floor_area_basis", FloorAreaBasis)
    return Statistics(
        unit=np.arange(len(table), dtype=np.int64),
        as_of=np.full(len(table), 1, np.int32),
        household_basis=_or_default(households, HouseholdBasis.DESIGN_DWELLINGS),
        floor_area_basis=_or_default(floor_area, FloorAreaBasis.ABOVE_GROUND),
        households=table.numbers("households"),
        population=table.numbers("population"),
        urban_population=unknown,
        total_floor_area_m2=table.numbers("total_floor_area_m2"),
        community_workers=unknown,
        social_organisations=unknown,
        self_service_available=unknown,
    )


def _facilities(table: Table) -> Facilities:
    """Those whose project and category are known, in the order of their projects; the others are faults already."""
    project = np.asarray(table.array("project").to_numpy(), np.int64)
    category = table.members("category", tuple(load_catalogues().category_index))
    chosen = _known_in_order(project, category)
    figures = {
        name: table.numbers(name)[chosen]
        for name in ("floor_area_m2", "resident_activity_area_m2", "land_area_m2", "opening_hours_per_day")
    }
    return Facilities(
        unit=project[chosen],
        category=category[chosen],
        **figures,
        opened_on=table.days("opened_on", absent=ALWAYS_OPEN)[chosen],
        closed_on=table.days("closed_on", absent=int(NEVER_CLOSED))[chosen],
        is_main=table.flags("is_main")[chosen] == 1,
        service=_service(table)[chosen],
        parent=np.full(len(project[chosen]), NO_PARENT, np.int64),
        identifier=table.rows[chosen],
    )


def _known_in_order(project: Ints, category: Ints) -> Ints | slice:
    """Rows whose project and category are known, by project; all of them as a slice, of which no copy is made."""
    is_known = (project >= 0) & (category >= 0)
    if is_known.all() and (project[1:] >= project[:-1]).all():
        return slice(None)
    chosen = np.flatnonzero(is_known)
    return chosen[np.argsort(project[chosen], kind="stable")]


def _service(table: Table) -> SmallInts:
    """The facility's own word on whether it counts as service; flags are 0, 1 and -1 just so."""
    flags: SmallInts = table.flags("counts_as_service").astype(np.int8)
    return np.where(flags < 0, np.int8(SERVICE_BY_CATEGORY), flags)


def _members(
    table: Table, name: str, vocabulary: type[Setting | ProjectRole | HouseholdBasis | FloorAreaBasis]
) -> SmallInts:
    """A vocabulary's small integers; 0 for unknown."""
    return (table.members(name, tuple(member.value for member in vocabulary)) + 1).astype(np.int8)


def _or_default(members: SmallInts, default: HouseholdBasis | FloorAreaBasis) -> SmallInts:
    return np.where(members == 0, np.int8(encode(default)), members)


def _encoded(members: Iterable[StrEnum | None]) -> SmallInts:
    return np.array([encode(member) for member in members], np.int8)
