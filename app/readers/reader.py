"""What all formats are read with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.readers.options import ReadLimits, ReadOptions

Score = Callable[[Sequence[str]], int]
"""How many headings of a row are known."""


@dataclass(frozen=True)
class Reader:
    """`folder` is for what must be unpacked, `score` counts known headings."""

    folder: Path
    options: ReadOptions
    limits: ReadLimits
    score: Score
