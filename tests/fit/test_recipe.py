"""Recipes are read strictly, and the numbers of a fit do not depend on how many there are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from urbsim.errors import InputError
from urbsim.facts.parameters import prior_parameters
from urbsim.fit import transform
from urbsim.fit.plan import Plan, plan_of
from urbsim.fit.recipe import FILE, load_recipe
from urbsim.fit.screening import screen, uncertain
from urbsim.paths import calibration_dir


def changed(folder: Path, *pairs: tuple[str, str]) -> Path:
    text = (calibration_dir() / FILE).read_text(encoding="utf-8")
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after, 1)
    path = folder / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_mistakes_come_all_at_once(tmp_path: Path):
    path = changed(
        tmp_path,
        ("- activation_level ", "- activation_lvel "),
        ("- own_county", "- crude_birth_rate_at_base"),
        ("members: 220", "members: 2"),
        ("set: {mobility_of_year: 0.1}", "set: {mobility_of_year: -1.0, beta_t: -0.5}"),
        ("small:    #", "smal:    #"),
    )
    with pytest.raises(InputError) as refused:
        load_recipe(path)
    text = str(refused.value)
    for part in (
        "did you mean 'activation_level'",
        "crude_birth_rate_at_base",
        "fit.members: 2 is out of range",
        "set.mobility_of_year",
        "set.beta_t: is free as well",
        "did you mean 'small'",
    ):
        assert part in text
    assert all(problem.line for problem in refused.value.problems)


def test_budget_of_the_full_fit_is_that_of_the_protocol():
    from urbsim.fit.ensemble import runs_of

    plan = plan_of(load_recipe())
    assert runs_of(plan) <= plan.protocol.budget.runs
    assert plan.size.scale == plan.protocol.budget.scale
    assert plan.groups.size == plan.size.members
    assert np.bincount(plan.groups).tolist() == [110, 22, 22, 22, 22, 22]


def test_scores_and_values_agree_with_draws_from_the_priors():
    names = ["activation_level", "own_county", "beta_t", "beta_net"]
    scores = transform.scores_of_draw(names, 7)
    drawn = prior_parameters(7)
    found = transform.values(drawn.info, names, scores)
    for name in names:
        assert found[name] == pytest.approx(drawn[name], rel=1e-12)
    extreme = transform.values(drawn.info, names, np.full(len(names), 99.0))
    assert all(extreme[name] <= drawn.info[name].range[1] for name in names)


def test_a_larger_ensemble_keeps_the_runs_of_a_smaller_one(tmp_path: Path):
    few = plan_of(load_recipe(), small=True)
    more = plan_of(load_recipe(changed(tmp_path, ("members: 8, ", "members: 12, "))), small=True)
    runs = [plan.round(plan.prior_scores(), plan.members) for plan in (few, more)]
    assert [case.input_digest for case in runs[1][:8]] == [case.input_digest for case in runs[0]]
    assert len({case.input_digest for case in runs[1]}) == 12
    assert len({(case.seed, case.prior_draw) for case in runs[1]}) == 12
    assert [case.seed for case in more.round(more.prior_scores()[[9, 2]], np.array([9, 2]))] == [
        runs[1][9].seed,
        runs[1][2].seed,
    ]  # a member keeps its seed, whichever of them are run
    np.testing.assert_array_equal(
        transform.keyed_normals("x", 5, 4)[:3, :2], transform.keyed_normals("x", 3, 2)
    )


def test_members_of_a_check_are_spread_over_variants():
    plan = plan_of(load_recipe())
    some = plan.some(60)
    assert some.size == np.unique(some).size == 60
    assert np.bincount(plan.groups[some]).tolist() == [30, 6, 6, 6, 6, 6]
    assert plan.some(1000).tolist() == plan.members.tolist()


def test_screening_finds_what_moves_an_observable_and_nothing_else():
    plan = plan_of(load_recipe(), small=True)
    info, names = plan.info, plan.names
    many = Plan(
        plan.recipe, plan.size.model_copy(update={"members": 320}), plan.protocol, plan.in_force, True
    )
    cases = many.round(many.prior_scores(), many.members)
    scores = np.array([transform.scores_of_draw(names, case.prior_draw) for case in cases])
    other = np.array([transform.scores_of_draw(["beta_w"], case.prior_draw)[0] for case in cases])
    y = np.stack([np.exp(2 * scores[:, 1]) - 0.1 * other, other + 0.01 * scores[:, 0]], axis=1)
    table = screen(info, names, scores, cases, y, ("moved", "by another"))
    strongest = table.iloc[:2]
    assert set(zip(strongest["observable"], strongest["parameter"], strict=True)) == {
        ("moved", names[1]),
        ("by another", "beta_w"),
    }
    assert len(table) < 0.02 * 2 * len(uncertain(info)) + 4
