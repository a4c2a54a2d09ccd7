"""Headings matched with fields: by name, with or without a unit, or as the user's own mapping says."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache

from app.errors import Fault, InvalidInput
from app.readers.forms import Field, Form, TableForm, Unit, normal_heading, wide_words, words
from app.standards.catalogues import load_catalogues

_LAST_BRACKET = re.compile(r"(?P<base>.+)\((?P<inside>[^()]*)\)")
_WIDE_KIND = "amount"
_WITH_UNITS = frozenset({"amount", "count", "hours"})


@dataclass(frozen=True)
class Target:
    """What a heading stands for: a field of the table, or an area of a category's facility."""

    field: Field
    category: str = ""

    @property
    def name(self) -> str:
        """What mappings call it: `households`, or `community_service_station.floor_area_m2`."""
        return f"{self.category}.{self.field.name}" if self.category else self.field.name


@dataclass(frozen=True)
class Match:
    """A column of the sheet that is read, and how."""

    column: int
    heading: str
    target: Target
    unit: Unit | None
    implies: Mapping[str, str]


@dataclass(frozen=True)
class Matches:
    """What the headings of a sheet were taken for."""

    matches: tuple[Match, ...]
    unknown: tuple[str, ...] = ()
    notes: tuple[Fault, ...] = ()
    repeated: tuple[Fault, ...] = ()
    by_name: Mapping[str, Match] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {match.target.name: match for match in self.matches})

    def __len__(self) -> int:
        return len(self.matches)


@cache
def _targets(table: TableForm) -> Mapping[str, Target]:
    """Every name of a heading of the table. A field's own names go before those made of a category's."""
    found: dict[str, Target] = {}
    for one in table.fields:
        for name in one.names:
            found.setdefault(name, Target(one))
    if table.is_wide:
        for target, names in _wide_targets():
            for name in names:
                found.setdefault(name, target)
    return found


def _wide_targets() -> Iterator[tuple[Target, Iterator[str]]]:
    known = wide_words()
    total = Field("total_activity", "resident_activity_area_m2", _WIDE_KIND, ())
    yield Target(total), iter(known["total_activity"])
    for category in load_catalogues().categories:
        called = [normal_heading(n) for n in (category.id, category.label.zh, category.label.en, *category.aliases)]
        for name in ("floor_area_m2", "resident_activity_area_m2", "land_area_m2"):
            one = Field(name, name, _WIDE_KIND, ())
            yield Target(one, category.id), (head + tail for head in called for tail in known[name])


@cache
def category_names() -> Mapping[str, Target]:
    """A category's name alone, which is its floor area if the heading has a unit of area."""
    one = Field("floor_area_m2", "floor_area_m2", _WIDE_KIND, ())
    return {
        normal_heading(name): Target(one, category.id)
        for category in load_catalogues().categories
        for name in (category.id, category.label.zh, category.label.en, *category.aliases)
    }


def categories_begun(heading: str) -> Mapping[str, Target]:
    """The categories whose names begin with what the format left of a heading, and the floor area of each."""
    normal = normal_heading(heading)
    return {target.category: target for name, target in category_names().items() if normal and name.startswith(normal)}


def match_headings(
    headings: Sequence[str], table: TableForm, *, mapping: Mapping[str, str], perhaps_cut: Set[int] = frozenset()
) -> Matches:
    """What each heading stands for; `perhaps_cut` are the places of those that the format may have shortened.

    Two that stand for one field are in `repeated`, for whoever reads the sheet to refuse. Raises InvalidInput
    `unit_not_read` for a unit that cannot be converted exactly.
    """
    chosen = _mapped(mapping, table)
    matches: list[Match] = []
    unknown: list[str] = []
    notes: list[Fault] = []
    for column, heading in enumerate(headings):
        normal = normal_heading(heading)
        if not normal:
            continue
        match = _match(column, heading, table, chosen)
        if match is None and column in perhaps_cut:
            match = _match_cut(column, heading, table)
            notes += (
                [Fault("heading_cut", "", heading, {"heading": heading, "field": match.target.name})] if match else []
            )
        if match:
            matches.append(match)
            notes += _unit_ignored(match)
        elif normal not in chosen:
            unknown.append(heading)
    return Matches(tuple(matches), tuple(unknown), tuple(notes), repeated_headings(matches))


