"""The bands of the picture end where the walk, two thirds and one third of it do."""

import pytest

from app.services.coverage_drawing import band_limits
from app.services.coverage_terms import Walk


@pytest.mark.parametrize(
    ("minutes", "speed_km_per_h", "limits_dm"),
    [
        (15, 4, (10_000, 6_666, 3_333)),  # 10,000 × 2 ÷ 3 = 6,666.7: not a decimetre more
        (15, 4.5, (11_250, 7_500, 3_750)),
        (9, 4, (6_000, 4_000, 2_000)),
        (10, 4.2, (7_000, 4_666, 2_333)),
        (97.5, 4, (65_000, 43_333, 21_666)),
        (0.003, 4, (2, 1, 1)),  # no band is without length
    ],
)
def test_bands_end_exactly_at_their_share_of_the_walk(
    minutes: float, speed_km_per_h: float, limits_dm: tuple[int, int, int]
) -> None:
    limits = band_limits(Walk(minutes, speed_km_per_h))
    assert tuple(limit_dm for _, limit_dm in limits) == limits_dm
    assert [band for band, _ in limits] == pytest.approx([minutes, minutes * 2 / 3, minutes / 3])
