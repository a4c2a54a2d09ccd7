"""On what terms a batch is judged: settled when it is ordered, and the same at every attempt, on whatever day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from app.errors import Fault, InvalidInput
from app.readers.crs_names import system_name
from app.readers.encodings import codec_of
from app.schemas.batch import BatchFields
from app.services.applied_standard import RULES_OF
from app.services.known_standards import Standards
from app.services.projects import DEFAULT_GROUPS
from app.services.terms import Terms
from app.services.wording import Wording
from app.standards.loader import content_hash
from app.store.job_tables import Json


def settled(fields: BatchFields, *, today: date, standards: Standards) -> dict[str, Json]:
    """All that the results depend on besides the input, as the job keeps it.

    The standards are those of the moment: one that is stored later has no say. Raises InvalidInput for a standard,
    coordinate system or encoding that is not known.
    """
    _refuse_unknown(fields, standards)
    return {
        **fields.model_dump(mode="json"),
        "on": (fields.on or today).isoformat(),
        "standards": {name: content_hash(item) for name, item in sorted(standards.by_id.items())},
    }


def terms_of(parameters: Mapping[str, Json], standards: Standards, wording: Wording) -> Terms:
    """The terms again. Raises NotFound for a standard that has gone meanwhile."""
    then = {name: standards.get(name) for name in parameters["standards"]}
    return Terms(
        on=date.fromisoformat(parameters["on"]),
        standard=parameters["standard"],
        groups=DEFAULT_GROUPS,
        standards=Standards(then, standards.own_ids & set(then)),
        wording=wording,
    )


def as_fields(refusal: InvalidInput) -> InvalidInput:
    """A refusal of what a reader was told, with pointers to the fields of the form."""
    return InvalidInput(*(replace(fault, pointer=fault.pointer.replace("?", "/", 1)) for fault in refusal.faults))


def _refuse_unknown(fields: BatchFields, standards: Standards) -> None:
    known = [*RULES_OF, *sorted(standards.by_id)]
    if fields.standard not in known:
        chosen = fields.standard
        raise InvalidInput(Fault("unknown_standard", "/standard", chosen, {"id": chosen, "known": known}))
    try:
        if fields.crs is not None:
            system_name(fields.crs)
        if fields.encoding is not None:
            codec_of(fields.encoding)
    except InvalidInput as refusal:
        raise as_fields(refusal) from None
