"""What schemathesis asks of every answer, beside its own checks."""

import json

import schemathesis

BEYOND_SCHEMAS = frozenset(
    {
        *("bad_bbox", "bad_cursor", "bad_division_code", "date_expected", "invalid_text"),
        *(
            "amount_too_small",
            "activity_area_exceeds_floor_area",
            "closed_not_after_opened",
            "urban_exceeds_population",
            "period_reversed",
        ),
        *("place_missing", "place_ambiguous", "part_elsewhere", "part_of_itself", "part_of_part"),
        *("ring_unclosed", "ring_zero_area", "self_crossing", "position_out_of_range", "position_out_of_range_swapped"),
        *("unknown_category", "unknown_community", "unknown_building", "unknown_group_name", "unknown_crs"),
        *("unknown_base", "unknown_indicator", "unknown_rule", "unknown_standard", "unknown_reported_figure"),
        *("encoding_unknown", "idempotency_key_reused"),
        *(
            "circle_and_categories",
            "unknown_circle_name",
            "unknown_facility",
            "facility_named_twice",
            "residence_place",
            "residence_not_assigned",
        ),
        *("walk_too_short", "walk_too_long", "area_too_large", "picture_too_large", "entrance_count"),
        *("extends_cycle", "extends_itself", "no_rules", "new_build_not_allowed"),
    }
)
"""Why a request that fits its schemas may be refused all the same: for the order or the sum of fields, the calendar,
the shape of a geometry, or what the catalogues and the store hold."""


def refused_only_for_what_no_schema_says(
    _context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """What the document allows is not refused for a reason that the document could have told."""
    if response.status_code != 422 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    could_be_told = {fault["code"] for fault in json.loads(response.text)["errors"]} - BEYOND_SCHEMAS
    assert not could_be_told, f"The document could tell: {', '.join(sorted(could_be_told))}"


def twins_keep_to_it_too(
    _context: schemathesis.CheckContext, _response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """The same request is sent to the application's twins, and their answers are asked the same."""
    for twin in getattr(case.operation.app.state, "twins", ()):
        case.validate_response(case.call(app=twin), excluded_checks=[twins_keep_to_it_too])
