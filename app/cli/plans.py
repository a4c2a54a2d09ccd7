"""Commands that show the built-in plans: as tables for people, or in the shapes of the service's answers."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import AsJson
from app.cli.statuses import UNUSABLE

if TYPE_CHECKING:
    from app.standards.model import Standard

standards = typer.Typer(no_args_is_help=True, help="The built-in plans.")


@standards.command("list")
def list_standards(as_json: AsJson = False) -> None:
    """List the built-in plans."""
    from app.schemas.standard import standard_summary
    from app.standards.loader import load_builtin_standards

    plans = sorted(load_builtin_standards(), key=lambda one: one.id)
    if as_json:
        items = [standard_summary(one, is_built_in=True).model_dump(mode="json", by_alias=True) for one in plans]
        _print({"items": items, "next": None, "total": len(items)})
    else:
        _draw_list(plans)


@standards.command("show")
def show_standard(
    standard_id: Annotated[str, typer.Argument(help="Its id, as `standards list` shows it.")], as_json: AsJson = False
) -> None:
    """Show one plan with its rules."""
    from app.schemas.standard import standard_read

    standard = _standard(standard_id, as_json=as_json)
    if as_json:
        _print(standard_read(standard, is_built_in=True).model_dump(mode="json", by_alias=True))
    else:
        _draw(standard)


def _draw_list(plans: Sequence["Standard"]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("id", "title", "division", "period", "rules")
    for standard in plans:
        period = f"{standard.period.from_year}-{standard.period.to_year or ''}"
        table.add_row(standard.id, standard.title.zh, standard.division_code, period, str(len(standard.rules)))
    Console().print(table)


def _draw(standard: "Standard") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("rule", "indicator", "level", "targets", "place")
    for rule in standard.rules:
        targets = ", ".join(f"{target.year or 'standing'}: {target.value:g}" for target in rule.targets)
        table.add_row(rule.id, rule.indicator, rule.level.value, targets, rule.source.place)
    console = Console()
    console.print(f"{standard.title.zh}\n{standard.title.en}\n{standard.issuer}, {standard.document_number}")
    console.print(table)


def _standard(standard_id: str, *, as_json: bool) -> "Standard":
    from app.standards.loader import load_builtin_standards

    found = {standard.id: standard for standard in load_builtin_standards()}
    if standard_id not in found:
        message = f"There is no plan {standard_id}. There are: {', '.join(found)}"
        if as_json:
            _print({"exit_status": UNUSABLE, "errors": [{"code": "not_found", "message": message}]})
        else:
            typer.echo(message, err=True)
        raise typer.Exit(UNUSABLE)
    return found[standard_id]


def _print(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
