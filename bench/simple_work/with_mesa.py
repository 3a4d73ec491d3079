"""The simplified year in Mesa: a person is an agent, a month is `agents.do`."""

from __future__ import annotations

import time
from bisect import bisect_right
from typing import Any

import mesa
import numpy as np

from bench.simple_work import tables as t

_CHOICE = t.CHOICE.tolist()
_DEATH, _LEAVE = t.DEATH.tolist(), t.LEAVE.tolist()


class Person(mesa.Agent):
    """One person."""

    model: Year

    def __init__(self, model, age, sex, schooling, origin, place, status):
        super().__init__(model)
        self.age, self.sex, self.schooling = age, sex, schooling
        self.origin, self.place, self.status, self.since = origin, place, status, model.month

    def step(self) -> None:
        """One month."""
        model = self.model
        random = model.random.random
        self.age += 1
        age = self.age
        if random() < _DEATH[min(age // 60, 17)]:
            self.remove()
            return
        luck, status = random(), self.status
        if status == t.HOME:
            if t.LEAVES_FROM <= age < t.LEAVES_TO and luck < _LEAVE[self.schooling]:
                self.place = bisect_right(_CHOICE[self.origin], random())
                self.becomes(t.SEEKING)
        elif status == t.SEEKING:
            find = model.find[self.place]
            if luck < find:
                self.becomes(t.EMPLOYED)
            elif luck < find + t.RETURN:
                self.goes_home()
        elif luck < t.LOSE:
            self.becomes(t.SEEKING)
        elif luck < t.LOSE + t.RETURN:
            self.goes_home()
        if self.sex == 1 and t.BEARS_FROM <= age < t.BEARS_TO and random() < t.BIRTH:
            model.born += 1
            Person(model, 0, int(random() < 0.5), 0, self.origin, self.origin, t.HOME)

    def becomes(self, status: int) -> None:
        """Takes another status."""
        self.status, self.since = status, self.model.month

    def goes_home(self) -> None:
        """Returns to the origin."""
        self.place = self.origin
        self.becomes(t.HOME)


class Year(mesa.Model):
    """A year of n persons."""

    def __init__(self, n: int):
        super().__init__(seed=2)
        self.n, self.month, self.born = n, 0, 0
        first = t.start(n)
        columns: list[Any] = [
            column.tolist()
            for column in (
                first.age,
                first.sex,
                first.schooling,
                first.origin,
                first.place,
                first.status,
            )
        ]
        Person.create_agents(self, n, *columns)

    def step(self) -> None:
        """One month."""
        self.month += 1
        seekers = np.zeros(t.PLACES, np.int64)
        person: Any
        for person in self.agents:
            if person.status == t.SEEKING:
                seekers[person.place] += 1
        self.find = t.chance_of_a_job(seekers, self.n).tolist()
        self.agents.do("step")


def run(n: int) -> t.Outcome:
    """A year of n persons."""
    model = Year(n)
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(t.MONTHS):
        model.step()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return t.outcome(n, model.born, np.array(model.agents.get("status")), wall, cpu)
