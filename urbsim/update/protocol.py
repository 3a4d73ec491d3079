"""How far a published figure, and the model of it, may be off: `observables` of `calibration/protocol.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from urbsim.errors import InputError, Problem
from urbsim.facts.register import sha256_of
from urbsim.files.strict_yaml import load
from urbsim.paths import calibration_dir
from urbsim.scenario.validation import validate

FILE = "protocol.yaml"
Spread = Annotated[float, Field(ge=0)]


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Observable(_Read):
    """One kind of observation. error, discrepancy: sd of the published figure, and of what the model leaves out.

    error_of, discrepancy_of: those of single figures; fades_over: years over which the correlation of discrepancies
    falls to 1/e; common: or the correlation itself.
    """

    unit: Literal["points", "million", "thousand", "log"]
    error: Spread
    error_of: dict[str, Spread] = {}
    discrepancy: Spread
    discrepancy_of: dict[str, Spread] = {}
    fades_over: Annotated[float, Field(gt=0)] | None = None
    common: Annotated[float, Field(ge=0, lt=1)] | None = None


class Protocol(_Read):
    """What an update needs of the protocol. last_year: the last that a fit has looked at."""

    name: str
    version: int
    last_year: int
    observables: dict[str, Observable]


class InForce(NamedTuple):
    """The protocol that reports name. digest: SHA-256 of the file."""

    name: str
    version: int
    digest: str


def load_protocol(path: Path | None = None) -> Protocol:
    """The protocol. Raises InputError where there is none, or it is wrong."""
    path = path or calibration_dir() / FILE
    if not path.is_file():
        raise InputError([Problem("is missing: it states the errors of published figures", file=str(path))])
    return validate(Protocol, load(path))


def protocol_in_force(folder: Path | None = None) -> InForce:
    """Name, version and digest of the protocol. folder: a calibration folder other than the installed one."""
    path = (folder or calibration_dir()) / FILE
    found = load_protocol(path)
    return InForce(found.name, found.version, sha256_of(path))
