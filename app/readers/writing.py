"""What a reading gives, written for the process that asked: Arrow files, which it maps into its memory."""

import json
from pathlib import Path

import pyarrow as pa

from app.readers.outcome import Outcome
from app.readers.process import REPORT
from app.readers.report import ReadReport
from app.readers.sheets import RawSheet

TABLE, RAW, ERRORS = "table", "raw", "errors.arrow"
ROW, FAULTY = "__row", "__faulty"


def write_outcome(folder: Path, outcome: Outcome, report: ReadReport, raw: tuple[RawSheet, ...]) -> None:
    """All of it into `folder`; the report last, so that its being there says that all is."""
    for number, table in enumerate(outcome.tables):
        columns = table.columns.append_column(ROW, pa.array(table.rows)).append_column(FAULTY, pa.array(table.faulty))
        _write(folder / f"{TABLE}{number}.arrow", columns, {"name": table.name, "sheet": table.sheet})
    for number, sheet in enumerate(raw):
        cells = {f"{place}": sheet.text(place) for place in range(len(sheet.columns))}
        columns = pa.table({**cells, ROW: pa.array(sheet.rows)})
        about = {"name": sheet.name, "headings": list(sheet.headings), "heading_row": sheet.heading_row}
        _write(folder / f"{RAW}{number}.arrow", columns, about)
    _write(folder / ERRORS, outcome.errors, {})
    (folder / REPORT).write_text(json.dumps(report.as_document(), ensure_ascii=False, default=str), encoding="utf-8")


def _write(path: Path, table: pa.Table, about: dict[str, object]) -> None:
    table = table.replace_schema_metadata({b"about": json.dumps(about, ensure_ascii=False).encode()})
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table.combine_chunks())
