"""The examples in the docstrings hold."""

import doctest
import importlib
import pkgutil

import pytest

import app

MODULES = sorted(module.name for module in pkgutil.walk_packages(app.__path__, prefix="app."))


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_module_hold(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.failed == 0
