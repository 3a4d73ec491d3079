"""Forecasts from origins, after the base, and of places: small cases worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from urbsim.calendar import month_number
from urbsim.facts.gazetteer import PROVINCE
from urbsim.fit.protocol import load_protocol
from urbsim.paths import calibration_dir
from urbsim.skill import after_base, origins, places
from urbsim.skill.forecasts import Ensemble
from urbsim.skill.observed import Observation, census_shares
from urbsim.skill.rules import ScoringRules, load_rules
from urbsim.skill.score_rows import MODEL, UNWEIGHTED, hardest, scored, summaries
from urbsim.skill.scores import point
from urbsim.skill.spreads import errors_of

SERIES = {year: 0.40 + 0.015 * (year - 2010) for year in range(2010, 2021)}


def rules() -> ScoringRules:
    return load_rules(calibration_dir())


def replay() -> Ensemble:
    """Two draws: one on the published path, one 0.3 points a year above it; ten months of 2020."""
    years = tuple(range(2010, 2020))
    on = np.array([SERIES[year] for year in years])
    ends = np.array([[on], [on + 0.003 * np.arange(10)]], dtype=np.float64)
    end = np.array([[SERIES[2019] + 0.0125], [SERIES[2019] + 0.027 + 0.015]])
    return Ensemble("replay", (PROVINCE,), years, np.full((2, 1), 0.40), ends, end, month_number("2020-10"))


def test_a_last_year_cut_short_is_raised_to_twelve_months():
    path = replay().path(PROVINCE)
    assert path[2020] == pytest.approx([SERIES[2019] + 0.015, SERIES[2019] + 0.027 + 0.018])


def test_the_model_adds_changes_to_the_published_share_and_weighs_draws_by_their_past():
    observable = load_protocol().observables["urban_share"]
    rows = origins.rolling(replay(), {}, SERIES, rules(), observable)
    found = {(row.forecaster, row.origin, row.year): row for row in rows}
    alike, weighed = (found[name, 2014, 2016] for name in (UNWEIGHTED, MODEL))
    assert (
        alike.mean == pytest.approx(100 * SERIES[2016] + 0.3) and alike.draws == 2
    )  # 0 and 0.6 points too high
    # Errors of two years apart correlate by exp(-2 / 6), so that the change between them is known better than each.
    of_change = 2 * observable.error**2 * (1 - np.exp(-2 / 6))
    assert alike.sd == pytest.approx(np.sqrt(0.3**2 + of_change))
    assert 1 <= weighed.draws < 2 and 100 * SERIES[2016] < weighed.mean < alike.mean
    later = found[MODEL, 2018, 2020]
    assert later.mean - 100 * SERIES[2020] < 0.01  # by then the second draw is out


def test_members_that_saw_nothing_later_take_the_place_of_weighed_replays():
    observable = load_protocol().observables["urban_share"]
    blind = {2014: {2014: np.array([0.45, 0.47]), 2015: np.array([0.46, 0.49])}}
    rows = origins.rolling(replay(), {}, SERIES, rules(), observable, blind)
    mine = [row for row in rows if row.forecaster == MODEL]
    assert [(row.origin, row.year, row.known) for row in mine] == [(2014, 2015, "hidden")]
    assert mine[0].mean == pytest.approx(100 * SERIES[2014] + 1.5) and mine[0].draws == 2
    seen = [row for row in rows if row.forecaster == UNWEIGHTED]
    assert len(seen) == 15 and {row.known for row in seen} == {"fitted"}


def test_weights_see_nothing_after_the_origin():
    observable = load_protocol().observables["urban_share"]
    changed = {year: share + 0.2 * (year > 2016) for year, share in SERIES.items()}
    known, same = (origins.weights_at(2016, replay(), series, observable) for series in (SERIES, changed))
    assert list(known) == list(same)
    assert list(known) != list(origins.weights_at(2017, replay(), changed, observable))


def test_a_rival_is_as_wide_as_its_errors_at_other_origins():
    series = {**SERIES, 2015: SERIES[2015] + 0.01}  # one year out of the ordinary
    stays = {"stays": lambda origin, ahead: np.full(ahead, series[origin])}
    rows = origins.rolling(replay(), stays, series, rules(), load_protocol().observables["urban_share"])
    of_2014 = next(row for row in rows if (row.forecaster, row.origin, row.year) == ("stays", 2014, 2015))
    others = np.array([0.5, 1.5, 1.5, 1.5, 1.5])  # from 2015 to 2019; 2014 itself misses by 2.5
    assert of_2014.error == pytest.approx(-2.5)
    assert of_2014.sd == pytest.approx(np.sqrt(np.mean(others**2)))


def test_after_the_base_every_forecast_bears_the_error_of_publication():
    model = Ensemble(
        "no_plan", (PROVINCE,), (2020, 2021), np.full((2, 1), 0.54), np.array([[[0.541, 0.55]], [[0.541, 0.56]]]),
        np.zeros((2, 1)), month_number("2021-12"),
    )  # fmt: skip
    rivals = {"stays": lambda origin, ahead: np.full(ahead, SERIES[origin])}
    errors = {"stays": errors_of(rivals["stays"], SERIES, range(2014, 2020), 3)}
    seen = Observation(PROVINCE, 2021, 0.56, 0.542, "B", "here")
    later = Observation(PROVINCE, 2022, 0.57, 0.542, "B", "there")  # the model ends before
    rows = after_base.scores_of([seen, later], {MODEL: model}, rivals, errors, lambda _: {}, rules())
    mine, theirs = (next(row for row in rows if row.forecaster == name) for name in (MODEL, "stays"))
    assert mine.mean == pytest.approx(54.2 + 1.5) and mine.known == "seen"
    assert mine.sd == pytest.approx(np.sqrt(0.5**2 + 0.2**2))
    assert theirs.sd == pytest.approx(np.sqrt(1.5**2 + 0.2**2))
    assert [(row.forecaster, row.year, row.known) for row in rows[2:]] == [("stays", 2022, "unseen")]


def test_figures_that_break_with_the_census_are_left_out():
    broken = Observation("450400", 2021, 0.5, 0.5, "B", "here")
    assert after_base.scores_of([broken], {}, {}, {}, lambda _: {"x": (0.5, 0.1)}, rules()) == []


def test_guesses_of_a_place_over_the_decade():
    found = places.decade_guesses(0.3, (0.4, 0.5))
    assert found["last_value"] == 0.3 and found["province_change"] == pytest.approx(0.4)
    assert found["province_logit_change"] == pytest.approx(expit(logit(0.3) + logit(0.5) - logit(0.4)))


def test_guesses_of_a_place_after_the_base():
    place = "450100"
    start, counted = (census_shares(base)[place][0] for base in ("census_2010", "census_2020"))
    seen = Observation(place, 2022, 0.7, counted, "B", "here")
    province = census_shares("census_2020")[PROVINCE][0]
    found = places.guesses_after(seen, lambda _, ahead: np.full(ahead, province), {"prefecture": 0.05})
    assert found["last_value"] == (counted, pytest.approx(0.01))  # two years of ten
    assert found["decade_linear"][0] == pytest.approx(counted + 0.2 * (counted - start))
    assert found["decade_logistic"][0] == pytest.approx(
        expit(logit(counted) + 0.2 * (logit(counted) - logit(start)))
    )
    hazard = 1 - ((1 - counted) / (1 - start)) ** 0.1
    assert found["decade_rural_hazard"][0] == pytest.approx(1 - (1 - counted) * (1 - hazard) ** 2)
    assert found["province_logit_change"][0] == pytest.approx(counted)  # the province stays where it is


def test_census_shares_are_those_of_the_published_counts():
    before, after = census_shares("census_2010"), census_shares("census_2020")
    assert after[PROVINCE] == (pytest.approx(27_170_956 / 50_126_804), 50_126_804)
    assert before[PROVINCE][0] == pytest.approx(0.4002, abs=0.0005)
    assert len(before) == len(after) == 1 + 14 + 111


def test_the_hardest_rival_is_found_on_figures_that_both_forecast():
    def row(forecaster: str, year: int, value: float):
        return scored("t", "k", PROVINCE, 2014, year, forecaster, point(value, 0.01), 0.5)

    rows = [row(MODEL, 2015, 0.5), row(MODEL, 2016, 0.6), row("early", 2015, 0.52), row("both", 2015, 0.53)]
    rows += [row("both", 2016, 0.55)]
    found = {summary.forecaster: summary for summary in summaries(rows)}
    assert found["early"].ratio == pytest.approx(rows[0].crps / rows[2].crps)  # not the figure of 2016
    assert found["both"].ratio == pytest.approx((rows[0].crps + rows[1].crps) / (rows[3].crps + rows[4].crps))
    rival = hardest(found.values())
    assert rival is not None and rival.forecaster == "both"
    assert found["both"].bias == pytest.approx((3 + 5) / 2) and found["both"].rmse == pytest.approx(
        np.sqrt(17)
    )


def test_a_rival_s_spread_is_how_far_it_went_astray_elsewhere(monkeypatch: pytest.MonkeyPatch):
    censuses = {
        "census_2010": {"450100": (0.30, 10), "450200": (0.50, 10), PROVINCE: (0.40, 20)},
        "census_2020": {"450100": (0.42, 10), "450200": (0.57, 10), PROVINCE: (0.50, 20)},
    }
    monkeypatch.setattr(places, "census_shares", censuses.__getitem__)
    runs = {"450100": np.array([0.40, 0.42]), "450200": np.array([0.60, 0.60])}
    rows = places.left_out(runs, load_protocol().observables)
    found = {(row.place, row.forecaster): row for row in rows}
    # The rival adds the ten points of the province: two too few in the one place, three too many in the other.
    one, other = found["450100", "province_change"], found["450200", "province_change"]
    assert [one.mean, one.sd, one.observed] == pytest.approx([40.0, 3.0, 42.0], abs=1e-3)
    assert [other.mean, other.sd, other.observed] == pytest.approx([60.0, 2.0, 57.0], abs=1e-3)
    assert found["450100", MODEL].mean == pytest.approx(41.0) and found["450100", MODEL].draws == 2
