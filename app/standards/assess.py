"""Assessment: facts x standard x date gives findings, for one unit or 600,000 alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from app.standards.blocks import Blocks, block_at, blocks_of, joined
from app.standards.catalogue import AppliedStandard
from app.standards.compiled import CompiledRules, compile_rules
from app.standards.dated import DatedFacts
from app.standards.derived import derived
from app.standards.facts import Bools, SmallInts
from app.standards.findings import Findings, FindingsOnDemand, Later
from app.standards.indicators import measure, sum_ahead
from app.standards.judge import (
    BASES,
    DECIDED,
    DESCRIBED,
    DETAILS,
    Asked,
    Columns,
    decide,
    describe,
    empty_columns,
    judge,
)
from app.standards.measured import Measured, Question, short_of
from app.standards.model import Rule
from app.standards.scope import binding, owing_final_target, rules_for, scope_reasons
from app.standards.threads import each
from app.standards.vocabulary import Comparison

Beside = TypeVar("Beside")


def question_of(rule: Rule, *, broad: bool = False) -> Question:
    """What a rule measures."""
    at_most = rule.comparison is Comparison.AT_MOST
    return Question(rule.indicator, rule.categories, rule.measure, rule.id, broad, at_most)


@dataclass(frozen=True)
class Measurer:
    """Measures some units on a day, each question once."""

    facts: DatedFacts

    @property
    def parts(self) -> tuple["Measurer", ...]:
        """The blocks, or the measurer itself where it is one block."""
        return self.blocks or (self,)

    @derived
    def blocks(self) -> tuple["Measurer", ...]:
        """Measurers of successive blocks of the units, where there are too many for one."""
        return tuple(self.of_block(number) for number in range(len(self.cuts or ())))

    @derived
    def cuts(self) -> Blocks | None:
        """The blocks' facts, where there are too many units for one."""
        return blocks_of(self.facts.facts)

    def of_block(self, number: int) -> "Measurer":
        """A new measurer of one of the blocks, of which nothing is kept."""
        cuts = self.cuts or (self.facts.facts,)
        return Measurer(replace(self.facts, facts=cuts[number]))

    def measure(self, question: Question) -> Measured:
        """The question's measurement of every unit."""
        if self.blocks:
            return joined(each(lambda block: block.measure(question), self.blocks))
        # Rules differ in the figure they report; only reported figures differ by it.
        key = question if question.indicator == "reported" else _without_figure(question)
        if key not in self._answers:
            self._answers[key] = measure(self.facts, key)
        return self._answers[key]

    @derived
    def _answers(self) -> dict[Question, Measured]:
        return {}


def assess(measurer: Measurer, applied: AppliedStandard, *, in_full: bool = False) -> Findings:
    """Findings of the standard's rules on each unit (a community, township or project).

    (rules x units) arrays, to the bit the same for a unit alone as for the unit in a table. `in_full`: all columns
    will be asked for, so that none is put off.

    >>> from datetime import date
    >>> from app.standards.catalogue import apply_effective, chain
    >>> from app.standards.catalogues import load_catalogues
    >>> from app.standards.facts import Facilities, Facts, Statistics, Units
    >>> from app.standards.findings import findings_of
    >>> from app.standards.loader import load_builtin_standards
    >>> from app.standards.vocabulary import Level
    >>> catalogues, day = load_catalogues(), date(2025, 12, 31)
    >>> station = {"id": 1, "unit": 0, "category": "community_rooms", "floor_area_m2": 560}
    >>> facts = Facts(
    ...     Level.COMMUNITY,
    ...     Units.of_codes(["522701001001"]),
    ...     Statistics.of_rows([{"unit": 0, "as_of": day, "households": 2000}]),
    ...     Facilities.of_rows([station], catalogues.category_index),
    ... )
    >>> applied = apply_effective(chain(load_builtin_standards(), division="522701001001", on=day))
    >>> findings = findings_of(assess(Measurer(DatedFacts(facts, day, catalogues)), applied), 0)
    >>> area = next(item for item in findings if item.applied.rule.id == "service_area_per_100_households")
    >>> area.verdict.value, area.value, area.target.value, area.shortfall
    ('FAIL', 28.0, 31.2, 64.0)
    """
    facts = measurer.facts
    rules = rules_for(applied.rules, facts.level, facts.catalogues)
    compiled = compile_rules(rules, facts.on, facts.catalogues)
    if not measurer.cuts:
        return judge(compiled, _asked(compiled, measurer))
    return _assess_blocks_in_full(compiled, measurer) if in_full else _assess_blocks(compiled, measurer)


def assess_beside(
    measurer: Measurer, applied: AppliedStandard, beside: Callable[[Measurer], Beside]
) -> tuple[Findings, list[Beside]]:
    """The same findings, and what `beside` gives for each part of the units while its measurements are at hand."""
    facts = measurer.facts
    rules = rules_for(applied.rules, facts.level, facts.catalogues)
    compiled = compile_rules(rules, facts.on, facts.catalogues)
    if not measurer.cuts:
        return judge(compiled, _asked(compiled, measurer)), [beside(measurer)]
    at_once = empty_columns((len(rules), len(facts)), {**DECIDED, "shortfall": DESCRIBED["shortfall"]})

    def judge_block(number: int) -> Beside:
        block = measurer.of_block(number)
        asked = _asked(compiled, block)
        decide(compiled, asked, at_once, first=block_at(number).start)
        details = describe(compiled, asked, verdict=_of_block(at_once["verdict"], number))
        _put({"shortfall": details["shortfall"]}, at_once, number)
        return beside(block)

    found = each(judge_block, range(len(measurer.cuts)))
    return _on_demand(compiled, measurer, at_once), found


