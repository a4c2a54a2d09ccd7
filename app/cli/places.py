"""The command that takes facilities and homes out of OpenStreetMap's files."""

from pathlib import Path
from typing import Annotated, Final

import typer

from app.cli.statuses import UNUSABLE

_MOST_SHOWN: Final = 5


def osm_places(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A file of OpenStreetMap, PBF or XML; .gz and .bz2 too.")
    ],
    out: Annotated[Path, typer.Option(help="The folder for facilities.geojson and residences.geojson.")],
) -> None:
    """Take facilities and homes out of a file of OpenStreetMap, for the imports to read. See docs/walking.md."""
    from app.errors import InvalidInput
    from app.messages import fault_message
    from app.services.osm_places import extract_places

    try:
        found = extract_places(file, out)
    except InvalidInput as refusal:
        for fault in refusal.faults:
            typer.echo(fault_message(fault, "en"), err=True)
        raise typer.Exit(UNUSABLE) from None
    typer.echo(f"{out}: {found.facilities:,} facilities, {found.residences:,} residences")
    if found.not_drawn:
        shown = ", ".join(found.not_drawn[:_MOST_SHOWN])
        typer.echo(
            f"Left out, since their outline does not close or the file lacks parts of it: {len(found.not_drawn):,}, "
            f"such as {shown}",
            err=True,
        )
