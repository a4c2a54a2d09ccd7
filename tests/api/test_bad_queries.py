"""Query and path values that are refused."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.api.calls import CHINESE, fault, faults

# path with query, pointer, code, value seen
CASES = [
    ("communities?limit=0", "?limit", "must_be_at_least", "0"),
    ("communities?limit=-1", "?limit", "must_be_at_least", "-1"),
    ("communities?limit=many", "?limit", "whole_number_expected", "many"),
    ("communities?limit=1e400", "?limit", "whole_number_expected", "1e400"),
    ("communities?limit=NaN", "?limit", "whole_number_expected", "NaN"),
    ("communities?cursor=nonsense", "?cursor", "bad_cursor", "nonsense"),
    ("communities?cursor=", "?cursor", "bad_cursor", ""),
    ("communities?cursor=YWZ0ZXI6LTE", "?cursor", "bad_cursor", "YWZ0ZXI6LTE"),
    ("communities?setting=urban", "?setting", "not_in_list", "urban"),
    ("communities?division=5", "?division", "bad_division_code", "5"),
    ("communities?division=52x7", "?division", "bad_division_code", "52x7"),
    ("communities?bbox=1,2,3", "?bbox", "bad_bbox", "1,2,3"),
    ("communities?bbox=3,2,1,4", "?bbox", "bad_bbox", "3,2,1,4"),
    ("communities?bbox=nan,2,3,4", "?bbox", "bad_bbox", "nan,2,3,4"),
    ("communities?bbox=1,2,inf,4", "?bbox", "bad_bbox", "1,2,inf,4"),
    ("communities?bbox=0,0,181,4", "?bbox", "bad_bbox", "0,0,181,4"),
    ("communities?q=%00", "?q", "pattern_mismatch", "\\u0000"),
    ("communities?q=", "?q", "text_too_short", ""),
    ("communities?divison=52", "?divison", "unknown_parameter", "divison"),
    ("communities?limit=1&limit=2", "?limit", "repeated_parameter", ["1", "2"]),
    ("communities/1?on=2025-01-01", "?on", "unknown_parameter", "on"),
    ("communities/nan", "{community_id}", "whole_number_expected", "nan"),
    ("communities/0", "{community_id}", "must_be_at_least", "0"),
    ("communities/9223372036854775808", "{community_id}", "must_be_at_most", "9223372036854775808"),
    ("facilities?category=kindergarden", "?category", "unknown_category", "kindergarden"),
    ("facilities?community_id=0", "?community_id", "must_be_at_least", "0"),
    ("facilities?open_on=2025-13-01", "?open_on", "date_expected", "2025-13-01"),
    ("facilities?open_on=1735689600", "?open_on", "date_expected", "1735689600"),
    ("facilities?unassigned=perhaps", "?unassigned", "boolean_expected", "perhaps"),
    ("standards?on=today", "?on", "date_expected", "today"),
    ("standards?division=1234567", "?division", "bad_division_code", "1234567"),
    ("standards/applicable", "?division", "missing", None),
    ("standards/UPPER", "{standard_id}", "pattern_mismatch", "UPPER"),
    ("standards/%00", "{standard_id}", "pattern_mismatch", "\\u0000"),
    ("divisions/123/statistics", "{code}", "bad_division_code", "123"),
    ("divisions/522725001001/statistics", "{code}", "division_is_community", "522725001001"),
]


@pytest.mark.parametrize(("address", "pointer", "code", "value"), CASES)
def test_fault_names_the_parameter(client: TestClient, address: str, pointer: str, code: str, value: object) -> None:
    english = fault(client.get(f"/v1/{address}"))
    chinese = fault(client.get(f"/v1/{address}", headers=CHINESE))
    assert (english["pointer"], english["code"], english["value"]) == (pointer, code, value)
    assert re.search("[一-鿿]", chinese["message"] + chinese["remedy"])


def test_nearest_parameter_is_named(client: TestClient) -> None:
    assert "division" in fault(client.get("/v1/communities?divison=52"))["message"]


@pytest.mark.parametrize("limit", ["9" * 5000, str(10**30)])
def test_limit_of_many_digits_is_clamped(client: TestClient, limit: str) -> None:
    assert client.get(f"/v1/communities?limit={limit}").status_code == 200


def test_all_parameters_are_told_at_once(client: TestClient) -> None:
    found = faults(client.get("/v1/communities?limit=0&setting=x&division=5"))
    assert {item["pointer"] for item in found} == {"?limit", "?setting", "?division"}


@pytest.mark.parametrize("address", ["/v1/communities/%FF", "/v1/standards/%ED%A0%80", "/%FF", "/v1/standards/..%2f"])
def test_bytes_that_are_no_text_are_refused(client: TestClient, address: str) -> None:
    assert 400 <= client.get(address).status_code < 500


@pytest.mark.parametrize("query", ["%FF", "q=%ED%A0%80&%00=1", "=", "&&", "q"])
def test_strange_query_never_breaks_the_service(client: TestClient, query: str) -> None:
    assert client.get(f"/v1/communities?{query}").status_code in {200, 422}
