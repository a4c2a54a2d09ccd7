"""Ratios, verdicts and the document of the benchmarks."""

from pathlib import Path

import pytest

from benchmarks.document import write
from benchmarks.report import Claim, Figure, Limit, Section, Target, Unit, at_least, at_most
from benchmarks.timing import Times, interleaved


def claim(ours: float, *peers: float, target: Target | None, unit: Unit = Unit.SECONDS) -> Claim:
    figures = tuple(Figure(name=f"peer {value}", value=value, unit=unit) for value in peers)
    return Claim(what="sums", ours=Figure(name="ours", value=ours, unit=unit), peers=figures, target=target)


@pytest.mark.parametrize(
    ("made", "ratio", "is_met"),
    [
        (claim(1, 4, 2, target=at_least(2)), 2, True),
        (claim(1, 4, 1.9, target=at_least(2)), 1.9, False),
        (claim(6, 2, target=at_most(3)), 3, True),
        (claim(6.1, 2, 9, target=at_most(3)), 3.05, False),
        (claim(800, 400, 200, target=at_least(2), unit=Unit.REQUESTS_PER_SECOND), 2, True),
        (claim(1, 3, target=None), 3, None),
    ],
)
def test_ratio_is_to_the_best_peer(made: Claim, ratio: float, is_met: bool | None) -> None:
    assert made.ratio == pytest.approx(ratio)
    assert made.is_met is is_met


def section(title: str, made: Claim, *limits: Limit) -> Section:
    return Section(title=title, method="How.", claims=(made,), limits=limits, libraries=("numpy",))


def test_a_topic_measured_anew_leaves_the_others(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    fast, slow = claim(1, 4, target=at_least(2)), claim(1, 1, target=at_least(2))
    for topic, made in (("second", fast), ("first", slow), ("second", slow)):
        write(section(f"{topic.title()} topic", made), topic=topic, topics=("first", "second"), document=document)
    text = document.read_text(encoding="utf-8")
    assert text.index("## First topic") < text.index("## Second topic")
    assert text.count("## Second topic") == 1
    assert text.count("**Not met:** sums.") == 2


def test_what_is_missed_is_said() -> None:
    memory = Limit(what="memory", ours=Figure(name="ours", value=2_001, unit=Unit.MEGABYTES), largest=2_000)
    assert list(section("Sums", claim(1, 4, target=at_least(2)), memory).missed()) == ["memory"]


def test_tasks_take_turns() -> None:
    order: list[str] = []
    times = interleaved({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=2)
    assert order == ["a", "b"] * 3
    assert Times((3.0, 1.0, 2.0)).median == 2.0
    assert len(times["a"].seconds) == 2
