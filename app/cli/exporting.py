"""`facility-standards export`: what is stored, as a file that imports read, or verdicts as a table."""

from collections.abc import Mapping
from pathlib import Path
from shutil import copyfileobj

import typer
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.cli.opening import migrated_store
from app.cli.statuses import DONE, UNUSABLE
from app.errors import FacilityStandardsError
from app.language import Language
from app.messages import fault_message, problem_detail
from app.schemas.exports import (
    AssessmentExportQuery,
    CommunityExportQuery,
    FacilityExportQuery,
    ResidenceExportQuery,
    StatisticsExportQuery,
)
from app.services import exports
from app.services.exports import ExportFile, Reader
from app.services.projects import DEFAULT_GROUPS
from app.services.standards import Shelf
from app.services.terms import Terms
from app.services.today import today
from app.services.wording import Wording
from app.standards.catalogues import load_catalogues
from app.standards.loader import load_builtin_standards

Chosen = Mapping[str, object]


def run_export(table: str, out: Path, chosen: Chosen, *, language: Language) -> int:
    """Write the rows that are chosen into the file; it is there when it is whole, and not before."""
    part = out.with_name(f".{out.name}.part")
    try:
        with migrated_store() as store, store.reading() as session:
            file = _file(session, table, chosen, Reader(language, today()))
            with part.open("wb") as target, file.content as content:
                copyfileobj(content, target)
        part.replace(out)
    except ValidationError as error:
        return _complain(*(f"--{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()))
    except FacilityStandardsError as refusal:
        texts = [fault_message(fault, language) for fault in refusal.faults]
        return _complain(*(texts or [problem_detail(refusal.code, refusal.params, language)]))
    except OSError as error:
        return _complain(str(error))
    finally:
        part.unlink(missing_ok=True)
    typer.echo(str(out))
    return DONE


def _file(session: Session, table: str, chosen: Chosen, reader: Reader) -> ExportFile:
    if table == "communities":
        return exports.communities_file(session, CommunityExportQuery.model_validate(chosen), reader=reader)
    if table == "facilities":
        return exports.facilities_file(session, FacilityExportQuery.model_validate(chosen), reader=reader)
    if table == "residences":
        return exports.residences_file(session, ResidenceExportQuery.model_validate(chosen), reader=reader)
    if table == "statistics":
        return exports.statistics_file(session, StatisticsExportQuery.model_validate(chosen), reader=reader)
    query = AssessmentExportQuery.model_validate(chosen)
    terms = Terms(
        on=query.on or reader.today,
        standard=query.standard,
        groups=DEFAULT_GROUPS,
        standards=Shelf(load_builtin_standards()).read(session),
        wording=Wording(load_catalogues(), reader.language),
    )
    return exports.assessments_file(session, query, terms=terms, reader=reader)


def _complain(*texts: str) -> int:
    for text in texts:
        typer.echo(text, err=True)
    return UNUSABLE
