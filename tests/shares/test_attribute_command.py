"""`urbsim attribute` from file to file, on the smallest worlds."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from urbsim.cli import app

TARGETS = """
targets:
  - {id: T1, title: {en: Share, zh: 城镇化率}, indicator: urbanisation_rate, place: 450000, from: 2021-02, to: 2021-02,
     aggregate: last, operator: ">=", threshold: 0.5, tolerance: 0, document: d, clause: c}
  - {id: T2, title: {en: Jobs, zh: 新增就业}, indicator: new_urban_jobs, place: 450000, from: 2021-01, to: 2021-02,
     aggregate: sum, operator: ">=", threshold: 1000, tolerance: 0, document: d, clause: c}
"""
WITHOUT = "name: without\nextends: no_plan\nuntil: 2021-02\ntargets: [short.yaml]\n"
WITH = """
name: with
extends: without.yaml
levers:
  industry: {liuzhou_posts: {total: 60000, from: 2020-11, to: 2020-12}}
  settlement: {office: {awareness: 0.9, processing_months: 1, from: 2020-11}}
  schooling: {kindergarten_places: {total: 90000, from: 2020-11, to: 2020-12}}
"""


@pytest.fixture
def scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "short.yaml").write_text(TARGETS, encoding="utf-8")
    (tmp_path / "without.yaml").write_text(WITHOUT, encoding="utf-8")
    (tmp_path / "with.yaml").write_text(WITH, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*options: object) -> Any:
    small = ("with.yaml", "--baseline", "without.yaml", "--scale", "0.001", "--workers", "1")
    return CliRunner().invoke(app, ["attribute", *small, *map(str, options)])


def attributed(*options: object) -> dict[str, Any]:
    done = invoke(*options, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def checked(content: dict[str, Any]) -> None:
    """Shares add up, and money is shared out as well."""
    for entry in content["outcomes"]:
        assert entry["shares_less_effect"] == 0
        total = sum(share["share"] for share in entry["shares"])
        assert total == pytest.approx(entry["effect"], abs=1e-6)
        assert entry["scenario"] - entry["baseline"] == pytest.approx(entry["effect"], abs=1e-6)
    assert sum(price["yuan"] for price in content["prices"]) > 0


def test_programmes_then_measures_from_the_same_runs(scenarios: Path, monkeypatch: pytest.MonkeyPatch):
    said = json.loads(invoke("--draws", "1:2", "--dry-run", "--json").stdout)
    # Eight coalitions, but C and D bring the places alike: without the office C is D.
    assert said["coalitions"] == 8 and said["players"] == ["A", "C", "D"]
    assert said["runs"] == said["to_run"] == 2 * 8 - 2 * 2 and not Path("results").exists()
    content = attributed("--draws", "1:2")
    checked(content)
    assert content["errors_are_over"] == ["draws"] and content["runs"] == 12
    assert [entry["outcome"] for entry in content["outcomes"][:2]] == ["T1", "T2"]
    assert len(content["outcomes"][0]["interactions"]) == 3
    folder = Path("results/with_shares")
    assert json.loads((folder / "attribution.json").read_text(encoding="utf-8")) == content
    rows = list(csv.DictReader((folder / "attribution.csv").read_text(encoding="utf-8").splitlines()))
    shares = [row for row in rows if row["kind"] == "share" and row["outcome"] == "T2"]
    assert [row["player"] for row in shares] == ["A", "C", "D"]

    made: list[int] = []
    monkeypatch.setattr("urbsim.batch.call.work", lambda members, *_: made.append(len(list(members))))
    again = invoke("--draws", "1:2")  # nothing is run, so nothing is missed
    assert again.exit_code == 0 and not made, again.stderr
    assert "Together 合计" in again.stdout and "Interactions 交互作用" in again.stdout
    assert "Shares add up" in again.stdout
    assert json.loads((folder / "attribution.json").read_text(encoding="utf-8")) == content
    monkeypatch.undo()
    monkeypatch.chdir(scenarios)

    measures = attributed("--draws", "1:2", "--by", "measure", "--orders", "2")
    checked(measures)
    assert [player["player"] for player in measures["players"]] == ["A3", "C2", "C3", "D4"]
    assert measures["errors_are_over"] == ["draws", "orders"] and measures["method"] == "orders"
    assert (folder / "attribution_measure.json").is_file() and (folder / "attribution.json").is_file()
    effects = [[entry["effect"] for entry in each["outcomes"]] for each in (content, measures)]
    assert effects[0] == effects[1]


def test_a_run_that_is_missing_is_made_and_no_other(scenarios: Path):
    first = attributed("--draws", "1")
    assert first["errors_are_over"] == [] and first["outcomes"][0]["standard_error"] is None
    folders = sorted(Path("results/with_shares").glob("with-*/scale*"))
    times = {folder: (folder / "summary.json").stat().st_mtime_ns for folder in folders}
    (folders[2] / "summary.json").unlink()
    assert json.loads(invoke("--draws", "1", "--dry-run", "--json").stdout)["to_run"] == 1
    assert attributed("--draws", "1") == first
    after = {folder: (folder / "summary.json").stat().st_mtime_ns for folder in folders}
    assert [folder for folder in folders if times[folder] != after[folder]] == [folders[2]]


def test_all_that_is_wrong_is_said_at_once(scenarios: Path):
    done = invoke("--by", "measur", "--orders", "3", "--scale", "7", "--draws", "x", "--within", "Z")
    assert done.exit_code == 2 and not Path("results").exists()
    for words in ("--by", "--orders", "--scale", "--draws", "--within"):
        assert words in done.stderr
    done = invoke("--orders", "4")
    assert done.exit_code == 2 and "--by measure or --by lever" in done.stderr
    other = CliRunner().invoke(app, ["attribute", "baselin", "--baseline", "no_plam"])
    assert other.exit_code == 2 and "baseline" in other.stderr and "no_plan" in other.stderr
    other = CliRunner().invoke(app, ["attribute", "with.yaml"])
    assert other.exit_code == 2 and "`until`" in other.stderr


def test_a_run_that_fails_is_no_share(scenarios: Path, monkeypatch: pytest.MonkeyPatch):
    def failing(*arguments: Any, **options: Any) -> Any:
        return {"done": 3, "runs": 8, "draws_from": "priors"}, type(
            "T", (), {"hopeless": None, "failed": 5}
        )()

    monkeypatch.setattr("urbsim.batch.call.call", failing)
    done = invoke("--draws", "1")
    assert done.exit_code == 1 and "5 of 8 runs" in done.stderr
    assert not Path("results/with_shares/attribution.json").exists()
