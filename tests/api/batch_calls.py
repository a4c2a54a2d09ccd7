"""What tests of batches do: order, let the work be done, and look at what came out."""

import io
import threading
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from openpyxl import Workbook

from app.jobs.worker import Worker
from app.services.worker import make_kinds
from app.settings import Settings

PATH = "/v1/batches"
ON = "2025-12-31"
HEADINGS = ("项目编号", "项目名称", "行政区划代码", "城乡", "项目规模", "总户数", "总建筑面积(㎡)")
FACILITY_HEADINGS = ("项目编号", "设施类别", "建筑面积(㎡)", "居民活动区域面积(㎡)")
Json = Any  # Any: bodies of answers
Rows = list[tuple[object, ...]]

PROJECTS: Rows = [
    ("A-1", "雍阳新苑", "522701001", "城市", "整个社区", 1000, 50000),
    ("A-2", "滦河家园", "130824001", "城市", "整个社区", 2000, 120000),
    ("A-3", "河湾小区", "130824001", "城市", "部分", 300, 30000),
]
FACILITIES: Rows = [
    ("A-1", "社区便民服务站", 200, 100),
    ("A-1", "社区卫生服务站", 100, None),
    ("A-2", "社区便民服务站", 700, 450),
]


def as_json(projects: Rows = PROJECTS, facilities: Rows = FACILITIES) -> list[Json]:
    """The same projects as POST /v1/project-validations takes them."""
    role = {"整个社区": "WHOLE_COMMUNITY", "部分": "PART"}
    return [
        {
            "reference": reference,
            "name": name,
            "division_code": code,
            "setting": "URBAN",
            "project_role": role[str(size)],
            "households": households,
            "total_floor_area_m2": area,
            "facilities": [
                {"category": category, "floor_area_m2": floor, "resident_activity_area_m2": activity}
                for owner, category, floor, activity in facilities
                if owner == reference
            ],
            "on": ON,
        }
        for reference, name, code, _, size, households, area in projects
    ]


def csv(rows: Rows, headings: tuple[str, ...] = HEADINGS) -> str:
    lines = [headings, *rows]
    return "".join(",".join("" if cell is None else str(cell) for cell in line) + "\n" for line in lines)


def xlsx(**sheets: Rows) -> bytes:
    """A workbook with a sheet of projects, and perhaps one of facilities."""
    headings = {"项目": HEADINGS, "设施": FACILITY_HEADINGS}
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in (headings[name], *rows):
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def ordered(client: TestClient, content: bytes, name: str = "项目.csv", *, key: str = "", **fields: str) -> Json:
    """The batch that a form with a file has made."""
    headers = {"Idempotency-Key": key} if key else {}
    return accepted(client.post(PATH, files={"file": (name, content)}, data={"on": ON, **fields}, headers=headers))


def accepted(answer: Response) -> Json:
    assert answer.status_code == 202, answer.text
    batch = answer.json()
    assert answer.headers["location"] == batch["links"]["self"] == f"{PATH}/{batch['id']}"
    assert batch["kind"] == "batch"
    return batch


def work(client: TestClient, settings: Settings) -> None:
    """Do all that has been ordered, in this process."""
    store = client.app.state.store
    worker = Worker(store, make_kinds(store, settings), settings)
    while worker.work_once(threading.Event()):
        pass


def finished(client: TestClient, settings: Settings, batch: Json) -> Json:
    """The batch when it has been worked on."""
    work(client, settings)
    return client.get(batch["links"]["self"]).json()


def succeeded(client: TestClient, settings: Settings, batch: Json) -> Json:
    done = finished(client, settings, batch)
    assert done["status"] == "SUCCEEDED", done["error"]
    assert done["progress"]["done"] == done["progress"]["total"] == done["summary"]["projects"]
    return done


def results(client: TestClient, batch: Json, form: str = "json", **headers: str) -> Response:
    answer = client.get(f"{PATH}/{batch['id']}/results", params={"format": form}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer
