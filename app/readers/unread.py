"""Columns of a project sheet that seem to hold facilities and were not read: a list without them is not complete."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.errors import Fault
from app.readers.forms import normal_heading, words
from app.readers.headings import categories_begun, category_names, parted
from app.readers.tables import TypedSheet
from app.standards.catalogues import load_catalogues
from app.standards.vocabulary import CategoryGroup

_AREA, _FLOOR = "amount", "floor_area_m2"


@dataclass(frozen=True)
class UnreadColumn:
    """A heading that names a facility category, or an area that may be a facility's; `says_none` by row."""

    names_category: bool
    says_none: NDArray[np.bool_]
    note: Fault


def facility_columns_unread(table: TypedSheet) -> list[UnreadColumn]:
    """The columns of which nothing was read although they may hold facilities. Those mapped to nothing are none."""
    return list(_unread(table)) if table.form.is_wide else []


def _unread(table: TypedSheet) -> Iterator[UnreadColumn]:
    unknown = frozenset(table.matches.unknown)
    read = {match.target.category for match in table.matches.matches if match.target.field.name == _FLOOR}
    for column, heading in enumerate(table.sheet.headings):
        if heading not in unknown:
            continue
        begun = frozenset(categories_begun(heading) if column in table.sheet.perhaps_cut else ()) - _without_effect()
        named = begun or _named(normal_heading(heading))
        is_read = named <= read if begun else bool(named & read)
        if (named and not is_read) or (not named and _is_area(heading)):
            yield UnreadColumn(bool(named), _says_none(table.sheet.text(column)), _note(heading, sorted(named)))


def _named(normal: str) -> frozenset[str]:
    """The categories that a heading names, by the longest name where one holds another."""
    there = [name for name in category_names() if name in normal]
    longest = [name for name in there if not any(name != other and name in other for other in there)]
    return frozenset(category_names()[name].category for name in longest) - _without_effect()


def _without_effect() -> frozenset[str]:
    known = load_catalogues().categories
    return frozenset(category.id for category in known if category.group is CategoryGroup.NONE)


def _is_area(heading: str) -> bool:
    """Whether it is an area, and none of those that every planning table has beside its facilities."""
    base, unit = parted(normal_heading(heading))
    known = words().areas
    is_area = base.endswith(known["area"]) or (bool(unit) and words().unit(unit, _AREA) is not None)
    return is_area and base not in known["area"] and not any(word in base for word in known["no_facility"])


def _says_none(cells: pa.StringArray) -> NDArray[np.bool_]:
    return np.asarray(pc.is_in(pc.utf8_trim_whitespace(cells), value_set=pa.array(words().areas["none"], pa.string())))


def _note(heading: str, named: list[str]) -> Fault:
    base = parted(normal_heading(heading))[0]
    nearest = named or list(load_catalogues().nearest_categories(base))
    fields = [f"{category}.{_FLOOR}" for category in nearest]
    return Fault("facility_column_not_read", "", heading, {"heading": heading, "nearest": fields})
