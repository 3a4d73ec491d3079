"""The synthesised population on disk: built once for given facts, assumptions and code, then
memory-mapped.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from urbsim import paths
from urbsim.facts.censuses import BASES
from urbsim.facts.synthesis_inputs import facts_dir, parameter_files, read_assumptions

if TYPE_CHECKING:
    from urbsim.population.synthesis.build import FullPopulation

_ARRAYS = ("words", "household_start", "stratum", "order")
_CODE = (  # below the package
    "compute/randomness.py",
    "facts/census_2010.py",
    "facts/census_2020.py",
    "facts/censuses.py",
    "facts/synthesis_inputs.py",
    "population/cache.py",
    "population/order.py",
    "population/synthesis/build.py",
    "population/synthesis/kernels.py",
    "population/synthesis/tables.py",
)
_KEPT = 2  # older caches left on disk


@dataclass(frozen=True)
class CachedPopulation:
    """The full population, memory-mapped: words (N,) uint64, household_start (H+1,) uint32, stratum (H,)
    uint8, order (H,) uint32 household ids sorted by stratum; mean_months_away of people counted away."""

    words: np.ndarray
    household_start: np.ndarray
    stratum: np.ndarray
    order: np.ndarray
    mean_months_away: float


def input_digest(base: str = "census_2020") -> str:
    """Checksum of what the population of `base` depends on: facts, assumptions, code, versions of NumPy and numba."""
    package = Path(__file__).resolve().parents[1]
    files = [facts_dir() / name for name in BASES[base].files]
    files += [*parameter_files(base), *(package / name for name in _CODE)]
    return _checksum(_stand(files))


def _stand(files: Iterable[Path]) -> tuple[tuple[Path, int, int, int], ...]:
    """How files stand on disk: as long as that is the same, what they say is the same."""
    found = ((file, file.stat()) for file in files)
    return tuple((file, stat.st_mtime_ns, stat.st_size, stat.st_ino) for file, stat in found)


@lru_cache(maxsize=4)
def _checksum(stand: tuple[tuple[Path, int, int, int], ...]) -> str:
    """Checksum of files and of the versions of NumPy and numba: files are read when they change, not in every run."""
    import numba

    digest = hashlib.sha256()
    for file, *_ in stand:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    digest.update(f"{np.__version__} {numba.__version__}".encode())
    return digest.hexdigest()


def open_population(
    base: str = "census_2020", threads: int = 1, progress: Callable[[float, str], None] | None = None
) -> CachedPopulation:
    """The cached population of `base`; builds it where it is missing, damaged or out of date.

    Two processes may build at once: each writes a folder of its own and the first to finish is kept. Raises
    ValueError for an unknown base.
    """
    if base not in BASES:
        raise ValueError(f"unknown base {base!r}; there is {', '.join(BASES)}")
    folder = population_folder(base)
    cached = _open(folder)
    if cached is None:
        _build(base, folder, threads, progress or (lambda fraction, text: None))
        cached = _open(folder)
        if cached is None:
            raise OSError(f"the population written to {folder} cannot be read back")
    return cached


def population_folder(base: str) -> Path:
    """Where the population of `base`, as facts, assumptions and code are now, is kept."""
    return paths.cache_dir() / "population" / f"{base}-{input_digest(base)[:20]}"


def is_built(base: str) -> bool:
    """Whether the population of `base` can be opened without building it."""
    return _open(population_folder(base)) is not None


def keep(base: str, full: FullPopulation) -> None:
    """Puts a population in the place of the one of `base`."""
    _keep(base, population_folder(base), full, lambda fraction, text: None)


def _probe(words: np.ndarray, start: np.ndarray, order: np.ndarray) -> str:
    """Checksum of some thousand evenly spaced entries: cheap enough for every start of the program."""
    digest = hashlib.sha256()
    for array in (words, start, order):
        rows = np.linspace(0, len(array) - 1, 1024).astype(np.int64)
        digest.update(np.ascontiguousarray(array[rows]).tobytes())
    return digest.hexdigest()


def _open(folder: Path) -> CachedPopulation | None:
    """The population in `folder`, or None where it is missing or damaged; probed once as long as no file changes."""
    try:
        stand = _stand([folder / "meta.json", *(folder / f"{name}.npy" for name in _ARRAYS)])
    except OSError:
        return None
    return _probed(folder, stand)


@lru_cache(maxsize=2)
def _probed(folder: Path, stand: tuple[tuple[Path, int, int, int], ...]) -> CachedPopulation | None:
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="c") for name in _ARRAYS}
        sound = all(
            (folder / f"{name}.npy").stat().st_size == meta["bytes"][name] for name in _ARRAYS
        ) and meta["probe"] == _probe(arrays["words"], arrays["household_start"], arrays["order"])
    except (OSError, ValueError, KeyError, IndexError):
        return None
    return CachedPopulation(**arrays, mean_months_away=meta["mean_months_away"]) if sound else None


def _build(base: str, folder: Path, threads: int, progress: Callable[[float, str], None]) -> None:
    """Synthesises the population into a temporary folder and moves it to its place."""
    from urbsim.population.synthesis.build import build_population

    _keep(base, folder, build_population(base, threads, progress), progress)


def _keep(base: str, folder: Path, full: FullPopulation, progress: Callable[[float, str], None]) -> None:
    from urbsim.population.order import sampling_order

    progress(0.92, "sorting households by part")
    order = sampling_order(full.words, full.household_start, full.stratum)
    folder.parent.mkdir(parents=True, exist_ok=True)
    own = Path(tempfile.mkdtemp(prefix="building-", dir=folder.parent))
    try:
        progress(0.95, "writing the population to the cache")
        arrays = {
            "words": full.words,
            "household_start": full.household_start,
            "stratum": full.stratum,
            "order": order,
        }
        for name, array in arrays.items():
            np.save(own / f"{name}.npy", array)
        meta = {
            "bytes": {name: (own / f"{name}.npy").stat().st_size for name in _ARRAYS},
            "probe": _probe(full.words, full.household_start, order),
            "mean_months_away": 12.0 * read_assumptions(base)["mean_years_away"],
        }
        (own / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
        if folder.exists() and _open(folder) is None:  # damaged: out of the way, in one step
            os.replace(folder, own.with_name(own.name.replace("building-", "damaged-")))
        try:
            os.replace(own, folder)
        except OSError:
            if _open(folder) is None:
                raise
    finally:
        shutil.rmtree(own, ignore_errors=True)
        for damaged in folder.parent.glob("damaged-*"):
            shutil.rmtree(damaged, ignore_errors=True)
    _forget_old(folder)
    progress(1.0, "population ready")


def _forget_old(folder: Path) -> None:
    """Deletes caches of earlier facts or code, save the latest few."""
    base = folder.name.rsplit("-", 1)[0]
    others = [f for f in folder.parent.glob(f"{base}-*") if f != folder]
    others.sort(key=lambda f: f.stat().st_mtime, reverse=True)
    for old in others[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
