"""What the README says is so: its tables are those of the code, and its example gives the answers it prints."""

import argparse
import json
import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.services.samples import load_county
from app.settings import Settings, variable_names
from app.standards.loader import load_builtin_standards
from app.standards.model import Standard
from app.standards.vocabulary import Verification
from app.store.unit_of_work import Store

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CURL = argparse.ArgumentParser()
CURL.add_argument("-s", action="store_true")
CURL.add_argument("-H", dest="headers", action="append", default=[])
CURL.add_argument("-d", dest="body")
CURL.add_argument("address")


def _section(heading: str) -> str:
    return README.split(f"\n## {heading}\n", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]


def _rows(section: str) -> list[list[str]]:
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def test_table_of_settings_is_that_of_the_code() -> None:
    fields = zip(variable_names(), Settings.model_fields.values(), strict=True)
    expected = [[f"`{name}`", f"`{field.default}`", field.description] for name, field in fields]
    assert _rows(_section("Settings")) == expected


def test_table_of_plans_is_that_of_the_loaded_plans() -> None:
    expected = {standard.id: _plan_row(standard) for standard in load_builtin_standards()}
    assert {row[0]: row for row in _rows(_section("The plans"))} == expected


def test_plans_run_as_long_as_the_readme_says() -> None:
    assert "All five run from 2021 to 2025." in _section("The plans")
    periods = {(standard.period.from_year, standard.period.to_year) for standard in load_builtin_standards()}
    assert periods == {(2021, 2025)}


def _plan_row(standard: Standard) -> list[str]:
    is_read = {rule.source.verification for rule in standard.rules} == {Verification.PRIMARY}
    return [
        standard.id,
        standard.title.zh,
        standard.document_number or "not printed",
        standard.issuer,
        f"{standard.effective_on}{' (assumed)' if standard.effective_on_note else ''}",
        standard.division_code or "the nation",
        str(len(standard.rules)),
        "in the text itself" if is_read else "through other documents",
    ]


@pytest.fixture
def client(settings: Settings, store: Store) -> Iterator[TestClient]:
    """The service as `make serve` leaves it: with the sample county."""
    assert load_county(store, on=date(2025, 12, 31)) is not None
    with TestClient(create_app(settings)) as client:
        yield client


def test_example_answers_what_the_readme_prints(client: TestClient) -> None:
    blocks = re.findall(r"```(sh|json)\n(.*?)```", _section("An example with numbers"), flags=re.DOTALL)
    answer: object = None
    checked = 0
    for language, text in blocks:
        if language == "sh":
            answer = _call(client, text)
        else:
            _check_printed(json.loads(text), answer, "")
            checked += 1
    assert checked == 3


def _call(client: TestClient, command: str) -> object:
    """What the curl command of the README would get."""
    program, *arguments = shlex.split(command.replace("\\\n", " "))
    assert program == "curl"
    call = CURL.parse_args(arguments)
    address = urlsplit(call.address)
    assert address.netloc == "127.0.0.1:8000"
    response = client.request(
        "GET" if call.body is None else "POST",
        f"{address.path}?{address.query}",
        headers=dict(header.split(": ", maxsplit=1) for header in call.headers),
        content=call.body,
    )
    assert response.is_success, response.text
    return response.json()


def _check_printed(printed: object, answer: object, place: str) -> None:
    """The README prints the fields of interest: each must be in the answer, and alike."""
    if isinstance(printed, dict):
        assert isinstance(answer, dict), place
        for key, value in printed.items():
            assert key in answer, f"{place}/{key}"
            _check_printed(value, answer[key], f"{place}/{key}")
    elif isinstance(printed, list):
        assert isinstance(answer, list), place
        for item in printed:
            found = next((other for other in answer if _identity(other) == _identity(item)), None)
            _check_printed(item, found, f"{place}/{_identity(item)}")
    else:
        assert printed == answer, place


def _identity(item: object) -> object:
    """Findings are told apart by their rule."""
    return item.get("rule") if isinstance(item, dict) else item


def test_every_file_that_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
