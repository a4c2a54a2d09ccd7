"""What the core assesses, read from the database: a community, or a division with all its members.

Rows are put in the order of their ids, so that a community gives the same bits alone and in a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.standards.catalogues import Catalogues
from app.standards.divisions import township_type
from app.standards.facts import Codes, Facilities, Facts, Ints, SmallInts, Units, encode
from app.standards.members import Members, township_codes, township_units
from app.standards.vocabulary import Level, ResettlementType, Setting
from app.store.fact_rows import Owners, read_facilities, read_statistics
from app.store.paging import below, is_key
from app.store.raw_columns import Columns, Wanted, claims, codes, is_known, members, read_columns, texts, whole
from app.store.tables import COMMUNITY, FACILITY, STATISTICS

_COMMUNITIES: Wanted = {
    "id": (COMMUNITY.c.id, whole),
    "name": (COMMUNITY.c.name, texts),
    "code": (COMMUNITY.c.code, codes),
    "setting": (COMMUNITY.c.effective_setting, members(Setting)),
    "resettlement": (COMMUNITY.c.resettlement_type, members(ResettlementType)),
    "is_new_build": (COMMUNITY.c.is_new_build, claims),
    "is_fully_listed": (COMMUNITY.c.facility_inventory_as_of, is_known),
}


@dataclass(frozen=True)
class CommunityTable:
    """Communities in the order of their ids, with all that is known of them."""

    ids: Ints
    names: Sequence[str]
    facts: Facts

    def __len__(self) -> int:
        return len(self.ids)

    def setting(self, unit: int) -> Setting | None:
        """The setting in force of one community."""
        number = int(self.facts.units.setting[unit])
        return list(Setting)[number - 1] if number else None


def load_community(session: Session, community_id: int, catalogues: Catalogues) -> CommunityTable:
    """The table of one community. Raises NotFound."""
    conditions = [COMMUNITY.c.id == community_id] if is_key(community_id) else []
    table = _load_communities(session, conditions, [community_id], catalogues) if conditions else None
    if table is None or len(table) == 0:
        raise NotFound(resource="community", id=community_id)
    return table


def load_division(
    session: Session, division: str, *, on: date, catalogues: Catalogues
) -> tuple[CommunityTable, Members]:
    """The communities of a division of 0 to 12 digits, and its members with its townships and its own statistics."""
    conditions = list(below(COMMUNITY.c.code, division))
    table = _load_communities(session, conditions, None, catalogues)
    townships = _load_townships(session, table.facts.units.code, division, catalogues)
    return table, Members(table.facts, townships, _load_division_itself(session, division), on, catalogues)


def _load_communities(
    session: Session, conditions: list[ColumnElement[bool]], ids: list[int] | None, catalogues: Catalogues
) -> CommunityTable:
    rows = read_columns(session, _COMMUNITIES, lambda query: query.where(*conditions))
    order = np.argsort(rows["id"], kind="stable")
    rows = {name: column[order] for name, column in rows.items()}
    keys, names = rows.pop("id"), rows.pop("name")
    of_statistics = _owned(STATISTICS.c.community_id, keys, conditions, ids)
    of_facilities = _owned(FACILITY.c.community_id, keys, conditions, ids)
    facts = Facts(
        Level.COMMUNITY,
        _community_units(rows),
        read_statistics(session, of_statistics),
        read_facilities(session, of_facilities, catalogues.category_index),
    )
    return CommunityTable(keys, names.tolist(), facts)


def _owned(
    column: ColumnElement[int], keys: Ints, conditions: list[ColumnElement[bool]], ids: list[int] | None
) -> Owners:
    """Rows of communities: of one by its id, of all without any condition, else of those that the conditions choose."""

    def narrow(query: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
        if ids is not None:
            return query.where(column.in_(ids))
        if not conditions:
            return query.where(column.is_not(None))
        return query.where(column.in_(select(COMMUNITY.c.id).where(*conditions)))

    return Owners(column, whole, keys, narrow)


def _community_units(rows: Columns) -> Units:
    unknown = np.zeros(len(rows["code"]), np.int8)
    return Units(
        **rows,
        township_type=_township_types(rows["code"]),
        project_role=unknown,
        has_own_records=np.zeros(len(unknown), np.bool_),
    )


def _township_types(community_codes: Codes) -> SmallInts:
    townships, place = township_codes(community_codes)
    kinds = np.array([encode(township_type(str(code))) for code in townships], np.int8)
    return kinds[place]


def _load_townships(session: Session, community_codes: Codes, division: str, catalogues: Catalogues) -> Facts:
    """The townships that the communities lie in, with their own statistics and facilities."""
    keys, _ = township_codes(community_codes)
    statistics = read_statistics(session, _of_divisions(STATISTICS.c.division_code, keys, division))
    owners = _of_divisions(FACILITY.c.division_code, keys, division)
    facilities = read_facilities(session, owners, catalogues.category_index)
    return Facts(Level.TOWNSHIP, township_units(keys, facilities), statistics, facilities)


def _of_divisions(column: ColumnElement[str], keys: Codes, division: str) -> Owners:
    conditions = below(column, division) or (column.is_not(None),)
    return Owners(column, codes, keys, lambda query: query.where(*conditions))


def _load_division_itself(session: Session, division: str) -> Facts:
    """The division as one unit with its own statistics; facilities belong to its members."""
    column = STATISTICS.c.division_code
    owners = Owners(column, codes, np.array([division], "U12"), lambda query: query.where(column == division))
    statistics = read_statistics(session, owners)
    return Facts(Level.JURISDICTION, Units.of_codes([division]), statistics, Facilities.of_rows((), {}))
