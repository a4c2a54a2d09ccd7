"""A small kind of work with known results, and everything that can go wrong in it."""

import hashlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Fault, InvalidInput, Unavailable
from app.jobs.child import run_child
from app.jobs.kinds import Chunk, Kinds, Submission, Work
from app.jobs.supervisor import WorkerCommand
from app.settings import Settings
from app.store.tables import Facility
from app.store.unit_of_work import Store

ROOT = Path(__file__).parents[2]
KIND = "spelling"
PAUSE_SECONDS = 0.005
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Spelling:
    """`trouble` tells what goes wrong, `at` which chunk, and `marks` where those that met it leave a mark."""

    name: str = KIND

    def open(self, submission: Submission) -> "SpellingWork":
        work = SpellingWork(submission)
        work.meet("open")
        return work


class SpellingWork(Work):
    def __init__(self, submission: Submission) -> None:
        self.parameters = submission.parameters
        self.content = b"".join(file.path.read_bytes() for file in submission.inputs)
        self.chunk_count = int(self.parameters["chunks"])
        self.total = 2 * self.chunk_count

    def run(self, number: int) -> Chunk:
        self.meet("run", number)
        time.sleep(self.parameters.get("seconds", 0))
        return Chunk(done=2, result=spelled(self.content, number), summary={"number": number}, rows=f"chunk {number}")

    def write(self, session: Session, number: int, chunk: Chunk) -> Chunk:
        if self.parameters.get("writes"):
            session.add(Facility(name=str(chunk.rows), category="clinic"))
            session.flush()
        self.meet("write", number)
        return chunk

    def finish(self, session: Session, summaries: Sequence[Any]) -> Any:
        if self.parameters.get("writes"):
            session.add(Facility(name="finish", category="clinic"))
            session.flush()
        self.meet("finish")
        return {"numbers": [summary["number"] for summary in summaries]}

    def meet(self, place: str, number: int = 0) -> None:
        """The trouble of this place, if it is here: the first time only, unless it always comes."""
        trouble = self.parameters.get("trouble")
        if trouble is None or self.parameters["place"] != place or self.parameters.get("at", 0) != number:
            return
        mark = Path(self.parameters["marks"]) / "met"
        if mark.exists() and not self.parameters.get("always"):
            return
        with mark.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        TROUBLES[trouble](mark)


def _die(_mark: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _pause(mark: Path) -> None:
    """Until somebody says go."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not mark.with_name("go").exists() and time.monotonic() < until:
        time.sleep(PAUSE_SECONDS)


def _break(_mark: Path) -> None:
    raise RuntimeError("broken")


def _refuse(_mark: Path) -> None:
    raise InvalidInput(Fault("must_be_at_least", "/households", -5, {"limit": 0}))


def _miss(_mark: Path) -> None:
    raise Unavailable(what="database")


TROUBLES = {"die": _die, "pause": _pause, "break": _break, "refuse": _refuse, "miss": _miss}


def spelled(content: bytes, number: int) -> bytes:
    """The result of a chunk: some hundred to some thousand bytes that only this input gives."""
    digest = hashlib.sha256(content + number.to_bytes(4, "big")).hexdigest().encode()
    return digest * (1 + number % 50)


def make_kinds(_store: Store, _settings: Settings) -> Kinds:
    return {KIND: Spelling()}


def child() -> None:
    """What a service starts beside itself."""
    run_child(make_kinds)


COMMAND = WorkerCommand(
    words=(
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.jobs.kinds import child; child()",
    ),
    kinds=(KIND,),
)
