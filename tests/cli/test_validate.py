"""`facility-standards validate`: statuses, documents, files."""

import csv
import json
import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.cli.targets import target_fault
from app.messages import fault_message
from tests.cli.commands import PROGRAM, Done, command

HEADINGS = (
    "项目编号,总户数(户),总建筑面积(㎡),行政区划代码,城乡,项目规模,"
    "社区便民服务站建筑面积(㎡),便利店建筑面积(㎡),居民活动面积(㎡)"
)
GOOD = "A,1000,100000,130824001001,城镇,部分,1200,9000,800"
"""1,200 m² for 1,000 households: 120 per 100; 10.2 % commerce and service; two thirds for residents."""
SMALL = "B,1000,100000,130824001001,城镇,部分,290,9000,200"
"""29 m² per 100 households, where Luanping asks for 30."""
UNREADABLE = "C,many,100000,130824001001,城镇,部分,1200,9000,800"
NOWHERE = "D,1000,100000,,城镇,部分,1200,9000,800"
ON = ("--on", "2025-12-31")


def file_of(folder: Path, *rows: str, encoding: str = "utf-8") -> Path:
    path = folder / "projects.csv"
    path.write_text("\n".join((HEADINGS, *rows)) + "\n", encoding=encoding)
    return path


def validated(folder: Path, *rows: str) -> Done:
    return command("validate", file_of(folder, *rows), *ON)


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ((GOOD,), 0),
        ((GOOD, SMALL), 1),
        ((SMALL, UNREADABLE, NOWHERE), 1),
        ((GOOD, UNREADABLE), 3),
        ((GOOD, NOWHERE), 3),
        ((), 2),
    ],
    ids=["all pass", "one fails", "failing goes first", "unreadable row", "no plan applies", "no rows"],
)
def test_exit_status_tells_the_verdict(tmp_path: Path, rows: tuple[str, ...], status: int) -> None:
    done = validated(tmp_path, *rows)
    assert done.status == status, done
    assert bool(done.err) is (status == 2)


def test_people_are_told_counts_rules_and_faulty_cells(tmp_path: Path) -> None:
    done = validated(tmp_path, GOOD, SMALL, UNREADABLE)
    assert "3: FAIL 1, PASS 1, INVALID_INPUT 1" in done.out
    assert "  luanping-14fyp service_area_per_100_households: PASS 1, FAIL 1" in done.out
    assert "  projects, row 4, 总户数(户): A number is expected here." in done.out


def test_chinese_is_spoken_when_asked_for(tmp_path: Path) -> None:
    done = command("validate", file_of(tmp_path, GOOD, UNREADABLE), *ON, "--lang", "zh")
    assert "达标 1, 输入有误 1" in done.out
    assert "此处应为数字。" in done.out


def test_one_json_document_holds_everything(tmp_path: Path) -> None:
    path = file_of(tmp_path, GOOD, SMALL, UNREADABLE, encoding="gb18030")
    done = command("validate", path, *ON, "--json")
    document = json.loads(done.out)
    assert (done.status, done.err, document["exit_status"]) == (1, "", 1)
    assert document["summary"]["by_verdict"] == {"FAIL": 1, "PASS": 1}
    assert document["summary"]["by_status"] == {"EVALUATED": 2, "INVALID_INPUT": 1}
    assert [(one["sheet"], one["row"], one["column"], one["code"], one["value"]) for one in document["errors"]] == [
        ("projects", 4, "总户数(户)", "number_expected", "many")
    ]
    assert document["read"]["encoding"].startswith("GB")
    assert document["read"]["sheets"][0]["row_count"] == 3
    assert document["assessed_on"] == "2025-12-31"
    assert len(document["sha256"]) == 64


def test_refusal_is_a_json_document_too(tmp_path: Path) -> None:
    path = tmp_path / "projects.csv"
    path.write_bytes(b"")
    done = command("validate", path, "--json")
    document = json.loads(done.out)
    assert (done.status, done.err) == (2, "")
    assert (document["summary"], [one["code"] for one in document["errors"]]) == (None, ["file_empty"])


