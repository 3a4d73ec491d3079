"""Machine code in the cache: found again, compiled anew where it is damaged, kept elsewhere where it cannot be written."""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import pytest
from damage import DAMAGES, damage

from urbsim.compute import machine_code
from urbsim.files.cache_files import CacheFolder, say, sealed
from urbsim.paths import spare_cache_dir
from urbsim.processes.demography import kernels as ageing

# Two kernels, one of which calls the other: with whole numbers and with fractions, each has two signatures.
PROGRAM = """
from urbsim.compute.compiled import njit

@njit(cache=True, _nrt=False)
def twice(x):
    return 2 * x

@njit(cache=True, _nrt=False)
def more(x):
    return twice(x) + 1

assert more(3) == 7 and more(1.5) == 4.0
"""


class Program:
    """Kernels whose machine code is kept below a folder; every run of them is as one of a new process."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache"
        self._file = folder / "urbsim" / "program.py"
        self._file.parent.mkdir()
        self._file.write_text(PROGRAM)

    def run(self) -> tuple[int, int]:
        """Kernels found in the cache, and compiled."""
        found: dict[str, Any] = {}
        exec(compile(PROGRAM, str(self._file), "exec"), found)
        kernels = [found["twice"], found["more"]]
        hits, misses = (
            sum(sum(getattr(kernel.stats, of).values()) for kernel in kernels)
            for of in ("cache_hits", "cache_misses")
        )
        return hits, misses

    def files(self) -> list[Path]:
        return sorted(path for path in self.cache.rglob("*") if path.is_file())


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    made = Program(tmp_path)
    monkeypatch.setattr(machine_code, "_PACKAGE", tmp_path / "urbsim")
    monkeypatch.setattr(machine_code, "_CACHE", CacheFolder(made.cache))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    say.cache_clear()
    return made


def test_machine_code_is_found_again(program: Program):
    assert program.run() == (0, 4)
    assert len(program.files()) == 4
    assert program.run() == (2, 0)  # the other kernel is a part of its machine code
    assert len(program.files()) == 4


def test_what_others_are_compiled_with_is_taken_apart_only_for_them(
    program: Program, monkeypatch: pytest.MonkeyPatch
):
    program.run()
    sizes, parse = [], llvm.parse_bitcode
    monkeypatch.setattr(llvm, "parse_bitcode", lambda code: sizes.append(len(code)) or parse(code))
    nothing = len(machine_code._NOTHING_TO_LINK)
    assert program.run() == (2, 0) and set(sizes) == {nothing}
    for file in program.files():
        if "more" in file.name:
            file.unlink()
    sizes.clear()
    assert program.run() == (2, 2) and len(sizes) == 4  # both signatures of `twice`, for those of its caller
    assert sum(size > nothing for size in sizes) == 2


@pytest.fixture
def claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where processes that compile the program note what they compile."""
    folder = tmp_path / "claims"
    folder.mkdir()
    monkeypatch.setattr(machine_code._Files, "claims", folder)
    return folder


def test_what_another_process_compiles_is_awaited(program: Program, claims: Path, tmp_path: Path):
    assert program.run() == (0, 4)  # the first to ask does not wait
    assert {file.name for file in claims.iterdir()} == {file.name for file in program.files()}
    kept = program.cache / "kernels"
    kept.rename(tmp_path / "made elsewhere")
    late = threading.Timer(0.3, lambda: (tmp_path / "made elsewhere").rename(kept))
    late.start()
    assert program.run() == (2, 0) and late.finished.is_set()
    late.join()


def test_a_process_that_never_ends_what_it_began_is_awaited_once(
    program: Program, claims: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(machine_code, "_PATIENCE", 1.0)
    program.run()
    for file in program.files():
        file.unlink()
    begun = time.monotonic()
    assert program.run() == (0, 4) and 1 <= time.monotonic() - begun < 2


@pytest.mark.parametrize("how", DAMAGES)
def test_damaged_machine_code_is_compiled_anew(program: Program, how: str, caplog: pytest.LogCaptureFixture):
    program.run()
    sound = program.files()
    for file in sound:
        damage(file, how)
    assert program.run() == (0, 4)
    expected = f"the cache is damaged and is made anew: {program.cache / 'kernels'}"
    assert caplog.messages == ([] if how == "removed" else [expected])
    assert program.files() == sound and program.run() == (2, 0)


def test_machine_code_of_another_signature_is_not_believed(program: Program):
    """A whole file in the wrong place: as if two signatures had one name."""
    program.run()
    a, b = (file for file in program.files() if "more" in file.name)
    shutil.copy(a, b)
    assert program.run() == (2, 1)


def test_machine_code_that_cannot_be_unpacked_is_compiled_anew(program: Program):
    program.run()
    for file in program.files():
        file.write_bytes(sealed(b"of another version of a library"))
    assert program.run() == (0, 4)


def test_kernels_work_where_nothing_can_be_kept(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    program.cache.write_text("a file where the folder should be")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    assert program.run() == (0, 4)
    (said,) = caplog.messages
    assert f"machine code cannot be kept in {program.cache / 'kernels'}: " in said and "URBSIM_CACHE" in said


def test_kernels_work_where_the_disk_is_full(
    program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert program.run() == (0, 4) and program.files() == []
    (said,) = caplog.messages
    assert "No space left on device" in said and str(program.cache) in said and "URBSIM_CACHE" in said


def test_what_a_closed_cache_lacks_is_kept_among_temporary_files(
    program: Program, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    program.cache.write_text("a file where the folder should be")
    assert program.run() == (0, 4)
    (said,) = caplog.messages
    assert str(program.cache) in said and str(spare_cache_dir()) in said and "URBSIM_CACHE" in said
    assert spare_cache_dir().parent == tmp_path
    assert program.run() == (2, 0)


def test_the_kernels_of_a_run_are_kept_this_way():
    assert isinstance(ageing.reclassify._cache, machine_code._KernelCache)
