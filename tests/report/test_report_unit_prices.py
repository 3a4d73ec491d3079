"""What a unit costs, on the page: the numbers of the file, with what they rest on, in both languages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from urbsim.report import page, unit_prices
from urbsim.report.findings import Findings
from urbsim.report.folders import Scenario
from urbsim.report.texts import LANGUAGES, TEXTS, say
from urbsim.scenario.catalogue import CATALOGUE


def of(*levers: str) -> Findings:
    """What the table needs of findings: one scenario with these levers."""
    spec: dict[str, dict[str, dict[str, int]]] = {}
    for key in levers:
        group, name = key.split(".")
        spec.setdefault(group, {})[name] = {"total": 10}
    declared = {"scenario": {"name": "plan", "levers": spec, "committed": {}, "conditions": {}}}
    run: Any = SimpleNamespace(record=declared, scenario="plan", months=())
    scenario = Scenario("plan", (run,), run)
    return cast(Findings, SimpleNamespace(comparison=SimpleNamespace(scenarios=(scenario,))))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_row_says_what_the_file_says(lang: str):
    table = unit_prices.table(of("schooling.primary_places"), lang)
    assert table is not None
    building, running = table.rows
    known = unit_prices.entries()["primary_places_capital"]
    assert building[3] == f"{known['start']:,.0f}"
    assert building[4] == say("range", lang, low="35,000", high="90,000")
    assert building[5:] == [say("status_sourced", lang), known["source"]]
    assert running[1] == say("price_kind_running", lang)
    assert all(len(row) == len(table.head) for row in table.rows)


def test_every_price_of_the_file_can_be_shown_in_both_languages():
    named = {name for key in CATALOGUE for _, name in unit_prices.of_lever(key)}
    assert named == set(unit_prices.entries())
    for entry in unit_prices.entries().values():
        key = "price_unit_" + str(entry["unit"]).removeprefix("yuan per ").replace(" ", "_")
        assert set(TEXTS[key]) == set(LANGUAGES)
        assert f"status_{entry['status']}" in TEXTS


def test_sources_and_small_prices_are_plain():
    assert unit_prices.source(["E003", "E141"], "en") == "E003, E141"
    assert unit_prices.source("assumption", "zh") == say("price_no_source", "zh")
    assert [unit_prices.amount(yuan) for yuan in (0, 5, 2.5, 49727.4)] == ["0", "5", "2.50", "49,727"]


def test_the_two_ends_of_an_interval_stay_on_one_line_and_markup_does_nothing():
    whole = page.whole_brackets("+0.18 (+0.09 to +0.32)")
    assert whole == '<span>+0.18 <wbr><span class="brackets">(+0.09 to +0.32)</span></span>'
    assert page.whole_brackets("57.7") == "57.7"
    assert "<b>" not in page.whole_brackets("<b>1</b> (2 to 3)")


def test_an_option_of_a_command_stays_whole():
    assert page.whole_options("run x --draw 1") == 'run x <span class="brackets">--draw</span> 1'
    assert page.whole_options("a--b -- --<i>") == "a--b -- --&lt;i&gt;"
