"""Run folders when several processes write at once, when one is killed, and when the disk is full."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

import urbsim
from urbsim.cli import app
from urbsim.errors import InputError
from urbsim.files import leftovers, locks
from urbsim.report import folders
from urbsim.results import seal, store

REPOSITORY = Path(urbsim.__file__).resolve().parent.parent
NAME = "scale0.01-draw0-seed1"
needs_locks = pytest.mark.skipif(locks.fcntl is None, reason="no locks on folders here")


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def put(folder: Path, text: str = "old") -> Path:
    folder.mkdir(parents=True)
    (folder / "text.txt").write_text(text)
    return folder


# --- many writers


WRITE = """
import sys
from pathlib import Path
from urbsim.files import locks
from urbsim.results import store
folder, mine, with_locks = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "True"
if not with_locks:
    locks.fcntl = None
print("ready", flush=True)
sys.stdin.readline()
failed = 0
for k in range(60):
    try:
        with store.whole_folder(folder) as temporary:
            for name in ("a", "b"):
                (temporary / name).write_text(f"{mine} {k}")
    except OSError as error:
        failed += 1
        print(error, file=sys.stderr)
sys.exit(failed > 0)
"""


@pytest.mark.parametrize("with_locks", [pytest.param(True, marks=needs_locks), False])
def test_all_who_write_one_folder_at_once_succeed(tmp_path: Path, with_locks: bool):
    """Four processes, 240 writes: each succeeds, one whole folder stands, nothing lies beside it."""
    folder = tmp_path / "plan" / NAME
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, str(folder), str(k), str(with_locks)], env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for k in range(4)
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
    said = [writer.communicate("go\n", timeout=120)[1] for writer in writers]
    assert said == [""] * 4
    assert [path.name for path in folder.parent.iterdir()] == [NAME]
    assert (folder / "a").read_text() == (folder / "b").read_text()


def test_without_locks_a_folder_put_there_meanwhile_is_replaced_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Between the two renames another process puts its folder there, once where there was one and once again."""
    monkeypatch.setattr(locks, "fcntl", None)
    folder, real, theirs = put(tmp_path / NAME), os.replace, ["first", "second"]

    def replace(source: Path, target: Path) -> None:
        if target == folder and theirs:
            put(folder, theirs.pop())
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with store.whole_folder(folder) as temporary:
        (temporary / "text.txt").write_text("mine")
    assert theirs == [] and (folder / "text.txt").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [folder]


# --- killed writers


@contextmanager
def killed(code: str, *arguments: str) -> Iterator[None]:
    """A process that has come to where it says so, is left alone for the block, and then killed."""
    process = python(code, *arguments)
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said == "now\n", process.communicate()[1]
        yield
    finally:
        process.kill()
        process.communicate()


HALF = """
import sys, time
from pathlib import Path
from urbsim.results import store
with store.whole_folder(Path(sys.argv[1])) as temporary:
    (temporary / "text.txt").write_text("new")
    print("now", flush=True)
    time.sleep(60)
"""
BETWEEN = """
import os, signal, sys, time
from pathlib import Path
from urbsim.results import store
real, calls = os.replace, []
def replace(source, target):
    if calls:
        print("now", flush=True)
        time.sleep(60)
    calls.append(source)
    real(source, target)
os.replace = replace
with store.whole_folder(Path(sys.argv[1])) as temporary:
    (temporary / "text.txt").write_text("new")
"""


@needs_locks
@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_what_a_killed_writer_leaves_is_swept_by_the_next_and_by_no_other_process(tmp_path: Path):
    folder = tmp_path / "plan" / NAME
    another = folder.with_name("scale0.01-draw0-seed2")
    with killed(HALF, str(folder)):
        put(another.with_name(f".{another.name}.abcdefgh"))  # of an earlier kill
        with store.whole_folder(another) as temporary:
            (temporary / "text.txt").write_text("whole")
        alive = [path for path, _, _ in leftovers.hidden(folder.parent)]
        assert len(alive) == 1 and alive[0].name.startswith(f".{NAME}.")
    with store.whole_folder(another) as temporary:
        (temporary / "text.txt").write_text("whole")
    assert [path.name for path in folder.parent.iterdir()] == [another.name]


