"""Every refusal and warning of geometry has its words, with every placeholder filled."""

import pytest

from app.errors import Fault, InvalidInput
from app.geometry.geojson import parse_boundary
from app.language import Language
from app.messages import FALLBACK_CODE, fault_message, fault_remedy, texts
from tests.geometry.faulty import FAULTY_DOCUMENTS, LIMIT
from tests.geometry.shapes import SHELL, polygon, slanted_comb, square

SPECIAL = {
    "unknown_crs": (polygon(SHELL), "EPSG:3857"),
    "degrees_in_projected_crs": (polygon(SHELL), "EPSG:4527"),
    "position_outside_crs": (polygon(square(5e5, 4e6, 1)), "EPSG:4527"),
    "position_outside_crs_swapped": (polygon(square(4e6, 5e5, 1)), "EPSG:4548"),
    "too_intricate": (polygon(slanted_comb(8_000)), "EPSG:4326"),
    "approximate_position": (polygon(SHELL), "bd09"),
    "swapped_axes": (polygon(square(43.7, 87.5, 0.2)), "EPSG:4326"),
    "crs_member_ignored": ({**polygon(SHELL), "crs": "EPSG:3857"}, "EPSG:4326"),
}


def faults_of(document: object, *, crs: str, max_vertices: int) -> tuple[Fault, ...]:
    try:
        return parse_boundary(document, crs=crs, max_vertices=max_vertices).warnings
    except InvalidInput as refusal:
        return refusal.faults


def all_faults() -> dict[str, Fault]:
    ordinary = (
        faults_of(document, crs="EPSG:4326", max_vertices=LIMIT) for document, _, _ in FAULTY_DOCUMENTS.values()
    )
    special = (faults_of(document, crs=crs, max_vertices=100_000) for document, crs in SPECIAL.values())
    return {fault.code: fault for faults in (*ordinary, *special) for fault in faults}


FAULTS = all_faults()


def test_every_code_is_met() -> None:
    assert set(FAULTS) == {code for _, code, _ in FAULTY_DOCUMENTS.values()} | set(SPECIAL)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", sorted(FAULTS))
def test_fault_says_what_is_wrong_and_what_to_do(code: str, language: Language) -> None:
    assert code in texts()
    assert code != FALLBACK_CODE
    for text in (fault_message(FAULTS[code], language), fault_remedy(FAULTS[code], language)):
        assert text
        assert "…" not in text
        assert "{" not in text
