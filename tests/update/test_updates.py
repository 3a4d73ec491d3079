"""`urbsim update` from file to file, on a batch whose numbers are invented."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest
from invented_batch import LATER, SHARES, make_batch
from typer.testing import CliRunner

from urbsim.cli import app

HEAD = "geography,level,year,variable,value,unit,note\n"


def rows(*shares: tuple[int, float]) -> Path:
    """A file of invented urban shares, per cent, by year."""
    text = "".join(f"Guangxi,province,{y},urbanisation_rate,{v},pct,invented\n" for y, v in shares)
    Path("rows.csv").write_text(HEAD + text, encoding="utf-8")
    return Path("rows.csv")


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["update", *map(str, arguments)])


def updated(*arguments: object) -> dict[str, Any]:
    done = invoke(*arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def refusal(*arguments: object) -> str:
    done = invoke(*arguments)
    assert done.exit_code == 2, done.output
    assert not Path("out").exists()
    return done.stderr


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def by_hand(value: float) -> list[float]:
    """Weights of the draws of `plan`: error 0.6 and discrepancy 0.8 points make one point."""
    likelihoods = [math.exp(-((100 * share - value) ** 2) / 2) for share in SHARES["plan"]]
    return [likelihood / sum(likelihoods) for likelihood in likelihoods]


def test_an_update_worked_by_hand(batch: Path):
    before = files(batch)
    found = updated(rows((2021, 54.0)), "--forecasts", batch, "--scenario", "plan", "--out", "out")
    assert files(batch) == before
    weights = by_hand(54.0)
    assert found["draws"] == 30
    assert found["effective_draws"] == pytest.approx(1 / sum(w * w for w in weights))
    entries = {(entry["scenario"], entry["target"]): entry for entry in found["verdicts"]}
    assert set(entries) == {(name, target) for name in SHARES for target in ("T1", "T2")}
    for name, shares in SHARES.items():  # weights of the rows' scenario go with the draw into the other
        entry = entries[name, "T1"]
        for key, least in (("probability", 0.565), ("probability_strict", 0.57)):
            met = [share + LATER >= least for share in shares]
            assert entry["before"][key] == pytest.approx(sum(met) / 30)
            assert entry["after"][key] == pytest.approx(
                sum(w for w, m in zip(weights, met, strict=True) if m)
            )
    after = entries["plan", "T1"]["after"]
    assert after["low"] < after["median"] < after["high"]
    assert after["median"] > entries["plan", "T1"]["before"]["median"]
    assert after["shortfall"] == pytest.approx(0.57 - after["median"])


def test_files_of_an_update(batch: Path):
    found = updated(rows((2021, 54.0)), "--forecasts", batch.parent, "--scenario", "plan", "--out", "out")
    assert json.loads(Path("out/update.json").read_text(encoding="utf-8")) == found
    assert found["protocol"]["name"] == "invented" and found["scenario"] == "plan"
    with Path("out/draws.csv").open(encoding="utf-8", newline="") as stream:
        draws = list(csv.DictReader(stream))
    assert [int(row["draw"]) for row in draws] == list(range(1, 31))
    assert [float(row["weight"]) for row in draws] == pytest.approx(by_hand(54.0))
    with Path("out/verdicts.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert [(line["scenario"], line["target"], line["when"]) for line in lines[:2]] == [
        ("plan", "T1", "before"), ("plan", "T1", "after"),
    ]  # fmt: skip
    first = files(Path("out"))
    updated(rows((2021, 54.0)), "--forecasts", batch, "--scenario", "plan", "--out", "out")
    assert files(Path("out")) == first


def test_what_is_printed(batch: Path):
    done = invoke(rows((2021, 54.0)), "--forecasts", batch, "--scenario", "plan")
    assert done.exit_code == 0, done.stderr
    assert "line 2: urbanisation_rate of Guangxi in 2021-12: 54.00%; runs 53.45%" in done.stdout
    assert "of 30" in done.stdout and "outside" not in done.stdout
    assert Path("results/updates/rows/update.json").is_file()


def test_a_row_outside_all_draws_says_nothing(batch: Path):
    file = rows((2021, 60.0))
    found = updated(file, "--forecasts", batch, "--scenario", "plan", "--out", "out")
    assert found["effective_draws"] < 20 and found["rows"][0]["outside"] and found["rows"][0]["far"]
    for entry in found["verdicts"]:
        assert set(entry["after"].values()) == {None, found["says_nothing_because"]}
        assert entry["before"]["median"] is not None
    said = invoke(file, "--forecasts", batch, "--scenario", "plan", "--out", "out").stdout
    assert "outside all runs" in said and "Nothing can be said" in said and "forecast anew" in said


def test_seeds_of_a_draw_are_no_draws(tmp_path: Path):
    batch = make_batch(tmp_path / "few", {"plan": [0.53 + 0.001 * k for k in range(10)]}, seeds=3)
    found = updated(rows((2021, 53.5)), "--forecasts", batch, "--out", "out")
    assert found["draws"] == 10 and found["effective_draws"] <= 10
    assert "20 are needed" in found["says_nothing_because"]


def test_variants_of_behaviour_are_weighed_too(tmp_path: Path):
    """One account of behaviour has the row in every draw, the other is 3 points off."""
    near, far = "plan@behaviour.leaving=gross", "plan@behaviour.leaving=elastic"
    batch = make_batch(tmp_path / "variants", {near: [0.53] * 20, far: [0.56] * 20})
    found = updated(rows((2021, 53.0)), "--forecasts", batch, "--out", "out")
    assert found["scenario"] == "plan" and found["draws"] == 20
    assert found["effective_draws"] == pytest.approx(20)
    likely = 1 / (1 + math.exp(-4.5))
    with Path("out/draws.csv").open(encoding="utf-8", newline="") as stream:
        weights = {(row["variant"], int(row["draw"])): float(row["weight"]) for row in csv.DictReader(stream)}
    assert weights["behaviour.leaving=gross", 7] == pytest.approx(likely / 20)
    (verdict,) = [entry for entry in found["verdicts"] if entry["target"] == "T1"]
    assert verdict["before"]["probability"] == 0.5  # 56% at the end of 2023 against 59%
    assert verdict["after"]["probability"] == pytest.approx(1 - likely)


def test_the_central_draw_is_left_out(tmp_path: Path):
    batch = make_batch(tmp_path / "central", {"plan": [0.53] * 21}, central=True)
    found = updated(rows((2021, 53.0)), "--forecasts", batch, "--out", "out")
    assert found["draws"] == 21 and found["effective_draws"] == pytest.approx(21)


def test_dates_of_rows(batch: Path):
    asked = ("--forecasts", batch, "--scenario", "plan", "--out", "out")
    said = refusal(rows((2019, 50.0), (2020, 50.0), (2024, 50.0)), *asked)
    assert "rows.csv:2:3" in said and "is not after census night" in said
    assert "rows.csv:3:3" in said and "a fit may have looked at" in said
    assert "rows.csv:4:3" in said and "runs, which end in 2023-12" in said


def test_duplicated_rows_unknown_indicators_and_the_folder_are_refused_together(batch: Path):
    file = rows((2021, 54.0), (2021, 54.0))
    with file.open("a", encoding="utf-8") as stream:
        stream.write("Guangxi,province,2021,residents_pop,1,10k_persons,invented\n")
    said = refusal(file, "--forecasts", batch, "--out", batch / "update")
    assert "rows.csv:3:5" in said and "already" in said
    assert "rows.csv:4:4" in said and "did you mean 'resident_pop'" in said
    assert "stays as it is" in said


def test_which_scenario_must_be_clear(batch: Path):
    assert "allowed: plan, other" in refusal(rows((2021, 54.0)), "--forecasts", batch, "--out", "out")
    said = refusal(rows((2021, 54.0)), "--forecasts", batch, "--scenario", "plam", "--out", "out")
    assert "did you mean 'plan'" in said


def test_batches_that_are_none_or_not_finished(batch: Path, tmp_path: Path):
    assert "holds none" in refusal(rows((2021, 54.0)), "--forecasts", tmp_path, "--out", "out")
    undone = make_batch(tmp_path / "undone", {"plan": [0.53]}, status="failed")
    assert "1 of 1 runs are not done" in refusal(rows((2021, 54.0)), "--forecasts", undone, "--out", "out")


def test_a_run_changed_since_is_refused(tmp_path: Path):
    batch = make_batch(tmp_path / "changed", {"plan": [0.53, 0.54]})
    record = next(batch.glob("plan/*draw2*/run.yaml"))
    record.write_text(record.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    said = refusal(rows((2021, 54.0)), "--forecasts", batch, "--out", "out")
    assert "draw2" in said


def test_other_folders_are_not_overwritten(batch: Path):
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("mine", encoding="utf-8")
    said = refusal(rows((2021, 54.0)), "--forecasts", batch, "--scenario", "plan", "--out", "mine")
    assert "holds other things" in said and Path("mine/thesis.txt").exists()
