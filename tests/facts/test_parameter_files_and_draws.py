"""Parameters: strict reading, draws that are reproducible and stay put, priors that mean what they say."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from urbsim.errors import InputError
from urbsim.facts.parameters import Parameters, load_parameters, read_specifications
from urbsim.facts.priors import DISTRIBUTIONS, Prior, PriorError, keyed_uniform

GOOD = """\
constant:
  meaning: months until a mover counts
  unit: month
  value: 6
  status: sourced
  source: B64
uncertain:
  meaning: weight of income
  unit: logit
  start: 1.0
  prior: {distribution: lognormal, low: 0.4, high: 2.0}
  status: assumed
  source: [B02, behaviour_priors.beta_w]
ages:
  meaning: shares by age
  unit: share
  value: [[0.1, 0.9], [0.5, 0.5]]
  status: assumed
  source: assumption
  note: no table was found
"""
MORE = """\
added:
  meaning: something new
  unit: share
  start: 0.5
  prior: {distribution: uniform, low: 0.2, high: 0.8}
  status: assumed
  source: B02
"""


def write(folder: Path, text: str, name: str = "process.yaml") -> Path:
    (folder / "parameters" / name).write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, text: str) -> list[str]:
    """What is said about a parameter file, without the folder."""
    with pytest.raises(InputError) as refused:
        load_parameters(0, write(folder, text))
    return [str(problem).rpartition("/parameters/")[2] for problem in refused.value.problems]


def test_the_installed_parameters_can_be_read() -> None:
    parameters = load_parameters(0)
    assert len(parameters) > 50
    assert sum(parameters.by_status().values()) == len(parameters.info)
    for name, spec in parameters.info.items():
        assert spec.meaning and spec.unit and spec.source, name
        if spec.prior:
            low, high = spec.interval or (math.nan, math.nan)
            assert low < high, name


def test_draw_zero_is_what_the_file_says(folder: Path) -> None:
    parameters = load_parameters(0, write(folder, GOOD))
    assert dict(parameters) == {"constant": 6, "uncertain": 1.0}
    assert parameters.array("ages").tolist() == [[0.1, 0.9], [0.5, 0.5]]
    assert parameters.info["uncertain"].source == ("B02", "behaviour_priors.beta_w")
    assert parameters.info["uncertain"].process == "process"
    assert parameters.by_status() == {"sourced": 1, "fitted": 0, "assumed": 2}


def test_parameters_cannot_be_changed(folder: Path) -> None:
    parameters = load_parameters(0, write(folder, GOOD))
    with pytest.raises(TypeError):
        parameters["constant"] = 7  # type: ignore[index]
    with pytest.raises(ValueError):
        parameters.array("ages")[0, 0] = 1.0


def test_unknown_names_give_the_nearest(folder: Path) -> None:
    parameters = load_parameters(0, write(folder, GOOD))
    with pytest.raises(KeyError, match="did you mean 'uncertain'"):
        parameters["uncertan"]
    with pytest.raises(KeyError, match="no parameter 'constant'"):
        parameters.array("constant")
    with pytest.raises(ValueError, match="draws count from 0"):
        load_parameters(-1)


def test_draws_are_reproducible_and_stay_put_when_a_parameter_is_added(folder: Path) -> None:
    def draws() -> list[Parameters]:
        return [load_parameters(draw, folder) for draw in range(4)]

    write(folder, GOOD)
    first = draws()
    assert [p.digest for p in draws()] == [p.digest for p in first]
    assert len({p["uncertain"] for p in first}) == 4
    assert {p["constant"] for p in first} == {6}
    write(folder, MORE, "another.yaml")
    read_specifications.cache_clear()
    second = draws()
    assert [p["uncertain"] for p in second] == [p["uncertain"] for p in first]
    assert all(0.2 <= p["added"] <= 0.8 for p in second)
    assert all(a.digest != b.digest for a, b in zip(first, second, strict=True))


def test_a_draw_has_one_value_for_ever() -> None:
    # Frozen on purpose: if this number moves, every published draw moves.
    assert keyed_uniform("beta_w", 1) == 0.7019648615410847


def test_keyed_uniforms_are_uniform_and_unrelated() -> None:
    u = np.array([keyed_uniform("a", draw) for draw in range(1, 4001)])
    v = np.array([keyed_uniform("b", draw) for draw in range(1, 4001)])
    assert stats.kstest(u, "uniform").pvalue > 0.001
    assert abs(np.corrcoef(u, v)[0, 1]) < 0.06
    assert 0 < u.min() and u.max() < 1


@pytest.mark.parametrize(
    ("distribution", "low", "high"),
    [("normal", -0.1, 0.02), ("lognormal", 0.4, 2.0), ("beta", 0.3, 0.8), ("beta", 0.001, 0.02)],
)
def test_four_thousand_draws_have_the_interval_that_was_believed(
    distribution: str, low: float, high: float
) -> None:
    prior = Prior.believed(distribution, low, high)
    drawn = np.array([prior.quantile(keyed_uniform("x", draw)) for draw in range(1, 4001)])
    # A share of 0.05 among 4,000 has a standard error of 0.0034: four of them.
    assert (drawn < low).mean() == pytest.approx(0.05, abs=0.014)
    assert (drawn > high).mean() == pytest.approx(0.05, abs=0.014)


@pytest.mark.parametrize("distribution", ["uniform", "loguniform", "triangular"])
def test_ends_are_never_passed(distribution: str) -> None:
    prior = Prior.believed(distribution, 0.5, 4.0, mode=1.0 if distribution == "triangular" else None)
    drawn = np.array([prior.quantile(keyed_uniform("x", draw)) for draw in range(1, 4001)])
    assert 0.5 <= drawn.min() < 0.6 and 3.6 < drawn.max() <= 4.0
    expected = {
        "uniform": stats.uniform(0.5, 3.5),
        "loguniform": stats.loguniform(0.5, 4.0),
        "triangular": stats.triang((1.0 - 0.5) / 3.5, 0.5, 3.5),
    }
    assert stats.kstest(drawn, expected[distribution].cdf).pvalue > 0.001


@given(
    st.sampled_from(DISTRIBUTIONS),
    st.floats(0.01, 0.6),
    st.floats(0.02, 0.35),
    st.lists(st.floats(1e-6, 1 - 1e-6), min_size=2, max_size=2, unique=True),
)
def test_quantiles_rise_and_stay_inside(distribution: str, low: float, width: float, us: list[float]) -> None:
    prior = Prior.believed(distribution, low, low + width)
    lower, upper = (prior.quantile(u) for u in sorted(us))
    assert prior.support[0] <= lower <= upper <= prior.support[1]


def test_a_beta_prior_has_its_quantiles() -> None:
    prior = Prior.believed("beta", 0.3, 0.8)
    assert stats.beta.ppf([0.05, 0.95], prior.a, prior.b) == pytest.approx([0.3, 0.8], abs=1e-5)


@pytest.mark.parametrize(
    ("distribution", "low", "high", "key"),
    [
        ("normal", 1, 1, "high"),
        ("lognormal", 0, 1, "low"),
        ("loguniform", -1, 1, "low"),
        ("beta", 0.0, 0.5, "low"),
        ("beta", 0.1, 1.0, "high"),
    ],
)
def test_numbers_that_make_no_prior_are_refused(distribution: str, low: float, high: float, key: str) -> None:
    with pytest.raises(PriorError) as refused:
        Prior.believed(distribution, low, high)
    assert refused.value.key == key


def test_draws_are_clipped_to_the_bounds(folder: Path) -> None:
    text = MORE.replace("uniform, low: 0.2, high: 0.8", "normal, low: 0.0, high: 1.0")
    write(folder, text + "  bounds: [0.4, 0.6]\n")
    values = [load_parameters(draw, folder)["added"] for draw in range(40)]
    assert min(values) == 0.4 and max(values) == 0.6
    assert load_parameters(0, folder).info["added"].interval == (0.4, 0.6)


def test_all_mistakes_are_reported_at_once(folder: Path) -> None:
    text = """\