@needs_locks
@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
@pytest.mark.parametrize("next_one", ["writer of another run", "reader of the run", "reader of all runs"])
def test_a_folder_hidden_by_a_kill_between_two_renames_comes_back(tmp_path: Path, next_one: str):
    folder = put(tmp_path / "plan" / NAME)
    with killed(BETWEEN, str(folder)):
        assert not folder.exists()
    if next_one == "writer of another run":
        with store.whole_folder(folder.with_name("scale0.02-draw0-seed1")):
            pass
    elif next_one == "reader of all runs":
        assert folders.find([tmp_path]) == [folder]
    else:
        with pytest.raises(InputError):  # what comes back is no run in this test
            folders.find([folder])
    assert (folder / "text.txt").read_text() == "old"
    assert not [path for path in folder.parent.iterdir() if path.name.startswith(".")]


def test_nothing_else_that_is_hidden_is_touched(tmp_path: Path):
    mine = [
        put(tmp_path / name)
        for name in (".git", ".config.abcdefgh", ".scale.old", f".{NAME}", ".report_files.abcdefgh.old")
    ]
    with store.whole_folder(tmp_path / NAME):
        pass
    leftovers.put_right_for_readers(tmp_path)
    assert all((path / "text.txt").exists() for path in mine)


def test_without_locks_nothing_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(locks, "fcntl", None)
    mine = [put(tmp_path / f".{NAME}.abcdefgh"), put(tmp_path / f".{NAME}.ijklmnop.old")]
    with store.whole_folder(tmp_path / NAME):
        pass
    leftovers.put_right_for_readers(tmp_path)
    assert all((path / "text.txt").exists() for path in mine)


def test_a_file_in_the_place_of_a_folder_is_left_alone(tmp_path: Path):
    (tmp_path / NAME).write_text("mine")
    with pytest.raises(NotADirectoryError), store.whole_folder(tmp_path / NAME):
        pytest.fail("work began")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_a_run_whose_folder_cannot_be_made_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "no_plan").write_text("mine")
    monkeypatch.setattr("urbsim.simulation.build.build_world", lambda *given: pytest.fail("work began"))
    result = CliRunner().invoke(app, ["run", "no_plan", "--scale", "0.0005", "--out", str(tmp_path)])
    assert result.exit_code == 2, result.output
    assert "no_plan" in result.stderr and "lies below a file" in result.stderr


# --- a full disk


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("what", ["write_columns", "write_yaml", "write_json", "sync", "mkdtemp"])
def test_a_full_disk_is_said_with_the_path_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, before: bool
):
    arguments = ["run", "no_plan", "--scale", "0.0005", "--out", str(tmp_path / "results")]
    folder = store.run_folder(tmp_path / "results", "no_plan", 0.0005, 0, 1)
    if before:
        put(folder)

    def full(*given: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, "as the library says it")

    monkeypatch.setattr(leftovers.tempfile if what == "mkdtemp" else store, what, full)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1, result.output
    assert result.stderr.splitlines()[1:] == [f"failed: {os.strerror(errno.ENOSPC)}: {folder}"]
    left = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == ({folder.relative_to(tmp_path) / "text.txt"} if before else set())
    assert before or not list(tmp_path.iterdir())


def test_an_error_names_the_file_that_was_to_be_and_no_temporary_name(tmp_path: Path):
    with pytest.raises(FileNotFoundError) as caught, store.whole_folder(tmp_path / NAME) as temporary:
        (temporary / "missing" / seal.SUMMARY).write_text("")
    assert caught.value.filename == str(tmp_path / NAME / "missing" / seal.SUMMARY)
    with pytest.raises(OSError) as full, store.whole_file(tmp_path / "page.html"):
        raise OSError(errno.ENOSPC, "full")
    assert full.value.filename == str(tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []
