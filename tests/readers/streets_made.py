"""The same small town as a street file of each format: an angle of two streets, one walked, one a motorway."""

from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

import geopandas
import networkx as nx
import osmium
from shapely import LineString

Write = Callable[[Path], Path]
PLACES = {1: (108.0, 25.0), 2: (108.001, 25.0), 3: (108.001, 25.001), 4: (108.01, 25.0)}
WAYS = (("residential", (1, 2)), ("footway", (2, 3)), ("motorway", (2, 4)))
CRS = "EPSG:4326"

CSV = "u,v,x,y,end_x,end_y,highway\n" + "".join(
    f"{start},{end},{PLACES[start][0]},{PLACES[start][1]},{PLACES[end][0]},{PLACES[end][1]},{highway}\n"
    for highway, (start, end) in WAYS
)


def osm(path: Path, *, extra: str = "", nodes: Mapping[int, tuple[float, float]] = PLACES) -> Path:
    """As OSM XML; `extra` goes before the root's end."""
    points = "".join(f'<node id="{node}" lon="{x}" lat="{y}"/>' for node, (x, y) in nodes.items())
    ways = "".join(
        f'<way id="{number}">{"".join(f"""<nd ref="{node}"/>""" for node in refs)}<tag k="highway" v="{kind}"/></way>'
        for number, (kind, refs) in enumerate(WAYS, 1)
    )
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{points}{ways}{extra}</osm>', encoding="utf-8")
    return path


def pbf(path: Path) -> Path:
    """As OSM PBF."""
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf,pbf_compression=none"), overwrite=True) as writer:
        for item in osmium.FileProcessor(str(osm(path.with_name("for_pbf.osm")))):
            writer.add(item)
    return path


def graph() -> nx.MultiDiGraph:
    """As OSMnx keeps it: every street in both directions."""
    town = nx.MultiDiGraph(crs="epsg:4326")
    for node, (x, y) in PLACES.items():
        town.add_node(node, x=str(x), y=str(y))
    for highway, (start, end) in WAYS:
        town.add_edge(start, end, highway=highway)
        town.add_edge(end, start, highway=highway)
    return town


def graphml(path: Path) -> Path:
    """As GraphML."""
    nx.write_graphml(graph(), path)
    return path


def lines(crs: str = CRS) -> geopandas.GeoDataFrame:
    """As lines with a class."""
    drawn = [LineString([PLACES[node] for node in nodes]) for _, nodes in WAYS]
    return geopandas.GeoDataFrame({"highway": [kind for kind, _ in WAYS]}, geometry=drawn, crs=CRS).to_crs(crs)


def geopackage(path: Path) -> Path:
    lines().to_file(path, driver="GPKG", layer="edges", engine="pyogrio")
    return path


def geojson(path: Path) -> Path:
    path.write_text(lines().to_json(), encoding="utf-8")
    return path


def parquet(path: Path) -> Path:
    lines("EPSG:32649").to_parquet(path)
    return path


def shapefile(path: Path) -> Path:
    """Zipped, in metres, with its .prj."""
    folder = path.with_suffix(".parts")
    folder.mkdir()
    lines("EPSG:32649").to_file(folder / "streets.shp", engine="pyogrio")
    with ZipFile(path, "w") as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, part.name)
    return path


def csv(path: Path) -> Path:
    path.write_text(CSV, encoding="utf-8")
    return path


FORMATS: Mapping[str, tuple[str, Write]] = {
    "OSM_XML": ("town.osm", osm),
    "OSM_PBF": ("town.osm.pbf", pbf),
    "GRAPHML": ("town.graphml", graphml),
    "GEOPACKAGE": ("town.gpkg", geopackage),
    "GEOJSON": ("town.geojson", geojson),
    "PARQUET": ("town.parquet", parquet),
    "SHAPEFILE": ("town.zip", shapefile),
    "CSV": ("town.csv", csv),
}
