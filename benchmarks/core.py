"""Sums of a nation's facilities beside DuckDB and polars, and its assessment beside the sums."""

import inspect
import json
import subprocess
import sys
from dataclasses import dataclass, replace

import numpy as np

from app.standards.assess import Measurer, assess
from app.standards.catalogue import AppliedStandard, apply_one
from app.standards.dated import DatedFacts
from app.standards.facility_loops import OVERRIDES
from app.standards.facts import SERVICE_BY_CATEGORY
from app.standards.findings import Findings
from app.standards.loader import load_builtin_standards
from app.standards.sums import FacilitySums
from app.standards.threads import THREADS
from app.standards.vocabulary import Group
from benchmarks.core_data import CATALOGUES, CATEGORIES, ON, Nation, nation
from benchmarks.core_peers import PEERS, SQL, Frames, dense
from benchmarks.report import FULL, Claim, Figure, Limit, Section, Sizes, Unit, at_least, at_most
from benchmarks.timing import Times, interleaved, peak_memory_mb

METHOD = """\
For every community and category: the known sum of floor area, the number of facilities, and the number of those whose
floor area is unknown, over the facilities that are open on a day. All is in memory; every form is given the same rows
in the same order, peers as small integers with NULL for unknown, ours as the columns that the service holds. Results
are compared with ours before the clock starts. All use as many threads as there are processors. The assessment takes
the rules of the Gansu plan that give findings on a community in the groups AREA and SITES, from the facts to verdict,
reason, value and target of every rule. Rounds in turns, medians of wall time."""
QUICK = 3
"""So many times as many rounds of what takes no second."""

SLOPE = (0.1, 0.2, 0.5, 1.0)
MEMORY_MB = 2_000
ASSESSED = frozenset({Group.AREA, Group.SITES})


@dataclass(frozen=True)
class Medians:
    """Seconds by name, measured in one process."""

    sorted: dict[str, float]
    unsorted: dict[str, float]


def sums(facts: Nation) -> FacilitySums:
    """Ours: known sum, number and number of unknowns by community and category."""
    found = DatedFacts(facts.facts, ON, CATALOGUES).sums
    found.cells("floor_area_m2")
    return found


def assessment(facts: Nation) -> Findings:
    """Ours: the findings on every community."""
    return assess(Measurer(DatedFacts(facts.facts, ON, CATALOGUES)), gansu())


def every_column(facts: Nation) -> Findings:
    """Ours: the findings with what is otherwise worked out when it is asked for."""
    findings = assessment(facts)
    findings.shortfall.sum()
    return findings


def gansu() -> AppliedStandard:
    """The rules of the Gansu plan of the groups assessed."""
    plan = apply_one(next(item for item in load_builtin_standards() if item.id == "gansu-14fyp"))
    return AppliedStandard(plan.id, plan.chain, tuple(item for item in plan.rules if item.rule.group in ASSESSED))


def run(sizes: Sizes) -> Section:
    """Measure, after making sure that the results are equal."""
    found = medians(sizes)
    alone = _on_one_processor(sizes)
    peak = peak_memory_mb("benchmarks.core:assess_nation", str(sizes.communities), str(sizes.facilities))
    named = f"{sizes.facilities:,} facilities by {sizes.communities:,} communities and {len(CATEGORIES)} categories"
    own = Figure(name="our own sums", value=1000 * found.sorted["sums"], unit=Unit.MILLISECONDS)
    every = Figure(name="every column", value=1000 * found.sorted["every column"], unit=Unit.MILLISECONDS)
    return Section(
        title="Sums and assessment in memory",
        method=METHOD,
        claims=(
            _claim(f"{named}, sorted", found.sorted, is_target=True),
            _claim(f"{named}, in no order", found.unsorted, is_target=False),
            _claim(f"{named}, sorted, one thread each", alone.sorted, is_target=False),
            Claim(
                what=f"Assessment of {sizes.communities:,} communities",
                ours=_figure("assess", found.sorted["assessment"], inspect.getsource(assessment)),
                peers=(own,),
                target=at_most(5),
            ),
            Claim(what="The same with every column of the findings", ours=every, peers=(own,)),
        ),
        limits=(
            Limit(
                what=f"Peak memory of assessing {sizes.communities:,} communities",
                ours=Figure(name="one process, data included", value=peak, unit=Unit.MEGABYTES),
                largest=MEMORY_MB,
            ),
        ),
        libraries=("numpy", "numba", "polars", "duckdb"),
        notes=(f"Threads: {THREADS}.", _slope(sizes)),
    )


