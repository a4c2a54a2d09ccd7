"""`facility-standards export`: what is stored, as a file that imports read, or verdicts as a table."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from shutil import copyfileobj

import typer
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.cli.opening import migrated_store, settings_of_environment
from app.cli.statuses import DONE, UNUSABLE
from app.cli.targets import not_written, tell_fault
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
from app.services.coverage_desk import CoverageDesk
from app.services.exports import ExportFile, Reader
from app.services.network_cache import NetworkCache
from app.services.standards import Shelf
from app.services.today import today
from app.standards.catalogues import load_catalogues
from app.standards.loader import load_builtin_standards
from app.store.unit_of_work import Store

Chosen = Mapping[str, object]


def run_export(table: str, out: Path, chosen: Chosen, *, language: Language, as_json: bool) -> int:
    """Write the rows that are chosen into the file; it is there when it is whole, and not before."""
    part = out.with_name(f".{out.name}.part")
    try:
        with migrated_store() as store:
            file = _file(store, table, chosen, Reader(language, today()))
            with part.open("wb") as target, file.content as content:
                copyfileobj(content, target)
        part.replace(out)
    except ValidationError as error:
        faults = [(item["type"], f"--{'.'.join(map(str, item['loc']))}: {item['msg']}") for item in error.errors()]
        return _refused(faults, as_json=as_json)
    except FacilityStandardsError as refusal:
        faults = [(fault.code, fault_message(fault, language)) for fault in refusal.faults]
        detail = refusal.code, problem_detail(refusal.code, refusal.params, language)
        return _refused(faults or [detail], as_json=as_json)
    except OSError as error:
        tell_fault(not_written(error), language=language, as_json=as_json)
        return UNUSABLE
    finally:
        part.unlink(missing_ok=True)
    done = {"exit_status": DONE, "table": table, "out": str(out), "byte_count": out.stat().st_size, "errors": []}
    typer.echo(json.dumps(done, ensure_ascii=False, indent=2) if as_json else str(out))
    return DONE


def _file(store: Store, table: str, chosen: Chosen, reader: Reader) -> ExportFile:
    if table == "assessments":
        return _assessments(store, AssessmentExportQuery.model_validate(chosen), reader)
    with store.reading() as session:
        return _stored(session, table, chosen, reader)


def _stored(session: Session, table: str, chosen: Chosen, reader: Reader) -> ExportFile:
    if table == "communities":
        return exports.communities_file(session, CommunityExportQuery.model_validate(chosen), reader=reader)
    if table == "facilities":
        return exports.facilities_file(session, FacilityExportQuery.model_validate(chosen), reader=reader)
    if table == "residences":
        return exports.residences_file(session, ResidenceExportQuery.model_validate(chosen), reader=reader)
    return exports.statistics_file(session, StatisticsExportQuery.model_validate(chosen), reader=reader)


def _assessments(store: Store, query: AssessmentExportQuery, reader: Reader) -> ExportFile:
    """With the walks of homes, as the service judges them."""
    networks = NetworkCache(settings_of_environment().network_cache_bytes)
    with closing(CoverageDesk(store, networks, load_catalogues())) as desk, store.reading() as session:
        standards = Shelf(load_builtin_standards()).read(session)
        return exports.assessments_file(session, query, desk=desk, standards=standards, reader=reader)


def _refused(faults: Sequence[tuple[str, str]], *, as_json: bool) -> int:
    """Tell why, by codes and messages."""
    if as_json:
        errors = [{"code": code, "message": message} for code, message in faults]
        typer.echo(json.dumps({"exit_status": UNUSABLE, "errors": errors}, ensure_ascii=False, indent=2))
    else:
        for _, message in faults:
            typer.echo(message, err=True)
    return UNUSABLE
