"""Division codes: what their digits say, and which are refused."""

import pytest

from app.errors import InvalidInput
from app.standards.divisions import community_code, derived_setting, normal_division, township_type
from app.standards.vocabulary import Setting, TownshipType


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("", ""),
        ("00", ""),
        ("000000000000", ""),
        ("62", "62"),
        ("620000", "62"),
        ("6200", "62"),
        ("522700", "5227"),
        ("130824", "130824"),
        ("130824000", "130824"),
        ("130824000000", "130824"),
        ("130824001", "130824001"),
        ("130824001000", "130824001"),
        ("130824001001", "130824001001"),
        ("441900003000", "441900003"),  # a town right below its prefecture: the county level is zero, not trailing
        ("100000", "10"),  # zeros at the end of a level are its own
        ("130820", "130820"),
    ],
)
def test_trailing_zero_levels_are_dropped(given: str, normal: str) -> None:
    assert normal_division(given) == normal


@pytest.mark.parametrize(
    "code", ["1", "130", "13082", "1308240", "13082400100", "1308240010011", "13o824", "１３", " 13"]
)
def test_division_code_of_wrong_length_or_signs_is_refused(code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        normal_division(code, pointer="?division")
    (fault,) = refusal.value.faults
    assert (fault.code, fault.pointer, fault.value) == ("bad_division_code", "?division", code)


@pytest.mark.parametrize("code", ["", "130824", "130824001", "130824001000", "13082400100a", "1308240010011"])
def test_community_code_needs_twelve_digits_and_a_last_level(code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        community_code(code, pointer="/code")
    (fault,) = refusal.value.faults
    assert (fault.code, fault.pointer, fault.value) == ("bad_community_code", "/code", code)


def test_unknown_community_code_is_never_refused() -> None:
    assert community_code("999999999999") == "999999999999"


@pytest.mark.parametrize(
    ("number", "setting"),
    [
        ("001", Setting.URBAN),
        ("199", Setting.URBAN),
        ("200", Setting.RURAL),
        ("399", Setting.RURAL),
        ("400", Setting.URBAN),
        ("499", Setting.URBAN),
        ("500", Setting.RURAL),
        ("599", Setting.RURAL),
        ("600", None),
        ("999", None),
    ],
)
def test_setting_follows_digits_10_to_12(number: str, setting: Setting | None) -> None:
    assert derived_setting(f"130824001{number}") is setting


def test_setting_of_a_larger_division_is_unknown() -> None:
    assert derived_setting("130824001") is None


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("000", None),
        ("001", TownshipType.SUBDISTRICT),
        ("099", TownshipType.SUBDISTRICT),
        ("100", TownshipType.TOWN),
        ("199", TownshipType.TOWN),
        ("200", TownshipType.TOWNSHIP),
        ("399", TownshipType.TOWNSHIP),
        ("400", TownshipType.FARM_OR_ZONE),
        ("599", TownshipType.FARM_OR_ZONE),
        ("600", None),
    ],
)
def test_township_type_follows_digits_7_to_9(number: str, kind: TownshipType | None) -> None:
    assert township_type(f"130824{number}") is kind
    assert township_type(f"130824{number}201") is kind


def test_county_has_no_township_type() -> None:
    assert township_type("130824") is None
