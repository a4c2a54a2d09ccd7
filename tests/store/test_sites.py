"""Sites are held by the communities that hold them, whichever way these are looked up."""

import numpy as np
import pytest
import shapely

from app.geometry.area import geodesic_area_m2
from app.store.sites import LEAST_SHARE, holdings
from app.store.unit_of_work import Store
from tests.store.builders import stored_community

SIDE, STEP = 4, 0.1


@pytest.fixture
def boundaries(store: Store) -> dict[str, shapely.Polygon]:
    """Communities side by side, and one without a boundary."""
    found = {
        f"52270100{row + 1}{column + 1:03d}": shapely.box(
            107 + column * STEP, 26 + row * STEP, 107 + (column + 1) * STEP, 26 + (row + 1) * STEP
        )
        for row in range(SIDE)
        for column in range(SIDE)
    }
    with store.unit_of_work() as session:
        for code, boundary in found.items():
            stored_community(session, code, boundary=boundary)
        stored_community(session, "522702001001")
    return found


def test_sites_are_held_as_plain_geometry_tells(
    store: Store, boundaries: dict[str, shapely.Polygon], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within one, over several, around all, at a border, outside; in whichever portions they are asked for."""
    random = np.random.default_rng(5)
    sites = [
        shapely.box(west, south, west + width, south + height)
        for west, south, width, height in random.uniform((106.9, 25.9, 0.001, 0.001), (107.5, 26.5, 0.2, 0.2), (60, 4))
    ]
    sites += [shapely.box(106, 25, 108, 27), shapely.box(106.9, 26.0, 107.0, 26.1), shapely.box(120, 30, 120.1, 30.1)]
    expected = [told(site, boundaries) for site in sites]
    for at_once in (1, 7, 100):
        monkeypatch.setattr("app.store.sites._SITES_AT_ONCE", at_once)
        monkeypatch.setattr("app.store.sites._IDS_AT_ONCE", 3 if at_once == 7 else 500)
        with store.reading() as session:
            found = holdings(session, sites)
        assert [[item.code for item in held] for held in found] == [[code for code, _ in held] for held in expected]
        shares = [item.share for held in found for item in held]
        assert shares == pytest.approx([share for held in expected for _, share in held], abs=1e-9)
    assert found[-2:] == [(), ()]


def told(site: shapely.Polygon, boundaries: dict[str, shapely.Polygon]) -> list[tuple[str, float]]:
    area = geodesic_area_m2(site)
    shares = {code: geodesic_area_m2(shapely.intersection(site, shape)) / area for code, shape in boundaries.items()}
    kept = [(code, min(1.0, share)) for code, share in shares.items() if share > LEAST_SHARE]
    return sorted(kept, key=lambda item: (-round(item[1], 9), item[0]))


def test_no_sites_are_held_by_nothing(store: Store, boundaries: dict[str, shapely.Polygon]) -> None:
    with store.reading() as session:
        assert holdings(session, []) == []
