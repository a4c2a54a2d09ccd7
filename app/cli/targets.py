"""Where results go: looked at before anything is read, so that nobody waits for what cannot be written."""

import json
import os
from pathlib import Path

import typer

from app.cli.statuses import UNUSABLE
from app.errors import Fault
from app.language import Language
from app.messages import fault_message, fault_remedy


def refuse_unusable_target(
    out: Path | None, endings: tuple[str, ...], *, language: Language = "en", as_json: bool = False
) -> None:
    """Ends the command where the file cannot be written, with what is wrong and what to do."""
    fault = None if out is None else target_fault(out, endings)
    if fault is not None:
        refuse(fault, language=language, as_json=as_json)


def target_fault(out: Path, endings: tuple[str, ...]) -> Fault | None:
    """Why results cannot be written to this file; None where they can, as far as can be told."""
    folder = out.parent
    params = {"file": str(out), "folder": str(folder), "endings": list(endings)}
    if out.is_dir():
        return Fault("out_is_folder", "", str(out), params)
    if out.suffix.lower() not in endings:
        return Fault("out_ending_unknown", "", str(out), {**params, "name": out.name})
    if not folder.exists():
        return Fault("out_folder_missing", "", str(out), params)
    if not folder.is_dir():
        return Fault("out_folder_is_file", "", str(out), params)
    if not os.access(folder, os.W_OK | os.X_OK):
        return Fault("out_folder_unwritable", "", str(out), params)
    return None


def refuse(fault: Fault, *, language: Language, as_json: bool) -> None:
    """Tell it, and end the command."""
    tell_fault(fault, language=language, as_json=as_json)
    raise typer.Exit(UNUSABLE)


def tell_fault(fault: Fault, *, language: Language, as_json: bool) -> None:
    """The fault with what to do about it: a line for people, or a document for programs."""
    message, remedy = fault_message(fault, language), fault_remedy(fault, language)
    if as_json:
        error = {"code": fault.code, "message": message, "value": fault.value, "remedy": remedy}
        document = {"exit_status": UNUSABLE, "summary": None, "errors": [error]}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        typer.echo(f"{message} {remedy}", err=True)


def not_written(error: OSError) -> Fault:
    """What the operating system refused while reading or writing, in words."""
    name = error.filename2 or error.filename or ""
    reason = error.strerror or str(error)
    return Fault("file_not_usable", "", str(name) or None, {"file": str(name) or "?", "reason": reason})