def medians(sizes: Sizes) -> Medians:
    """Ours and the peers, sorted and in no order; raises AssertionError where results differ."""
    return Medians(sorted=_in_one_order(sizes, is_sorted=True), unsorted=_in_one_order(sizes, is_sorted=False))


def _in_one_order(sizes: Sizes, *, is_sorted: bool) -> dict[str, float]:
    facts = nation(sizes.communities, sizes.facilities, is_sorted=is_sorted)
    frames = Frames.of(facts, is_sorted=is_sorted)
    check_equal(facts, frames)
    ours = {"sums": sums, "assessment": assessment, "every column": every_column}
    tasks = {name: lambda task=task: task(facts) for name, task in ours.items()}
    tasks |= {name: lambda task=task: task(frames) for name, task in PEERS.items()}
    return {name: times.median for name, times in interleaved(tasks, rounds=QUICK * sizes.rounds).items()}


def check_equal(facts: Nation, frames: Frames) -> None:
    """Raises AssertionError where a peer's sums are not ours; numbers are equal, areas to one part in 10^12."""
    ours, size = sums(facts).cells("floor_area_m2"), len(facts.facts)
    buckets = [CATALOGUES.category_index[name] * OVERRIDES + 1 + SERVICE_BY_CATEGORY for name in CATEGORIES]
    tables = {column: ours.table(column, buckets) for column in ("known", "number", "unknown")}
    for name, peer in PEERS.items():
        found = peer(frames)
        np.testing.assert_allclose(dense(found, "known", size), tables["known"], rtol=1e-12, err_msg=name)
        np.testing.assert_array_equal(dense(found, "number", size), tables["number"], err_msg=name)
        np.testing.assert_array_equal(dense(found, "unknown", size), tables["unknown"], err_msg=name)


def assess_nation(communities: str, facilities: str) -> None:
    """What the peak of memory is taken of."""
    assessment(nation(int(communities), int(facilities)))


def _claim(what: str, seconds: dict[str, float], *, is_target: bool) -> Claim:
    peers = (_figure(name, seconds[name], SQL.get(name) or inspect.getsource(PEERS[name])) for name in PEERS)
    ours = _figure("FacilitySums", seconds["sums"], inspect.getsource(sums))
    return Claim(what=what, ours=ours, peers=tuple(peers), target=at_least(2) if is_target else None)


def _figure(name: str, seconds: float, how: str) -> Figure:
    language = "sql" if name in SQL else "python"
    return Figure(name=name, value=1000 * seconds, unit=Unit.MILLISECONDS, how=how, language=language)


def _slope(sizes: Sizes) -> str:
    rows = ["| communities | facilities | sums, ms | assessment, ms | per community, µs |", "|---|---|---|---|---|"]
    points = []
    for share in SLOPE:
        communities, facilities = int(share * sizes.communities), int(share * sizes.facilities)
        facts = nation(communities, facilities)
        tasks = {"sums": lambda facts=facts: sums(facts), "assessment": lambda facts=facts: assessment(facts)}
        times: dict[str, Times] = interleaved(tasks, rounds=sizes.rounds)
        own, judged = 1000 * times["sums"].median, 1000 * times["assessment"].median
        points.append((communities, judged))
        rows.append(
            f"| {communities:,} | {facilities:,} | {own:.1f} | {judged:.1f} | {1000 * judged / communities:.2f} |"
        )
    counts, taken = np.log(np.array(points)).T
    slope = float(np.polyfit(counts, taken, 1)[0])
    return "\n".join([*rows, "", f"Slope of the assessment, time against number on logarithmic axes: {slope:.2f}."])


def _on_one_processor(sizes: Sizes) -> Medians:
    """The same in a process that may use one processor only."""
    command = [sys.executable, "-m", "benchmarks.core", *map(str, (sizes.communities, sizes.facilities, sizes.rounds))]
    only_one = (
        "import os, sys; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); os.execv(sys.argv[1], sys.argv[1:])"
    )
    done = subprocess.run([sys.executable, "-c", only_one, *command], check=True, capture_output=True, text=True)
    return Medians(*json.loads(done.stdout.splitlines()[-1]))


def _main(communities: str, facilities: str, rounds: str) -> None:
    found = medians(replace(FULL, communities=int(communities), facilities=int(facilities), rounds=int(rounds)))
    print(json.dumps([found.sorted, found.unsorted]))


if __name__ == "__main__":
    _main(*sys.argv[1:])
