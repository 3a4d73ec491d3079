"""The screening of the month: one look at everybody, for all events together (ODD equation R3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from urbsim.compute.profiling import step_of_month
from urbsim.compute.threads import end_to_end
from urbsim.compute.words import BYTE_VALUES
from urbsim.processes.demography import equations as demography
from urbsim.processes.migration import hazards
from urbsim.state import risk

if TYPE_CHECKING:
    from urbsim.simulation.world import World


class Candidates(NamedTuple):
    """Rows, int32, rising, that might meet each event this month; their own luck decides. The order is that of keys."""

    death: np.ndarray
    birth: np.ndarray
    union: np.ndarray
    activation: np.ndarray
    return_: np.ndarray


_LOOKED_AT = 10_000  # numerical: persons from whom it is seen which classes are large; it changes no result
_EVENTS = tuple(name.rstrip("_") for name in Candidates._fields)


@step_of_month
def screen(world: World) -> Candidates:
    """Rows that might meet each event this month (ODD equation R3)."""
    bounds = _bounds(world)
    looks = risk.first_looks(bounds, _sizes(world))
    keys, fine = (np.array([world.key(event + end) for event in _EVENTS]) for end in ("", ":fine"))
    q = world.people
    candidates = world.engine.screening.candidates
    found = world.chunks.map(
        lambda lo, hi: candidates(
            lo, hi, q.risk, q.identity_rows, q.ids, world.eights, bounds, looks, keys, fine
        ),
        world.n,
    )
    return Candidates(
        *(
            end_to_end([rows[starts[k] : starts[k + 1]] for rows, starts in found], np.int32)
            for k in range(len(_EVENTS))
        )
    )


def _sizes(world: World) -> np.ndarray:
    """(256,) how many persons of an even choice are in each risk class."""
    every = max(world.n // _LOOKED_AT, 1)
    return np.bincount(world.people.risk[: world.n : every], minlength=BYTE_VALUES)


def _bounds(world: World) -> np.ndarray:
    """(events, 256) bounds on 2^-32 by risk class: no exact threshold exceeds them."""
    shape = (len(_EVENTS), risk.AGE_LIMIT + 1, 2, 2, 2)  # event, age, sex, in a union, away
    by_age = np.zeros(shape, dtype=np.uint64)
    event = Candidates(*by_age)  # views, one for each event
    demography.bound_events(world.demography, event.death, event.birth, event.union)
    m = world.migration
    returning = None
    if world.behaviour.returning == "hazard":
        returning = m.most_return * m.response.max() >> np.uint64(16)
    hazards.bound_events(m.at_home, m.most_away, returning, m.holds, event.activation, event.return_)
    return risk.class_bounds(by_age)
