"""Which runs a batch has, how it grows, and what its runs say together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from urbsim.batch import estimate, members, results
from urbsim.batch.arguments import settings, spans
from urbsim.batch.verdicts import Judged, verdict
from urbsim.errors import InputError, Problem
from urbsim.facts.parameters import load_parameters
from urbsim.results.digests import digests_of, input_digest
from urbsim.scenario.batches import load_batch
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.sweep import spread, value_text


def plan(**content: Any) -> members.Plan:
    return members.plan_of(load_batch({"name": "b", "scenarios": ["no_plan"], **content}))


def keys(asked: members.Plan) -> list[tuple[str, int, int, str]]:
    return [(m.scenario.name, m.draw, m.seed, m.input_digest) for m in asked.members()]


def test_a_member_knows_the_digest_its_run_will_have():
    (member,) = plan(seeds=[7], draws=[3], scale=0.002).members()
    digests = digests_of(load_scenario("no_plan"), load_parameters(3))
    assert member.digests == digests and member.input_digest == input_digest(digests, 0.002, 7)
    assert member.folder(Path("r")) == Path("r/no_plan/scale0.002-draw3-seed7")


def test_a_batch_grows_without_changing_its_first_members():
    small = keys(plan(draws=2, seeds=[1]))
    for more in (
        {"draws": 5},
        {"draws": 2, "seeds": [1, 2]},
        {"draws": 2, "scenarios": ["baseline", "no_plan"]},
    ):
        grown = keys(plan(**more))
        assert set(small) < set(grown)
    assert len(small) == len(plan(draws=2)) == 2


def test_of_a_draw_and_seed_all_scenarios_come_first():
    found = keys(plan(scenarios=["no_plan", "baseline"], draws=2, seeds=[1, 2]))
    assert [(name, draw, seed) for name, draw, seed, _ in found[:4]] == [
        ("no_plan", 1, 1), ("baseline", 1, 1), ("no_plan", 2, 1), ("baseline", 2, 1),
    ]  # fmt: skip


def test_a_sweep_names_scenarios_after_their_settings():
    swept = {"conditions.growth_per_year": [0.01, 0.02], "housing.public_rental_units.total": [0, 30000]}
    asked = plan(scenarios=["baseline"], sweep=swept)
    names = [variation.scenario.name for variation in asked.variations]
    assert names[1] == "baseline@conditions.growth_per_year=0.01@housing.public_rental_units.total=30000"
    assert len(set(names)) == 4 == len({variation.digest for variation in asked.variations})
    first = asked.variations[0]
    assert first.origin == "baseline" and first.scenario.conditions.growth_per_year == 0.01
    assert "conditions.growth_per_year = 0.01" in first.scenario.title.en


def test_an_interval_grows_between_what_it_has():
    assert spread(2) == [0, 1] and spread(5) == [0, 1, 0.5, 0.25, 0.75]
    assert sorted(spread(9)) == [k / 8 for k in range(9)] and spread(40)[:9] == spread(9)
    parts = plan(sweep={"conditions.growth_per_year": {"from": 0, "to": 0.2, "samples": 3}})
    assert [v.settings["conditions.growth_per_year"] for v in parts.variations] == [0, 0.2, 0.1]
    assert [value_text(value) for value in (2.0, 0.05, 3, "hazard")] == ["2", "0.05", "3", "hazard"]


def test_a_batch_is_not_called_like_its_scenarios():
    with pytest.raises(InputError, match="name of one of its scenarios"):
        plan(name="no_plan")


def test_names_that_are_no_folders_are_refused():
    doses = [f"{group}.{lever}.total" for group, lever in (
        ("housing", "public_rental_units"), ("housing", "rent_subsidy_households"), ("housing", "guaranteed_rental_units"),
        ("schooling", "primary_places"), ("schooling", "junior_places"), ("employment", "training"),
    )]  # fmt: skip
    with pytest.raises(InputError, match="makes a name of"):
        plan(scenarios=["baseline"], sweep={dose: [1000] for dose in doses})


def test_options_of_the_command_line():
    problems: list[Problem] = []
    assert spans("--seeds", "1:3, 7", problems) == [1, 2, 3, 7] and spans("--draws", "0", problems) == [0]
    assert settings(["a.b=0.02", "c = hazard"], problems) == {"a.b": 0.02, "c": "hazard"} and not problems
    for wrong in ("3:1", "", "x", "1:99999999"):
        assert spans("--seeds", wrong, problems) == []
    settings(["a", "=1", "a=1", "a=2", "b=[", "c="], problems)
    assert [p.key for p in problems] == ["--seeds"] * 4 + ["--set"] * 5


# --- what runs say together


TARGET = {"id": "T1", "indicator": "urbanisation_rate", "place": "450000", "from": "2023-12", "to": "2023-12",
          "aggregate": "last", "operator": ">=", "threshold": 0.57, "tolerance": 0.005}  # fmt: skip


def judged(*values: float | None, first: int = 1, seed: int = 1) -> list[Judged]:
    return [
        Judged(draw, seed, TARGET | {"value": value, "met": None if value is None else value >= 0.565,
                                     "met_strict": None if value is None else value >= 0.57})
        for draw, value in enumerate(values, first)
    ]  # fmt: skip


def test_twenty_draws_make_a_probability():
    said = verdict(judged(*[0.55] * 5, *[0.566] * 5, *[0.58] * 10))
    assert (said["n"], said["draws"], said["probability"], said["probability_strict"]) == (20, 20, 0.75, 0.5)
    assert said["median"] == pytest.approx(0.573) and said["shortfall"] == pytest.approx(-0.003)
    assert (said["low"], said["high"]) == (pytest.approx(0.55), pytest.approx(0.58))
    assert said["no_probability_because"] is None


def test_nineteen_do_not_whatever_the_seeds():
    said = verdict([*judged(*[0.58] * 19), *judged(*[0.58] * 19, seed=2)])
    assert (
        said["probability"] is None and said["no_probability_because"] == "19 draws; a probability needs 20"
    )
    assert said["n"] == 38


def test_the_central_draw_speaks_only_alone():
    assert verdict(judged(0.1, 0.58, first=0))["median"] == 0.58
    alone = verdict(judged(0.1, first=0))
    assert alone["median"] == 0.1 and alone["probability"] is None and alone["draws"] == 0


def test_runs_without_the_months_say_nothing():
    said = verdict(judged(None, None))
    assert (
        said["n"] == 0
        and said["median"] is None
        and said["shortfall"] is None
        and "months" in said["no_probability_because"]
    )


def test_times_in_words():
    said = [estimate.in_words(seconds) for seconds in (0.1, 40, 100, 3600 * 3 + 1200)]
    assert said == ["1 s", "40 s", "2 min", "3 h 20 min"]
    assert estimate.seconds(plan(), 5, 2, [1.0, 3.0, 2.0]) == 6.0


def test_a_batch_stays_under_the_protocol_of_its_first_runs(tmp_path: Path):
    asked = plan(draws=2)
    first, later = ({"name": "p", "version": n, "digest": str(n) * 64} for n in (1, 2))
    results.write_asked(asked, tmp_path, first, done=0)
    assert results.recorded_protocol(tmp_path) == first
    results.write_asked(asked, tmp_path, later, done=1)
    assert results.recorded_protocol(tmp_path) == first
    results.write_asked(asked, tmp_path, later, done=0)  # nothing is left of what was made before
    assert results.recorded_protocol(tmp_path) == later
    results.write_asked(asked, tmp_path, None, done=0)
    results.write_asked(asked, tmp_path, later, done=1)
    assert results.recorded_protocol(tmp_path) is None  # made under none, and not to be had afterwards
