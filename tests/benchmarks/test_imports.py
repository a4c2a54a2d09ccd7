"""Small sizes: a copy of the rows leaves the table as the import does."""

from benchmarks.imports import run
from benchmarks.report import SMALL
from tests.postgres import programs


def test_section_is_whole() -> None:
    section = run(SMALL)
    expected = [] if programs() is None else [5]
    assert [claim.target is not None and claim.target.times for claim in section.claims] == expected
