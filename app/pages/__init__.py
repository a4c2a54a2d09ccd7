"""The pages that the service shows to people; they load nothing from elsewhere."""

from functools import cache
from importlib.resources import files

from app.language import Language


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
