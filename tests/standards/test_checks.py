"""Faults in the content of a standard point at their places, all at once."""

import pytest

from app.standards.catalogues import load_catalogues
from app.standards.checks import check_standard
from app.standards.model import Standard


def _standard(*rules: dict[str, object], **fields: object) -> Standard:
    head: dict[str, object] = {
        "id": "own",
        "title": {"zh": "某规划", "en": "A plan"},
        "issuer": "某局",
        "effective_on": "2022-01-01",
        "period": {"from": 2021, "to": 2025},
    }
    return Standard.model_validate({**head, **fields, "rules": rules})


def _rule(**fields: object) -> dict[str, object]:
    return {
        "id": "a_rule",
        "group": "SITES",
        "level": "JURISDICTION",
        "indicator": "facility_coverage",
        "categories": ["law_house"],
        "source": {"place": "item 1", "verification": "PRIMARY"},
        **fields,
    }


def _found(standard: Standard) -> list[tuple[str, str]]:
    return [(fault.code, fault.pointer) for fault in check_standard(standard, load_catalogues())]


def test_all_faults_are_found_at_their_places() -> None:
    standard = _standard(
        _rule(
            categories=["law_house", "law_hause"], targets=[{"year": 2024, "value": 0.5}, {"year": 2025, "value": 60}]
        ),
        _rule(indicator="facility_covrage", categories=["circle:law"]),
        extends="own",
    )
    assert _found(standard) == [
        ("extends_itself", "/extends"),
        ("duplicate_rule", "/rules/1/id"),
        ("share_out_of_range", "/rules/0/targets/1/value"),
        ("unknown_category", "/rules/0/categories/1"),
        ("unknown_indicator", "/rules/1/indicator"),
        ("unknown_circle", "/rules/1/categories/0"),
    ]


def test_nearest_known_names_are_given() -> None:
    (fault,) = check_standard(_standard(_rule(categories=["law_hause"])), load_catalogues())
    assert fault.value == "law_hause"
    assert fault.params["nearest"] == ("law_house", "hairdresser", "legal_service_point")
    (fault,) = check_standard(_standard(_rule(indicator="facility_covrage")), load_catalogues())
    assert fault.params["nearest"] == ("facility_coverage", "facility_count", "walking_coverage")


@pytest.mark.parametrize("value", [0, 1])
def test_share_at_either_end_is_sound(value: float) -> None:
    assert _found(_standard(_rule(targets=[{"year": 2025, "value": value}]))) == []


@pytest.mark.parametrize("value", [-1e-9, 1.0000001])
def test_share_just_outside_is_refused(value: float) -> None:
    found = _found(_standard(_rule(targets=[{"year": 2025, "value": value}])))
    assert found == [("share_out_of_range", "/rules/0/targets/0/value")]


def test_reported_figure_may_have_any_known_unit() -> None:
    reported = {"indicator": "reported", "categories": [], "targets": [{"year": 2025, "value": 48}]}
    assert _found(_standard(_rule(**reported))) == []
    assert _found(_standard(_rule(**reported, unit="facilities"))) == []
    assert _found(_standard(_rule(**reported, unit="furlongs"))) == [("unknown_unit", "/rules/0/unit")]


def test_unit_of_the_indicator_may_be_written_out() -> None:
    assert _found(_standard(_rule(unit="share"))) == []


def test_extending_standard_may_hold_overrides_only() -> None:
    assert _found(_standard(extends="national-14fyp")) == []
    assert _found(_standard()) == [("no_rules", "/rules")]


def test_group_and_circle_names_are_categories_too() -> None:
    walking = _rule(indicator="walking_coverage", categories=["circle:life"])
    assert _found(_standard(_rule(categories=["group:service"]), {**walking, "id": "walk"})) == []
    assert _found(_standard(_rule(categories=["group:none"]))) == [("unknown_group", "/rules/0/categories/0")]
