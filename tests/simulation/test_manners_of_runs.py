"""What a run leaves behind, says of itself, and refuses: interruptions, profiles, memory, and runs before it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import urbsim
from urbsim.cli import app
from urbsim.compute import free_memory, machine_code
from urbsim.compute.profiling import Profile
from urbsim.errors import InputError, RunError
from urbsim.files.cache_files import CacheError, CacheFolder
from urbsim.population import cache
from urbsim.processes import implementation
from urbsim.processes.demography import equations as demography
from urbsim.results import store
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Scenario
from urbsim.simulation import first_run, foreground, memory
from urbsim.simulation.build import build_world

REPOSITORY = Path(urbsim.__file__).resolve().parent.parent
GIGABYTE = 10**9


def short(name: str, until: str = "2021-03") -> Scenario:
    scenario = load_scenario(name)
    shortened = scenario.model_copy(update={"until": until})
    shortened._judged_by = scenario.judged_by
    return shortened


# --- runs before it


@pytest.mark.parametrize("other", ["baseline", "closed_border"])
def test_a_run_between_changes_nothing(other: str, tmp_path: Path):
    """What is kept for the next run of the process must not carry anything of the last one."""
    (tmp_path / "closed_border.yaml").write_text(
        "extends: no_plan\nconditions:\n  border_moves: off\n", encoding="utf-8"
    )
    between = load_scenario(tmp_path / "closed_border.yaml") if other == "closed_border" else short(other)
    between = between.model_copy(update={"until": "2021-03"})
    one = foreground.run_scenario(short("no_plan"), scale=0.002, seed=1)
    different = foreground.run_scenario(between, scale=0.001, seed=2, draw=1)
    again = foreground.run_scenario(short("no_plan"), scale=0.002, seed=1)
    assert again.summary["fingerprint"] == one.summary["fingerprint"] != different.summary["fingerprint"]
    assert again.summary["input_digest"] == one.summary["input_digest"]
    assert all(map(np.array_equal, again.movers, one.movers))
    assert again.indicators.equals(one.indicators)


# --- interruptions


def everything_below(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*")}


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
@pytest.mark.parametrize("moment", ["months", "files"])
@pytest.mark.parametrize(("before", "name"), [(False, "SIGINT"), (True, "SIGINT"), (True, "SIGTERM")])
def test_a_real_run_that_is_stopped_leaves_things_as_they_were(
    tmp_path: Path, moment: str, before: bool, name: str
):
    """The process stops itself where it is sure to be at work: in the third month, or with two files written."""
    if before:
        foreground.run_scenario(short("no_plan"), scale=0.0005, out=tmp_path / "results")
    (tmp_path / "temporary").mkdir()
    there = everything_below(tmp_path)
    where = {
        "months": "from urbsim.simulation import model as place; name = 'movers_of_month'; calls = 3",
        "files": "from urbsim.results import store as place; name = 'write_columns'; calls = 2",
    }[moment]
    code = (
        f"{where}\n"
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # in the background Ctrl-C is ignored
        "real = getattr(place, name)\n"
        "def interrupted(*given):\n"
        "    global calls\n"
        "    result = real(*given)\n"
        "    calls -= 1\n"
        "    if calls == 0:\n"
        "        print('now', flush=True); time.sleep(5)\n"  # a run goes on to where it can stop
        "    return result\n"
        "setattr(place, name, interrupted)\n"
        "sys.argv = ['urbsim', 'run', sys.argv[1], '--scale', '0.0005', '--out', 'results']\n"
        "from urbsim.cli import main; main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(tmp_path / "temporary")}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(REPOSITORY / "scenarios" / "no_plan.yaml")],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "now\n"
        process.send_signal(getattr(signal, name))
        said = process.stderr.read()
        assert process.wait(60) == 128 + getattr(signal, name)
    assert said == "stopped: nothing half-written was left\n"
    assert everything_below(tmp_path) == there


def test_an_interruption_while_folders_are_exchanged_brings_the_old_one_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "old.txt").write_text("old")
    real, calls = os.replace, []

    def replace(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(KeyboardInterrupt), store.whole_folder(folder) as temporary:
        (temporary / "new.txt").write_text("new")
    assert everything_below(tmp_path) == {Path("run"), Path("run/old.txt")}


# --- profile


def test_a_profile_names_every_process_of_the_month(capsys: pytest.CaptureFixture[str]):
    plain = foreground.run_scenario(short("no_plan"), scale=0.0005)
    assert plain.costs is None
    profiled = foreground.run_scenario(short("no_plan"), scale=0.0005, profile=True)
    assert profiled.summary["fingerprint"] == plain.summary["fingerprint"]
    assert profiled.costs is not None and capsys.readouterr() == ("", "")  # who asks prints it
    rows = [line.rsplit(maxsplit=4) for line in profiled.costs.table().splitlines()]
    calls = {row[0].strip(): row[1] for row in rows if len(row) == 5}
    monthly = [
        "weigh places",
        "screen",
        "give birth",
        "die",
        "decide and move",
        "work",
        "house",
        "observe",
    ]
    assert {name: calls[name] for name in monthly} == dict.fromkeys(monthly, "5")
    assert calls["census night"] == calls["months"] == "1"
    assert any(row[0].startswith("held: columns") for row in rows)


def test_what_fails_beside_the_loading_of_persons_fails_the_run(monkeypatch: pytest.MonkeyPatch):
    def fail(*given: object) -> None:
        raise ValueError("no table of deaths")

    monkeypatch.setattr(demography, "vital_rates", fail)
    with pytest.raises(ValueError, match="no table of deaths"):
        foreground.run_scenario(short("no_plan"), scale=0.0005)


def test_what_no_world_needs_is_imported_beside_its_opening_or_not_at_all():
    code = (
        "import sys; from urbsim import load_scenario; import urbsim.simulation.foreground as foreground\n"
        "from urbsim.simulation.build import build_world\n"
        "late = 'mesa', 'urbsim.results.run_record', 'urbsim.population.synthesis.build'\n"
        "print(*(name in sys.modules for name in late))\n"
        "build_world(load_scenario('no_plan'), 0.0005, threads=1); print('mesa' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert said.stdout == "False False False\nTrue\n", said.stderr


def test_a_profile_adds_up(monkeypatch: pytest.MonkeyPatch):
    clock = iter([0.0, 2.0, 10.0, 13.0])
    monkeypatch.setattr("urbsim.compute.profiling.time.perf_counter", lambda: next(clock))
    profile = Profile()
    for _ in range(2):
        with profile.step("work"):
            pass
    assert (profile.costs["work"].calls, profile.costs["work"].wall) == (2, 5.0)


# --- memory


def test_too_little_memory_is_refused_before_work_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(memory, "available_bytes", lambda: 2 * GIGABYTE)
    monkeypatch.setattr(memory, "is_built", lambda base: True)
    monkeypatch.setattr(foreground, "run_scenario", lambda *given: pytest.fail("work started"))
    result = CliRunner().invoke(app, ["run", "no_plan", "--scale", "1"])
    assert result.exit_code == 2 and result.stdout == ""
    (line,) = [text for text in result.stderr.splitlines() if text.startswith("--scale: ")]
    assert "2.0 GB are free" in line and "needs about" in line
    with pytest.raises(InputError, match="GB are free"):
        urbsim.run("no_plan", scale=1)
    assert list(tmp_path.iterdir()) == []
    # The scale that is said to fit does fit, and one of its size more does not.
    scale = float(line.split("at most ")[1].split()[0])
    assert memory.memory_problem(load_scenario("no_plan"), scale) is None
    assert memory.memory_problem(load_scenario("no_plan"), scale * 1.1) is not None


def test_memory_that_fits_nothing_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: GIGABYTE)
    monkeypatch.setattr(memory, "is_built", lambda base: False)
    problem = memory.memory_problem(load_scenario("no_plan"), 0.01)
    assert problem is not None and problem.allowed == "none with this memory"
    monkeypatch.setattr(memory, "available_bytes", lambda: None)
    assert memory.memory_problem(load_scenario("no_plan"), 1.0) is None


@pytest.mark.skipif(sys.platform != "linux", reason="such limits on addresses")
@pytest.mark.parametrize("limit", [60, 200, 500, 1000, 1500, 2000])
@pytest.mark.parametrize("arguments", [["run", "no_plan"], ["report", "results"]])
def test_a_program_that_gets_too_little_memory_says_so(tmp_path: Path, limit: int, arguments: list[str]):
    """Otherwise libraries cannot be loaded, or end the process in their own way."""
    code = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({limit} * 1024 * 1000,) * 2)\n"
        f"sys.argv = ['urbsim', *{arguments!r}]\n"
        "from urbsim.cli import main; main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"ulimit -v: the address space is limited to {limit * 1000} KB and ")
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_is_refused_before_libraries_are_loaded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(free_memory, "available_bytes", lambda: 50_000_000)
    with pytest.raises(InputError, match=r"at least 0\.5 GB of memory are needed and 0\.1 GB are free"):
        urbsim.run("no_plan")
    monkeypatch.setattr(free_memory, "available_bytes", lambda: GIGABYTE)
    monkeypatch.setattr(free_memory, "address_limit", lambda: GIGABYTE)
    with pytest.raises(InputError, match="ulimit -v"):
        urbsim.run("no_plan")


def test_a_limit_on_addresses_counts_with_the_scale(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 1000 * GIGABYTE)
    monkeypatch.setattr(memory, "is_built", lambda base: True)
    monkeypatch.setattr(memory, "address_limit", lambda: 4 * GIGABYTE)
    assert memory.memory_problem(load_scenario("no_plan"), 0.01) is None
    problem = memory.memory_problem(load_scenario("no_plan"), 1.0)
    assert problem is not None and "are left by `ulimit -v`" in problem.message


WANTS = [
    MemoryError(),
    OSError(12, "Cannot allocate memory"),
    RuntimeError("can't start new thread"),
    ImportError("_core.so: failed to map segment from shared object"),
]


@pytest.mark.parametrize("want", WANTS, ids=lambda want: type(want).__name__)
def test_a_want_of_memory_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch, want: Exception):
    def fail(*given: object) -> None:
        try:
            raise want
        except Exception as error:
            raise ValueError("what a library makes of it") from error

    monkeypatch.setattr(foreground, "run_scenario", fail)
    with pytest.raises(RunError, match=r"^out of memory; a run at a smaller --scale needs less$"):
        urbsim.run("no_plan")


def test_other_errors_stay_what_they_are(monkeypatch: pytest.MonkeyPatch):
    def fail(*given: object) -> None:
        raise ValueError("no table of deaths")

    monkeypatch.setattr(foreground, "run_scenario", fail)
    with pytest.raises(ValueError, match="no table of deaths"):
        urbsim.run("no_plan")


def test_longer_runs_and_larger_samples_need_more():
    persons = 1_000_000
    assert memory.bytes_needed(1.0, persons, 10, True) > memory.bytes_needed(1.0, persons, 3, True)
    assert memory.bytes_needed(0.5, persons, 3, True) > memory.bytes_needed(0.1, persons, 3, True)
    assert memory.bytes_needed(0.001, persons, 3, False) > memory.bytes_needed(0.001, persons, 3, True)


def test_the_estimate_covers_the_columns():
    """What the persons of a run hold is below the estimate, which also has what passes."""
    world = build_world(short("no_plan"), scale=0.002, threads=1)
    held = sum(column.nbytes for column in world.people[1:])
    program = memory.bytes_needed(0.0, 1, 0.0, True)
    assert held < memory.bytes_needed(1.0, world.n, 3.0, True) - program < 3 * held
    world.chunks.close()


def group(root: Path, path: str, limit: str, used: int, droppable: int, names: tuple[str, str, str]) -> None:
    folder = root / path
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in zip(names, (limit, str(used), f"anon 5\n{names[2]} {droppable}\n"), strict=True):
        (folder / (name if name != names[2] else "memory.stat")).write_text(content)


V2 = ("memory.max", "memory.current", "inactive_file")
V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def test_limits_of_control_groups_count(tmp_path: Path):
    own = tmp_path / "own"
    own.write_text("0::/jobs/mine\n")
    group(tmp_path, "jobs", str(5 * GIGABYTE), 3 * GIGABYTE, GIGABYTE, V2)
    group(tmp_path, "jobs/mine", "max", 2 * GIGABYTE, 0, V2)
    assert free_memory._free_of_groups(own, tmp_path) == [3 * GIGABYTE]  # files in memory can be dropped
    # The first version, in a container that sees the group's path on the host.
    own.write_text("4:memory:/docker/abc\n9:name=systemd:/\n")
    group(tmp_path, "memory", str(4 * GIGABYTE), GIGABYTE, 0, V1)
    assert free_memory._free_of_groups(own, tmp_path) == [3 * GIGABYTE]
    assert free_memory._free_of_groups(tmp_path / "nowhere", tmp_path) == []


# --- the first run


@pytest.mark.parametrize(
    "modules", [frozenset(implementation.NAMES), first_run.shares(2)[0]], ids=["all", "half"]
)
def test_the_made_up_population_is_one_the_model_can_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, modules: Collection[str]
):
    monkeypatch.setenv("URBSIM_CACHE", str(tmp_path))
    monkeypatch.setattr(machine_code._Files, "claims", None)  # those of other tests go on as before
    first_run.main(str(tmp_path), modules)
    assert cache.is_built(first_run.BASE)


@pytest.mark.parametrize("number", range(1, first_run._MOST + 1))
def test_every_module_is_compiled_by_one_process_and_none_has_much_more_than_its_share(number: int):
    shares = first_run.shares(number)
    names = sorted(name for share in shares for name in share)
    assert len(shares) == number and names == sorted(implementation.NAMES)
    loads = [sum(first_run._SECONDS.get(name, 0) for name in share) for share in shares]
    assert max(loads) - min(loads) <= min(first_run._SECONDS[name] for name in ("migration", "demography"))


@pytest.mark.parametrize(
    ("threads", "free", "number"),
    [(2, None, 2), (64, None, 4), (2, 64e9, 2), (3, 2.7e9, 2), (64, 2.7e9, 2), (8, 0.2e9, 1)],
)
def test_as_many_processes_compile_as_there_are_threads_and_memory(
    monkeypatch: pytest.MonkeyPatch, threads: int, free: float | None, number: int
):
    monkeypatch.setattr(first_run, "available_bytes", lambda: free)
    assert first_run.processes(threads) == number


def test_only_a_run_with_a_thread_to_spare_and_without_machine_code_compiles_beside(
    monkeypatch: pytest.MonkeyPatch,
):
    for kept in (False, True):
        monkeypatch.setattr(first_run, "any_machine_code", lambda kept=kept: kept)
        assert [first_run.is_first(threads) for threads in (1, 2, 8)] == [False, not kept, not kept]


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_what_compiles_ends_with_a_run_that_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Interrupted, neither the other processes nor their folders are left."""
    started: list[subprocess.Popen[Any]] = []
    real = subprocess.Popen

    def popen(*given, **named):
        started.append(real(*given, **named))
        return started[-1]

    def tell(fraction: float, text: str) -> None:
        assert 0 <= fraction < 1 and text == "compiling the program"
        assert len(list(tmp_path.glob("building/*"))) == 1
        raise KeyboardInterrupt

    monkeypatch.setattr(first_run.subprocess, "Popen", popen)
    monkeypatch.setattr(first_run, "available_bytes", lambda: None)
    monkeypatch.setattr(first_run, "open_population", lambda *given: None)
    monkeypatch.setenv("URBSIM_CACHE", str(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        first_run.make_ready("census_2020", 3, tell)
    assert len(started) == 3 and all(process.poll() is not None for process in started)
    assert list(tmp_path.glob("building/*")) == []


def test_a_run_begins_when_the_others_have_ended_even_without_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    made: list[str] = []
    monkeypatch.setattr(first_run, "open_population", lambda base, *given: made.append(base))
    monkeypatch.setattr(first_run.sys, "executable", shutil.which("false"))
    monkeypatch.setenv("URBSIM_CACHE", str(tmp_path))
    first_run.make_ready("census_2020", 2, lambda fraction, text: None)
    assert made == ["census_2020"] and list(tmp_path.glob("building/*")) == []


def test_where_no_machine_code_can_be_left_the_run_goes_on_alone(monkeypatch: pytest.MonkeyPatch):
    def no_room(self: CacheFolder) -> Any:
        raise CacheError("nowhere")

    made: list[str] = []
    monkeypatch.setattr(first_run, "open_population", lambda base, *given: made.append(base))
    monkeypatch.setattr(CacheFolder, "room", no_room)
    first_run.make_ready("census_2020", 2, lambda fraction, text: None)
    assert made == ["census_2020"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads Linux tables of processes")
def test_what_compiles_ends_with_its_process(tmp_path: Path):
    """Killed, a process can end no other: the others find out by themselves."""
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"  # as in the background
        "from urbsim.simulation import first_run\n"
        "first_run.open_population = lambda *given: None\n"
        "first_run.available_bytes = lambda: None\n"
        "first_run.make_ready('census_2020', 2, lambda fraction, text: print('now', flush=True))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "URBSIM_CACHE": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "now\n"
        others = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
    assert len(others) == 2
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{other}").exists() for other in others) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{other}").exists() for other in others)
    CacheFolder(tmp_path).sweep()
    assert list(tmp_path.glob("building/*")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
@pytest.mark.parametrize("way", ["default_int_handler", "SIG_IGN"])
def test_who_compiles_beside_is_interrupted_at_the_end_of_its_input(way: str):
    """In the background, a process inherits that Ctrl-C is ignored."""
    code = (
        f"import signal; signal.signal(signal.SIGINT, signal.{way})\n"
        "from urbsim.simulation.first_run import end_with_standard_input\n"
        "try:\n"
        "    end_with_standard_input()\n"
        "    while True: pass\n"
        "except KeyboardInterrupt: print('interrupted')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stdout) == (0, "interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_who_compiles_beside_does_not_go_on_without_input(tmp_path: Path):
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "URBSIM_CACHE": str(tmp_path / "cache")}
    ended = subprocess.run(
        [sys.executable, "-m", "urbsim.simulation.first_run", str(tmp_path)],
        env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert ended.returncode != 0
