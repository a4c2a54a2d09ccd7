"""What is said when a plan file is wrong: the file, the key, what was expected there, what was found, an example."""

import difflib
import functools
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import ClassVar

from pydantic import TypeAdapter
from pydantic_core import ErrorDetails

from app.errors import FacilityStandardsError, Fault
from app.standards.model import Frozen

Location = tuple[int | str, ...]


class StandardFileError(FacilityStandardsError):
    """A plan file that cannot be read as a standard."""

    code: ClassVar[str] = "standard_file"

    def __init__(self, *, file: str, key: str, expected: str, example: str, found: str) -> None:
        super().__init__(file=file, key=key, expected=expected, example=example, found=found)
        self.file = file
        self.key = key
        self.expected = expected
        self.example = example
        self.found = found

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: expected {self.expected}; found {self.found}. Example: {self.example}"


class _Field(Frozen):
    expected: str
    example: str


class _Remedy(Frozen):
    expected: str
    example: str | None = None


class _Guide(Frozen):
    """What is expected at each key, and instead of each fault of the content."""

    fields: dict[str, _Field]
    faults: dict[str, _Remedy]

    def nearest_key(self, location: Location) -> str:
        """The known key beside an unknown one that looks most like it."""
        path = _plain_path(location)
        parent = path.rpartition(".")[0]
        beside = [key for key in self.fields if key.rpartition(".")[0] == parent]
        return difflib.get_close_matches(path, beside, n=1, cutoff=0)[0]


def encoding_error(file: str, raw: bytes, error: UnicodeDecodeError) -> StandardFileError:
    """The file is not text in UTF-8."""
    line = raw[: error.start].count(b"\n") + 1
    return StandardFileError(
        file=file,
        key=f"line {line}",
        expected="text in UTF-8",
        example=_guide().fields["issuer"].example,
        found=f"the byte {raw[error.start]:#04x}",
    )


def syntax_error(file: str, text: str, error: tomllib.TOMLDecodeError) -> StandardFileError:
    """The file is not TOML; a key that stands twice is a fault of syntax there."""
    return StandardFileError(
        file=file,
        key=_key_near(text, str(error)),
        expected="TOML in which each key stands once",
        example=_guide().fields["issuer"].example,
        found=str(error),
    )


def duplicate_standard(file: str, standard_id: str, first_file: str) -> StandardFileError:
    """Two files hold standards of one id."""
    return StandardFileError(
        file=file,
        key="id",
        expected=f"an id of its own: {first_file} has this one",
        example=_guide().fields["id"].example,
        found=repr(standard_id),
    )


def shape_error(file: str, document: Mapping[str, object], errors: Sequence[ErrorDetails]) -> StandardFileError:
    """A key is unknown or missing, or its value is of another kind.

    An unknown key goes first: misspelt, it is also why another is missing.
    """
    error = next((error for error in errors if error["type"] == "extra_forbidden"), errors[0])
    key = _key_path(error["loc"], document)
    if error["type"] == "extra_forbidden":
        nearest = _guide().nearest_key(error["loc"])
        expected, example = (
            f"a known key; the nearest is {nearest.rpartition('.')[2]}",
            _guide().fields[nearest].example,
        )
        return StandardFileError(file=file, key=key, expected=expected, example=example, found="an unknown key")
    field = _guide().fields[_plain_path(error["loc"])]
    found = "nothing" if error["type"] == "missing" else repr(error["input"])
    return StandardFileError(file=file, key=key, expected=field.expected, example=field.example, found=found)


def content_error(file: str, document: Mapping[str, object], fault: Fault) -> StandardFileError:
    """The content does not fit the catalogues or itself."""
    location: Location = tuple(int(part) if part.isdigit() else part for part in fault.pointer.split("/")[1:])
    remedy = _guide().faults[fault.code]
    own_example = _guide().fields[_plain_path(location)].example
    return StandardFileError(
        file=file,
        key=_key_path(location, document),
        expected=remedy.expected.format(**{name: _listed(value) for name, value in fault.params.items()}),
        example=remedy.example.format(**fault.params) if remedy.example else own_example,
        found="nothing" if fault.value is None else repr(fault.value),
    )


def _listed(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _plain_path(location: Location) -> str:
    return ".".join(part for part in location if isinstance(part, str))


def _key_path(location: Location, document: Mapping[str, object]) -> str:
    """The key as an author looks for it: `rules[3] "floor_area.x" . targets[0].year`."""
    match location:
        case ("rules", int(place), *rest):
            return " . ".join(filter(None, (_rule_name(document, place), _joined(rest))))
    return _joined(location)


def _joined(location: Iterable[int | str]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")


def _rule_name(document: Mapping[str, object], place: int) -> str:
    rules = document.get("rules")
    rule = rules[place] if isinstance(rules, list) else None
    name = rule.get("id") if isinstance(rule, dict) else None
    return f"rules[{place}]" + (f' "{name}"' if name else "")


@functools.cache
def _guide() -> _Guide:
    text = files("app.standards").joinpath("plan_fields.toml").read_text(encoding="utf-8")
    return TypeAdapter(_Guide).validate_python(tomllib.loads(text))


def _key_near(text: str, message: str) -> str:
    """The line that the parser names and the key that begins on it or last before it."""
    at = re.search(r"at line (\d+)", message)
    lines = text.splitlines()
    number = int(at[1]) if at else len(lines)
    keys = [found[1] for line in lines[:number] if (found := re.match(r"\s*([\w.\"-]+)\s*=", line))]
    return f"line {number}" + (f", key {keys[-1]}" if keys else "")
