"""The frozen protocol: what may be fitted, how far it is trusted, how forecasts are scored.

`python -m urbsim.fit.protocol` checks `calibration/protocol.yaml` against `protocol.sha256`; `--write` freezes it. The
digest file has a line for each version. A version that a fit in `calibration/fitted/` went by is frozen for good.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, Field, Strict, model_validator

from urbsim.errors import InputError, Problem
from urbsim.facts.register import sha256_of
from urbsim.files.strict_yaml import load
from urbsim.paths import calibration_dir
from urbsim.results import store
from urbsim.scenario.schema.base import Frozen, Name, Text
from urbsim.scenario.schema.behaviour import Behaviour
from urbsim.scenario.schema.complaints import complaint
from urbsim.scenario.validation import validate

FILE, DIGESTS = "protocol.yaml", "protocol.sha256"
_COMMAND = "python -m urbsim.fit.protocol"
_WHOLE = 1e-9  # guard: sums of weights, as floats

Date = Annotated[str, Field(pattern="^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
Positive = Annotated[float, Field(gt=0)]
Spread = Annotated[float, Field(ge=0)]


class Change(Frozen):
    """A version and why it was made."""

    version: Annotated[int, Field(ge=1)]
    """The version that the change made."""
    date: Date
    """When."""
    reason: Text
    """Why."""


class Observable(Frozen):
    """One kind of observation: how far the figure, and the model of it, may be off."""

    meaning: Text
    """What is counted, where and when."""
    unit: Literal["points", "million", "thousand", "log"]
    """Unit of value and errors; log: the natural logarithm, so that errors are shares."""
    role: Literal["target", "check"]
    """target: the fit looks at it; check: it is reported and never fitted."""
    error: Spread
    """Standard deviation of the published figure."""
    error_of: dict[Text, Spread] = Field({})
    """The same of single figures that are known better or worse."""
    error_fades_over: Positive | None = None
    """Distance over which the correlation of errors falls to 1/e, in years: of a series that was smoothed when it was
    revised, neighbours are off alike. Errors are independent without."""
    discrepancy: Spread
    """Standard deviation of what the model leaves out."""
    discrepancy_of: dict[Text, Spread] = Field({})
    """The same of single figures."""
    fades_over: Positive | None = None
    """Distance over which its correlation falls to 1/e: years, or age groups."""
    common: Annotated[float, Field(ge=0, lt=1)] | None = None
    """Correlation of any two of its figures; the other way to say how they hang together."""

    @model_validator(mode="after")
    def _one_correlation(self) -> Observable:
        if self.fades_over is not None and self.common is not None:
            raise complaint("order", "has either `fades_over` or `common`")
        if self.error == 0 and self.discrepancy == 0:
            raise complaint("sum", "needs an error or a discrepancy above 0")
        return self


class Variant(Frozen):
    """An account of behaviour and the weight it has before the fit."""

    weight: Annotated[float, Field(gt=0, le=1)]
    """Prior probability."""
    behaviour: Behaviour
    """Switches that differ from the first choices."""


class Budget(Frozen):
    """What a full fit may cost."""

    runs: Annotated[int, Field(ge=1)]
    """Replays of the decade."""
    scale: Annotated[float, Field(gt=0, le=1)]
    """Share of households."""
    minutes: Positive
    """Wall time."""
    cores: Annotated[int, Field(ge=1)]
    """On so many cores."""


def _sum_to_one(variants: dict[str, Variant]) -> dict[str, Variant]:
    total = sum(variant.weight for variant in variants.values())
    if abs(total - 1) > _WHOLE:
        raise complaint("sum", f"weights of variants add up to {total:g}, not 1")
    return variants


class Protocol(Frozen):
    """`calibration/protocol.yaml`."""

    name: Name
    """Short name."""
    version: Annotated[int, Field(ge=1)]
    """Number of the version in force."""
    date: Date
    """When this version was written."""
    changes: Annotated[tuple[Change, ...], Strict(False), Field(min_length=1)]
    """Every version with its reason, the first one first."""
    replay: Name
    """Scenario that is compared with the observations."""
    forecast: Name
    """Scenario whose first year goes on from the replay."""
    last_year: Annotated[int, Field(ge=2010, le=2020)]
    """No observation of a later year is a target."""
    structural_inputs: dict[Name, Text]
    """Tables of a later date that may stand behind a target, and what they say."""
    observables: Annotated[dict[Name, Observable], Field(min_length=1)]
    """Kinds of observations."""
    priors: Literal["calibration/parameters"]
    """Where the priors of parameters are."""
    variants: Annotated[dict[Name, Variant], Field(min_length=1), AfterValidator(_sum_to_one)]
    """Structural variants."""
    method: Text
    """How the posterior is found, in words."""
    budget: Budget
    """What a full fit may cost."""
    scores: dict[Name, Text]
    """How forecasts are scored."""
    rivals: dict[Name, Text]
    """Forecasts that need no model, scored beside it."""

    @model_validator(mode="after")
    def _versions_in_order(self) -> Protocol:
        versions = [change.version for change in self.changes]
        if versions != list(range(1, self.version + 1)):
            raise complaint(
                "order", f"changes must name versions 1 to {self.version}, each once and in order"
            )
        return self


class InForce(NamedTuple):
    """The protocol that reports name. digest: SHA-256 of the file."""

    name: str
    version: int
    digest: str


def load_protocol(path: Path | None = None) -> Protocol:
    """The protocol, read strictly. Raises InputError with every problem."""
    return validate(Protocol, load(path or calibration_dir() / FILE))


def protocol_in_force(folder: Path | None = None) -> InForce:
    """Name, version and digest of the protocol in force. folder: a calibration folder other than the installed one.

    Raises InputError where the file is wrong, or is not the one that was frozen.
    """
    folder = folder or calibration_dir()
    path = folder / FILE
    protocol, digest = load_protocol(path), sha256_of(path)
    if _frozen(folder).get(protocol.version) != digest:
        message = f"differs from version {protocol.version} as it was frozen"
        allowed = f"a new version with a reason, frozen by `{_COMMAND} --write`"
        raise InputError([Problem(message, file=str(path), allowed=allowed)])
    return InForce(protocol.name, protocol.version, digest)


def _frozen(folder: Path) -> dict[int, str]:
    """Version -> digest. Raises InputError where the file cannot be read."""
    path, found = folder / DIGESTS, {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except OSError as error:
        raise InputError([Problem(f"cannot be read: {error.strerror}", file=str(path))]) from None
    for number, line in enumerate(lines, start=1):
        digest, _, version = line.partition("  version ")
        if not version.isdigit():
            allowed = "SHA-256, two blanks, `version N`"
            raise InputError([Problem("is no frozen version", file=str(path), line=number, allowed=allowed)])
        found[int(version)] = digest
    return found


def freeze(folder: Path | None = None) -> InForce:
    """Writes the digest of the version in the file. Raises InputError where a fit went by another text of it."""
    folder = folder or calibration_dir()
    path = folder / FILE
    protocol, digest = load_protocol(path), sha256_of(path)
    known = _frozen(folder)
    if known.get(protocol.version, digest) != digest and protocol.version in _fitted_by(folder):
        message = f"version {protocol.version} is changed, and a fit went by it"
        allowed = f"version {protocol.version + 1}, with a reason under `changes`"
        raise InputError([Problem(message, file=str(path), key="version", allowed=allowed)])
    known[protocol.version] = digest
    with store.whole_file(folder / DIGESTS) as temporary:
        lines = (f"{text}  version {version}\n" for version, text in sorted(known.items()))
        temporary.write_text("".join(lines), encoding="utf-8")
    return InForce(protocol.name, protocol.version, digest)


def _fitted_by(folder: Path) -> set[int]:
    """Versions that the fit in `fitted/` names."""
    record = folder / "fitted" / "record.yaml"
    if not record.is_file():
        return set()
    stated: Any = load(record).value.get("protocol")
    return {stated["version"]} if isinstance(stated, dict) else set()


def main(arguments: list[str] | None = None) -> int:
    """Checks or freezes the protocol; returns the exit code."""
    parser = argparse.ArgumentParser(prog=_COMMAND, description=__doc__)
    parser.add_argument("--write", action="store_true", help="freeze the protocol as it stands")
    try:
        found = freeze() if parser.parse_args(arguments).write else protocol_in_force()
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{found.name} version {found.version}: {found.digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
