"""Stored runs in Python: tidy tables of all of them, lines of a chart, and what cannot stand together."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from invented_runs import make_run
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.dates import date2num

import urbsim
from urbsim.errors import InputError
from urbsim.facts.indicators import INDICATORS
from urbsim.report.charts import runs as chart
from urbsim.report.stored_results import Results
from urbsim.simulation.runner import RunResult

SCALE = 0.0005
UNTIL = "2021-02"
HOMES = {"public_rental_units": {"total": 50000, "from": "2020-11", "to": "2021-01"}}
PLAIN = {
    "name": "plain",
    "extends": "no_plan",
    "until": UNTIL,
    "title": {"en": "Plain, $1 a $day", "zh": "基准"},
}
MORE = {"name": "more", "extends": "no_plan", "until": UNTIL, "levers": {"housing": HOMES}}


@pytest.fixture(autouse=True, scope="module")
def without_windows() -> Iterator[None]:
    before = mpl.get_backend()
    mpl.use("Agg")
    yield
    plt.close("all")
    mpl.use(before)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[RunResult]]:
    out = tmp_path_factory.mktemp("results")
    return out, [
        urbsim.run(scenario, scale=SCALE, seed=seed, out=out)
        for scenario, seed in ((PLAIN, 1), (PLAIN, 2), (MORE, 1))
    ]


@pytest.fixture(scope="module")
def results(stored: tuple[Path, list[RunResult]]) -> Results:
    return urbsim.load_results(stored[0])


def of_run(frame: pd.DataFrame, result: RunResult) -> pd.DataFrame:
    mine = (frame["scenario"] == result.scenario.name) & (frame["seed"] == result.seed)
    return frame.loc[mine].reset_index(drop=True)


def kinds_of(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(kind) for name, kind in frame.dtypes.items()}


# --- tables


def test_what_is_shown_is_short(results: Results):
    assert repr(results) == "Results(3 runs of more, plain; draw 0; seeds 1, 2)" and len(results) == 3


def test_indicators_are_those_of_the_runs(stored: tuple[Path, list[RunResult]], results: Results):
    frame = results.indicators
    text = "category"
    assert kinds_of(frame) == {
        "scenario": text, "draw": "int64", "seed": "int64", "month": "datetime64[ns]", "place": text,
        "place_en": text, "place_zh": text, "indicator": text, "value": "float64",
    }  # fmt: skip
    for result in stored[1]:
        mine, ours = of_run(frame, result), result.indicators
        for column in ("month", "place", "place_en", "place_zh", "indicator", "value"):
            assert list(mine[column]) == list(ours[column]), column


def test_parts_of_movers_come_apart(stored: tuple[Path, list[RunResult]], results: Results):
    frame = results.movers
    assert len(frame) == sum(len(of_month) for result in stored[1] for of_month in result.movers)
    moves = sum(of_month[:, 6].sum() for result in stored[1] for of_month in result.movers)
    assert np.sum(frame["count"]) == moves / SCALE
    for end in ("origin", "destination"):
        inside = frame[f"{end}_setting"] != "outside"
        letter = {"rural": "R", "urban": "U", "outside": ""}
        pairs = zip(frame[f"{end}_place"], frame[f"{end}_setting"], strict=True)
        assert [place + letter[setting] for place, setting in pairs] == list(frame[end])
        outside = set(frame.loc[~inside, f"{end}_place"])
        assert outside == {"outside_prd", "outside_rest"}
    named = frame.drop_duplicates("origin").set_index("origin")
    assert named.loc["450102U", "origin_place_en"] == "Xingning District"
    assert named.loc["450102U", "origin_place_zh"] == "兴宁区"
    assert named.loc["outside_prd", "origin_place_zh"] == "珠三角"
    assert list(frame["age_group"].cat.categories[:3]) == ["0-4", "5-9", "10-14"]
    assert frame["age_group"].cat.ordered and frame["schooling"].cat.ordered and not frame["sex"].cat.ordered


def test_spending_and_services_are_those_of_the_runs(stored: tuple[Path, list[RunResult]], results: Results):
    for result in stored[1]:
        keyed = {"scenario": result.scenario.name, "draw": result.draw, "seed": result.seed}
        spent, served = results.spending, results.services
        for name, value in keyed.items():
            spent, served = spent[spent[name] == value], served[served[name] == value]
        assert np.sum(spent["yuan"]) == result.summary["fiscal_cost_yuan"]["all"] > 0
        levels = result.services.by_month
        assert len(served) == len(levels) * len(result.services.names) * 111
        assert np.sum(served["units"]) == pytest.approx(sum(units.sum() for units, _ in levels.values()))


def test_deliveries_are_those_of_the_runs(stored: tuple[Path, list[RunResult]], results: Results):
    frame = results.deliveries
    for result in stored[1]:
        mine = of_run(frame, result)
        assert np.sum(mine["units"]) == sum(one.units.sum() for one in result.deliveries) / SCALE
        assert len(mine) == sum(np.count_nonzero(one.units) for one in result.deliveries)
    own = frame.loc[frame["part"] == "additional"]
    assert set(own["scenario"]) == {"more"} and set(own["lever"]) == {"housing.public_rental_units"}
    assert np.sum(own["units"]) == 50_000 and set(own["place_en"]) > {"Xingning District"}
    assert str(frame.dtypes["month"]) == "datetime64[ns]"


def test_outcomes_of_people_come_apart(stored: tuple[Path, list[RunResult]], results: Results):
    frame = results.touched
    for result in stored[1]:
        mine, ours = of_run(frame, result), result.touched
        assert np.array_equal(mine["person"], ours.person)
        assert np.array_equal(mine["outcome"], ours.outcome)
        assert np.array_equal(mine["trained"], ours.outcome & 2 != 0)
        assert np.array_equal(mine["urban_resident"], ours.outcome & 1024 != 0)
        assert list(mine["month"].isna()) == list(mine["lever"] == "others")
    tenants = frame.loc[frame["lever"] == "housing.public_rental_units"]
    assert len(tenants) and set(tenants["scenario"]) == {"more"}
    assert str(frame.dtypes["month"]) == "datetime64[ns]"


def test_targets_and_runs_have_a_row_each(stored: tuple[Path, list[RunResult]], results: Results):
    targets = results.targets
    assert list(targets["id"]) == ["T1", "T2"] * 3
    assert np.all(targets[["value", "met"]].isna())  # the runs end before
    assert str(targets.dtypes["met"]) == "boolean"
    first = targets.iloc[1]
    assert (first["from"], first["to"]) == (pd.Timestamp("2021-01-31"), pd.Timestamp("2023-12-31"))
    runs = results.runs
    ours = [result.summary["fingerprint"] for result in stored[1]]
    assert set(runs["fingerprint"]) == set(ours) and len(runs) == 3
    assert list(runs["until"].unique()) == [pd.Timestamp("2021-02-28")]
    assert all(Path(folder).is_dir() for folder in runs["folder"])


def test_a_target_met_has_no_shortfall(tmp_path: Path):
    make_run(tmp_path, "baseline", scale=0.0005)
    targets = urbsim.load_results(tmp_path).targets.set_index("id")
    for name in ("T1", "T2"):
        row = targets.loc[name]
        assert row["shortfall"] == row["threshold"] - row["value"]
        assert (row["shortfall"] <= 0) == row["met_strict"]


def test_tables_are_read_when_they_are_asked_for(
    stored: tuple[Path, list[RunResult]], monkeypatch: pytest.MonkeyPatch
):
    from urbsim.report import stored_results

    read = []
    real = stored_results.read_table
    monkeypatch.setattr(stored_results, "read_table", lambda *given: (read.append(given[1]), real(*given))[1])
    results = urbsim.load_results(stored[0])
    assert results.runs is results.runs and read == []
    assert results.movers is results.movers and read == ["movers.parquet"] * 3


# --- what cannot stand together


def refused(given: Any) -> list[str]:
    with pytest.raises(InputError) as error:
        urbsim.load_results(given)
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize("given", [None, 3, True, [], [None], "", b"results"])
def test_what_is_no_folder_is_refused(given: Any):
    assert all(line.startswith("folders: ") for line in refused(given))


def test_every_folder_without_runs_is_named(tmp_path: Path, stored: tuple[Path, list[RunResult]]):
    lines = refused([tmp_path, stored[0] / "plane", stored[0]])
    assert len(lines) == 2 and "holds none" in lines[0] and "did you mean 'plain'?" in lines[1]


def test_a_run_that_was_changed_is_not_believed(tmp_path: Path, stored: tuple[Path, list[RunResult]]):
    shutil.copytree(stored[0] / "more", tmp_path / "more")
    (file,) = tmp_path.glob("more/*/indicators.parquet")
    frame = pq.read_table(file)
    pq.write_table(frame.slice(1), file)
    (line,) = refused(tmp_path)
    assert str(file) in line and "was changed after the run" in line


def test_two_scenarios_of_one_name_are_refused(tmp_path: Path, stored: tuple[Path, list[RunResult]]):
    urbsim.run({**MORE, "name": "plain"}, scale=SCALE, seed=3, out=tmp_path)
    (line,) = refused([stored[0], tmp_path])
    assert "digests.scenario: 'plain' is another scenario here" in line


def test_runs_of_one_key_with_other_results_are_refused(tmp_path: Path, stored: tuple[Path, list[RunResult]]):
    urbsim.run(PLAIN, scale=2 * SCALE, out=tmp_path)
    (line,) = refused([stored[0], tmp_path])
    assert "'plain' with draw 0 and seed 1 has other results" in line


def test_a_copy_counts_once(tmp_path: Path, stored: tuple[Path, list[RunResult]]):
    shutil.copytree(stored[0] / "more", tmp_path / "more")
    assert len(urbsim.load_results([stored[0], str(tmp_path)])) == 3


@pytest.mark.parametrize("what", ["code", "facts", "libraries", "parameters"])
def test_runs_made_from_different_things_are_loaded_with_a_warning(tmp_path: Path, what: str):
    make_run(tmp_path, "baseline", scale=0.0005)
    make_run(tmp_path, "no_plan", scale=0.0005, digests={what: "another"})
    with pytest.warns(UserWarning, match="not made with the same") as said:
        results = urbsim.load_results(tmp_path)
    assert len(set(results.runs[f"{what}_digest"])) == 2
    assert [warning.filename for warning in said] == [__file__]


# --- lines


def lines_of(axes: Axes) -> list[np.ndarray]:
    return [np.asarray(line.get_ydata(), dtype=float) for line in axes.get_lines()]


def test_a_line_for_each_scenario_with_names_and_units(
    stored: tuple[Path, list[RunResult]], results: Results, recwarn: pytest.WarningsRecorder
):
    axes = results.plot("urban_population", place="450100")
    axes.figure.canvas.draw()
    more, plain = lines_of(axes)
    read = [result.observer for result in stored[1]]
    assert list(more) == [read[2].read("urban_population", "450100", month) for month in read[2].months]
    both = [[run.read("urban_population", "450100", month) for month in run.months] for run in read[:2]]
    assert list(plain) == list(np.mean(np.array(both, dtype=float), axis=0))
    assert axes.get_title() == "Nanning"
    assert axes.get_xlabel() == "month" and axes.get_ylabel() == "Urban residents (persons)"
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "more",
        "Plain, $1 a $day (2 runs: median, lowest to highest)",
    ]
    assert len(axes.collections) == 1  # the band of the scenario with two runs
    last = axes.get_xticks()[-1]
    assert last == date2num(pd.Timestamp("2021-02-28"))  # marks stand at month ends, as values do
    assert not recwarn.list


def test_a_plot_in_chinese_on_given_axes(results: Results):
    _, given = plt.subplots()
    axes = results.plot("resident_population", ax=given, lang="zh")
    assert axes is given
    given.figure.canvas.draw()  # a missing character would be a warning, which is an error here
    assert axes.get_title() == "广西" and axes.get_xlabel() == "月份"
    assert axes.get_ylabel() == "常住人口（万人）"
    legend = axes.get_legend()
    assert legend is not None
    assert legend.get_texts()[1].get_text() == "基准（2次模拟：中位数，最低至最高）"
    top = axes.get_yticks()[-1]
    assert axes.yaxis.get_major_formatter()(top) == f"{top / 10_000:,.10g}"


def test_shares_are_read_in_percent(results: Results):
    axes = results.plot("urbanisation_rate")
    assert axes.get_ylabel().endswith("(%)") and max(map(np.max, lines_of(axes))) < 1
    assert axes.yaxis.get_major_formatter()(0.565) == "56.5"


def test_flows_begin_with_the_first_month(results: Results):
    axes = results.plot("births", lang="zh")
    assert [len(line) for line in lines_of(axes)] == [4, 4] and axes.get_ylabel() == "出生人口（人/月）"


@pytest.mark.parametrize(("runs", "low", "high"), [(19, 0.0, 18.0), (21, 1.0, 19.0)])
def test_a_band_of_many_runs_leaves_out_the_extremes(runs: int, low: float, high: float):
    table = [("x", 0, seed, pd.Timestamp("2021-01-31"), float(seed)) for seed in range(runs)]
    frame = pd.DataFrame(table, columns=["scenario", "draw", "seed", "month", "value"])
    axes = chart.draw(frame, {"x": "X"}, "urban_population", "450000", "en", None)
    edges = np.asarray(axes.collections[0].get_paths()[0].vertices)[:, 1]
    assert (edges.min(), edges.max()) == (low, high)
    assert lines_of(axes)[0][0] == (runs - 1) / 2


@pytest.mark.parametrize("name", INDICATORS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_indicator_has_a_name_and_a_unit(name: str, lang: str):
    chart.check(name, "450000", lang)
    table = pd.DataFrame({"scenario": ["x"] * 2, "draw": 0, "seed": 1, "value": [1.0, 2.0]})
    frame = table.assign(month=pd.to_datetime(["2020-10-31", "2020-11-30"]))
    figure, axes = plt.subplots()
    chart.draw(frame, {"x": "X"}, name, "450000", lang, axes)
    figure.canvas.draw()
    if lang == "zh":
        assert INDICATORS[name].zh in axes.get_ylabel()
    assert ("(" in axes.get_ylabel()) or ("（" in axes.get_ylabel())
    plt.close(figure)


def test_everything_wrong_with_a_plot_is_said_at_once(results: Results):
    with pytest.raises(InputError) as error:
        results.plot("urban_populaton", place="Nanning", lang="de")
    problems = error.value.problems
    assert [problem.key for problem in problems] == ["indicator", "place", "lang"]
    assert [problem.nearest for problem in problems] == ["urban_population", "450100", None]
