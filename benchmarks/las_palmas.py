"""Walking coverage of a real city: `python -m benchmarks.las_palmas STREETS.osm.pbf BOUNDARY.geojson [PICTURE.svg]`.

Starts the service on an empty database, brings the city in over HTTP as docs/walking.md says, and prints how much of
its homes' floor area each category covers along the streets, beside straight lines. With a third path it writes the
picture too.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas
import httpx
import numpy as np
import shapely
from scipy.spatial import KDTree

from app.services.osm_places import FACILITIES, RESIDENCES, extract_places
from benchmarks.databases import migrated
from benchmarks.servers import service

CODE, DISTRICT_CODE = "990000001001", "990000001002"
"""Made up: the city has none."""
DISTRICT = shapely.box(-15.426, 28.096, -15.411, 28.109)
"""The old town between the sea and the hills, which the picture shows."""
WALK_M = 1_000
DAY = "2025-12-31"
Json = Any  # Any: bodies of answers


def main(streets: Path, boundary: Path, picture: Path | None = None) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="facility-standards-") as place, migrated("SQLite") as url:
        folder = Path(place)
        print(extract_places(streets, folder))
        with service(url) as address, httpx.Client(base_url=address, timeout=600, trust_env=False) as client:
            community = _bring_in(client, folder, boundary)
            print(f"{_settle(client, CODE, homes_within(folder, boundary)):,} residences imported")
            asked = {"on": DAY, "categories": ",".join(_known(client, community))}
            lines = _coverage(client, community, asked)
            job = client.post("/v1/street-networks", data={"is_default": "true"}, files={"file": _file(streets)})
            _finished(client, job)
            walks = _coverage(client, community, asked)
            if picture:
                _district(client, folder, boundary)
                drawn = client.get("/v1/coverage/picture", params={"division": DISTRICT_CODE, **asked})
                picture.write_bytes(drawn.raise_for_status().content)
        print("\n".join(table(walks, lines, near_share(folder, boundary, categories_of(walks)))))


def _bring_in(client: httpx.Client, folder: Path, boundary: Path) -> int:
    """The id of the city as one community, its facilities and homes stored."""
    outline = json.loads(boundary.read_text("utf-8"))["features"][0]["geometry"]
    body = {"code": CODE, "name": "Las Palmas", "boundary": outline}
    community = _community(client, body)
    order = client.post("/v1/imports", data={"kind": "facilities"}, files={"file": _file(folder / FACILITIES)})
    print(f"{_finished(client, order)['summary']['new']:,} facilities imported")
    return community


def _community(client: httpx.Client, body: Json) -> int:
    return int(client.post("/v1/communities", json=body).raise_for_status().json()["id"])


def _district(client: httpx.Client, folder: Path, boundary: Path) -> None:
    """A part of the city as a community of its own, with its homes: a picture of the whole has many megabytes."""
    body = {"code": DISTRICT_CODE, "name": "Old town", "boundary": json.loads(shapely.to_geojson(DISTRICT))}
    homes = homes_within(folder, boundary)
    homes = homes[homes.geometry.representative_point().within(DISTRICT)]
    _community(client, body)
    _settle(client, DISTRICT_CODE, homes.assign(key=None))


def homes_within(folder: Path, boundary: Path) -> geopandas.GeoDataFrame:
    """The homes that stand in the city."""
    homes = geopandas.read_file(folder / RESIDENCES)
    return homes[homes.geometry.representative_point().within(geopandas.read_file(boundary).geometry.iloc[0])]


def _settle(client: httpx.Client, code: str, homes: geopandas.GeoDataFrame) -> int:
    """Import the homes into the community of this code; gives how many they are."""
    content = homes.assign(community_code=code).to_json(drop_id=True).encode()
    order = client.post("/v1/imports", data={"kind": "residences"}, files={"file": (RESIDENCES, content)})
    return int(_finished(client, order)["summary"]["new"])


def _file(path: Path) -> tuple[str, bytes]:
    return path.name, path.read_bytes()


def _finished(client: httpx.Client, order: httpx.Response) -> Json:
    """The job once it has succeeded. Raises RuntimeError where it has not."""
    link = order.raise_for_status().json()["links"]["self"]
    while (job := client.get(link).raise_for_status().json())["status"] in {"ACCEPTED", "RUNNING"}:
        time.sleep(0.2)
    if job["status"] != "SUCCEEDED":
        raise RuntimeError(job)
    return job


def _known(client: httpx.Client, community: int) -> list[str]:
    """The categories of the life circle that the file has a facility of."""
    seen = _coverage(client, community, {"on": DAY})["facilities"]
    print("None of:", ", ".join(item["category"] for item in seen if not item["located"]))
    return [item["category"] for item in seen if item["located"]]


def _coverage(client: httpx.Client, community: int, asked: dict[str, str]) -> Json:
    return client.get(f"/v1/communities/{community}/coverage", params=asked).raise_for_status().json()


def categories_of(answer: Json) -> list[str]:
    """The ids of the categories that were asked about."""
    return [item["category"] for item in answer["categories"]]


def near_share(folder: Path, boundary: Path, categories: list[str]) -> list[float]:
    """Of the homes' floor area, the part within the walk in a straight line; of each category, then of all of them."""
    homes, facilities = homes_within(folder, boundary), geopandas.read_file(folder / FACILITIES)
    metres = homes.estimate_utm_crs()
    middles = homes.geometry.to_crs(metres).centroid
    places = facilities.to_crs(metres)
    near = np.array([_is_near(middles, places[places["category"] == one].geometry) for one in categories])
    weights = homes["floor_area_m2"].to_numpy()
    return [float(weights @ part / weights.sum()) for part in (*near, near.all(axis=0))]


def _is_near(homes: geopandas.GeoSeries, places: geopandas.GeoSeries) -> np.ndarray:
    if places.empty:
        return np.zeros(len(homes), np.bool_)
    tree = KDTree(np.stack([places.x, places.y], axis=1))
    distance, _ = tree.query(np.stack([homes.x, homes.y], axis=1))
    return np.asarray(distance <= WALK_M)


def table(walks: Json, lines: Json, near: list[float]) -> list[str]:
    """Lines of Markdown."""
    seen = {item["category"]: item["located"] for item in walks["facilities"]}
    rows = [
        f"Method: {walks['method']} by {walks['weighed_by']}, joined {walks['joined_share']}; {lines['method']}.",
        "",
        "| category | facilities | along the streets | straight line, homes | difference | straight line, land |",
        "|---|---|---|---|---|---|",
    ]
    pairs = zip(_with_all(walks), _with_all(lines), near, strict=True)
    for walked, straight, flat in pairs:
        count = seen.get(walked["category"], "")
        share = walked["covered_share"] or 0.0
        rows.append(
            f"| {walked['label']} | {count} | {share:.1%} | {flat:.1%} | {100 * (share - flat):+.1f} points "
            f"| {straight['covered_share'] or 0.0:.1%} |"
        )
    return rows


def _with_all(answer: Json) -> list[Json]:
    return [*answer["categories"], answer["all_categories"]]


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
