"""What `validate` says of a file: a few lines for people, or one JSON document."""

import json
from pathlib import Path
from typing import Final

import numpy as np
import typer

from app.cli.statuses import UNUSABLE
from app.cli.targets import not_written, tell_fault
from app.cli.validated import Validated
from app.errors import FacilityStandardsError
from app.language import Language
from app.messages import fault_message, fault_remedy, problem_detail
from app.reports.faults import fault_texts
from app.reports.words import Words
from app.standards.facts import rows_of
from app.standards.row_errors import RowErrors
from app.standards.vocabulary import Verdict

MOST_FAULTS: Final = 20


class Telling:
    """Speaks in one language, to people or to programs."""

    def __init__(self, language: Language, *, as_json: bool) -> None:
        self.language: Language = language
        self.as_json = as_json

    def refuse(self, refusal: FacilityStandardsError, file_name: str) -> None:
        """Why the input cannot be used."""
        if self.as_json:
            from app.schemas.problem import fault_read

            errors = [fault_read(fault, self.language).model_dump(mode="json") for fault in refusal.faults]
            detail = problem_detail(refusal.code, refusal.params, self.language)
            document = {"exit_status": UNUSABLE, "file": file_name, "summary": None, "read": None}
            _print({**document, "errors": errors or [{"code": refusal.code, "message": detail}]})
            return
        lines = [f"{fault_message(one, self.language)} {fault_remedy(one, self.language)}" for one in refusal.faults]
        for line in lines or [problem_detail(refusal.code, refusal.params, self.language)]:
            typer.echo(f"{file_name}: {line}", err=True)

    def complain(self, error: OSError) -> None:
        """Why something could not be read or written."""
        tell_fault(not_written(error), language=self.language, as_json=self.as_json)

    def tell(self, validated: Validated, file_name: str, out: Path | None) -> None:
        """What came out."""
        if self.as_json:
            from app.cli.documents import told_document

            _print({**told_document(validated, file_name), "out": None if out is None else str(out)})
            return
        words = Words(validated.terms.wording.catalogues, self.language)
        for line in (*_counts(validated, words), *_rules(validated, words), *_faults(validated, words)):
            typer.echo(line)
        for line in _warnings(validated, words):
            typer.echo(line)
        if out is not None:
            typer.echo(str(out))


def _counts(validated: Validated, words: Words) -> list[str]:
    summary = validated.summary
    counts = [f"{words.member(verdict)} {count}" for verdict, count in summary.verdicts.items()]
    status = words.text("status", "INVALID_INPUT")
    invalid = [f"{status} {count}" for name, count in summary.statuses.items() if name == "INVALID_INPUT"]
    return [f"{validated.terms.on.isoformat()}  {summary.projects}: " + ", ".join((*counts, *invalid))]


def _rules(validated: Validated, words: Words) -> list[str]:
    lines = []
    for totals in validated.summary.rules:
        counts = [
            f"{words.member(verdict)} {count}"
            for verdict, count in totals.verdicts.items()
            if verdict is not Verdict.NOT_APPLICABLE
        ]
        if counts:
            lines.append(f"  {totals.applied.standard.id} {totals.applied.rule.id}: " + ", ".join(counts))
    return lines


def _faults(validated: Validated, words: Words) -> list[str]:
    """The first faults with their places, and how many more there are."""
    errors = validated.results.errors
    shown = (~errors.is_warning).nonzero()[0][:MOST_FAULTS]
    texts = fault_texts(rows_of(errors, shown), words.language)
    lines = [f"  {_where(errors, place, words)}: {text.message}" for place, text in zip(shown, texts, strict=True)]
    more = int((~errors.is_warning).sum()) - len(shown)
    return [*lines, f"  … +{more}"] if more else lines


def _warnings(validated: Validated, words: Words) -> list[str]:
    """Of each kind of warning the first one, what to do about it, and how many more there are."""
    errors = validated.results.errors
    places = errors.is_warning.nonzero()[0]
    _, firsts, counts = np.unique(errors.code[places].astype(str), return_index=True, return_counts=True)
    texts = fault_texts(rows_of(errors, places[firsts]), words.language)
    return [
        f"  {_where(errors, place, words)}: {text.message} {text.remedy}" + (f" (+{count - 1})" if count > 1 else "")
        for place, count, text in zip(places[firsts], counts, texts, strict=True)
    ]


def _where(errors: RowErrors, place: int, words: Words) -> str:
    parts = (errors.sheet[place], f"{words.heading('row')} {errors.row[place]}", errors.column[place])
    return ", ".join(part for part in parts if part)


def _print(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
