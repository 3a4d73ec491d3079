"""The register of measures: register, levers, schema and documents say the same of every measure of the plan."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from urbsim.errors import InputError
from urbsim.explain import explain_text
from urbsim.facts.indicators import INDICATORS
from urbsim.paths import scenarios_dir
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.measures import NO_LEAD, PROGRAMMES, Measure, measures
from urbsim.scenario.schema import MECHANISMS, Levers

MEASURES = list(measures().values())
PAGE = Path(__file__).resolve().parents[2] / "docs" / "measures.md"


def test_every_measure_of_the_plan_is_listed() -> None:
    counts = {"A": 8, "B": 5, "C": 7, "D": 5, "S": 2}
    assert list(measures()) == [f"{group}{n}" for group, count in counts.items() for n in range(1, count + 1)]
    assert set(PROGRAMMES) == set(counts)
    assert {name for row in MEASURES for name in row.mechanisms} == set(MECHANISMS)
    assert {id_ for lever in CATALOGUE.values() for id_ in lever.measures} <= set(measures())
    assert set(Levers.model_fields) <= set(MECHANISMS)


@pytest.mark.parametrize("row", MEASURES, ids=list(measures()))
def test_a_measure_has_the_levers_that_name_it(row: Measure) -> None:
    assert list(row.levers) == [key for key, lever in CATALOGUE.items() if row.id in lever.measures]
    assert (row.status == "not modelled") == (row.levers == ())
    assert {key.partition(".")[0] for key in row.levers} <= set(row.mechanisms) <= set(MECHANISMS)


@pytest.mark.parametrize("row", MEASURES, ids=list(measures()))
def test_a_measure_says_what_is_known_of_it(row: Measure) -> None:
    assert all(row.heading.values()) and row.figures and all(row.weakest.values())
    assert all(row.lead.values()) and (row.lead["en"] == NO_LEAD["en"]) == (row.lead["zh"] == NO_LEAD["zh"])
    assert row.moves_first and set(row.moves_first) <= set(INDICATORS)


@pytest.mark.parametrize("row", MEASURES, ids=list(measures()))
def test_an_explanation_tells_the_whole_story(row: Measure) -> None:
    text = explain_text(row.id)
    for part in (*row.heading.values(), *row.lead.values(), *row.levers, *row.weakest.values(), row.figures):
        assert part in text
    assert all(CATALOGUE[key].zh in text for key in row.levers)
    assert all(stock in text for key in row.levers for stock in CATALOGUE[key].stocks)


def test_a_measure_tells_its_own_circles_and_what_its_sizes_rest_on() -> None:
    """The circle of Liuzhou is of A3, and no other."""
    text = explain_text("A3")
    assert "liuzhou_suburban" in text and "nanning_metropolitan" not in text
    assert "sizes: additional assumed, committed sourced (新增为假设、既定有出处)" in explain_text("B3")
    assert "（新增20,000人，2021-11至2023-12）" in explain_text("D2")


def test_the_land_quota_tells_how_a_sum_is_shared_out() -> None:
    text = explain_text("delivery.land_quota")
    assert "按城镇常住人口分解" in text and "Nanning 南宁 22.2%" in text and "Chongzuo 崇左" in text


def test_who_leads_is_lacking_where_the_next_heading_is() -> None:
    """In the copy of the plan the bracket of who leads and the next heading are one sentence: both are there, or neither."""
    lacking = [row.id for row in MEASURES if row.lead == NO_LEAD]
    assert lacking == ["A8", "B3", "C1", "C4", "C5", "C6", "C7", "D2", "D3", "D5"]
    without_heading = [
        before.id
        for before, row in pairwise(MEASURES)
        if row.heading_zh_is == "phrase"
        and (before.id, row.id) not in {("B4", "B5"), ("S1", "S2")}  # one paragraph
    ]
    assert lacking == without_heading


def test_the_leading_departments_stand_in_the_documents() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(row.lead["zh"] in page and row.heading["zh"] in page for row in MEASURES)


def test_words_that_are_not_known_are_refused_all_at_once(tmp_path: Path) -> None:
    with (scenarios_dir() / "measures.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[0]["status"], rows[3]["sign"], rows[5]["evidence"] = "modeled", "up", "related"
    with (tmp_path / "measures.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(InputError) as refused:
        measures(tmp_path)
    lines = str(refused.value).splitlines()
    assert len(lines) == 2
    assert "measures.csv:2: A1.status: 'modeled'" in lines[0] and "modelled" in lines[0]
    assert "measures.csv:5: A4.sign: 'up'" in lines[1]
