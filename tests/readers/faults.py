"""What was found wrong, in few words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.errors import Fault, InvalidInput
from app.language import Language
from app.messages import fault_message, fault_remedy
from app.readers.reading import Reading

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def faults(reading: Reading) -> list[tuple[int, str, str]]:
    """Row, heading and code of each bad cell, warnings left out."""
    errors = [reading.errors[place] for place in range(len(reading.errors))]
    return [(one.row, one.column, one.fault.code) for one in errors if not one.is_warning]


def column(reading: Reading, name: str, table: str = "projects") -> list[object]:
    """The values of a column."""
    values: list[object] = reading.tables[table].columns.column(name).to_pylist()
    return values


@contextmanager
def refused(code: str) -> Iterator[list[Fault]]:
    """The block must be refused, first of all for this; every fault says what is wrong and what to do."""
    found: list[Fault] = []
    with pytest.raises(InvalidInput) as refusal:
        yield found
    found += refusal.value.faults
    assert found[0].code == code, found
    for fault in found:
        check_words(fault)


def check_words(fault: Fault) -> None:
    """In both languages a message and a remedy with nothing left to fill in."""
    for language in LANGUAGES:
        for text in (fault_message(fault, language), fault_remedy(fault, language)):
            assert text
            assert "…" not in text


Read = Callable[..., Reading]
