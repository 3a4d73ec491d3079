"""`urbsim list` shows what exists, and `urbsim explain` answers for each name of it, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import urbsim.explain
from urbsim.cli import app
from urbsim.errors import InputError
from urbsim.explain import KINDS, UnknownName, explain, explain_json, explain_text, listing, scenarios
from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS
from urbsim.paths import docs_dir
from urbsim.processes.registration.equations import settlement_rules
from urbsim.report import texts
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.reader import available
from urbsim.scenario.schema import Levers


def invoke(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.plural)
def test_every_name_that_is_listed_is_explained(kind: Any):
    shown = listing.things(kind.plural)
    assert len(shown) > 1 and all(thing["title"] for thing in shown), kind.plural
    for thing in shown:
        everything = explain_json(thing["name"])
        answers = [everything, *everything["others"]]
        assert kind.name in [answer["kind"] for answer in answers], thing
        assert all(answer["meaning"] for answer in answers), thing
        json.dumps(everything)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.plural)
def test_the_command_prints_a_line_for_each(kind: Any):
    result = invoke("list", kind.plural)
    names = [thing["name"] for thing in listing.things(kind.plural)]
    assert result.exit_code == 0 and result.stderr == ""
    lines = result.stdout.splitlines()
    assert len(lines) == len(names)
    assert all(line.startswith(f"{name} ") for line, name in zip(lines, names, strict=True))
    assert json.loads(invoke("list", kind.plural, "--json").stdout) == listing.things(kind.plural)


def test_the_summary_counts_each_kind():
    rows = json.loads(invoke("list", "--json").stdout)
    assert [row["kind"] for row in rows] == [kind.plural for kind in KINDS]
    assert {row["kind"]: row["count"] for row in rows}["places"] == len(gazetteer.places())
    shown = invoke("list").stdout
    for row in rows:
        assert re.search(rf"^{row['kind']} +{row['count']}  {re.escape(row['what'])}$", shown, re.MULTILINE)
    contract = "scenarios levers targets parameters places indicators measures rules".split()
    assert set(contract) <= {row["kind"] for row in rows}


def test_a_kind_there_is_not_gets_the_nearest():
    result = invoke("list", "scenarois")
    assert result.exit_code == 2 and result.stdout == ""
    assert "'scenarois' is no kind" in result.stderr and "did you mean 'scenarios'?" in result.stderr
    assert invoke("list", "scenario").stdout == invoke("list", "scenarios").stdout  # the singular will do


# --- every kind of name the brief of a reader may hold


def kinds_of(name: str) -> set[str]:
    found = explain(name)
    return {found.kind, *found.also}


def test_levers_answer_to_their_key_their_path_and_their_names():
    for group, field in Levers.model_fields.items():
        assert "group of levers" in kinds_of(group)
        for lever in type(field.get_default()).model_fields:
            key = f"{group}.{lever}"
            for name in (
                key,
                lever,
                f"levers.{key}",
                f"committed.{key}",
                CATALOGUE[key].en,
                CATALOGUE[key].zh,
            ):
                found = explain(name)
                assert "lever" in {found.kind, *found.also}, name
                assert found.name == key or key in [a["name"] for a in explain_json(name)["others"]]
    found = explain("housing.public_rental_units")
    assert (found.unit, found.status) == ("dwellings", "committed: assumed; additional: sourced")
    assert "15,000" in str(found.value) and "measure C7" in found.used_in
    assert {source.source_id for source in found.sources} == {"E000", "E082"}


@pytest.mark.parametrize("name", available())
def test_scenarios_answer_to_their_titles_too(name: str):
    found = explain(name)
    assert found.kind == "scenario" and found.used_in[0] == f"scenarios/{name}.yaml"
    for title in found.called:
        assert explain(title).name == name


def test_a_scenario_says_what_it_sets_and_what_it_inherits():
    said = explain_text("pearl_river_boom")
    assert "conditions.outside_jobs: from 2021-07, value 1.4" in said
    assert "levers.housing.public_rental_units: total 15,000, from 2021-11, to 2023-12" in said
    assert "extends baseline" in said and "from census_2020 to 2023-12" in said


def test_your_own_scenarios_are_listed_and_broken_ones_do_not_stop_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def forget() -> None:
        scenarios._loaded.cache_clear()
        urbsim.explain._by_name.cache_clear()

    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    Path("scenarios/mine.yaml").write_text("extends: no_plan\nuntil: 2021-06\n", encoding="utf-8")
    Path("scenarios/bad.yaml").write_text("untill: 2021-06\n", encoding="utf-8")
    forget()
    try:
        shown = {thing["name"]: thing["title"] for thing in listing.things("scenarios")}
        assert shown["mine"] == "mine mine" and shown["bad"] == "not valid: urbsim validate bad says why"
        assert "your own" in explain_text("mine") and "note: " in explain_text("mine")
        with pytest.raises(InputError, match="untill"):
            explain("bad")
        assert invoke("explain", "bad").exit_code == 2
        assert explain("urbanisation_rate").kind == "indicator"
    finally:
        forget()


@pytest.mark.parametrize("name", settlement_rules())
def test_settlement_rules(name: str):
    found = explain(name)
    assert (found.kind, found.value) == ("settlement rule", settlement_rules()[name].work_months) and len(
        found.meaning
    ) > 20
    assert "scenario hindcast_2010_2020" in found.used_in
    assert explain(texts.SETTING_VALUES["name"][name]["zh"]).name == name


def test_places_answer_to_code_and_names():
    for code, place in gazetteer.places().items():
        for name in (code, *place.name.values(), *place.short.values()):
            assert code in [explain(name).name, *(a["name"] for a in explain_json(name)["others"])], name
    assert "兴宁区" in explain_text("nanning") and "district in Nanning" in explain_text("450102")
    assert explain("450000").value == "50,126,804 residents at the census of 2020"


def test_every_chinese_name_of_an_indicator_is_answered():
    for name, indicator in INDICATORS.items():
        for called in (indicator.zh, *texts.INDICATORS.get(name, {}).values()):
            assert "indicator" in kinds_of(called), called


def test_every_term_of_the_glossary_is_answered_in_both_languages():
    rows = re.findall(r"^\| ([^|`]+) \| ([^|]+) \| [^|]+ \| [^|]+ \|$", (docs_dir() / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)  # fmt: skip
    rows = [row for row in rows if row[0] != "English"]
    assert len(rows) > 60
    for english, chinese in rows:
        for name in (english, chinese, *re.sub("（[^）]*）", "", chinese).split("、")):
            assert "term" in kinds_of(name), name


def test_an_equation_shows_itself_and_its_code():
    said = explain_text("M2")
    assert "U(j) = V(j) + taste(j)" in said and "docs/odd.md:" in said
    assert "urbsim/processes/migration/choosing.py#destinations" in said or "destinations" in said
    assert "](" not in said and "```" not in said


def test_one_name_for_several_things_explains_each():
    everything = explain_json("C1")
    assert [everything["kind"], *(other["kind"] for other in everything["others"])] == ["measure", "equation"]
    assert explain_text("C1").count("C1 (") == 2
    assert explain("growth_per_year").kind == "parameter" and "condition" in explain("growth_per_year").also


# --- hints


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("urbanization_rate", "urbanisation_rate"), ("baselin", "baseline"), ("open_2020", "open_2019"),
        ("公共租赁房", "公共租赁住房"), ("nannning", "Nanning"), ("南宁市区", "南宁市"), ("城镇化率", "常住人口城镇化率"),
        ("kindergarten", "kindergarten_places"), ("hindcast", "hindcast_2010_2020"), ("beta_hukuo", "beta_hukou"),
        ("public_rental_unit", "public_rental_units"), ("strict", "strictness_elsewhere"),
    ],
)  # fmt: skip
def test_a_name_that_is_nearly_right_gets_the_right_one(typed: str, meant: str):
    with pytest.raises(UnknownName) as refused:
        explain(typed)
    assert refused.value.nearest == meant


@pytest.mark.parametrize("typed", ["zzzzzzzz", "xy", "广东", "", " ", "warehouse", "C99", "[", "候鸟", "T3"])
def test_a_name_like_none_gets_no_hint(typed: str):
    with pytest.raises(UnknownName) as refused:
        explain(typed)
    assert refused.value.nearest is None
    result = invoke("explain", typed)
    assert result.exit_code == 2 and "allowed: what `urbsim list` shows" in result.stderr


@pytest.mark.parametrize(
    "typed", ["URBANISATION_RATE", "urbanisation rate", "Urbanisation-Rate", " T1 ", "t1", "Ｔ1"]
)
def test_letter_case_width_and_spaces_do_not_matter(typed: str):
    everything = explain_json(typed)
    names = {everything["name"], *(other["name"] for other in everything["others"])}
    assert names & {"urbanisation_rate", "T1"}
