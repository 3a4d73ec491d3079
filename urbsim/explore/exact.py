"""Real runs beside the emulator: `urbsim batch` in a process of its own, so that the page answers while it works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from urbsim.batch.status import stored_summary
from urbsim.emulator.answer import Setting, mean, quantile, share_met
from urbsim.emulator.model import Emulator, Outcome
from urbsim.explore.asked import Size
from urbsim.explore.saved import scenario_text
from urbsim.explore.sliders import Sliders
from urbsim.explore.training import YUAN
from urbsim.results import store

_PATIENCE = 10.0  # seconds for an order to stop before the process is ended
_SAID = 400  # characters of what went wrong


class Job:
    """One exact run, or as many as there are draws. folder: of all exact runs of the scenario."""

    def __init__(self, sliders: Sliders, emulator: Emulator, at: Setting, size: Size, folder: Path) -> None:
        self._emulator, self._full = emulator, size.full
        self._began, self._seconds = time.monotonic(), 0.0
        self._scale = 1.0 if size.full else emulator.origin.scale
        self._draws = emulator.draws[:1] if size.full else emulator.draws
        self._seeds = emulator.origin.seeds[:1] if size.full else emulator.origin.seeds
        self._world = sliders.world(at).scenario.name
        self._nothing = sliders.world(sliders.nothing).scenario.name
        self._stopped = False
        name = "full_size" if size.full else "small"
        self._results = folder / name
        folder.mkdir(parents=True, exist_ok=True)
        worlds = {self._world: at} | ({self._nothing: sliders.nothing} if size.full else {})
        for world, setting in worlds.items():
            with store.whole_file(folder / f"{world}.yaml") as temporary:
                temporary.write_text(scenario_text(sliders, setting, world), encoding="utf-8")
        batch = {
            "name": name,
            "scale": self._scale,
            "scenarios": [str((folder / f"{world}.yaml").resolve()) for world in worlds],
            "draws": list(self._draws),
            "seeds": list(self._seeds),
        }
        file = folder / f"{name}.yaml"
        with store.whole_file(file) as temporary:
            temporary.write_text(yaml.safe_dump(batch, allow_unicode=True), encoding="utf-8")
        self._worlds = tuple(worlds)
        self._said, self._message = tempfile.TemporaryFile(), ""
        workers = ["--workers", "1"] if size.full else []
        command = [sys.executable, "-m", "urbsim", "batch", str(file), "--out", str(folder), *workers]
        own_group: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {}
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._said, **own_group
        )

    @property
    def is_running(self) -> bool:
        """Whether it works."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends it in order: what was run is kept, nothing half-written is left."""
        if self.is_running:
            self._stopped = True
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE)
        if self.is_running:
            self._process.kill()
            self._process.wait()
        self._last_words()

    def state(self) -> dict[str, Any]:
        """How it goes, as the page reads it; the answer of each outcome when it is done."""
        running = self.is_running
        seconds = time.monotonic() - self._began
        if not running:
            self._seconds = self._seconds or seconds
            self._last_words()
        said: dict[str, Any] = {
            "size": "full" if self._full else "draws",
            "done": sum(summary is not None for summary in self._summaries().values()),
            "of": len(self._worlds) * len(self._draws) * len(self._seeds),
            "seconds": round(seconds if running else self._seconds, 1),
        }
        if running:
            return {"state": "running", **said}
        if self._process.returncode == 0:
            return {"state": "done", **said, "answer": self._answer()}
        return {"state": "stopped" if self._stopped else "failed", **said, "message": self._last_words()}

    def _summaries(self) -> dict[tuple[str, int, int], dict[str, Any] | None]:
        return {
            (world, draw, seed): stored_summary(
                store.run_folder(self._results, world, self._scale, draw, seed)
            )
            for world in self._worlds
            for draw in self._draws
            for seed in self._seeds
        }

    def _answer(self) -> dict[str, Any]:
        found = self._summaries()
        return {outcome.id: self._of(outcome, found) for outcome in self._emulator.outcomes}

    def _of(self, outcome: Outcome, found: Mapping[tuple[str, int, int], Any]) -> dict[str, Any]:
        def values(world: str) -> list[float]:
            return [
                mean([_figure(found[world, draw, seed], outcome) for seed in self._seeds])
                for draw in self._draws
            ]

        own = values(self._world)
        base = values(self._nothing) if self._full else list(outcome.base)
        added = [value - before for value, before in zip(own, base, strict=True)]
        over, more = (own, added) if self._full else (own[1:], added[1:])
        ordered = sorted(over)
        return {
            "median": quantile(ordered, 0.5),
            "low": quantile(ordered, 0.05),
            "high": quantile(ordered, 0.95),
            "added": mean(more),
            "central": own[0],
            "central_added": added[0],
            "probability": {goal.id: share_met(goal, over) for goal in outcome.goals},
            "one_run": self._full,
        }

    def _last_words(self) -> str:
        """What the process that has ended said last; its messages are let go of."""
        if not self._said.closed:
            self._said.seek(0)
            lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
            self._message = lines[-1][:_SAID] if lines else ""
            self._said.close()
        return self._message


def _figure(summary: Mapping[str, Any], outcome: Outcome) -> float:
    if outcome.id == YUAN:
        return float(summary["fiscal_cost_yuan"]["additional"])
    return float(next(entry["value"] for entry in summary["targets"] if entry["id"] == outcome.id))
