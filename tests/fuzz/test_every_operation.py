"""Every operation of the OpenAPI document, with data that fits it and data that does not, on both databases.

schemathesis draws the cases, the same ones in each run: the document's examples, the bounds of every field, and 50
random ones. Each case is sent to a service on either database. Each answer must be of a declared status, content type,
shape and header; none may be a 5xx; what does not fit the document must be refused, and what fits it be taken, or
refused for what no document can say.
"""

import pytest
from fastapi import FastAPI

from tests.fuzz.conftest import described, drawn_document
from tests.fuzz.exploring import explore

EXAMPLES = 50
METHODS = ("get", "put", "post", "patch", "delete")
PATHS = drawn_document()["paths"]
OPERATIONS = [(method, path) for path, item in PATHS.items() for method in METHODS if method in item]


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS])
def test_operation_keeps_to_its_description(method: str, path: str, app_on_each_database: FastAPI) -> None:
    found = explore(described(app_on_each_database).include(method=method, path=path))
    assert not found.faults, found.report()
    takes_something = "parameters" in PATHS[path][method] or "requestBody" in PATHS[path][method]
    assert found.cases["fuzzing"] >= (EXAMPLES if takes_something else 1)
