"""The integer tables meet the census to the last person."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbsim.population.synthesis.tables import (
    away_matrix,
    fit_proportionally,
    great_circle_km,
    group_class,
    round_cumulative,
    round_exactly,
)
from urbsim.state.codes import N_INSIDE


@settings(max_examples=60)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1), st.floats(0.1, 300.0))
def test_rounding_keeps_both_margins_and_moves_no_cell_by_one(n_rows, n_columns, seed, size):
    rng = np.random.default_rng(seed)
    whole = rng.integers(0, int(size) + 2, (n_rows, n_columns))
    rows, columns = whole.sum(axis=1), whole.sum(axis=0)
    seeds = rng.random((n_rows, n_columns)) * (whole > 0)
    table = fit_proportionally(whole + 0.5 * seeds, [((0,), rows), ((1,), columns)], sweeps=400)
    rounded = round_exactly(table, rows, columns)
    assert np.abs(rounded - table).max() < 1.0 + 1e-6
    assert rounded.min() >= 0


def test_rounding_refuses_a_table_that_does_not_add_up():
    with pytest.raises(ArithmeticError):
        round_exactly(np.array([[0.4, 0.4], [0.4, 0.4]]), np.array([1, 1]), np.array([2, 0]))


def test_cumulative_rounding_loses_nobody():
    values = np.full(1000, 0.3)
    assert round_cumulative(values).sum() == 300
    assert set(np.unique(round_cumulative(values))) == {0, 1}


def test_residents_meet_every_exact_margin(controls, groups):
    inside = groups.dest < N_INSIDE
    county = groups.dest[inside] // 2
    people = groups.counts[inside].sum(axis=1)
    table = np.zeros((111, 2, 19), dtype=np.int64)
    np.add.at(table, county, people)
    assert np.array_equal(table, controls.residents)
    parts = np.bincount(groups.dest[inside], people.sum(axis=(1, 2)), minlength=N_INSIDE)
    assert np.array_equal(parts.reshape(111, 2), controls.part_total)
    classes = np.zeros((111, 4), dtype=np.int64)
    np.add.at(classes, (county, group_class(groups)[inside]), people.sum(axis=(1, 2)))
    assert np.array_equal(classes, controls.class_total)
    family = np.bincount(county, groups.counts[inside, 0].sum(axis=(1, 2)), minlength=111)
    assert np.array_equal(family, controls.household_population)
    assert np.array_equal(np.bincount(county, groups.dwellings[inside], minlength=111), controls.households)


def test_registers_of_every_county_are_met(controls, groups):
    at_home = groups.home < N_INSIDE
    registered = np.bincount(
        groups.home[at_home] // 2, groups.counts[at_home].sum(axis=(1, 2, 3)), minlength=111
    )
    assert np.array_equal(registered, controls.registered)


def test_a_county_without_rural_part_has_no_rural_home(controls, groups):
    empty = 2 * np.flatnonzero(controls.part_total[:, 0] == 0)
    assert len(empty) == 1
    assert not np.isin(groups.home, empty).any()
    assert not np.isin(groups.dest, empty).any()


def test_no_flow_between_counties_consists_of_children(groups):
    moved = (groups.kind == 3) & (groups.dest < N_INSIDE) & (groups.home < N_INSIDE)
    adults = groups.counts[moved][:, :, :, 4:].sum(axis=(1, 2, 3))
    assert (adults == 0).mean() < 0.002


def test_dwellings_fit_the_people_in_them(groups):
    people = groups.counts[:, 0].sum(axis=(1, 2))
    assert (groups.dwellings <= people).all()
    assert (groups.dwellings[people > 0] >= 1).all()
    assert (groups.alone <= groups.dwellings).all()
    assert (groups.alone + 2 * (groups.dwellings - groups.alone) <= people).mean() > 0.99


def test_the_gravity_matrix_meets_origins_and_destinations(controls, assumed):
    away = away_matrix(controls, assumed)
    assert np.allclose(away.sum(axis=1), controls.away, rtol=1e-6)
    assert np.allclose(away[:, :-1].sum(axis=0), controls.class_total[:, 2], rtol=1e-4)
    assert np.diagonal(away[:, :-1]).max() == 0.0


def test_nearer_counties_take_more(controls, assumed):
    """Of two equal pulls the nearer one wins: a steeper exponent shortens the mean distance."""
    km = great_circle_km(controls.lat[:, None], controls.lon[:, None], controls.lat[None], controls.lon[None])
    means = []
    for exponent in (0.8, 2.0):
        away = away_matrix(controls, assumed | {"gravity_distance_exponent": exponent})[:, :-1]
        means.append((away * km).sum() / away.sum())
    assert means[1] < means[0]
