"""A picture of walking coverage (SVG): streets, how far they are, facilities, homes that are not covered, a legend.

Nothing is loaded from outside: no font, script or picture.
"""

import html
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.language import Language

WIDTH: Final = 1_000
_MARGIN, _LEGEND_LINE = 10, 20
_PARTS: Final = 10
_STREET, _UNCOVERED, _FACILITY, _BORDER = "#c8c8c8", "#c0392b", "#1a1a1a", "#7f7f7f"
_SHADES: Final = ("#00441b", "#238b45", "#66c2a4")
_WORDS: Final = {
    "en": ("up to {minutes:g} min", "street beyond the walk", "facility", "home not covered", "boundary"),
    "zh": ("{minutes:g} 分钟以内", "步行范围外的街道", "设施", "未覆盖的住宅", "边界"),
}
_UNKNOWN: Final = {
    "en": " (unknown in {left_out} of {communities} communities)",
    "zh": "（{communities} 个社区中有 {left_out} 个未知）",
}
_CHARACTERS: Final = {"en": 110, "zh": 70}
"""As many as a line of the title holds."""


@dataclass(frozen=True)
class Band:
    """Lines (n, 2, 2) in degrees that are within so many minutes."""

    minutes: float
    lines: NDArray[np.float64]


@dataclass(frozen=True)
class Picture:
    """What is drawn, all in degrees: box, streets and bands of them (the farthest first), places and borders.

    `communities_left_out` of the communities have homes of which nobody knows whether they are covered.
    """

    title: str
    box: tuple[float, float, float, float]
    streets: NDArray[np.float64]
    bands: Sequence[Band]
    facilities: NDArray[np.float64]
    uncovered: NDArray[np.float64]
    borders: Sequence[NDArray[np.float64]]
    communities: int
    communities_left_out: int


def coverage_picture(picture: Picture, language: Language) -> str:
    """The picture as an SVG document."""
    frame = _Frame.of(picture.box)
    title = textwrap.wrap(picture.title, _CHARACTERS[language], break_on_hyphens=False)
    entries = _entries(picture, language)
    height = frame.height + _MARGIN + _LEGEND_LINE * (len(title) + len(entries))
    parts = [*_drawn(picture, frame), *_legend(title, entries, top=frame.height + 2 * _MARGIN)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" font-family="sans-serif" '
        f'font-size="13"><title>{html.escape(picture.title)}</title>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


@dataclass(frozen=True)
class _Frame:
    """Where a place in degrees stands in the picture."""

    west: float
    north: float
    per_degree: NDArray[np.float64]
    height: float

    @classmethod
    def of(cls, box: tuple[float, float, float, float]) -> "_Frame":
        west, south, east, north = box
        narrowing = float(np.cos(np.radians((south + north) / 2)))
        x = (WIDTH - 2 * _MARGIN) / max(east - west, 1e-9)
        y = x / max(narrowing, 1e-3)
        return cls(west, north, np.array([x, -y]), (north - south) * y + 2 * _MARGIN)

    def at(self, lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
        placed: NDArray[np.float64] = (lon_lat - [self.west, self.north]) * self.per_degree + _MARGIN
        return placed


def _drawn(picture: Picture, frame: _Frame) -> Iterator[str]:
    yield _path(_lines(frame.at(picture.streets)), _STREET, 0.7)
    for band, colour in zip(picture.bands, reversed(_SHADES), strict=False):
        yield _path(_lines(frame.at(band.lines)), colour, 1.6)
    for border in picture.borders:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in frame.at(border))
        yield f'<polygon points="{points}" fill="none" stroke="{_BORDER}" stroke-dasharray="4 3"/>'
    yield _path(_dots(frame.at(picture.uncovered)), _UNCOVERED, 3.6)
    yield "".join(_circle(place, 3.5, _FACILITY) for place in frame.at(picture.facilities))


def _path(steps: Iterable[str], colour: str, width: float) -> str:
    """Lines in tenths of a unit, as a city has many thousands; one without length is a dot."""
    return (
        f'<path d="{"".join(steps)}" transform="scale(.1)" fill="none" stroke="{colour}" '
        f'stroke-width="{width * _PARTS:g}" stroke-linecap="round"/>'
    )


def _lines(ends: NDArray[np.float64]) -> Iterator[str]:
    """The lines (n, 2, 2) that can be seen, one going on from the other where it does."""
    placed = _in_parts(ends).reshape(-1, 4)
    begin, end = placed[:, :2], placed[:, 2:]
    seen = (begin != end).any(axis=1)
    begin, end = begin[seen], end[seen]
    goes_on = np.append(False, (begin[1:] == end[:-1]).all(axis=1))[: len(begin)]
    for (x, y), (right, down), is_next in zip(begin.tolist(), (end - begin).tolist(), goes_on.tolist(), strict=True):
        yield f"l{right} {down}" if is_next else f"M{x} {y}l{right} {down}"


def _dots(places: NDArray[np.float64]) -> Iterator[str]:
    for x, y in np.unique(_in_parts(places), axis=0).tolist():
        yield f"M{x} {y}h0"


def _in_parts(places: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(places * _PARTS).astype(np.int64)


def _circle(place: NDArray[np.float64], radius: float, colour: str) -> str:
    return f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="{radius}" fill="{colour}"/>'


def _entries(picture: Picture, language: Language) -> list[tuple[str, str]]:
    """Colours and what they stand for."""
    within, beyond, facility, uncovered, border = _WORDS[language]
    if picture.communities_left_out:
        left_out = picture.communities_left_out
        uncovered += _UNKNOWN[language].format(left_out=left_out, communities=picture.communities)
    entries = [
        (colour, within.format(minutes=band.minutes))
        for band, colour in zip(picture.bands, reversed(_SHADES), strict=False)
    ]
    return [*entries, (_STREET, beyond), (_FACILITY, facility), (_UNCOVERED, uncovered), (_BORDER, border)]


def _legend(title: Sequence[str], entries: Sequence[tuple[str, str]], *, top: float) -> Iterator[str]:
    for number, line in enumerate(title):
        y = top + number * _LEGEND_LINE
        yield f'<text x="{_MARGIN}" y="{y + 4:.0f}" font-weight="bold">{html.escape(line)}</text>'
    for number, (colour, text) in enumerate(entries, start=len(title)):
        y = top + number * _LEGEND_LINE
        yield f'<rect x="{_MARGIN}" y="{y - 6:.0f}" width="24" height="8" fill="{colour}"/>'
        yield f'<text x="{_MARGIN + 34}" y="{y + 3:.0f}">{html.escape(text)}</text>'
