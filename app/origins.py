"""Whose requests are taken: those to a name of the service, and changes only from programs and from its own pages.

A browser sends whatever page it shows to any address, one of this machine too. The page's site stands in Sec-Fetch-Site
and Origin, which no page can forge; a name that is led to this machine by its owner (DNS rebinding) stands in Host.
"""

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import FacilityStandardsError, Fault, ForeignSite, MalformedRequest
from app.problems import problem_response
from app.settings import ANY_HOST, Settings

_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")
_OWN_SITE: Final = ("same-origin", "none")
_AUTHORITY: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::(?P<port>[0-9]{0,5}))?", re.IGNORECASE)
_DEFAULT_PORTS: Final = (None, "", "80", "443")


class OwnSite:
    """Refuses requests without one Host or to a name that is not allowed (400), and changes from elsewhere (403)."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self._names = frozenset((*_LOOPBACK, *settings.host_names, _as_host(settings.host)))
        self._any_name = ANY_HOST in settings.host_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            await problem_response(Request(scope), refusal)(scope, receive, send)

    def _refusal(self, scope: Scope) -> FacilityStandardsError | None:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if not hosts and scope["http_version"] == "1.0":
            return self._foreign(scope, "")
        if len(hosts) != 1:
            return MalformedRequest(Fault("host_not_once", "Host", hosts, {"count": len(hosts)}))
        authority = _AUTHORITY.fullmatch(hosts[0])
        if authority is None:
            return MalformedRequest(Fault("host_malformed", "Host", hosts[0]))
        if not self._any_name and _name(authority) not in self._names:
            return MalformedRequest(Fault("host_not_allowed", "Host", hosts[0], {"name": authority["name"]}))
        return self._foreign(scope, hosts[0])

    def _foreign(self, scope: Scope, host: str) -> FacilityStandardsError | None:
        """A browser that tells the site is believed; of others a change must have the origin that it is sent to."""
        if scope["method"] in _SAFE_METHODS:
            return None
        headers = Headers(scope=scope)
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return None if site in _OWN_SITE else ForeignSite(Fault("change_from_elsewhere", "Sec-Fetch-Site", site))
        if origin is None or _place(origin.partition("://")[2]) == _place(host):
            return None
        return ForeignSite(Fault("change_from_elsewhere", "Origin", origin))


def _place(authority: str) -> Sequence[str | None]:
    """Name and port; the ports of http and https are alike, as a proxy may speak the one and answer the other."""
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        return (authority, None)
    return (_name(found), None if found["port"] in _DEFAULT_PORTS else found["port"])


def _name(authority: re.Match[str]) -> str:
    """The host's name in its shortest form: an address of IPv6 may be written in several."""
    name = authority["name"].lower()
    try:
        return _as_host(str(ip_address(name[1:-1]))) if name.startswith("[") else name
    except ValueError:
        return name


def _as_host(address: str) -> str:
    """The address as it stands in Host."""
    return f"[{address}]".lower() if ":" in address else address.lower()
