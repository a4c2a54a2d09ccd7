"""Whose rows are read: those of one community, of a division's communities, of its townships, or the division's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, bindparam, select

from app.store.tables import COMMUNITY

_ID: Final = "id_asked_for"
_FIRST: Final = "first_code"
_BEYOND: Final = "beyond_codes"


class Owned(StrEnum):
    """Which owners are meant; NATION_ is without any condition on codes."""

    COMMUNITY = "COMMUNITY"
    COMMUNITIES = "COMMUNITIES"
    NATION_COMMUNITIES = "NATION_COMMUNITIES"
    TOWNSHIPS = "TOWNSHIPS"
    NATION_TOWNSHIPS = "NATION_TOWNSHIPS"
    DIVISION = "DIVISION"

    @property
    def by_code(self) -> bool:
        """Whether a row names its owner by the division's code, not by the community's id."""
        return self in (Owned.TOWNSHIPS, Owned.NATION_TOWNSHIPS, Owned.DIVISION)


@dataclass(frozen=True)
class Scope:
    """Owners, with the values of the conditions that choose them."""

    owned: Owned
    values: Mapping[str, object]

    @property
    def is_many(self) -> bool:
        return self.owned not in (Owned.COMMUNITY, Owned.DIVISION)


def of_community(community_id: int) -> Scope:
    """One community."""
    return Scope(Owned.COMMUNITY, {_ID: community_id})


def of_communities(division: str) -> Scope:
    """All communities of a division."""
    return Scope(Owned.COMMUNITIES, _codes_below(division)) if division else Scope(Owned.NATION_COMMUNITIES, {})


def of_townships(division: str) -> Scope:
    """The townships of a division; a few larger divisions do no harm."""
    return Scope(Owned.TOWNSHIPS, _codes_below(division)) if division else Scope(Owned.NATION_TOWNSHIPS, {})


def of_division_itself(division: str) -> Scope:
    """The division itself."""
    return Scope(Owned.DIVISION, {_FIRST: division})


def owner(owned: Owned, table: Table) -> ColumnElement[Any]:  # Any: an id or a code
    """The column that names the owner of a row."""
    return table.c.division_code if owned.by_code else table.c.community_id


def rows_of(owned: Owned, table: Table) -> tuple[ColumnElement[bool], ...]:
    """The conditions that leave the owners' rows."""
    column = owner(owned, table)
    match owned:
        case Owned.COMMUNITY:
            return (column == bindparam(_ID),)
        case Owned.COMMUNITIES:
            return (column.in_(select(COMMUNITY.c.id).where(*communities(owned))),)
        case Owned.TOWNSHIPS:
            return _between(column)
        case Owned.DIVISION:
            return (column == bindparam(_FIRST),)
        case _:
            return (column.is_not(None),)


def communities(owned: Owned) -> tuple[ColumnElement[bool], ...]:
    """The conditions that leave the communities themselves."""
    if owned is Owned.COMMUNITY:
        return (COMMUNITY.c.id == bindparam(_ID),)
    return () if owned is Owned.NATION_COMMUNITIES else _between(COMMUNITY.c.code)


def _between(column: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
    return (column >= bindparam(_FIRST), column < bindparam(_BEYOND))


def _codes_below(division: str) -> Mapping[str, object]:
    """A range of the index, as digits come before the colon."""
    return {_FIRST: division, _BEYOND: f"{division}:"}
