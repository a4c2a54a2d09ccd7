"""What a client says beside an uploaded file: how it is to be read, and switches of the work."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from app.errors import Fault, InvalidInput
from app.readers.crs_names import system_name
from app.readers.encodings import codec_of
from app.readers.options import ReadLimits, ReadOptions
from app.schemas.faults import unknown_name
from app.settings import Settings

NAMES: Final = ("crs", "encoding", "mapping")
_FLAGS: Final = {"true": True, "false": False}
_LONGEST: Final = 200
_BAD_CHARACTER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class FileOptions:
    """The user's word on a file. `mapping`: heading → field, "" leaves the column out."""

    crs: str | None = None
    encoding: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: Mapping[str, str], *, others: Collection[str] = ()) -> Self:
        """Out of the texts of a form; `others` are the names that the work itself reads.

        Raises InvalidInput: `unknown_field`, `unknown_crs`, `encoding_unknown`, `mapping_not_object`.
        """
        known = [*NAMES, *others]
        strangers = [unknown_name(name, known, pointer=f"/{name}") for name in fields if name not in known]
        if strangers:
            raise InvalidInput(*strangers)
        crs, encoding = fields.get("crs") or None, fields.get("encoding") or None
        if crs is not None:
            system_name(crs)
        if encoding is not None:
            codec_of(encoding)
        return cls(crs=crs, encoding=encoding, mapping=_mapping(fields.get("mapping") or "{}"))

    @classmethod
    def of_parameters(cls, parameters: Mapping[str, Any]) -> Self:  # Any: what JSON holds
        """Out of the parameters of a job."""
        return cls(**{name: parameters[name] for name in NAMES})

    def parameters(self) -> dict[str, Any]:  # Any: what JSON holds
        """As the parameters of a job keep them."""
        return asdict(self)

    def read_options(self, file_name: str, *, keep_raw: bool = False) -> ReadOptions:
        """For the readers of files; `file_name` is what the user calls the file."""
        return ReadOptions(**self.parameters(), file_name=file_name, keep_raw=keep_raw)


def flag_of(fields: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """A switch of the form. Raises InvalidInput (`boolean_expected`)."""
    text = fields.get(name)
    if text is None:
        return default
    if text not in _FLAGS:
        raise InvalidInput(Fault("boolean_expected", f"/{name}", text[:_LONGEST]))
    return _FLAGS[text]


def choice_of(fields: Mapping[str, str], name: str, *, choices: Sequence[str], default: str | None = None) -> str:
    """One of several words. Raises InvalidInput: `missing` where there is no default, `not_in_list`."""
    text = fields.get(name) or default
    if text is None:
        raise InvalidInput(Fault("missing", f"/{name}"))
    if text not in choices:
        raise InvalidInput(Fault("not_in_list", f"/{name}", text[:_LONGEST], {"expected": list(choices)}))
    return text


def read_limits(settings: Settings) -> ReadLimits:
    """What reading one file may take by the operator's settings."""
    return ReadLimits(
        memory_bytes=settings.read_memory_bytes,
        seconds=settings.read_seconds,
        file_bytes=settings.max_upload_bytes,
        vertices=settings.max_vertices,
    )


def _mapping(text: str) -> Mapping[str, str]:
    refusal = InvalidInput(Fault("mapping_not_object", "/mapping", text[:_LONGEST]))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise refusal from None
    if not isinstance(document, dict) or not all(map(_is_text, (*document, *document.values()))):
        raise refusal
    return document


def _is_text(name: object) -> bool:
    return isinstance(name, str) and not _BAD_CHARACTER.search(name)
