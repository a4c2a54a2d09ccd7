"""What is done to drawn bodies, so that many of them get past the first refusal and into the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import schemathesis
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from app.schemas.community import COMMUNITY_EXAMPLE
from app.schemas.standard import STANDARD_EXAMPLE
from app.schemas.statistics import STATISTICS_EXAMPLE
from tests.api.calls import INSIDE, SQUARE

Body = dict[str, Any]

# The document's example of a key would be stored once, and be a conflict ever after.
_KEYS = {
    "create_community": ("code", COMMUNITY_EXAMPLE["code"]),
    "create_standard": ("id", STANDARD_EXAMPLE["id"]),
    "create_community_statistics": ("as_of", STATISTICS_EXAMPLE["as_of"]),
    "create_division_statistics": ("as_of", STATISTICS_EXAMPLE["as_of"]),
}
# Drawn at random these hardly ever hold what the catalogues and the store know, or a geometry that is one.
_SENSIBLE: Body = {
    "boundary": SQUARE,
    "location": INSIDE,
    "crs": "EPSG:4326",
    "category": "community_service_station",
    "rules": STANDARD_EXAMPLE["rules"],
}
# Drawn at random these contradict their neighbours more often than not.
_CONTRADICTORY = ("urban_population", "resident_activity_area_m2", "closed_on", "division_code", "part_of", "extends")
_LARGEST_PLAUSIBLE_ID = 1000
FORM = "multipart/form-data"


class Betterment:
    """Gives bodies fresh keys, and sense to every second one that fits the document."""

    def __init__(self) -> None:
        self._number = 0

    def begin_anew(self) -> None:
        """Count from the start: the same bodies are then bettered in the same way."""
        self._number = 0

    def apply(self, case: schemathesis.Case) -> None:
        """Better the case's body, if it is an object; a form's files would not be taken for text any more."""
        if not isinstance(case.body, dict) or case.media_type == FORM:
            return
        self._number += 1
        operation_id = str(case.operation.definition.raw["operationId"])
        body = _with_fresh_key(operation_id, case.body, self._number)
        is_sound = case.meta is not None and case.meta.generation.mode.is_positive
        case.body = _with_sense(operation_id, body) if is_sound and self._number % 2 else body


@contextmanager
def bettered_bodies() -> Iterator[Betterment]:
    """As long as the block lasts, schemathesis sends bettered bodies."""
    betterment = Betterment()

    def before_call(_context: schemathesis.HookContext, case: schemathesis.Case, kwargs: Body) -> None:
        if "app" not in kwargs:  # a twin gets what has been bettered already
            betterment.apply(case)

    GLOBAL_HOOK_DISPATCHER.register_hook_with_name(before_call, "before_call")
    try:
        yield betterment
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)


def _with_fresh_key(operation_id: str, body: Body, number: int) -> Body:
    name, example = _KEYS.get(operation_id, ("", ""))
    return {**body, name: _key(name, number)} if body.get(name) == example else body


def _key(name: str, number: int) -> str:
    if name == "as_of":
        return (date(2001, 1, 1) + timedelta(days=number)).isoformat()
    return f"own-{number}" if name == "id" else f"6101{number:05}001"


def _with_sense(operation_id: str, body: Body) -> Body:
    sensible = {
        name: _SENSIBLE.get(name, value) if value is not None else None
        for name, value in body.items()
        if name not in _CONTRADICTORY
    }
    if operation_id in {"create_facility", "replace_facility"}:
        sensible["location"] = INSIDE
        if (sensible.get("community_id") or 0) > _LARGEST_PLAUSIBLE_ID:
            del sensible["community_id"]
    return sensible
