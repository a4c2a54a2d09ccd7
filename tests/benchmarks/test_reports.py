"""Small sizes: the peer writes the same cells."""

from benchmarks.report import SMALL
from benchmarks.reports import Cells, check_equal, run


def test_cells_equal_those_of_xlsxwriter() -> None:
    cells = Cells.of(SMALL)
    check_equal(cells)
    assert cells.table.height == SMALL.reported_projects
    assert cells.count > 10 * SMALL.reported_projects


def test_section_is_whole() -> None:
    section = run(SMALL)
    assert [claim.target is not None for claim in section.claims] == [True, False]
