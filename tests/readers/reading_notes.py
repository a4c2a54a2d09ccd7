"""What a reading notes beside its faults."""

from app.readers.reading import Reading
from tests.readers.faults import check_words


def noted(reading: Reading) -> dict[str, dict[str, object]]:
    """The notes by code; each has its words in both languages."""
    for note in reading.report.notes:
        check_words(note.fault())
    return {note.code: dict(note.params) for note in reading.report.notes}
