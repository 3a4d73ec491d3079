"""The cache: built once, rebuilt where damaged, samples that are parts of the whole."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from damage import DAMAGES, damage

from urbsim.files.cache_files import CacheError, say, unsealed
from urbsim.paths import spare_cache_dir
from urbsim.population import cache, load_base, totals, urban_homes
from urbsim.population.checks import fit_table, link_faults, summary
from urbsim.population.record import population_record
from urbsim.population.synthesis import build as synthesis
from urbsim.population.totals import load_totals
from urbsim.population.urban_homes import load_urban_homes


@pytest.fixture
def small_cache(few, tmp_path, monkeypatch):
    """A cache whose population is the small one; returns the list of builds."""
    builds: list[int] = []

    def build(base, threads, progress):
        builds.append(threads)
        return few

    monkeypatch.setenv("URBSIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    say.cache_clear()
    monkeypatch.setattr(synthesis, "build_population", build)
    return builds


def _folder(tmp_path):
    return next((tmp_path / "cache" / "population").glob("census_2020-*"))


def _files(tmp_path):
    return {
        path.relative_to(tmp_path / "cache") for path in (tmp_path / "cache").rglob("*") if path.is_file()
    }


def _new_process():
    """Forgets what this process knows of the cache."""
    cache._checked.cache_clear()
    say.cache_clear()


def test_it_is_built_once(small_cache, few):
    full = cache.open_population()
    cache.open_population()
    _new_process()
    cache.open_population()
    assert len(small_cache) == 1
    assert np.array_equal(full.words, few.words)


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize(
    "name", ["words.npy", "household_start.npy", "stratum.npy", "order.npy", "meta.json"]
)
def test_a_damaged_population_is_rebuilt(small_cache, tmp_path, few, name, how, caplog):
    cache.open_population()
    before = _files(tmp_path)
    damage(_folder(tmp_path) / name, how)
    _new_process()
    full = cache.open_population()
    assert len(small_cache) == 2
    assert np.array_equal(full.words, few.words)
    if (name, how) == ("meta.json", "removed"):  # then there was none
        assert caplog.messages == []
    else:
        (said,) = caplog.messages
        assert str(_folder(tmp_path)) in said and "made anew" in said
    assert {path.parent for path in _files(tmp_path)} == {path.parent for path in before}
    assert cache.open_population().sha256 == full.sha256


def test_a_population_is_noticed_to_change_under_way(small_cache, tmp_path):
    cache.open_population()
    damage(_folder(tmp_path) / "words.npy", "zeros")
    cache.open_population()
    assert len(small_cache) == 2


def test_every_byte_counts(small_cache, tmp_path):
    cache.open_population()
    file = _folder(tmp_path) / "words.npy"
    with open(file, "r+b") as opened:
        opened.seek(-13, 2)
        opened.write(bytes([opened.read(1)[0] ^ 1]))
    assert not cache.is_built("census_2020")


def test_arrays_are_read_only_when_they_have_changed(small_cache, tmp_path, monkeypatch):
    """To read 0.6 GB would be felt in every run."""
    cache.open_population()
    read = []
    real = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", lambda file, kind: read.append(file.name) or real(file, kind))
    _new_process()
    cache.open_population()
    assert read == []
    os.utime(_folder(tmp_path) / "order.npy")
    for _ in range(2):
        _new_process()
        cache.open_population()
    assert len(read) == 4 and len(small_cache) == 1  # once, and they were sound


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_note_of_what_was_checked_costs_a_check(small_cache, tmp_path, how):
    cache.open_population()
    (note,) = _folder(tmp_path).glob("checked-*")
    damage(note, how)
    _new_process()
    cache.open_population()
    assert len(small_cache) == 1
    assert unsealed(note.read_bytes()) == b""


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize(
    ("load", "table"), [(load_totals, totals.TABLE), (load_urban_homes, urban_homes.TABLE)]
)
def test_a_damaged_table_is_counted_anew(small_cache, tmp_path, load, table, how, caplog):
    before = vars(load(1, "census_2020"))
    record = population_record("census_2020")
    file = _folder(tmp_path) / f"{table}.table"
    damage(file, how)
    after = vars(load(1, "census_2020"))
    assert all(np.array_equal(after[name], before[name]) for name in before)
    assert caplog.messages == ([] if how == "removed" else [f"the cache is damaged and is made anew: {file}"])
    assert population_record("census_2020") == record


def test_tables_are_not_to_be_written_to(small_cache):
    with pytest.raises(ValueError, match="read-only"):
        load_totals(1, "census_2020").stock[0, 0] = 1


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="the system does not say what is mapped")
@pytest.mark.parametrize("load", [load_totals, load_urban_homes])
def test_what_was_counted_is_given_back(small_cache, tmp_path, load):
    words = cache.open_population().words
    load(1, "census_2020")
    assert _mapped(_folder(tmp_path) / "words.npy") < words.nbytes / 10


def _mapped(file):
    """Bytes of a file that count as this process's memory."""
    lines = Path("/proc/self/smaps").read_text().splitlines()
    at = next(k for k, line in enumerate(lines) if line.endswith(str(file)))
    return 1024 * int(next(line for line in lines[at:] if line.startswith("Rss:")).split()[1])


