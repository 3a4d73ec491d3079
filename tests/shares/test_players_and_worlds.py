"""Who plays, and which world a coalition lives in."""

from __future__ import annotations

from typing import Any

import pytest

from urbsim.errors import Problem
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Scenario
from urbsim.shares.game import Game, game_of

BASELINE, NO_PLAN = load_scenario("baseline"), load_scenario("no_plan")


def game(scenario: Scenario = BASELINE, by: str = "programme", within: str | None = None) -> Game:
    problems: list[Problem] = []
    found = game_of(scenario, NO_PLAN, by, within, problems)
    assert found is not None, problems
    return found


def plan(**levers: Any) -> Scenario:
    return load_scenario({"name": "mine", "extends": "no_plan", "levers": levers})


def test_nobody_is_the_comparison_and_everybody_the_scenario():
    for by, within in (
        ("programme", None),
        ("measure", None),
        ("lever", None),
        ("measure", "C"),
        ("lever", "D"),
    ):
        asked = game(by=by, within=within)
        assert asked.world(frozenset()).digest == NO_PLAN.digest()
        assert asked.world(frozenset(asked.players)).digest == BASELINE.digest()


@pytest.mark.parametrize("letter, alone, left_out", [
    ("A", "programme_cities", "without_cities"), ("B", "programme_city_quality", "without_city_quality"),
    ("C", "programme_migrants", "without_migrants"), ("D", "programme_town_country", "without_town_country"),
])  # fmt: skip
def test_coalitions_are_the_scenarios_that_the_library_has(letter: str, alone: str, left_out: str):
    asked = game()
    assert asked.players == ("A", "B", "C", "D")
    assert asked.world(frozenset(letter)).digest == load_scenario(alone).digest()
    others = frozenset(asked.players) - {letter}
    left = load_scenario(left_out).resolved()["levers"]
    if letter == "C":  # `without` leaves the office to support, whose measure it is as well
        left["settlement"]["office"] = None
    assert asked.world(others).scenario.resolved()["levers"] == left


def test_a_lever_of_two_programmes_is_there_with_either():
    asked = game(plan(schooling={"kindergarten_places": {"total": 100}}))  # C3 and D4
    assert asked.players == ("C", "D")
    assert asked.levers_of_both("C", "D") == ["schooling.kindergarten_places"] == asked.levers_of("D")
    with_c, with_d, both = (asked.world(frozenset(each)).digest for each in ("C", "D", "CD"))
    assert with_c == with_d == both != asked.world(frozenset()).digest


def test_entries_of_a_lever_go_with_their_own_measures():
    asked = game(by="measure")
    circles = asked.world(frozenset({"A2"})).scenario.levers.transport.circles
    assert set(circles) == {"nanning_metropolitan"}
    assert dict(BASELINE.levers.transport.circles) != circles


def test_support_plays_only_where_nobody_else_does():
    assert "S" not in game().players and "S2" not in game(by="measure").players
    rated = game(plan(delivery={"rate": {"share": 0.5}}, land={"housing_land": {"total": 100}}))
    assert rated.players == ("B", "S")


def test_within_a_programme_the_others_are_wholes():
    asked = game(by="measure", within="C")
    assert asked.players == ("A", "B", "D", "C1", "C2", "C3", "C4", "C5", "C6", "C7")
    assert ("C1", "C2", "C3", "C4", "C5", "C6", "C7") in asked.blocks and ("A",) in asked.blocks
    whole = asked.world(frozenset({f"C{k}" for k in range(1, 8)})).scenario.levers
    assert whole == load_scenario("programme_migrants").levers
    levers = game(by="lever", within="B")
    block = next(block for block in levers.blocks if len(block) > 1)
    assert "land.housing_land" in block and set(levers.players) - set(block) == {"A", "C", "D"}


def test_measures_of_a_programme_stand_together():
    assert [block[0][0] for block in game(by="measure").blocks] == ["A", "B", "C", "D"]
    assert all(len(block) == 1 for block in game(by="lever").blocks)


def test_a_dose_of_nothing_is_no_player():
    asked = game(plan(land={"housing_land": {"total": 100}}, housing={"public_rental_units": {"total": 0}}))
    assert asked.players == ("B",)


def test_what_cannot_be_asked_is_said_all_at_once():
    found: list[Problem] = []
    other = load_scenario("pearl_river_slump")
    assert game_of(other, NO_PLAN, "mesure", "E", found) is None
    said = "\n".join(map(str, found))
    assert len(found) == 3
    assert "--by" in said and "measure" in said and "--within" in said and "`conditions`" in said
    for by, within, words in (("programme", "C", "--by measure"), ("lever", "S", "no lever of programme S")):
        found = []
        assert game_of(BASELINE, NO_PLAN, by, within, found) is None
        assert words in str(found[0])
    found = []
    assert game_of(NO_PLAN, NO_PLAN, "programme", None, found) is None
    assert "nothing to share out" in str(found[0])
