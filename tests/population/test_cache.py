"""The cache: built once, rebuilt where damaged, samples that are parts of the whole."""

from __future__ import annotations

import numpy as np
import pytest

from urbsim.population import cache, load_base
from urbsim.population.checks import fit_table, link_faults, summary
from urbsim.population.synthesis import build as synthesis


@pytest.fixture
def small_cache(few, tmp_path, monkeypatch):
    """A cache whose population is the small one; returns the list of builds."""
    builds: list[int] = []

    def build(base, threads, progress):
        builds.append(threads)
        return few

    monkeypatch.setenv("URBSIM_CACHE", str(tmp_path))
    monkeypatch.setattr(synthesis, "build_population", build)
    return builds


def _folder(tmp_path):
    return next((tmp_path / "population").glob("census_2020-*"))


def test_it_is_built_once(small_cache, few):
    full = cache.open_population()
    cache.open_population()
    assert len(small_cache) == 1
    assert np.array_equal(full.words, few.words)


@pytest.mark.parametrize(
    "name", ["words.npy", "household_start.npy", "stratum.npy", "order.npy", "meta.json"]
)
def test_a_damaged_cache_is_rebuilt(small_cache, tmp_path, few, name):
    cache.open_population()
    file = _folder(tmp_path) / name
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    full = cache.open_population()
    assert len(small_cache) == 2
    assert np.array_equal(full.words, few.words)
    assert sorted(f.name for f in (tmp_path / "population").iterdir()) == [_folder(tmp_path).name]


def test_overwritten_bytes_are_noticed(small_cache, tmp_path):
    cache.open_population()
    file = _folder(tmp_path) / "words.npy"
    content = bytearray(file.read_bytes())
    content[200:] = bytes(len(content) - 200)
    file.write_bytes(content)
    cache.open_population()
    assert len(small_cache) == 2


def test_who_finishes_second_keeps_the_first(small_cache, tmp_path, few, monkeypatch):
    def build(base, threads, progress):
        monkeypatch.setattr(synthesis, "build_population", lambda base, threads, progress: few)
        cache.open_population()  # another process is faster
        return few

    monkeypatch.setattr(synthesis, "build_population", build)
    assert np.array_equal(cache.open_population().words, few.words)
    assert len(list((tmp_path / "population").iterdir())) == 1


def test_other_assumptions_are_another_population(tmp_path, monkeypatch):
    before = cache.input_digest()
    other = tmp_path / "population.yaml"
    other.write_bytes(cache.parameter_files("census_2020")[0].read_bytes() + b"\n# changed\n")
    monkeypatch.setattr(cache, "parameter_files", lambda base: [other])
    assert cache.input_digest() != before


def test_an_unknown_base_is_refused(small_cache):
    with pytest.raises(ValueError, match="census_2020"):
        load_base(0.1, 0, base="census_1990")
    with pytest.raises(ValueError, match="scale"):
        load_base(0.0, 0)


def test_a_sample_is_part_of_the_whole(small_cache):
    whole, part = load_base(1.0, 0, 2), load_base(0.037, 5)
    for name in ("birth_month", "home", "lives", "left_home", "spouse", "parent", "cell"):
        assert np.array_equal(getattr(part, name), getattr(whole, name)[part.id]), name
    assert np.array_equal(part.id[part.household_start[:-1]], np.unique(part.id[part.household_start[:-1]]))
    assert not any(link_faults(part).values())
    size, scale = len(whole.household_stratum), 0.037
    assert abs(len(part.household_stratum) - size * scale) <= 1
    strata = np.bincount(whole.household_stratum, minlength=224)
    have = np.bincount(part.household_stratum, minlength=224)
    assert np.abs(have - strata * scale).max() <= 1 + 1e-9


def test_left_home_does_not_depend_on_threads(small_cache):
    assert np.array_equal(load_base(1.0, 0, 1).left_home, load_base(1.0, 0, 2).left_home)


@pytest.mark.slow
def test_all_exact_controls_hold_for_everybody():
    population = load_base(1.0, 0, 2)
    rows = summary(fit_table(population))
    exact = rows["exact"].to_numpy(bool)
    assert rows["cells"].to_numpy()[exact].sum() == 5247
    assert rows["missed"].to_numpy()[exact].sum() == 0
    assert not any(link_faults(population).values())
    error = dict(zip(rows["control"], (rows["synthetic"] / rows["target"] - 1).abs(), strict=True))
    assert error["one_person_households"] < 0.05
    assert error["households_three_generation"] < 0.1
    assert max(e for name, e in error.items() if name.startswith("schooling")) < 0.005
    assert max(e for name, e in error.items() if name.startswith("share_married")) < 0.1
