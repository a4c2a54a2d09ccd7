"""Every refusal has its words, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import app
from app.errors import Fault
from app.language import Language
from app.messages import fault_message, fault_remedy, texts

SOURCES = sorted(Path(app.__file__).parent.rglob("*.py"))
RAISED = re.compile(r'(?:Fault|PydanticCustomError|_fault)\(\s*"([a-z_]+)"')
FAULTS = {code: section for code, section in texts().items() if code not in {"problem", "word"}}
PROBLEMS = texts()["problem"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def raised_codes() -> Iterator[tuple[str, str]]:
    for source in SOURCES:
        for code in RAISED.findall(source.read_text(encoding="utf-8")):
            yield source.name, code


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_code_that_is_raised_has_texts() -> None:
    assert {(source, code) for source, code in raised_codes() if code not in FAULTS} == set()


def test_every_text_is_of_a_code_that_is_raised() -> None:
    sources = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    assert [code for code in FAULTS if f'"{code}"' not in sources] == []


@pytest.mark.parametrize("code", FAULTS)
def test_fault_has_four_texts_that_say_the_same(code: str) -> None:
    section = FAULTS[code]
    assert set(section) == {"zh", "en", "remedy_zh", "remedy_en"}
    assert all(text.strip() for text in section.values())
    assert placeholders(section["zh"]) == placeholders(section["en"])


@pytest.mark.parametrize("code", PROBLEMS)
def test_problem_has_four_texts(code: str) -> None:
    assert set(PROBLEMS[code]) == {"zh", "en", "detail_zh", "detail_en"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", FAULTS)
def test_message_never_fails_when_a_param_is_absent(code: str, language: Language) -> None:
    fault = Fault(code)
    assert fault_message(fault, language)
    assert fault_remedy(fault, language)


def test_params_are_words_of_the_language() -> None:
    unknown = Fault("no_such_resource", params={"resource": "standard", "id": 7})
    assert (fault_message(unknown, "zh"), fault_message(unknown, "en")) == ("没有标准 7。", "There is no standard 7.")


def test_hostile_values_do_no_harm_in_a_message() -> None:
    fault = Fault("unknown_field", "", None, {"nearest": "{0.__class__}\ud800\x00", "known": [float("nan"), 10**5000]})
    message = fault_message(fault, "en") + fault_remedy(fault, "en")
    message.encode()
    assert "{0.__class__}\\ud800\\u0000" in message
    assert "NaN" in message
