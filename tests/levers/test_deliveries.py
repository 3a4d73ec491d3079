"""The record of what levers bring: it adds up to the doses, attribution has the same, and a run keeps and writes it."""

from __future__ import annotations

import pickle
from copy import deepcopy
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from urbsim.calendar import month_end, month_number
from urbsim.levers.apply import SPREADS, STOCKS
from urbsim.levers.attribution import Attribution, Pool, Units
from urbsim.levers.delivery import Deliveries, Delivery
from urbsim.results import deliveries, store
from urbsim.results.run_folder import write_run
from urbsim.scenario.catalogue import DOSES, setting
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Dose, Levers
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.runner import RunSpec, run
from urbsim.simulation.world import World
from urbsim.state.geography import load_places

SCALE, MONTHS = 0.002, 15  # to January 2022: three months of every dose of the plan
NO_PLAN, PLAN = load_scenario("no_plan"), load_scenario("baseline")
FIRST = month_number("2020-11")


def test_every_lever_goes_to_stocks_and_by_rules_that_there_are():
    assert {stock for lever in DOSES for stock in lever.stocks} <= set(STOCKS)
    assert {lever.spread for lever in DOSES} <= set(SPREADS)
    assert all(STOCKS[stock].take_back for lever in DOSES if lever.ends for stock in lever.stocks)


def everything() -> Levers:
    """A dose of every lever, one of them from long before the run to its middle."""
    groups: dict[str, dict[str, Dose]] = {}
    for k, lever in enumerate(DOSES):
        months = {"from": "2015-11", "to": "2021-06"} if k == 1 else {"from": "2020-12", "to": "2022-02"}
        group, name = lever.key.split(".")
        groups.setdefault(group, {})[name] = Dose.model_validate({"total": 12_345.0 * (k + 1), **months})
    return Levers(**{group: type(getattr(Levers(), group))(**doses) for group, doses in groups.items()})


@pytest.fixture(scope="module")
def seen() -> tuple[World, list[tuple[str, np.ndarray, int | None]]]:
    """The world after a strict run with every lever, and what attribution was told of."""
    told: list[tuple[str, np.ndarray, int | None]] = []
    usual = Attribution.deliver

    def deliver(self: Attribution, lever: str, units: np.ndarray, stage: int | None) -> None:
        told.append((lever, units.copy(), stage))
        usual(self, lever, units, stage)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Attribution, "deliver", deliver)
        world = build_world(NO_PLAN.model_copy(update={"levers": everything()}), SCALE, threads=2)
        model = UrbanisationModel(world=world, strict=True)
        model.run_months(MONTHS)
    model.release()
    return world, told


def due(dose: Dose, last: int) -> float:
    """Full units of a dose that are due in the months of the run."""
    first, end = month_number(dose.from_), month_number(dose.to)
    inside = min(end, last) - max(first, FIRST) + 1
    return dose.total * inside / (end - first + 1)


def test_deliveries_add_up_to_the_doses(seen: tuple[World, Any]):
    """To half a unit of the run for every stock, to one where the dose began before it; less where there is no room."""
    world, _ = seen
    found = 0
    for (part, levers), lever in product(
        (("committed", world.committed), ("additional", world.levers)), DOSES
    ):
        dose = setting(levers, lever.key)
        if dose is None:
            assert not any((each.lever, each.part) == (lever.key, part) for each in world.deliveries)
            continue
        sizes = [STOCKS[stock].size for stock in lever.stocks]
        for stock, size in zip(lever.stocks, sizes, strict=True):
            mine = [
                each
                for each in world.deliveries
                if (each.lever, each.part, each.stock) == (lever.key, part, stock)
            ]
            units = sum(int(each.units.sum()) for each in mine)
            here = STOCKS[stock]
            scale = 1.0 if here.whole else SCALE
            off = abs(units - due(dose, world.month) * size / sum(sizes) * scale)
            full = here.room is not None and not here.room(world).any()
            most = 0.5 if month_number(dose.from_) >= FIRST else 1.0
            assert full or off <= most + 1e-9, (lever.key, part, stock)
            months = [each.month for each in mine]
            assert months == sorted(set(months)) and units > 0
            assert FIRST <= months[0] and months[-1] <= min(month_number(dose.to), world.month)
            found += len(mine)
    assert found == len(world.deliveries)
    for each in world.deliveries:
        assert each.units.shape == (111,) and each.units.dtype == np.int64
        assert each.units.min() >= 0 and each.units.any()


def test_attribution_has_the_additional_ones(seen: tuple[World, Any]):
    world, told = seen
    added = [
        (each.lever, each.units, STOCKS[each.stock].stage)
        for each in world.deliveries
        if each.part == "additional"
    ]
    assert len(told) == len(added)
    for mine, theirs in zip(told, added, strict=True):
        assert mine[0] == theirs[0] and np.array_equal(mine[1], theirs[1]) and mine[2] == theirs[2]
    for lever, units in world.attribution.units.items():
        brought = sum(
            each.units for each in world.deliveries if (each.lever, each.part) == (lever, "additional")
        )
        if lever == "employment.training":
            assert not units.number.any()  # courses lapse with their month
        else:
            assert np.array_equal(units.number.reshape(111, -1).sum(axis=1), brought), lever


