"""Runs of one draw and seed are handed out together; what befalls one of them stays with it."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from typing import Any

import pytest

from urbsim.batch import failures, job, progress, work
from urbsim.batch.families import families
from urbsim.batch.job import Outcome
from urbsim.batch.members import Member, plan_of
from urbsim.batch.status import Standing, standing
from urbsim.scenario.batches import load_batch
from urbsim.simulation import foreground
from urbsim.simulation.foreground import run_scenario

NAMES = ("first", "second", "third")
SHORT = "name: {name}\nextends: no_plan\nuntil: 2020-12\nlevers: {{settlement: {{office: {office}}}}}\n"
OFFICE = "{{awareness: 0.{share}, processing_months: 2, from: 2020-12}}"


def members(folder: Path, draws: int = 1, seeds: int = 1) -> list[Member]:
    for k, name in enumerate(NAMES):
        office = OFFICE.format(share=6 + k)
        (folder / f"{name}.yaml").write_text(SHORT.format(name=name, office=office))
    content = {
        "name": "b", "scale": 0.001, "draws": draws, "seeds": list(range(1, seeds + 1)),
        "scenarios": [str(folder / f"{name}.yaml") for name in NAMES],
    }  # fmt: skip
    return list(plan_of(load_batch(content)).members())


def sizes(found: list[tuple[Member, ...]]) -> list[int]:
    return [len(family) for family in found]


def test_families_are_of_one_draw_and_seed(tmp_path: Path):
    asked = members(tmp_path, draws=2, seeds=2)
    found = families(asked, worlds=20, places=1)
    assert sizes(found) == [3, 3, 3, 3] and [member for family in found for member in family] == asked
    assert all(len({(member.draw, member.seed) for member in family}) == 1 for family in found)
    assert sizes(families(asked, worlds=1, places=1)) == [1] * 12  # large worlds are held one at a time
    assert sizes(families(asked, worlds=2, places=1)) == [1, 2] * 4  # evenly
    assert sizes(families(asked[:3], worlds=20, places=3)) == [1, 1, 1]  # everybody has something to do
    assert families([], worlds=20, places=0) == []


def test_a_family_is_written_as_its_runs_are_alone(tmp_path: Path):
    asked, out = members(tmp_path), tmp_path / "out"
    assert job.run_members(asked, out, 1) == [Outcome()] * 3
    for member in asked:
        assert standing(member, out).state == "done"
        run_scenario(member.scenario, member.scale, member.seed, member.draw, 1, tmp_path / "alone")
        mine, alone = member.folder(out), member.folder(tmp_path / "alone")
        for file in sorted(alone.glob("*.parquet")):
            assert file.read_bytes() == (mine / file.name).read_bytes(), file.name
        mine, alone = (json.loads((folder / "summary.json").read_text()) for folder in (mine, alone))
        assert mine["fingerprint"] == alone["fingerprint"] and mine["targets"] == alone["targets"]


def test_one_that_cannot_be_written_spares_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked, tried = members(tmp_path), list[str]()

    def write_run(result: Any, out: Path) -> None:
        tried.append(result.scenario.name)
        if result.scenario.name == "second":
            raise PermissionError(errno.EACCES, "not allowed", "there")

    monkeypatch.setattr(foreground, "write_run", write_run)
    first, second, third = job.run_members(asked, tmp_path, 1)
    assert first == third == Outcome()
    assert second is not None and second.reason == "not allowed: there" and "write_run" in second.traceback
    assert tried == [*NAMES, "second"]  # once more, alone


def test_a_full_disk_ends_the_family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked = members(tmp_path)

    def write_run(result: Any, out: Path) -> None:
        if result.scenario.name == "second":
            raise OSError(errno.ENOSPC, "no room", "there")

    monkeypatch.setattr(foreground, "write_run", write_run)
    first, second, third = job.run_members(asked, tmp_path, 1)
    assert first == Outcome() and second is not None and second.hopeless and third is None


class Scripted:
    """An engine whose calls end as they are told, by the names of the runs."""

    places = 1

    def __init__(self, end: Callable[[list[str]], Any]) -> None:
        self.end, self.asked, self.threads = end, list[list[str]](), list[int]()

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        self.asked.append([member.scenario.name for member in args[0]])
        self.threads.append(args[2])
        future: Future[Any] = Future()
        end = self.end(self.asked[-1])
        if isinstance(end, Exception):
            future.set_exception(end)
        else:
            future.set_result(end)
        return future

    def stop(self) -> None:
        pass


def told(
    engine: Scripted, asked: list[Member], out: Path, cold: bool = False
) -> tuple[work.Tally, list[str]]:
    tally, said = work.Tally(len(asked)), list[str]()
    tell = lambda _, text: said.append(text) if text else None  # noqa: E731
    work.work(asked, engine, out, 1, tally, tell, cold, worlds=20)
    return tally, said


def test_of_a_family_that_is_lost_each_is_tried_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The first was written before the worker ended, the second ends it each time."""
    written = {"first"}
    monkeypatch.setattr(
        work, "standing", lambda member, _: Standing("done" if member.scenario.name in written else "missing")
    )
    engine = Scripted(lambda names: BrokenExecutor() if "second" in names else [Outcome()])
    asked = members(tmp_path)
    tally, said = told(engine, asked, tmp_path / "out")
    assert engine.asked == [list(NAMES), ["second"], ["third"]]
    assert (tally.done, tally.failed, tally.lost, tally.left) == (2, 1, 2, 0)
    assert said[0] == "2 scenarios, draw 1, seed 1: its worker ended; tried again"
    kept = failures.read(asked[1], tmp_path / "out")
    assert kept is not None and kept.reason == work.LOST


def test_what_was_not_begun_on_a_full_disk_is_neither_done_nor_failed(tmp_path: Path):
    engine = Scripted(lambda names: [Outcome(), Outcome("no room", hopeless=True), None])
    tally, _ = told(engine, members(tmp_path), tmp_path / "out")
    assert (tally.done, tally.failed, tally.left, tally.hopeless) == (1, 1, 1, "no room")


def test_on_a_new_machine_one_run_goes_ahead_on_all_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(work, "all_cores", lambda: 5)
    engine = Scripted(lambda names: [Outcome()] * len(names))
    tally, _ = told(engine, members(tmp_path), tmp_path / "out", cold=True)
    assert engine.asked == [["first"], ["second", "third"]] and tally.done == 3
    assert tally.alone == 1 and engine.threads == [5, 1]
    assert told(engine, members(tmp_path), tmp_path / "warm")[0].alone == 0


def test_the_time_left_does_not_count_what_the_first_run_made_for_the_others(monkeypatch: pytest.MonkeyPatch):
    now, tally = [100.0], work.Tally(601, alone=1)
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with progress.shown() as tell:
        tell(tally)
        shown: Any = tell
        now[0] += 60
        tally.done += 1
        tell(tally)
        assert shown._line(tally) == "1 of 601 runs, 0 failed"
        for _ in range(2):
            now[0] += 1
            tally.done += 1
            tell(tally)
        assert shown._line(tally) == "3 of 601 runs, 0 failed, about 10 min left"


def test_the_time_left_allows_for_runs_that_end_together(monkeypatch: pytest.MonkeyPatch):
    now, tally = [100.0], work.Tally(30)
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with progress.shown() as tell:
        tell(tally)
        for seconds in (10, 20):
            now[0] += seconds
            for _ in range(9):
                tally.done += 1
                tell(tally)
        shown: Any = tell
        assert shown._line(tally) == "18 of 30 runs, 0 failed, about 20 s left"
