"""Small sizes: the script finds the same indicators, and the section is whole."""

import sys
from pathlib import Path

from benchmarks.batches import check_equal, run
from benchmarks.batches_data import two_sheets
from benchmarks.process_memory import peak_of_command_mb
from benchmarks.report import SMALL


def test_indicators_equal_those_of_the_script(tmp_path: Path) -> None:
    check_equal(two_sheets(tmp_path, 60))


def test_section_is_whole() -> None:
    section = run(SMALL)
    assert [claim.target is not None and claim.target.times for claim in section.claims] == [6, 3, 2, 2]
    assert [limit.ours.value > 50 for limit in section.limits] == [True]


def test_memory_of_children_is_counted() -> None:
    hold = "held = bytearray(100 * 2**20); import time; time.sleep(0.3)"
    command = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{hold}'])"]
    assert 100 < peak_of_command_mb(command) < 300
