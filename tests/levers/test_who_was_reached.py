"""Who holds a lever's own units, what became of people, and that the record of it changes nothing (ODD W1-W3)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from worlds import COUNTY, NOW, OTHER_TOWN, TOWN, people_of, rows

from urbsim.compute.members import households
from urbsim.compute.plain.members import households as by_passes
from urbsim.levers.attribution import Attribution, Units
from urbsim.results import reached as touched
from urbsim.results import store
from urbsim.results.reached import Table
from urbsim.scenario.catalogue import CATALOGUE, setting
from urbsim.scenario.lever import PERSONS
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Dose, EmploymentLevers, HousingLevers, Levers, SchoolingLevers
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.world import World
from urbsim.state.codes import DEAD, N_COUNTIES
from urbsim.state.holdings import PUBLIC_RENTAL, TRAINED
from urbsim.state.outcomes import BIT, CODES, GIVES, sampled

SCALE = 0.002
NO_PLAN, PLAN = load_scenario("no_plan"), load_scenario("baseline")
NANNING = "450102"


def run(
    levers: Levers, months: int, threads: int = 2, chunk: int | None = None, scale: float = SCALE
) -> tuple[Table, World, UrbanisationModel]:
    """A run of so many months: the record, the world at its end, the model."""
    world = build_world(
        NO_PLAN.model_copy(update={"levers": levers}), scale=scale, threads=threads, chunk=chunk
    )
    model = UrbanisationModel(world=world)
    model.run_months(months)
    record = touched.table(world)
    model.release()
    return record, world, model


def outcomes(record: Table) -> dict[int, int]:
    """Person -> what became of them."""
    return dict(zip(record.person.tolist(), record.outcome.tolist(), strict=True))


def only(one: Table, other: Table, thing: str) -> set[int]:
    """Persons who got the thing in one run and not in the other."""
    here, there = outcomes(one), outcomes(other)
    return {person for person, bits in here.items() if bits & ~there.get(person, 0) & BIT[thing]}


def reached(record: Table, lever: str) -> set[int]:
    return set(record.person[record.lever == CODES[lever]].tolist())


# Whose unit it is


def test_a_unit_is_held_as_long_as_anybody_of_the_household_holds_it():
    units = Units(np.array([2, 1]))
    units.give(np.array([10, 11, 12, 20]), np.array([0, 0, 1, 0]), np.array([0, 1, 2, 1]))
    units.give(np.array([30]), np.array([1]), np.array([0]))
    assert units.keep(np.ones(5, bool), 2).tolist() == [2, 2]
    assert units.rows.tolist() == [10, 11, 20, 12, 30]
    assert units.keep(np.array([True, False, True, True, False]), 2).tolist() == [2, 1]
    assert units.keep(np.array([False, True, False]), 2).tolist() == [1, 0]
    assert units.rows.tolist() == [20]


def test_households_are_read_from_the_rings():
    ring = np.array([2, 1, 4, 0, 0], np.int32)  # 0-2-4 live together, 1 alone; 3 is nobody's next
    members, of = households(np.array([2, 1], np.int32), ring)
    assert sorted(zip(of.tolist(), members.tolist(), strict=True)) == [(0, 0), (0, 2), (0, 4), (1, 1)]
    assert households(np.empty(0, np.int32), ring)[0].size == 0


def test_households_come_in_the_order_of_the_twin():
    rng = np.random.default_rng(1)
    order, ring = rng.permutation(400).astype(np.int32), np.empty(400, np.int32)
    for family in np.split(order, np.sort(rng.integers(0, 400, 120))):
        ring[family] = np.roll(family, -1)
    rows = rng.choice(400, 150, replace=False).astype(np.int32)
    for mine, twins in zip(households(rows, ring), by_passes(rows, ring), strict=True):
        np.testing.assert_array_equal(mine, twins)


def test_every_lever_says_what_it_gives():
    """A lever without an entry reaches nobody in person; a new one must be put to one side or the other."""
    every = {
        f"{group}.{name}" for group, part in Levers.model_fields.items() for name in _fields(part.annotation)
    }
    # These work through prices, travel times and what places are worth.
    stocks_alone = ("transport.", "towns.", "services.", "land.", "renewal.", "delivery.")
    nobody = {key for key in every if key.startswith(stocks_alone) or key.endswith("_teachers")}
    # Services and rights cover a share of the people of a county.
    nobody |= {key for key in every if CATALOGUE[key].unit == PERSONS}
    assert set(GIVES) == every - nobody - {"housing.new_district_dwellings"}
    assert set(GIVES.values()) < set(BIT)


def _fields(part: Any) -> list[str]:
    return list(part.model_fields)


# Whole runs

MONTHS = 15  # to January 2022: two months of every dose, two Septembers less one, one round of applications


@pytest.fixture(scope="module")
def without() -> tuple[Table, World, UrbanisationModel]:
    return run(Levers(), MONTHS)


@pytest.fixture(scope="module")
def with_plan() -> tuple[Table, World, UrbanisationModel]:
    return run(PLAN.levers, MONTHS)


def test_zero_doses_reach_nobody_and_change_nobody(without: tuple[Table, World, UrbanisationModel]):
    nothing = Dose.model_validate({"total": 0})
    parts: dict[str, Any] = {
        "schooling": SchoolingLevers, "employment": EmploymentLevers, "housing": HousingLevers,
    }  # fmt: skip
    zero = Levers(**{k: part(**dict.fromkeys(part.model_fields, nothing)) for k, part in parts.items()})
    record, _, _ = run(zero, MONTHS)
    assert np.all(record.lever == -1)
    for mine, other in zip(record, without[0], strict=True):
        np.testing.assert_array_equal(mine, other)
    assert np.all(without[0].month == 0)


def test_every_lever_of_the_plan_reaches_somebody_who_got_what_it_gives(
    with_plan: tuple[Table, World, UrbanisationModel],
):
    record, world, _ = with_plan
    for lever, code in CODES.items():
        mine = record.lever == code
        change = setting(PLAN.levers, lever)
        if change is None:
            assert not mine.any()
            continue
        # Of a few posts of the sample in a large market it may be that nobody holds one.
        few = isinstance(change, Dose) and change.total * SCALE < 50
        assert mine.any() or few, lever
        assert np.all(record.outcome[mine] & BIT[GIVES[lever]]), lever
        assert np.all((record.month[mine] > world.base_month) & (record.month[mine] <= world.month)), lever
        assert np.all(np.diff(record.person[mine]) > 0), lever  # everybody once
    office = record.lever == CODES["settlement.office"]
    november = world.base_month + 13
    assert record.month[office].min() == november  # the plan's office opens in November 2021


def test_outcomes_are_what_indicators_and_columns_count(with_plan: tuple[Table, World, UrbanisationModel]):
    record, world, model = with_plan
    people, n = world.people, world.n
    bits = np.array(list(outcomes(record).values()))

    def count(name: str) -> int:
        return int(np.sum(bits & BIT[name] > 0))

    def total(indicator: str) -> int:
        months = model.observer.months[1:]
        return round(sum((model.observer.read(indicator, "450000", m) or 0) * SCALE for m in months))

    end = model.observer.months[-1]
    assert count("urban_resident") == round(
        (model.observer.read("urban_population", "450000", end) or 0) * SCALE
    )
    assert count("lives_in_town") == round(
        (model.observer.read("physically_present_urban", "450000", end) or 0) * SCALE
    )
    assert count("trained") == np.sum(people.holdings[:n] & TRAINED > 0)
    for once, events in (("took_job", "urban_entries"), ("settled", "settled")):
        assert 0.5 * total(events) < count(once) <= total(events), once


@pytest.mark.parametrize(("threads", "chunk"), [(1, 576), (3, 1000)])
def test_the_record_is_the_same_for_any_threads_and_pieces(
    with_plan: tuple[Table, World, UrbanisationModel], threads: int, chunk: int
):
    record, _, model = run(PLAN.levers, MONTHS, threads=threads, chunk=chunk)
    assert touched.digest(np.empty(0), record) == touched.digest(np.empty(0), with_plan[0])
    assert store.fingerprint(model.observer.fingerprint_lines()) == store.fingerprint(
        with_plan[2].observer.fingerprint_lines()
    )


def test_the_digest_follows_every_column(with_plan: tuple[Table, World, UrbanisationModel]):
    record, _, _ = with_plan
    movers = np.arange(7)[None, :]
    digests = {touched.digest(movers, record), touched.digest(movers + 1, record)}
    for k, column in enumerate(record):
        changed = column.copy()
        changed[-1] += 1
        digests.add(touched.digest(movers, Table(*(*record[:k], changed, *record[k + 1 :]))))
    assert len(digests) == 6


def test_of_others_a_large_scale_keeps_a_sample_and_of_the_reached_everybody(
    monkeypatch: pytest.MonkeyPatch, with_plan: tuple[Table, World, UrbanisationModel]
):
    monkeypatch.setattr(touched, "_SAMPLED_SCALE", SCALE / 4)
    assert touched.stride(SCALE) == 4
    world = with_plan[1]
    record, rest = touched.table(world), with_plan[0]
    of_levers, others = rest.lever >= 0, rest.lever < 0
    kept = of_levers | (others & sampled(rest.person, 4, touched.remainder(4)))
    assert 0.2 < kept[others].mean() < 0.3
    for mine, other in zip(record, rest, strict=True):
        np.testing.assert_array_equal(mine, other[kept])


# Bounds: one lever, one place, one month


def one(group: str, part: Any, lever: str, units: int, places: bool = True) -> Levers:
    dose = {"total": units, "from": "2020-11", "to": "2020-11"}
    if places:
        dose["places"] = {NANNING: units}
    return Levers(**{group: part(**{lever: Dose.model_validate(dose)})})


@pytest.fixture(scope="module")
def first_month() -> Table:
    return run(Levers(), 1)[0]


POSTS = 20_000  # full posts: forty of the sample


def test_more_posts_give_at_most_so_many_more_jobs_and_take_none_away(first_month: Table):
    """In the month they open nobody has answered to them yet: the same seekers, more of them hired."""
    sampled_posts = round(POSTS * SCALE)
    record, world, _ = run(one("employment", EmploymentLevers, "manufacturing_posts", POSTS), 1)
    mine = reached(record, "employment.manufacturing_posts")
    because, displaced = only(record, first_month, "took_job"), only(first_month, record, "took_job")
    assert 0 < len(because) <= sampled_posts
    assert not displaced
    assert 0 < len(mine) <= sampled_posts
    units = world.attribution.units["employment.manufacturing_posts"]
    assert units.number.sum() == sampled_posts and units.rows.size == len(mine)
    counties = world.people.lives[units.rows] >> 1
    nanning = world.places.code.index(NANNING)
    assert np.all(world.employment.market[counties] == world.employment.market[nanning])


def test_more_public_units_house_at_most_so_many_more_households(first_month: Table):
    units = 5_000
    record, world, _ = run(one("housing", HousingLevers, "public_rental_units", units), 1)
    own = world.attribution.units["housing.public_rental_units"]
    households_reached = np.unique(own.unit).size
    assert own.number.sum() == units * SCALE
    assert 0 < households_reached <= units * SCALE
    assert set(own.rows.tolist()) <= set(np.flatnonzero(world.people.holdings[: world.n] & 2).tolist())
    because = only(record, first_month, "public_rental")
    # A unit houses a household; who follows the new tenants from elsewhere is its family.
    assert 0 < len(because) <= 6 * units * SCALE
    assert not only(first_month, record, "public_rental")


def test_more_places_at_school_are_given_to_at_most_so_many_more_children():
    """In November few ask for a place in any one town, so the places are spread over the province and the sample is larger."""
    places, scale = 10_000, 0.01
    before = run(Levers(), 1, scale=scale)[0]
    record, world, _ = run(
        one("schooling", SchoolingLevers, "primary_places", places, places=False), 1, scale=scale
    )
    because = only(record, before, "school_place")
    assert places * scale / 2 < len(because) <= places * scale
    assert not only(before, record, "school_place")
    own = world.attribution.units["schooling.primary_places"]
    assert own.number.sum() == places * scale >= own.rows.size >= len(because)


def test_more_courses_train_exactly_so_many_more(first_month: Table):
    """Committed courses begin in January 2021, so in the first month every course is the lever's."""
    courses = 10_000
    record, _, _ = run(one("employment", EmploymentLevers, "training", courses), 1)
    mine = reached(record, "employment.training")
    assert mine == only(record, first_month, "trained")
    assert 0 < len(mine) <= courses * SCALE


