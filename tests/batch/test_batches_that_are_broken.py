"""Batches that are killed, stopped, grown, called twice, stale, or with a run that fails: they end as the unbroken one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

import urbsim
from urbsim.batch.engine import LocalProcesses
from urbsim.cli import app
from urbsim.files import leftovers, locks
from urbsim.results import seal

REPOSITORY = Path(urbsim.__file__).resolve().parent.parent
SHORT = """
name: {name}
extends: no_plan
until: 2021-01
behaviour: {{returning: {returning}}}
"""
BATCH = """
name: short
scale: 0.001
scenarios: [without, with]
draws: {draws}
baseline: without
"""
needs_processes = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="children are read from /proc"
)
needs_locks = pytest.mark.skipif(locks.fcntl is None, reason="no locks on folders here")


def written(folder: Path, draws: int = 3) -> Path:
    for name, returning in (("without", "choice"), ("with", "hazard")):
        (folder / f"{name}.yaml").write_text(SHORT.format(name=name, returning=returning))
    file = folder / "short.yaml"
    file.write_text(BATCH.format(draws=draws))
    return file


def begun(file: Path, out: Path) -> subprocess.Popen[str]:
    """`urbsim batch` in a process, and a group, of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "urbsim", "batch", str(file), "--out", str(out), "--workers", "2"],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=_usual_signals,
    )  # fmt: skip


def _usual_signals() -> None:
    """In the background, and under nohup, requests to end are ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, signal.SIG_DFL)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, told = process.communicate(timeout=300)
    return process.returncode, said + told


def call(file: Path, out: Path, *more: str) -> Any:
    return CliRunner().invoke(app, ["batch", str(file), "--out", str(out), "--workers", "1", *more])


def summaries(out: Path) -> list[Path]:
    return sorted((out / "short").glob("*/scale*/summary.json"))


def fingerprints(out: Path) -> dict[str, str]:
    return {
        str(path.parent.relative_to(out)): json.loads(path.read_text())["fingerprint"]
        for path in summaries(out)
    }


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def nothing_left_behind(out: Path) -> bool:
    return not any(leftovers.hidden(folder) for folder in (out / "short").iterdir() if folder.is_dir())


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A batch of six runs that nothing happened to; tests work on copies."""
    folder = tmp_path_factory.mktemp("unbroken")
    code, said = ended(begun(written(folder), folder / "out"))
    assert code == 0, said
    yield folder / "out"


@pytest.fixture
def copied(unbroken: Path, tmp_path: Path) -> Path:
    shutil.copytree(unbroken, tmp_path / "out")
    return tmp_path / "out"


def test_an_unbroken_batch_has_its_files(unbroken: Path):
    folder = unbroken / "short"
    asked = yaml.safe_load((folder / "batch.yaml").read_text())
    assert (
        asked["draws"] == [1, 2, 3]
        and asked["runs"] == 6
        and set(asked["scenario_digests"]) == {"with", "without"}
    )
    rows: Any = pd.read_parquet(folder / "runs.parquet")
    assert list(rows["status"]) == ["done"] * 6 and rows["fingerprint"].nunique() == 6
    assert {"T1", "T1_met", "T2", "wall_seconds", "code_digest", "settings", "reason"} <= set(rows.columns)
    first = json.loads(summaries(unbroken)[0].read_text())
    mine = rows.set_index(["scenario", "draw"]).loc[(first["scenario"], first["draw"])]
    assert mine["fingerprint"] == first["fingerprint"] and mine["input_digest"] == first["input_digest"]
    said = json.loads((folder / "verdicts.json").read_text())
    assert (said["done"], said["failed"], said["baseline"]) == (6, 0, "without")
    assert {entry["target"]["probability"] for entry in said["verdicts"]} == {None}
    own = [entry for entry in said["prices"] if entry["gain"] == "new_urban_jobs"]
    assert [(entry["scenario"], entry["against"], entry["pairs"]) for entry in own] == [
        ("with", "without", 3)
    ]
    parts = {path.parent: json.loads(path.read_text()) for path in summaries(unbroken)}
    sums = [
        [one["fiscal_cost_yuan"]["all"] for one in parts.values() if one["scenario"] == name]
        for name in ("with", "without")
    ]
    assert own[0]["more_yuan"]["mean"] == pytest.approx((sum(sums[0]) - sum(sums[1])) / 3)
    assert len(urbsim.load_results(folder).runs) == 6


