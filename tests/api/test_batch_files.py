"""Files as planning bureaus have them, sent as batches: encodings, sheets, layers, faults; and hostile ones."""

import io
import json
import zipfile
from collections.abc import Callable
from csv import DictReader
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from app.settings import Settings
from tests.api.batch_calls import (
    FACILITIES,
    HEADINGS,
    PROJECTS,
    csv,
    finished,
    ordered,
    results,
    succeeded,
    xlsx,
)
from tests.api.calls import CHINESE
from tests.readers.layers_made import SQUARE, frame

Json = Any  # Any: bodies of answers
WIDE = (*HEADINGS, "社区便民服务站建筑面积（万㎡）", "居民活动面积", "备注一")
SITED = (*HEADINGS, "用地范围")
FAULTY = [PROJECTS[0], ("A-2", "甲", "130824001", "城市", "整个社区", "约两千", 120000), PROJECTS[2]]


def test_wide_table_in_gbk(client: TestClient, settings: Settings) -> None:
    """An area for each category, in 万㎡; a blank cell is unknown, 0 is none."""
    rows = [
        (*PROJECTS[0], 0.02, 100, "x"),
        (*PROJECTS[1], "—", "无", None),
        (*PROJECTS[2], 0, None, None),
    ]
    batch = succeeded(client, settings, ordered(client, csv(rows, WIDE).encode("gbk")))
    read = batch["summary"]["read"]
    assert (read["format"], read["encoding"]) == ("CSV", "GBK")
    [sheet] = read["sheets"]
    assert sheet["unknown_headings"] == ["备注一"]
    converted = [(use["unit"], use["factor"]) for use in sheet["fields"] if use["factor"] not in (None, 1)]
    assert converted == [("10,000 m²", 10_000)]
    found = {item["reference"]: item for item in results(client, batch).json()["results"]}
    assert finding(found["A-1"], "service_area_per_100_households")["value"] == 20.0
    assert finding(found["A-2"], "service_area_per_100_households")["reason"] == "NO_FACILITY_INVENTORY"


def finding(result: Json, rule: str) -> Json:
    return next(item for item in result["findings"] if item["rule"] == rule)


def test_layer_in_zone_coordinates(client: TestClient, settings: Settings, tmp_path: Path) -> None:
    layer = frame([SQUARE, None], 4490, 行政区划代码=["130824001", "130824001"], 总户数=[2000, 1000]).to_crs(4527)
    layer.to_file(tmp_path / "sites.gpkg", layer="项目")
    batch = succeeded(client, settings, ordered(client, (tmp_path / "sites.gpkg").read_bytes(), "项目.gpkg"))
    read = batch["summary"]["read"]
    assert (read["format"], read["crs"], read["crs_source"]) == ("GEOPACKAGE", "EPSG:4527", "FILE")
    first, second = results(client, batch).json()["results"]
    assert first["site_area_m2"] == pytest.approx(935_000, rel=0.01)
    assert first["dwellings_per_hectare"] == pytest.approx(2000 / first["site_area_m2"] * 10_000)
    assert second["site_area_m2"] is None
    shapes = [feature["geometry"] for feature in results(client, batch, "geojson").json()["features"]]
    assert shapes[1] is None
    west = min(x for x, _ in shapes[0]["coordinates"][0])
    assert west == pytest.approx(117.5, abs=1e-6)


def test_rows_with_faults_are_named_and_the_others_judged(client: TestClient, settings: Settings) -> None:
    unknown = [*FACILITIES, ("A-9", "社区便民服务站", 300, None), ("A-3", "钟楼", 10, None)]
    batch = succeeded(client, settings, ordered(client, xlsx(项目=FAULTY, 设施=unknown), "项目.xlsx"))
    assert batch["summary"]["by_status"] == {"EVALUATED": 1, "INVALID_INPUT": 2}
    answer = results(client, batch, **CHINESE).json()
    [wrong] = answer["results"][1]["errors"]
    assert (wrong["sheet"], wrong["row"], wrong["column"], wrong["value"]) == ("项目", 3, "总户数", "约两千")
    assert (wrong["code"] in batch["summary"]["errors"], bool(wrong["message"]), bool(wrong["remedy"])) == (True,) * 3
    assert "pointer" not in wrong
    [category] = answer["results"][2]["errors"]
    assert (category["sheet"], category["row"], category["column"]) == ("设施", 6, "设施类别")
    [loose] = answer["errors"]
    assert (loose["sheet"], loose["row"], loose["value"]) == ("设施", 5, "A-9")
    assert sum(batch["summary"]["errors"].values()) == 3