def test_units_are_never_held_twice():
    """Month by month, who holds a lever's units are at most the units that have come, in every cell.

    The plan's units, but all posts in manufacturing in one place and at once: there are soon more hires than posts.
    """
    posts = one("employment", EmploymentLevers, "manufacturing_posts", POSTS).employment.manufacturing_posts
    employment = PLAN.levers.employment.model_copy(update={"manufacturing_posts": posts})
    levers = PLAN.levers.model_copy(update={"employment": employment})
    world = build_world(NO_PLAN.model_copy(update={"levers": levers}), scale=SCALE, threads=2)
    model = UrbanisationModel(world=world)
    seen: set[str] = set()
    for _ in range(MONTHS):
        model.step()
        for lever, units in world.attribution.units.items():
            if lever == "employment.training":
                assert not units.number.any() and units.rows.size == 0  # courses lapse with their month
                continue
            number = units.number
            if GIVES[lever] == "took_job":
                number = np.bincount(world.employment.market, weights=number)
            first = np.unique(units.unit, return_index=True)[1]
            assert np.all(np.bincount(units.cells[first], minlength=number.size) <= number), lever
            seen.add(lever)
    assert {GIVES[lever] for lever in seen} == {
        "took_job", "school_place", "public_rental", "rent_subsidy", "guaranteed_rental", "own_home",
    }  # fmt: skip
    model.release()


