"""The decade 2010-2020 replayed at 1%: where it arrives, and what carried it there.

At 1% the province's share has a standard deviation of about 0.06 points over seeds, residents 0.03 million and classes
of registration 0.02 million: the bounds below are many times wider.
"""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest

from bench import hindcast, places, validation_flows
from urbsim.facts.indicators import COUNTS
from urbsim.facts.parameters import prior_parameters
from urbsim.simulation import build
from urbsim.simulation.runner import RunResult


@pytest.fixture(scope="module")
def replay() -> RunResult:
    return hindcast.run(scale=0.01, seed=1)


@pytest.fixture(scope="module")
def starts() -> RunResult:
    """The same with the starts set by hand: what the equations can do, whatever a fit makes of them."""
    unfitted = patch.object(build, "load_parameters", lambda draw, base: prior_parameters(draw, base))
    with unfitted:
        return hindcast.run(scale=0.01, seed=1)


def test_every_year_is_within_a_point_of_the_published_share(replay: RunResult):
    """Residents are held to 2% on the way and to 1% at the end, for the published path is another population.

    The base of 2010 is completed with the children whom its census overlooked, and births are raised to the children
    counted in 2020; the published residents of the years between follow neither, so that the replay runs above them.
    """
    table = hindcast.province_by_year([replay])
    assert table["year"].tolist() == list(range(2011, 2021))
    off, model, published = table[["points off", "model m", "published m"]].to_numpy(float).T
    assert np.all(np.abs(off) < 1)
    residents_off = np.abs(model / published - 1)
    assert np.all(residents_off < 0.02) and residents_off[-1] < 0.01


def test_people_registered_elsewhere_grow_as_counted(replay: RunResult):
    table = hindcast.registered_elsewhere([replay])
    same, other, province = table["model 2020"]
    assert table["2010"].round(2).tolist() == [2.53, 2.92, 0.84]
    assert same == pytest.approx(5.75, abs=0.5)
    assert other == pytest.approx(6.13, abs=0.6)
    assert province == pytest.approx(1.36, abs=0.3)


def county_scores(run: RunResult) -> tuple[np.ndarray, np.ndarray]:
    """Errors of the model and of the rival, unweighted and weighted by residents."""
    found = hindcast.counties([run])
    assert len(found.label) == 105
    # What the table prints for the rival follows from the two censuses alone.
    model, rival = hindcast.scores(found)[["unweighted", "weighted"]].to_numpy(float)
    assert rival == pytest.approx([5.47, 5.22], abs=0.005)
    return model, rival


@pytest.mark.parametrize("which", ["starts", "replay"])
def test_counties_are_nearer_than_the_rival_puts_them(which: str, request: pytest.FixtureRequest):
    model, rival = county_scores(request.getfixturevalue(which))
    assert model[0] < 0.9 * rival[0] and model[1] < 0.96 * rival[1]


def test_prefectures_are_no_further_than_the_rival_puts_them(replay: RunResult):
    prefectures, others = places.prefectures([replay])["root mean square"].to_numpy(float)
    assert prefectures < others


@pytest.mark.parametrize("which", ["starts", "replay"])
def test_settlement_does_not_wait_for_the_rules_of_2019(which: str, request: pytest.FixtureRequest):
    """Reported are 868,000 a year for 2013-2018, conversions in place included: no year stands out, and fewer settle.

    Draw 0 of the fit has 1.8 points too many registered in towns, a miss that docs/calibration.md names.
    """
    table = validation_flows.settlement([request.getfixturevalue(which)]).set_index("year")
    settled = table["settled, model"]
    years = settled.loc[2013:2018].to_numpy()
    assert years.max() < 1.5 * years.min() and 200 < years.mean() < 868
    assert settled.to_numpy().max() < 1.5 * years.mean()
    off = table["registered in towns, model %"] - table["reported %"]
    assert off.dropna().to_numpy() == pytest.approx([0], abs=2.5)


def test_recoding_does_not_do_the_work(replay: RunResult):
    table = hindcast.growth([replay])
    growth = dict(zip(table["term"], table["millions"].to_numpy(float), strict=True))
    urban = np.array([counts[COUNTS.index("urban_population")].sum() for counts in replay.observer.counts])
    assert growth["sum"] == pytest.approx((urban[-1] - urban[0]) * replay.observer.weight / 1e6)
    assert 0 < growth["reclassified"] < 0.1 * growth["sum"]
    assert growth["moved_to_urban"] + growth["moved_to_rural"] > 3
