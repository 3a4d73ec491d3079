"""The reduced recipe from end to end: fitted, stopped and gone on with, read by a run, checked by ranks."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from urbsim.cli import app
from urbsim.errors import InputError
from urbsim.facts import fitted
from urbsim.fit import later_years, left_out, posterior
from urbsim.fit.centre import SEEDS, STEPS
from urbsim.fit.recipe import load_recipe
from urbsim.fit.runs import FILE, FOLDER


def urbsim(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["fit", "--small", *arguments])


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    done = urbsim("--out", str(folder), "--workers", "2", "--json")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def work(out: Path) -> Path:
    return next(out.glob("fit_*_small"))


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / fitted.FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_whole_fit_is_written(work: Path):
    draws = table(work, fitted.DRAWS)
    assert [int(row["draw"]) for row in draws] == list(range(11))
    assert {row["variant"] for row in draws} == {"main"}
    assert draws[0]["prior_draw"] == "0" and all(
        200_000 < int(row["prior_draw"]) <= 200_008 for row in draws[1:]
    )
    learnt = table(work, fitted.PARAMETERS)
    held = list(load_recipe().set)
    assert [row["parameter"] for row in learnt] == [name for name in list(draws[0])[3:] if name not in held]
    assert all(float(row[name]) == load_recipe().set[name] for row in draws for name in held)
    assert all(float(row["posterior_05"]) <= float(row["posterior_95"]) for row in learnt)
    assert {row["status"] for row in learnt} <= {"learnt", "not learnt"}
    misses = table(work, posterior.MISSES)
    assert {row["role"] for row in misses} == {"target", "check"}
    assert [row["round"] for row in table(work, posterior.MISFIT)] == [
        "round 1", "round 2", "matching 1", "matching 2", "matched",
    ]  # fmt: skip


def test_what_is_stored_is_not_run_again_and_the_fit_comes_out_the_same(
    out: Path, work: Path, tmp_path: Path
):
    copy = tmp_path / "results"
    shutil.copytree(out, copy)
    again = next(copy.glob("fit_*_small"))
    runs = sorted(again.glob(f"{FOLDER}/*/*/{FILE}"))
    assert len(runs) == 38 + SEEDS * (STEPS + 1)  # noise, rounds, matching; the centre
    shutil.rmtree(runs[7].parent)
    runs[11].write_text("{", encoding="utf-8")  # half-written by something else
    shutil.rmtree(again / fitted.FOLDER)
    said = json.loads(urbsim("--out", str(copy), "--dry-run", "--json").stdout)
    assert said["runs"] == len(runs)
    done = urbsim("--out", str(copy), "--workers", "1")
    assert done.exit_code == 0, done.output
    stored = [
        int(line.split(": ")[1].split()[0]) for line in done.output.splitlines() if "are stored" in line
    ]
    assert sum(stored) == len(runs) - 2
    for path in (work / fitted.FOLDER).iterdir():
        assert path.read_bytes() == (again / fitted.FOLDER / path.name).read_bytes(), path.name


def test_the_check_by_ranks_uses_the_same_runs(out: Path, work: Path):
    done = urbsim("--out", str(out), "--check", "ranks", "--workers", "2", "--json")
    assert done.exit_code in (0, 1), done.output
    record = json.loads(done.stdout)
    assert record["holds"] == (done.exit_code == 0)
    with (work / "ranks" / "ranks.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) == 1 + record["replicates"]
    assert all(0 < float(rank) < 1 for row in rows[1:] for rank in row[1:])
    assert "noise: 3 of 3 runs are stored" in done.stderr
    assert "world 3 1: 7 of 7 runs are stored" in done.stderr  # the first runs of all members but itself


def test_prefectures_are_left_out_in_turn(out: Path, work: Path):
    done = urbsim("--out", str(out), "--check", "prefectures", "--workers", "2", "--json")
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert len(record["left_out"]) == 2 and {len(fold) for fold in record["left_out"]} == {7}
    found = left_out.read(work / left_out.FOLDER)
    assert found is not None
    shares = found[1]
    assert len(shares) == 14 and set(shares) == {place for fold in record["left_out"] for place in fold}
    assert all(share.shape == (8,) and (0 < share).all() and (share < 1).all() for share in shares.values())
    assert "noise: 3 of 3 runs are stored" in done.stderr
    assert "without fold 2 1: 8 of 8 runs are stored" in done.stderr
    # All runs of the fit and its first round are stored: 2 folds of 8 members are left, matched once.
    # Progress is told after some time only, so that on a quick machine there may be none.
    assert set(re.findall(r" of (\d+) runs, ", done.stderr)) <= {"16"}
    path = work / left_out.FOLDER / left_out.FORECASTS
    path.write_text(path.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    with pytest.raises(InputError, match="was changed"):
        left_out.read(work / left_out.FOLDER)


def test_what_is_dated_after_an_origin_is_left_out(out: Path, work: Path):
    done = urbsim("--out", str(out), "--check", "origins", "--workers", "2", "--json")
    assert done.exit_code == 0, done.output
    assert "up to 2019 1: 8 of 8 runs are stored" in done.stderr
    found = later_years.read(work / later_years.FOLDER)
    assert found is not None
    record, paths = found
    assert record["years"] == [2014, 2019] and list(paths) == [2014, 2019]
    assert list(paths[2014]) == list(range(2011, 2021))
    assert all(
        len(shares) == 8 and (0.3 < shares).all() and (shares < 0.7).all() for shares in paths[2014].values()
    )
    assert not np.array_equal(paths[2014][2020], paths[2019][2020])


def test_what_comes_later_changes_no_forecast(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Figures dated after an origin are made absurd; forecasts from it are the same."""
    true = later_years.rematched
    asked = {}

    def absurd(found, size, seen, workshop, called):
        later = np.array([month > f"{called[-4:]}-12" for month in found.targets.dated])
        wrong = np.where(later, 1e6, found.targets.values)
        targets = dataclasses.replace(found.targets, values=wrong)
        asked[called] = int(later.sum())
        return true(dataclasses.replace(found, targets=targets), size, seen, workshop, called)

    def forecasts(folder: Path) -> str:
        done = urbsim("--out", str(out), "--check", "origins", "--to", str(folder))
        assert done.exit_code == 0, done.output
        return (folder / later_years.FORECASTS).read_text(encoding="utf-8")

    before = forecasts(tmp_path / "true")
    monkeypatch.setattr(later_years, "rematched", absurd)
    assert forecasts(tmp_path / "absurd") == before
    assert asked["up to 2014"] > asked["up to 2019"] > 0


def test_wrong_options_come_all_at_once(tmp_path: Path):
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("name: x\n", encoding="utf-8")
    wrong = CliRunner().invoke(
        app, ["fit", str(recipe), "--check", "rank", "--workers", "0", "--out", str(recipe)]
    )
    assert wrong.exit_code == 2
    for part in ("did you mean 'ranks'", "--workers", "free: is missing", "lies below a file"):
        assert part in wrong.output
    assert sorted(tmp_path.iterdir()) == [recipe]
