"""The pages that the service shows to people; they load nothing from elsewhere."""

from functools import cache
from importlib.resources import files
from typing import Final

from app.language import Language

SAFETY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
}
"""Sent with every page: it runs nothing but the service's own scripts, and stands in no page of others."""


@cache
def home_page(language: Language, version: str) -> str:
    """The first page, for browsers."""
    return _read(f"home.{language}.html").replace("{version}", version)


@cache
def documentation_page() -> str:
    """The page of all operations, drawn from /openapi.json."""
    return _read("docs.html")


def _read(name: str) -> str:
    return (files("app.pages") / name).read_text(encoding="utf-8")
