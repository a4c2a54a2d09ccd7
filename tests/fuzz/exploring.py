"""Runs schemathesis over a description, and tells what it found."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import EngineEvent, FatalError, NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import CheckFailureInfo
from schemathesis.schemas import BaseSchema

PHASES = ("examples", "coverage", "fuzzing")


@dataclass
class Exploration:
    """What was sent, and what came back."""

    cases: Counter[str] = field(default_factory=Counter)
    """How many, by phase."""
    statuses: Counter[int] = field(default_factory=Counter)
    """How many answers, by status."""
    faults: dict[str, str] = field(default_factory=dict)
    """What went wrong, each kind once, with the command that shows it again."""

    def report(self) -> str:
        """The faults for people to read."""
        return "\n\n".join(f"{kind}\n{text}" for kind, text in self.faults.items())


def explore(document: BaseSchema) -> Exploration:
    """Try every operation of the document by itself, with schemathesis' own checks and ours."""
    document.config.phases.update(phases=list(PHASES))
    exploration = Exploration()
    for event in from_schema(document).execute():
        if isinstance(event, ScenarioFinished):
            _count(event, exploration)
        exploration.faults.update(_faults(event))
    return exploration


def _count(event: ScenarioFinished, exploration: Exploration) -> None:
    exploration.cases[event.phase.value] += len(event.recorder.cases)
    answers = (interaction.response for interaction in event.recorder.interactions.values())
    exploration.statuses.update(answer.status_code for answer in answers if answer is not None)


def _faults(event: EngineEvent) -> Iterator[tuple[str, str]]:
    if isinstance(event, FatalError):
        yield "The run broke off", repr(event.exception)
    elif isinstance(event, NonFatalError):
        yield f"{event.label}: {event.info.title}", event.info.format()
    elif isinstance(event, ScenarioFinished):
        for case_id, results in event.recorder.checks.items():
            for result in results:
                if result.status is Status.FAILURE and result.failure_info:
                    yield _fault(event, case_id, result.failure_info)


def _fault(event: ScenarioFinished, case_id: str, found: CheckFailureInfo) -> tuple[str, str]:
    response = event.recorder.interactions[case_id].response
    answer = "" if response is None else f"{response.status_code} {response.text[:1000]}"
    failure = found.failure
    return f"{failure.operation}: {failure.title}", f"{failure.message}\n{found.code_sample}\n{answer}"
