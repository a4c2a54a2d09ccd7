"""Batches as jobs: projects of a file, or of a list in JSON, judged a few thousand at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from app.errors import InvalidInput
from app.jobs.kinds import Chunk, Submission, Work
from app.language import Language
from app.readers.files import read_file
from app.readers.options import ReadLimits, ReadOptions
from app.readers.projects import projects_of, refuse_without_rows
from app.readers.reading import Reading
from app.schemas.json_list import items_of
from app.schemas.project import MAX_PHASES_IN_LIST
from app.services.batch_chunks import ANY_LANGUAGE, KeptChunk
from app.services.batch_summary import summary_of, whole_summary
from app.services.batch_terms import as_fields, terms_of
from app.services.project_file_places import FilePlaces, unplaced, with_warnings
from app.services.project_file_sites import placed_by_sites
from app.services.project_validations import JudgedItems, judge_items
from app.services.projects import faulty, judge_projects
from app.services.standards import Shelf
from app.services.terms import Terms
from app.services.wording import Wording
from app.settings import Settings
from app.standards.catalogues import load_catalogues
from app.standards.facts import Ints, rows_of
from app.standards.loader import load_builtin_standards
from app.standards.projects import Projects
from app.standards.row_errors import NO_PROJECT, RowErrors
from app.store.job_tables import Json
from app.store.unit_of_work import Store

BATCH: Final = "batch"
FILE, LIST = "FILE", "LIST"
PROJECTS_AT_ONCE: Final = 4000
ITEMS_AT_ONCE: Final = 500


@dataclass(frozen=True)
class BatchKind:
    """Judges new residential projects."""

    store: Store
    settings: Settings
    name: str = BATCH

    def open(self, submission: Submission) -> Work:
        """The work on a file or list. Raises InvalidInput with the reasons why the file cannot be used."""
        shelf = Shelf(load_builtin_standards())
        with self.store.reading() as session:
            standards = shelf.read(session)
        terms = terms_of(submission.parameters, standards, Wording(load_catalogues(), "en"))
        if submission.parameters["source"] == LIST:
            return ListWork(submission, self.store, terms, max_vertices=self.settings.max_vertices)
        reading = read(submission, self.settings)
        refuse_without_rows(reading, submission.inputs[0].name)
        return FileWork(reading, self.store, terms)


def read(submission: Submission, settings: Settings, *, keep_raw: bool = False) -> Reading:
    """The projects of the job's file; the same ones each time. Raises InvalidInput."""
    given = submission.parameters
    file, *others = submission.inputs
    options = ReadOptions(
        crs=given["crs"],
        encoding=given["encoding"],
        mapping=given["mapping"],
        project_role=given["project_role"],
        facilities=others[0].path if others else None,
        file_name=file.name or None,
        facilities_name=next((other.name for other in others if other.name != file.name), "") or None,
        keep_raw=keep_raw,
    )
    limits = ReadLimits(
        memory_bytes=settings.read_memory_bytes, seconds=settings.read_seconds, vertices=settings.max_vertices
    )
    try:
        return read_file(file.path, form="projects", options=options, limits=limits, within=submission.folder)
    except InvalidInput as refusal:
        raise as_fields(refusal) from None


class _BatchWork(Work):
    """What batches of files and of lists have in common. A batch of nothing has one chunk, with nothing in it."""

    def __init__(self, store: Store, terms: Terms) -> None:
        self._store = store
        self._terms = terms

    def run(self, number: int) -> Chunk:
        """Judge the projects of a chunk. Sites without a division are looked up as the database is now."""
        with self._store.reading() as session:
            kept = self._judge(session, number)
        return Chunk(done=len(kept.results), result=kept.to_bytes(), summary=summary_of(kept.results))

    def finish(self, session: Session, summaries: Sequence[Json]) -> Json:
        """The summary of the batch."""
        return whole_summary(summaries, None)

    def _judge(self, session: Session, number: int) -> KeptChunk:
        raise NotImplementedError


