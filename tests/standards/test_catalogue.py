"""Which standard applies: the chain by division and date, and what is taken from it."""

from datetime import date
from typing import Any

import pytest

from app.errors import InvalidInput
from app.standards.catalogue import (
    AppliedStandard,
    apply_all,
    apply_effective,
    apply_one,
    chain,
    displaced,
    period_status,
)
from app.standards.loader import content_hash, document_name, load_builtin_standards, resolve
from app.standards.model import Rule, Standard
from app.standards.vocabulary import PeriodStatus

BUILT_IN = load_builtin_standards()
PLANS = {standard.id: standard for standard in BUILT_IN}
IN_2025 = date(2025, 6, 30)


def _rule(rule_id: str, *, value: float = 30, indicator: str = "service_area_per_100_households") -> Rule:
    return Rule.model_validate(
        {
            "id": rule_id,
            "group": "AREA",
            "level": "JURISDICTION",
            "indicator": indicator,
            "categories": ["group:service"],
            "targets": [{"value": value}],
            "source": {"place": "item 1", "verification": "PRIMARY"},
        }
    )


def _standard(standard_id: str, *rules: Rule, **fields: object) -> Standard:
    head = {
        "id": standard_id,
        "title": {"zh": "某规划", "en": "A plan"},
        "issuer": "某局",
        "effective_on": date(2022, 1, 1),
        "division_code": "5227",
        "period": {"from": 2021, "to": 2025},
    }
    return Standard.model_validate({**head, **fields, "rules": rules or (_rule("area"),)})


def _ids(standards: tuple[Standard, ...]) -> list[str]:
    return [standard.id for standard in standards]


def _pairs(applied: AppliedStandard) -> dict[str, str]:
    return {item.rule.id: item.standard.id for item in applied.rules}


# -------------------------------------------------------------------------------------------------------- displaced


def _displaced(new: Standard, *others: Standard) -> list[tuple[str, str, str]]:
    own_ids = frozenset(item.id for item in (new, *others)) - set(PLANS)
    return [
        (one.standard.id, one.by.id, one.on.isoformat())
        for one in displaced(new, [*BUILT_IN, *others], own_ids=own_ids)
    ]


LATER = {"period": {"from": 2026, "to": 2030}, "effective_on": date(2026, 1, 1)}
EARLIER = {"period": {"from": 2021, "to": 2024}, "effective_on": date(2022, 1, 1)}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (LATER, [("qiannan-14fyp", "own", "2026-01-01")]),
        # In effect on 2022-01-01, before Qiannan's, which is in effect on 2022-11-24.
        ({}, [("qiannan-14fyp", "own", "2022-11-24")]),
        (EARLIER, [("own", "qiannan-14fyp", "2022-11-24")]),
        ({**LATER, "extends": "qiannan-14fyp"}, []),
        ({**LATER, "division_code": "522701"}, []),
        ({**LATER, "division_code": "52"}, []),
        ({**LATER, "division_code": ""}, [("national-14fyp", "own", "2026-01-01")]),
    ],
)
def test_displaced_is_the_plan_of_the_same_division(fields: dict[str, Any], expected: list[tuple[str, ...]]) -> None:
    assert _displaced(_standard("own", **fields)) == expected


def test_what_is_out_of_force_already_is_not_displaced_again() -> None:
    first = _standard("own-1", **LATER)
    assert _displaced(_standard("own-2", **LATER), first) == [("own-1", "own-2", "2026-01-01")]
    sooner = {**LATER, "effective_on": date(2025, 1, 1), "period": {"from": 2026, "to": 2031}}
    assert _displaced(_standard("own-2", **sooner), first) == [
        ("own-1", "own-2", "2026-01-01"),
        ("qiannan-14fyp", "own-2", "2025-01-01"),
    ]


def test_what_an_extended_standard_extends_is_not_displaced() -> None:
    first = _standard("own-1", **LATER, extends="qiannan-14fyp")
    assert _displaced(_standard("own-2", **LATER, extends="own-1"), first) == []


