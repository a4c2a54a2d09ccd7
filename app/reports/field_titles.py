"""What the columns of imports are called: the names that the readers of files know best."""

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from app.language import Language


def field_title(table: str, column: str, language: Language) -> str:
    """The heading of a table's column: in English its name, in Chinese the first name that readers list for it.

    A column that no reader knows is called by its name.

    >>> field_title("facilities", "floor_area_m2", "zh"), field_title("facilities", "floor_area_m2", "en")
    ('建筑面积', 'floor_area_m2')
    """
    title = _titles(table).get(column)
    return title if title is not None and language == "zh" else column


def sheet_title(table: str, language: Language) -> str:
    """What a sheet with this table is called; readers know it by that name.

    >>> sheet_title("communities", "zh"), sheet_title("communities", "en")
    ('社区', 'communities')
    """
    names: list[str] = readers_document("headings.toml")["table"].get(table, {}).get("sheets", [table])
    return next((name for name in names if not name.isascii()), table) if language == "zh" else names[0]


@functools.cache
def _titles(table: str) -> Mapping[str, str]:
    document = readers_document("headings.toml")
    known = document["table"].get(table, {"fields": ()})
    fields = {name: document["field"][name] for name in known["fields"]}
    return {row.get("as", name): row["names"][0] for name, row in fields.items()}


@functools.cache
def readers_document(name: str) -> dict[str, Any]:  # Any: a TOML document
    """One of the files in which the readers' names and words stand."""
    return tomllib.loads(files("app.readers").joinpath(name).read_text(encoding="utf-8"))
