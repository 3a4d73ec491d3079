"""Shares of variance on functions whose shares are known by hand, and what is read of a batch."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from urbsim.errors import InputError
from urbsim.facts.parameters import load_parameters
from urbsim.results import store

pytest.importorskip("SALib")
pytest.importorskip("sklearn")

from bench.sensitivity import emulators, indices, page
from bench.sensitivity.__main__ import main
from bench.sensitivity.inputs import Input, Sample, load

N = 120
INPUTS = (
    Input("sourced_one", "sourced", "migration"),
    Input("fitted_one", "fitted", "migration"),
    Input("fitted_two", "fitted", "housing"),
    Input("assumed_one", "assumed", "housing"),
    Input("scenario", "levers", choices=2),
)


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulators, "REPEATS", 1)
    monkeypatch.setattr(emulators, "RESAMPLES", 20)


def sample(y, u: np.ndarray | None = None, inputs: tuple[Input, ...] = INPUTS) -> Sample:
    """Two scenarios of N draws, with T1 = y(z, scenario), z the normal scores of the four parameters."""
    if u is None:
        rng = np.random.default_rng(5)
        u = np.column_stack([(rng.permutation(N) + 0.5) / N for _ in range(4)])
    both = np.column_stack([np.vstack([u, u]), np.repeat([0.25, 0.75], N)])
    target = y(ndtri(both[:, :4]), both[:, 4] > 0.5)
    about = {
        "batch": "b",
        "scale": 0.01,
        "draws_from": "priors",
        "draws": N,
        "seeds": 1,
        "scenarios": ["a", "b"],
    }
    return Sample(inputs, both, np.tile(np.arange(1, N + 1), 2), {"T1": target}, {}, about)


def test_an_additive_target_by_hand():
    """Variances 4, 1, 0, 4 and, for two equally likely scenarios 2 apart, 1: of ten."""
    made = sample(lambda z, plan: 2 * z[:, 0] + z[:, 1] + 2 * z[:, 3] + 2 * plan)
    found = indices.analyse(made, "T1")
    assert found.trained.r2 > 0.98 and not found.refused
    shares = {name: index.alone for name, index in found.by_input.items()}
    expected = {"sourced_one": 0.4, "fitted_one": 0.1, "fitted_two": 0, "assumed_one": 0.4, "scenario": 0.1}
    assert shares == pytest.approx(expected, abs=0.05)
    assert found.ranks == pytest.approx(expected, abs=0.06) and found.at_once
    groups = indices.shares(found)
    assert sum(groups.values()) == pytest.approx(1)
    assert groups["assumed"] == pytest.approx(0.4, abs=0.05) and groups["levers"] == pytest.approx(
        0.1, abs=0.03
    )
    assert groups["several together"] < 0.03


def test_inputs_that_work_only_together():
    found = indices.analyse(sample(lambda z, plan: z[:, 0] * z[:, 3]), "T1")
    assert found.trained.r2 > 0.8 and found.trained.kind != "lasso"
    for name in ("sourced_one", "assumed_one"):
        assert found.by_input[name].alone < 0.15 and found.by_input[name].in_all > 0.8
    assert indices.shares(found)["several together"] > 0.6


def test_fitted_parameters_move_together():
    """Two fitted parameters that nearly cancel: one by one each makes much spread, the group makes next to none."""
    rng = np.random.default_rng(6)
    u = np.column_stack([(rng.permutation(N) + 0.5) / N for _ in range(4)])
    u[:, 2] = np.clip(u[:, 1] + rng.normal(0, 0.02, N), 0.003, 0.997)
    made = sample(lambda z, plan: 3 * (z[:, 1] - z[:, 2]) + z[:, 0], u)
    found = indices.analyse(made, "T1")
    assert found.correlated > 0.95 and not found.refused
    assert found.by_input["fitted_one"].alone > 0.3
    assert indices.shares(found)["fitted"] < 0.25 < 0.6 < indices.shares(found)["sourced"]


def test_a_poor_emulator_is_not_asked():
    noise = np.random.default_rng(7).normal(size=2 * N)
    made = sample(lambda z, plan: z[:, 0] + 3 * noise)
    found = indices.analyse(made, "T1")
    assert found.refused and found.by_input == found.by_group == {}
    said = page.text(made, [found])
    assert "below 0.6: no indices are shown" in said and "Sobol" not in said and "rank regression" in said


def test_luck_is_nobodys():
    """Variances 4 and, for luck, 1."""
    luck = np.random.default_rng(9).normal(size=2 * N)
    found = indices.shares(indices.analyse(sample(lambda z, plan: 2 * z[:, 0] + luck), "T1"))
    assert found["sourced"] == pytest.approx(0.8, abs=0.06)
    assert found["luck, and what was not emulated"] == pytest.approx(0.2, abs=0.06)


def test_draws_are_held_out_whole():
    """Both scenarios of a draw say nearly the same: an emulator that had seen one of them would know the other."""
    of_draw = np.random.default_rng(8).normal(size=N)
    made = sample(lambda z, plan: np.tile(of_draw, 2))
    z = emulators.design(made.u, INPUTS)
    predicted = emulators.held_out(emulators.Trees, z, made.targets["T1"], made.draws)
    assert 1 - ((made.targets["T1"] - predicted) ** 2).mean() / of_draw.var() < 0.1


def test_the_page_names_groups_inputs_and_origin():
    made = sample(lambda z, plan: 2 * z[:, 0] + z[:, 1] + 2 * z[:, 3])
    said = page.text(made, [indices.analyse(made, "T1")])
    assert "120 draws from the priors (no fit)" in said
    assert "| `sourced_one` | sourced, migration |" in said and "| fitted | 2 |" in said


def make_batch(folder: Path, draws: int = 24, *, digest: str | None = None, status: str = "done") -> Path:
    """A batch folder with what the analysis reads, two seeds a draw; T1 is a parameter, T2 unknown."""
    rows = []
    for scenario, setting in (("plan", 0), ("plan@x=1", 1)):
        for draw in range(draws + 1):
            parameters = load_parameters(draw)
            for seed in (1, 2):
                place = store.run_folder(folder, scenario, 0.01, draw, seed)
                place.mkdir(parents=True)
                record = {"scenario": {"base": "census_2020", "until": "2023-12"}}
                store.write_yaml(record, place / "run.yaml")
                rows.append(
                    {
                        "scenario": scenario,
                        "origin": "plan",
                        "settings": json.dumps(
                            {"housing.x": setting, "behaviour.leaving": ("gross", "elastic")[setting]}
                        ),
                        "draw": draw,
                        "seed": seed,
                        "scale": 0.01,
                        "status": status,
                        "parameters_digest": digest or parameters.digest,
                        "T1": parameters["beta_t"] + 0.01 * seed,
                        "T1_met": True,
                        "T2": None,
                        "T2_met": None,
                    }
                )
    store.write_table(pd.DataFrame(rows), folder / "runs.parquet")
    targets = {"T1": "urbanisation_rate", "T2": "new_urban_jobs"}
    verdicts = [{"target": {"id": name, "indicator": indicator}} for name, indicator in targets.items()]
    said = {"batch": "b", "scale": 0.01, "draws_from": "priors", "verdicts": verdicts}
    store.write_json(said, folder / "verdicts.json")
    return folder


def test_what_is_read_of_a_batch(tmp_path: Path):
    found = load(make_batch(tmp_path / "b"))
    names = {each.name: each for each in found.inputs}
    assert (
        names["housing.x"].group == "levers"
        and names["behaviour.leaving"].choices == 2
        and names["beta_t"].group == load_parameters(0).info["beta_t"].status
    )
    assert "scenario" not in names and "climate of the years" in names  # one origin; one climate a draw
    assert found.draws.tolist() == [*range(1, 25)] * 2 and list(found.targets) == ["T1"]
    of_beta = found.u[:, list(found.inputs).index(names["beta_t"])]
    assert np.array_equal(np.argsort(of_beta[:24]), np.argsort(found.targets["T1"][:24]))
    # Seeds are 0.01 apart: variance 0.00005 of a run, half of it of a mean of two.
    assert found.luck["T1"] == pytest.approx(0.000025 / found.targets["T1"].var(ddof=1))
    assert 0 < found.u.min() and found.u.max() < 1


def test_batches_that_cannot_be_analysed(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for folder, said in (
        (tmp_path, "is no finished batch"),
        (make_batch(tmp_path / "few", 5), "too few draws"),
        (make_batch(tmp_path / "undone", 5, status="failed"), "24 of 24 runs are not done"),
        (make_batch(tmp_path / "stale", 20, digest="0" * 64), "have changed since"),
    ):
        with pytest.raises(InputError, match=said):
            load(folder)
    assert main(["--batch", str(tmp_path)]) == 2
    assert "is no finished batch" in capsys.readouterr().err
