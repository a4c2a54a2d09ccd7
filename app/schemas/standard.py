"""Standards on the wire."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.schemas.fields import Day, DivisionCode
from app.schemas.page import NamePageQuery
from app.schemas.problem import FaultRead
from app.standards.catalogue import period_status
from app.standards.catalogues import Category, Circle, Indicator
from app.standards.loader import content_hash, document_name, with_document
from app.standards.model import Period, Rule, Standard, Title
from app.standards.vocabulary import PeriodStatus

STANDARD_EXAMPLE: dict[str, JsonValue] = {
    "id": "chengde-2026-own",
    "title": {"zh": "承德市新建居住项目托育设施自定标准", "en": "Own standard of Chengde on childcare in new projects"},
    "issuer": "承德市",
    "effective_on": "2026-01-01",
    "division_code": "1308",
    "period": {"from": 2026, "to": 2030},
    "rules": [
        {
            "id": "own.childcare",
            "group": "SITES",
            "level": "PROJECT",
            "indicator": "facility_count",
            "categories": ["childcare"],
            "unit": "facilities",
            "targets": [{"value": 1}],
            "source": {"place": "第三条", "verification": "PRIMARY"},
        }
    ],
}


class StandardCreate(Standard):
    """A standard of your own: the same fields and checks as the built-in plans. It never changes once stored."""

    model_config = ConfigDict(json_schema_extra={"examples": [STANDARD_EXAMPLE]})

    issued_on: Day | None = None
    effective_on: Day


class StandardQuery(NamePageQuery):
    """Which standards are asked for."""

    division: DivisionCode | None = Field(
        default=None, description="Only standards of this division or of one that it lies in.", examples=["522725"]
    )
    on: Day | None = Field(default=None, description="Only standards in effect on this date.", examples=["2025-12-31"])


class StandardSummary(BaseModel):
    """A standard without its rules."""

    id: str = Field(examples=["qiannan-14fyp"])
    title: Title
    document_number: str
    issuer: str
    issued_on: date | None
    issued_on_note: str
    effective_on: date
    effective_on_note: str
    division_code: str = Field(description="Where it binds; empty for the whole country.", examples=["5227"])
    period: Period
    extends: str | None = Field(description="The standard that this one builds on.")
    is_built_in: bool
    rule_count: int
    content_hash: str = Field(description="SHA-256 of the whole content: it changes with any figure.")


class StandardRead(StandardSummary):
    """A standard with all its rules, those of the standard that it extends included."""

    rules: list[Rule]
    warnings: tuple[FaultRead, ...] = Field(
        default=(), description="In the answer to storing it: which standards are out of force for it, and from when."
    )


class ChainLink(StandardSummary):
    """A standard of a chain, and where the date lies in its period."""

    period_status: PeriodStatus


class ApplicableStandards(BaseModel):
    """The standards that apply to a division on a date."""

    division: str = Field(description="The division asked for, without trailing zeros.", examples=["522725001001"])
    on: date
    chain: list[ChainLink] = Field(description="The most specific first; empty where none applies.")


class CategoryRead(Category):
    """A kind of facility."""


class CircleRead(Circle):
    """Categories that should all be within a walk."""


class IndicatorRead(Indicator):
    """What is measured, with its formula and unit."""


def standard_summary(standard: Standard, *, is_built_in: bool) -> StandardSummary:
    """The standard without its rules."""
    return StandardSummary.model_validate(_summary_fields(standard, is_built_in=is_built_in))


def standard_read(standard: Standard, *, is_built_in: bool) -> StandardRead:
    """The standard with its rules; every rule names the document that it stands in."""
    rules = [with_document(rule, document_name(standard)) for rule in standard.rules]
    return StandardRead.model_validate({**_summary_fields(standard, is_built_in=is_built_in), "rules": rules})


def chain_link(standard: Standard, *, is_built_in: bool, on: date) -> ChainLink:
    """The standard as a part of a chain on a date."""
    status = period_status(standard, on)
    return ChainLink.model_validate({**_summary_fields(standard, is_built_in=is_built_in), "period_status": status})


def _summary_fields(standard: Standard, *, is_built_in: bool) -> dict[str, object]:
    named = {name: getattr(standard, name) for name in StandardSummary.model_fields if name in Standard.model_fields}
    return {
        **named,
        "is_built_in": is_built_in,
        "rule_count": len(standard.rules),
        "content_hash": content_hash(standard),
    }
