"""What is known of each lever and each group of levers: the catalogue, and the sizes that scenarios give them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from urbsim.explain.answer import shown
from urbsim.explain.facts import parameters
from urbsim.facts import gazetteer
from urbsim.facts.register import Row, read_rows
from urbsim.levers.quota_areas import areas_of
from urbsim.paths import scenarios_dir
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.lever import Cost
from urbsim.scenario.measures import measures
from urbsim.scenario.schema import LandQuota, Levers
from urbsim.state.geography import load_places

_WHEN = {
    "capital": "once, building 建设支出",
    "once": "once 一次性支出",
    "running": "as long as it stands 经常性支出",
}


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
        yield f"not priced 未计价: {cost.en} ({cost.zh})"
        if cost.guide is not None:
            yield f"outside of the ledger 账外参考: {_amount(cost.guide)}"
        return
    for kind, name in cost._asdict().items():
        if name is not None:
            yield f"costs 单位成本 {_amount(name, ', ' + _WHEN[kind])}"


def land_of(key: str) -> Iterator[str]:
    """What a unit of a lever takes of a land quota; nothing where it takes no land."""
    if (land := CATALOGUE[key].land) is not None:
        yield f"takes of a land quota 占用建设用地指标 {_amount(land)}"


def delivery_of(key: str) -> str:
    """What the units of a lever join, by what they are spread, and whom they reach."""
    lever = CATALOGUE[key]
    joins = [f"joins {' and '.join(lever.stocks)}; goes by {lever.goes_by}"] if lever.stocks else []
    return "; ".join([*joins, f"gives {lever.gives or 'nothing to a person'}"])


def quota_by_place(key: str) -> Iterator[str]:
    """How a land quota of which the total alone is known is shared out to the prefectures (ODD equation F9)."""
    if key != "delivery.land_quota":
        return
    known = parameters()
    places = load_places(known["hours_rest_of_china"], known["local_road_hours"], known["station_hours"])
    shares = areas_of(LandQuota.model_validate({"hectares_in_all": 1, "by": "prefecture"}), places)
    each = ", ".join(
        f"{gazetteer.places()[code].short['en']} {gazetteer.places()[code].short['zh']} {share:.1%}"
        for code, share in zip(shares.codes, shares.share, strict=True)
    )
    yield f"where `by` is prefecture or county and no place is named, by dwellers of towns 按城镇常住人口分解: {each}"


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
