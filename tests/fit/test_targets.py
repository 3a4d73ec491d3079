"""What the fit may look at: nothing dated after 2020, the stated errors, and the same measures on model and census."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from urbsim.errors import InputError
from urbsim.facts import register
from urbsim.facts.synthesis_inputs import read_assumptions
from urbsim.fit import observed
from urbsim.fit.errors_of_observation import all_figures, of_role
from urbsim.fit.observed import figures
from urbsim.fit.protocol import Protocol, load_protocol

NIGHT = {"couples_apart": 10.0, "household_size": 1.1}
STRUCTURAL = {"registered_population_2022", "reclassification_codes"}
"""Later tables that may stand behind a target; a third one needs a change here as well as in the protocol."""


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_protocol()


def test_no_target_is_dated_after_2020(protocol: Protocol):
    assert protocol.last_year == 2020
    assert set(protocol.structural_inputs) == STRUCTURAL
    used = set()
    for items in all_figures(protocol, NIGHT).values():
        for figure in items:
            assert figure.dated <= "2020-12", figure
            used |= set(figure.tables)
    known = register.register()
    later = {
        name
        for name in used & known.tables.keys()
        if all(int(row.get("year") or 0) > protocol.last_year for row in known.rows(name))
    }
    assert later == {"registered_population_2022"}  # other tables are cut off row by row
    assert later <= STRUCTURAL


def test_no_figure_changes_with_what_is_dated_later(monkeypatch: pytest.MonkeyPatch):
    """Rows of later years are made absurd; the same rows of 2020 would change the figures."""
    true = register.observations

    def absurd_from(first_year: int):
        def read(name: str) -> pd.DataFrame:
            rows = true(name).copy()
            if "year" in rows:
                rows["value"] = np.where(rows["year"] >= first_year, 7.0, rows["value"])
            return rows

        return read

    before = figures(2020)
    try:
        for first_year, same in ((2021, True), (2018, False)):
            monkeypatch.setattr(observed, "observations", absurd_from(first_year))
            figures.cache_clear()
            assert (figures(2020) == before) == same
    finally:
        figures.cache_clear()


def test_later_years_are_cut_off_by_the_protocol_alone():
    assert {figure.dated for figure in figures(2014)["new_jobs"]} == {"2011-06", "2012-12", "2014-08"}
    assert max(figure.dated for figure in figures(2020)["new_jobs"]) == "2020-12"


def test_errors_are_stated_apart_and_hang_together_over_years(protocol: Protocol):
    targets = of_role(protocol, NIGHT)
    at = [targets.keys.index(f"urban_share[{month}]") for month in ("2015-12", "2016-12", "2020-10")]
    error, discrepancy = (part[np.ix_(at, at)] for part in (targets.error, targets.discrepancy))
    # Years from each figure to each other; errors of a smoothed series fade over 6 years, discrepancies over 60.
    apart = np.array([[0, 1, 4 + 10 / 12], [1, 0, 3 + 10 / 12], [4 + 10 / 12, 3 + 10 / 12, 0]])
    sizes = np.array([0.12, 0.12, 0.05])
    np.testing.assert_allclose(error, np.outer(sizes, sizes) * np.exp(-apart / 6))
    np.testing.assert_allclose(discrepancy, 0.3**2 * np.exp(-apart / 60))
    place = [k for k, key in enumerate(targets.keys) if key.startswith("prefecture_shares")]
    block = targets.discrepancy[np.ix_(place, place)]
    assert len(place) == 14 and block[0, 1] == pytest.approx(0.5 * block[0, 0])
    assert np.linalg.eigvalsh(targets.beyond_simulator).min() > 0


def test_kinds_of_places_are_those_of_the_census():
    known = figures(2020)
    total = {figure.at: np.exp(figure.value) for figure in known["kind_residents"]}
    share = {figure.at: figure.value for figure in known["kind_shares"]}
    assert list(total) == ["county", "county_city", "district"]
    assert sum(total.values()) == pytest.approx(50_126_804)
    assert sum(total[kind] * share[kind] for kind in total) / 100 == pytest.approx(27_170_956)
    assert share["county"] < share["county_city"] < share["district"]


def test_counties_are_checked_and_not_fitted(protocol: Protocol):
    assert not any(key.startswith("county") for key in of_role(protocol, NIGHT).keys)
    assert len(of_role(protocol, NIGHT, "check").keys) == 111


def test_an_error_of_a_figure_that_is_not_there_is_refused(protocol: Protocol):
    wrong = protocol.observables["urban_share"].model_copy(update={"error_of": {"2020-11": 0.1}})
    observables = {**protocol.observables, "urban_share": wrong}
    with pytest.raises(InputError, match=r"2020-11: is no figure of it.*2020-10"):
        of_role(protocol.model_copy(update={"observables": observables}), NIGHT)


def test_people_outside_have_the_ages_of_men_and_women_together():
    assumed = read_assumptions("census_2020")
    both = np.add(assumed["outside_age_male"], assumed["outside_age_female"])
    children = both[:4].sum() / both.sum()  # 0, 1-4, 5-9, 10-14
    people = {figure.at: np.exp(figure.value) for figure in figures(2020)["outside_ages"]}
    assert people["0-14"] / sum(people.values()) == pytest.approx(children)
    (total,) = (figure.value for figure in figures(2020)["outside"] if figure.at == observed.NIGHT)
    assert sum(people.values()) == pytest.approx(1e6 * total)
