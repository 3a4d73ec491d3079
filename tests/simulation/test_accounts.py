"""Accounts close to the person, in every month, scenario and ledger (ODD A1-A3, I3)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbsim import month
from urbsim.facts.indicators import IDENTITY, INDICATORS
from urbsim.scenario.reader import load_scenario
from urbsim.simulation import accounts
from urbsim.simulation.accounts import AccountError
from urbsim.simulation.build import build_world
from urbsim.simulation.foreground import run_scenario
from urbsim.simulation.model import UrbanisationModel
from urbsim.state.ledger import Ledger, Stocks, empty_ledger

SCALE = 0.002
SCENARIOS = ("no_plan", "baseline", "pearl_river_boom", "pearl_river_slump")
N = 224


@pytest.fixture(scope="module", params=SCENARIOS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a strict run: it raises in the first month in which an account has a residual."""
    out = tmp_path_factory.mktemp("run")
    run = run_scenario(load_scenario(request.param), scale=SCALE, threads=2, out=out, strict=True)
    assert run.folder is not None
    return run.folder


def sampled(folder: Path) -> pd.DataFrame:
    """Published counts in sampled persons: one row for a month and place, a column for an indicator.

    Indicators that count parts of a person (thousandths) are in these parts; money and delivered units are no samples.
    """
    table = pd.read_parquet(folder / "indicators.parquet")
    table = table.pivot_table(index=["place", "month"], columns="indicator", values="value", observed=True)
    known = {name: INDICATORS[name] for name in table.columns}
    persons = [
        name for name, of in known.items() if of.of is None and of.basis not in ("spending", "delivery")
    ]
    counts = table.filter(items=persons) * SCALE
    for name in counts.columns:
        counts[name] *= INDICATORS[name].fractions
    assert np.abs((counts - counts.round()).to_numpy()).max() < 1e-6  # whole persons, or thousandths
    return counts.round().astype(int)


def test_the_change_of_the_urban_population_is_explained(folder: Path):
    """Births, deaths, moves and recoding account for every urban resident won or lost, by place and month."""
    counts = sampled(folder)
    by_place = counts.groupby(level="place", observed=True)
    change = by_place["urban_population"].diff().dropna()
    explained = np.sum([sign * counts[name] for name, sign in IDENTITY], axis=0)
    explained = pd.Series(explained, index=counts.index)[change.index]
    assert change.size == 38 * (1 + 14 + 111)
    assert np.array_equal(change.astype(int), explained)
    # The identity is no empty one: every term moves somebody, and the change is not nothing.
    province = counts.loc["450000"]
    assert all(province[name].sum() != 0 for name, _ in IDENTITY)
    assert province["urban_population"].iloc[-1] > province["urban_population"].iloc[0]


def test_the_change_of_residents_is_explained(folder: Path):
    counts = sampled(folder)
    change = counts.groupby(level="place", observed=True)["resident_population"].diff().dropna()
    signs = {
        "births": 1,
        "deaths": -1,
        "moved_in": 1,
        "moved_out": -1,
        "moved_in_outside": 1,
        "moved_out_outside": -1,
    }
    explained = pd.Series(
        np.sum([sign * counts[name] for name, sign in signs.items()], axis=0), index=counts.index
    )
    assert np.array_equal(change.astype(int), explained[change.index])


def test_counties_add_up(folder: Path):
    """The province is the sum of its prefectures and of its counties; rates follow from the sums."""
    counts = sampled(folder).unstack("month")
    places = counts.index.astype(str)
    prefectures = places.str.endswith("00") & (places != "450000")
    assert prefectures.sum() == 14 and places.size == 126
    counties = ~prefectures & (places != "450000")
    for part in (prefectures, counties):
        assert np.array_equal(counts[part].sum(), counts.loc["450000"])
    table = pd.read_parquet(folder / "indicators.parquet")
    rates = table[table["indicator"] == "urbanisation_rate"].set_index(["place", "month"])["value"]
    by_hand = (
        sampled(folder).eval("urban_population / resident_population").where(lambda x: np.isfinite(x), 0)
    )
    np.testing.assert_allclose(rates.loc[by_hand.index].to_numpy(), by_hand.to_numpy(), rtol=1e-12)


def test_movers_tell_the_same_as_the_indicators(folder: Path):
    """Moves inside Guangxi from villages to towns, counted from movers.parquet and from the indicator."""
    movers = pd.read_parquet(folder / "movers.parquet")
    origin, to = movers["origin"].astype(str), movers["destination"].astype(str)
    rural_to_urban = movers[origin.str.endswith("R") & to.str.endswith("U")]
    assert (
        round(rural_to_urban["count"].sum() * SCALE) == sampled(folder).loc["450000", "moved_to_urban"].sum()
    )


