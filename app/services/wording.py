"""Findings of the core in the words and shapes of the wire."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from app.language import Language
from app.schemas.finding import FindingRead, Missing, NextTarget, NoteRead, SourceRead, StricterRule
from app.standards.catalogues import Catalogues, Indicator, in_language
from app.standards.findings import Finding
from app.standards.indicators import INPUT_NAMES
from app.standards.loader import document_name
from app.standards.model import Rule, Standard
from app.standards.notes import Stricter
from app.standards.vocabulary import Basis, Note, OverallVerdict, Reason, Verdict

# JSON carries what a decimal reader means: 0.08, not the 0.08000000000004 of binary arithmetic. Verdicts are long
# decided, and equality is decided to one part in 10^9, far coarser than this.
SIGNIFICANT_DIGITS = 12


@dataclass(frozen=True)
class Context:
    """What surrounds a finding: what the core leaves to its caller to look up."""

    facilities: tuple[int, ...] = ()
    stricter: Stricter | None = None
    notes: tuple[Note, ...] = ()
    extra_inputs: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Wording:
    """Turns core records into wire models in one language."""

    catalogues: Catalogues
    language: Language

    def finding(self, finding: Finding, context: Context) -> FindingRead:
        """One finding with everything that the contract asks for."""
        rule = finding.applied.rule
        indicator = self.catalogues.indicator(rule.indicator)
        following = finding.next_target
        return FindingRead(
            standard=finding.applied.standard.id,
            rule=rule.id,
            group=rule.group,
            level=rule.level,
            indicator=rule.indicator,
            indicator_label=in_language(indicator.label, self.language),
            categories=list(rule.categories),
            basis=finding.basis,
            verdict=finding.verdict,
            verdict_label=self.verdict(finding.verdict, finding.basis),
            reason=finding.reason,
            reason_label=self.reason(finding.reason),
            value=decimal(finding.value),
            value_shown=shown(finding.value, indicator),
            value_broad=decimal(finding.value_broad),
            is_lower_bound=finding.is_lower_bound,
            unit=self.unit(indicator, rule),
            comparison=rule.comparison,
            printed=rule.printed,
            target=finding.target.value if finding.target else None,
            target_year=finding.target.year if finding.target else None,
            next_target=NextTarget(year=following.year, value=following.value, met=finding.next_met)
            if following
            else None,
            nature=rule.nature,
            strength=rule.strength,
            shortfall=self.missing(finding.shortfall, indicator),
            shortfall_if_added=self.missing(finding.shortfall_if_added, indicator),
            inputs=self.inputs(finding, context),
            facilities_counted=list(context.facilities),
            stricter_above=_stricter_rule(context.stricter),
            source=source_of(finding.applied.standard, rule),
            notes=self.notes(context.notes, rule),
        )

    def verdict(self, verdict: Verdict | OverallVerdict, basis: Basis) -> str:
        return self.catalogues.labels.verdict(verdict, basis, self.language)

    def reason(self, reason: Reason | None) -> str | None:
        return None if reason is None else self.catalogues.labels.of(reason, self.language)

    def indicator_of(self, indicator: Indicator, categories: Iterable[str]) -> str:
        """The indicator's name, with the categories that it counts where these are not its own."""
        label = in_language(indicator.label, self.language)
        counted = [self.catalogues.label_of_choice(choice, self.language) for choice in categories]
        if indicator.fixed_categories or not counted:
            return label
        return f"{label}（{'、'.join(counted)}）" if self.language == "zh" else f"{label} ({', '.join(counted)})"

    def unit(self, indicator: Indicator, rule: Rule | None = None) -> str:
        """The unit of the indicator's value, or the one that a rule of its own states."""
        if rule is not None and rule.unit:
            return rule.unit
        return indicator.unit_zh if self.language == "zh" else indicator.unit

    def missing(self, amount: float | None, indicator: Indicator) -> Missing | None:
        """A missing amount in the numerator's unit; of things that are counted, the whole number as well."""
        value = decimal(amount)
        if value is None:
            return None
        unit = indicator.shortfall_unit_zh if self.language == "zh" else indicator.shortfall_unit
        return Missing(value=value, unit=unit, whole=math.ceil(value) if indicator.counts_whole_units else None)

    def notes(self, notes: Iterable[Note], rule: Rule) -> list[NoteRead]:
        """Notes in words; the rule's own note in its own."""
        return [
            NoteRead(
                code=note,
                text=rule.notes if note is Note.RULE_NOTE else self.catalogues.labels.of(note, self.language),
            )
            for note in notes
        ]

    def input_names(self, indicator: str) -> tuple[str, ...]:
        """The names of the indicator's numerator and denominator."""
        return tuple(name for name in INPUT_NAMES[indicator] if name)

    def inputs(self, finding: Finding, context: Context) -> dict[str, float | None]:
        """Numerator and denominator by the names of their facts; null where unknown."""
        indicator = finding.applied.rule.indicator
        known = finding.numerator, finding.denominator
        inputs = inputs_of(indicator, *known, unknown=finding.unknown, is_partial=finding.is_partial)
        return inputs | dict(context.extra_inputs)


def inputs_of(
    indicator: str, numerator: float | None, denominator: float | None, *, unknown: int, is_partial: bool
) -> dict[str, float | None]:
    """What an indicator's value was made from, by the names of the facts.

    Where members of the numerator are unknown or not listed it is unknown too; what is known of it stands beside it.

    >>> inputs_of("station_floor_area", 560.0, 1.0, unknown=1, is_partial=True)
    {'station_floor_area_m2': None, 'station_floor_area_m2_known': 560.0, 'facilities_unknown': 1.0}
    """
    name, denominator_name = INPUT_NAMES[indicator]
    inputs = {name: None if is_partial else decimal(numerator)}
    if denominator_name is not None:
        inputs[denominator_name] = decimal(denominator)
    if is_partial:
        inputs[f"{name}_known"] = decimal(numerator)
    if unknown:
        inputs["facilities_unknown"] = float(unknown)
    return inputs


def decimal(value: float | None) -> float | None:
    """The number without the noise of binary arithmetic.

    >>> decimal(600 - 599.92), decimal(None)
    (0.08, None)
    """
    return None if value is None else float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def shown(value: float | None, indicator: Indicator) -> str | None:
    """The value as people read it: rounded, shares in percent, a figure without a unit as it was reported."""
    if value is None:
        return None
    if not indicator.unit:
        return f"{value:.{SIGNIFICANT_DIGITS}g}"
    if indicator.is_share:
        return f"{100 * value:.{max(indicator.decimals - 2, 0)}f} %"
    return f"{value:.{indicator.decimals}f}"


def source_of(standard: Standard, rule: Rule) -> SourceRead:
    """The place of the rule; the document is the plan's own where the rule names none."""
    document = rule.source.document or document_name(standard)
    return SourceRead(document=document, place=rule.source.place, verification=rule.source.verification)


def _stricter_rule(stricter: Stricter | None) -> StricterRule | None:
    if stricter is None:
        return None
    return StricterRule(
        standard=stricter.standard.id,
        rule=stricter.rule.id,
        target=stricter.target.value,
        target_year=stricter.target.year,
    )
