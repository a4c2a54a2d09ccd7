"""Bodies of answers that have been given, kept by what they rest on."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Final

KEPT_BYTES: Final = 64 * 1024**2
BYTES_PER_ENTRY: Final = 500
"""About what an entry takes beside its body: its key and its place."""


@dataclass(frozen=True)
class Answer:
    """The state of what is shown (an entity tag), and the JSON; no body where the client has this state already."""

    tag: str
    body: bytes | None


class KeptAnswers:
    """The least recently given are forgotten when there are more bytes than allowed.

    A key names all that its answer rests on, so an answer is never out of date: it is only no longer asked for.
    """

    def __init__(self, largest: int = KEPT_BYTES) -> None:
        self._largest = largest
        self._bodies: OrderedDict[Hashable, bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes kept, keys and places included."""
        return self._size

    def get(self, key: Hashable) -> bytes | None:
        """The body kept under the key."""
        with self._lock:
            body = self._bodies.get(key)
            if body is not None:
                self._bodies.move_to_end(key)
            return body

    def keep(self, key: Hashable, body: bytes) -> None:
        """Keep a body, unless it alone is larger than a tenth of all that may be kept."""
        if len(body) > self._largest // 10:
            return
        with self._lock:
            before = self._bodies.pop(key, None)
            self._bodies[key] = body
            self._size += _weight(body) - (0 if before is None else _weight(before))
            while self._size > self._largest:
                _, forgotten = self._bodies.popitem(last=False)
                self._size -= _weight(forgotten)


def _weight(body: bytes) -> int:
    return len(body) + BYTES_PER_ENTRY
