"""Street networks: kept packed and in parts, loaded whole and checked, chosen for an area."""

from typing import Final

import numpy as np
from sqlalchemy import delete as delete_rows
from sqlalchemy import insert as insert_rows
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Unavailable
from app.store.boxes import Box, around, shares_held
from app.store.paging import Cut, Page, count_rows, read_one, read_page
from app.store.street_network_tables import STREET_NETWORK, STREET_NETWORK_PART, StreetNetworkRow
from app.walking.network import StreetNetwork
from app.walking.packed import DamagedNetwork, unpacked

PART_BYTES: Final = 1024**2
RESOURCE: Final = "street network"


def insert(session: Session, row: StreetNetworkRow, packed: bytes) -> StreetNetworkRow:
    """Store a network with its streets; gives the row with its id."""
    session.add(row)
    session.flush()
    for number, at in enumerate(range(0, len(packed), PART_BYTES)):
        values = {"network_id": row.id, "number": number, "content": packed[at : at + PART_BYTES]}
        session.execute(insert_rows(STREET_NETWORK_PART), values)
    return row


def get(session: Session, network_id: int) -> StreetNetworkRow:
    """What is known of the network. Raises NotFound."""
    return read_one(session, StreetNetworkRow, network_id, resource=RESOURCE)


def read(session: Session, *, cut: Cut) -> Page[StreetNetworkRow]:
    """A page of the networks, in the order in which they were stored."""
    return read_page(session, StreetNetworkRow, STREET_NETWORK, (), cut=cut)


def count(session: Session) -> int:
    """How many networks there are."""
    return count_rows(session, STREET_NETWORK, ())


def remove(session: Session, network_id: int) -> None:
    """Remove the network with its streets. Raises NotFound."""
    get(session, network_id)
    session.execute(delete_rows(STREET_NETWORK).where(STREET_NETWORK.c.id == network_id))
    session.expire_all()


def load(session: Session, row: StreetNetworkRow) -> StreetNetwork:
    """The streets of the network. Raises Unavailable where the database no longer holds what was stored."""
    parts = select(STREET_NETWORK_PART.c.content).where(STREET_NETWORK_PART.c.network_id == row.id)
    content = b"".join(map(bytes, session.scalars(parts.order_by(STREET_NETWORK_PART.c.number))))
    try:
        network = unpacked(content)
    except DamagedNetwork as error:
        raise Unavailable(what=RESOURCE) from error
    if network.checksum != row.checksum:
        raise Unavailable(what=RESOURCE)
    return network


def networks_for(session: Session, box: Box, *, within_m: float) -> tuple[StreetNetworkRow, ...]:
    """The networks so near whose boxes an area lies (touching counts), the one to be used first.

    Defaults go before others; of several the one whose box holds more of the area's, then the one stored last.
    """
    _, south, _, north = around(box, 2 * within_m)
    near = STREET_NETWORK.c.south <= north, STREET_NETWORK.c.north >= south
    boxes = np.array([box])

    def place(row: StreetNetworkRow) -> tuple[bool, float, int]:
        return not row.is_default, -float(shares_held(boxes, _box(row))[0]), -row.id

    # How wide a distance is in degrees depends on each network's latitude: the database only finds too many.
    rows = session.scalars(select(StreetNetworkRow).where(*near))
    return tuple(sorted((row for row in rows if shares_held(boxes, around(_box(row), within_m))[0] >= 0), key=place))


def _box(row: StreetNetworkRow) -> Box:
    return row.west, row.south, row.east, row.north
