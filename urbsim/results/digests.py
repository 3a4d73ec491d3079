"""What a run follows from, as checksums: its scenario, parameters, facts, code and libraries, each on its own.

Runs that are set side by side are compared by them; the input digest puts them together with scale and seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from urbsim.paths import calibration_dir

if TYPE_CHECKING:
    from urbsim.facts.parameters import Parameters
    from urbsim.scenario.schema import Scenario

SERIES = ("numpy", "mesa")
"""Libraries whose series may change results."""


READERS = (
    "batch/",
    "cli",
    "compare/",
    "emulator/",
    "explain",
    "explore/",
    "fit/",
    "report/",
    "seek/",
    "shares/",
    "skill/",
    "tables/",
    "trace/",
    "update/",
    "verify/",
    "_shipped/",
)
"""How files of the package begin that only read or order results, or that are no code."""


class Digests(TypedDict):
    """`digests` in run.yaml, sha256 each. parameters: of the draw; libraries: of the series of numpy and Mesa."""

    scenario: str
    parameters: str
    facts: str
    code: str
    libraries: str


def digests_of(scenario: Scenario, parameters: Parameters) -> Digests:
    """The digests of a run of this scenario and draw by the program as it is installed."""
    return Digests(
        scenario=scenario.digest(),
        parameters=parameters.digest,
        facts=facts_digest(),
        code=code_digest(),
        libraries=libraries_digest(),
    )


def input_digest(digests: Digests, scale: float, seed: int) -> str:
    """sha256 over all that results follow from; draw and census night are in the digests."""
    return _sha256(
        "\n".join([*(f"{name}={value}" for name, value in digests.items()), repr(float(scale)), str(seed)])
    )


@lru_cache(maxsize=1)
def code_digest() -> str:
    """sha256 over the source of everything that can change a result: all but twins and `READERS`."""
    return _sha256_of_files(code_files())


def code_files() -> dict[str, Path]:
    """The files that `code_digest` is of, by their names below the package."""
    package = Path(__file__).resolve().parents[1]
    found = {}
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        twin = path.stem == "plain" or path.parent.name == "plain"
        if not (twin or name.startswith(READERS)):
            found[name] = path
    return found


@lru_cache(maxsize=1)
def facts_digest() -> str:
    """sha256 over every fact a run may read: the observations of `calibration/` (its tables serve reports)."""
    return _sha256_of_files(facts_files())


def facts_files() -> dict[str, Path]:
    """The files that `facts_digest` is of, by name."""
    return {path.name: path for path in sorted((calibration_dir() / "observations").glob("*.csv"))}


@lru_cache(maxsize=1)
def libraries_digest() -> str:
    """sha256 over the series of the libraries of `SERIES`."""
    return _sha256("\n".join(f"{name} {series}" for name, series in library_series().items()))


def library_series() -> dict[str, str]:
    """The series that is installed, such as 2.4, of each library of `SERIES`."""
    return {name: ".".join(metadata.version(name).split(".")[:2]) for name in SERIES}


def _sha256_of_files(files: Mapping[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in files.items():
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
