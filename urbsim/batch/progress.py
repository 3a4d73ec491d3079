"""What is seen of a batch while it runs: how many are done and failed, and the time left."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from urbsim.batch.estimate import in_words
from urbsim.batch.work import Tally

_EVERY = 30.0  # seconds between two lines where no bar can be shown
_RECENT = 60  # times at which runs ended, by which the time left is told
_AT_ONCE = 0.05  # seconds within which runs ended together


class Said(Protocol):
    """Takes the tally whenever something changed, and what there is to say."""

    def __call__(self, tally: Tally, text: str | None = None) -> None: ...


@contextmanager
def shown() -> Iterator[Said]:
    """A bar on a terminal, else a line now and then, on stderr."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield _Shown(console, bar, bar.add_task("", total=None))


class _Shown:
    def __init__(self, console: Console, bar: Progress, task: TaskID) -> None:
        self._console, self._bar, self._task = console, bar, task
        self._said, self._number = time.monotonic(), 0
        self._ended: deque[tuple[float, int]] = deque([(self._said, 0)], maxlen=_RECENT)

    def __call__(self, tally: Tally, text: str | None = None) -> None:
        if text is not None:
            self._console.print(text, markup=False)
        now = time.monotonic()
        if tally.done + tally.failed > self._number:
            self._number = tally.done + tally.failed
            if now - self._ended[-1][0] < _AT_ONCE and len(self._ended) > 1:
                self._ended.pop()
            if self._number == tally.alone:  # how long that took says nothing of the others
                self._ended.clear()
            self._ended.append((now, self._number))
        line = self._line(tally)
        self._bar.update(self._task, total=tally.to_do, completed=self._number, description=line)
        if self._bar.disable and now - self._said >= _EVERY:
            self._said = now
            self._console.print(line, markup=False)

    def _line(self, tally: Tally) -> str:
        line = f"{self._number} of {tally.to_do} runs, {tally.failed} failed"
        (since, before), (now, number) = self._ended[0], self._ended[-1]
        if number > before and tally.left:
            each = (now - since) / (number - before)
            line += f", about {in_words(each * tally.left)} left"
        return line