def test_displaced_is_what_the_chain_leaves_out_on_that_day_and_not_before() -> None:
    own = _standard("own", **LATER)
    ((gone, _, _),) = _displaced(own)
    for day, expected in ((date(2025, 12, 31), gone), (date(2026, 1, 1), "own")):
        nearest = chain([*BUILT_IN, own], division="522701", on=day, own_ids=frozenset({"own"}))[0]
        assert nearest.id == expected


# ------------------------------------------------------------------------------------------------------------ chain


@pytest.mark.parametrize(
    ("division", "expected"),
    [
        ("522701001001", ["qiannan-14fyp", "national-14fyp"]),
        ("5227", ["qiannan-14fyp", "national-14fyp"]),
        ("52", ["national-14fyp"]),
        ("130824", ["luanping-14fyp", "national-14fyp"]),
        ("533124001", ["longchuan-14fyp", "national-14fyp"]),
        ("620102001001", ["gansu-14fyp", "national-14fyp"]),
        ("", ["national-14fyp"]),
        ("110101", ["national-14fyp"]),
    ],
)
def test_chain_goes_from_the_most_specific_plan_to_the_nation(division: str, expected: list[str]) -> None:
    assert _ids(chain(BUILT_IN, division=division, on=IN_2025)) == expected


def test_plan_enters_the_chain_on_the_day_of_its_effect() -> None:
    assert _ids(chain(BUILT_IN, division="5227", on=date(2022, 11, 23))) == ["national-14fyp"]
    assert _ids(chain(BUILT_IN, division="5227", on=date(2022, 11, 24))) == ["qiannan-14fyp", "national-14fyp"]


def test_chain_is_empty_before_any_plan() -> None:
    assert chain(BUILT_IN, division="5227", on=date(2021, 12, 31)) == ()


def test_plan_stays_in_the_chain_after_its_period() -> None:
    assert _ids(chain(BUILT_IN, division="5227", on=date(2031, 1, 1)))[0] == "qiannan-14fyp"


def test_order_of_the_standards_does_not_matter() -> None:
    forwards = chain(BUILT_IN, division="522701", on=IN_2025)
    assert chain(reversed(BUILT_IN), division="522701", on=IN_2025) == forwards


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        ({"period": {"from": 2026, "to": 2030}}, "newer"),
        ({"period": {"from": 2022, "to": 2025}}, "newer"),
        ({"period": {"from": 2016, "to": 2020}}, "older"),
        ({"period": {"from": 2021}}, "newer"),
        ({"effective_on": date(2023, 1, 1)}, "newer"),
        ({"effective_on": date(2021, 1, 1)}, "older"),
        ({"effective_on": date(2026, 1, 1), "period": {"from": 2026, "to": 2030}}, "older"),
    ],
)
def test_of_two_plans_of_one_division_the_later_period_stands(newer: dict[str, object], expected: str) -> None:
    standards = [_standard("newer", **newer), _standard("older")]
    for given in (standards, standards[::-1]):
        assert _ids(chain(given, division="522701", on=IN_2025)) == [expected]


def test_users_own_standard_goes_before_the_built_in_one_of_the_same_division_and_period() -> None:
    own = _standard("a-own")
    assert _ids(chain([*BUILT_IN, own], division="5227", on=IN_2025, own_ids=frozenset({"a-own"})))[0] == "a-own"
    assert _ids(chain([*BUILT_IN, own], division="5227", on=IN_2025))[0] == "qiannan-14fyp"


def test_users_own_standard_enters_by_its_division() -> None:
    own = _standard("own-county", division_code="522701")
    given = [*BUILT_IN, own]
    assert _ids(chain(given, division="522701001001", on=IN_2025)) == ["own-county", "qiannan-14fyp", "national-14fyp"]
    assert _ids(chain(given, division="522702001001", on=IN_2025)) == ["qiannan-14fyp", "national-14fyp"]


# -------------------------------------------------------------------------------------------------- what is taken


def test_qiannan_inherits_the_nations_activity_share() -> None:
    applied = apply_effective(chain(BUILT_IN, division="522701001001", on=IN_2025))
    taken = _pairs(applied)
    assert taken["resident_activity_share"] == "national-14fyp"
    assert taken["service_area_per_100_households"] == "qiannan-14fyp"
    assert len(applied.rules) == 44 + 1


