"""The empty forms."""

import csv
import io

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.readers.forms import form_named, normal_heading, normal_value, words
from app.reports.templates import template_csv, template_xlsx
from app.reports.words import Words
from tests.reports.building import CATALOGUES

LANGUAGES = [Words(CATALOGUES, "zh"), Words(CATALOGUES, "en")]
FACILITIES, PROJECTS = 1, 0


def opened(language: Words) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(template_xlsx(language)))


def lists(page: Worksheet) -> dict[str, str]:
    """The list of each column that has one, by heading."""
    return {
        str(page.cell(1, area.min_col).value): check.formula1
        for check in page.data_validations.dataValidation
        if check.type == "list"
        for area in check.sqref.ranges
    }


@pytest.mark.parametrize("language", LANGUAGES, ids=["zh", "en"])
def test_sheets_and_headings_are_known_to_the_readers(language: Words) -> None:
    book = opened(language)
    for place, table in enumerate(form_named("projects").tables):
        page = book.worksheets[place]
        assert normal_heading(page.title) in table.sheets
        known = {name for field in table.fields for name in field.names}
        assert {normal_heading(str(cell.value)) for cell in page[1]} <= known
        assert page.max_row == 1


@pytest.mark.parametrize("language", LANGUAGES, ids=["zh", "en"])
def test_words_of_lists_are_known_to_the_readers(language: Words) -> None:
    choices = {normal_heading(name) for name in ("城乡", "项目规模", "户数口径", "建筑面积口径", "设施清单完整")}
    choices |= {normal_heading(name) for name in ("setting", "project_role", "household_basis", "floor_area_basis")}
    choices |= {normal_heading("facilities_complete")}
    known = {word for members in words().choices.values() for word in members} | set(words().flags)
    for heading, formula in lists(opened(language).worksheets[PROJECTS]).items():
        assert normal_heading(heading) in choices
        assert {normal_value(word) for word in formula.strip('"').split(",")} <= known


@pytest.mark.parametrize("language", LANGUAGES, ids=["zh", "en"])
def test_categories_are_chosen_from_a_list_of_all(language: Words) -> None:
    book = opened(language)
    formula = next(rule for rule in lists(book.worksheets[FACILITIES]).values() if "$A$1" in rule)
    name, _, area = formula.rpartition("!")
    names = [str(row[0].value) for row in book[name.strip("'=")][area.replace("$", "")]]
    assert [CATALOGUES.find_category(name) for name in names] == list(CATALOGUES.categories)
    assert book.worksheets[-1].sheet_state == "hidden"


@pytest.mark.parametrize("language", LANGUAGES, ids=["zh", "en"])
def test_every_heading_has_a_note(language: Words) -> None:
    for page in opened(language).worksheets[:2]:
        assert all(cell.comment and cell.comment.text.strip() for cell in page[1])


def test_form_says_that_a_project_without_a_facility_row_is_unknown() -> None:
    for language, heading, word in zip(
        LANGUAGES, ("设施清单完整", "facilities_complete"), ("未知", "unknown"), strict=True
    ):
        book = opened(language)
        (cell,) = [cell for cell in book.worksheets[PROJECTS][1] if cell.value == heading]
        assert cell.comment is not None
        assert word in cell.comment.text
        said = [str(row[0].value) for row in book.worksheets[2].iter_rows(max_col=1)]
        assert any(word in line and heading in line for line in said)


def test_notes_list_headings_of_both_languages() -> None:
    page = opened(LANGUAGES[0])["填写说明"]
    cells = {str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell}
    assert {"项目编号", "reference", "总建筑面积", "total_floor_area_m2", "设施类别", "category"} <= cells


@pytest.mark.parametrize("language", LANGUAGES, ids=["zh", "en"])
def test_wide_form_has_the_categories_of_the_area_indicators(language: Words) -> None:
    headings = next(csv.reader(io.StringIO(template_csv(language).decode("utf-8-sig"))))
    assert len(headings) == len(set(headings))
    stations = {"zh": "社区便民服务站建筑面积(㎡)", "en": "community_service_station_floor_area_m2"}
    assert stations[language.language] in headings
    assert template_csv(language).startswith("\ufeff".encode())


@pytest.mark.parametrize("language", LANGUAGES, ids=["zh", "en"])
def test_form_is_the_same_every_time(language: Words) -> None:
    assert template_xlsx(language) == template_xlsx(language)
