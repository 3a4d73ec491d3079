"""What is counted from a run."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from invented_runs import make_run

from urbsim.facts.indicators import IDENTITY
from urbsim.paths import calibration_dir
from urbsim.report import accounts, folders


@pytest.fixture(scope="module")
def run(runs: Path) -> folders.Run:
    return folders.read(next((runs / "baseline").iterdir()))


@pytest.mark.parametrize("place", ["450000", "450100", "450102"])
def test_components_add_up_to_the_change(run: folders.Run, place: str):
    change = accounts.urban_change(run, place)
    assert change.residual == 0
    assert change.total == pytest.approx(sum(change.components.values()))
    urban = run.values("urban_population", place)
    assert change.total == urban[-1] - urban[0]


def test_the_components_are_the_terms_of_the_identity():
    signed = {name: 1 for added, _ in accounts.COMPONENTS.values() for name in added}
    signed |= {name: -1 for _, taken in accounts.COMPONENTS.values() for name in taken}
    assert signed == dict(IDENTITY)


def test_moves_between_towns_cancel_over_the_province_only(run: folders.Run):
    assert accounts.urban_change(run, "450000").components["between_towns"] == 0
    assert accounts.urban_change(run, "450102").components["between_towns"] != 0


def test_an_open_account_shows(run: folders.Run):
    broken = run.table.copy()
    broken[run.indicators["urban_population"], run.places["450000"], -1] += 300  # three sampled persons
    other = folders.Run(run.folder, run.record, run.summary, run.months, run.indicators, run.places, broken)
    assert accounts.urban_change(other, "450000").residual == 3


def test_years_are_whole_years(run: folders.Run):
    ends = accounts.year_ends(run.months)
    assert [run.months[end] for end in ends] == [dt.date(y, 12, 31) for y in (2021, 2022, 2023)]
    births = run.values("births", "450000")
    assert accounts.year_sum(run, "births", "450000", ends[0]) == pytest.approx(births[3:15].sum())


def test_movers_agree_with_the_indicators(run: folders.Run):
    moves = accounts.moves(run)
    rural, urban, delta, rest = range(4)
    total = {
        name: run.values(name, "450000").sum()
        for name in ("moved_to_urban", "moved_to_rural", "moved_out_outside")
    }
    assert moves.kinds[rural, urban] == pytest.approx(total["moved_to_urban"])
    assert moves.kinds[urban, rural] == pytest.approx(total["moved_to_rural"])
    assert moves.kinds[:2, delta:].sum() == pytest.approx(total["moved_out_outside"])
    assert moves.kinds[delta:, rest].sum() == 0
    assert moves.pairs.sum() == pytest.approx(moves.kinds.sum())
    assert moves.to_urban.sum() == pytest.approx(total["moved_to_urban"])
    assert moves.ages[0] == "0-4" and moves.ages[-1] == "85+" and len(moves.ages) == 18


def test_no_official_figure_after_2021_is_read():
    revised, seen = accounts.observed_shares()
    assert [year for year, _ in revised] == [2016, 2017, 2018, 2019, 2020]
    assert seen[0] == 2021
    with (calibration_dir() / "observations" / "guangxi_annual.csv").open(encoding="utf-8-sig") as stream:
        row = next(
            r for r in csv.DictReader(stream)
            if (r["level"], r["year"], r["variable"]) == ("province", "2021", "urbanisation_rate")
        )  # fmt: skip
    assert seen[1] == float(row["value"]) / 100
    longer, _ = accounts.observed_shares(2010)
    assert [year for year, _ in longer] == list(range(2010, 2021)) and longer[6:] == revised


def test_settings_that_differ(runs: Path):
    found = folders.compare([folders.read(path) for path in folders.find([runs])], None)
    names = [scenario.name for scenario in found.scenarios]
    assert accounts.differing_settings(found.scenarios) == {
        "conditions.outside_jobs": [
            [{"from": "2021-07", "value": 0.5}] if n == "other" else None for n in names
        ],
        "conditions.reclassification": ["frozen" if n == "other" else None for n in names],
    }
    same = tuple(scenario for scenario in found.scenarios if scenario.name != "other")
    assert accounts.differing_settings(same) == {}


def test_levers_differ_as_wholes(small: Callable[..., Path]):
    dose = {"total": 15000.0, "from": "2021-11", "to": "2023-12", "places": None}
    until = dt.date(2020, 11, 30)
    specs = {
        "a": {"levers": {}},
        "b": {"levers": {"housing": {"public_rental_units": dose, "rent_subsidy_households": None}}},
    }
    made = [small(name, spec=spec, until=until) for name, spec in specs.items()]
    found = folders.compare([folders.read(path) for path in made], None)
    assert accounts.differing_settings(found.scenarios) == {
        "levers.housing.public_rental_units": [None, {"total": 15000.0, "from": "2021-11", "to": "2023-12"}]
    }


def test_new_urban_jobs_are_the_entries_counted_less_attrition(run: folders.Run):
    target = accounts.jobs_target(run)
    used = accounts.coverage(run)
    assert target is not None and used is not None
    assert accounts.jobs_at(run, target, used["used"]) == pytest.approx(target["value"])


def test_values_absent_from_a_run_are_not_numbers(run: folders.Run):
    assert np.isnan(run.values("no_such_indicator", "450000")).all()
    assert np.isnan(run.values("births", "999999")).all()


def test_movers_by_schooling_add_up_to_those_by_age_and_sex(tmp_path: Path):
    """By hand, from the file: children under 15 first, then the others by schooling; every move stands once."""
    run = folders.read(make_run(tmp_path, "no_plan", scale=0.0005))
    found = accounts.moves(run)
    assert found.schooling.sum(axis=0) == pytest.approx(found.to_urban.sum(axis=0))
    table = pq.read_table(run.folder / "movers.parquet").to_pylist()
    to_town = [row for row in table if row["origin"].endswith("R") and row["destination"].endswith("U")]
    for place, name in enumerate(accounts.SCHOOLING, start=1):
        by_hand = sum(
            row["count"]
            for row in to_town
            if row["schooling"] == name and int(row["age_group"].split("-")[0].rstrip("+")) >= 15
        )
        assert found.schooling[place].sum() == pytest.approx(by_hand)
    assert found.schooling[1:].sum() > 0
