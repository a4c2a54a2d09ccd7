"""Commands that bring tables into the database of the settings, and out of it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import AsJson, Crs, Encoding, InputFile, Lang, Language, Mapping, pairs

ENDINGS = (".csv", ".xlsx", ".geojson", ".gpkg")


class Imported(StrEnum):
    """What can be imported."""

    COMMUNITIES = "communities"
    STATISTICS = "statistics"
    FACILITIES = "facilities"
    RESIDENCES = "residences"


class Exported(StrEnum):
    """What can be exported."""

    COMMUNITIES = "communities"
    STATISTICS = "statistics"
    FACILITIES = "facilities"
    RESIDENCES = "residences"
    ASSESSMENTS = "assessments"


class Faulty(StrEnum):
    """What becomes of the rows without faults where others have some."""

    STOP = "stop"
    CONTINUE = "continue"


def import_table(
    file: InputFile,
    kind: Annotated[Imported, typer.Option(help="What the rows of the file are.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be new, changed and faulty, and store nothing.")
    ] = False,
    on_error: Annotated[
        Faulty, typer.Option(help="stop: a file with a faulty row is not stored at all; continue: the others are.")
    ] = Faulty.STOP,
    crs: Crs = None,
    encoding: Encoding = None,
    mapping: Mapping = [],  # noqa: B006 - the command line makes a new one
    as_json: AsJson = False,
    lang: Language = Lang.EN,
) -> None:
    """Import communities, statistics, facilities or residences.

    Exit status: 0, 1 if rows had faults, 2 for unusable input.
    """
    from app.cli.importing import run_import
    from app.schemas.imports import ImportFields, ImportKind, OnError

    fields = ImportFields(
        kind=ImportKind(kind.value),
        dry_run=dry_run,
        on_error=OnError(on_error.value),
        crs=crs,
        encoding=encoding,
        mapping=pairs(mapping),
    )
    raise typer.Exit(run_import(file, fields, language=lang.value, as_json=as_json))


def export_table(
    table: Annotated[Exported, typer.Argument(help="What is written.")],
    out: Annotated[Path, typer.Option(help="A .csv, .xlsx, .geojson or .gpkg file.")],
    division: Annotated[str | None, typer.Option(help="Only what is in this division.")] = None,
    on: Annotated[
        str | None, typer.Option(help="YYYY-MM-DD: snapshots up to it, facilities open on it, the assessment's day.")
    ] = None,
    bbox: Annotated[
        str | None, typer.Option(help="Of communities, facilities and residences: west,south,east,north in degrees.")
    ] = None,
    setting: Annotated[str | None, typer.Option(help="Of communities: URBAN or RURAL.")] = None,
    category: Annotated[str | None, typer.Option(help="Of facilities: a category's id.")] = None,
    standard: Annotated[str | None, typer.Option(help="Of assessments: `effective`, `all` or a plan's id.")] = None,
    as_json: AsJson = False,
    lang: Language = Lang.EN,
) -> None:
    """Export communities, statistics, facilities, residences or assessments; all but the last can be imported again."""
    from app.cli.exporting import run_export
    from app.cli.targets import refuse_unusable_target

    refuse_unusable_target(out, ENDINGS, language=lang.value, as_json=as_json)
    given = {
        "format": out.suffix.lower().removeprefix("."),
        "division": division,
        "on": on,
        "bbox": bbox,
        "setting": setting,
        "category": category,
        "standard": standard,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    raise typer.Exit(run_export(table.value, out, chosen, language=lang.value, as_json=as_json))