def _mapped(mapping: Mapping[str, str], table: TableForm) -> Mapping[str, Target | None]:
    """The user's own mapping; a heading mapped to nothing is left out."""
    targets = {target.name: target for target in _targets(table).values()}
    chosen: dict[str, Target | None] = {}
    for heading, name in mapping.items():
        if name and name not in targets:
            continue
        chosen[normal_heading(heading)] = targets[name] if name else None
    return chosen


def heading_score(form: Form, mapping: Mapping[str, str]) -> Callable[[Sequence[str]], int]:
    """Counts the cells of a row that are headings of the form."""
    mapped = {normal_heading(heading) for heading in mapping}

    def score(cells: Sequence[str]) -> int:
        return sum(_is_known(normal_heading(cell), form, mapped) for cell in cells)

    return score


def _is_known(normal: str, form: Form, mapped: Set[str]) -> bool:
    base = parted(normal)[0]
    known = any(name in _targets(table) for table in form.tables for name in (normal, base))
    return known or normal in mapped or (form.tables[0].is_wide and base in category_names())


def known_targets(table: TableForm) -> frozenset[str]:
    """The names that a mapping may use for this table."""
    return frozenset(target.name for target in _targets(table).values())


def _match(column: int, heading: str, table: TableForm, chosen: Mapping[str, Target | None]) -> Match | None:
    normal = normal_heading(heading)
    base, unit_name = parted(normal)
    if normal in chosen or base in chosen:
        target = chosen[normal] if normal in chosen else chosen[base]
        return _matched(column, heading, target, unit_name) if target else None
    targets = _targets(table)
    if normal in targets:
        return _matched(column, heading, targets[normal], "", targets[normal].field.implies.get(normal))
    if base in targets:
        return _matched(column, heading, targets[base], unit_name, targets[base].field.implies.get(base))
    if table.is_wide and base in category_names() and unit_name and words().unit(unit_name, _WIDE_KIND):
        return _matched(column, heading, category_names()[base], unit_name)
    return None


def parted(normal: str) -> tuple[str, str]:
    """A heading without the unit behind it, in brackets or bare, and that unit."""
    match = _LAST_BRACKET.fullmatch(normal)
    if match:
        return match["base"], match["inside"]
    known = words()
    names = sorted((name for unit in known.units for name in unit.names if not name.isascii()), key=len, reverse=True)
    names += ["m2", "hm2", *known.foreign_units]
    tail = next((name for name in names if normal.endswith(name) and normal != name), "")
    return (normal.removesuffix(tail), tail) if tail else (normal, "")


def _matched(
    column: int, heading: str, target: Target, unit_name: str, implies: Mapping[str, str] | None = None
) -> Match:
    unit = words().unit(unit_name, target.field.kind) if unit_name else None
    if unit is None and unit_name in words().foreign_units:
        raise InvalidInput(Fault("unit_not_read", "", heading, {"heading": heading, "unit": unit_name}))
    return Match(column, heading, target, unit, implies or {})


def _unit_ignored(match: Match) -> list[Fault]:
    """A note on what stands in brackets behind a figure's name and is no unit known here."""
    normal = normal_heading(match.heading)
    inside = parted(normal)[1]
    if match.unit or not inside or match.target.field.kind not in _WITH_UNITS or normal in match.target.field.names:
        return []
    return [Fault("heading_unit_ignored", "", match.heading, {"heading": match.heading, "unit": inside})]


def _match_cut(column: int, heading: str, table: TableForm) -> Match | None:
    """The only field with a name that begins so."""
    normal = normal_heading(heading)
    found = {target.name: target for name, target in _targets(table).items() if name.startswith(normal)}
    return Match(column, heading, next(iter(found.values())), None, {}) if len(found) == 1 else None


def repeated_headings(matches: Sequence[Match]) -> tuple[Fault, ...]:
    """Headings that stand for a field which an earlier one stands for already."""
    seen: dict[str, Match] = {}
    faults = []
    for match in matches:
        first = seen.setdefault(match.target.name, match)
        if first is not match:
            params = {"heading": match.heading, "other": first.heading, "field": match.target.name}
            faults.append(Fault("heading_repeated", "", match.heading, params))
    return tuple(faults)
