"""What pydantic finds wrong, as faults of the service with JSON Pointers and names known nearby."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from app.errors import Fault
from app.messages import FALLBACK_CODE, texts

_CODES: Mapping[str, str] = {
    "missing": "missing",
    "model_type": "object_expected",
    "model_attributes_type": "object_expected",
    "dict_type": "object_expected",
    "mapping_type": "object_expected",
    "dataclass_type": "object_expected",
    "list_type": "list_expected",
    "tuple_type": "list_expected",
    "set_type": "list_expected",
    "frozen_set_type": "list_expected",
    "iterable_type": "list_expected",
    "string_type": "text_expected",
    "string_unicode": "invalid_text",
    "invalid_key": "text_expected",
    "string_too_short": "text_too_short",
    "string_too_long": "text_too_long",
    "string_pattern_mismatch": "pattern_mismatch",
    "enum": "not_in_list",
    "literal_error": "not_in_list",
    "bool_type": "boolean_expected",
    "bool_parsing": "boolean_expected",
    "int_type": "whole_number_expected",
    "int_parsing": "whole_number_expected",
    "int_from_float": "whole_number_expected",
    "int_parsing_size": "number_out_of_range",
    "float_type": "number_expected",
    "float_parsing": "number_expected",
    "finite_number": "number_not_finite",
    "greater_than": "must_be_above",
    "greater_than_equal": "must_be_at_least",
    "less_than": "must_be_below",
    "less_than_equal": "must_be_at_most",
    "too_short": "too_few_items",
    "too_long": "too_many_items",
    "recursion_loop": "json_too_deep",
    "recursion_depth_exceeded": "json_too_deep",
}
_PARAMS: Mapping[str, str] = {
    "gt": "limit",
    "ge": "limit",
    "lt": "limit",
    "le": "limit",
    "min_length": "minimum",
    "max_length": "maximum",
    "actual_length": "count",
}
_QUOTED = re.compile(r"'([^']*)'")
"""pydantic joins the values that it expects with English words."""
_DATE_PREFIXES = ("date_", "datetime_", "time_", "timezone_")


def faults_of(errors: Sequence[ErrorDetails], model: object, prefix: str = "") -> tuple[Fault, ...]:
    """The faults of a document that was read as `model`; `prefix` points at the document."""
    return tuple(fault_of(error, error["loc"], model, prefix) for error in errors)


def fault_of(error: ErrorDetails, place: Sequence[int | str], model: object = None, prefix: str = "") -> Fault:
    """One error of pydantic as a fault at `place` in the document."""
    pointer = prefix + json_pointer(place)
    if error["type"] == "extra_forbidden":
        return unknown_name(str(place[-1]), known_names(model, place[:-1]), pointer=pointer)
    code = _code_of(error["type"])
    value = None if code == "missing" else error.get("input")
    return Fault(code, pointer, value, _params_of(error.get("ctx", {})))


def json_pointer(place: Iterable[int | str]) -> str:
    """A location of pydantic as a JSON Pointer (RFC 6901)."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in place if step != "[key]")
    return "".join(f"/{step}" for step in steps)


def unknown_name(name: str, known: Sequence[str], *, pointer: str, code: str = "unknown_field") -> Fault:
    """A name that is not among the known ones, with those nearest to it."""
    nearest = difflib.get_close_matches(name[:100], known, n=3, cutoff=0.5) or list(known[:3])
    return Fault(code, pointer, name, {"nearest": nearest, "known": list(known)})


def known_names(model: object, place: Sequence[int | str]) -> list[str]:
    """The fields that the object at `place` in a document of `model` may have."""
    for step in place:
        fields = _fields(model)
        model = fields.get(step) if isinstance(step, str) and fields else _item_type(model)
    return list(_fields(model))


def _code_of(kind: str) -> str:
    if kind in _CODES:
        return _CODES[kind]
    if kind.startswith(_DATE_PREFIXES):
        return "date_expected"
    return kind if kind in texts() else FALLBACK_CODE


def _params_of(context: Mapping[str, object]) -> dict[str, object]:
    params = {_PARAMS.get(name, name): value for name, value in context.items()}
    if names := _QUOTED.findall(str(params.get("expected", ""))):
        params["expected"] = names
    return params


def _fields(model: object) -> dict[str, Any]:  # Any: annotations are of every kind
    for candidate in _alternatives(model):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return {field.alias or name: field.annotation for name, field in candidate.model_fields.items()}
    return {}


def _item_type(model: object) -> object:
    for candidate in _alternatives(model):
        if get_origin(candidate) in (list, tuple):
            return get_args(candidate)[0]
        if get_origin(candidate) is dict:
            return get_args(candidate)[1]
    return None


def _alternatives(annotation: object) -> tuple[object, ...]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _alternatives(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return tuple(inner for member in get_args(annotation) for inner in _alternatives(member))
    return (annotation,)