def _assess_blocks(compiled: CompiledRules, measurer: Measurer) -> Findings:
    """Block by block. What is measured of a block is forgotten, and measured again if details are asked for.

    To keep it would take longer: memory that was just given back is at hand, new memory has to be fetched.
    """
    decided = empty_columns((len(compiled.rules), len(measurer.facts)), DECIDED)

    def decide_block(number: int) -> None:
        asked = _asked(compiled, measurer.of_block(number), with_broad=False)
        decide(compiled, asked, decided, first=block_at(number).start)

    each(decide_block, range(len(measurer.cuts or ())))
    return _on_demand(compiled, measurer, decided)


def _on_demand(compiled: CompiledRules, measurer: Measurer, at_once: Columns) -> Findings:
    """The findings of blocks, whose other columns are worked out when one of them is asked for."""

    def details() -> Columns:
        columns = empty_columns(at_once["verdict"].shape, DETAILS)

        def describe_block(number: int) -> None:
            asked = _asked(compiled, measurer.of_block(number))
            _put(describe(compiled, asked, verdict=_of_block(at_once["verdict"], number)), columns, number)

        each(describe_block, range(len(measurer.cuts or ())))
        return columns

    bases = Later(BASES, lambda: _bases(compiled, measurer.facts))
    return FindingsOnDemand(compiled.rules, at_once, bases, Later(DETAILS, details))


def _assess_blocks_in_full(compiled: CompiledRules, measurer: Measurer) -> Findings:
    """Block by block, each measured once."""
    columns = empty_columns((len(compiled.rules), len(measurer.facts)), {**DECIDED, **BASES, **DETAILS})

    def judge_block(number: int) -> None:
        found = judge(compiled, _asked(compiled, measurer.of_block(number)))
        _put({name: getattr(found, name) for name in columns}, columns, number)

    each(judge_block, range(len(measurer.cuts or ())))
    return Findings(compiled.rules, **columns)


def _of_block(verdict: SmallInts, number: int) -> SmallInts:
    return np.ascontiguousarray(verdict[:, block_at(number)])


def _put(columns: Columns, whole: Columns, number: int) -> None:
    """Put the columns of a block into those of the whole table."""
    for name, column in columns.items():
        whole[name][:, block_at(number)] = column


def _sum_ahead(compiled: CompiledRules, facts: DatedFacts, *, with_broad: bool) -> None:
    """Work out together what the rules measure sums of: verdicts need no broad variants, details do."""
    questions = [question_of(item.rule) for item in compiled.rules]
    if with_broad:
        questions += [question_of(item.rule, broad=True) for item in compiled.rules if _has_broad(item.rule, facts)]
    sum_ahead(facts, questions)


def _asked(compiled: CompiledRules, measurer: Measurer, *, with_broad: bool = True) -> Asked:
    """What is known before judging; sums for broad variants are worked out beside the others, or when asked for."""
    facts, rules = measurer.facts, compiled.rules
    _sum_ahead(compiled, facts, with_broad=with_broad)
    bases = _bases(compiled, facts)
    scope = np.empty((len(rules), len(facts)), np.int8)
    for row, item in enumerate(rules):
        scope[row] = scope_reasons(item.rule, facts)
    return Asked(
        scope=scope,
        binds=bases["binds"],
        owes_final=bases["owes_final"],
        measured=[_measured(compiled, row, measurer, bases["owes_final"][row]) for row in range(len(rules))],
        broad=lambda: [_broad(item.rule, measurer) for item in rules],
    )


def _bases(compiled: CompiledRules, facts: DatedFacts) -> Columns:
    """The columns BASES: whether each rule binds each unit itself, and whether that owes its last target already."""
    binds = np.empty((len(compiled.rules), len(facts)), np.bool_)
    for row, item in enumerate(compiled.rules):
        binds[row] = binding(item, facts)
    return {"binds": binds, "owes_final": binds & owing_final_target(facts)}


def _measured(compiled: CompiledRules, row: int, measurer: Measurer, owes_final: Bools) -> Measured:
    """What a rule measures; of what is known to lie between two bounds, the one that decides."""
    found = measurer.measure(question_of(compiled.rules[row].rule))
    if found.highest is None or compiled.is_at_most[row]:
        return found
    targets = compiled.values[row]
    return short_of(found, np.where(owes_final, targets[compiled.final_due[row]], targets[compiled.due[row]]))


def _has_broad(rule: Rule, facts: DatedFacts) -> bool:
    return facts.catalogues.indicator(rule.indicator).has_broad_variant


def _broad(rule: Rule, measurer: Measurer) -> Measured | None:
    return measurer.measure(question_of(rule, broad=True)) if _has_broad(rule, measurer.facts) else None


def _without_figure(question: Question) -> Question:
    return replace(question, figure="")
