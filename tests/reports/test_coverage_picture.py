"""A picture of a whole city is to stay small enough for a browser, and to show what there is."""

import re
from dataclasses import replace

import numpy as np

from app.reports.coverage_picture import Band, Picture, coverage_picture

LINES = np.array(
    [[[0.0, 0.0], [0.5, 0.5]], [[0.5, 0.5], [1.0, 0.0]], [[0.2, 0.2], [0.2, 0.2]], [[0.1, 0.9], [1.0, 1.0]]]
)
HOMES = np.array([[0.25, 0.25], [0.25, 0.25], [0.75, 0.5]])


def picture() -> Picture:
    return Picture(
        title="A & B",
        box=(0.0, 0.0, 1.0, 1.0),
        streets=LINES,
        bands=[Band(5.0, LINES[:1])],
        facilities=np.array([[0.5, 0.5]]),
        uncovered=HOMES,
        borders=[np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])],
        communities=1,
        communities_left_out=0,
    )


def paths() -> list[str]:
    return re.findall(r'<path d="([^"]*)"', coverage_picture(picture(), "en"))


def test_lines_go_on_from_each_other_and_those_without_length_are_left_out() -> None:
    streets, band, _ = paths()
    assert re.sub(r"-?\d+", "n", streets) == "Mn nln nln nMn nln n"
    assert re.sub(r"-?\d+", "n", band) == "Mn nln n"


def test_lines_end_where_the_streets_do() -> None:
    numbers = [int(number) / 10 for number in re.findall(r"-?\d+", paths()[0])]
    x, y, right, down, on, below = numbers[:6]
    assert (x, x + right, x + right + on) == (10.0, 500.0, 990.0)
    assert y == y + down + below > y + down


def test_homes_at_one_place_are_one_dot() -> None:
    assert paths()[2].count("h0") == 2


def test_a_long_title_goes_on_in_the_next_line_of_the_legend() -> None:
    long = ", ".join(["Day-care centre for older people"] * 8)
    lines = re.findall(r'font-weight="bold">([^<]*)<', coverage_picture(replace(picture(), title=long), "en"))
    assert (" ".join(lines), len(lines)) == (long, 3)


def test_a_long_chinese_title_fits_the_width() -> None:
    """About 13 units to a character, of 980."""
    long = "、".join(["社区养老服务设施"] * 20)
    lines = re.findall(r'font-weight="bold">([^<]*)<', coverage_picture(replace(picture(), title=long), "zh"))
    assert "".join(lines) == long
    assert max(map(len, lines)) <= 75


def test_a_picture_with_a_long_title_is_as_much_taller() -> None:
    def height(title: str) -> int:
        document = coverage_picture(replace(picture(), title=title), "en")
        return int(re.findall(r'viewBox="0 0 1000 (\d+)"', document)[0])

    assert height("word " * 60) - height("A") == 20 * 2
