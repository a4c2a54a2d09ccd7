"""`python -m benchmarks [topic ...]`: measure all topics, or the named ones, and write docs/benchmarks.md."""

import importlib
import subprocess
import sys

from benchmarks.document import parts, write
from benchmarks.report import FULL

TOPICS = (
    "core",
    "http",
    "crowd",
    "rollup",
    "assignment",
    "reports",
    "batches",
    "imports",
    "walking",
    "walking_service",
)


def main(*asked: str) -> int:
    """Measure; 1 where a target was missed or a benchmark failed."""
    unknown = [topic for topic in asked if topic not in TOPICS]
    if unknown:
        print(f"Unknown: {', '.join(unknown)}. There are: {', '.join(TOPICS)}", file=sys.stderr)
        return 2
    if len(asked) == 1:
        return _measure(asked[0])
    return max(_in_its_own_process(topic) for topic in asked or TOPICS)


def _in_its_own_process(topic: str) -> int:
    """What one benchmark leaves in memory or in threads does not slow the next."""
    return subprocess.run([sys.executable, "-m", "benchmarks", topic], check=False).returncode


def _measure(topic: str) -> int:
    section = importlib.import_module(f"benchmarks.{topic}").run(FULL)
    write(section, topic=topic, topics=TOPICS)
    print("\n\n".join(parts(section)))
    return 1 if any(section.missed()) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
