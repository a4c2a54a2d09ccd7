"""Every reader on files changed at random: each is read, or refused with a reason; nothing else ever happens.

The files are read in a forked process, limited as those of the service are, so that a crash is seen and named.
"""

import gc
import json
import multiprocessing
import os
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest
import shapely

from app.errors import Fault, InvalidInput
from app.messages import fault_message, fault_remedy
from app.readers import child
from app.readers.options import MIB, ReadLimits, ReadOptions, Task
from app.readers.osm_places import read_osm_places
from app.readers.reading import open_reading
from app.readers.street_reading import open_streets
from tests.readers.faults import LANGUAGES
from tests.readers.layers_made import SQUARE, dbf_shapefile, frame
from tests.readers.mutations import changed, kind_of
from tests.readers.streets_made import FORMATS
from tests.readers.test_osm_places import TOWN
from tests.readers.test_workbook import save

LIMITS = ReadLimits(memory_bytes=3072 * MIB, seconds=120, unpacked_bytes=64 * MIB)
OUTCOMES = "outcomes.json"
PLACES = "osm-places"
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["tests.readers.test_mutations", "app.readers.table_task", "app.readers.street_sheets", "app.readers.parquet"]
)

CELLS = (
    ("项目编号", "行政区划代码", "总户数", "总建筑面积(万㎡)", "项目规模", "规划许可日期",
     "社区便民服务站建筑面积", "托育机构（㎡）"),
    ("P1", "522725001001", "1,200", "3.5", "部分", "2025-12-31", "400", "0"),
    ("P2", "522725", "300", "—", "", "2026年1月2日", "", "90.5"),
)  # fmt: skip
BARE = [row[:6] for row in CELLS]
COLUMNS = {heading: [row[place] for row in CELLS[1:]] for place, heading in enumerate(CELLS[0]) if place}
LISTED = [("项目编号", "设施类别", "建筑面积(㎡)", "启用日期"), ("P1", "便利店", "80", "2025/1/31")]
LAYER = [SQUARE, shapely.MultiPolygon([shapely.box(117.6, 40.9, 117.61, 40.91)])]