@pytest.mark.parametrize("plan", ["qiannan-14fyp", "longchuan-14fyp", "luanping-14fyp", "gansu-14fyp"])
def test_no_rule_id_of_the_built_in_plans_appears_twice_in_effect(plan: str) -> None:
    applied = apply_effective(chain(BUILT_IN, division=PLANS[plan].division_code, on=IN_2025))
    assert len({item.rule.id for item in applied.rules}) == len(applied.rules)
    assert {rule.id for rule in PLANS[plan].rules} <= {item.rule.id for item in applied.rules}


def test_rule_taken_knows_the_rules_about_the_same_in_farther_plans() -> None:
    applied = apply_effective(chain(BUILT_IN, division="130824", on=IN_2025))
    farther = {item.rule.id: [(other.id, rule.id) for other, rule in item.farther] for item in applied.rules}
    # Luanping's ratio is for new-build units and so is the nation's; new_build is no part of the match anyway
    assert farther["commercial_and_service_ratio"] == [("national-14fyp", "commercial_and_service_ratio")]
    assert farther["resident_activity_share"] == [("national-14fyp", "resident_activity_share")]
    assert farther["self_service_coverage"] == []


def _with_other_categories(rule_id: str) -> Rule:
    return _rule(rule_id).model_copy(update={"categories": ("community_rooms",)})


def test_nothing_is_inherited_twice_when_a_nearer_plan_extends_the_farther() -> None:
    base = _standard("base", _rule("area"), _rule("kept", indicator="resident_activity_share", value=0.6))
    own = _standard("own", _with_other_categories("area"), extends="base", division_code="522701")
    resolved = resolve(own, {"base": base}.get)
    applied = apply_effective((resolved, base))
    assert [(item.standard.id, item.rule.id, item.rule.categories) for item in applied.rules] == [
        ("own", "area", ("community_rooms",)),
        ("own", "kept", ("group:service",)),
    ]


def test_nearer_plan_stands_when_a_farther_one_extends_it() -> None:
    base = _standard("base")
    wide = resolve(
        _standard("wide", _with_other_categories("wide"), extends="base", division_code="52"), lambda _: base
    )
    applied = apply_effective((base, wide))
    assert _pairs(applied) == {"area": "base", "wide": "wide"}


def test_stricter_rule_of_a_farther_plan_is_named_and_not_taken() -> None:
    lenient = _standard("county", _rule("area", value=25), division_code="522701")
    middle = _standard("prefecture", _rule("area", value=30), division_code="5227")
    nation = _standard("nation", _rule("area", value=35), division_code="")
    applied = apply_effective(chain([nation, middle, lenient], division="522701", on=IN_2025))
    (taken,) = applied.rules
    assert taken.standard.id == "county"
    assert [(standard.id, rule.targets[0].value) for standard, rule in taken.farther] == [
        ("prefecture", 30),
        ("nation", 35),
    ]


def test_all_rules_of_the_nearest_plan_about_one_thing_are_taken() -> None:
    near = _standard("near", _rule("area"), _rule("area.new_build", value=40), division_code="5227")
    far = _standard("far", _rule("area.far"), division_code="")
    applied = apply_effective(chain([near, far], division="5227", on=IN_2025))
    assert [item.rule.id for item in applied.rules] == ["area", "area.new_build"]


def test_all_takes_every_rule_of_every_plan() -> None:
    applied = apply_all(chain(BUILT_IN, division="5227", on=IN_2025))
    assert applied.id == "all"
    assert len(applied.rules) == 44 + 5


def test_one_plan_can_be_asked_for_whatever_its_division() -> None:
    applied = apply_one(PLANS["gansu-14fyp"])
    assert (applied.id, _ids(applied.chain), len(applied.rules)) == ("gansu-14fyp", ["gansu-14fyp"], 33)
    assert all(item.farther == () for item in applied.rules)


def test_empty_chain_has_no_standard_no_rule_and_no_period() -> None:
    applied = apply_effective(())
    assert (applied.most_specific, applied.rules, applied.period_status(IN_2025)) == (None, (), None)


