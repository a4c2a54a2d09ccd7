"""CSV files line by line, refused with their place."""

import csv
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.sample.refusals import SampleImpossible

REMEDY = "Nothing was loaded; docs/real-data.md says what a data folder holds."


@dataclass(frozen=True)
class CsvRow:
    """One line of a file."""

    file: Path
    line: int
    values: Mapping[str, str | None]

    def text(self, column: str) -> str:
        """What stands in the column, '' where the line is too short."""
        return (self.values.get(column) or "").strip()

    def number(self, column: str, *, largest: float) -> float | None:
        """The number in the column; None where it is empty.

        Raises SampleImpossible where it is no number from 0 to `largest`.
        """
        text = self.text(column)
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not 0 <= number <= largest:
            raise self.refused(f"{column} is {text!r}, not a number from 0 to {largest:g}")
        return number

    def refused(self, problem: str) -> SampleImpossible:
        return SampleImpossible(f"{self.file}, line {self.line}: {problem}.", remedy=REMEDY)


def read_rows(file: Path, wanted: Collection[str]) -> Iterator[CsvRow]:
    """The lines of a UTF-8 file with a heading.

    Raises SampleImpossible where the file cannot be read or lacks one of the wanted columns.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            lines = csv.DictReader(text)
            missing = [name for name in wanted if name not in (lines.fieldnames or ())]
            if missing:
                raise SampleImpossible(f"{file} has no column {', '.join(missing)}.", remedy=REMEDY)
            for values in lines:
                yield CsvRow(file, lines.line_num, values)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SampleImpossible(f"{file} cannot be read: {error}.", remedy=REMEDY) from None


def has_columns(file: Path, wanted: Collection[str]) -> bool:
    """Whether the file's heading names all the wanted columns."""
    with file.open(encoding="utf-8-sig", newline="", errors="replace") as text:
        return set(wanted) <= set(next(csv.reader(text), ()))
