"""JSON Merge Patch (RFC 7396): null removes a member, what is left out stays."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from app.errors import Fault, InvalidInput
from app.schemas.faults import faults_of

Model = TypeVar("Model", bound=BaseModel)


def merged(model: type[Model], current: Mapping[str, object], patch: BaseModel) -> Model:
    """The `current` document with the changes of `patch`, read as `model`.

    Raises InvalidInput where the patch removes what is required, or the result contradicts itself.
    """
    changes = patch.model_dump(exclude_unset=True)
    removed = {name for name, value in changes.items() if value is None}
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    if removed & required:
        raise InvalidInput(*(Fault("required_cannot_be_removed", f"/{name}") for name in sorted(removed & required)))
    try:
        return model.model_validate(_merge(current, changes))
    except ValidationError as error:
        raise InvalidInput(*faults_of(error.errors(include_url=False), model)) from None


def _merge(current: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    result = dict(current)
    for name, value in changes.items():
        before = result.get(name)
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            result[name] = _merge(before if isinstance(before, Mapping) else {}, value)
        else:
            result[name] = value
    return result