first:
  meaning: something
  unit: share
  strat: 0.5
  prior: {distribution: unifrom, low: 0.2, hihg: 0.8}
  status: asumed
  source: B0
Second: 3
third:
  meaning: something
  value: yes please
  status: sourced
  source: assumption
fourth:
  meaning: something
  unit: share
  start: 2.0
  prior: {distribution: uniform, low: 0.2, high: 0.8}
  bounds: [0, 1]
  status: fitted
  source: behaviour_priors.beta_x
  acts_in_replay: false
fifth:
  meaning: something
  unit: share
  value: [0.1, [0.2]]
  status: assumed
  source: assumption
  set_by_hand: maybe
sixth:
  meaning: something
  unit: share
  table: nowhere.csv
  status: sourced
  source: B02
"""
    said = problems(folder, text)
    for expected in (
        "process.yaml:4:3: first.strat: unknown key",
        "did you mean 'start'?",
        "process.yaml:6:11: first.status: 'asumed' is not known",
        "process.yaml:1:1: first: needs one kind of content and has none",
        "process.yaml:7:11: first.source: no source 'B0' in sources.csv",
        "process.yaml:8:1: Second: a name has small letters",
        "process.yaml:9:1: third: has no unit",
        "process.yaml:11:10: third.value: must be a number, not 'yes please'",
        "third.source: an assumption cannot be sourced",
        "process.yaml:17:10: fourth.start: 2.0 is outside the bounds (allowed: 0 to 1)",
        "process.yaml:17:10: fourth.start: 2.0 is outside the prior (allowed: 0.2 to 0.8)",
        "fourth.source: no row 'beta_x' in behaviour_priors",
        "process.yaml:26:10: fifth.value: must hold numbers only, in rows of one length",
        "process.yaml:23:1: fifth: is an assumption and needs a note",
        "process.yaml:22:19: fourth.acts_in_replay: is fitted, and so acts in the replay",
        "process.yaml:29:16: fifth.set_by_hand: must be true or false",
        "process.yaml:33:10: sixth.table: there is no calibration/tables/nowhere.csv",
    ):
        assert any(expected in line for line in said), (expected, said)


def test_a_prior_is_read_strictly(folder: Path) -> None:
    said = problems(
        folder, MORE.replace("uniform, low: 0.2, high: 0.8", "unifrom, low: 0.2, hihg: 0.8, mode: 1")
    )
    assert any("added.prior.hihg: unknown key" in line and "'high'" in line for line in said)
    assert any("added.prior.distribution: 'unifrom' is not known" in line for line in said)
    assert any("added.prior: has no high" in line for line in said)
    assert any("only a triangular prior has a mode" in line for line in said)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  prior: {distribution: uniform, low: 0.2, high: 0.8}\n", "", "needs a prior beside start"),
        ("start: 0.5", "value: 0.5", "cannot have a prior beside value"),
        ("low: 0.2", "low: 0.9", "0.8 is not above low, 0.9"),
        ("source: B02", "source: []", "must name a source"),
        ("source: B02", "source: B02\n  bounds: [1, 0]", "must be [lowest, highest]"),
        ("meaning: something new", "meaning: 3", "must be words"),
    ],
)
def test_each_slip_has_its_message(folder: Path, old: str, new: str, message: str) -> None:
    assert any(message in line for line in problems(folder, MORE.replace(old, new)))


def test_one_name_in_two_files_is_refused(folder: Path) -> None:
    write(folder, MORE, "another.yaml")
    (said,) = problems(folder, MORE)
    assert said == "process.yaml:1:1: added: is a parameter already (another.yaml:1)"


def test_mistakes_of_all_files_come_together(folder: Path) -> None:
    write(folder, "one: {", "a.yaml")
    said = problems(folder, MORE.replace("B02", "nobody"))
    assert len(said) == 2 and said[0].startswith("a.yaml:") and "'nobody'" in said[1]


def test_a_table_belongs_to_the_digest(folder: Path) -> None:
    (folder / "tables").mkdir()
    (folder / "tables" / "ages.csv").write_text("age,share\n0,0.5\n", encoding="utf-8")
    text = MORE.replace(
        "  start: 0.5\n  prior: {distribution: uniform, low: 0.2, high: 0.8}\n", "  table: ages.csv\n"
    )
    before = load_parameters(0, write(folder, text))
    assert before.table("added")["share"].tolist() == [0.5] and "added" not in before
    (folder / "tables" / "ages.csv").write_text("age,share\n0,0.6\n", encoding="utf-8")
    assert load_parameters(0, folder).digest != before.digest
