"""Which measures the model leaves out, and which sizes are assumptions: as the registers have it."""

from __future__ import annotations

import csv

import pytest

from urbsim.paths import scenarios_dir
from urbsim.report import plan_in_model
from urbsim.report.texts import LANGUAGES
from urbsim.scenario.measures import measures


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_measure_is_counted_or_listed(lang: str):
    listed = plan_in_model.left_out(lang).rows
    whole = sum(each.status == "modelled" for each in measures().values())
    assert len(listed) + whole == len(measures())
    said = plan_in_model.left_out_said(lang)
    assert str(len(measures())) in said and str(whole) in said
    missing = [each for each in measures().values() if each.status == "not modelled"]
    assert all(each.heading[lang] in said for each in missing) and " 0" not in said and "0项" not in said
    for row in listed:
        assert all(row)


def test_a_size_of_the_plan_has_the_status_of_its_row_and_another_size_is_the_scenarios_own():
    with (scenarios_dir() / "doses.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["lever"].count(".") == 1]
    assert len(rows) > 40
    for row in rows:
        part = "levers" if row["scenario_part"] == "additional" else row["scenario_part"]
        path, total = f"{part}.{row['lever']}", float(row["total"])
        assert plan_in_model.status(path, [None, {"total": total}]) == row["status"]
        assert plan_in_model.status(path, [{"total": total / 2}]) == plan_in_model.OWN


def test_compound_levers_and_conditions():
    assert plan_in_model.status("levers.settlement.office", [{"awareness": 0.85}]) == plan_in_model.MIXED
    assert plan_in_model.status("committed.transport.openings", [{}]) == "sourced"
    assert plan_in_model.status("conditions.growth_per_year", [0.05, None]) == plan_in_model.OWN
    assert plan_in_model.status("until", ["2023-12"]) == ""


def test_assumed_levers_are_marked():
    assert plan_in_model.is_assumed("schooling.primary_places")
    assert not plan_in_model.is_assumed("housing.public_rental_units")
