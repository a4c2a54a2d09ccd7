"""Validating a file: what the reading process has read is judged, written, and told."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.cli.plan_choice import chosen_standards
from app.cli.progress import Progress, progress_of
from app.cli.result_files import write_results
from app.cli.statuses import UNUSABLE
from app.cli.telling import Telling
from app.cli.validated import Validated
from app.errors import FacilityStandardsError
from app.language import Language
from app.readers.files import PendingReading
from app.readers.process import ReadingProcess
from app.readers.projects import projects_of, refuse_without_rows
from app.services.project_file_places import FilePlaces, unplaced_without_boundaries, with_warnings
from app.services.projects import DEFAULT_GROUPS, faulty, judge_projects
from app.services.terms import Terms
from app.services.today import today
from app.services.wording import Wording
from app.standards.catalogues import load_catalogues
from app.standards.project_summary import summarise_projects


@dataclass(frozen=True)
class Order:
    """What was asked for."""

    file: Path
    out: Path | None
    standard: str
    on: date | None
    language: Language
    as_json: bool


def run(order: Order, running: ReadingProcess) -> int:
    """Carry out the order on the file that is being read; the exit status."""
    telling = Telling(order.language, as_json=order.as_json)
    try:
        with progress_of(order.as_json) as progress:
            validated = _validated(order, running, progress)
            if order.out is not None:
                write_results(validated, order.out, order.file.name, progress)
    except FacilityStandardsError as refusal:
        telling.refuse(refusal, order.file.name)
        return UNUSABLE
    except OSError as error:
        telling.complain(error)
        return UNUSABLE
    telling.tell(validated, order.file.name, order.out)
    return validated.status


def _validated(order: Order, running: ReadingProcess, progress: Progress) -> Validated:
    catalogues = load_catalogues()
    standards, chosen = chosen_standards(order.standard, catalogues)
    on = order.on or today()
    terms = Terms(on, chosen, DEFAULT_GROUPS, standards, Wording(catalogues, order.language))
    progress.step("reading")
    reading = PendingReading(running).result()
    refuse_without_rows(reading, order.file.name)
    progress.step("judging")
    projects, errors = projects_of(reading)
    lost = unplaced_without_boundaries(projects, faulty(len(projects), errors), terms)
    errors = with_warnings(errors, FilePlaces.of(reading).warnings(lost, projects))
    results = judge_projects(projects, errors, terms)
    return Validated(reading, results, summarise_projects(results), terms)
