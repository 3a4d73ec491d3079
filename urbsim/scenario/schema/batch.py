"""A batch: scenarios, draws and seeds that are run together, and settings that are swept."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PrivateAttr,
    Strict,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from urbsim.errors import Problem, quoted
from urbsim.limits import LEAST_SEEDS, MAX_DRAWS, MIN_SCALE
from urbsim.scenario.schema.base import Bilingual, Count, Frozen, Name, Seed, Text
from urbsim.scenario.schema.complaints import complaint, once
from urbsim.scenario.schema.scenario import Scenario


class Interval(Frozen):
    """Values spread over an interval instead of a list: its ends, its middle, the middles of the halves, and so on."""

    from_: float = Field(alias="from")
    """Lower end, in the unit of the setting."""
    to: float
    """Upper end, in the unit of the setting."""
    samples: int = Field(ge=2, le=10_000, json_schema_extra={"unit": "runs"})
    """How many values are taken. More add to fewer; 3, 5, 9, 17 and so on are evenly apart."""

    @model_validator(mode="after")
    def _ordered(self) -> Interval:
        if self.to <= self.from_:
            raise complaint("order", "`to` must be greater than `from`")
        return self


def _list_or_interval(value: Any) -> str:
    return "interval" if isinstance(value, (dict, Interval)) else "list"


def _one_to_n(value: Any) -> Any:
    """`50` as the draws 1..50; a list stays a list."""
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_DRAWS:
        return tuple(range(1, value + 1))
    raise complaint("draws", f"must be a number of draws, from 1 to {MAX_DRAWS}, or a list of them")


Sweep = Annotated[
    Annotated[
        tuple[int | float | str, ...],
        Strict(False),
        Field(min_length=1),
        AfterValidator(once),
        Tag("list"),
    ]
    | Annotated[Interval, Tag("interval")],
    Discriminator(_list_or_interval),
]


class Batch(Frozen):
    """Scenarios x draws x seeds, run together."""

    name: Name
    """Short name, also of the folder of its results. Left out: the file's name without `.yaml`."""
    title: Bilingual | None = None
    """Heading in reports."""
    scale: float = Field(0.01, ge=MIN_SCALE, le=1, json_schema_extra={"unit": "share of the population"})
    """Share of households simulated."""
    scenarios: Annotated[tuple[Text, ...], Strict(False), Field(min_length=1)]
    """Names or paths of scenarios; a name is searched in the batch's own folder first."""
    draws: Annotated[
        tuple[Count, ...],
        Strict(False),
        Field(min_length=1),
        BeforeValidator(
            _one_to_n,
            json_schema_input_type=Annotated[int, Field(ge=1, le=MAX_DRAWS)]
            | Annotated[list[Count], Field(min_length=1)],
        ),
    ] = (0,)
    """Parameter draws: a number N for draws 1 to N, or a list; draw 0 is the central one."""
    seeds: Annotated[tuple[Seed, ...], Strict(False), Field(min_length=1)] = (1,)
    """Seeds: luck, and which households are sampled."""
    sweep: dict[str, Sweep] = Field({})
    """Settings varied on top of every scenario: path -> list of values, or an interval with `samples`.
    Every combination of values is run. A path names a lever (`group.lever.field`) or, after `conditions.` or
    `behaviour.`, a condition or an account of behaviour."""
    baseline: Text | None = None
    """The scenario the others are compared with; one of `scenarios`."""
    precision: dict[str, Annotated[float, Field(gt=0)]] = Field({})
    """Standard errors asked for: target -> percentage points of a rate, else the unit of the indicator. The batch adds
    seeds until the mean over seeds of every scenario, and its difference from the baseline, is as sure."""
    most_seeds: int = Field(100, ge=LEAST_SEEDS, le=10_000, json_schema_extra={"unit": "seeds"})
    """Seeds after which no more are added, though the precision is not reached."""

    _loaded: tuple[Scenario, ...] = PrivateAttr(default=())
    _notes: tuple[Problem, ...] = PrivateAttr(default=())

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What `load_batch` found to have another effect than it seems, without being wrong."""
        return self._notes

    @property
    def loaded(self) -> tuple[Scenario, ...]:
        """The scenarios themselves, as `load_batch` read them."""
        return self._loaded

    @field_validator("scenarios", "draws", "seeds")
    @classmethod
    def _items_once(cls, items: tuple[Any, ...]) -> tuple[Any, ...]:
        return once(items)

    @field_validator("most_seeds")
    @classmethod
    def _seeds_that_may_be_added(cls, most_seeds: int, info: ValidationInfo) -> int:
        if info.data.get("precision") == {}:
            raise complaint("order", "has no effect without `precision`")
        if most_seeds < len(info.data.get("seeds", ())):
            raise complaint("order", f"must be at least the {len(info.data['seeds'])} of `seeds`")
        return most_seeds

    @field_validator("baseline")
    @classmethod
    def _among_scenarios(cls, baseline: str | None, info: ValidationInfo) -> str | None:
        scenarios = info.data.get("scenarios")
        if baseline is not None and scenarios and baseline not in scenarios:
            message = f"{quoted(baseline)} is not one of the batch's scenarios"
            raise complaint("not_listed", message, choices=list(scenarios))
        return baseline
