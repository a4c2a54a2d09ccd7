"""Street networks: stored in parts, loaded whole and checked, chosen for an area; held in memory within a bound."""

import numpy as np
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.errors import NotFound, Unavailable
from app.services.network_cache import NetworkCache, bytes_taken
from app.store import street_networks
from app.store.boxes import Box
from app.store.paging import Cut
from app.store.street_network_tables import STREET_NETWORK_PART, StreetNetworkRow
from app.store.unit_of_work import Store
from app.walking.network import StreetNetwork
from app.walking.packed import DamagedNetwork, packed, unpacked
from app.walking.streets import Streets, build_network

CITY: Box = (108.0, 25.0, 108.1, 25.1)
COUNTY: Box = (107.5, 24.5, 108.5, 25.5)


def network_of(*, seed: int = 1, count: int = 200) -> StreetNetwork:
    """A path through places drawn at random."""
    places = np.random.default_rng(seed).random((count, 2))
    along = np.arange(count - 1)
    kinds = along % 2
    streets = Streets(places, along, along + 1, 10.0 + along, kinds, ("path", "steps"))
    return StreetNetwork.of(build_network(streets)[0])


def row_of(network: StreetNetwork, box: Box = CITY, *, is_default: bool = True) -> StreetNetworkRow:
    west, south, east, north = box
    return StreetNetworkRow(
        name="streets", is_default=is_default, format="CSV", crs="EPSG:4326", crs_source="FILE",
        walkable_filter="default", node_count=network.node_count, street_count=network.street_count, length_m=1.0,
        classes=[], west=west, south=south, east=east, north=north, piece_count=1, largest_piece_share=1.0, report={},
        checksum=network.checksum, source_name="a.csv", source_sha256="0" * 64, byte_count=1,
    )  # fmt: skip


def stored(session: Session, box: Box = CITY, *, seed: int = 1, is_default: bool = True) -> StreetNetworkRow:
    network = network_of(seed=seed)
    return street_networks.insert(session, row_of(network, box, is_default=is_default), packed(network))


def test_packed_network_comes_back_the_same() -> None:
    network = network_of()
    again = unpacked(packed(network))
    assert again.checksum == network.checksum
    assert (again.classes, again.length_dm.dtype, again.lon_lat.shape) == (("path", "steps"), np.uint16, (200, 2))
    assert packed(again) == packed(network)


@pytest.mark.parametrize("harm", ["cut", "changed", "nothing", "words"])
def test_damaged_network_is_no_network(harm: str) -> None:
    whole = packed(network_of())
    damaged = {
        "cut": whole[:-40],
        "changed": whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:],
        "nothing": b"",
        "words": b"{}\nwords",
    }
    with pytest.raises(DamagedNetwork):
        unpacked(damaged[harm])


def test_network_is_stored_in_parts_and_loaded_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(street_networks, "PART_BYTES", 100)
    with store.unit_of_work() as session:
        key = stored(session).id
    with store.reading() as session:
        row = street_networks.get(session, key)
        assert street_networks.load(session, row).checksum == network_of().checksum
        with pytest.raises(NotFound):
            street_networks.get(session, key + 1)


def test_damaged_part_is_noticed(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored(session).id
        session.execute(update(STREET_NETWORK_PART).values(content=packed(network_of(seed=2))))
    with store.reading() as session, pytest.raises(Unavailable):
        street_networks.load(session, street_networks.get(session, key))


def test_networks_are_listed_and_removed_with_their_streets(store: Store) -> None:
    with store.unit_of_work() as session:
        keys = [stored(session).id for _ in range(3)]
        street_networks.remove(session, keys[1])
    with store.reading() as session:
        page = street_networks.read(session, cut=Cut(limit=1))
        assert ([row.id for row in page.items], page.after) == (keys[:1], keys[0])
        assert street_networks.count(session) == 2
        parts = session.query(STREET_NETWORK_PART.c.network_id).all()
        assert sorted(parts) == [(keys[0],), (keys[2],)]


def test_network_for_an_area_is_a_default_that_holds_most_of_it_and_came_last(store: Store) -> None:
    with store.unit_of_work() as session:
        trial = stored(session, is_default=False).id
        county, old, new = (stored(session, box).id for box in (COUNTY, CITY, CITY))
    with store.reading() as session:

        def chosen(box: Box) -> list[int]:
            return [row.id for row in street_networks.networks_for(session, box, within_m=0)]

        assert chosen((108.01, 25.01, 108.02, 25.02)) == [new, old, county, trial]
        assert chosen((108.05, 25.05, 108.2, 25.2)) == [county, new, old, trial]
        assert chosen((108.05, 25.05, 108.05, 25.05)) == [new, old, county, trial]
        assert chosen((108.2, 25.2, 108.3, 25.3)) == [county]
        assert chosen((109.0, 25.0, 109.1, 25.1)) == []
    with store.unit_of_work() as session:
        for key in (county, old, new):
            street_networks.remove(session, key)
        assert [row.id for row in street_networks.networks_for(session, CITY, within_m=0)] == [trial]


def test_cache_gives_the_same_network_until_others_take_its_place(store: Store) -> None:
    with store.unit_of_work() as session:
        keys = [stored(session, seed=seed).id for seed in (1, 2, 3)]
    cache = NetworkCache(max_bytes=2 * bytes_taken(network_of()))
    with store.reading() as session:
        first, second, third = (street_networks.get(session, key) for key in keys)
        one = cache.get(session, first)
        cache.get(session, second)
        assert cache.get(session, first) is one
        cache.get(session, third)
        assert cache.byte_count <= cache.max_bytes
        assert cache.get(session, first) is one
        assert cache.get(session, second).checksum == second.checksum


def test_cache_keeps_the_last_one_however_large_it_is(store: Store) -> None:
    with store.unit_of_work() as session:
        key = stored(session).id
    cache = NetworkCache(max_bytes=0)
    with store.reading() as session:
        row = street_networks.get(session, key)
        assert cache.get(session, row) is cache.get(session, row)
