"""Results of projects as files, beside XlsxWriter and polars writing the same cells."""

import inspect
import io
import time
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.reports.project_files import project_csv
from app.reports.project_workbook import write_project_workbook
from app.reports.summary_sheet import Origin
from app.reports.words import Words
from app.standards.catalogues import load_catalogues
from app.standards.projects import ProjectResults
from benchmarks.report import Claim, Figure, Section, Sizes, Unit, at_most
from benchmarks.timing import Times, interleaved
from tests.reports.building import project, results_of

METHOD = """\
Results of projects in the four divisions, judged before the clock starts, as a workbook (summary, projects, findings,
rules) and as CSV with a row per project. Ours begins with the results as columns and makes the cells itself. The peers
begin with the cells: XlsxWriter in constant-memory mode with rows of Python values, read back from our workbook; polars
with a table read back from our CSV. The peer's workbook is read again and compared, cell by cell. Processor time,
medians."""

MOST_ROUNDS = 3
CODES = ("130824001001", "522701001001", "533124001001", "620102001001")
Rows = list[list[object]]


@dataclass(frozen=True)
class Cells:
    """The results, and the cells that they come to."""

    results: ProjectResults
    words: Words
    sheets: dict[str, Rows]
    table: pl.DataFrame

    @classmethod
    def of(cls, sizes: Sizes) -> "Cells":
        """So many projects, a quarter of them in each division."""
        records = [
            project(
                f"XM-{number}",
                CODES[number % len(CODES)],
                statistics=[{"households": 1500 + number % 1000, "total_floor_area_m2": 200_000.5 + number}],
            )
            for number in range(sizes.reported_projects)
        ]
        results, words = results_of(records), Words(load_catalogues(), "zh")
        table = pl.read_csv(b"".join(project_csv([results], words)), infer_schema_length=None)
        return cls(results, words, cells_of(workbook(results, words)), table)

    @property
    def count(self) -> int:
        """Cells of the workbook that hold something."""
        return sum(cell != "" for rows in self.sheets.values() for row in rows for cell in row)


def workbook(results: ProjectResults, words: Words) -> bytes:
    target = io.BytesIO()
    write_project_workbook([results], target, words=words, origin=Origin("benchmark"))
    return target.getvalue()


def by_xlsxwriter(sheets: dict[str, Rows]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return target.getvalue()


def csv(cells: Cells) -> bytes:
    return b"".join(project_csv([cells.results], cells.words))


def by_polars(cells: Cells) -> bytes:
    target = io.BytesIO()
    cells.table.write_csv(target)
    return target.getvalue()


def cells_of(content: bytes) -> dict[str, Rows]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def check_equal(cells: Cells) -> None:
    """The peer's workbook holds the same cells; dates apart, which it shows as it is told."""
    theirs = cells_of(by_xlsxwriter(cells.sheets))
    for name, rows in cells.sheets.items():
        differing = [
            (one, other)
            for our_row, their_row in zip(rows, theirs[name], strict=True)
            for one, other in zip(our_row, their_row, strict=True)
            if isinstance(one, str | float) and one != other
        ]
        if differing:
            raise AssertionError(f"{name}: {differing[:3]}")


def run(sizes: Sizes) -> Section:
    """Measure, after making sure that the cells are the same."""
    cells = Cells.of(sizes)
    check_equal(cells)
    rounds = min(sizes.rounds, MOST_ROUNDS)
    books = interleaved(
        {"ours": lambda: workbook(cells.results, cells.words), "peer": lambda: by_xlsxwriter(cells.sheets)},
        rounds=rounds,
        clock=time.process_time,
    )
    tables = interleaved(
        {"ours": lambda: csv(cells), "peer": lambda: by_polars(cells)}, rounds=rounds, clock=time.process_time
    )
    claims = (
        Claim(
            what=f"Workbook of {sizes.reported_projects:,} projects, {cells.count:,} cells",
            ours=_figure("results as a workbook", books["ours"], workbook),
            peers=(_figure("XlsxWriter, constant memory", books["peer"], by_xlsxwriter),),
            target=at_most(1.5),
        ),
        Claim(
            what=f"CSV of {sizes.reported_projects:,} projects, {cells.table.width} columns",
            ours=_figure("results as CSV", tables["ours"], csv),
            peers=(_figure("polars, the finished table", tables["peer"], by_polars),),
        ),
    )
    libraries = ("polars", "pyarrow", "xlsxwriter")
    return Section(title="Results as files", method=METHOD, claims=claims, libraries=libraries)


def _figure(name: str, times: Times, code: Callable[..., bytes]) -> Figure:
    return Figure(
        name=name, value=1000 * times.median, unit=Unit.MILLISECONDS, how=inspect.getsource(code), language="python"
    )
