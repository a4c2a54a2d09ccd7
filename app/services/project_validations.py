"""Validating new residential projects: judged at once, nothing stored."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from app.echo import echo
from app.errors import Fault
from app.schemas.project_result import (
    ProjectRuleSummaryRead,
    ProjectSummaryRead,
    ProjectValidationsRead,
    ReceivingRead,
)
from app.services.applied_standard import RULES_OF
from app.services.project_columns import ProjectRecord
from app.services.project_items import ProjectItem, read_items
from app.services.project_phases import phases_of
from app.services.project_reading import Beside, results_of
from app.services.project_receiving import receiving_read
from app.services.project_sites import Placement, place_items
from app.services.project_sites_reading import site_communities
from app.services.project_terms import Asked, judge_asked
from app.services.terms import Terms
from app.services.wording import Wording
from app.standards.catalogues import in_language
from app.standards.project_summary import ProjectSummary, summarise_projects
from app.standards.projects import ProjectResults
from app.standards.row_errors import RowError, RowErrors


@dataclass(frozen=True)
class JudgedItems:
    """The results of the projects of a body, and what is said of each besides."""

    results: ProjectResults
    beside: dict[int, Beside]


def validate_projects(
    session: Session | None, body: object, *, terms: Terms, max_vertices: int
) -> ProjectValidationsRead:
    """What is said of the project, or of each in the list. `terms` stand for those who name no day or standard.

    Without a session sites and receiving communities are not looked up.
    """
    judged = judge_items(session, body, terms=terms, max_vertices=max_vertices)
    return ProjectValidationsRead(
        results=list(results_of(judged.results, terms.wording, beside=judged.beside)),
        summary=summary_read(summarise_projects(judged.results), terms.wording),
    )


def judge_items(
    session: Session | None, body: object, *, terms: Terms, max_vertices: int, first: int = 0
) -> JudgedItems:
    """The same before it is put into words; `first` is the place of the first item in a list that these are part of."""
    read = [_with_standard(item, terms) for item in read_items(body, max_vertices=max_vertices, first=first)]
    items, placements = place_items(session, read, terms.wording.catalogues)
    asked = [
        Asked(_record(place, item, placement), _own_terms(item, terms))
        for place, (item, placement) in enumerate(zip(items, placements, strict=True), start=first)
    ]
    results = judge_asked(asked, errors_of(items), terms)
    phases = phases_of(items, asked)
    beside = {
        place: Beside(
            division_source=placement.source,
            communities=site_communities(placement.holdings),
            phases=phases[place],
            receiving=_receiving(results, place, placement, asked[place].terms),
            pointer=items[place].pointer,
        )
        for place, placement in enumerate(placements)
    }
    return JudgedItems(results, beside)


def errors_of(items: Sequence[ProjectItem]) -> RowErrors:
    """The faults and warnings of all items as columns."""
    return RowErrors.of_rows(
        row
        for place, item in enumerate(items)
        for is_warning, faults in ((False, item.faults), (True, item.warnings))
        for row in _rows(place, faults, is_warning=is_warning)
    )


def summary_read(summary: ProjectSummary, wording: Wording) -> ProjectSummaryRead:
    """The summary in words."""
    return ProjectSummaryRead(
        projects=summary.projects,
        by_status=dict(summary.statuses),
        by_verdict=dict(summary.verdicts),
        rules=[
            ProjectRuleSummaryRead(
                standard=totals.applied.standard.id,
                rule=totals.applied.rule.id,
                group=totals.applied.rule.group,
                indicator=indicator.id,
                indicator_label=in_language(indicator.label, wording.language),
                verdicts=dict(totals.verdicts),
                reasons=dict(totals.reasons),
                shortfall=wording.missing(totals.shortfall, indicator),
            )
            for totals in summary.rules
            for indicator in [wording.catalogues.indicator(totals.applied.rule.indicator)]
        ],
    )


def _with_standard(item: ProjectItem, terms: Terms) -> ProjectItem:
    chosen = None if item.given is None else item.given.standard
    if chosen is None or chosen in RULES_OF or chosen in terms.standards.by_id:
        return item
    known = [*RULES_OF, *sorted(terms.standards.by_id)]
    return item.with_faults(Fault("unknown_standard", "/standard", chosen, {"id": chosen, "known": known}))


def _own_terms(item: ProjectItem, terms: Terms) -> Terms:
    if item.given is None or item.faults:
        return terms
    standard = item.given.standard if "standard" in item.given.model_fields_set else terms.standard
    return replace(terms, on=item.given.on or terms.on, standard=standard)


def _record(place: int, item: ProjectItem, placement: Placement) -> ProjectRecord:
    record = ProjectRecord(row=place, reference=item.reference, name=item.name)
    given = item.given
    if given is None or item.faults:
        return record
    return replace(
        record,
        code=placement.code,
        setting=placement.setting,
        resettlement_type=given.resettlement_type,
        project_role=given.project_role,
        households=item.total("households"),
        household_basis=given.household_basis,
        population=item.total("population"),
        total_floor_area_m2=item.total("total_floor_area_m2"),
        floor_area_basis=given.floor_area_basis,
        facilities=item.facilities,
        site=item.site,
    )


def _receiving(results: ProjectResults, place: int, placement: Placement, terms: Terms) -> ReceivingRead | None:
    if placement.receiving is None or results.invalid[place]:
        return None
    return receiving_read(placement.receiving, results.projects.facts.select(np.array([place])), terms)


def _rows(place: int, faults: Sequence[Fault], *, is_warning: bool) -> Iterator[RowError]:
    for fault in faults:
        params = json.dumps({name: echo(value) for name, value in fault.params.items()}, ensure_ascii=False)
        yield RowError(
            project=place,
            column=fault.pointer,
            code=fault.code,
            value=echo(fault.value),
            params=params,
            is_warning=is_warning,
        )
