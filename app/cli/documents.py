"""What `validate` says as JSON: the shapes are those of the service's batches."""

from collections.abc import Iterator
from typing import Any

from app import __version__
from app.cli.validated import Validated
from app.echo import echo
from app.reports.faults import fault_texts
from app.services.batch_summary import summary_of, summary_read, whole_summary
from app.services.project_reading import loose_errors, results_of


def results_document(validated: Validated) -> Iterator[bytes]:
    """All results, as a batch gives them."""
    wording = validated.terms.wording
    separator = b'{"results":['
    for result in results_of(validated.results, wording):
        yield separator + result.model_dump_json().encode()
        separator = b",\n"
    errors = [fault.model_dump_json().encode() for fault in loose_errors(validated.results, wording)]
    yield b'],"errors":[' + b",".join(errors) + b'],"summary":'
    yield _summary(validated).model_dump_json().encode() + b"}\n"


def told_document(validated: Validated, file_name: str) -> dict[str, Any]:  # Any: what JSON holds
    """The summary, all faults and warnings with their places, and how the file was read."""
    summary = _summary(validated).model_dump(mode="json")
    read = summary.pop("read")
    return {
        "exit_status": validated.status,
        "file": file_name,
        "sha256": validated.reading.sha256,
        "software_version": __version__,
        "assessed_on": validated.terms.on.isoformat(),
        "standard": validated.terms.standard,
        "summary": summary,
        "errors": list(_faults(validated, is_warning=False)),
        "warnings": list(_faults(validated, is_warning=True)),
        "read": read,
    }


def _summary(validated: Validated) -> Any:  # Any: a wire model, whose library is loaded late
    document = whole_summary([summary_of(validated.results)], validated.reading.report)
    return summary_read(document, validated.terms.wording)


def _faults(validated: Validated, *, is_warning: bool) -> Iterator[dict[str, Any]]:
    errors = validated.results.errors
    texts = fault_texts(errors, validated.terms.wording.language)
    for place, text in enumerate(texts):
        if errors.is_warning[place] == is_warning:
            yield {
                "sheet": errors.sheet[place],
                "row": int(errors.row[place]),
                "column": errors.column[place] or None,
                "code": errors.code[place],
                "message": text.message,
                "value": echo(errors.value[place]),
                "remedy": text.remedy,
            }
