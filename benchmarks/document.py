"""Writes docs/benchmarks.md: a part per topic between marks, so that a run of one leaves the others as they are."""

import os
import platform
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.report import Claim, Figure, Limit, Section, Unit

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
TITLE = "# Benchmarks"
INTRODUCTION = (
    'Written by `make bench` (`make bench BENCH="core http"` for some parts). Ours and the peers\' figures come from '
    "one run on one machine and the same data, measured in turns; what counts is their ratio, not the bare times."
)
_BETWEEN_MARKS = re.compile(r"<!-- (?P<topic>\w+) -->\n(?P<text>.*?)<!-- end of (?P=topic) -->\n", re.DOTALL)


def write(section: Section, *, topic: str, topics: Sequence[str], document: Path = DOCUMENT) -> None:
    """Put the section in its place among `topics`; the other parts stay."""
    old = document.read_text(encoding="utf-8") if document.exists() else ""
    texts = {match["topic"]: match["text"] for match in _BETWEEN_MARKS.finditer(old)}
    texts[topic] = "\n\n".join(parts(section)) + "\n"
    ordered = [f"<!-- {name} -->\n{texts[name]}<!-- end of {name} -->\n" for name in topics if name in texts]
    document.write_text("\n".join((f"{TITLE}\n\n{INTRODUCTION}\n", *ordered)), encoding="utf-8")


def parts(section: Section) -> Iterator[str]:
    """The paragraphs of a section."""
    yield f"## {section.title}"
    yield section.method
    yield f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine()}; {versions(section.libraries)}."
    yield verdict(section)
    yield "\n".join(table(section))
    yield from section.notes
    yield from queries(section)


def machine() -> str:
    """Cores, memory and system, without the machine's name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()} on {platform.machine()}"


def versions(libraries: Sequence[str]) -> str:
    """Python's and the libraries' versions."""
    return ", ".join((f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in libraries)))


def verdict(section: Section) -> str:
    """Said plainly: met, or what is not."""
    missed = list(section.missed())
    return f"**Not met:** {'; '.join(missed)}." if missed else "**All targets are met.**"


def table(section: Section) -> Iterator[str]:
    """A line per claim and limit; peers stand from the best to the worst."""
    yield "| What | Ours | Peers | Ratio to the best | Target | Met |"
    yield "|---|---|---|---|---|---|"
    yield from map(_claim_line, section.claims)
    yield from map(_limit_line, section.limits)


def queries(section: Section) -> Iterator[str]:
    """What was run, ours and the peers', each text once."""
    figures = [figure for claim in section.claims for figure in (claim.ours, *claim.peers)]
    texts = {(figure.name, figure.how): figure.language for figure in figures if figure.how}
    if texts:
        yield "What was run:"
    yield from (f"{name}:\n\n```{language}\n{how.strip()}\n```" for (name, how), language in texts.items())


def _claim_line(claim: Claim) -> str:
    is_more_better = claim.ours.unit is Unit.REQUESTS_PER_SECOND
    peers = sorted(claim.peers, key=lambda peer: peer.value, reverse=is_more_better)
    target, met = str(claim.target or "none, recorded only"), {True: "yes", False: "**no**", None: ""}[claim.is_met]
    shown = ", ".join(f"{peer.name} {_shown(peer)}" for peer in peers)
    return f"| {claim.what} | {_shown(claim.ours)} | {shown} | {claim.ratio:.2f} | {target} | {met} |"


def _limit_line(limit: Limit) -> str:
    largest = f"under {_number(limit.largest)} {limit.ours.unit}"
    return f"| {limit.what} | {_shown(limit.ours)} | | | {largest} | {'yes' if limit.is_met else '**no**'} |"


def _shown(figure: Figure) -> str:
    return f"{_number(figure.value)} {figure.unit}"


def _number(value: float) -> str:
    """Three digits that mean something, and no more."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
