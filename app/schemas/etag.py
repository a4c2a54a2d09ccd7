"""Entity tags: which state of a resource an answer shows, and which one a change is meant for (RFC 9110)."""

import re
from dataclasses import dataclass

from app.errors import Fault, InvalidInput, PreconditionRequired, StaleResource, WeakState

_TAG = re.compile(r'(?P<weak>W/)?"(?P<opaque>[\x21\x23-\x7e\x80-\U0010ffff]*)"[ \t]*(?=,|$)')
_BETWEEN_TAGS = " \t,"
POINTER = "If-Match"


@dataclass(frozen=True)
class IfMatch:
    """The states that a client accepts; `any_state` where it sent `*`. Weak tags accept none."""

    any_state: bool
    tags: frozenset[str]
    weak_tags: frozenset[str] = frozenset()

    def require(self, revision: int) -> None:
        """Raises StaleResource unless the client means the resource's present state, WeakState if it does so weakly."""
        state = str(revision)
        if self.any_state or state in self.tags:
            return
        if state in self.weak_tags:
            seen = f"W/{etag(state)}"
            raise WeakState(Fault("if_match_weak", POINTER, seen, {"state": etag(state)}), state=etag(state))
        raise StaleResource


def etag(state: int | str) -> str:
    """The strong entity tag of a state: a stored resource's revision, or the hash of what never changes."""
    return f'"{state}"'


def is_none_match(header: str | None, tag: str) -> bool:
    """Whether If-None-Match names the tag: the client has this very answer. The comparison is the weak one.

    >>> is_none_match('W/"a", "b"', '"a"'), is_none_match(None, '"a"')
    (True, False)
    """
    if header is None:
        return False
    return header.strip() == "*" or tag.removeprefix("W/") in {
        member.strip().removeprefix("W/") for member in header.split(",")
    }


def parse_if_match(header: str | None) -> IfMatch:
    """The states that If-Match names. Weak tags never match: the comparison is the strong one.

    Raises PreconditionRequired without a header, InvalidInput for one that is not of its form.

    >>> sorted(parse_if_match('"3", W/"4", "5,6"').tags)
    ['3', '5,6']
    """
    if header is None or not header.strip():
        raise PreconditionRequired
    if header.strip() == "*":
        return IfMatch(any_state=True, tags=frozenset())
    tags = _tags(header)
    return IfMatch(
        any_state=False,
        tags=frozenset(tag for tag, is_weak in tags if not is_weak),
        weak_tags=frozenset(tag for tag, is_weak in tags if is_weak),
    )


def _tags(header: str) -> list[tuple[str, bool]]:
    """Each tag, and whether it is weak. A tag may hold commas: the list cannot be split at them."""
    tags = []
    rest = header.strip(_BETWEEN_TAGS)
    while rest:
        match = _TAG.match(rest)
        if match is None:
            raise InvalidInput(Fault("bad_etag", POINTER, header))
        tags.append((match["opaque"], bool(match["weak"])))
        rest = rest[match.end() :].lstrip(_BETWEEN_TAGS)
    return tags
