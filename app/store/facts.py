"""What the core assesses, read from the database: a community, or a division with all its members.

Rows are put in the order of their ids, so that a community gives the same bits alone and in a table.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.standards.catalogues import Catalogues
from app.standards.divisions import township_type
from app.standards.facts import Codes, Facilities, Facts, Ints, SmallInts, Units, encode
from app.standards.members import Members, township_codes, township_units
from app.standards.vocabulary import Level, ResettlementType, Setting
from app.store.column_query import ColumnQuery, Columns
from app.store.companion import companion
from app.store.fact_rows import Owners, facilities_of, facility_rows, is_ascending, read_facilities, read_statistics
from app.store.paging import batches, is_key
from app.store.raw_columns import claims, community_codes, is_known, members, texts, whole
from app.store.scopes import (
    Owned,
    Scope,
    communities,
    of_communities,
    of_community,
    of_division_itself,
    of_townships,
)
from app.store.tables import COMMUNITY

_DIGITS_OF_PROVINCE: Final = 2


@dataclass(frozen=True)
class CommunityTable:
    """Communities in the order of their ids, with all that is known of them.

    `names` only of a community that was read by itself; of a division's they are read for a page (`read_names`).
    """

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
    table = _load_communities(session, of_community(community_id), catalogues) if is_key(community_id) else None
    if table is None or len(table) == 0:
        raise NotFound(resource="community", id=community_id)
    return table


def load_division(
    session: Session, division: str, *, on: date, catalogues: Catalogues
) -> tuple[CommunityTable, Members]:
    """The communities of a division of 0 to 12 digits, and its members with its townships and its own statistics."""
    if len(division) > _DIGITS_OF_PROVINCE:
        table = _load_communities(session, of_communities(division), catalogues)
    else:
        table = _load_many_communities(session, of_communities(division), catalogues)
    townships = _load_townships(session, table.facts.units.code, division, catalogues)
    return table, Members(table.facts, townships, _load_division_itself(session, division), on, catalogues)


def read_names(session: Session, ids: Ints) -> dict[int, str]:
    """The names of some communities by their ids."""
    columns = (COMMUNITY.c.id, COMMUNITY.c.name)
    found = [
        row for batch in batches(ids.tolist()) for row in session.execute(select(*columns).where(columns[0].in_(batch)))
    ]
    return {row.id: row.name for row in found}


def _load_communities(session: Session, scope: Scope, catalogues: Catalogues) -> CommunityTable:
    rows = _read_communities(session, scope)
    return _table(session, scope, rows, lambda: facility_rows(session, scope, catalogues.category_index))


def _load_many_communities(session: Session, scope: Scope, catalogues: Catalogues) -> CommunityTable:
    """Facilities are about half of what there is: a second connection, if there is one, reads them meanwhile."""
    with companion(session) as other:
        if other is None:
            return _load_communities(session, scope, catalogues)
        with ThreadPoolExecutor(1) as thread:
            facilities = thread.submit(facility_rows, other, scope, catalogues.category_index)
            return _table(session, scope, _read_communities(session, scope), facilities.result)


def _read_communities(session: Session, scope: Scope) -> Columns:
    rows = _communities_query(scope.owned).read(session, scope.values, many=scope.is_many)
    if is_ascending(rows["id"]):
        return rows
    order = np.argsort(rows["id"], kind="stable")
    return {name: column[order] for name, column in rows.items()}


def _table(session: Session, scope: Scope, rows: Columns, facilities: Callable[[], Columns]) -> CommunityTable:
    keys, names = rows.pop("id"), rows.pop("name", None)
    units, statistics = _community_units(rows), read_statistics(session, Owners(scope, keys))
    facts = Facts(Level.COMMUNITY, units, statistics, facilities_of(facilities(), keys))
    return CommunityTable(keys, () if names is None else names.tolist(), facts)


@cache
def _communities_query(owned: Owned) -> ColumnQuery:
    wanted = {
        "id": whole(COMMUNITY.c.id),
        "code": community_codes(COMMUNITY.c.code),
        "setting": members(COMMUNITY.c.effective_setting, Setting),
        "resettlement": members(COMMUNITY.c.resettlement_type, ResettlementType),
        "is_new_build": claims(COMMUNITY.c.is_new_build),
        "is_fully_listed": is_known(COMMUNITY.c.facility_inventory_as_of),
    }
    name = {"name": texts(COMMUNITY.c.name)} if owned is Owned.COMMUNITY else {}
    return ColumnQuery(wanted | name, select().where(*communities(owned)))


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
    owners = Owners(of_townships(division), keys)
    statistics = read_statistics(session, owners)
    facilities = read_facilities(session, owners, catalogues.category_index)
    return Facts(Level.TOWNSHIP, township_units(keys, facilities), statistics, facilities)


def _load_division_itself(session: Session, division: str) -> Facts:
    """The division as one unit with its own statistics; facilities belong to its members."""
    statistics = read_statistics(session, Owners(of_division_itself(division), np.array([division], "U12")))
    return Facts(Level.JURISDICTION, Units.of_codes([division]), statistics, Facilities.of_rows((), {}))
