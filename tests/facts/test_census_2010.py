"""The controls of 2010 on the borders of 2020."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from urbsim.facts import census_2010
from urbsim.facts.census_2010 import REDRAWN, read_census_2010
from urbsim.facts.census_2020 import Controls, read_controls
from urbsim.facts.synthesis_inputs import facts_dir


@pytest.fixture(scope="module")
def earlier() -> Controls:
    return read_census_2010()


def _enumerated() -> pd.DataFrame:
    table = pd.read_csv(facts_dir() / "county_2010.csv")
    table = table[table["level"] == "county"]
    return pd.DataFrame(table.groupby(table["adcode"].astype(int)).sum(numeric_only=True))


def test_unchanged_counties_stand_as_enumerated(earlier):
    old, redrawn = _enumerated(), {code for group in REDRAWN for code in group}
    rows = [at for at, code in enumerate(earlier.adcode) if code not in redrawn]
    old = old.loc[earlier.adcode[rows]]
    assert len(rows) == 102
    assert np.array_equal(earlier.total[rows], old["total_pop"])
    assert np.array_equal(earlier.part_total[rows, 1], old["urban_pop"])
    assert np.array_equal(earlier.registered[rows], old["hukou_pop"])
    assert np.array_equal(earlier.class_total[rows, 2], old["reg_other_county_same_province"])
    assert np.array_equal(earlier.residents[rows][:, 1, 18], old["female_85_plus"])


@pytest.mark.parametrize("group", REDRAWN)
def test_redrawn_counties_add_up_to_what_was_enumerated(earlier, group):
    old = _enumerated()
    old = old.loc[old.index.isin(group)].sum()
    rows = np.isin(earlier.adcode, group)
    assert earlier.part_total[rows, 1].sum() == old["urban_pop"]
    assert earlier.class_total[rows, 1].sum() == old["reg_elsewhere_within_county"]
    assert earlier.households[rows].sum() == old["households"]
    # the restated residents are printed as shares of two decimals: within 0.02 per cent of the count
    assert abs(earlier.total[rows].sum() / old["total_pop"] - 1) < 2e-4


def test_every_table_agrees_on_the_residents_and_pinggui_is_there(earlier):
    assert earlier.total.sum() == 46_023_871
    assert np.array_equal(earlier.part_total.sum(axis=1), earlier.total)
    assert np.array_equal(earlier.class_total.sum(axis=1), earlier.total)
    assert (earlier.household_population <= earlier.total).all()
    assert earlier.total[earlier.adcode == 451103].item() == 392_029


def test_people_married_younger_in_2010(earlier):
    controls = read_controls()
    middle = slice(20, 30)
    assert (earlier.married[3, :, middle].sum(axis=1) > controls.married[3, :, middle].sum(axis=1)).all()
    assert np.array_equal(earlier.married[:, :, 50:], controls.married[:, :, 50:])


def test_a_county_unknown_in_2021_is_refused(monkeypatch):
    monkeypatch.setattr(census_2010, "_groups", lambda codes: [(int(code),) for code in codes[1:]])
    with pytest.raises(ValueError, match="unknown in 2021: 450102"):
        read_census_2010()
