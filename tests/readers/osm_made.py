"""A street of two pieces in OpenStreetMap's XML, as programs write it, and the same in other formats."""

import bz2
import gzip
from collections.abc import Callable, Mapping
from pathlib import Path

import osmium

PLACES = (25.0, 25.001, 25.002)
"""Latitudes on the meridian of 107 degrees."""
HIGHWAY = '<tag k="highway" v="residential"/>'


def nodes(*ids: int) -> str:
    return "".join(f'<node id="{one}" lat="{place}" lon="107.0"/>' for one, place in zip(ids, PLACES, strict=False))


def way(number: int, *refs: int, tags: str = HIGHWAY, attributes: str = "") -> str:
    return f'<way id="{number}" {attributes}>{"".join(f"""<nd ref="{one}"/>""" for one in refs)}{tags}</way>'


def drawn_way(number: int, *refs: int | None, tags: str = HIGHWAY) -> str:
    """With the nodes' places within, with or without their ids."""
    pairs = zip(refs, PLACES, strict=False)
    drawn = "".join(
        f'<nd{"" if one is None else f""" ref="{one}" """} lat="{place}" lon="107.0"/>' for one, place in pairs
    )
    return f'<way id="{number}"><bounds minlat="25" minlon="107" maxlat="26" maxlon="108"/>{drawn}{tags}</way>'


def xml(path: Path, content: str) -> Path:
    path.write_text(f'<?xml version="1.0"?>\n<osm version="0.6" generator="a">\n{content}\n</osm>', encoding="utf-8")
    return path


def pbf(path: Path, content: str) -> Path:
    """With the places within ways, if there are any."""
    given = xml(path.with_suffix(".xml"), content)
    form = "pbf,locations_on_ways=true" if "<bounds" in content else "pbf"
    with osmium.SimpleWriter(osmium.io.File(str(path), form), overwrite=True) as writer:
        for item in osmium.FileProcessor(osmium.io.File(str(given), "osm")):
            writer.add(item)
    return path


def packed(path: Path, content: str, pack: Callable[[bytes], bytes]) -> Path:
    path.write_bytes(pack(xml(path.with_suffix(".xml"), content).read_bytes()))
    return path


Write = Callable[[Path, str], Path]
FORMS: Mapping[str, Write] = {"town.osm": xml, "town.osm.pbf": pbf}
PACKED_FORMS: Mapping[str, Write] = {
    **FORMS,
    "town.osm.gz": lambda path, content: packed(path, content, gzip.compress),
    "town.osm.bz2": lambda path, content: packed(path, content, bz2.compress),
}
