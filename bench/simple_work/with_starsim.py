"""The simplified year in Starsim: one module with states of its own; Starsim ages people and removes the dead.

Births are made in the module, for Starsim's own follow a rate of the whole population. Starsim counts the first month
as a time point, so that a year is twelve points with a duration of eleven months. Its draws are keyed by person and
safe for comparing scenarios, as urbsim's are.
"""

from __future__ import annotations

import time

import numpy as np
import starsim as ss  # pyright: ignore[reportMissingImports]

from bench.simple_work import tables as t


class Migration(ss.Module):
    """Deaths, births and moves of a month."""

    def __init__(self, n: int):
        super().__init__()
        self.n, self.born = n, 0
        self.define_states(
            ss.IntArr("schooling"),
            ss.IntArr("origin"),
            ss.IntArr("place"),
            ss.IntArr("stands", default=t.HOME),
            ss.IntArr("since"),
        )
        self.dies, self.luck, self.where, self.bears = ss.random(), ss.random(), ss.random(), ss.random()

    def init_post(self) -> None:
        """The persons of the first month."""
        super().init_post()
        first, people = t.start(self.n), self.sim.people
        self.schooling[:], self.origin[:], self.place[:] = first.schooling, first.origin, first.place
        self.stands[:], self.since[:] = first.status, 0
        people.age[:] = first.age / 12
        people.female[:] = first.sex == 1

    def step(self) -> None:
        """One month."""
        people, month = self.sim.people, self.ti + 1
        alive = people.auids
        stands, place = self.stands[alive], self.place[alive]
        age = np.rint(people.age[alive] * 12).astype(int) + 1  # Starsim's birthday comes at the month's end
        find = t.chance_of_a_job(np.bincount(place[stands == t.SEEKING], minlength=t.PLACES), self.n)[place]
        dies = self.dies.rvs(alive) < t.DEATH[np.minimum(age // 60, 17)]
        people.request_death(alive[dies])
        luck = self.luck.rvs(alive)
        seeks, works = (stands == t.SEEKING) & ~dies, (stands == t.EMPLOYED) & ~dies
        goes = (stands == t.HOME) & (age >= t.LEAVES_FROM) & (age < t.LEAVES_TO) & ~dies
        goes &= luck < t.LEAVE[self.schooling[alive]]
        gets, loses = seeks & (luck < find), works & (luck < t.LOSE)
        returns = seeks & ~gets & (luck < find + t.RETURN) | works & ~loses & (luck < t.LOSE + t.RETURN)
        bears = people.female[alive] & (age >= t.BEARS_FROM) & (age < t.BEARS_TO) & ~dies
        bears &= self.bears.rvs(alive) < t.BIRTH

        leavers, home = alive[goes], alive[returns]
        drawn = self.where.rvs(leavers)
        self.place[leavers] = (t.CHOICE[self.origin[leavers]] <= drawn[:, None]).sum(axis=1)
        self.place[home] = self.origin[home]
        for who, becomes in (
            (leavers, t.SEEKING),
            (alive[gets], t.EMPLOYED),
            (alive[loses], t.SEEKING),
            (home, t.HOME),
        ):
            self.stands[who] = becomes
            self.since[who] = month
        mothers = alive[bears]
        self.born += len(mothers)
        newborn = people.grow(len(mothers))
        if len(mothers):
            people.age[newborn] = -1 / 12  # so that Starsim's birthday of this month makes them 0
            people.parent[newborn] = mothers
            self.origin[newborn] = self.place[newborn] = self.origin[mothers]
            self.schooling[newborn], self.since[newborn] = 0, month


def run(n: int) -> t.Outcome:
    """A year of n persons. Raises RuntimeError if Starsim takes another number of steps."""
    module = Migration(n)
    sim = ss.Sim(
        n_agents=n,
        modules=module,
        start=2020,
        dur=ss.months(t.MONTHS - 1),
        dt=ss.month,
        verbose=0,
        rand_seed=1,
        copy_inputs=False,
    )
    sim.init()
    if sim.t.npts != t.MONTHS:
        raise RuntimeError(f"{sim.t.npts} steps instead of {t.MONTHS}")
    wall, cpu = time.perf_counter(), time.process_time()
    sim.run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return t.outcome(n, module.born, np.asarray(module.stands[sim.people.auids]), wall, cpu)
