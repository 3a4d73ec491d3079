"""Tenancies go on county by county, so that threads never meet in one household (ODD equation H6)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from urbsim.compute.threads import Chunks
from urbsim.processes.housing.equations import Tenancies
from urbsim.processes.housing.steps import renew
from urbsim.state.codes import N_COUNTIES
from urbsim.state.holdings import PUBLIC_RENTAL


@pytest.mark.parametrize("n", [0, 1, 700])
@pytest.mark.parametrize(("threads", "chunk"), [(1, None), (1, 64), (3, 64), (3, 128)])
def test_every_county_is_one_piece_with_older_tenancies_first(threads: int, chunk: int | None, n: int):
    rows = np.arange(n, dtype=np.int32)
    counties = np.sort(np.random.default_rng(n).choice(np.array([0, 3, 4, 60, 110], np.uint8), n))
    calls: list[list[int]] = []

    def goes_on(rows: np.ndarray, counties: np.ndarray, mark: int, month: int, people: None):
        calls.append(np.unique(counties).tolist())
        return rows[rows % 7 > 0], counties[rows % 7 > 0], np.repeat(rows, 2)

    tenancies = Tenancies(rows, counties)
    new, where = np.arange(n, n + 4, dtype=np.int32), np.array([60, 110, 0, 60], np.uint8)
    tenancies.begin(new, where, new)
    rows, counties = np.append(rows, new), np.append(counties, where)
    kernels = SimpleNamespace(housing=SimpleNamespace(renew=goes_on))
    world: Any = SimpleNamespace(engine=kernels, chunks=Chunks(threads, chunk), month=0, people=None)
    renew(world, tenancies, PUBLIC_RENTAL)
    world.chunks.close()

    seen = [county for call in calls for county in call]
    assert sorted(seen) == np.unique(counties).tolist()
    assert len(calls) > 1 or chunk is None or n < 700
    stay = np.flatnonzero(rows % 7 > 0)
    expected = stay[np.argsort(counties[stay], kind="stable")]
    assert tenancies.rows.tolist() == expected.tolist()
    assert tenancies.counties.tolist() == counties[expected].tolist()
    assert np.sort(np.concatenate(tenancies.bearers)).tolist() == np.repeat(rows, 2).tolist()


@pytest.mark.parametrize("n", [0, 1, 7, 700])
def test_tenancies_are_counted_by_county(n: int):
    counties = np.random.default_rng(n).integers(0, N_COUNTIES, n).astype(np.uint8)
    held = Tenancies(np.arange(n, dtype=np.int32), counties).held()
    assert held.tolist() == np.bincount(counties, minlength=N_COUNTIES).tolist()