def test_results_are_written_in_four_formats(tmp_path: Path) -> None:
    path = file_of(tmp_path, GOOD, SMALL, UNREADABLE)
    for ending in ("csv", "json", "geojson", "xlsx"):
        done = command("validate", path, *ON, "--out", tmp_path / f"results.{ending}")
        assert (done.status, done.err) == (1, "")
    with (tmp_path / "results.csv").open(encoding="utf-8-sig") as lines:
        assert [row["verdict"] for row in csv.DictReader(lines)] == ["PASS", "FAIL", ""]
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert [result["verdict"] for result in results["results"]] == ["PASS", "FAIL", None]
    assert results["summary"]["projects"] == 3
    features = json.loads((tmp_path / "results.geojson").read_text(encoding="utf-8"))["features"]
    assert [feature["properties"]["status"] for feature in features] == ["EVALUATED", "EVALUATED", "INVALID_INPUT"]
    book = CalamineWorkbook.from_path(str(tmp_path / "results.xlsx"))
    assert {"summary", "findings", "errors", "input projects"} <= set(book.sheet_names)
    assert not list(tmp_path.glob(".*"))


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    path = file_of(tmp_path, GOOD, SMALL)
    written = []
    for name in ("one.xlsx", "other.xlsx"):
        command("validate", path, *ON, "--out", tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_facilities_come_from_a_second_file(tmp_path: Path) -> None:
    projects = tmp_path / "projects.csv"
    projects.write_text(
        "项目编号,总户数,总建筑面积,行政区划代码,城乡,项目规模\nA,1000,100000,130824001001,城镇,部分\n", "utf-8"
    )
    facilities = tmp_path / "facilities.csv"
    rows = "A,社区便民服务站,1200,800\nA,便利店,9000,\n"
    facilities.write_text(f"项目编号,设施类别,建筑面积,居民活动面积\n{rows}", "utf-8")
    done = command("validate", projects, "--facilities", facilities, *ON)
    assert done.status == 0, done


def test_mapping_and_role_are_heeded(tmp_path: Path) -> None:
    path = file_of(tmp_path, GOOD.replace(",部分", ","))
    path.write_text(path.read_text("utf-8").replace("总户数(户)", "一共几户"), "utf-8")
    assert command("validate", path, *ON).status == 3
    done = command("validate", path, *ON, "--mapping", "一共几户=households", "--project-role", "part")
    assert done.status == 0, done


def test_own_plan_file_is_judged_by(tmp_path: Path) -> None:
    plan = Path(__file__).parents[1] / "standards" / "sound.toml"
    shutil.copy(plan, tmp_path / "own.toml")
    done = command("validate", file_of(tmp_path, GOOD), *ON, "--standard", tmp_path / "own.toml", "--json")
    assert done.status in {0, 1, 3}, done
    assert [one["id"] for one in json.loads(done.out)["summary"]["standards"]] == [json.loads(done.out)["standard"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--standard", "nowhere"), "There is no standard nowhere."),
        (("--out", "results.pdf"), "not as results.pdf"),
        (("--out", "nowhere/results.csv"), "Make the folder"),
        (("--mapping", "households"), "HEADING=FIELD"),
        (("--encoding", "klingon"), "klingon"),
        (("--crs", "EPSG:1"), "EPSG:1"),
    ],
    ids=["standard", "ending", "folder", "mapping", "encoding", "crs"],
)
def test_unusable_arguments_are_told(tmp_path: Path, arguments: tuple[str, str], said: str) -> None:
    done = command("validate", file_of(tmp_path, GOOD), *arguments)
    assert done.status == 2
    assert said in done.err


def test_target_is_looked_at_before_the_file(tmp_path: Path) -> None:
    """What is wrong with it, and what to do; the file of projects is none, and nobody has read it yet."""
    (tmp_path / "empty.csv").write_bytes(b"")
    targets = {
        "nowhere/results.csv": "out_folder_missing",
        "empty.csv/results.csv": "out_folder_is_file",
        ".": "out_is_folder",
        "results.pdf": "out_ending_unknown",
        "results": "out_ending_unknown",
    }
    for target, code in targets.items():
        done = command("validate", tmp_path / "empty.csv", "--out", tmp_path / target, "--json")
        [error] = json.loads(done.out)["errors"]
        assert (done.status, done.err, error["code"]) == (2, "", code)
        assert "[Errno" not in done.out
        assert error["remedy"]
    told = command("validate", tmp_path / "empty.csv", "--out", tmp_path / "nowhere" / "x.csv", "--lang", "zh")
    assert (told.status, told.out) == (2, "")
    assert (
        told.err
        == f"结果文件夹 {tmp_path / 'nowhere'} 不存在。未读取任何文件。 请先建立该文件夹，或改用已有的文件夹。\n"
    )


def test_folder_without_the_right_to_write_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the system says of the right: whoever runs the tests as root may write everywhere."""
    assert target_fault(tmp_path / "results.csv", (".csv",)) is None
    monkeypatch.setattr("os.access", lambda path, mode: False)
    fault = target_fault(tmp_path / "results.csv", (".csv",))
    assert fault is not None
    assert (fault.code, str(tmp_path) in fault_message(fault, "en")) == ("out_folder_unwritable", True)


def test_bar_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    path = file_of(tmp_path, GOOD)
    assert command("validate", path, *ON).err == ""
    ours, theirs = pty.openpty()
    done = subprocess.run([*PROGRAM, "validate", str(path), *ON], stdout=subprocess.PIPE, stderr=theirs, check=False)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "reading" in shown


def test_rows_that_cannot_be_read_are_named_where_no_other_is_there(tmp_path: Path) -> None:
    file = tmp_path / "ragged.csv"
    file.write_text("项目编号,总户数,行政区划代码\nA,1\nB,2,522725,9,9\n", encoding="utf-8")
    done = command("validate", file, "--json")
    assert done.status == 3
    assert [(error["row"], error["code"]) for error in json.loads(done.out)["errors"]] == [
        (2, "row_cell_count"),
        (3, "row_cell_count"),
    ]


def test_a_file_of_headings_alone_is_unusable(tmp_path: Path) -> None:
    file = tmp_path / "headings.csv"
    file.write_text("项目编号,总户数,行政区划代码\n", encoding="utf-8")
    done = command("validate", file, "--json")
    assert done.status == 2
    assert [error["code"] for error in json.loads(done.out)["errors"]] == ["file_without_rows"]


def test_neither_web_nor_database_is_loaded(tmp_path: Path) -> None:
    arguments = ["validate", str(file_of(tmp_path, GOOD)), "--out", str(tmp_path / "results.xlsx")]
    program = (
        f"import sys\nfrom app.cli import main\nmain({arguments!r}, standalone_mode=False)\n"
        "print(sorted({'fastapi', 'sqlalchemy', 'pandas', 'geopandas'} & set(sys.modules)))"
    )
    done = subprocess.run([*PROGRAM[:2], program], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


SITED = '"POLYGON((117.3 40.9,117.31 40.9,117.31 40.91,117.3 40.91,117.3 40.9))"'


def test_what_the_missing_boundaries_mean_is_said(tmp_path: Path) -> None:
    """Without a database a site tells no division; whoever has one stored gets another verdict, and reads why here."""
    file = tmp_path / "projects.csv"
    file.write_text(
        f"项目编号,总户数,行政区划代码,用地范围\nA,1000,,{SITED}\nB,1000,,\nC,1000,130824,{SITED}\n", "utf-8"
    )
    done = command("validate", file, *ON, "--json", "--out", tmp_path / "results.csv")
    warnings = json.loads(done.out)["warnings"]
    assert [(one["row"], one["column"], one["code"]) for one in warnings] == [
        (2, "用地范围", "site_not_looked_up"),
        (3, "行政区划代码", "division_unknown"),
    ]
    with (tmp_path / "results.csv").open(encoding="utf-8-sig") as lines:
        assert [bool(row["warnings"]) for row in csv.DictReader(lines)] == [True, True, False]
    told = command("validate", file, *ON)
    assert (told.status, "row 2, 用地范围: The site was not looked up" in told.out) == (done.status, True)
    assert command("validate", file, *ON, "--standard", "luanping-14fyp", "--json").out.count("site_not_looked_up") == 0