# ---------------------------------------------------------------------------------------------------- period, hash


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2022, 11, 23), PeriodStatus.BEFORE),
        (date(2022, 11, 24), PeriodStatus.CURRENT),
        (date(2025, 12, 31), PeriodStatus.CURRENT),
        (date(2026, 1, 1), PeriodStatus.ENDED),
    ],
)
def test_period_status_on_the_day_before_and_the_day_of_each_change(on: date, status: PeriodStatus) -> None:
    assert period_status(PLANS["qiannan-14fyp"], on) is status
    assert apply_one(PLANS["qiannan-14fyp"]).period_status(on) is status


def test_period_without_end_does_not_end() -> None:
    assert period_status(_standard("open", period={"from": 2021}), date(2199, 1, 1)) is PeriodStatus.CURRENT


def test_plan_in_effect_before_its_first_year_is_before_its_period() -> None:
    assert period_status(_standard("early", period={"from": 2026}), IN_2025) is PeriodStatus.BEFORE


def test_content_hash_changes_with_any_content_and_only_with_it() -> None:
    assert content_hash(_standard("a")) == content_hash(_standard("a"))
    assert content_hash(_standard("a")) != content_hash(_standard("a", _rule("area", value=31)))
    assert len(content_hash(_standard("a"))) == 64
    assert len({content_hash(standard) for standard in BUILT_IN}) == len(BUILT_IN)


def test_hash_of_what_is_applied_depends_on_the_chain_and_on_what_is_asked() -> None:
    plans = chain(BUILT_IN, division="5227", on=IN_2025)
    hashes = {applied.content_hash for applied in (apply_effective(plans), apply_all(plans), apply_one(plans[0]))}
    assert len(hashes) == 3
    assert apply_effective(plans).content_hash in hashes


# --------------------------------------------------------------------------------------------------------- extends


def test_extending_standard_overrides_by_id_in_place_and_adds_at_the_end() -> None:
    base = _standard("base", _rule("a", value=1), _rule("b", value=2), document_number="某发〔2022〕1号")
    own = _standard("own", _rule("c", value=3), _rule("b", value=20), extends="base")
    resolved = resolve(own, {"base": base}.get)
    assert [(rule.id, rule.targets[0].value) for rule in resolved.rules] == [("a", 1), ("b", 20), ("c", 3)]
    assert [rule.source.document for rule in resolved.rules] == ["某规划 某发〔2022〕1号", "", ""]
    assert (resolved.id, resolved.extends) == ("own", "base")
    assert resolve(resolved, {"base": base}.get) == resolved


def test_standard_extends_through_several() -> None:
    first = _standard("first", _rule("a", value=1), _rule("b", value=2))
    second = _standard("second", _rule("b", value=20), extends="first")
    third = _standard("third", _rule("c", value=3), extends="second")
    resolved = resolve(third, {"first": first, "second": second}.get)
    assert [(rule.id, rule.targets[0].value) for rule in resolved.rules] == [("a", 1), ("b", 20), ("c", 3)]


def test_standard_that_extends_nothing_is_itself() -> None:
    standard = PLANS["gansu-14fyp"]
    assert resolve(standard, {}.get) == standard


def test_unknown_base_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        resolve(_standard("own", extends="nowhere"), {}.get)
    (fault,) = refusal.value.faults
    assert (fault.code, fault.pointer, fault.value) == ("unknown_base", "/extends", "nowhere")


def test_circle_of_extensions_is_refused() -> None:
    one, other = _standard("one", extends="other"), _standard("other", extends="one")
    with pytest.raises(InvalidInput) as refusal:
        resolve(one, {"one": one, "other": other}.get)
    (fault,) = refusal.value.faults
    assert (fault.code, fault.pointer, fault.params) == ("extends_cycle", "/extends", {"base": "one"})


def test_document_is_cited_by_title_and_number() -> None:
    assert document_name(PLANS["luanping-14fyp"]) == "滦平县城乡社区服务体系建设“十四五”规划 滦政办〔2022〕48号"
    assert document_name(PLANS["qiannan-14fyp"]) == "黔南州“十四五”城乡社区服务体系建设规划"
