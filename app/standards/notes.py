"""What stands beside a finding: notes, stricter rules farther up the chain, the facilities that entered it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from app.standards.choices import SERVICE
from app.standards.compiled import NO_TARGET, due_target
from app.standards.dated import DatedFacts
from app.standards.facts import Bools, Ints
from app.standards.findings import Finding
from app.standards.judge import EQUAL_WITHIN
from app.standards.measured import Question
from app.standards.model import Rule, Standard, Target
from app.standards.vocabulary import Comparison, Level, Measure, NewBuildScope, Note, Reason


@dataclass(frozen=True)
class Stricter:
    """A rule about the same thing in a farther plan that asks for more on the date."""

    standard: Standard
    rule: Rule
    target: Target


def notes_of(finding: Finding) -> tuple[Note, ...]:
    """The notes that the finding itself gives rise to."""
    present = {
        Note.RULE_NOTE: bool(finding.applied.rule.notes),
        Note.PRINTED_STRICTER: finding.differs_from_print,
        Note.LOWER_BOUND: finding.is_lower_bound,
        Note.BROAD_VARIANT_DIFFERS: finding.broad_flips,
        Note.FINAL_TARGET_OWED: finding.owes_final and finding.target is not None,
    }
    return tuple(note for note, is_there in present.items() if is_there)


def stricter_above(finding: Finding, on: date, *, is_new_build: bool) -> Stricter | None:
    """The nearest of the farther plans' rules that is stricter than the one applied; None out of scope."""
    if finding.reason is Reason.OUT_OF_SCOPE:
        return None
    for standard, rule in finding.applied.farther:
        if rule.scope.new_build is NewBuildScope.ONLY and not is_new_build:
            continue
        binds_new_build = rule.scope.new_build is not None or rule.level is not Level.JURISDICTION
        due = due_target(standard, rule, on, final=is_new_build and binds_new_build)
        if due != NO_TARGET and _is_stricter(rule, rule.targets[due], finding):
            return Stricter(standard, rule, rule.targets[due])
    return None


def _is_stricter(rule: Rule, target: Target, finding: Finding) -> bool:
    near = finding.target
    if rule.comparison is not finding.applied.rule.comparison:
        return False
    if near is None:
        return True
    slack = EQUAL_WITHIN * abs(near.value)
    if rule.comparison is Comparison.AT_MOST:
        return target.value < near.value - slack
    return target.value > near.value + slack


def facilities_counted(facts: DatedFacts, question: Question, unit: int) -> tuple[int, ...]:
    """Ids of the facilities that entered the unit's value, in the order of the records."""
    if not question.categories:
        return ()
    sums = facts.sums
    mask = sums.mask(question.categories, broad=question.broad)
    places = _entering(facts, question, mask)
    places = places[sums.unit[places] == unit]
    if question.measure is Measure.MAIN:
        places = _main_station(facts, places)
    return tuple(int(number) for number in sums.facilities.identifier[sums.rows[places]])


def _entering(facts: DatedFacts, question: Question, mask: Bools) -> Ints:
    """Sums are made of buildings, counts and extremes of every facility, hosted shares of the hosts."""
    if question.indicator == "hosted_share":
        return facts.sums.standing(facts.sums.mask((SERVICE,)))
    if question.indicator in ("station_floor_area", "facility_count", "opening_hours_per_day"):
        return facts.sums.chosen(mask)
    return facts.sums.standing(mask)


def _main_station(facts: DatedFacts, places: Ints) -> Ints:
    rows = facts.sums.rows[places]
    flagged = facts.sums.facilities.is_main[rows]
    candidates = places[flagged] if flagged.any() else places
    areas = facts.sums.facilities.floor_area_m2[facts.sums.rows[candidates]]
    if np.isnan(areas).all():
        return candidates
    return candidates[[int(np.nanargmax(areas))]]
