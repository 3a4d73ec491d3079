"""`urbsim validate-model` on invented runs: what it writes, refuses, and does with figures of later years."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from invented_batches import DRAWS, Batches, record
from typer.testing import CliRunner

from urbsim.cli import app
from urbsim.facts.register import Register, sha256_of
from urbsim.fit import check_folder, later_years, left_out
from urbsim.fit.protocol import freeze, protocol_in_force
from urbsim.paths import calibration_dir
from urbsim.results import store
from urbsim.scenario.reader import load_scenario
from urbsim.skill.observed import after_the_base, census_shares, level, province_series
from urbsim.skill.rules import load_rules


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["validate-model", *map(str, arguments)])


def scores(folder: Path) -> list[dict[str, str]]:
    with (folder / "validation" / "scores.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def written(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "new" / "out"  # the command makes it


def test_the_page_its_charts_and_every_score(made: Batches, out: Path):
    done = invoke(*made.options(), "--out", out)
    assert done.exit_code == 0, done.stderr
    assert set(written(out)) == {
        "VALIDATION.md", "validation/scores.csv", "validation/origins.png", "validation/places.png",
    }  # fmt: skip
    rows = scores(out)
    assert {row["known"] for row in rows} - {"hidden"} == {"fitted", "seen"}
    assert {row["level"] for row in rows} == {"province", "prefecture", "county"}
    inside = [row for row in rows if row["test"] == "rolling_origin"]
    assert {(int(row["origin"]), int(row["year"])) for row in inside} == {
        (origin, year) for origin in range(2014, 2020) for year in range(origin + 1, min(origin + 4, 2021))
    }
    assert {row["forecaster"] for row in inside} >= {
        "model",
        "model_unweighted",
        "rural_hazard_3",
        "cohort_account",
    }
    for row in rows:
        assert float(row["error"]) == pytest.approx(float(row["mean"]) - float(row["observed"]), abs=2e-4)
        assert (row["in_90"] == "1") == (float(row["q05"]) <= float(row["observed"]) <= float(row["q95"])), (
            row
        )
    page = (out / "VALIDATION.md").read_text(encoding="utf-8")
    for words in ("## Aims", "missed", "## Where it is wrong", "0 unseen figures", "| `rural_hazard_3` |"):
        assert words in page, words
    assert "Wuzhou 2021 (`wuzhou_urban_2021`)" in page and "| Wuzhou | 2021 |" not in page


def test_the_same_runs_give_the_same_bytes(made: Batches, batches: Batches, out: Path, tmp_path: Path):
    (tmp_path / "other").mkdir()
    assert invoke(*made.options(), "--out", out).exit_code == 0
    assert invoke(*batches.options(), "--out", tmp_path / "other").exit_code == 0
    assert written(out) == written(tmp_path / "other")


def test_a_year_that_is_added_is_scored_as_unseen(made: Batches, out: Path, facts: Path):
    """The figures are invented, and meant to be seen as such."""
    with (facts / "observations" / "guangxi_annual.csv").open("a", encoding="utf-8") as stream:
        stream.write(
            "Guangxi,province,2022,year_end,urbanisation_rate,99.0,pct,post_2020_census,D02,no,no,invented,C\n"
        )
    with (facts / "observations" / "prefecture_annual.csv").open("a", encoding="utf-8") as stream:
        stream.write(
            "Hechi,prefecture,2023,year_end,urbanisation_rate,1.0,pct,post_2020_census,D02,no,no,invented,C\n"
        )
    with (facts / "observations" / "county_annual_partial.csv").open("a", encoding="utf-8") as stream:
        stream.write("450123,隆安县,Longan County,2022,10,5,,,S_HONGHEIKU_WUMING,invented,no,C\n")
    done = invoke(*made.options(), "--out", out, "--facts", facts)
    assert done.exit_code == 0, done.stderr
    unseen = {
        (row["place"], row["year"], row["observed"], row["years_ahead"])
        for row in scores(out)
        if row["known"] == "unseen"
    }
    assert unseen == {
        ("450000", "2022", "99.0000", "2"), ("451200", "2023", "1.0000", "3"), ("450123", "2022", "50.0000", "2"),
    }  # fmt: skip
    assert {row["forecaster"] for row in scores(out) if row["place"] == "450000" and row["year"] == "2022"} >= {
        "model", "model_conditional", "rural_hazard_3", "cohort_account",
    }  # fmt: skip
    assert "after 2020, province (unseen)" in (out / "VALIDATION.md").read_text(encoding="utf-8")


def leave_out(facts: Path, protocol: dict[str, Any]) -> Path:
    """Forecasts of all prefectures as the check writes them: each a point too high, eight runs half a point apart."""
    folder = facts / left_out.FOLDER
    folder.mkdir()
    places = [place for place in census_shares("census_2020") if level(place) == "prefecture"]
    lines = [",".join(["run", *places])]
    for k in range(8):
        shares = (100 * census_shares("census_2020")[place][0] + 1 + 0.5 * (k - 3.5) for place in places)
        lines.append(",".join([str(k + 1), *(f"{share:.4f}" for share in shares)]))
    (folder / left_out.FORECASTS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    said: dict[str, Any] = {"protocol": protocol, "folds": 4, "members": 8, "matchings": 2, "scale": 0.001}
    said["files"] = {left_out.FORECASTS: sha256_of(folder / left_out.FORECASTS)}
    store.write_yaml(said, folder / check_folder.RECORD)
    return folder


def test_prefectures_that_a_fit_did_not_see_are_scored_apart(made: Batches, out: Path, facts: Path):
    assert invoke(*made.options(), "--out", out, "--facts", facts).exit_code == 0
    assert "has not been run" in (out / "VALIDATION.md").read_text(encoding="utf-8")
    folder = leave_out(facts, protocol_in_force()._asdict())
    assert invoke(*made.options(), "--out", out, "--facts", facts).exit_code == 0
    mine = [row for row in scores(out) if row["test"] == "left_out" and row["forecaster"] == "model"]
    assert len(mine) == 14 and {row["known"] for row in mine} == {"hidden"}
    assert {float(row["error"]) for row in mine} == {1.0} and {row["in_90"] for row in mine} == {"1"}
    page = (out / "VALIDATION.md").read_text(encoding="utf-8")
    assert (
        "### Prefectures left out of the fit" in page and "| prefectures left out of the fit | 14 |" in page
    )
    table = page.partition("### Prefectures left out of the fit")[2].partition("##")[0]
    assert "| `province_change` | 14 |" in table and "| p |" in table
    forecasts = folder / left_out.FORECASTS
    forecasts.write_text(forecasts.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert invoke(*made.options(), "--out", out, "--facts", facts).exit_code == 2


def test_prefectures_left_out_under_another_protocol_are_not_scored(made: Batches, out: Path, facts: Path):
    leave_out(facts, {"name": "earlier", "version": 1, "digest": "0" * 64})
    assert invoke(*made.options(), "--out", out, "--facts", facts).exit_code == 0
    assert not [row for row in scores(out) if row["test"] == "left_out"]
    assert "under another protocol" in " ".join((out / "VALIDATION.md").read_text(encoding="utf-8").split())


def test_years_that_a_fit_did_not_see_are_scored_in_place_of_weighed_replays(
    made: Batches, out: Path, facts: Path
):
    """Paths as the check writes them: each year's gain is as published, and up to 0.4 points more."""
    assert invoke(*made.options(), "--out", out, "--facts", facts).exit_code == 0
    before = (out / "VALIDATION.md").read_text(encoding="utf-8")
    assert "origins` has not been run" in " ".join(before.split()) and "### Draws that count" in before
    folder = facts / later_years.FOLDER
    folder.mkdir()
    series = province_series(Register(facts))
    years = list(range(2011, 2021))
    lines = [",".join(["origin", "run", *map(str, years)])]
    for origin in load_rules(facts).origins:
        for k in range(5):
            shares = (100 * series[year] + 0.1 * k * (year - 2010) for year in years)
            lines.append(",".join([str(origin), str(k + 1), *(f"{share:.4f}" for share in shares)]))
    (folder / later_years.FORECASTS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    said: dict[str, Any] = {"protocol": protocol_in_force()._asdict(), "members": 5, "scale": 0.001}
    said["files"] = {later_years.FORECASTS: sha256_of(folder / later_years.FORECASTS)}
    store.write_yaml(said, folder / check_folder.RECORD)
    assert invoke(*made.options(), "--out", out, "--facts", facts).exit_code == 0
    mine = [row for row in scores(out) if row["test"] == "rolling_origin" and row["forecaster"] == "model"]
    assert len(mine) == 15 and {row["known"] for row in mine} == {"hidden"}
    for row in mine:
        assert float(row["error"]) == pytest.approx(0.2 * int(row["years_ahead"]), abs=1e-3)
    page = " ".join((out / "VALIDATION.md").read_text(encoding="utf-8").split())
    assert "matched anew to what is dated up to the origin" in page and "Draws that count" not in page
    assert "Replays of draws that saw the whole decade" in page


def test_draws_of_a_fit_are_said_to_know_the_decade(batches: Batches, out: Path, facts: Path):
    (batches.replays / "verdicts.json").write_text('{"draws_from": "fitted"}', encoding="utf-8")
    assert invoke(*batches.options(), "--out", out, "--facts", facts).exit_code == 0
    page = " ".join((out / "VALIDATION.md").read_text(encoding="utf-8").split())
    assert "| draws from | priors | fitted |" in page and "a second time" in page


def test_figures_that_disagree_are_refused(made: Batches, out: Path, facts: Path):
    with (facts / "observations" / "guangxi_annual.csv").open("a", encoding="utf-8") as stream:
        stream.write(
            "Guangxi,province,2021,year_end,urbanisation_rate,99.0,pct,post_2020_census,D02,no,no,invented,C\n"
        )
    done = invoke(*made.options(), "--out", out, "--facts", facts)
    assert done.exit_code == 2 and "99.0000% in 2021 is not the" in done.stderr and not written(out)


def test_folders_that_are_missing_say_what_to_run(out: Path, tmp_path: Path):
    done = invoke("--forecasts", tmp_path / "a", "--replays", tmp_path / "b", "--out", out)
    assert done.exit_code == 2 and not written(out)
    assert "urbsim batch forecast_2020" in done.stderr and "urbsim batch replay_2010" in done.stderr


def test_unfinished_and_foreign_folders_are_refused_together(batches: Batches, out: Path):
    shutil.rmtree(batches.forecasts / "no_plan")
    (batches.replays / "verdicts.json").unlink()
    done = invoke(*batches.options(), "--out", out)
    assert done.exit_code == 2 and not written(out)
    assert f"has {len(DRAWS)} of {2 * len(DRAWS)} runs" in done.stderr
    assert "holds no run of 'no_plan'" in done.stderr and "verdicts.json missing" in done.stderr


def test_a_changed_run_is_refused(batches: Batches, out: Path):
    summary = next(batches.replays.rglob("summary.json"))
    content = json.loads(summary.read_text(encoding="utf-8"))
    summary.write_text(json.dumps(content | {"persons": content["persons"] + 1}), encoding="utf-8")
    assert invoke(*batches.options(), "--out", out).exit_code == 2 and not written(out)


@pytest.mark.parametrize("protocol", [None, {"name": "earlier", "version": 1, "digest": "0" * 64}])
def test_a_batch_of_another_protocol_is_not_scored(
    batches: Batches, out: Path, protocol: dict[str, Any] | None
):
    record(batches.replays, len(DRAWS), protocol)
    done = invoke(*batches.options(), "--out", out)
    assert done.exit_code == 1 and not written(out)
    words = "under no frozen protocol" if protocol is None else "under earlier version 1 (000000000000)"
    assert words in done.stderr and "make the batch again" in done.stderr


def test_a_protocol_that_changed_after_the_forecast_stops_it(made: Batches, out: Path, facts: Path):
    protocol = facts / "protocol.yaml"
    protocol.write_text(protocol.read_text(encoding="utf-8") + "# a later thought\n", encoding="utf-8")
    assert invoke(*made.options(), "--out", out, "--facts", facts).exit_code == 2  # changed and not frozen
    freeze(facts)
    done = invoke(*made.options(), "--out", out, "--facts", facts)
    assert done.exit_code == 1 and "is in force" in done.stderr and not written(out)
    assert protocol_in_force(facts).digest[:12] in done.stderr


def test_rules_of_scoring_name_conflicts_and_scenarios_that_there_are(facts: Path):
    rules = load_rules(calibration_dir())
    known = {conflict.id for conflict in Register(calibration_dir()).conflicts}
    assert {entry.conflict for entry in rules.left_out} <= known
    for name in (rules.unconditional, rules.conditional, rules.replay):
        load_scenario(name)
    path = facts / "scoring.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("seen_until", "seen_untl"), encoding="utf-8")
    done = invoke("--facts", facts, "--out", facts)
    assert done.exit_code == 2 and "did you mean 'seen_until'?" in done.stderr


def test_2021_is_seen_and_nothing_later_is_held():
    held = after_the_base(Register(calibration_dir()))
    assert {seen.year for seen in held} == {load_rules(calibration_dir()).seen_until}


def test_the_growth_of_the_conditional_forecast_is_that_of_the_register():
    rows = Register(calibration_dir()).rows("province_drivers")
    later = {
        int(row["year"]): float(row["value"]) / 100
        for row in rows
        if row["area_name_en"] == "Guangxi"
        and row["indicator"] == "gdp_index_previous_year_100"
        and int(row["year"]) > 2020
    }
    assert sorted(later) == [2021, 2022, 2023]
    mean = (later[2021] * later[2022] * later[2023]) ** (1 / 3) - 1
    assert load_scenario("baseline_conditional").conditions.growth_per_year == pytest.approx(mean, abs=5e-5)
    assert load_scenario("baseline_conditional").levers == load_scenario("baseline").levers
