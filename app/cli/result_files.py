"""Results of a file as a file: a workbook, CSV, JSON or GeoJSON, as its name ends."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from app import __version__
from app.cli.progress import Progress
from app.cli.validated import Validated
from app.reports.project_files import project_csv, project_geojson
from app.reports.words import Words


def write_results(validated: Validated, out: Path, file_name: str, progress: Progress) -> None:
    """Write them; the file is there when it is whole, and not before."""
    progress.step("writing")
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("wb") as target:
            if out.suffix.lower() == ".xlsx":
                _write_workbook(validated, target, file_name)
            else:
                target.writelines(_pieces(validated, out.suffix.lower()))
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _pieces(validated: Validated, ending: str) -> Iterable[bytes]:
    words = Words(validated.terms.wording.catalogues, validated.terms.wording.language)
    if ending == ".csv":
        return project_csv([validated.results], words)
    if ending == ".geojson":
        return project_geojson([validated.results], words)
    return _json(validated)


def _json(validated: Validated) -> Iterator[bytes]:
    from app.cli.documents import results_document

    return results_document(validated)


def _write_workbook(validated: Validated, target: BinaryIO, file_name: str) -> None:
    from app.reports.project_workbook import write_project_workbook
    from app.reports.summary_sheet import InputRead, Origin

    words = Words(validated.terms.wording.catalogues, validated.terms.wording.language)
    origin = Origin(__version__, InputRead.of(validated.reading, file_name))
    write_project_workbook([validated.results], target, words=words, origin=origin)
