"""Commands that load communities to try the service with."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.statuses import UNUSABLE

if TYPE_CHECKING:
    from app.services.samples import Loaded


def sample() -> None:
    """Load the small invented county, into a database without communities only."""
    from app.cli.opening import migrated_store
    from app.services.samples import load_county
    from app.services.today import today

    with migrated_store() as store:
        loaded = load_county(store, on=today())
    if loaded is None:
        typer.echo("Communities are stored already: the sample county is loaded into an empty database only.")
    else:
        _show_loaded(loaded)


def load_jurisdiction(
    data_folder: Annotated[
        Path,
        typer.Argument(
            help="Folder with lists of codes (`make codes` makes one), and census/*.csv where there are any."
        ),
    ],
    division: Annotated[str, typer.Option(help="Division code, such as 130824; its plan's baselines are shown back.")],
) -> None:
    """Load the real communities of a division, with modelled statistics and facilities. See docs/real-data.md."""
    from app.cli.opening import migrated_store
    from app.errors import InvalidInput
    from app.messages import fault_message
    from app.sample.refusals import SampleImpossible
    from app.services.samples import load_jurisdiction as load
    from app.services.today import today

    try:
        with migrated_store() as store:
            _show_loaded(load(store, data_folder, division=division, on=today()))
    except (SampleImpossible, InvalidInput) as error:
        typer.echo(fault_message(error.faults[0], "en") if error.faults else str(error), err=True)
        raise typer.Exit(UNUSABLE) from None


def _show_loaded(loaded: "Loaded") -> None:
    from app.services.sample_report import report

    for line in report(loaded):
        typer.echo(line)