def test_no_plan_is_the_committed_part_of_the_plan():
    spec = load_scenario("baseline").model_copy(update={"until": "2022-01"})
    plan, none = (
        run(RunSpec(each, SCALE, threads=2)) for each in (spec, spec.model_copy(update={"levers": Levers()}))
    )
    assert {each.part for each in none.deliveries} == {"committed"}

    def committed(records: tuple[Delivery, ...]) -> dict[tuple[str, str, int], int]:
        of_part = [each for each in records if each.part == "committed"]
        return {(each.lever, each.stock, each.month): int(each.units.sum()) for each in of_part}

    assert committed(plan.deliveries) == committed(none.deliveries)


def test_a_run_keeps_and_writes_its_deliveries(tmp_path: Path):
    result = run(RunSpec(PLAN.model_copy(update={"until": "2022-01"}), SCALE, threads=2))
    again = pickle.loads(pickle.dumps(result.deliveries))
    assert [each.lever for each in again] == [each.lever for each in result.deliveries]
    write_run(result, tmp_path)
    folder = result.folder
    assert folder is not None
    table = pq.read_table(folder / "deliveries.parquet")
    assert table.column_names == ["lever", "part", "stock", "month", "place", "units", "sampled_units"]
    types = {name: str(kind) for name, kind in zip(table.column_names, table.schema.types, strict=True)}
    assert (
        types["month"] == "date32[day]" and types["units"] == "double" and types["sampled_units"] == "int64"
    )
    assert {types[name] for name in ("lever", "part", "stock", "place")} <= {"string", "large_string"}
    rows = table.to_pylist()
    assert len(rows) == sum(np.count_nonzero(each.units) for each in result.deliveries)
    first = result.deliveries[0]
    county = int(np.flatnonzero(first.units)[0])
    assert rows[0] == {
        "lever": first.lever, "part": first.part, "stock": first.stock, "month": month_end(first.month),
        "place": result.observer.places.code[county], "units": first.units[county] / SCALE,
        "sampled_units": first.units[county],
    }  # fmt: skip
    keys = {(row["lever"], row["part"], row["stock"], row["month"], row["place"]) for row in rows}
    assert len(keys) == len(rows)


def test_a_table_without_deliveries_has_the_same_columns(tmp_path: Path):
    places = load_places(12.0, 0.5, 1.0)
    some = Delivery(
        "employment.training", "additional", "training courses of the month", 1450, np.eye(111, dtype=int)[3]
    )
    schemas = []
    for records in ((some,), ()):
        store.write_columns(deliveries.arrow(records, places, 100.0), tmp_path / "t.parquet")
        schemas.append(pq.read_schema(tmp_path / "t.parquet"))
    assert schemas[0] == schemas[1] and not any(pa.types.is_null(kind) for kind in schemas[1].types)


# Two levers that fill one stock


class _World:
    """As much of a world as sharing out asks for: persons who are their own ids, and keys."""

    month = 1450
    people = SimpleNamespace(identity_rows=10_000, ids=np.empty(0, np.uint64))

    def key(self, name: str) -> np.uint64:
        return np.uint64(len(name) * 12345)


def test_levers_that_fill_one_stock_share_those_who_are_served():
    """Of 1,000 free units one lever has 300, another 500: as many of 400 served in proportion, and nobody twice."""
    notes, served = Attribution(), np.arange(400)
    notes.units = {"a lever": Units(np.array([300])), "another lever": Units(np.array([500]))}
    pool = Pool(
        ("a lever", "no lever", "another lever"),
        np.array([1000]),
        lambda units: np.ones(units.rows.size, bool),
    )
    world: Any = _World()
    notes.hand_out(world, pool, served, np.zeros(400, int))
    mine, others = notes.units["a lever"].rows, notes.units["another lever"].rows
    assert not np.intersect1d(mine, others).size
    assert abs(mine.size - 120) < 30 and abs(others.size - 200) < 40


def test_those_who_cannot_have_lost_a_unit_need_not_be_asked():
    """Served twice with fewer units left, whether holders are asked in between or not."""
    all_hold = lambda units: np.ones(units.rows.size, bool)  # noqa: E731
    found = []
    for in_between in (all_hold, None):
        notes, world = Attribution(), cast(Any, _World())
        notes.units = {"a lever": Units(np.array([60, 40]))}
        cells = np.arange(300) % 2
        notes.hand_out(world, Pool(("a lever",), np.array([100, 100]), all_hold), np.arange(300), cells)
        notes.hand_out(world, Pool(("a lever",), np.array([70, 50]), in_between), np.arange(300, 600), cells)
        found.append(notes.units["a lever"].rows.tolist())
    assert found[0] == found[1]
    assert 60 < len(found[0]) <= 100


def test_what_came_is_the_sum_of_what_was_taken_down():
    """By lever, part and stock; of a copy that goes on by itself the first one knows nothing."""
    dice, record = np.random.default_rng(3), Deliveries()
    kinds = list(product(("a", "b"), ("committed", "additional"), ("x", "y")))
    for month in range(60):
        lever, part, stock = kinds[dice.integers(len(kinds))]
        record.take_down(Delivery(lever, part, stock, month, dice.integers(-5, 9, 111)))
        if month == 30:
            copy = deepcopy(record)
    for lever, part, stock in kinds:
        for one, last in ((record, 60), (copy, 31)):
            of_kind = [
                each.units
                for each in record
                if (each.lever, each.part, each.stock) == (lever, part, stock) and each.month < last
            ]
            found = one.brought(lever, part, stock)
            assert np.array_equal(np.zeros(111) if found is None else found, sum(of_kind, np.zeros(111)))
    assert record.brought("c", "committed", "x") is None
    assert len(list(record)) == 60 and len(list(copy)) == 31
