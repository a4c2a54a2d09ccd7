"""The examples in the docstrings of the core hold."""

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import app.geometry
import app.standards


def _modules() -> Iterator[str]:
    for package in (app.standards, app.geometry):
        for module in pkgutil.walk_packages(package.__path__, prefix=f"{package.__name__}."):
            yield module.name


@pytest.mark.parametrize("name", sorted(_modules()))
def test_examples_of_the_module_hold(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.failed == 0
