"""Options that several commands have, and how their texts are read."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.statuses import UNUSABLE


class Lang(StrEnum):
    """The languages of messages and reports."""

    ZH = "zh"
    EN = "en"


InputFile = Annotated[
    Path,
    typer.Argument(
        exists=True,
        dir_okay=False,
        help="CSV, TSV, XLSX, GeoJSON, GeoPackage, zipped Shapefile, Parquet or GeoParquet.",
    ),
]
Crs = Annotated[str | None, typer.Option(help="Coordinate system: EPSG code, gcj02 or bd09.")]
Encoding = Annotated[str | None, typer.Option(help="UTF-8, GBK, GB18030 or UTF-16; else found out.")]
Mapping = Annotated[
    list[str],
    typer.Option(help="HEADING=FIELD, for a heading that is not known; an empty field leaves the column out."),
]
Language = Annotated[Lang, typer.Option(help="Language of messages and results.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on the standard output, and nothing else.")]


def pairs(mapping: list[str]) -> dict[str, str]:
    """Fields by heading; a heading may hold the sign itself."""
    parts = [item.rpartition("=") for item in mapping]
    if not all(separator for _, separator, _ in parts):
        typer.echo("--mapping takes HEADING=FIELD.", err=True)
        raise typer.Exit(UNUSABLE)
    return {heading: field for heading, _, field in parts}
