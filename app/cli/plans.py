"""Commands that show the built-in plans."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.statuses import UNUSABLE

if TYPE_CHECKING:
    from app.standards.model import Standard

standards = typer.Typer(no_args_is_help=True, help="The built-in plans.")


@standards.command("list")
def list_standards() -> None:
    """List the built-in plans."""
    from rich.console import Console
    from rich.table import Table

    from app.standards.loader import load_builtin_standards

    table = Table("id", "title", "division", "period", "rules")
    for standard in load_builtin_standards():
        period = f"{standard.period.from_year}-{standard.period.to_year or ''}"
        table.add_row(standard.id, standard.title.zh, standard.division_code, period, str(len(standard.rules)))
    Console().print(table)


@standards.command("show")
def show_standard(standard_id: Annotated[str, typer.Argument(help="Its id, as `standards list` shows it.")]) -> None:
    """Show one plan with its rules."""
    from rich.console import Console
    from rich.table import Table

    standard = _standard(standard_id)
    table = Table("rule", "indicator", "level", "targets", "place")
    for rule in standard.rules:
        targets = ", ".join(f"{target.year or 'standing'}: {target.value:g}" for target in rule.targets)
        table.add_row(rule.id, rule.indicator, rule.level.value, targets, rule.source.place)
    console = Console()
    console.print(f"{standard.title.zh}\n{standard.title.en}\n{standard.issuer}, {standard.document_number}")
    console.print(table)


def _standard(standard_id: str) -> "Standard":
    from app.standards.loader import load_builtin_standards

    found = {standard.id: standard for standard in load_builtin_standards()}
    if standard_id not in found:
        typer.echo(f"There is no plan {standard_id}. There are: {', '.join(found)}", err=True)
        raise typer.Exit(UNUSABLE)
    return found[standard_id]
