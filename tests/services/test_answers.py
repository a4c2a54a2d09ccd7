"""Answers are kept within their bounds, the ones asked for last."""

import pytest

from app.services.answers import BYTES_PER_ENTRY, KeptAnswers

BODY = bytes(1_500)
ROOM_FOR_TWENTY = 20 * (len(BODY) + BYTES_PER_ENTRY)


@pytest.fixture
def kept() -> KeptAnswers:
    return KeptAnswers(ROOM_FOR_TWENTY)


def test_what_was_kept_is_found(kept: KeptAnswers) -> None:
    kept.keep(("a", 1), b"one")
    assert (kept.get(("a", 1)), kept.get(("a", 2))) == (b"one", None)


def test_the_one_asked_for_longest_ago_is_forgotten_when_there_is_no_room(kept: KeptAnswers) -> None:
    for number in range(20):
        kept.keep(number, BODY)
    assert kept.size == ROOM_FOR_TWENTY
    kept.get(0)
    kept.keep(20, BODY)
    assert (kept.get(0), kept.get(1), kept.get(2)) == (BODY, None, BODY)
    assert kept.size == ROOM_FOR_TWENTY


def test_the_same_key_takes_room_once(kept: KeptAnswers) -> None:
    kept.keep(1, BODY)
    kept.keep(1, b"")
    assert (kept.get(1), kept.size) == (b"", BYTES_PER_ENTRY)


def test_a_body_that_would_push_out_many_others_is_not_kept(kept: KeptAnswers) -> None:
    kept.keep(1, bytes(ROOM_FOR_TWENTY // 10 + 1))
    assert (kept.get(1), kept.size) == (None, 0)
