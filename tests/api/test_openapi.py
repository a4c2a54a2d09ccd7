"""The description of the interface."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

METHODS = ("get", "put", "post", "delete", "patch")
JOBS = ("/v1/batches", "/v1/imports", "/v1/street-networks")
"""They go on by themselves: nobody could name the state that is to be deleted."""


@pytest.fixture
def document(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def operations(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, item[method]) for path, item in document["paths"].items() for method in METHODS if method in item
    ]


def test_version_is_3_1(document: Any) -> None:
    assert document["openapi"].startswith("3.1")


def test_every_operation_is_described(document: Any) -> None:
    tags = {tag["name"] for tag in document["tags"] if tag["description"]}
    for path, method, operation in operations(document):
        assert operation["summary"], path
        assert len(operation["description"]) > 20, (path, method)
        assert set(operation["tags"]) <= tags, path


def test_operation_ids_are_unique_and_stable(document: Any) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert {"create_community", "list_facilities", "read_applicable_standards"} <= set(ids)


def test_every_parameter_is_described(document: Any) -> None:
    for path, _, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (path, parameter["name"])


def test_refusals_are_declared_as_problems(document: Any) -> None:
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status.startswith("4"):
                assert list(answer["content"]) == ["application/problem+json"], (path, method, status)


def test_changes_declare_the_conditional_refusals(document: Any) -> None:
    for path, method, operation in operations(document):
        if method in {"put", "patch", "delete"} and path.startswith("/v1") and not path.startswith(JOBS):
            assert {"404", "409", "412", "422", "428"} <= set(operation["responses"]), (path, method)


def test_bodies_have_examples(document: Any) -> None:
    schemas = document["components"]["schemas"]
    for path, method, operation in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            name = content["schema"].get("$ref", "").rpartition("/")[2]
            assert name == "" or schemas[name]["examples"], (path, method)


def test_references_lead_somewhere(document: Any) -> None:
    schemas = document["components"]["schemas"]

    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [found for item in node.values() for found in references(item)]
        return [found for item in node for found in references(item)] if isinstance(node, list) else []

    for reference in references(document):
        assert reference.rpartition("/")[2] in schemas, reference


def test_links_lead_to_operations(document: Any) -> None:
    ids = {operation["operationId"] for _, _, operation in operations(document)}
    links = document["paths"]["/v1/communities"]["post"]["responses"]["201"]["links"]
    assert {"read_community", "delete_community", "create_community_statistics"} <= set(links) <= ids
    assert links["update_community"]["parameters"] == {
        "path.community_id": "$response.body#/id",
        "header.if-match": "$response.header.ETag",
    }


def test_every_body_has_one_type(document: Any) -> None:
    for path, method, operation in operations(document):
        assert len(operation.get("requestBody", {"content": [""]})["content"]) == 1, (path, method)


def test_language_is_a_parameter_of_every_operation(document: Any) -> None:
    for path, method, operation in operations(document):
        names = [parameter["name"] for parameter in operation.get("parameters", ())]
        assert names.count("Accept-Language") == (0 if path.startswith("/health/") else 1), (path, method)
