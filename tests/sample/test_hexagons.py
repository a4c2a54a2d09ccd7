"""The cells of a hexagonal grid of Porto Alegre, imported as communities with their population."""

import csv
from pathlib import Path

from fastapi.testclient import TestClient

from app.settings import Settings
from app.store.unit_of_work import Store
from benchmarks.hexagons import PREFIX, convert
from tests.api.importing import Importer, counts
from tests.real_places import EXTRA

GRID = EXTRA / "facilities" / "porto_alegre_hexgrid.csv"
CELLS = 1227
CELL_M2 = 88_600


def test_cells_are_imported_with_their_population(
    client: TestClient, store: Store, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "cells.geojson"
    assert convert(GRID, file) == CELLS
    importer = Importer(client, store, settings)
    summary = importer.summary(file.read_bytes(), "communities", name=file.name)
    assert counts(summary) == (CELLS, 0, 0, 0)
    assert summary["warnings"] == []
    assert client.get("/v1/communities?division=99").json()["total"] == CELLS
    with GRID.open(encoding="utf-8") as rows:
        expected = {f"Cell {row['id']}": int(row["population"]) for row in csv.DictReader(rows)}
    export = client.get("/v1/exports/communities").content.decode("utf-8-sig").splitlines()
    assert {row["name"]: int(row["population"]) for row in csv.DictReader(export)} == expected
    first = client.get(f"/v1/communities?division={PREFIX}&limit=1").json()["items"][0]["id"]
    assert abs(client.get(f"/v1/communities/{first}").json()["area_m2"] - CELL_M2) < CELL_M2 / 10
    assert counts(importer.summary(file.read_bytes(), "communities", name=file.name)) == (0, 0, CELLS, 0)
