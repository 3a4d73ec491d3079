"""The same simplified year in several ways of writing it: outcomes agree before times are compared."""

from __future__ import annotations

import numpy as np
import pytest

from bench.simple_work import tables, with_kernels, with_mesa, with_numpy
from bench.simple_work.tables import COMPARED, Outcome, disagreement, tolerance

N = 200_000


def counts(outcome: Outcome) -> list[int]:
    return [getattr(outcome, name) for name in COMPARED]


@pytest.fixture(scope="module")
def kernels() -> Outcome:
    return with_kernels.run(N)


def test_something_happened(kernels: Outcome):
    first = tables.start(N)
    assert kernels.died > 0.02 * N and kernels.born > 0.005 * N and kernels.seeking > 0.01 * N
    assert abs(kernels.employed - np.sum(first.status == tables.EMPLOYED)) > 0.005 * N


@pytest.mark.parametrize("way", [with_numpy, with_mesa])
def test_ways_agree(kernels: Outcome, way):
    assert disagreement(kernels, way.run(N), N) == ""


def test_starsim_agrees_where_it_is_installed(kernels: Outcome):
    pytest.importorskip("starsim")
    from bench.simple_work import with_starsim

    assert disagreement(kernels, with_starsim.run(N), N) == ""


@pytest.mark.parametrize(("name", "value"), [("RETURN", 0.006), ("LOSE", 0.03), ("BIRTH", 0.005)])
def test_another_hazard_is_a_disagreement(
    kernels: Outcome, monkeypatch: pytest.MonkeyPatch, name: str, value: float
):
    """The comparison would see an implementation that does other work."""
    monkeypatch.setattr(tables, name, value)
    assert disagreement(kernels, with_numpy.run(N), N) != ""


def test_another_length_is_a_disagreement(kernels: Outcome, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "MONTHS", 15)
    assert "died" in disagreement(kernels, with_numpy.run(N), N)


def test_the_tolerance_is_four_standard_deviations():
    random = np.random.default_rng(4)
    shares = random.binomial(N, 0.1, (2, 20_000)) / N
    assert tolerance(0.1, N) == pytest.approx(4 * (shares[0] - shares[1]).std(), rel=0.03)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_nothing(kernels: Outcome, monkeypatch: pytest.MonkeyPatch, threads: int):
    monkeypatch.setattr(with_kernels, "_PIECE", 4096)
    assert counts(with_kernels.run(N, threads)) == counts(kernels)


def test_bounds_let_everybody_through_who_might_be_hit(kernels: Outcome, monkeypatch: pytest.MonkeyPatch):
    """Looked at one by one, all persons, the year is the same: no class bound is below a probability."""
    everybody = np.full((3, 256), np.uint64(1) << np.uint64(32))
    monkeypatch.setattr(with_kernels, "_bounds", lambda: everybody)
    assert counts(with_kernels.run(N)) == counts(kernels)
