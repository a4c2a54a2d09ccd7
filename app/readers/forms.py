"""The forms that files are read as: their tables, fields, names of headings and words of cells, from the TOML files."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

_BRACKETS = str.maketrans({"[": "(", "]": ")", "【": "(", "】": ")", "〔": "(", "〕": ")", "{": "(", "}": ")"})
INVISIBLE = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
"""Characters that nobody sees, as ranges of a regular expression: pasted from chats and web pages with the text."""
INVISIBLE_AT_ENDS = "\u200c\u200d\ufe0e\ufe0f"
"""Those that shape the characters between which they stand, and mean nothing at an end."""
_UNSEEN = re.compile(f"[{INVISIBLE}]|^[{INVISIBLE_AT_ENDS}]+|[{INVISIBLE_AT_ENDS}]+$")
_IGNORED = str.maketrans(dict.fromkeys("_-*:·'\"#,、", None))


@dataclass(frozen=True, eq=False)
class Field:
    """A column of a table; `name` is what it is called there, `id` what headings.toml calls it.

    `is_blank_no`: of a column of yes and no, that a blank cell is no by the fact's own definition.
    """

    id: str
    name: str
    kind: str
    names: tuple[str, ...]
    values: str = ""
    implies: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    loose_names: frozenset[str] = frozenset()
    is_blank_no: bool = False


@dataclass(frozen=True, eq=False)
class TableForm:
    """A table of a form: what its sheet may be called and which headings it needs."""

    name: str
    sheets: frozenset[str]
    fields: tuple[Field, ...]
    needs: tuple[tuple[str, ...], ...]
    cells: tuple[str, ...]
    is_wide: bool

    def field(self, name: str) -> Field | None:
        """The field that gives the column of this name."""
        return next((one for one in self.fields if one.name == name), None)


@dataclass(frozen=True, eq=False)
class Form:
    """What a file is read as; the first table is the one the file must hold."""

    name: str
    tables: tuple[TableForm, ...]


@dataclass(frozen=True)
class Unit:
    """A unit of measure: a value in it is worth 10 to the power of `tens` of the field's own unit."""

    id: str
    kinds: tuple[str, ...]
    tens: int
    names: frozenset[str]


@dataclass(frozen=True, eq=False)
class Words:
    """What cells may say."""

    missing: frozenset[str]
    totals: frozenset[str]
    notes_sheets: frozenset[str]
    foot: Mapping[str, str]
    areas: Mapping[str, tuple[str, ...]]
    flags: Mapping[str, bool]
    choices: Mapping[str, Mapping[str, str]]
    units: tuple[Unit, ...]
    foreign_units: frozenset[str]

    def unit(self, name: str, kind: str) -> Unit | None:
        """The unit of this name that figures of the kind may have."""
        return next((unit for unit in self.units if kind in unit.kinds and name in unit.names), None)


def visible(text: str) -> str:
    """The text without characters that nobody sees.

    >>> visible("\\u200b522701001001\\ufeff")
    '522701001001'
    """
    return text if text.isascii() else _UNSEEN.sub("", text)


def normal_heading(text: str) -> str:
    """A heading as it is compared.

    >>> normal_heading(" *社区便民服务站 建筑面积（㎡）："), normal_heading("Total_Floor Area [m²]")
    ('社区便民服务站建筑面积(m2)', 'totalfloorarea(m2)')
    """
    compact = "".join(unicodedata.normalize("NFKC", visible(text)).casefold().split())
    return compact.translate(_BRACKETS).translate(_IGNORED).strip(";.")


def normal_value(text: str) -> str:
    """A cell's word as it is compared.

    >>> normal_value(" ＵＲＢＡＮ ")
    'urban'
    """
    return unicodedata.normalize("NFKC", visible(text)).casefold().strip()


@cache
def form_named(name: str) -> Form:
    """The form of this name; KeyError if there is none."""
    document = _read("headings.toml")
    tables = tuple(_table(document["table"][table], document["field"]) for table in document["form"][name]["tables"])
    return Form(name, tables)


@cache
def wide_words() -> Mapping[str, tuple[str, ...]]:
    """What follows a category's name in the heading of a wide sheet's column, by facility field."""
    return {
        name: tuple(normal_heading(word) for word in words) for name, words in _read("headings.toml")["wide"].items()
    }


@cache
def words() -> Words:
    """The words of values.toml and units.toml."""
    document, units = _read("values.toml"), _read("units.toml")
    return Words(
        missing=frozenset(normal_value(word) for word in document["missing"]),
        totals=frozenset(document["totals"]),
        notes_sheets=frozenset(normal_heading(name) for name in document["notes_sheets"]),
        foot=document["foot"],
        areas={name: tuple(areas) for name, areas in document["areas"].items()},
        flags={
            **{normal_value(word): True for word in document["flag"]["yes"]},
            **{normal_value(word): False for word in document["flag"]["no"]},
        },
        choices={name: _choice(members) for name, members in document["choice"].items()},
        units=tuple(_unit(row) for row in units["unit"]),
        foreign_units=frozenset(normal_heading(word) for word in units["foreign"]),
    )


def _table(row: Mapping[str, Any], fields: Mapping[str, Any]) -> TableForm:  # Any: a TOML document
    return TableForm(
        name=row["name"],
        sheets=frozenset(normal_heading(name) for name in row["sheets"]),
        fields=tuple(_field(name, fields[name]) for name in row["fields"]),
        needs=tuple(tuple(names) for names in row["needs"]),
        cells=tuple(row.get("cells", ())),
        is_wide=row.get("wide", False),
    )


def _field(name: str, row: Mapping[str, Any]) -> Field:  # Any: a TOML document
    column = row.get("as", name)
    implies = {normal_heading(heading): facts for heading, facts in row.get("implies", {}).items()}
    names = (*row["names"], name, column, *implies)
    return Field(
        name,
        column,
        row["kind"],
        tuple(dict.fromkeys(map(normal_heading, names))),
        row.get("values", ""),
        implies,
        frozenset(map(normal_heading, row.get("loose", ()))),
        row.get("blank_is_no", False),
    )


def _choice(members: Mapping[str, list[str]]) -> Mapping[str, str]:
    return {normal_value(word): member for member, words in members.items() for word in (member, *words)}


def _unit(row: Mapping[str, Any]) -> Unit:  # Any: a TOML document
    return Unit(row["id"], tuple(row["kinds"]), row["tens"], frozenset(normal_heading(name) for name in row["names"]))


@cache
def _read(name: str) -> dict[str, Any]:  # Any: a TOML document
    return tomllib.loads(files("app.readers").joinpath(name).read_text(encoding="utf-8"))