def text_of(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    return "\n".join(delimiter.join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows)


def csv_gbk(path: Path) -> None:
    path.write_bytes(text_of(CELLS, "\t").encode("gbk"))


def csv_shapes(path: Path) -> None:
    rows = ("社区代码", "社区名称", "边界", "居民人数"), ("522725001009", "甲", SQUARE.wkt, "12"), ("x", "乙", "", "")
    path.write_text(text_of(rows), encoding="utf-8")


def csv_points(path: Path) -> None:
    rows = ("社区代码", "设施名称", "设施类别", "经度", "纬度"), ("522725001009", "甲", "便利店", "107.5", "27°30′E")
    path.write_text(text_of(rows), encoding="utf-16")


def zipped_csv(path: Path) -> None:
    with ZipFile(path, "w") as archive:
        archive.writestr("项目.csv", text_of(BARE))
        archive.writestr("设施.csv", text_of(LISTED))


def workbook(path: Path) -> None:
    save(path, 项目=[list(row) for row in BARE], 设施=[list(row) for row in LISTED], 说明=[["x"]])


def geojson(path: Path) -> None:
    frame(list(LAYER), **COLUMNS).to_file(path, driver="GeoJSON", engine="pyogrio")


def geopackage(path: Path) -> None:
    frame(list(LAYER), **COLUMNS).to_file(path, driver="GPKG", engine="pyogrio")


def shapefile(path: Path) -> None:
    headings = [(heading.encode("gbk")[:10], 20) for heading in CELLS[0]]
    dbf_shapefile(
        path, headings, [[cell.encode("gbk") for cell in row] for row in CELLS[1:]], cpg="GBK", code_page=0x4D
    )


def parquet(path: Path) -> None:
    frame(list(LAYER), 4527, **COLUMNS).to_parquet(path.with_suffix(".made"))
    pq.write_table(pq.read_table(path.with_suffix(".made")), path, compression="none", use_dictionary=False)


def native_parquet(path: Path) -> None:
    frame(list(LAYER), **COLUMNS).to_parquet(path, geometry_encoding="geoarrow", compression=None)


def osm_places(path: Path) -> None:
    path.write_text(TOWN, encoding="utf-8")


MADE: dict[str, tuple[str, str, Callable[[Path], object]]] = {
    "csv_gbk": ("projects", "x.csv", csv_gbk),
    "csv_shapes": ("communities", "x.csv", csv_shapes),
    "csv_points": ("facilities", "x.csv", csv_points),
    "zipped_csv": ("projects", "x.zip", zipped_csv),
    "workbook": ("projects", "x.xlsx", workbook),
    "geojson": ("projects", "x.geojson", geojson),
    "geopackage": ("projects", "x.gpkg", geopackage),
    "shapefile": ("projects", "x.zip", shapefile),
    "parquet": ("projects", "x.parquet", parquet),
    "native_parquet": ("projects", "x.parquet", native_parquet),
    "osm_places": (PLACES, "x.osm", osm_places),
    **{f"streets_{form.lower()}": ("streets", name, write) for form, (name, write) in FORMATS.items()},
}
COUNT = -(-2000 // len(MADE))


@pytest.mark.parametrize("name", MADE)
def test_changed_file_is_read_or_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    form, file_name, make = MADE[name]
    make(tmp_path / file_name)
    outcomes = outcomes_of(tmp_path / file_name, name, form, COUNT)
    assert {number: one for number, one in outcomes.items() if one not in {"read", "refused"}} == {}
    assert len(outcomes) == COUNT
    assert "read" in outcomes.values()


def test_reader_that_breaks_off_is_seen(tmp_path: Path) -> None:
    csv_gbk(tmp_path / "x.csv")
    outcomes = outcomes_of(tmp_path / "x.csv", "csv_gbk", "no such form", 2)
    assert all("KeyError" in one for one in outcomes.values())


def outcomes_of(path: Path, name: str, form: str, count: int) -> dict[str, str]:
    """What became of each changed file, by its number; one that ended the process is the last."""
    process = _CONTEXT.Process(target=_read_changed, args=(path, name, form, count), daemon=True)
    process.start()
    process.join()
    written = (path.parent / OUTCOMES).read_text(encoding="utf-8").splitlines()
    outcomes: dict[str, str] = dict(map(json.loads, written))
    if process.exitcode:
        outcomes[str(len(outcomes))] = f"ended by {process.exitcode}"
    return outcomes


def _read_changed(path: Path, name: str, form: str, count: int) -> None:
    os.chdir(path.parent)
    os.dup2(os.open("complaints.txt", os.O_WRONLY | os.O_CREAT), 2)
    child.limit_process(LIMITS)
    raw = path.read_bytes()
    with Path(OUTCOMES).open("w", encoding="utf-8", buffering=1) as outcomes:
        for number in range(count):
            random = Random(f"{name} {number}")
            path.write_bytes(changed(raw, kind_of(path), random))
            if number % 20 == 0:
                gc.collect()  # a process reads one file in its life, so that what is left open does not matter
            outcomes.write(json.dumps([str(number), _outcome(path, form)]) + "\n")


def _outcome(path: Path, form: str) -> str:
    """read, refused, or the error that nobody foresaw."""
    try:
        _read(path, form)
    except InvalidInput as refusal:
        return _said(refusal.faults)
    except BaseException:  # noqa: BLE001 - whatever it is, it is to be shown
        return traceback.format_exc()
    return "read"


def _said(faults: Sequence[Fault]) -> str:
    """Every refusal has its words, and none of them says that the reading broke off."""
    codes = {fault.code for fault in faults}
    if codes & {"reading_crashed", "reading_out_of_memory", "reading_out_of_time"}:
        return ", ".join(codes)
    for fault in faults:
        _check_words(fault)
    return "refused"


def _check_words(fault: Fault) -> None:
    for language in LANGUAGES:
        assert fault_message(fault, language)
        assert fault_remedy(fault, language)


def _read(path: Path, form: str) -> None:
    if form == PLACES:
        read_osm_places(path)
        return
    folder = Path(mkdtemp(dir=path.parent))
    task = Task(path, form, folder, ReadOptions(crs=None), LIMITS)
    child.carry_out(task)
    if form == "streets":
        report = open_streets(task, sha256="").report
        notes = report.notes
    else:
        reading = open_reading(folder, form=form, sha256="")
        notes = reading.report.notes
        for place in range(len(reading.errors)):
            _check_words(reading.errors[place].fault)
    for note in notes:
        _check_words(note.fault())