@needs_processes
def test_a_worker_that_is_killed_loses_its_run_and_no_other(unbroken: Path, tmp_path: Path):
    process = begun(written(tmp_path), tmp_path / "out")
    until(lambda: summaries(tmp_path / "out"))
    os.kill(workers_of(process)[0], signal.SIGKILL)
    code, said = ended(process)
    assert code == 0 and "its worker ended; tried again" in said, said
    assert fingerprints(tmp_path / "out") == fingerprints(unbroken)
    assert nothing_left_behind(tmp_path / "out") and not (tmp_path / "out/short/failures").exists()


@needs_processes
def test_the_same_command_goes_on_after_the_parent_is_killed(unbroken: Path, tmp_path: Path):
    file, out = written(tmp_path), tmp_path / "out"
    process = begun(file, out)
    until(lambda: len(summaries(out)) >= 2)
    workers = workers_of(process)
    process.kill()
    ended(process)
    until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    kept = {path: path.stat().st_mtime_ns for path in summaries(out)}
    assert 2 <= len(kept) < 6
    code, said = ended(begun(file, out))
    assert code == 0 and f"6 runs: {len(kept)} done, {6 - len(kept)} to run" in said, said
    assert fingerprints(out) == fingerprints(unbroken) and nothing_left_behind(out)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


@pytest.mark.parametrize(
    "number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143), (getattr(signal, "SIGHUP", 1), 129)]
)
def test_requests_to_end_are_heeded_in_order(tmp_path: Path, number: int, code: int):
    """Ctrl-C, a request to end and a closed terminal reach the workers, too."""
    file, out = written(tmp_path), tmp_path / "out"
    process = begun(file, out)
    until(lambda: summaries(out))
    os.killpg(process.pid, number)
    ended_with, said = ended(process)
    assert ended_with == code and "stopping" in said and "Traceback" not in said, said
    assert nothing_left_behind(out)
    rows: Any = pd.read_parquet(out / "short/runs.parquet")
    assert set(rows["status"]) == {"done", "missing"}


@needs_processes
def test_ctrl_c_may_come_while_workers_start(tmp_path: Path):
    out = tmp_path / "out"
    process = begun(written(tmp_path), out)
    until(lambda: workers_of(process))
    os.killpg(process.pid, signal.SIGINT)
    code, said = ended(process)
    assert code == 130 and "Traceback" not in said, said
    assert nothing_left_behind(out) and not summaries(out)


@needs_locks
def test_the_second_of_two_calls_waits_and_finds_all_done(unbroken: Path, tmp_path: Path):
    file, out = written(tmp_path), tmp_path / "out"
    first = begun(file, out)
    until(lambda: (out / "short/batch.yaml").exists())
    second = begun(file, out)
    (code, said), (code_2, said_2) = ended(first), ended(second)
    assert (code, code_2) == (0, 0), said + said_2
    assert "another call works on" in said_2 and "6 runs: 6 done, 0 to run" in said_2
    assert fingerprints(out) == fingerprints(unbroken)


def test_a_run_that_fails_keeps_its_reason_and_spares_the_others(
    unbroken: Path, copied: Path, tmp_path: Path
):
    runs = copied / "short/with"
    for draw in (1, 2):
        shutil.rmtree(runs / f"scale0.001-draw{draw}-seed1")
    (runs / "scale0.001-draw1-seed1").write_text("in the way")
    result = call(written(tmp_path), copied)
    assert result.exit_code == 1 and "1 of 6 runs" in result.stderr, result.output
    rows: Any = pd.read_parquet(copied / "short/runs.parquet")
    (failed,) = rows[rows["status"] == "failed"].to_dict("records")
    assert (failed["scenario"], failed["draw"]) == ("with", 1) and "is a file" in failed["reason"]
    assert "Traceback" in failed["traceback"]
    kept = copied / "short/failures/with/scale0.001-draw1-seed1.txt"
    assert kept.read_text().startswith(failed["reason"])
    assert list(rows["status"]).count("done") == 5

    (runs / "scale0.001-draw1-seed1").unlink()
    assert call(written(tmp_path), copied).exit_code == 0
    assert fingerprints(copied) == fingerprints(unbroken) and not kept.parent.parent.exists()


