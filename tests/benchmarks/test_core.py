"""The sums of DuckDB and polars are ours, in every form."""

import pytest

from benchmarks.core import assessment, check_equal, medians
from benchmarks.core_data import nation
from benchmarks.core_peers import Frames
from benchmarks.report import SMALL


@pytest.mark.parametrize("is_sorted", [True, False])
def test_peers_find_the_same_sums(is_sorted: bool) -> None:
    facts = nation(SMALL.communities, SMALL.facilities, is_sorted=is_sorted)
    check_equal(facts, Frames.of(facts, is_sorted=is_sorted))


def test_every_form_is_measured_sorted_and_in_no_order() -> None:
    found = medians(SMALL)
    assert list(found.sorted) == list(found.unsorted)
    assert {"sums", "assessment"} < set(found.sorted)


def test_gansu_holds_six_rules_on_a_community_in_the_groups_assessed() -> None:
    findings = assessment(nation(SMALL.communities, SMALL.facilities))
    assert findings.verdict.shape == (6, SMALL.communities)
