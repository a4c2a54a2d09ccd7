"""The answer to a refused request: problem details after RFC 9457, and warnings in the same shape."""

import json
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.echo import echo, echo_text
from app.errors import Fault
from app.language import Language
from app.messages import fault_message, fault_remedy


def _is_absent(value: object) -> bool:
    return value is None


REFUSAL_EXAMPLES: dict[str, JsonValue] = json.loads(
    (files("app.schemas") / "examples/refusals.json").read_text("utf-8")
)
"""A refusal of each status, as the service answers it."""


class FaultRead(BaseModel):
    """One thing that is wrong, and where."""

    pointer: str | None = Field(
        default=None,
        exclude_if=_is_absent,
        description="JSON Pointer into the body; `?name` is a query parameter, `{name}` a part of the path.",
        examples=["/households"],
    )
    sheet: str | None = Field(default=None, exclude_if=_is_absent, description="Of a table file: the sheet.")
    row: int | None = Field(
        default=None, exclude_if=_is_absent, description="Of a table file: the row, headings being row 1."
    )
    column: str | None = Field(
        default=None, exclude_if=_is_absent, description="Of a table file: the heading of the column."
    )
    code: str = Field(description="Stable name of the kind of fault.", examples=["must_be_at_least"])
    message: str = Field(description="What is wrong.", examples=["The value must be at least 0."])
    value: JsonValue = Field(default=None, description="The value seen, shortened if it is long.", examples=[-5])
    remedy: str = Field(description="What to do about it.", examples=["Give a value of 0 or more."])


class Problem(BaseModel):
    """Why a request was refused, and what to do."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(
        description="Names the kind of problem.", examples=["urn:facility-standards:problem:invalid-input"]
    )
    title: str = Field(description="The kind of problem in words.", examples=["Invalid input"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(
        description="What went wrong this time.", examples=["Nothing was done: 1 fault(s) in the input."]
    )
    instance: str = Field(description="The address that was asked for.", examples=["/v1/communities"])
    request_id: str | None = Field(default=None, description="Name this when you report a problem.")
    errors: list[FaultRead] = Field(default=[], description="Every fault with its place, value and remedy.")


def fault_read(fault: Fault, language: Language) -> FaultRead:
    """The fault in words."""
    return FaultRead(
        pointer=echo_text(fault.pointer),
        code=fault.code,
        message=fault_message(fault, language),
        value=echo(fault.value),
        remedy=fault_remedy(fault, language),
    )
