"""Why a job failed, kept as codes and params: they are put into words when they are read, in the reader's language."""

from typing import ClassVar, Final

from app.echo import echo
from app.errors import Conflict, FacilityStandardsError, Fault, StaleResource, Unavailable
from app.store.job_tables import Json

MAX_FAULTS: Final = 100
_PASSING = (Unavailable, StaleResource)


class WorkFailed(FacilityStandardsError):
    """The work itself broke down, again and again."""

    code: ClassVar[str] = "work_failed"


def gave_up(attempts: int) -> WorkFailed:
    """After so many attempts none of which got further."""
    return WorkFailed(Fault("job_gave_up", params={"attempts": attempts}))


def is_passing(error: FacilityStandardsError) -> bool:
    """Whether the same work may succeed when it is tried again."""
    is_race = isinstance(error, Conflict) and any(fault.code == "concurrent_change" for fault in error.faults)
    return is_race or isinstance(error, _PASSING)


def to_json(error: FacilityStandardsError) -> Json:
    """The error as it is kept with the job."""
    return {
        "code": error.code,
        "count": len(error.faults),
        "params": {name: echo(value) for name, value in error.params.items()},
        "faults": [_fault_json(fault) for fault in error.faults[:MAX_FAULTS]],
    }


def _fault_json(fault: Fault) -> Json:
    params = {name: echo(value) for name, value in fault.params.items()}
    return {"code": fault.code, "pointer": fault.pointer, "value": echo(fault.value), "params": params}
