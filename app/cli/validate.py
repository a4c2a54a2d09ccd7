"""`facility-standards validate`: a file of new residential projects in, verdicts out, without server or database."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.statuses import UNUSABLE

InputFile = Annotated[
    Path,
    typer.Argument(
        exists=True,
        dir_okay=False,
        help="CSV, TSV, XLSX, GeoJSON, GeoPackage, zipped Shapefile, Parquet or GeoParquet.",
    ),
]
Facilities = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="A second file with the facilities, joined by project reference."),
]
Mapping = Annotated[
    list[str],
    typer.Option(help="HEADING=FIELD, for a heading that is not known; an empty field leaves the column out."),
]


class Role(StrEnum):
    """The roles of projects that can be named."""

    WHOLE_COMMUNITY = "WHOLE_COMMUNITY"
    PART = "PART"


class Lang(StrEnum):
    """The languages of messages and reports."""

    ZH = "zh"
    EN = "en"


def validate(
    file: InputFile,
    facilities: Facilities = None,
    standard: Annotated[
        str, typer.Option(help="`effective`, `all`, the id of a plan, or the path of a plan file.")
    ] = "effective",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the assessment; else today in Asia/Shanghai.")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="Coordinate system: EPSG code, gcj02 or bd09.")] = None,
    encoding: Annotated[str | None, typer.Option(help="UTF-8, GBK, GB18030 or UTF-16; else found out.")] = None,
    mapping: Mapping = [],  # noqa: B006 - the command line makes a new one
    project_role: Annotated[Role | None, typer.Option(help="Of projects that name none.", case_sensitive=False)] = None,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where results go: a .xlsx, .csv, .json or .geojson file.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on the standard output, and nothing else.")
    ] = False,
    lang: Annotated[Lang, typer.Option(help="Language of messages and results.")] = Lang.EN,
) -> None:
    """Check a file of new residential projects.

    Exit status: 0 all pass, 1 some fail, 3 none fails but some could not be evaluated or read, 2 unusable input.
    """
    from app.readers.left_out import left_out
    from app.readers.options import ReadOptions
    from app.readers.process import start_process

    _known_ending(out)
    options = ReadOptions(
        crs=crs,
        encoding=encoding,
        mapping=_pairs(mapping),
        facilities=None if facilities is None else facilities.resolve(),
        project_role=None if project_role is None else project_role.value,
        keep_raw=out is not None and out.suffix.lower() == ".xlsx",
    )
    running = start_process(file, form="projects", options=options)
    try:
        # What follows takes as long to load as the file to be read: they do so side by side.
        with left_out("pandas", "scipy"):
            from app.cli.validation import Order, run

            order = Order(file, out, standard, None if on is None else on.date(), lang.value, as_json)
            status = run(order, running)
    finally:
        running.cancel()
    raise typer.Exit(status)


def _known_ending(out: Path | None) -> None:
    if out is not None and out.suffix.lower() not in {".xlsx", ".csv", ".json", ".geojson"}:
        typer.echo(f"Results are written as .xlsx, .csv, .json or .geojson, not as {out.name}.", err=True)
        raise typer.Exit(UNUSABLE)


def _pairs(mapping: list[str]) -> dict[str, str]:
    pairs = [item.rpartition("=") for item in mapping]
    if not all(separator for _, separator, _ in pairs):
        typer.echo("--mapping takes HEADING=FIELD.", err=True)
        raise typer.Exit(UNUSABLE)
    return {heading: field for heading, _, field in pairs}
