"""Names that spreadsheets accept for sheets."""

import re
from collections.abc import Iterable

MAX_LENGTH = 31
_REFUSED = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED = "history"


def sheet_names(wanted: Iterable[str]) -> tuple[str, ...]:
    """The wanted names, each changed as little as makes it acceptable and unlike the others.

    >>> sheet_names(["项目", "项目", "a/b", "'x'", ""])
    ('项目', '项目 (2)', 'a_b', '_x_', 'Sheet')
    """
    names: list[str] = []
    taken: set[str] = set()
    for name in wanted:
        accepted = _accepted(name)
        number, candidate = 1, accepted
        while candidate.casefold() in taken:
            number += 1
            ending = f" ({number})"
            candidate = _cut(accepted, MAX_LENGTH - len(ending)) + ending
        taken.add(candidate.casefold())
        names.append(candidate)
    return tuple(names)


def _accepted(name: str) -> str:
    plain = re.sub(r"^'", "_", _REFUSED.sub("_", name).strip())
    plain = re.sub(r"'$", "_", _cut(plain, MAX_LENGTH)) or "Sheet"
    return f"{plain}_" if plain.casefold() == _RESERVED else plain


def _cut(text: str, length: int) -> str:
    """Lengths count as spreadsheets count them: characters beyond the first 65,536 as two."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore")
