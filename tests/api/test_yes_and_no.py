"""A file's no is a no in what is judged, however it is written, and ticks with blanks are warned of."""

import pytest

from tests.api.importing import Importer
from tests.api.test_rollup import by_rule

COUNTY = "522725"


def communities(*cells: str) -> bytes:
    rows = (f"{COUNTY}00100{place},社区{place},2023-01-01,1000,{cell}\n" for place, cell in enumerate(cells, 1))
    return ("社区代码,社区名称,统计日期,户数,政务自助服务\n" + "".join(rows)).encode("gbk")


@pytest.mark.parametrize("no", ["无", "否"])
def test_share_with_self_service_counts_those_without(no: str, importer: Importer) -> None:
    summary = importer.summary(communities("有", no, no, no), "communities")
    assert summary["warnings"] == []
    answer = importer.client.get(f"/v1/assessments?division={COUNTY}&on=2025-12-31").json()
    finding = by_rule(answer["findings"], "self_service_coverage")
    # one of four: 1 / 4 = 0.25, and every one must have it
    assert (finding["value"], finding["target"], finding["verdict"]) == (0.25, 1, "FAIL")
    assert (finding["inputs"]["units_counted"], finding["inputs"]["units_left_out"]) == (4, 0)


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_ticks_and_blanks_are_warned_of(dry_run: str, importer: Importer) -> None:
    summary = importer.summary(communities("√", "", "√", ""), "communities", dry_run=dry_run)
    assert summary["warnings_by_code"] == {"yes_without_no": 1}
    (warning,) = summary["warnings"]
    assert (warning["sheet"], warning["row"], warning["column"]) == ("rows", 3, "政务自助服务")
    assert warning["message"].startswith("Under 政务自助服务 stands 2 times yes and never no; the 2 blank cells, ")
    assert (summary["new"], summary["faulty"]) == (4, 0)
