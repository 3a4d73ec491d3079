"""The console: exit codes, both output streams, options and files judged together, Ctrl-C."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import urbsim
from urbsim.cli import app
from urbsim.errors import InputError, Problem, RunError
from urbsim.limits import MIN_SCALE
from urbsim.report.verdict_table import shortfall
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Scenario
from urbsim.simulation import options

REPOSITORY = Path(urbsim.__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def invoke(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def console(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The real command in its own process."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "urbsim", *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip


@dataclass
class FakeTarget:
    id: str
    place: str
    to: str


@dataclass
class FakeJudgement:
    target: FakeTarget


class FakeObserver:
    def read(self, indicator: str, place: str, month: int) -> float | None:
        assert indicator == "resident_population" and isinstance(month, int)
        return 50_000_000.0 if place == "450000" else None


@dataclass
class FakeResult:
    summary: dict[str, Any]
    scenario: Scenario
    folder: Path | None
    targets: list[FakeJudgement]
    costs: None = None
    observer: FakeObserver = field(default_factory=FakeObserver)
    replaced: str | None = None
    fit: dict[str, Any] = field(default_factory=lambda: {"status": "priors"})


class FakeRunner:
    """Stands in for the model: it remembers what it was asked, and fails as told."""

    def __init__(self, value: float = 0.568, failure: BaseException | None = None) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.value, self.failure = value, failure

    def run_scenario(
        self, scenario: Scenario, scale: float, seed: int, draw: int, threads: int, out: Path | None,
        strict: bool, profile: bool, progress: Any, persons: Any = None,
    ) -> FakeResult:  # fmt: skip
        self.calls.append((scenario.name, scale, seed, draw, threads, out, strict, profile))
        if progress is not None:
            progress(0.5, "months")
        if self.failure is not None:
            raise self.failure
        t1, t2 = scenario.judged_by
        common = {"place": "450000", "operator": ">="}
        targets = [
            {"id": "T1", "indicator": t1.indicator,
             "from": t1.from_, "to": t1.to, "aggregate": "last",
             "threshold": 0.57, "tolerance": 0.005, "value": self.value, "met": self.value >= 0.565,
             "met_strict": self.value >= 0.57, **common},
            {"id": "T2", "indicator": t2.indicator,
             "from": t2.from_, "to": t2.to, "aggregate": "sum",
             "threshold": 900_000.0, "tolerance": 0.0, "value": None,
             "met": None, "met_strict": None, **common},
        ]  # fmt: skip
        summary = {"scenario": scenario.name, "draw": draw, "seed": seed, "scale": scale, "targets": targets}
        folder = None if out is None else out / scenario.name / f"scale{scale:g}-draw{draw}-seed{seed}"
        judged = [FakeJudgement(FakeTarget(t.id, t.place, t.to)) for t in scenario.judged_by]
        return FakeResult(summary, scenario, folder, judged)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> FakeRunner:
    fake = FakeRunner()
    install(monkeypatch, fake)
    return fake


def install(monkeypatch: pytest.MonkeyPatch, fake: FakeRunner) -> None:
    module = types.ModuleType("urbsim.simulation.foreground")
    module.__dict__["run_scenario"] = fake.run_scenario
    monkeypatch.setitem(sys.modules, "urbsim.simulation.foreground", module)


# --- run


def test_run_passes_its_options_on(runner: FakeRunner) -> None:
    given = "--scale 5e-2 --seed 4294967295 --draw 3 --threads 2 --out there --strict --profile".split()
    result = invoke("run", "no_plan", *given)
    assert result.exit_code == 0, result.output
    assert runner.calls == [("no_plan", 0.05, 4294967295, 3, 2, Path("there"), True, True)]


def test_run_defaults(runner: FakeRunner) -> None:
    assert invoke("run", "no_plan").exit_code == 0
    assert runner.calls == [("no_plan", 0.01, 1, 0, options.all_cores(), Path("results"), False, False)]


def test_imports_are_not_searched_for_garbage_and_the_run_is(monkeypatch: pytest.MonkeyPatch) -> None:
    fake, searched = FakeRunner(), []

    def scenario_read(*given: Any) -> Any:
        searched.append(gc.isenabled())
        return load_scenario(*given)

    def run_scenario(*given: Any, **named: Any) -> Any:
        searched.append(gc.isenabled())
        return fake.run_scenario(*given, **named)

    install(monkeypatch, fake)
    monkeypatch.setattr("urbsim.scenario.reader.load_scenario", scenario_read)
    monkeypatch.setattr(sys.modules["urbsim.simulation.foreground"], "run_scenario", run_scenario)
    assert invoke("run", "no_plan").exit_code == 0 and searched == [False, True]
    assert invoke("run", "no_plan", "--scale", "2").exit_code == 2 and gc.isenabled()


def test_run_prints_the_verdict_in_both_languages_and_what_to_do_next(runner: FakeRunner) -> None:
    result = invoke("run", "baseline")
    flat = " ".join(result.stdout.replace("│", " ").split())
    for said in (
        "56.80%",
        "≥ 57.00%",
        "0.20 points",
        "100,000",
        "个百分点",
        "万人",
        "Not judged",
        "未评判",
        "≥ 900,000",
    ):
        assert said in flat, said
    folder = Path("results/baseline/scale0.01-draw0-seed1")
    assert f"Results 结果: {folder}\nNext 下一步: urbsim report {folder}\n" in result.stdout
    assert "baseline.yaml (comes with urbsim)" in result.stderr
    assert "One run gives no probability" in result.stdout


def test_a_missed_target_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, FakeRunner(value=0.5))
    result = invoke("run", "baseline")
    assert result.exit_code == 0
    assert "Missed" in result.stdout and "未达到" in result.stdout


def test_json_leaves_stdout_to_the_summary(runner: FakeRunner) -> None:
    result = invoke("run", "baseline", "--json")
    summary = json.loads(result.stdout)
    assert summary["scenario"] == "baseline"
    assert [target["id"] for target in summary["targets"]] == ["T1", "T2"]


def test_a_name_found_here_says_so_and_a_path_says_nothing(runner: FakeRunner, tmp_path: Path) -> None:
    Path("scenarios").mkdir()
    Path("scenarios/baseline.yaml").write_text("extends: no_plan\n", encoding="utf-8")
    assert invoke("run", "baseline").stderr == "scenario baseline: scenarios/baseline.yaml\n"
    assert invoke("run", "scenarios/baseline.yaml").stderr == ""


def test_options_and_file_are_refused_together(runner: FakeRunner) -> None:
    Path("bad.yaml").write_text("untill: 2021-01\nbase: x\n", encoding="utf-8")
    Path("file").touch()
    result = invoke("run", "bad.yaml", "--scale", "1.5", "--seed", "-1", "--draw", "x", "--threads", "0",
                    "--out", "file")  # fmt: skip
    assert result.exit_code == 2 and result.stdout == "" and runner.calls == []
    starts = [line.split(": ")[0] for line in result.stderr.splitlines()]
    assert starts == ["--scale", "--seed", "--draw", "--threads", "--out", "bad.yaml:1:1", "bad.yaml:2:7"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--scale", "0"), ("--scale", "0.0000099"), ("--scale", "-0.1"), ("--scale", "1.0001"), ("--scale", "nan"),
        ("--scale", "inf"), ("--scale", "1%"), ("--scale", ""), ("--scale", "1e-999"),
        ("--seed", "4294967296"), ("--seed", "1.5"), ("--seed", "one"), ("--draw", "-1"),
        ("--threads", "0"), ("--threads", "2.0"), ("--out", "file/below"),
    ],
)  # fmt: skip
def test_bad_options_are_refused(runner: FakeRunner, option: str, value: str) -> None:
    Path("file").touch()
    result = invoke("run", "no_plan", option, value)
    assert result.exit_code == 2 and runner.calls == []
    assert f"{option}: " in result.stderr and "allowed: " in result.stderr
    assert sorted(path.name for path in Path().iterdir()) == ["file"]


def test_the_smallest_scale_is_said_everywhere_alike() -> None:
    smallest = f"{MIN_SCALE:.5f}"
    assert options.scale_problem(MIN_SCALE, "") is None
    refused = options.scale_problem(MIN_SCALE * 0.999, "")
    assert refused is not None and f"from {smallest} to 1" in str(refused)
    assert f"from {smallest} to 1" in " ".join(invoke("run", "--help").stdout.replace("│", " ").split())
    assert f"from {smallest} to 1" in str(urbsim.run.__doc__)
    Path("b.yaml").write_text("scenarios: [no_plan]\nscale: 0.000009\n", encoding="utf-8")
    said = invoke("validate", "b.yaml").stderr
    assert said.startswith("b.yaml:2:8: scale: 9e-06 is out of range") and f"from {smallest} to 1" in said


def test_checking_out_creates_nothing() -> None:
    assert options.out_problem(Path("a/b/c")) is None
    assert not Path("a").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_refused(runner: FakeRunner) -> None:
    Path("closed").mkdir(mode=0o500)
    assert "cannot be written to" in invoke("run", "no_plan", "--out", "closed").stderr


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (RunError("people were lost"), 1, "failed: people were lost"),
        (InputError([Problem("no such draw", key="--draw")]), 2, "--draw: no such draw"),
        (MemoryError(), 1, "out of memory"),
        (OSError(28, "No space left on device", "results/x"), 1, "No space left on device: results/x"),
        (KeyboardInterrupt(), 130, "stopped: nothing half-written was left"),
    ],
)
def test_failures_have_their_exit_codes(
    monkeypatch: pytest.MonkeyPatch, failure: BaseException, code: int, said: str
) -> None:
    install(monkeypatch, FakeRunner(failure=failure))
    result = invoke("run", str(REPOSITORY / "scenarios" / "no_plan.yaml"))
    assert result.exit_code == code
    assert result.stderr.splitlines() == [said] or said in result.stderr
    assert "Traceback" not in result.stderr and result.stdout == ""


def test_unknown_scenario_gets_the_nearest_name(runner: FakeRunner) -> None:
    result = invoke("run", "pearl_river_bom")
    assert result.exit_code == 2
    assert "no scenario is named 'pearl_river_bom'" in result.stderr
    assert "did you mean 'pearl_river_boom'?" in result.stderr
    assert runner.calls == []


# --- the other commands


def test_validate_reports_good_files_and_all_bad_ones() -> None:
    Path("one.yaml").write_text("untill: 2021-01\n", encoding="utf-8")
    Path("two.yaml").write_text("scenarios: [no_plan, nope]\n", encoding="utf-8")
    result = invoke("validate", "baseline", "one.yaml", "plan_2021_2023", "two.yaml", "none.yaml")
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        "baseline: valid scenario (baseline)",
        "plan_2021_2023: valid target (T1, T2)",
    ]
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == [
        "one.yaml:1:1",
        "two.yaml:1:22",
        "none.yaml",
    ]


def test_validate_as_json() -> None:
    Path("one.yaml").write_text("untill: 2021-01\n", encoding="utf-8")
    result = invoke("validate", "no_plan", "one.yaml", "--json")
    said = json.loads(result.stdout)
    assert said["valid"] == [{"file": "no_plan", "kind": "scenario", "holds": "no_plan"}]
    (problem,) = said["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == ("one.yaml", 1, 1)
    assert (problem["key"], problem["nearest"]) == ("untill", "until")
    assert result.exit_code == 2


def test_a_valid_batch() -> None:
    Path("b.yaml").write_text("scenarios: [no_plan, baseline]\ndraws: 2\n", encoding="utf-8")
    result = invoke("validate", "b.yaml")
    assert (result.exit_code, result.stdout) == (0, "b.yaml: valid batch (b)\n")


def test_explain_knows_names_and_the_nearest() -> None:
    result = invoke("explain", "urbanisation_rate")
    assert result.exit_code == 0 and "城镇化率" in result.stdout
    assert json.loads(invoke("explain", "urbanisation_rate", "--json").stdout)
    result = invoke("explain", "urbanisation_rat")
    assert result.exit_code == 2 and "did you mean 'urbanisation_rate'?" in result.stderr


def test_report_refuses_what_is_not_there() -> None:
    result = invoke("report", "nowhere", "--lang", "fr", "--place", "Nanning")
    assert result.exit_code == 2 and result.stdout == ""
    assert "nowhere" in result.stderr and "--lang" in result.stderr and "'450100'" in result.stderr
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("validate",),
        ("run",),
        ("report",),
        ("explain",),
        ("list",),
        ("table",),
        ("compare",),
        ("seek",),
        ("trace",),
    ],
)
def test_every_command_has_help_with_examples(command: tuple[str, ...]) -> None:
    result = invoke(*command, "--help")
    assert result.exit_code == 0
    assert not command or f"urbsim {command[0]} " in result.stdout.split("Examples:")[1]


def test_batch_is_not_offered_yet() -> None:
    assert invoke("batch", "b.yaml").exit_code == 2


# --- the real process


def test_the_process_refuses_with_2_and_plain_lines(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("conditions:\n  growth_per_year: 9\n", encoding="utf-8")
    done = console("run", "bad.yaml", "--scale", "7", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split(": ")[0] for line in done.stderr.splitlines()] == ["--scale", "bad.yaml:2:20"]
    assert console("validate", "no_plan", cwd=tmp_path).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]


@pytest.mark.parametrize(
    "arguments", [("rum", "x"), ("run",), ("run", "no_plan", "--sede", "1"), ("validate",)]
)
def test_usage_errors_are_2_too(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = console(*arguments, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr


def test_version_and_quick_help(tmp_path: Path) -> None:
    assert console("--version", cwd=tmp_path).stdout.startswith("urbsim ")
    heavy = "numpy pandas numba mesa scipy matplotlib pyarrow jinja2".split()
    code = f"import sys, urbsim, urbsim.cli; sys.exit(any(name in sys.modules for name in {heavy}))"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(("arguments", "status"), [(["--version"], 0), (["validate", "none.yaml"], 2)])
def test_the_command_leaves_at_once_with_all_said_and_its_exit_code(
    tmp_path: Path, arguments: list[str], status: int
) -> None:
    """What Python would do before it ends takes most of a second, with the libraries of a run in memory."""
    code = (
        "import atexit, sys; atexit.register(print, 'taken apart')\n"
        f"sys.argv = ['urbsim', *{arguments}]; from urbsim.cli import main; main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == status
    assert (done.stdout if status == 0 else done.stderr) and "taken apart" not in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_ctrl_c_ends_with_130_and_one_line(tmp_path: Path) -> None:
    code = (  # a test run in the background inherits that Ctrl-C is ignored
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys, time, types; m = types.ModuleType('urbsim.simulation.foreground')\n"
        "def run_scenario(*_, **__):\n    print('started', flush=True); time.sleep(60)\n"
        "m.run_scenario = run_scenario; sys.modules['urbsim.simulation.foreground'] = m\n"
        "sys.argv = ['urbsim', 'run', sys.argv[1]]\n"
        "from urbsim.cli import main; main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(REPOSITORY / "scenarios" / "no_plan.yaml")],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        assert process.wait(30) == 130
    assert said == "stopped: nothing half-written was left\n"
    assert list(tmp_path.iterdir()) == []


# --- the Python door


def test_run_from_python_mirrors_the_command(runner: FakeRunner) -> None:
    result = urbsim.run("no_plan", scale=0.02, seed=5, threads=1)
    assert runner.calls == [("no_plan", 0.02, 5, 0, 1, None, False, False)]
    assert result.folder is None and result.summary["seed"] == 5
    urbsim.run(load_scenario("no_plan"), out="there")
    assert runner.calls[-1][5] == Path("there")


def test_run_from_python_refuses_all_at_once(runner: FakeRunner) -> None:
    with pytest.raises(InputError) as caught:
        urbsim.run("no_plna", scale=0, seed=-1, draw=-1, threads=0)
    assert len(caught.value.problems) == 5 and runner.calls == []


def test_load_scenario_is_public() -> None:
    assert urbsim.load_scenario("baseline").name == "baseline"


# --- the verdict in words


@pytest.mark.parametrize(
    ("value", "operator", "lang", "said"),
    [
        (0.568, ">=", "en", "0.20 points, about 100,000 residents"),
        (0.568, ">=", "zh", "0.20个百分点，约10万人"),
        (0.571, ">=", "en", "none"),
        (0.571, "<=", "zh", "0.10个百分点，约5万人"),
        (None, ">=", "en", "-"),
    ],
)
def test_shortfall_of_a_share(value: float | None, operator: str, lang: str, said: str) -> None:
    target = {"indicator": "urbanisation_rate", "value": value, "operator": operator, "threshold": 0.57}
    assert shortfall(target, 50_000_000, lang) == said


def test_shortfall_of_a_count() -> None:
    target = {"indicator": "new_urban_jobs", "value": 850_000.0, "operator": ">=", "threshold": 900_000}
    assert shortfall(target, float("nan"), "en") == "50,000 persons"
    assert shortfall(target, float("nan"), "zh") == "5万人"
    homes = target | {"indicator": "public_rental_delivered"}
    assert shortfall(homes, float("nan"), "en") == "50,000 dwellings"
    assert shortfall(homes, float("nan"), "zh") == "5万套"
