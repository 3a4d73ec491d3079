"""Files of the cache: known by their checksum, put in place whole, and kept elsewhere where the cache is read-only.

Small files are *sealed*: they begin with the sha256 of what follows. Whatever is being made lies in a *room*, a locked
folder below `building/` of the cache. A process that is killed leaves its room, but not the lock: the next process
finds the room unlocked and removes it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from urbsim.errors import RunError
from urbsim.paths import spare_cache_dir

try:
    import fcntl
except ImportError:  # Windows: rooms are not locked there, and those of killed processes stay
    fcntl = None

HINT = "set URBSIM_CACHE to use another folder"
_BUILDING = "building"
_LOCK = "lock"
_HEAD = len("sha256 \n") + 64
_OLD = 600.0  # seconds after which a room without a lock was left by an earlier version, or by a process killed at once

Stand = tuple[tuple[str, int, int, int, int], ...]


class CacheError(RunError):
    """Something cannot be written to the cache, nor to the spare one."""


class Damaged(Exception):
    """A file of the cache does not hold what was written to it."""


@cache
def say(line: str) -> None:
    """Tells the user (on stderr, unless logging is set up otherwise), each line once in a process."""
    logging.getLogger("urbsim.cache").warning(line)


def reason(error: BaseException) -> str:
    """What a system says of an error, without the path."""
    return getattr(error, "strerror", None) or str(error)


def sealed(content: bytes) -> bytes:
    """The content behind a line with its checksum."""
    return f"sha256 {hashlib.sha256(content).hexdigest()}\n".encode() + content


def unsealed(stored: bytes) -> bytes:
    """The content of a sealed file. Raises Damaged where it is not what was sealed."""
    content = stored[_HEAD:]
    if stored != sealed(content):
        raise Damaged
    return content


def stand(files: Iterable[Path]) -> Stand:
    """How files stand on disk (path, bytes, times of change, inode): while that is the same, so is what they hold.

    The time `ctime` cannot be set back, as `mtime` can. Raises OSError where a file is missing.
    """
    found = ((os.path.abspath(file), os.stat(file)) for file in files)
    return tuple((name, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for name, s in found)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A new file, on disk when the block ends. Raises CacheError where that fails, as when the disk is full."""
    with _naming(path), open(path, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turns errors of writing into a CacheError that names the path."""
    try:
        yield
    except OSError as error:
        raise CacheError(f"the cache cannot be written: {path}: {reason(error)} ({HINT})") from error


@dataclass(frozen=True)
class Room:
    """A folder for what is being made. place: the cache, or the spare one, that it will go to."""

    place: Path
    folder: Path

    def new_folder(self, name: str) -> Path:
        """An empty folder in the room. Raises CacheError."""
        with _naming(self.folder):
            (self.folder / name).mkdir()
        return self.folder / name

    def put(self, made: str, name: str) -> None:
        """Puts what was made in the room into its place in the cache, whole. Raises CacheError."""
        target = self.place / name
        with _naming(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(self.folder / made, target)

    def take(self, name: str) -> None:
        """Takes what is in a place of the cache into the room, with which it goes. Raises CacheError."""
        with _naming(self.place / name):
            os.replace(self.place / name, self.folder / "taken")


@dataclass(frozen=True)
class CacheFolder:
    """The cache at `main`, and the spare one: what `main` lacks and cannot take. Names are paths below either."""

    main: Path

    def places(self) -> list[Path]:
        """Where to look for files: here, and in the spare cache if there is one of this user."""
        try:
            return [self.main, _nobody_elses(spare_cache_dir())]
        except OSError:
            return [self.main]

    def read(self, name: str, said: str | None = None) -> bytes | None:
        """What a sealed file holds, or None where it has to be made; of a damaged one the user is told.

        said: the name by which the user is told, to be told once of many files.
        """
        for place in self.places():
            try:
                return unsealed((place / name).read_bytes())
            except (FileNotFoundError, NotADirectoryError):
                continue
            except (OSError, Damaged) as error:
                say_unusable(place / (said or name), error)
        return None

    def keep(self, name: str, content: bytes) -> None:
        """Writes a sealed file. Raises CacheError where no place can take it."""
        with self.room() as room:
            with writing(room.folder / "file") as file:
                file.write(sealed(content))
            room.put("file", name)

    @contextmanager
    def room(self) -> Iterator[Room]:
        """A room of its own, in the spare cache where this one cannot be written; removed when the block ends.

        Raises CacheError where neither can be written.
        """
        place = self.main
        try:
            folder, lock = _begin(place)
        except OSError as error:
            try:
                place = spare_cache_dir()
                place.mkdir(mode=0o700, exist_ok=True)
                folder, lock = _begin(_nobody_elses(place))
            except OSError as other:
                raise CacheError(
                    f"the cache {self.main} cannot be written ({reason(error)}), nor can {place} ({reason(other)}) "
                    f"({HINT})"
                ) from error
            say(
                f"the cache {self.main} cannot be written ({reason(error)}): what it lacks is kept in {place} "
                f"({HINT})"
            )
        try:
            yield Room(place, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lock.close()

    def sweep(self) -> None:
        """Removes the rooms of processes that are no more."""
        for place in self.places():
            # Earlier versions made populations beside those that were ready.
            for folder in (*place.glob(f"{_BUILDING}/*"), *place.glob(f"population/{_BUILDING}-*")):
                _remove_if_left(folder)


def forget_oldest(folders: Iterable[Path], kept: int) -> None:
    """Removes all of these folders but the latest; another process may be removing them, too."""
    dated = []
    for folder in folders:
        with suppress(OSError):
            dated.append((folder.stat().st_mtime, folder))
    for _, old in sorted(dated, reverse=True)[kept:]:
        shutil.rmtree(old, ignore_errors=True)


def say_unusable(path: Path, error: Exception) -> None:
    """Tells that a file or a folder of the cache is made anew, and why."""
    why = "is damaged" if isinstance(error, Damaged) else f"cannot be read ({reason(error)})"
    say(f"the cache {why} and is made anew: {path}")


def _nobody_elses(folder: Path) -> Path:
    """The folder, if it is one and this user's alone: others may put files among temporary ones. Raises OSError."""
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode)
    if hasattr(os, "getuid"):  # elsewhere every user has an own folder for temporary files
        ours &= found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not ours:
        raise PermissionError(f"{folder} is not this user's alone")
    return folder


def _begin(place: Path) -> tuple[Path, BinaryIO]:
    """A new locked folder, and the lock, which ends when it is closed or the process ends. Raises OSError."""
    building = place / _BUILDING
    building.mkdir(parents=True, exist_ok=True)
    while True:
        folder = building / secrets.token_hex(8)
        folder.mkdir()
        lock = open(folder / _LOCK, "wb")
        if fcntl is None:
            return folder, lock
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:  # a disk without locks: nobody will find this room unlocked
            return folder, lock
        if os.fstat(lock.fileno()).st_nlink:
            return folder, lock
        lock.close()  # swept before it was locked


def _remove_if_left(folder: Path) -> None:
    """Removes a room whose lock nobody holds."""
    if fcntl is None:
        return
    try:
        with open(folder / _LOCK, "r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except FileNotFoundError:
        with suppress(OSError):  # another process removes it, too
            if time.time() - folder.stat().st_mtime > _OLD:
                shutil.rmtree(folder)
    except OSError:  # somebody is at work in it, or it is not ours to remove
        return
