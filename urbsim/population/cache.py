"""The synthesised population on disk: built once for given facts, assumptions and code, then
memory-mapped.

Every array is known by its sha256. It is checked when the file has changed since the last check, as the file system
tells, and a population that cannot be read or does not match is built anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from urbsim import paths
from urbsim.facts.censuses import BASES
from urbsim.facts.synthesis_inputs import facts_dir, parameter_files, read_assumptions
from urbsim.files.cache_files import (
    CacheError,
    CacheFolder,
    Damaged,
    Room,
    Stand,
    forget_oldest,
    say_unusable,
    sealed,
    stand,
    unsealed,
    writing,
)

if TYPE_CHECKING:
    from urbsim.population.synthesis.build import FullPopulation

_ARRAYS = ("words", "household_start", "stratum", "order")
_CODE = (  # below the package
    "compute/randomness.py",
    "facts/census_2010.py",
    "facts/census_2020.py",
    "facts/censuses.py",
    "facts/missed_children.py",
    "facts/synthesis_inputs.py",
    "population/cache.py",
    "population/order.py",
    "population/synthesis/build.py",
    "population/synthesis/dwellings.py",
    "population/synthesis/families.py",
    "population/synthesis/persons.py",
    "population/synthesis/picking.py",
    "population/synthesis/records.py",
    "population/synthesis/rounding.py",
    "population/synthesis/tables.py",
    "population/synthesis/writing.py",
)
_KEPT = 2  # older caches left on disk
_TICK = 0.1  # seconds in which a file system may give two changes the same time


@dataclass(frozen=True)
class CachedPopulation:
    """The full population, memory-mapped: words (N,) uint64, household_start (H+1,) uint32, stratum (H,)
    uint8, order (H,) uint32 household ids sorted by stratum; mean_months_away (2,) of people counted away inside
    Guangxi and outside.

    sha256: checksum of each array's file, by the name of the array.
    """

    words: np.ndarray
    household_start: np.ndarray
    stratum: np.ndarray
    order: np.ndarray
    mean_months_away: np.ndarray
    sha256: Mapping[str, str]


def input_digest(base: str = "census_2020") -> str:
    """Checksum of what the population of `base` depends on: facts, assumptions, code, versions of NumPy and numba."""
    package = Path(__file__).resolve().parents[1]
    files = [facts_dir() / name for name in BASES[base].files]
    files += [*parameter_files(base), *(package / name for name in _CODE)]
    return _checksum(stand(files))


@lru_cache(maxsize=4)
def _checksum(stands: Stand) -> str:
    """Checksum of files and of the versions of NumPy and numba: files are read when they change, not in every run."""
    import numba

    digest = hashlib.sha256()
    for name, *_ in stands:
        file = Path(name)
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    digest.update(f"{np.__version__} {numba.__version__}".encode())
    return digest.hexdigest()


def open_population(
    base: str = "census_2020", threads: int = 1, progress: Callable[[float, str], None] | None = None
) -> CachedPopulation:
    """The cached population of `base`; builds it where it is missing, damaged or out of date.

    Two processes may build at once: each has a room of its own and the first to finish is kept. Raises ValueError for
    an unknown base, CacheError where nothing can be written.
    """
    if base not in BASES:
        raise ValueError(f"unknown base {base!r}; there is {', '.join(BASES)}")
    cached = _find(base)
    if cached is None:
        _build(base, threads, progress or (lambda fraction, text: None))
        cached = _find(base)
        if cached is None:
            raise CacheError(f"the population written to the cache {paths.cache_dir()} cannot be read back")
    return cached


def is_built(base: str) -> bool:
    """Whether the population of `base` can be opened without building it."""
    return _find(base) is not None


def load_table(base: str, name: str, count: Callable[[], dict[str, Any]]) -> dict[str, np.ndarray]:
    """Arrays that are counted once in the full population and kept beside it; not to be written to.

    name: of the table, another one when it holds something else; count: returns the arrays by name. Raises CacheError
    where nothing can be written.
    """
    cache, file = _cache(), _table_file(base, name)
    content = cache.read(file)
    if content is None:
        written = io.BytesIO()
        np.savez(written, **count())
        content = written.getvalue()
        cache.keep(file, content)
    with np.load(io.BytesIO(content)) as stored:
        arrays = {array: stored[array] for array in stored.files}
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def table_sha256(base: str, name: str) -> str | None:
    """Checksum of a table that is kept beside the population; None where there is none."""
    content = _cache().read(_table_file(base, name))
    return None if content is None else hashlib.sha256(content).hexdigest()


def keep(base: str, full: FullPopulation) -> None:
    """Puts a population in the place of the one of `base`."""
    with _cache().room() as room:
        _keep(base, full, room, lambda fraction, text: None)


def _cache() -> CacheFolder:
    return CacheFolder(paths.cache_dir())


def _name(base: str) -> str:
    """Where the population of `base`, as facts, assumptions and code are now, is kept below the cache."""
    return f"population/{base}-{input_digest(base)[:20]}"


def _table_file(base: str, name: str) -> str:
    return f"{_name(base)}/{name}.table"


def _find(base: str) -> CachedPopulation | None:
    """The population of `base` from where it is, or None; the leavings of killed processes go."""
    cache, name = _cache(), _name(base)
    cache.sweep()
    found = (_open(place / name) for place in cache.places())
    return next((population for population in found if population is not None), None)


def _open(folder: Path) -> CachedPopulation | None:
    """The population in `folder`, or None where it is missing or damaged; looked at once while no file changes."""
    files = _files(folder)
    try:
        return _checked(folder, stand(files))
    except OSError as error:
        # Without the first there is no population, though there may be tables of the same one in another place.
        if not isinstance(error, FileNotFoundError | NotADirectoryError) or Path(error.filename) != files[0]:
            say_unusable(folder, error)
        return None


def _files(folder: Path) -> list[Path]:
    return [folder / "meta.json", *(folder / f"{name}.npy" for name in _ARRAYS)]


@lru_cache(maxsize=2)
def _checked(folder: Path, stands: Stand) -> CachedPopulation | None:
    """None where it is damaged. Raises OSError."""
    try:
        meta = json.loads(unsealed((folder / "meta.json").read_bytes()))
        note = f"population/{folder.name}/checked-{hashlib.sha256(repr(stands).encode()).hexdigest()[:16]}"
        if _cache().read(note) is None:
            for name in _ARRAYS:
                with open(folder / f"{name}.npy", "rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != meta["sha256"][name]:
                        raise Damaged(file.name)
            _remember(folder, stands, note)
    except Damaged as error:
        say_unusable(folder, error)
        return None
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="c") for name in _ARRAYS}
    mean_months = np.array(meta["mean_months_away"], dtype=float)
    return CachedPopulation(**arrays, mean_months_away=mean_months, sha256=meta["sha256"])


def _remember(folder: Path, stands: Stand, note: str) -> None:
    """Notes that files that stand like this are sound, so that the next process need not read them."""
    youngest = max(changed for *_, changed, _ in stands) / 1e9
    time.sleep(min(max(youngest + _TICK - time.time(), 0.0), _TICK))  # later changes have a later time
    if stand(_files(folder)) == stands:
        with suppress(CacheError):  # then they are read by the next process, too
            _cache().keep(note, b"")


def _build(base: str, threads: int, progress: Callable[[float, str], None]) -> None:
    """Synthesises the population; the room is taken first, because it is known then whether there is one."""
    with _cache().room() as room:
        from urbsim.population.synthesis.build import build_population

        _keep(base, build_population(base, threads, progress), room, progress)


def _keep(base: str, full: FullPopulation, room: Room, progress: Callable[[float, str], None]) -> None:
    from urbsim.population.order import sampling_order

    progress(0.92, "sorting households by part")
    order = sampling_order(full.words, full.household_start, full.stratum)
    progress(0.95, "writing the population to the cache")
    made = room.new_folder("population")
    arrays = {
        "words": full.words,
        "household_start": full.household_start,
        "stratum": full.stratum,
        "order": order,
    }
    meta = {
        "sha256": {name: _write_array(made / f"{name}.npy", array) for name, array in arrays.items()},
        "mean_months_away": [12.0 * years for years in read_assumptions(base)["mean_years_away"]],
    }
    with writing(made / "meta.json") as file:
        file.write(sealed(json.dumps(meta).encode()))
    name = _name(base)
    target = room.place / name
    if target.exists() and _open(target) is None:
        room.take(name)
    try:
        room.put("population", name)
    except CacheError:  # unless another process was faster
        if _open(target) is None:
            raise
    forget_oldest((other for other in target.parent.glob(f"{base}-*") if other != target), _KEPT)
    progress(1.0, "population ready")


def _write_array(path: Path, array: np.ndarray) -> str:
    """Writes what `np.save` writes; returns its checksum, which is of the array, not of what came to the disk."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, np.lib.format.header_data_from_array_1_0(array))
    digest = hashlib.sha256()
    with writing(path) as file:
        for piece in (head.getbuffer(), array.data.cast("B")):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()
