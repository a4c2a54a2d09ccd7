"""The texts of faults and problems, in Chinese and English, from messages.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from app.echo import echo, echo_text
from app.errors import Fault
from app.language import Language

FALLBACK_CODE = "invalid_value"
_SEPARATORS: Mapping[Language, str] = {"en": ", ", "zh": "、"}


def fault_message(fault: Fault, language: Language) -> str:
    """What is wrong, in one sentence."""
    return _fill(_fault_section(fault.code)[language], fault.params, language)


def fault_remedy(fault: Fault, language: Language) -> str:
    """What to do about it."""
    return _fill(_fault_section(fault.code)[f"remedy_{language}"], fault.params, language)


def problem_title(code: str, language: Language) -> str:
    """The short name of a kind of problem."""
    return _problem_section(code)[language]


def problem_detail(code: str, params: Mapping[str, object], language: Language) -> str:
    """What went wrong this time."""
    return _fill(_problem_section(code)[f"detail_{language}"], params, language)


@cache
def texts() -> Mapping[str, Mapping[str, Any]]:  # Any: a section holds either texts or sections of texts
    """messages.toml as it stands; a section repeated in it stops the start."""
    return tomllib.loads((files("app") / "messages.toml").read_text(encoding="utf-8"))


def _fault_section(code: str) -> Mapping[str, str]:
    return texts().get(code) or texts()[FALLBACK_CODE]


def _problem_section(code: str) -> Mapping[str, str]:
    problems: Mapping[str, Mapping[str, str]] = texts()["problem"]
    return problems.get(code) or problems["error"]


class _Params(dict[str, str]):
    """A placeholder without a value shows as an ellipsis: a message must never fail."""

    def __missing__(self, key: str) -> str:
        return "…"


def _fill(template: str, params: Mapping[str, object], language: Language) -> str:
    shown = {name: _in_language(_shown(value, language), language) for name, value in params.items()}
    return template.format_map(_Params(shown))


def _in_language(shown: str, language: Language) -> str:
    """Params speak English: a resource, a word of the JSON reader. Most are values, and the same in both."""
    return texts()["word"].get(shown, shown) if language == "zh" else shown


def _shown(value: object, language: Language) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return _SEPARATORS[language].join(echo_text(echo(item)) for item in value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return echo_text(echo(value))
