"""Why an indicator has no value."""

from datetime import date

from app.standards.measured import NO_REASON, REASON_CODE, Question
from app.standards.vocabulary import Level, Reason
from tests.standards.building import Record, measurer_of


def test_hosted_share_needs_a_list_and_a_service_facility() -> None:
    """Of two service facilities both are hosts where a volunteers' station is anywhere."""
    service = {"category": "community_service_station"}
    records: list[Record] = [
        {"code": "522701001001", "is_fully_listed": True},
        {"code": "522701001002"},
        {
            "code": "522701001003",
            "is_fully_listed": True,
            "facilities": [service, service, {"category": "volunteer_station"}],
        },
    ]
    measured = measurer_of(records, Level.COMMUNITY, date(2025, 12, 31)).measure(
        Question("hosted_share", ("volunteer_station",))
    )
    none, unlisted = REASON_CODE[Reason.NO_SERVICE_FACILITY], REASON_CODE[Reason.NO_FACILITY_INVENTORY]
    assert measured.reason.tolist() == [none, unlisted, NO_REASON]
    assert measured.value[2] == 1.0
