"""What `summary.json` and `run.yaml` of a run folder may hold: one model per file, by which they are read.

Keys that are not listed here are let through, so that later versions may add some.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, Strict

from urbsim.scenario.schema import (
    DIGEST_PATTERN,
    Bilingual,
    Count,
    Frozen,
    Month,
    PlaceCode,
    Scenario,
    Seed,
    SweptName,
    Text,
)

Digest = Annotated[str, Field(pattern=DIGEST_PATTERN)]
FileName = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
Draw = Annotated[int, Field(ge=0, le=2**32 - 1)]
Scale = Annotated[float, Field(gt=0, le=1, json_schema_extra={"unit": "share of households"})]
Seconds = Annotated[float, Field(ge=0, le=1e9, json_schema_extra={"unit": "seconds"})]
Bytes = Annotated[int, Field(ge=0, le=10**15, json_schema_extra={"unit": "bytes"})]
Yuan = Annotated[int, Field(ge=0, le=10**15, json_schema_extra={"unit": "yuan"})]
Persons = Annotated[float, Field(ge=0, le=1e9, json_schema_extra={"unit": "persons"})]
Share = Annotated[float, Field(ge=0, le=1, json_schema_extra={"unit": "share"})]


class Stored(Frozen):
    """The policy for files that a run writes: as strict as for scenarios, except that unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore")


class Judged(Stored):
    """One target and what the run says of it."""

    id: Text
    """Short id, such as T1."""
    indicator: Text
    """The official indicator it reads."""
    place: PlaceCode
    """Province, prefecture or county."""
    from_: Month = Field(alias="from")
    """First month read."""
    to: Month
    """Last month read."""
    aggregate: Literal["last", "sum"]
    """The value of the last month, or the sum of all."""
    operator: Literal[">=", "<="]
    """Which side of the threshold meets the target."""
    threshold: float
    """The strict threshold, in the unit of the indicator."""
    tolerance: float = Field(ge=0)
    """How far from the threshold still counts as met, in the unit of the indicator."""
    value: float | None
    """What the run gives, in the unit of the indicator; null where it lacks the months or the indicator."""
    met: bool | None
    """Whether the target is met, the tolerance granted."""
    met_strict: bool | None
    """Whether it is met without."""


class Money(Stored):
    """Public spending on what the levers deliver, over the whole run: twice divided, each time into two."""

    all: Yuan
    """Everything."""
    capital: Yuan
    """Building."""
    running: Yuan
    """Current spending."""
    committed: Yuan
    """On what was decided before the plan."""
    additional: Yuan
    """On what the scenario adds."""


class Priced(Stored):
    """Of what one more is priced against another run (ODD equation F5), in the province."""

    urban_population: Persons
    """Residents of towns at the end of the run."""
    new_urban_jobs: float
    """New urban jobs over the run."""


class Summary(Stored):
    """`summary.json`."""

    scenario: Text
    """Name of the scenario."""
    draw: Draw
    """Parameter draw."""
    seed: Seed
    """Luck and sample."""
    scale: Scale
    """Share of households simulated."""
    persons: Annotated[int, Field(ge=0, le=10**9)]
    """Sampled persons on census night and after."""
    months: Annotated[int, Field(ge=0, le=1200)]
    """Months simulated."""
    wall_seconds: Seconds
    """How long the run took."""
    peak_bytes: Bytes
    """The most memory it took."""
    fingerprint: Digest
    """sha256 of every count of the run."""
    input_digest: Digest
    """sha256 of all that the run follows from."""
    targets: Annotated[tuple[Judged, ...], Strict(False)]
    """The targets of the scenario."""
    fiscal_cost_yuan: Money | None = None
    """What the levers cost; null in a run of a version before prices."""
    priced: Priced | None = None
    """What that money is set against; null in a run of a version before."""
    not_delivered: dict[Text, float] = Field(default_factory=dict)
    """Additional doses that were not carried out as planned: lever -> units that did not come in the run."""
    files: dict[FileName, Digest]
    """File -> sha256 of every file of the folder; for summary.json of what it holds besides."""


class StoredDigests(Stored):
    """`digests` in run.yaml (`urbsim.results.digests`)."""

    scenario: Digest
    """Of all that the scenario's results follow from; names and titles aside."""
    parameters: Digest
    """Of the parameters of the draw."""
    facts: Digest
    """Of every fact a run may read."""
    code: Digest
    """Of the program."""
    libraries: Digest
    """Of the series of the libraries that may change results."""


class Coverage(Stored):
    """Share of first posts after school that the count of new urban jobs records (ODD equation L7)."""

    used: Share
    """What the run used."""
    low: Share
    """5% of what is believed."""
    central: Share
    """50% of what is believed."""
    high: Share
    """95% of what is believed."""


class Statuses(Stored):
    """Parameters by what is known of them."""

    sourced: Count
    """From a source."""
    fitted: Count
    """Fitted."""
    assumed: Count
    """Assumed."""


class StoredProtocol(Stored):
    """The protocol that a fit went by."""

    name: Text
    """Its name."""
    version: Annotated[int, Field(ge=1)]
    """Its version."""
    digest: Digest
    """Of the file."""


class FitStamp(Stored):
    """Whether the run goes by the fit (`urbsim.results.fit_stamp`)."""

    status: Literal["priors", "fitted", "off the fit"]
    """Where its numbers come from."""
    protocol: StoredProtocol | None = None
    """Of the fit, if there is one."""
    variant: Text | None = None
    """Structural variant of the draw."""
    prior_draw: Draw | None = None
    """The draw from the priors that what is not fitted is taken from."""
    why: Annotated[tuple[Text, ...], Strict(False)] = ()
    """What puts it off the fit."""


class StoredScenario(Scenario):
    """A scenario as a run stores it: in a batch its name says which settings were swept."""

    name: SweptName
    """Name of the scenario; of a swept one `NAME@path=value`."""


class RunRecord(Stored):
    """`run.yaml`."""

    scenario: StoredScenario
    """The scenario with all it inherits."""
    draw: Draw
    """As in summary.json."""
    seed: Seed
    """As in summary.json."""
    scale: Scale
    """As in summary.json."""
    weight: Annotated[float, Field(ge=1, le=1e9)]
    """Persons that one sampled person stands for."""
    versions: dict[Text, Text]
    """Program -> version."""
    wall_seconds: Seconds
    """As in summary.json."""
    peak_bytes: Bytes
    """As in summary.json."""
    input_digest: Digest
    """As in summary.json."""
    fingerprint: Digest
    """As in summary.json."""
    digests: StoredDigests
    """What the run follows from, each on its own."""
    population: dict[Text, Digest]
    """Array or table of the base population that the run used -> sha256."""
    parameters_by_status: Statuses
    """How many parameters are sourced, fitted and assumed."""
    fit: FitStamp = FitStamp(status="priors")
    """Whether the run goes by the fit."""
    t2_coverage: Coverage
    """Coverage of the count of new urban jobs, used and believed."""
    conditions: Text | Bilingual
    """What the verdicts are conditional on: a key word of the report, or a text."""
    tables_digest: Digest
    """sha256 of movers and of who was reached, in sampled persons."""