def test_workbook_of_results_marks_a_copy_of_the_sheets(client: TestClient, settings: Settings) -> None:
    batch = succeeded(client, settings, ordered(client, xlsx(项目=FAULTY, 设施=FACILITIES), "项目.xlsx"))
    content = results(client, batch, "xlsx", **CHINESE).content
    assert results(client, batch, "xlsx", **CHINESE).content == content
    book = openpyxl.load_workbook(io.BytesIO(content))
    summary = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert batch["input_sha256"] in summary
    copied = next(sheet for sheet in book if sheet["A1"].value == HEADINGS[0] and sheet["A2"].value == "A-1")
    assert [str(cell.value) for cell in copied[3]][:6] == [str(cell) for cell in FAULTY[1][:6]]
    marked = copied["F3"].fill.fgColor.rgb
    assert copied["F2"].fill.fgColor.rgb != marked
    assert copied["A3"].fill.fgColor.rgb != marked


def test_table_of_results_has_a_row_per_project(client: TestClient, settings: Settings) -> None:
    rows = [*FAULTY, ("=cmd()", "x", "130824001", "城市", "部分", 10, 10)]
    batch = succeeded(client, settings, ordered(client, csv(rows).encode()))
    answer = results(client, batch, "csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="batch-{batch["id"]}.csv"'
    lines = list(DictReader(answer.text.removeprefix("\ufeff").splitlines()))
    assert [line["reference"] for line in lines] == ["A-1", "A-2", "A-3", "'=cmd()"]
    assert [line["status"] for line in lines] == ["EVALUATED", "INVALID_INPUT", "EVALUATED", "EVALUATED"]


def test_chunks_make_no_difference(client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    content = xlsx(项目=[*FAULTY, *([("A-7", "x", "", "", "", 10, 10)] * 3)], 设施=[("A-9", "托育", 1, 1), *FACILITIES])
    whole = succeeded(client, settings, ordered(client, content, "项目.xlsx"))
    monkeypatch.setattr("app.services.batch_work.PROJECTS_AT_ONCE", 2)
    parted = succeeded(client, settings, ordered(client, content, "项目.xlsx"))
    assert parted["summary"] == whole["summary"]
    for form in ("json", "csv", "xlsx", "geojson"):
        assert results(client, parted, form).content == results(client, whole, form).content, form


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.csv", lambda: b"", "file_empty"),
    "picture": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), "file_of_other_format"),
    "bomb": ("a.zip", lambda: zipped(**{"a.csv": bytes(20_000_000)}), "archive_bomb"),
    "nested": ("a.zip", lambda: zipped(**{"a.csv": b"x", "b.zip": b"x"}), "archive_nested"),
    "path": ("a.zip", lambda: zipped(**{"../../a.csv": b"x"}), "archive_unsafe_path"),
    "truncated": ("a.xlsx", lambda: xlsx(项目=PROJECTS)[:2000], "file_truncated"),
    "headings": ("a.csv", lambda: b"x,y\n1,2\n", "no_known_heading"),
    "metres": (
        "a.csv",
        lambda: csv(
            [(*PROJECTS[0], '"POLYGON((500000 4000000,500100 4000000,500100 4000100,500000 4000000))"')], SITED
        ).encode(),
        "crs_missing",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_unusable_file_ends_in_a_failed_batch_with_the_reason(
    client: TestClient, settings: Settings, kind: str
) -> None:
    name, content, code = HOSTILE[kind]
    done = finished(client, settings, ordered(client, content(), name))
    assert (done["status"], done["summary"]) == ("FAILED", None)
    assert [found["code"] for found in done["error"]["errors"]] == [code], done["error"]
    assert all(found["message"] and found["remedy"] for found in done["error"]["errors"])
    if code == "crs_missing":
        assert done["error"]["errors"][0]["pointer"] == "/crs"
    following = succeeded(client, settings, ordered(client, csv(PROJECTS).encode()))
    assert following["summary"]["projects"] == 3


def test_mapping_names_unknown_headings(client: TestClient, settings: Settings) -> None:
    text = csv(PROJECTS).replace("总户数", "栋数合计")
    mapping = json.dumps({"栋数合计": "households"}, ensure_ascii=False)
    batch = succeeded(client, settings, ordered(client, text.encode(), mapping=mapping))
    plain = succeeded(client, settings, ordered(client, csv(PROJECTS).encode()))
    assert results(client, batch).json()["results"] == results(client, plain).json()["results"]
    wrong = finished(client, settings, ordered(client, text.encode(), mapping='{"栋数合计": "storeys"}'))
    assert wrong["error"]["errors"][0]["pointer"] == "/mapping"
