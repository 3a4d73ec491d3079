"""Where the spread of a target comes from: parameters, seeds, variants; and verdicts over variants of behaviour."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from urbsim.batch import members
from urbsim.batch.table import verdicts_table
from urbsim.batch.variance import FACTORS, variance_components, variance_shares
from urbsim.batch.variants import groups
from urbsim.batch.verdicts import Judged, verdict
from urbsim.scenario.batches import load_batch

TARGET = {"id": "T1", "indicator": "urbanisation_rate", "place": "450000", "from": "2023-12", "to": "2023-12",
          "aggregate": "last", "operator": ">=", "threshold": 0.57, "tolerance": 0.005}  # fmt: skip


def cells(table: Any) -> dict[tuple[int, int, str], float]:
    """A table by draw, seed and variant."""
    values = np.array(table, dtype=float)
    values = values.reshape(values.shape + (1,) * (3 - values.ndim))
    sizes = map(range, values.shape)
    return {(draw + 1, seed + 1, f"v{k}"): values[draw, seed, k] for draw, seed, k in product(*sizes)}


def test_two_factors_by_hand():
    """Means of rows 1.5 and 4.5, of columns 2 and 4: mean squares 9, 4 and, left over, 1."""
    assert variance_components(np.array([[1.0, 2.0], [3.0, 6.0]])) == {
        (0, 1): pytest.approx(1), (1,): pytest.approx(1.5), (0,): pytest.approx(4),
    }  # fmt: skip
    said = variance_shares(cells([[1, 2], [3, 6]]))
    assert said["parameters"] == pytest.approx(4 / 6.5) and said["seeds"] == pytest.approx(1.5 / 6.5)
    assert said["interactions"] == pytest.approx(1 / 6.5) and said["variants"] is None
    assert (said["runs"], said["set_to_zero"], said["no_shares_because"]) == (4, [], None)


def test_an_estimate_below_zero_is_set_to_zero_and_said():
    """Rows and columns have equal means: all is interaction."""
    said = variance_shares(cells([[1, 2], [2, 1]]))
    assert (said["parameters"], said["seeds"], said["interactions"]) == (0, 0, 1)
    assert sorted(said["set_to_zero"]) == ["parameters", "seeds"]


def test_three_factors_find_what_the_runs_were_made_of():
    random = np.random.default_rng(5)
    sizes, spreads = (60, 50, 40), {(0,): 4.0, (1,): 1.0, (2,): 2.0, (0, 1): 0.5, (0, 1, 2): 0.3}
    table = np.zeros(sizes)
    for axes, spread in spreads.items():
        shape = [size if k in axes else 1 for k, size in enumerate(sizes)]
        table = table + random.normal(0, spread, shape)
    found = variance_components(table)
    for axes, component in found.items():
        assert component == pytest.approx(spreads.get(axes, 0.0) ** 2, rel=0.45, abs=0.01), axes
    said = variance_shares(cells(table))
    whole = [said[name] for name in (*FACTORS, "interactions")]
    assert sum(whole) == pytest.approx(1) and whole[0] > whole[2] > whole[1] > whole[3]


@pytest.mark.parametrize(
    "table, why",
    [
        (np.arange(20.0).reshape(20, 1), "20 draw(s), 1 seed(s), 1 variant(s)"),
        (np.arange(6.0).reshape(1, 6), "1 draw(s), 6 seed(s), 1 variant(s)"),
        (np.ones((3, 3)), "the runs are all equal"),
    ],
)
def test_a_design_that_cannot_tell_has_no_shares(table: np.ndarray, why: str):
    said = variance_shares(cells(table))
    assert why in said["no_shares_because"] and {said[name] for name in FACTORS} == {None}


def test_a_draw_that_lacks_a_run_is_left_out():
    whole = cells([[1, 2], [3, 6], [9, 9]])
    del whole[(3, 2, "v0")]
    assert variance_shares(whole) == variance_shares(cells([[1, 2], [3, 6]]))
    del whole[(2, 1, "v0")]
    assert "1 draw(s), 2 seed(s)" in variance_shares(whole)["no_shares_because"]
    assert variance_shares({})["no_shares_because"]


def judged(variant: str, values: dict[tuple[int, int], float]) -> list[Judged]:
    entry = {"met": True, "met_strict": True}
    return [
        Judged(draw, seed, TARGET | entry | {"value": value}, variant)
        for (draw, seed), value in values.items()
    ]


def test_variants_of_behaviour_have_a_verdict_together():
    content = {
        "name": "b", "scenarios": ["no_plan"], "draws": 2, "seeds": [1, 2],
        "sweep": {"behaviour.networks": ["growing", "none"], "conditions.growth_per_year": [0.01, 0.02]},
    }  # fmt: skip
    found = groups(members.plan_of(load_batch(content)).variations)
    assert [group.name for group in found] == [
        "no_plan@conditions.growth_per_year=0.01",
        "no_plan@behaviour.networks=growing@conditions.growth_per_year=0.01",
        "no_plan@conditions.growth_per_year=0.02",
        "no_plan@behaviour.networks=growing@conditions.growth_per_year=0.02",
        "no_plan@behaviour.networks=none@conditions.growth_per_year=0.01",
        "no_plan@behaviour.networks=none@conditions.growth_per_year=0.02",
    ]
    first = found[0].described()
    assert first["settings"] == {"conditions.growth_per_year": 0.01} and first["variants"] == [
        found[1].name,
        found[4].name,
    ]
    assert found[1].described()["variants"] is None

    one = {(1, 1): 1.0, (1, 2): 2.0, (2, 1): 3.0, (2, 2): 6.0}
    runs: Any = {name: {"T1": judged(name, one)} for name in first["variants"]}
    runs[first["variants"][1]]["T1"] = judged(first["variants"][1], {key: 10 + one[key] for key in one})
    (entries,) = found[0].joined(runs)
    said = verdict(entries)
    assert said["n"] == 8 and said["draws"] == 2
    shares = said["variance_shares"]
    assert shares["variants"] == pytest.approx(50 / 56.5) and shares["parameters"] == pytest.approx(4 / 56.5)
    assert shares["seeds"] == pytest.approx(1.5 / 56.5) and shares["interactions"] == pytest.approx(1 / 56.5)
    shown = verdicts_table(
        {
            "draws_from": "priors",
            "verdicts": [first | {"target": said}, found[1].described() | {"target": said}],
        }
    )
    assert list(shown.columns[0].cells) == [
        "no_plan\n  growth_per_year=0.01\n  2 variants",
        "no_plan\n  networks=growing\n  growth_per_year=0.01",
    ]
    last = verdicts_table({"draws_from": "priors", "verdicts": [first | {"target": said}]}).columns[-1]
    assert str(last.header).startswith("Spread 离散") and list(last.cells) == ["7/3/88/2"]


def test_scenarios_without_variants_stand_by_themselves():
    found = groups(
        members.plan_of(load_batch({"name": "b", "scenarios": ["no_plan", "baseline"]})).variations
    )
    assert [group.described()["variants"] for group in found] == [None, None]
