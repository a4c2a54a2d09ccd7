"""How far a command has come: a bar on a terminal, nothing anywhere else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


class Progress:
    """Tells of steps and of how much of them is done; without a bar to nobody."""

    def __init__(self, bar: "Bar | None" = None) -> None:
        self._bar = bar
        self._task = None if bar is None else bar.add_task("", total=None)

    def step(self, name: str, *, total: int | None = None) -> None:
        """The next step begins; `total` where its end can be foreseen."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=name, completed=0, total=total, refresh=True)

    def done(self, count: int) -> None:
        """So much of the step is done, all in all."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=count)


@contextmanager
def progress_of(is_quiet: bool) -> Iterator[Progress]:
    """Progress on the standard error, if that is a terminal and the user wants to be told."""
    if is_quiet or not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = TextColumn("{task.description:<10}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %")
    with Bar(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        yield Progress(bar)
