"""A batch on Dask: a real scheduler and two workers on loopback, one of which is killed, or has another program."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import urbsim
from urbsim.cli import app

distributed: Any = pytest.importorskip("distributed")
REPOSITORY = Path(urbsim.__file__).resolve().parent.parent
BATCH = """
name: short
scale: 0.001
scenarios: [short_run]
draws: 4
"""


def written(folder: Path) -> Path:
    (folder / "short_run.yaml").write_text("name: short_run\nextends: no_plan\nuntil: 2021-01\n")
    (folder / "short.yaml").write_text(BATCH)
    return folder / "short.yaml"


def call(file: Path, out: Path, *more: str) -> Any:
    return CliRunner().invoke(app, ["batch", str(file), "--out", str(out), *more])


def prints(out: Path) -> dict[str, str]:
    found = sorted((out / "short").glob("*/scale*/summary.json"))
    return {path.parent.name: json.loads(path.read_text())["fingerprint"] for path in found}


@contextmanager
def cluster(folder: Path, *sources: Path) -> Iterator[str]:
    """The address of a scheduler that has a worker for each of these sources of urbsim."""
    file = folder / "scheduler.json"

    def start(source: Path, module: str, *options: str) -> subprocess.Popen[bytes]:
        path = os.pathsep.join([str(source), *filter(None, [os.environ.get("PYTHONPATH")])])
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--scheduler-file", str(file), *options]
        with (folder / f"{module}.log").open("ab") as log:
            environment = {**os.environ, "PYTHONPATH": path}
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)

    started = [start(sources[0], "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")]
    try:
        until(lambda: file.exists() and file.read_text().strip().endswith("}"))
        for source in sources:
            started.append(start(source, "dask_worker", "--nthreads", "1", "--no-dashboard"))
        address = json.loads(file.read_text())["address"]
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(len(sources), timeout=60)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            with suppress(
                subprocess.TimeoutExpired
            ):  # a nanny that is just starting a worker anew does not listen
                process.wait(10)
            process.kill()
            process.wait()


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_cluster_gives_the_same_results_though_a_worker_is_killed(tmp_path: Path):
    file = written(tmp_path)
    assert call(file, tmp_path / "here", "--workers", "1").exit_code == 0
    with cluster(tmp_path, REPOSITORY, REPOSITORY) as address:
        process = subprocess.Popen(
            [sys.executable, "-m", "urbsim", "batch", str(file), "--out", str(tmp_path / "there"), "--engine", "dask",
             "--scheduler", address],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        until(lambda: prints(tmp_path / "there"))
        with distributed.Client(address, set_as_default=False) as client:
            victim = next(iter(client.run(os.getpid).values()))
        os.kill(victim, signal.SIGKILL)
        said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert prints(tmp_path / "there") == prints(tmp_path / "here") and len(prints(tmp_path / "here")) == 4


def test_a_worker_with_another_program_is_refused(tmp_path: Path):
    other = tmp_path / "other"
    shutil.copytree(REPOSITORY / "urbsim", other / "urbsim")
    for name in ("calibration", "scenarios", "docs"):
        (other / name).symlink_to(REPOSITORY / name)
    with (other / "urbsim" / "month.py").open("a") as stream:
        stream.write("# another month\n")
    with cluster(tmp_path, other) as address:
        result = call(written(tmp_path), tmp_path / "there", "--engine", "dask", "--scheduler", address)
    assert result.exit_code == 1 and "has other code than the program that asked" in result.stderr, (
        result.output
    )
    assert not prints(tmp_path / "there")


def test_a_cluster_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("urbsim.batch.cluster._PATIENCE", 1)
    file = written(tmp_path)
    result = call(file, tmp_path / "out", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert result.exit_code == 1 and "no Dask scheduler answers" in result.stderr, result.output
    result = call(file, tmp_path / "out", "--engine", "dask", "--workers", "2")
    assert result.exit_code == 2 and "--scheduler" in result.stderr and "--workers" in result.stderr
    assert not (tmp_path / "out").exists()
