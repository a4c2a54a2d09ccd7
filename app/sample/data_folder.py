"""Reads a data folder: lists of division codes in codes/*.csv, census figures in census/*.csv."""

from collections.abc import Mapping
from pathlib import Path

from app.errors import InvalidInput
from app.sample.csv_rows import CsvRow, has_columns, read_rows
from app.sample.places import Census, CensusArea, Place, Source, places_by_area
from app.sample.refusals import SampleImpossible
from app.standards.divisions import COMMUNITY_DIGITS, COUNTY_DIGITS, community_code

COMMUNITY_LEVEL = "5"
CODE_COLUMNS = ("code12", "name", "level")


def read_folder(folder: Path, division: str) -> Source:
    """The communities and census figures that a division (without trailing zeros) is modelled on.

    Raises SampleImpossible where a file or column is missing, a value cannot be read, or no list holds communities of
    the division.
    """
    names, places = _read_codes(folder / "codes")
    census = _read_census(folder / "census")
    inside = [place for place in places if place.code.startswith(division)]
    if not inside:
        raise SampleImpossible(
            f"No list in {folder / 'codes'} holds communities of {division or 'the nation'}.",
            remedy="Give a division whose codes are there; docs/real-data.md says what a data folder holds.",
        )
    touched = places_by_area(inside, census)
    by_area = places_by_area(places, census)
    shared_out = tuple(place for area in touched for place in by_area[area])
    return Source(names.get(division.ljust(COMMUNITY_DIGITS, "0"), ""), shared_out, census)


def _read_codes(folder: Path) -> tuple[Mapping[str, str], list[Place]]:
    """Names of all codes, and the communities; a code that several files hold counts once."""
    names: dict[str, str] = {}
    places: dict[str, Place] = {}
    for file in sorted(folder.glob("*.csv")):
        for row in read_rows(file, CODE_COLUMNS) if has_columns(file, CODE_COLUMNS) else ():
            names.setdefault(row.text("code12"), row.text("name"))
            if row.text("level") == COMMUNITY_LEVEL:
                place = _place(row)
                places.setdefault(place.code, place)
    return names, list(places.values())


def _place(row: CsvRow) -> Place:
    try:
        code = community_code(row.text("code12"))
    except InvalidInput:
        raise row.refused(f"code12 is {row.text('code12')!r}, not the code of a community") from None
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