@pytest.fixture(scope="module")
def model_in_its_third_month() -> UrbanisationModel:
    model = UrbanisationModel(
        world=build_world(load_scenario("no_plan"), scale=0.0005, threads=1), strict=True
    )
    for _ in range(3):
        model.step()
    return model


@pytest.mark.parametrize(
    "account",
    [
        "births",
        "deaths_present",
        "counted_moves",
        "moves",
        "entered",
        "persons",
        "holders",
        "sleepers",
        "women",
    ],
)
def test_strict_mode_notices_one_person(
    model_in_its_third_month: UrbanisationModel, monkeypatch: pytest.MonkeyPatch, account: str
):
    """One person too many in any flow or carried stock stops a strict run."""
    model = model_in_its_third_month
    step = month.step

    def step_and_invent(world):
        step(world)
        ledger = world.ledger
        array = getattr(ledger.stocks if account in Stocks._fields else ledger, account)
        array[(3, 2, 1)[: array.ndim]] += 1

    monkeypatch.setattr(month, "step", step_and_invent)
    with pytest.raises(AccountError, match="do not close"):
        model.step()
    begin_anew(model)


def begin_anew(model: UrbanisationModel) -> None:
    """What is carried on is counted anew, as on census night."""
    world = model.world
    assert world is not None
    world.counted, stocks = world.recount()
    world.ledger = world.ledger._replace(stocks=stocks)


@pytest.mark.parametrize(
    ("module", "event", "account"),
    [
        ("demography", "apply_separations", "women"),
        ("demography", "apply_births", "networks"),
        ("moving", "apply_moves", "sleepers"),
        ("registration", "apply_settlement", "networks"),
        ("registration", "apply_permits", "permit holders"),
    ],
)
def test_strict_mode_notices_an_event_that_leaves_the_stocks_alone(
    model_in_its_third_month: UrbanisationModel,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    event: str,
    account: str,
):
    """An event that changes persons and not the stocks stops a strict run: each stock is read from no column."""
    model = model_in_its_third_month
    world = model.world
    assert world is not None
    kernels = getattr(world.engine, module)
    kernel = getattr(kernels, event)

    def without_stocks(*given):
        untold = [
            one._replace(stocks=empty_ledger().stocks) if isinstance(one, Ledger) else one for one in given
        ]
        result = kernel(*untold)
        return np.zeros_like(result) if event == "apply_permits" else result

    monkeypatch.setattr(kernels, event, without_stocks)
    with pytest.raises(AccountError, match=account):
        for _ in range(3):
            model.step()
    begin_anew(model)


@st.composite
def consistent_months(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, Ledger]:
    """Stocks before and after, and a ledger with the events that lead from one to the other, event by event."""
    ledger = empty_ledger()
    before = np.full((3, N), draw(st.integers(10, 50)))
    after = before.copy()
    part, registered = st.integers(0, N - 1), after[2]
    for _ in range(draw(st.integers(0, 30))):
        event, one, other = (
            draw(st.sampled_from(["birth", "death", "move", "enter", "recode"])),
            draw(part),
            draw(part),
        )
        if event == "birth":
            after[0, one] += 1
            after[1, other] += 1
            registered[one] += 1
            ledger.births[one] += 1
            ledger.births_present[other] += 1
        elif event == "death":
            after[0, one] -= 1
            after[1, other] -= 1
            registered[one] -= 1
            ledger.deaths[one] += 1
            ledger.deaths_present[other] += 1
        elif event == "move":
            for row, flow in ((0, ledger.counted_moves), (1, ledger.moves)):
                after[row, one] -= 1
                after[row, other] += 1
                flow[one, other] += 1
        elif event == "enter":
            after[:2, one] += 1
            registered[one] += 1
            ledger.entered[one] += 1
        else:
            village = min(one, 220) // 2 * 2
            for row, flow in ((0, ledger.reclassified), (1, ledger.reclassified_present)):
                after[row, village] -= 1
                after[row, village + 1] += 1
                flow[village] += 1
    return before, after, ledger


@given(consistent_months())
@settings(max_examples=80)
def test_consistent_ledgers_close(case: tuple[np.ndarray, np.ndarray, Ledger]):
    before, after, ledger = case
    found = accounts.residuals(before, after, ledger, ledger.stocks)
    assert not any(found.values())
    assert list(found) == [
        "counted",
        "present",
        "registered",
        "networks",
        "permit holders",
        "sleepers",
        "women",
    ]


@given(consistent_months(), st.integers(0, 2), st.integers(0, N - 1), st.sampled_from([-1, 1, 7]))
@settings(max_examples=80)
def test_a_person_lost_or_invented_is_seen(
    case: tuple[np.ndarray, np.ndarray, Ledger], account: int, part: int, wrong: int
):
    before, after, ledger = case
    after[account, part] += wrong
    found = accounts.residuals(before, after, ledger, ledger.stocks)
    assert found[("counted", "present", "registered")[account]] == abs(wrong)
