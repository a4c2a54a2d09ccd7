"""Street networks kept in memory, within a bound: the ones asked for last."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from sqlalchemy.orm import Session

from app.store import street_networks as stored
from app.store.street_network_tables import StreetNetworkRow
from app.walking.network import StreetNetwork

_BYTES_PER_NODE: Final = 60
_BYTES_PER_STREET: Final = 360
"""With all that a network works out when first asked: which streets leave each node, chains, the tree of lines."""


@dataclass
class NetworkCache:
    """Networks by the checksum of their streets. `max_bytes` bounds what all but the last one asked for may take."""

    max_bytes: int
    _kept: OrderedDict[str, StreetNetwork] = field(default_factory=OrderedDict)
    _loading: dict[str, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, session: Session, row: StreetNetworkRow) -> StreetNetwork:
        """The network, loaded once however many ask for it at the same time. Raises Unavailable if it is damaged."""
        with self._lock:
            loading = self._loading.setdefault(row.checksum, Lock())
        with loading:
            network = self._found(row.checksum)
            if network is None:
                network = stored.load(session, row)
                self._keep(row.checksum, network)
        return network

    @property
    def byte_count(self) -> int:
        """How much memory the kept networks take, at most about."""
        return sum(map(bytes_taken, self._kept.values()))

    def _found(self, checksum: str) -> StreetNetwork | None:
        with self._lock:
            if checksum in self._kept:
                self._kept.move_to_end(checksum)
            return self._kept.get(checksum)

    def _keep(self, checksum: str, network: StreetNetwork) -> None:
        with self._lock:
            self._kept[checksum] = network
            while len(self._kept) > 1 and self.byte_count > self.max_bytes:
                gone, _ = self._kept.popitem(last=False)
                self._loading.pop(gone, None)


def bytes_taken(network: StreetNetwork) -> int:
    """How much memory a network takes once everything in it has been worked out, about."""
    return _BYTES_PER_NODE * network.node_count + _BYTES_PER_STREET * network.street_count
