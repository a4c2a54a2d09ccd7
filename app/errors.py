"""The domain's error family. It knows nothing of HTTP; `problems.py` alone maps it to statuses.

A fault's text is not written here: `code` and `params` name a message in `messages.toml`, which holds it in Chinese
and English together with what to do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where.

    `pointer` is a JSON Pointer into the input (`/boundary/coordinates/0/3`), or `?name` for a query parameter.
    `value` is what was seen there; `params` fill the placeholders of the message named by `code`.
    """

    code: str
    pointer: str = ""
    value: object = None
    params: Mapping[str, object] = field(default_factory=dict)

    def under(self, prefix: str) -> "Fault":
        """The same fault seen from the document that holds the value at `prefix`."""
        return Fault(self.code, prefix + self.pointer, self.value, self.params)


class FacilityStandardsError(Exception):
    """Any refusal of the service; `code` names it, `faults` say what and where."""

    code: ClassVar[str] = "error"

    def __init__(self, *faults: Fault, **params: object) -> None:
        super().__init__(f"{self.code}: {faults or params}")
        self.faults = faults
        self.params = params


class InvalidInput(FacilityStandardsError):
    """The input is malformed or contradicts itself; each fault names its place."""

    code = "invalid_input"


class NotFound(FacilityStandardsError):
    """No such resource; params: resource, id."""

    code = "not_found"


class Conflict(FacilityStandardsError):
    """The request is well formed but contradicts what is stored."""

    code = "conflict"


class PreconditionRequired(FacilityStandardsError):
    """A change came without If-Match."""

    code = "precondition_required"


class StaleResource(FacilityStandardsError):
    """The resource has changed since the client read it."""

    code = "stale_resource"


class WeakState(StaleResource):
    """If-Match names the present state, but by a weak tag, which never matches; params: state."""

    code = "weak_state"


class UnsupportedMediaType(FacilityStandardsError):
    """The body is not of a type that the operation reads; params: seen, expected."""

    code = "unsupported_media_type"


class UnsupportedCoding(UnsupportedMediaType):
    """The body is in a content coding; params: seen."""

    code = "unsupported_coding"


class BodyTooLarge(FacilityStandardsError):
    """The body is over the limit; params: limit."""

    code = "body_too_large"


class MalformedRequest(FacilityStandardsError):
    """What came is no request of HTTP, or one that HTTP forbids."""

    code = "malformed_request"


class ForeignSite(FacilityStandardsError):
    """A page of another site asked for a change."""

    code = "foreign_site"


class HeadersTooLarge(FacilityStandardsError):
    """The request line and the headers are over a limit; params: bytes, headers."""

    code = "headers_too_large"


class RequestTooSlow(FacilityStandardsError):
    """The request did not come whole within its time; params: seconds."""

    code = "request_too_slow"


class Overloaded(FacilityStandardsError):
    """More requests wait than are let in; params: seconds, after which to ask again."""

    code = "overloaded"


class Unavailable(FacilityStandardsError):
    """Something that the service stands on does not answer; params: what."""

    code = "unavailable"


class SchemaMismatch(Unavailable):
    """The database has not the schema of this version; params: found, needed."""

    code = "schema_mismatch"


class DatabaseUnreadable(Unavailable):
    """The file of the database is damaged, or something else; params: reason."""

    code = "database_unreadable"
