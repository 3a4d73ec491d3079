"""Files of the cache: sealed, put in place whole, and cleared away after processes that are no more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import urbsim
from urbsim.files import cache_files
from urbsim.files.cache_files import CacheFolder, Damaged, forget_oldest, sealed, stand, unsealed, writing

REPOSITORY = Path(urbsim.__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such locks and signals")


@pytest.fixture(autouse=True)
def temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_what_is_sealed_is_what_was_sealed():
    for content in (b"", b"one", bytes(10_000)):
        assert unsealed(sealed(content)) == content
    for stored in (
        b"",
        b"one",
        sealed(b"one")[:-1],
        sealed(b"one") + b"\0",
        sealed(b"one").replace(b"e", b"f"),
    ):
        with pytest.raises(Damaged):
            unsealed(stored)


def test_a_change_shows_even_if_its_time_is_set_back(tmp_path: Path):
    file = tmp_path / "a"
    file.write_bytes(b"one")
    before, times = stand([file]), file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert stand([file]) != before


def test_files_can_be_read_by_those_whom_the_user_lets(tmp_path: Path):
    cache = CacheFolder(tmp_path / "cache")
    cache.keep("a/b", b"content")
    made = [path for path in (tmp_path / "cache").rglob("*") if path.name in ("a", "b")]
    mask = os.umask(0)
    os.umask(mask)
    assert [path.stat().st_mode & 0o777 for path in sorted(made)] == [0o777 & ~mask, 0o666 & ~mask]


def test_the_latest_folders_are_kept(tmp_path: Path):
    folders = [tmp_path / name for name in "abcd"]
    for k, folder in enumerate(folders):
        folder.mkdir()
        (folder / "file").write_bytes(b"content")
        os.utime(folder, (k, k))
    forget_oldest([*folders, tmp_path / "removed by another process"], 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "d"]


# --- rooms


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which has written half of a large file of the cache."""
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from urbsim.files.cache_files import CacheFolder, writing\n"
        "from urbsim.compute.interruption import ending_in_order\n"
        "with ending_in_order(), CacheFolder(Path(sys.argv[1])).room() as room:\n"
        "    with writing(room.new_folder('population') / 'words.npy') as file:\n"
        "        file.write(bytes(100_000)); file.flush()\n"
        "        print('now', flush=True)\n"
        "        time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "cache")],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "now\n"
        yield process
        process.kill()


def rooms(cache: Path) -> list[Path]:
    return list((cache / "building").iterdir())


def test_what_a_killed_process_leaves_is_swept(at_work: subprocess.Popen[str], tmp_path: Path):
    cache = CacheFolder(tmp_path / "cache")
    (room,) = rooms(cache.main)
    cache.sweep()
    assert (room / "population" / "words.npy").stat().st_size == 100_000  # that process is at work
    at_work.kill()
    at_work.wait()
    assert rooms(cache.main) == [room]
    cache.sweep()
    assert rooms(cache.main) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_who_is_asked_to_end_leaves_nothing(at_work: subprocess.Popen[str], tmp_path: Path, number: int):
    at_work.send_signal(number)
    assert at_work.wait() == (-number if number == signal.SIGINT else 128 + number)
    assert rooms(tmp_path / "cache") == []


def test_rooms_without_a_lock_are_swept_when_they_are_old(tmp_path: Path):
    """Earlier versions locked nothing, and a process can be killed between the folder and its lock."""
    cache = CacheFolder(tmp_path / "cache")
    new, old = cache.main / "building" / "new", cache.main / "building" / "old"
    earlier = cache.main / "population" / "building-x"
    for folder in (new, old, earlier):
        folder.mkdir(parents=True)
        (folder / "words.npy").write_bytes(b"half")
    for folder in (old, earlier):
        os.utime(folder, (0, 0))
    cache.sweep()
    assert new.exists() and not old.exists() and not earlier.exists()


def test_an_own_room_is_not_swept(tmp_path: Path):
    cache = CacheFolder(tmp_path / "cache")
    with cache.room() as room:
        cache.sweep()
        assert room.folder.exists()
    assert rooms(cache.main) == []


def test_a_room_swept_before_it_was_locked_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert cache_files.fcntl is not None
    cache, real, taken = CacheFolder(tmp_path / "cache"), cache_files.fcntl.flock, []

    def flock(file, how):
        if not taken:
            taken.append(file.name)
            monkeypatch.setattr(cache_files.fcntl, "flock", real)
            cache.sweep()
        real(file, how)

    monkeypatch.setattr(cache_files.fcntl, "flock", flock)
    with cache.room() as room:
        assert rooms(cache.main) == [room.folder]
        with writing(room.folder / "file") as file:
            file.write(b"content")
    assert len(taken) == 1


def test_a_disk_without_locks_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert cache_files.fcntl is not None

    def flock(file, how):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(cache_files.fcntl, "flock", flock)
    cache = CacheFolder(tmp_path / "cache")
    with cache.room():
        cache.sweep()
        assert len(rooms(cache.main)) == 1
        cache.keep("a", b"content")
    assert cache.read("a") == b"content" and rooms(cache.main) == []


def test_an_interrupted_file_leaves_nothing(tmp_path: Path):
    cache = CacheFolder(tmp_path / "cache")
    with pytest.raises(KeyboardInterrupt), cache.room() as room, writing(room.folder / "a") as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert [path for path in cache.main.rglob("*") if path.name != "building"] == []
