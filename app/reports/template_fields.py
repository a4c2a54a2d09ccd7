"""What the empty form asks for: its columns, with the headings and words that the readers of files know."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from app.language import Language
from app.reports.field_titles import readers_document
from app.reports.words import Words
from app.standards.catalogues import in_language
from app.standards.vocabulary import CategoryGroup, CategoryLevel

SHEETS: Mapping[str, str] = {"projects": "projects", "facilities": "project_facilities"}
"""The sheets of the form, and the readers' tables that they are read as."""
_AREA_GROUPS = (CategoryGroup.SERVICE, CategoryGroup.COMMERCIAL)


@dataclass(frozen=True)
class TemplateField:
    """A column of the form: its heading in both languages, how it is checked, and what is said about it.

    `choices` are the words of its list, in the language of the form; none where any value of the kind goes.
    """

    headings: Mapping[Language, str]
    kind: str
    must: bool
    note: str
    choices: tuple[str, ...] = ()


def template_fields(sheet: str, words: Words) -> tuple[TemplateField, ...]:
    """The columns of a sheet of the form, in order."""
    return tuple(_field(row, words) for row in template_document()[sheet])


def wide_fields(words: Words) -> tuple[TemplateField, ...]:
    """The columns of the form with one row per project and nothing else: areas stand by category.

    It has the categories that enter an area indicator; columns of others may be added.
    """
    wide, note = template_document()["wide"], "amount"
    areas = [
        TemplateField(
            {"zh": wide["area"]["zh"].format(category=category.label.zh), "en": f"{category.id}_floor_area_m2"},
            "amount",
            must=False,
            note=template_document()["words"][note][words.language],
        )
        for category in words.catalogues.categories
        if category.level is CategoryLevel.COMMUNITY and (category.group in _AREA_GROUPS or category.broad)
    ]
    activity = _field({"kind": "amount", **wide["activity"]}, words)
    return (*template_fields("projects", words), *areas, activity)


@functools.cache
def template_document() -> dict[str, Any]:  # Any: a TOML document
    """template.toml as it stands."""
    return tomllib.loads((files("app.reports") / "template.toml").read_text(encoding="utf-8"))


def _field(row: Mapping[str, Any], words: Words) -> TemplateField:  # Any: a TOML document
    known = readers_document("headings.toml")["field"][row["field"]]
    return TemplateField(
        headings={"zh": known["names"][0], "en": known.get("as", row["field"])},
        kind="list" if "list" in row else row["kind"],
        must=row.get("must", False),
        note=row["note"][words.language],
        choices=_choices(row["list"], words) if "list" in row else (),
    )


def _choices(name: str, words: Words) -> tuple[str, ...]:
    """The words of a list: of those that the readers know, the first in Chinese; in English the values' own."""
    if name == "category":
        return tuple(in_language(category.label, words.language) for category in words.catalogues.categories)
    document = readers_document("values.toml")
    if name == "flag":
        return tuple(_first(document["flag"][answer], words.language) for answer in ("yes", "no"))
    members: Mapping[str, list[str]] = document["choice"][name]
    return tuple(names[0] if words.language == "zh" else member for member, names in members.items())


def _first(names: list[str], language: Language) -> str:
    return next(name for name in names if name.isascii() == (language == "en"))