def test_the_record_names_what_a_run_reads(small_cache, tmp_path):
    load_totals(1, "census_2020")
    load_urban_homes(1, "census_2020")
    record = population_record("census_2020")
    assert list(record) == ["words", "household_start", "stratum", "order", "totals", "urban_homes"]
    for name in ("words", "order"):
        content = (_folder(tmp_path) / f"{name}.npy").read_bytes()
        assert record[name] == hashlib.sha256(content).hexdigest()
    assert all(len(checksum) == 64 for checksum in record.values())
    (_folder(tmp_path) / f"{urban_homes.TABLE}.table").unlink()
    assert list(population_record("census_2020")) == list(record)[:-1]  # what cannot be known is not said


def test_a_population_is_written_as_numpy_writes(small_cache, tmp_path, few):
    cache.open_population()
    np.save(tmp_path / "words.npy", few.words)
    assert (tmp_path / "words.npy").read_bytes() == (_folder(tmp_path) / "words.npy").read_bytes()


# --- a cache that cannot be written


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """Closes the cache: the system refuses to make anything in it."""
    real_mkdir = os.mkdir

    def mkdir(path, *rest, **named):
        if Path(path).is_relative_to(tmp_path / "cache") and not Path(path).exists():
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        real_mkdir(path, *rest, **named)

    def close():
        monkeypatch.setattr(os, "mkdir", mkdir)

    return close


def test_a_closed_cache_is_used_as_it_is(small_cache, tmp_path, closed, caplog):
    cache.open_population()
    load_totals(1, "census_2020")
    before = _files(tmp_path)
    closed()
    _new_process()
    cache.open_population()
    load_totals(1, "census_2020")
    assert len(small_cache) == 1 and caplog.messages == []
    assert _files(tmp_path) == before and not spare_cache_dir().exists()


def test_what_a_closed_cache_lacks_is_kept_among_temporary_files(small_cache, tmp_path, closed, caplog):
    cache.open_population()
    closed()
    before = load_totals(1, "census_2020")
    (said,) = caplog.messages
    spare = spare_cache_dir()
    assert str(tmp_path / "cache") in said and str(spare) in said and "URBSIM_CACHE" in said
    assert "Read-only file system" in said
    assert [path.name for path in spare.rglob("*.table")] == [f"{totals.TABLE}.table"]
    assert spare.stat().st_mode & 0o777 == 0o700
    _new_process()
    after = load_totals(1, "census_2020")
    assert np.array_equal(after.stock, before.stock)
    assert len(caplog.messages) == 1 and len(small_cache) == 1


def test_a_population_is_built_among_temporary_files_where_there_is_no_other_place(
    small_cache, closed, few, caplog
):
    closed()
    for _ in range(2):
        _new_process()
        assert np.array_equal(cache.open_population().words, few.words)
    assert len(small_cache) == 1 and len(caplog.messages) == 1
    assert next(spare_cache_dir().rglob("words.npy")).exists()


def test_tables_in_the_spare_cache_are_no_population(small_cache, tmp_path, closed, caplog):
    cache.open_population()
    closed()
    load_totals(1, "census_2020")
    shutil.rmtree(_folder(tmp_path))
    caplog.clear()
    _new_process()
    cache.open_population()
    assert len(small_cache) == 2 and len(caplog.messages) == 1 and "is kept in" in caplog.messages[0]


def test_what_cannot_be_read_is_built_elsewhere(small_cache, tmp_path, closed, few, monkeypatch, caplog):
    cache.open_population()
    closed()
    real, folder = os.stat, _folder(tmp_path)

    def refused(path, **named):
        if not isinstance(path, int) and Path(path).is_relative_to(folder):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path, **named)

    monkeypatch.setattr(os, "stat", refused)
    assert np.array_equal(cache.open_population().words, few.words)
    assert len(small_cache) == 2
    assert (
        f"the cache cannot be read (Permission denied) and is made anew: {_folder(tmp_path)}"
        in caplog.messages
    )


def test_a_damaged_population_of_a_closed_cache_is_built_elsewhere(small_cache, tmp_path, closed, few):
    cache.open_population()
    damage(_folder(tmp_path) / "order.npy", "zeros")
    closed()
    for _ in range(2):
        _new_process()
        assert np.array_equal(cache.open_population().words, few.words)
    assert len(small_cache) == 2


def test_where_nothing_can_be_written_one_sentence_says_so(small_cache, tmp_path, closed, monkeypatch):
    closed()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(CacheError) as raised:
        cache.open_population()
    said = str(raised.value)
    assert str(tmp_path / "cache") in said and "nowhere" in said and "URBSIM_CACHE" in said
    assert small_cache == []  # known before the work


def test_temporary_files_of_somebody_else_are_not_believed(small_cache, tmp_path, closed):
    closed()
    spare_cache_dir().mkdir(mode=0o777)
    spare_cache_dir().chmod(0o777)
    with pytest.raises(CacheError, match="not this user's alone"):
        cache.open_population()


def test_a_full_disk_is_named(small_cache, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CacheError) as raised:
        cache.open_population()
    said = str(raised.value)
    assert "words.npy: No space left on device" in said and str(tmp_path / "cache") in said
    assert "URBSIM_CACHE" in said
    assert _files(tmp_path) == set() and list((tmp_path / "cache" / "building").iterdir()) == []


# --- several processes


def test_who_finishes_second_keeps_the_first(small_cache, tmp_path, few, monkeypatch):
    def build(base, threads, progress):
        monkeypatch.setattr(synthesis, "build_population", lambda base, threads, progress: few)
        cache.open_population()  # another process is faster
        return few

    monkeypatch.setattr(synthesis, "build_population", build)
    assert np.array_equal(cache.open_population().words, few.words)
    assert len(list((tmp_path / "cache" / "population").iterdir())) == 1
    assert list((tmp_path / "cache" / "building").iterdir()) == []


# --- what it holds


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
