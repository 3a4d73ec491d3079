"""Runs a scenario with a probe for one person, and keeps what was seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from urbsim.calendar import BASE_MONTH, month_number, month_text
from urbsim.errors import InputError, Problem
from urbsim.population.record import population_record
from urbsim.population.start import begin_loading
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.simulation.runner import Progress, RunSpec, result_of
from urbsim.state.codes import DEAD
from urbsim.state.plain.households import children_of, others
from urbsim.trace.probe import Note, Probe
from urbsim.trace.who import Watch

if TYPE_CHECKING:
    from urbsim.simulation.world import World
    from urbsim.state.geography import Places

Month = Callable[["World"], None]


@dataclass(frozen=True)
class State:
    """Somebody on one night: codes as in the columns. members: relation, id, age, part lived in."""

    age: int
    sex: int
    schooling: int
    enrolled: int
    home: int
    lives: int
    counted: int
    work: int
    holdings: int
    members: tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class Life:
    """What was seen of a person. base, end: None where they were not there, or are dead; fingerprint: of the run."""

    person: int
    scenario: str
    scale: float
    draw: int
    seed: int
    base_month: int
    end_month: int
    base: State | None
    end: State | None
    sex: int
    notes: tuple[Note, ...]
    places: Places
    fingerprint: str

    def as_dict(self) -> dict[str, Any]:
        """As plain values, months as text, places as codes of parts."""
        part = self.places.part_name
        return {
            "person": self.person,
            "scenario": self.scenario,
            "scale": self.scale,
            "draw": self.draw,
            "seed": self.seed,
            "fingerprint": self.fingerprint,
            "base": _plain(self.base, part),
            "end": _plain(self.end, part),
            "notes": [
                {"month": month_text(note.month), "kind": note.kind, **_named(note, part)}
                for note in self.notes
            ],
        }


def _plain(state: State | None, part: Callable[[int], str]) -> dict[str, Any] | None:
    if state is None:
        return None
    found = asdict(state) | {name: part(getattr(state, name)) for name in ("home", "lives", "counted")}
    members = [
        {"relation": relation, "person": person, "age": age, "lives": part(lives)}
        for relation, person, age, lives in state.members
    ]
    return found | {"members": members}


def _named(note: Note, part: Callable[[int], str]) -> dict[str, Any]:
    data = dict(note.data)
    if note.kind in ("lives", "home", "counted"):
        data |= {name: part(data[name]) for name in ("before", "now")}
    if note.kind == "weighs":
        data["alternatives"] = [each | {"part": part(each["part"])} for each in data["alternatives"]]
    return data


def person_chosen(spec: RunSpec, conditions: tuple[str, ...], progress: Progress) -> int:
    """The id of somebody who meets all conditions in this run. Raises InputError where nobody does."""
    watch, chosen = Watch(conditions), []

    def ends(world: World) -> None:
        watch.month_ends(world)
        if world.month == month_number(spec.scenario.until):
            chosen.append(watch.chosen(world))

    _run(spec, None, progress, lambda world: None, watch.month_begins, ends)
    if chosen[0] is None:
        message = f"nobody of this sample meets: {', '.join(conditions)}"
        raise InputError([Problem(message, key="--who", allowed="fewer conditions, or a larger --scale")])
    return chosen[0]


def life_of(spec: RunSpec, person: int, progress: Progress) -> Life:
    """The life of a person in a run. Raises InputError where the run does not hold them."""
    probe = Probe(person)
    seen: dict[str, Any] = {}

    def opens(world: World) -> None:
        probe.attach(world)
        seen["base"], seen["places"] = _state(probe, world), world.places
        if probe.row is None and person < 2**63:
            raise InputError([_absent(world, person, spec)])

    def ends(world: World) -> None:
        probe.month_ends()
        seen["end"] = _state(probe, world)
        if probe.row is not None:
            seen["sex"] = int(world.people.sex[probe.row])

    fingerprint = _run(spec, probe, progress, opens, lambda world: None, ends)
    if probe.row is None:
        message = f"nobody with the id {person} is born or comes in this run"
        raise InputError([Problem(message, key="--person")])
    scenario = spec.scenario
    return Life(
        person, scenario.name, spec.scale, spec.draw, spec.seed, BASE_MONTH[scenario.base],
        month_number(scenario.until), seen["base"], seen["end"], seen["sex"], tuple(probe.notes), seen["places"],
        fingerprint,
    )  # fmt: skip


def _run(
    spec: RunSpec, probe: Probe | None, progress: Progress, opens: Month, begins: Month, ends: Month
) -> str:
    """Makes the run of a spec, with something to do at the opening and around each month. Returns its fingerprint.

    One thread works, so that what is seen comes in its order; results do not depend on it.
    """
    started, scenario = time.perf_counter(), spec.scenario
    persons = begin_loading(scenario.base, scenario.until, spec.scale, spec.seed, 1)
    engine = None if probe is None else probe.engine()
    world = build_world(scenario, spec.scale, spec.seed, spec.draw, 1, engine=engine, persons=persons)
    model = UrbanisationModel(world=world)
    number, population = world.n, population_record(scenario.base)
    months = month_number(scenario.until) - world.base_month
    try:
        opens(world)
        for k in range(months):
            begins(world)
            model.step()
            ends(world)
            progress((k + 1) / months, month_text(world.month))
        if probe is not None:
            probe.detach()
        result = result_of(model, spec, number, population, time.perf_counter() - started)
        return result.summary["fingerprint"]
    finally:
        model.release()


def _absent(world: World, person: int, spec: RunSpec) -> Problem:
    """That the sample does not hold a person, with the nearest id that it holds."""
    ids = world.people.ids[: world.n - world.people.identity_rows].astype("int64")
    near = str(int(ids[abs(ids - person).argmin()])) if ids.size else None
    message = f"there is no person {person} in the sample of scale {spec.scale:g} and seed {spec.seed}"
    allowed = (
        f"an id of the sample; --scale 1 holds all from 0 to {world.base_rows - 1}"
        if not ids.size
        else ("an id of the sample, or a larger --scale: 1 holds everybody")
    )
    return Problem(message, key="--person", allowed=allowed, nearest=near)


def _state(probe: Probe, world: World) -> State | None:
    """The person now; None where they are not there, or are dead."""
    row, people = probe.row, world.people
    if row is None or people.risk[row] == DEAD:
        return None

    def value(name: str) -> int:
        return int(getattr(people, name)[row])

    def relation(member: int) -> str:
        if member == people.spouse[row]:
            return "spouse"
        if member in children:
            return "child"
        parent = int(people.parent[row])
        return "parent" if parent >= 0 and member in (parent, people.spouse[parent]) else "other"

    children = set(children_of(row, people))
    living = [member for member in others(row, people) if people.risk[member] != DEAD]
    members = sorted(
        (relation(m), probe.member(m), (world.month - int(people.birth_month[m])) // 12, int(people.lives[m]))
        for m in living
    )
    names = ("sex", "schooling", "enrolled", "home", "lives", "counted", "work", "holdings")
    age = (world.month - value("birth_month")) // 12
    return State(age=age, **{name: value(name) for name in names}, members=tuple(members))