# Whose home it is


def test_a_lever_s_home_stays_taken_until_its_household_leaves_it():
    """One home of the lever's. Whoever has it holds it, and nobody else is noted; one who moved or died lets it go."""
    tenant = {"lives": TOWN, "holdings": PUBLIC_RENTAL}
    people = people_of([tenant], [tenant, tenant], [tenant], [tenant])
    world: Any = SimpleNamespace(people=people, month=NOW, key=lambda name: np.uint64(len(name)))
    notes = Attribution()
    of_lever = np.zeros(N_COUNTIES, np.int64)
    of_lever[COUNTY] = 1
    lever = "housing.public_rental_units"
    notes.deliver(lever, of_lever, None)

    def let(tenant: int) -> set[int]:
        before = len(notes.reached.get(lever, []))
        notes.homes_let(world, rows(tenant), of_lever, PUBLIC_RENTAL)
        return {row for _, those in notes.reached.get(lever, [])[before:] for row in those.tolist()}

    assert let(0) == {0}
    assert let(1) == set()  # the home that is free is not the lever's
    people.lives[0] = OTHER_TOWN
    assert let(1) == {1, 2}  # everybody of the household
    people.lives[1] = OTHER_TOWN
    assert let(3) == set()  # one of the household lives there still
    people.risk[2] = DEAD
    assert let(4) == {4}
    assert set(notes.got) == {"public_rental"}
