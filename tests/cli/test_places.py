"""`facility-standards osm-places`: a file of OpenStreetMap in, two files out."""

import json
from pathlib import Path

from tests.cli.commands import command
from tests.readers.test_osm_places import TOWN


def test_facilities_and_homes_become_files(tmp_path: Path) -> None:
    town = tmp_path / "town.osm"
    town.write_text(TOWN, encoding="utf-8")
    done = command("osm-places", str(town), "--out", str(tmp_path / "out"))
    assert done.status == 0, done.err
    assert "3 facilities, 1 residences" in done.out
    document = json.loads((tmp_path / "out" / "residences.geojson").read_text(encoding="utf-8"))
    assert len(document["features"]) == 1


def test_a_file_of_another_kind_is_unusable(tmp_path: Path) -> None:
    other = tmp_path / "other.pbf"
    other.write_bytes(b"no streets")
    done = command("osm-places", str(other), "--out", str(tmp_path / "out"))
    assert done.status == 2
    assert done.err.strip()
