"""What is known of each lever and each group of levers: the catalogue, and the sizes that scenarios give them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from urbsim.explain.answer import shown
from urbsim.explain.facts import parameters
from urbsim.facts.register import Row, read_rows
from urbsim.paths import scenarios_dir
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.lever import Cost
from urbsim.scenario.measures import measures
from urbsim.scenario.schema import Levers

_WHEN = {"capital": "once, building", "once": "once", "running": "as long as it stands"}


@dataclass(frozen=True)
class LeverFacts:
    """A lever, or a group of them.

    key: `group.lever`, or `group`; name: {"en", "zh"}; meaning: in a sentence; measures: of the plan, by id; sizes:
    the rows of doses.csv about it, those of its own fields (`group.lever.field`) included; unit: of the
    dose, empty for a rule or an office.
    """

    key: str
    name: dict[str, str]
    meaning: str
    measures: tuple[str, ...]
    sizes: tuple[Row, ...] = ()

    unit: str = ""


@cache
def levers() -> dict[str, LeverFacts]:
    """Every lever by its key, in the order of the catalogue."""
    sizes = read_rows(scenarios_dir() / "doses.csv")
    return {
        key: LeverFacts(
            key,
            {"en": lever.en, "zh": lever.zh},
            lever.meaning,
            lever.measures,
            tuple(row for row in sizes if f"{row['lever']}.".startswith(f"{key}.")),
            "" if lever.unit is None else lever.unit.en,
        )
        for key, lever in CATALOGUE.items()
    }


@cache
def groups() -> dict[str, LeverFacts]:
    """Every group of levers by its key."""
    return {
        group: LeverFacts(group, {}, " ".join((field.description or "").split()), _measures_of(group))
        for group, field in Levers.model_fields.items()
    }


def price_of(key: str) -> Iterator[str]:
    """What a unit of a lever costs, a line for each kind of money, or why it has no price."""
    cost = CATALOGUE[key].cost
    if cost is None:
        return
    if not isinstance(cost, Cost):
        yield f"not priced: {cost.en} ({cost.zh})"
        if cost.guide is not None:
            yield f"outside of the ledger 账外参考: {_amount(cost.guide)}"
        return
    for kind, name in cost._asdict().items():
        if name is not None:
            yield f"costs {_amount(name, ', ' + _WHEN[kind])}"


def land_of(key: str) -> Iterator[str]:
    """What a unit of a lever takes of a land quota; nothing where it takes no land."""
    if (land := CATALOGUE[key].land) is not None:
        yield f"takes of a land quota 占用建设用地指标 {_amount(land)}"


def _amount(name: str, when: str = "") -> str:
    spec = parameters().info[name]
    low, high = spec.interval or (spec.start, spec.start)
    return f"{shown(spec.start)} {spec.unit}{when} ({shown(low)} to {shown(high)}; {spec.status}: {name})"


def _measures_of(group: str) -> tuple[str, ...]:
    """Measures that the levers of a group serve, in the order of the plan."""
    served = {
        id_ for key, lever in CATALOGUE.items() if key.startswith(f"{group}.") for id_ in lever.measures
    }
    return tuple(id_ for id_ in measures() if id_ in served)
