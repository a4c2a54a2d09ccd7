"""Facility Standards: are the service facilities that a community-service plan asks for there?"""

from importlib import import_module

__version__: str


def __getattr__(name: str) -> str:
    """The version, looked up when it is asked for: what looks it up takes longer to load than a reading to begin."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    version: str = import_module("importlib.metadata").version("facility-standards")
    return version