class FileWork(_BatchWork):
    """The projects of a file that was read."""

    def __init__(self, reading: Reading, store: Store, terms: Terms) -> None:
        super().__init__(store, terms)
        self._report = reading.report
        self._named = FilePlaces.of(reading)
        self._projects, errors = projects_of(reading)
        self._errors = rows_of(errors, np.argsort(errors.project, kind="stable"))
        self.total = len(self._projects)
        self.chunk_count = max(1, -(-self.total // PROJECTS_AT_ONCE))

    def finish(self, session: Session, summaries: Sequence[Json]) -> Json:
        """The summary, with what was understood of the file."""
        return whole_summary(summaries, self._report)

    def _judge(self, session: Session, number: int) -> KeptChunk:
        start = number * PROJECTS_AT_ONCE
        places = np.arange(start, min(start + PROJECTS_AT_ONCE, self.total))
        errors = self._errors_between(start, start + PROJECTS_AT_ONCE)
        invalid, named = faulty(len(places), errors), self._named.of_some(places)
        placed = placed_by_sites(session, self._taken(places), invalid, places=named)
        doubts = (*unplaced(placed.projects, invalid, self._terms), *placed.doubts)
        errors = with_warnings(errors, named.warnings(doubts, placed.projects))
        results = judge_projects(placed.projects, errors, self._terms)
        return KeptChunk(results, {ANY_LANGUAGE: placed.beside})

    def _taken(self, places: Ints) -> Projects:
        return self._projects if len(places) == self.total else self._projects.select(places)

    def _errors_between(self, start: int, stop: int) -> RowErrors:
        """The faults of some projects; those of none go with the first chunk."""
        first, end = np.searchsorted(self._errors.project, [start, stop])
        errors = rows_of(self._errors, slice(0 if start == 0 else first, end))
        return replace(errors, project=np.where(errors.project == NO_PROJECT, NO_PROJECT, errors.project - start))


class ListWork(_BatchWork):
    """The projects of a list in JSON, which lie in the folder of the attempt, a file to each chunk."""

    def __init__(self, submission: Submission, store: Store, terms: Terms, *, max_vertices: int) -> None:
        super().__init__(store, terms)
        self._max_vertices = max_vertices
        self._folder = submission.folder
        self._firsts = _parted(submission.inputs[0].path, self._folder)
        self.total = self._firsts.pop()
        self.chunk_count = len(self._firsts)

    def _judge(self, session: Session, number: int) -> KeptChunk:
        with _part(self._folder, number).open("rb") as file:
            body = [item.document for item in items_of(file)]
        judged = self._judged(session, body, number, "en")
        if not any(item.receiving or item.phases for item in judged.beside.values()):
            return KeptChunk(judged.results, {ANY_LANGUAGE: judged.beside})
        chinese = self._judged(session, body, number, "zh")
        return KeptChunk(judged.results, {"en": judged.beside, "zh": chinese.beside})

    def _judged(self, session: Session, body: Json, number: int, language: Language) -> JudgedItems:
        terms = replace(self._terms, wording=replace(self._terms.wording, language=language))
        return judge_items(session, body, terms=terms, max_vertices=self._max_vertices, first=self._firsts[number])


def _parted(path: Path, folder: Path) -> list[int]:
    """Write the parts of a list; gives the place of the first item of each, and at the end how many items there are.

    A part is full with so many items, or with so many phases.
    """
    firsts, texts, phases, place = [0], list[str](), 0, 0
    with path.open("rb") as file:
        for place, item in enumerate(items_of(file), start=1):
            more = _phase_count(item.document)
            if len(texts) == ITEMS_AT_ONCE or phases + more > MAX_PHASES_IN_LIST:
                _write_part(folder, len(firsts) - 1, texts)
                firsts.append(place - 1)
                texts, phases = [], 0
            texts.append(item.text)
            phases += more
    _write_part(folder, len(firsts) - 1, texts)
    return [*firsts, place]


def _phase_count(document: Json) -> int:
    phases = document.get("phases") if isinstance(document, dict) else None
    return len(phases) if isinstance(phases, list) else 0


def _write_part(folder: Path, number: int, texts: Sequence[str]) -> None:
    _part(folder, number).write_text(f"[{','.join(texts)}]", encoding="utf-8")


def _part(folder: Path, number: int) -> Path:
    return folder / f"part-{number}.json"
