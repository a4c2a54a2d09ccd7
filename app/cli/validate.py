"""`facility-standards validate`: a file of new residential projects in, verdicts out, without server or database."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import AsJson, Crs, Encoding, InputFile, Lang, Language, Mapping, pairs

WORKBOOK = ".xlsx"
ENDINGS = (WORKBOOK, ".csv", ".json", ".geojson")

Facilities = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="A second file with the facilities, joined by project reference."),
]


class Role(StrEnum):
    """The roles of projects that can be named."""

    WHOLE_COMMUNITY = "WHOLE_COMMUNITY"
    PART = "PART"


def validate(
    file: InputFile,
    facilities: Facilities = None,
    standard: Annotated[
        str, typer.Option(help="`effective`, `all`, the id of a plan, or the path of a plan file.")
    ] = "effective",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the assessment; else today in Asia/Shanghai.")
    ] = None,
    crs: Crs = None,
    encoding: Encoding = None,
    mapping: Mapping = [],  # noqa: B006 - the command line makes a new one
    project_role: Annotated[Role | None, typer.Option(help="Of projects that name none.", case_sensitive=False)] = None,
    out: Annotated[Path | None, typer.Option(help="Where results go: a .xlsx, .csv, .json or .geojson file.")] = None,
    as_json: AsJson = False,
    lang: Language = Lang.EN,
) -> None:
    """Check a file of new residential projects.

    Exit status: 0 all pass, 1 some fail, 3 none fails but some could not be evaluated or read, 2 unusable input.
    """
    from app.cli.targets import refuse_unusable_target
    from app.readers.left_out import left_out, uncollected
    from app.readers.options import ReadOptions
    from app.readers.process import start_process

    refuse_unusable_target(out, ENDINGS, language=lang.value, as_json=as_json)
    options = ReadOptions(
        crs=crs,
        encoding=encoding,
        mapping=pairs(mapping),
        facilities=None if facilities is None else facilities.resolve(),
        project_role=None if project_role is None else project_role.value,
        keep_raw=out is not None and out.suffix.lower() == WORKBOOK,
    )
    running = start_process(file, form="projects", options=options)
    try:
        # What follows takes as long to load as the file to be read: they do so side by side.
        with left_out("pandas", "scipy"), uncollected():
            from app.cli.validation import Order, run

            order = Order(file, out, standard, None if on is None else on.date(), lang.value, as_json)
            status = run(order, running)
    finally:
        running.cancel()
    raise typer.Exit(status)
