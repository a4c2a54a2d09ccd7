"""Columns put aside in a file without a name until all have been seen: only one batch of them is in memory."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from app.reports.columns import Column


@dataclass(frozen=True)
class Spooled:
    """Batches that were put aside: their columns without values, the number of rows, and the longest text of each."""

    columns: tuple[Column, ...]
    row_count: int
    longest: tuple[int, ...]
    file: IO[bytes]

    def batches(self) -> Iterator[list[Column]]:
        """The batches again, in their order."""
        self.file.seek(0)
        for batch in pa.ipc.open_stream(self.file):
            yield [replace(one, values=values) for one, values in zip(self.columns, batch.columns, strict=True)]


@contextmanager
def spooled(batches: Iterable[Sequence[Column]]) -> Iterator[Spooled]:
    """Put aside batches, of which there is at least one, of the same columns; they are gone afterwards."""
    rest = iter(batches)
    first = next(rest)
    schema = pa.schema([(f"{place}", column.values.type) for place, column in enumerate(first)])
    longest, row_count = [0] * len(first), 0
    with tempfile.TemporaryFile(prefix="facility-standards-rows-") as file:
        with pa.ipc.new_stream(file, schema) as writer:
            for batch in chain((first,), rest):
                writer.write_batch(pa.RecordBatch.from_arrays([column.values for column in batch], schema=schema))
                row_count += len(batch[0].values)
                longest = [max(pair) for pair in zip(longest, map(_longest, batch), strict=True)]
        yield Spooled(tuple(column.slice(0, 0) for column in first), row_count, tuple(longest), file)


def _longest(column: Column) -> int:
    if not pa.types.is_string(column.values.type):
        return 0
    longest: int | None = pc.max(pc.utf8_length(column.values)).as_py()
    return longest or 0
