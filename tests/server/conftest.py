"""The service as it is really run, and clients that write to its socket what no library would."""

import pytest


@pytest.fixture
def database() -> str:
    """What a connection may do is the same on either database."""
    return "sqlite"
