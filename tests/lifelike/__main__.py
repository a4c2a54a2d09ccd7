"""Writes the made-up files and what is true of them; see the package."""

import argparse
import json
from collections import Counter
from pathlib import Path

import polars as pl

from tests.lifelike.faults import SHARE, Planted
from tests.lifelike.recount import recount
from tests.lifelike.truth import make_projects
from tests.lifelike.writing import write_csv, write_layers, write_xlsx
from tests.real_places import EXTRA

CODES = EXTRA / "codes"


def generate(folder: Path, *, seed: int, count: int, codes: Path | None) -> dict[str, object]:
    """Write the files into the folder; what is true of them, as truth.json holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = make_projects(seed, count, codes)
    planted = {
        "projects.csv": write_csv(folder / "projects.csv", truth, seed),
        "projects.xlsx": write_xlsx(folder / "projects.xlsx", truth, seed),
        **write_layers(folder, truth, seed),
    }
    document = {
        "seed": seed,
        "projects": truth.height,
        "share_of_each_fault": SHARE,
        "files": {name: _about(truth, name, faults) for name, faults in planted.items()},
    }
    (folder / "truth.json").write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return document


def _about(truth: pl.DataFrame, name: str, faults: list[Planted]) -> dict[str, object]:
    """The faults of a file and the verdicts of the projects without one. Sheets begin with a row of headings."""
    plan = name.partition("_")[2].rpartition(".")[0]
    part = truth.filter(pl.col("plan") == plan) if plan else truth
    first = 1 if plan else 2
    faulty = {fault.row - first for fault in faults}
    sound = part.filter(~pl.int_range(pl.len()).is_in(list(faulty)))
    about = {
        "projects": part.height,
        "invalid": len(faulty),
        "kinds": dict(sorted(Counter(fault.kind for fault in faults).items())),
        "faults": [fault.as_document() for fault in faults],
    }
    return about if name.startswith("sites") else about | recount(sound)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.lifelike", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--projects", type=int, default=5000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--codes", type=Path, default=CODES if CODES.is_dir() else None)
    chosen = parser.parse_args()
    generate(chosen.out, seed=chosen.seed, count=chosen.projects, codes=chosen.codes)


if __name__ == "__main__":
    main()
