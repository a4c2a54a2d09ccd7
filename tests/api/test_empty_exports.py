"""Exports of nothing: imported they change nothing, as any other export."""

import pytest
from fastapi.testclient import TestClient

from tests.api.importing import Importer, counts

FORMATS = ["csv", "xlsx", "geojson", "gpkg"]


@pytest.mark.parametrize("form", FORMATS)
def test_import_of_an_empty_export_changes_nothing(client: TestClient, importer: Importer, form: str) -> None:
    for kind in ("communities", "facilities", "statistics", "residences"):
        answer = client.get(f"/v1/exports/{kind}", params={"format": form})
        assert answer.status_code == 200
        for options in ({"dry_run": "true"}, {}, {"on_error": "continue"}):
            summary = importer.summary(answer.content, kind, name=f"{kind}.{form}", **options)
            assert (counts(summary), summary["errors"], summary["rows"]) == ((0, 0, 0, 0), [], 0)
