"""Sequences of operations along the links of the OpenAPI document: what is made is read, changed, assessed, deleted.

Besides the checks on single answers: what was made is there until it is deleted, and not afterwards. Each sequence
begins with an empty database, so that the same sequences are drawn in each run.
"""

from collections.abc import Callable

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.generation.stateful import APIStateMachine
from schemathesis.schemas import BaseSchema

from tests.fuzz.bodies import Betterment

SEQUENCES = 30
STEPS = 8
PLACES = {
    "communities": r"^/v1/communities($|/\{community_id\}$)",
    "assessments": r"^/v1/communities($|/\{community_id\}/)",
    "facilities": r"^/v1/facilities",
    "statistics": r"^/v1/(divisions|statistics)/",
    "standards": r"^/v1/standards($|/\{)",
}
"""The paths of what is made, and of what can be done with it."""


# schemathesis ends its services after the test, not in it: what one of them still holds may be collected before.
@pytest.mark.filterwarnings("ignore:.*was deleted while still open:ResourceWarning")
@pytest.mark.parametrize("resource", PLACES)
def test_sequences_keep_to_their_description(
    resource: str, whole_document: BaseSchema, betterment: Betterment, empty_store: Callable[[], None]
) -> None:
    document = whole_document.include(path_regex=PLACES[resource])
    machine: type[APIStateMachine] = document.as_state_machine()
    answered: set[tuple[str, bool]] = set()

    class Sequence(machine):  # type: ignore[valid-type, misc]  # made from the document
        def setup(self) -> None:
            empty_store()
            betterment.begin_anew()

        def after_call(self, response: schemathesis.Response, case: schemathesis.Case) -> None:
            super().after_call(response, case)
            answered.add((case.operation.label, response.status_code < 300))

    Sequence.run(
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
    )
    linked = {operation.ok().label for operation in document.get_all_operations() if "_id}" in operation.ok().path}
    assert {label for label, _ in answered} >= linked
    assert {label for label, succeeded in answered if succeeded} >= {
        # No streets are stored here, so nobody can be told what a walk reaches.
        label
        for label in linked
        if label.startswith("GET") and not label.endswith("/reach")
    }
