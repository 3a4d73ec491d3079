"""Circles of the plan: between which places journeys are to get shorter, and to what (ODD equation J3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from urbsim.facts.register import observations
from urbsim.state.codes import N_COUNTIES

_DELTA_CODE = "440000"


@dataclass(frozen=True, repr=False)
class PlannedCircle:
    """A circle as the plan has it.

    hours: aimed at, without leaving one place and reaching the other; commuting: whether people are to travel to work;
    ones, others: (n,) counties, or the Delta, at the two ends of each journey.
    """

    hours: float
    commuting: bool
    ones: np.ndarray
    others: np.ndarray

    def __repr__(self) -> str:
        """How long and how many journeys."""
        return f"PlannedCircle({self.hours:g} hours, {self.ones.size} journeys)"


@lru_cache(maxsize=1)
def planned_circles() -> dict[str, PlannedCircle]:
    """The circles by name: every place of one side of a link with every place of the other."""
    circles, members = observations("travel_circles"), observations("travel_circle_members")
    codes = sorted(observations("counties")["adcode"].astype(str))
    number = {code: k for k, code in enumerate([*codes, _DELTA_CODE])}
    assert number[_DELTA_CODE] == N_COUNTIES
    place = np.array([number[str(code)] for code in members["adcode"]])
    found = {}
    for circle, hours, commuting in zip(
        circles["circle"], circles["hours"], circles["commuting"], strict=True
    ):
        of_circle = (members["circle"] == circle).to_numpy()
        pairs = []
        for link in members.loc[of_circle, "link"].unique():
            inside = of_circle & (members["link"] == link).to_numpy()
            sides = [place[inside & (members["side"] == side).to_numpy()] for side in ("a", "b")]
            pairs.append(np.stack(np.meshgrid(*sides, indexing="ij")).reshape(2, -1))
        ones, others = np.concatenate(pairs, axis=1)
        found[str(circle)] = PlannedCircle(float(hours), commuting == "yes", ones, others)
    return found
