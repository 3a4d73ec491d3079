"""What becomes of a batch when workers die each time, when there are none, when the disk is full."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from typing import Any

import pytest
import yaml

from urbsim.batch import failures, job, work
from urbsim.batch.engine import LocalProcesses
from urbsim.batch.job import Outcome
from urbsim.batch.members import Member, plan_of
from urbsim.batch.status import standing
from urbsim.compute.free_memory import OUT_OF_MEMORY
from urbsim.errors import RunError
from urbsim.scenario.batches import load_batch


def members(draws: int = 4) -> list[Member]:
    return list(
        plan_of(load_batch({"name": "b", "scenarios": ["no_plan"], "draws": draws, "scale": 0.001})).members()
    )


class Scripted:
    """An engine that does nothing, and whose calls end as they are told, by draw."""

    places = 1

    def __init__(self, ends: dict[int, Outcome | Exception]) -> None:
        self.ends, self.asked, self.stopped = ends, list[int](), False

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        family: tuple[Member, ...] = args[0]
        self.asked += [member.draw for member in family]
        future: Future[Any] = Future()
        ends = [self.ends.get(member.draw, Outcome()) for member in family]
        error = next((end for end in ends if isinstance(end, Exception)), None)
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(ends)
        return future

    def stop(self) -> None:
        self.stopped = True


def done_with(engine: Scripted, out: Path) -> tuple[work.Tally, list[str]]:
    asked, said = members(), list[str]()
    tally = work.Tally(len(asked))
    work.work(asked, engine, out, 1, tally, lambda _, text: said.append(text) if text else None)
    return tally, said


def test_a_run_that_kills_its_worker_each_time_is_given_up_and_the_others_are_made(tmp_path: Path):
    engine = Scripted({2: BrokenExecutor()})
    tally, said = done_with(engine, tmp_path)
    assert engine.asked == [1, 2, 3, 4, 2]
    assert (tally.done, tally.failed, tally.lost, tally.left, tally.hopeless) == (3, 1, 2, 0, None)
    assert said[-1] == f"no_plan, draw 2, seed 1: failed: {work.LOST}"
    kept = failures.read(members()[1], tmp_path)
    assert kept is not None and kept.reason == work.LOST


def test_a_full_disk_ends_the_batch_with_what_is_in_hand(tmp_path: Path):
    engine = Scripted({2: Outcome("no space", "Traceback", hopeless=True)})
    tally, _ = done_with(engine, tmp_path)
    assert engine.asked == [1, 2] and (tally.done, tally.failed, tally.left, tally.hopeless) == (
        1,
        1,
        2,
        "no space",
    )


def test_a_lost_cluster_ends_the_batch(tmp_path: Path):
    engine = Scripted({3: RunError("the scheduler ended")})
    with pytest.raises(RunError, match="the scheduler ended"):
        done_with(engine, tmp_path)
    assert engine.stopped


def test_a_batch_waits_for_workers_that_come_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    class Later(Scripted):
        looks = 0

        @property
        def places(self) -> int:  # type: ignore[override]
            self.looks += 1
            return 0 if self.looks < 4 else 1

    monkeypatch.setattr(work, "_LISTEN", 0.001)
    engine = Later({})
    tally, _ = done_with(engine, tmp_path)
    assert tally.done == 4 and engine.looks > 4


@pytest.mark.parametrize(
    "number, hopeless", [(errno.ENOSPC, True), (errno.EROFS, True), (errno.EACCES, False)]
)
def test_errors_of_the_disk_say_whether_there_is_hope(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, hopeless: bool
):
    def write_run(*given: Any) -> None:
        raise OSError(number, os.strerror(number), "there")

    monkeypatch.setattr("urbsim.simulation.foreground.write_run", write_run)
    [outcome] = job.run_members(members()[:1], tmp_path, 1)
    assert outcome is not None
    assert outcome.hopeless is hopeless and outcome.reason == f"{os.strerror(number)}: there"
    assert "write_run" in outcome.traceback


def test_want_of_memory_and_mistakes_of_the_program_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for error, said in (
        (MemoryError(), "out of memory"),
        (ZeroDivisionError("by nothing"), "ZeroDivisionError: by nothing"),
    ):

        def run_scenarios(*given: Any, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr("urbsim.simulation.foreground.run_scenarios", run_scenarios)
        [outcome] = job.run_members(members()[:1], tmp_path, 1)
        assert (
            outcome is not None
            and outcome.reason is not None
            and outcome.reason.startswith(said)
            and not outcome.hopeless
        )


class Short(LocalProcesses):
    """Processes that get no more addresses than they have, and a few, after a first run that warms them up."""

    def __init__(self, warm: Member, megabytes: int | None) -> None:
        super().__init__(1)
        self.warm, self.megabytes = warm, megabytes

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(_short_of_memory, self.warm, self.megabytes, fn, *args)


def _short_of_memory(warm: Member, megabytes: int | None, fn: Callable[..., Any], *args: Any) -> Any:
    import resource

    job.run_members([warm], args[1] / "warm", 1)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    limit = hard if megabytes is None else size + megabytes * 10**6
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        return fn(*args)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="the size of a process is read from /proc")
def test_a_worker_that_is_really_out_of_memory_says_so_and_works_on(tmp_path: Path):
    short = {"name": "short", "extends": "no_plan", "until": "2020-11", "targets": []}
    (tmp_path / "short.yaml").write_text(yaml.safe_dump(short))
    asked = {"name": "b", "scenarios": [str(tmp_path / "short.yaml")]}
    (warm,) = plan_of(load_batch(asked | {"scale": 0.0005})).members()
    large = list(plan_of(load_batch(asked | {"scale": 0.03, "seeds": [1, 2]})).members())
    out, engine = tmp_path / "out", Short(warm, 5)
    try:
        tally = work.Tally(2)
        work.work(large, engine, out, 1, tally, lambda *_: None)
        assert (tally.done, tally.failed, tally.hopeless) == (0, 2, None)
        for member in large:
            kept = failures.read(member, out)
            assert kept is not None and kept.reason in (OUT_OF_MEMORY, work.LOST)
            assert standing(member, out).state == "missing"
        assert [path.name for path in (out / "short").glob(".*")] == []
        engine.megabytes = None
        tally = work.Tally(2)
        work.work(large, engine, out, 1, tally, lambda *_: None)
    finally:
        engine.stop()
    assert (tally.done, tally.failed) == (2, 0) and not (out / failures.FOLDER).exists()
    assert [standing(member, out).state for member in large] == ["done", "done"]


def test_a_failure_of_other_digests_says_nothing_of_this_run(tmp_path: Path):
    first, second, *_ = members()
    failures.keep(first, tmp_path, "a reason\nin two lines", "Traceback\n  of it")
    kept = failures.read(first, tmp_path)
    assert kept is not None and (kept.reason, kept.traceback) == (
        "a reason in two lines",
        "Traceback\n  of it",
    )
    failures.file_of(first, tmp_path).rename(failures.file_of(second, tmp_path))
    assert failures.read(second, tmp_path) is None
    failures.forget(second, tmp_path)
    failures.forget(second, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_stands_in_a_folder(tmp_path: Path):
    member = members()[0]
    folder = member.folder(tmp_path)
    assert standing(member, tmp_path).state == "missing"
    folder.mkdir(parents=True)
    assert standing(member, tmp_path).state == "damaged"
    for summary in ("{", "[]", '{"files": 1}', "[" * 100_000):
        (folder / "summary.json").write_text(summary)
        assert standing(member, tmp_path).state == "damaged"
    (folder / "summary.json").write_text('{"files": {}, "input_digest": "x"}')
    assert (standing(member, tmp_path).state, standing(member, tmp_path).why[:5]) == ("stale", "other")
    (folder / "summary.json").write_text(f'{{"files": {{}}, "input_digest": "{member.input_digest}"}}')
    assert standing(member, tmp_path).state == "damaged"
