"""`urbsim seek` from file to file, on the smallest worlds."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from short_scenarios import JOBS, write_short
from typer.testing import CliRunner

from urbsim.cli import app

LATE = """  - {id: late, title: {en: Later, zh: 以后}, indicator: new_urban_jobs, place: 450000, from: 2021-12, to: 2021-12,
     aggregate: sum, operator: ">=", threshold: 1, tolerance: 0, document: d, clause: c}
"""


@pytest.fixture(autouse=True)
def scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_short(tmp_path, JOBS + LATE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*options: object) -> Any:
    small = ("with.yaml", "--scale", "0.001", "--workers", "1", "--draws", "1:20", "--largest", "2")
    return CliRunner().invoke(app, ["seek", *small, *map(str, options)])


def test_a_dose_is_sought_and_found_again_without_a_run(monkeypatch: pytest.MonkeyPatch):
    said = json.loads(invoke("--dry-run", "--json").stdout)
    assert said["worlds"] == 4 and said["runs"] == said["to_run"] == 80 and not Path("results").exists()
    done = invoke("--json")
    assert done.exit_code == 0, done.stderr
    content = json.loads(done.stdout)
    assert [goal["goal"] for goal in content["goals"]] == ["T2", "T2 strict"]
    assert [goal["level"] for goal in content["goals"]] == [25_000, 26_000]
    about, strict = content["doses"]
    for entry in (about, strict):
        doses = [tried["multiple"] for tried in entry["tried"]]
        assert doses == sorted(doses) and doses[0] == 0 and doses[-1] == 2
        costs = [tried["yuan_of_the_dose"]["median"] for tried in entry["tried"]]
        assert costs == sorted(costs) and costs[0] == 0 < costs[1]
        for answer in entry["answers"]:
            if answer["multiple"] is not None:
                assert answer["probability_there"] >= answer["probability"]
                units = answer["units"]["housing.public_rental_units"]
                assert units == pytest.approx(20_000 * answer["multiple"])
    # Posts make jobs: the more, the likelier, and the strict level no likelier than the other.
    assert about["whole_effect"] > 2 * about["standard_error"]
    for one, other in zip(about["tried"], strict["tried"], strict=True):
        assert one["probability"] >= other["probability"]
    folder = Path("results/with_seek")
    assert json.loads((folder / "seek.json").read_text(encoding="utf-8")) == content
    rows = list(csv.DictReader((folder / "seek.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["kind"] for row in rows} <= {"tried", "dose", "units"}
    assert [row["probability"] for row in rows if row["kind"] == "dose"] == ["0.5", "0.9"] * 2
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    assert verdicts["runs"] == verdicts["done"] == content["runs"]

    made: list[int] = []
    monkeypatch.setattr("urbsim.batch.call.work", lambda members, *_: made.append(len(list(members))))
    again = invoke()  # nothing is run, so nothing is missed
    assert again.exit_code == 0 and not made, again.stderr
    assert "T2 strict" in again.stdout and "所需倍数" in again.stdout and "没有" not in again.stderr
    assert json.loads((folder / "seek.json").read_text(encoding="utf-8")) == content


def test_the_cheapest_mix_is_run_and_stands_beside_the_first_answer():
    levers = ("--of", "industry.liuzhou_posts", "--of", "housing.public_rental_units")
    done = invoke(*levers, "--probability", "0.5", "--largest", "1", "--envelope", "1e12", "--json")
    assert done.exit_code == 0, done.stderr
    content = json.loads(done.stdout)
    assert len(content["mixes"]) == 2 and content["envelope_yuan"] == 1e12
    for mix in content["mixes"]:
        # Posts have no tie with rent, and factories for rent make no jobs: dwellings cost much and are left out.
        assert mix["multiples"]["housing.public_rental_units"] < 1
        assert mix["trials"][-1]["confirmed_yuan"] == pytest.approx(
            mix["trials"][-1]["predicted_yuan"], rel=0.2
        )
    name = "seek_industry-liuzhou_posts_housing-public_rental_units.json"
    assert (Path("results/with_seek") / name).is_file()


def test_all_that_is_wrong_is_said_at_once():
    wrong = (
        "--of",
        "industry.liuzhou_post",
        "--target",
        "T3",
        "--probability",
        "90",
        "--largest",
        "0",
        "--scale",
        "7",
    )
    done = invoke(*wrong, "--envelope", "much")
    assert done.exit_code == 2 and not Path("results").exists()
    for words in ("--of", "--target", "--probability", "--largest", "--scale", "--envelope"):
        assert words in done.stderr
    assert "industry.liuzhou_posts" in done.stderr
    done = invoke("--draws", "0:25", "--target", "late")
    assert done.exit_code == 2 and "draw 0" in done.stderr and "before its run ends" in done.stderr
    done = invoke("--draws", "1:3")
    assert done.exit_code == 2 and "needs 20" in done.stderr
    done = invoke("--envelope", "1e9")
    assert done.exit_code == 2 and "mix" in done.stderr
    other = CliRunner().invoke(app, ["seek", "baselin"])
    assert other.exit_code == 2 and "baseline" in other.stderr


def test_a_run_that_fails_is_no_answer(monkeypatch: pytest.MonkeyPatch):
    def failing(*arguments: Any, **options: Any) -> Any:
        tally = type("T", (), {"hopeless": None, "failed": 5})()
        return {"done": 3, "runs": 8, "draws_from": "priors"}, tally

    monkeypatch.setattr("urbsim.batch.call.call", failing)
    done = invoke()
    assert done.exit_code == 1 and "5 of 8 runs" in done.stderr
    assert not Path("results/with_seek/seek.json").exists()
