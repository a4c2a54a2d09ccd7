"""Remedies of projects in the shapes of the wire."""

from functools import cached_property

import numpy as np

from app.schemas.project_result import RemedyRead, RemedyStepRead, RuleRef, RuleRemedyRead, TogetherRemedyRead
from app.services.wording import decimal
from app.standards.catalogues import Catalogues
from app.standards.findings import VERDICTS, known
from app.standards.projects import JudgedProjects
from app.standards.remedies import Method, Needs, Together, together_of
from app.standards.remedy_steps import Step, steps
from app.standards.vocabulary import Verdict


class RemedyWriter:
    """Writes the remedies of a few projects judged together; nothing is reckoned before one is asked for."""

    def __init__(self, part: JudgedProjects, catalogues: Catalogues) -> None:
        self._part, self._catalogues = part, catalogues

    def of(self, unit: int) -> list[RemedyRead]:
        """What each failed area rule lacks, and the smallest change that meets all together."""
        if not self._needs.has_failed[unit]:
            return []
        failed = [row for row in self._needs.lower_limits if self._verdict(row, unit) is Verdict.FAIL]
        alone = [self._alone(row, unit) for row in failed]
        return [*alone, *(self._together(method, unit) for method in Method if self._is_possible(method, unit))]

    @cached_property
    def _needs(self) -> Needs:
        return Needs.of(self._part, self._catalogues)

    @cached_property
    def _amounts(self) -> dict[Method, Together]:
        return {method: together_of(self._needs, method) for method in Method}

    def _is_possible(self, method: Method, unit: int) -> bool:
        return not np.isnan(self._amounts[method].floor_area_m2[unit])

    def _verdict(self, row: int, unit: int) -> Verdict:
        return VERDICTS[int(self._part.findings.verdict[row, unit])]

    def _is_lower_bound(self, row: int, unit: int) -> bool:
        return bool(self._part.findings.is_partial[row, unit])

    def _alone(self, row: int, unit: int) -> RuleRemedyRead:
        by_addition = known(self._needs.missing_if_added(row)[unit])
        return RuleRemedyRead(
            rules=[self._refs[row]],
            by_conversion_m2=_m2(self._needs.missing_alone(row)[unit]),
            by_addition_m2=decimal(by_addition),
            is_lower_bound=self._is_lower_bound(row, unit),
        )

    def _together(self, method: Method, unit: int) -> TogetherRemedyRead:
        amounts = self._amounts[method]
        verdicts = {row: self._verdict(row, unit) for row in self._needs.rows}
        judged = [row for row, verdict in verdicts.items() if verdict in (Verdict.PASS, Verdict.FAIL)]
        not_judged = [row for row, verdict in verdicts.items() if verdict is Verdict.NOT_EVALUATED]
        return TogetherRemedyRead(
            method=method,
            rules=[self._refs[row] for row in judged],
            not_judged=[self._refs[row] for row in not_judged],
            floor_area_m2=_m2(amounts.floor_area_m2[unit]),
            station_floor_area_m2=_m2(amounts.station_floor_area_m2[unit]),
            elderly_care_floor_area_m2=_m2(amounts.elderly_care_floor_area_m2[unit]),
            service_floor_area_m2=_m2(amounts.service_floor_area_m2[unit]),
            commercial_or_service_floor_area_m2=_m2(amounts.commercial_or_service_floor_area_m2[unit]),
            resident_activity_area_m2=decimal(known(amounts.resident_activity_area_m2[unit])),
            is_lower_bound=any(self._is_lower_bound(row, unit) for row in judged),
            steps=[_step(step) for step in steps(self._needs, amounts, unit)],
        )

    @cached_property
    def _refs(self) -> list[RuleRef]:
        return [RuleRef(standard=item.standard.id, rule=item.rule.id) for item in self._part.findings.rules]


def _step(step: Step) -> RemedyStepRead:
    return RemedyStepRead(
        facility=step.facility,
        category=step.category,
        floor_area_m2=_m2(step.floor_area_m2),
        resident_activity_area_m2=_m2(step.resident_activity_area_m2),
        grows_with=step.grows_with,
    )


def _m2(value: float) -> float:
    return decimal(float(value)) or 0.0