def test_stale_and_damaged_runs_are_run_again_and_said(unbroken: Path, copied: Path, tmp_path: Path):
    stale, damaged = (copied / f"short/{name}/scale0.001-draw1-seed1" for name in ("without", "with"))
    record = yaml.safe_load((stale / seal.RECORD).read_text())
    record["digests"]["code"] = record["input_digest"] = "0" * 64
    (stale / seal.RECORD).write_text(yaml.safe_dump(record))
    seal.seal(stale, json.loads((stale / seal.SUMMARY).read_text()) | {"input_digest": "0" * 64})
    (damaged / seal.MOVERS).write_bytes(b"something else")
    file = written(tmp_path)
    dry = call(file, copied, "--dry-run")
    assert "done 4, missing 0, stale 1, damaged 1" in dry.stdout and "stale (other code): 1" in dry.stdout
    assert "the median of 6 stored runs" in dry.stdout
    before: Any = pd.read_parquet(copied / "short/runs.parquet")
    result = call(file, copied)
    assert result.exit_code == 0 and "stale (other code), to be run again: 1" in result.stderr
    assert "damaged (was changed after the run" in result.stderr
    assert fingerprints(copied) == fingerprints(unbroken)
    after: Any = pd.read_parquet(copied / "short/runs.parquet")
    assert list(after["fingerprint"]) == list(before["fingerprint"])


def test_a_grown_batch_keeps_what_it_has(unbroken: Path, copied: Path, tmp_path: Path):
    kept = {path: path.stat().st_mtime_ns for path in summaries(copied)}
    result = call(written(tmp_path, draws=4), copied)
    assert result.exit_code == 0 and "8 runs: 6 done, 2 to run" in result.stderr
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert fingerprints(copied).items() > fingerprints(unbroken).items()


def test_a_dry_run_writes_nothing_and_says_when_it_guesses(tmp_path: Path):
    result = call(written(tmp_path), tmp_path / "out", "--dry-run")
    assert result.exit_code == 0 and "a first guess" in result.stdout and "missing 6" in result.stdout
    assert not (tmp_path / "out").exists()
    said = json.loads(call(tmp_path / "short.yaml", tmp_path / "out", "--dry-run", "--json").stdout)
    assert (said["to_run"], said["workers"], said["measured_runs"]) == (6, 1, 0)


def test_all_mistakes_come_before_the_first_run(tmp_path: Path):
    file = written(tmp_path)
    file.write_text(file.read_text() + "seeds: [x]\nsweep: {conditions.growth: [0.1]}\n")
    (tmp_path / "taken").write_text("")
    result = call(file, tmp_path / "taken", "--engine", "ray", "--scheduler", "here:1")
    assert result.exit_code == 2 and not (tmp_path / "out").exists()
    for said in ("seeds[0]", "conditions.growth_per_year", "--engine", "--out"):
        assert said in result.stderr, result.stderr


def test_a_batch_too_large_for_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("urbsim.simulation.memory._left", lambda: (1.2e9, "free"))
    file = written(tmp_path)
    result = CliRunner().invoke(app, ["batch", str(file), "--out", str(tmp_path / "out"), "--workers", "3"])
    assert result.exit_code == 2 and "--workers" in result.stderr and "at most 2" in result.stderr
    file.write_text(file.read_text().replace("0.001", "1"))
    result = call(file, tmp_path / "out")
    assert result.exit_code == 2 and "at scale 1 needs about" in result.stderr


def test_a_small_batch_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    written(tmp_path)
    arguments = ["run", str(tmp_path / "without.yaml"), "--scale", "0.001", "--out", str(tmp_path / "out")]
    arguments += ["--set", "conditions.growth_per_year=0.02", "--draws", "1:2", "--threads", "1"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    name = "@conditions.growth_per_year=0.02"
    results = urbsim.load_results(tmp_path / f"out/without_runs{name}")
    assert set(results.runs["scenario"]) == {f"without{name}"} and len(results.runs) == 2
    again = CliRunner().invoke(app, [*arguments[:-4], "--draws", "1:2", "--seeds", "1", "--threads", "1"])
    assert again.exit_code == 0 and "2 runs: 2 done, 0 to run" in again.stderr


def test_mistakes_of_a_small_batch_are_those_of_its_options(tmp_path: Path):
    given = ["run", "no_plan", "--set", "conditions.growth=1", "--seeds", "0:x", "--scale", "3", "--strict"]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 2
    for said in ("--set conditions.growth:", "--seeds", "--scale", "--strict"):
        assert said in result.stderr, result.stderr


# --- the engine alone


def test_workers_are_kept_warm_and_replaced_when_killed():
    engine = LocalProcesses(1)
    try:
        first, second = (engine.submit(os.getpid).result() for _ in range(2))
        assert first == second != os.getpid()
        os.kill(first, signal.SIGKILL)
        until(lambda: not Path(f"/proc/{first}").exists())
        assert engine.submit(os.getpid).result() != first
    finally:
        engine.stop()
