"""The command as users start it, in a process of its own: its exit status, and what goes where."""

import json
from pathlib import Path

import pytest

from tests.cli.commands import command, process
from tests.cli.test_validate import GOOD, NOWHERE, ON, SMALL, file_of


@pytest.mark.parametrize(
    ("rows", "status"),
    [((GOOD,), 0), ((GOOD, SMALL), 1), ((), 2), ((GOOD, NOWHERE), 3)],
    ids=["all pass", "one fails", "no rows", "no plan applies"],
)
def test_process_ends_with_the_status_of_its_document(tmp_path: Path, rows: tuple[str, ...], status: int) -> None:
    done = process("validate", file_of(tmp_path, *rows), *ON, "--json")
    assert (done.status, done.err) == (status, "")
    assert json.loads(done.out)["exit_status"] == status


def test_people_read_the_reason_beside_the_output(tmp_path: Path) -> None:
    done = process("validate", file_of(tmp_path), *ON)
    assert (done.status, done.out) == (2, "")
    assert done.err.strip()


def test_table_goes_out_and_comes_back(bare_database_url: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": bare_database_url}
    for arguments in (["migrate"], ["sample"]):
        assert command(*arguments, environment=environment).status == 0
    out = tmp_path / "facilities.gpkg"
    made = process("export", "facilities", "--out", out, environment=environment)
    assert (made.status, made.out.strip(), made.err) == (0, str(out), "")
    done = process("import", out, "--kind", "facilities", "--json", environment=environment)
    summary = json.loads(done.out)["summary"]
    assert (done.status, done.err, summary["unchanged"]) == (0, "", summary["rows"])
