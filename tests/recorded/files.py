"""Forty files of projects, communities, facilities and more, as many people send them."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.lifelike.__main__ import generate

PROJECTS = """\
项目编号,项目名称,行政区划代码,城乡,项目规模,总户数,总建筑面积(㎡),社区便民服务站建筑面积(㎡),便利店建筑面积(㎡)
A-1,雍阳新苑,522701001,城市,整个社区,1000,50000,312,4688
A-2,滦河家园,130824001,城市,整个社区,2000,120000,700,
A-3,河湾小区,130824001,城市,部分,300,30000,,1000
A-4,兰苑,620102001,城市,整个社区,,98000.5,29.9,0
A-5,陇川新居,533124100,农村,整个社区,2565,"250,000",800,900
A-6,坏行,53312,农村,整个社区,-5,约1200,x,=1+1
"""
COMMUNITIES = """\
code,name,setting,households,population,total_floor_area_m2,as_of
522799001901,河东社区,城市,1200,3600,90000,2025-06-30
522799001902,河西社区,城市,800,2500,,2025-06-30
522799100903,石板村,农村,,900,20000,2025-06-30
52279910090,短码村,农村,100,,,2025-06-30
"""
FACILITIES = """\
key,name,category,community_code,longitude,latitude,floor_area_m2,resident_activity_area_m2
F-1,河东便民服务站,社区便民服务站,522799001901,,,400,250
F-2,河西便民服务站,社区便民服务站,522799001902,,,200,
F-3,无主食堂,社区食堂,,107.0,26.0,120,
F-4,不知何类,飞船,522799001901,,,1,
"""
STATISTICS = """\
code,as_of,households,community_workers,self_service_available
522799001901,2025-09-30,1250,9,是
522799001902,2025-09-30,,,否
522799,2025-09-30,,120,
"""


@dataclass(frozen=True)
class Sent:
    """A file, what it is sent as (`batch`, `validate`, or the kind of an import), and the fields beside it."""

    name: str
    content: bytes
    as_what: str
    fields: Mapping[str, str] = field(default_factory=dict)


def files(folder: Path) -> Iterator[Sent]:
    """All of them, in the order in which they are to be sent; some are written into the folder first."""
    yield from _tables()
    yield from _encoded()
    yield from _layers()
    made = folder / "lifelike"
    generate(made, seed=5, count=60, codes=None)
    for path in sorted(made.iterdir()):
        if path.name != "truth.json":
            yield Sent(path.name, path.read_bytes(), "batch")


def _tables() -> Iterator[Sent]:
    for kind, text in (("communities", COMMUNITIES), ("facilities", FACILITIES), ("statistics", STATISTICS)):
        for fields in (
            {"dry_run": "true", "on_error": "continue"},
            {},
            {"on_error": "continue"},
            {"on_error": "continue"},
        ):
            yield Sent(f"{kind}.csv", text.encode(), kind, fields)


def _encoded() -> Iterator[Sent]:
    for encoding in ("utf-8-sig", "gbk", "gb18030", "utf-16"):
        yield Sent(f"projects-{encoding}.csv", PROJECTS.encode(encoding), "batch")
    yield Sent("told.csv", PROJECTS.encode("gbk"), "batch", {"encoding": "GBK"})
    yield Sent("wrongly-told.csv", PROJECTS.encode("gbk"), "batch", {"encoding": "UTF-8"})
    for mark, ending in ((";", "csv"), ("\t", "tsv"), ("|", "csv")):
        rows = csv.reader(io.StringIO(PROJECTS))
        text = io.StringIO()
        csv.writer(text, delimiter=mark, lineterminator="\n").writerows(rows)
        yield Sent(f"by-{ord(mark)}.{ending}", text.getvalue().encode(), "batch")
    yield Sent("unknown.csv", PROJECTS.replace("总户数", "住户").encode(), "batch")
    yield Sent("mapped.csv", PROJECTS.replace("总户数", "住").encode(), "batch", {"mapping": '{"住": "households"}'})
    yield Sent("role.csv", PROJECTS.replace("项目规模", "备注").encode(), "batch", {"project_role": "PART"})
    yield Sent("all-plans.csv", PROJECTS.encode(), "batch", {"standard": "all"})
    yield Sent("empty.csv", b"", "batch")
    yield Sent("heading.csv", PROJECTS.splitlines()[0].encode(), "batch")


def _layers() -> Iterator[Sent]:
    square = [[[107.5, 26.2], [107.51, 26.2], [107.51, 26.21], [107.5, 26.21], [107.5, 26.2]]]
    crossed = [[[107.5, 26.2], [107.51, 26.21], [107.51, 26.2], [107.5, 26.21], [107.5, 26.2]]]
    features = [
        {
            "type": "Feature",
            "properties": {"reference": f"G-{number}", "households": 500 * number, "division_code": "522799001"},
            "geometry": {"type": "Polygon", "coordinates": ring},
        }
        for number, ring in enumerate((square, crossed), 1)
    ]
    document = json.dumps({"type": "FeatureCollection", "features": features})
    for name, fields in (
        ("sites.geojson", {}),
        ("sites-gcj.geojson", {"crs": "gcj02"}),
        ("x.geojson", {"crs": "EPSG:1"}),
    ):
        yield Sent(name, document.encode(), "batch", fields)
