"""Posts in another labour market within reach: who takes one, and where it is (ODD equation J7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from urbsim.compute.queueing import in_order
from urbsim.compute.rationing import lowest_luck
from urbsim.compute.threads import Chunks
from urbsim.facts.parameters import Parameters
from urbsim.processes.employment.equations import WAYS, LabourMarket, by_market, choose_posts
from urbsim.state.codes import ENTRANT, FIRST_JOB, N_COUNTIES, N_SECTORS
from urbsim.state.columns import Columns


class Commuters(NamedTuple):
    """Who takes a post in another market.

    at: (n,) positions among the seekers; market, sectors, counties: (n,) of the post; numbers: (n_markets, n_markets)
    how many by market of living and of the post.
    """

    at: np.ndarray
    market: np.ndarray
    sectors: np.ndarray
    counties: np.ndarray
    numbers: np.ndarray


def commuters_by_market(
    labour: LabourMarket, parameters: Parameters, left: np.ndarray, hiring: float
) -> np.ndarray:
    """Matches between markets, (n_markets of living, n_markets of the post) int64 (ODD equation J7).

    left: (n_markets,) int64 seekers whom their own market did not hire; hiring: factor of the month on efficiency. The
    vacancies are those left. Fractions are carried to the next month.
    """
    p, reach, carry = parameters, labour.reach, labour.carry_between
    assert reach is not None and carry is not None
    vacant = by_market(labour, labour.vacancies.sum(axis=1))
    # People share themselves over the posts within reach, posts over the people: sums are never exceeded.
    pull, push = (reach * vacant).sum(axis=1), (reach * left[:, None]).sum(axis=0)
    ones, others = np.nonzero(reach > 0)  # few pairs are: powers of all would take most of the time
    near, u, v = reach[ones, others], left[ones], vacant[others]
    u, v = (
        u * (near * v) / np.maximum(pull, 1e-9)[ones],  # guard: no vacancy in reach
        v * (near * u) / np.maximum(push, 1e-9)[others],  # guard: nobody in reach
    )
    alpha = p["match_alpha_u"]
    matches = labour.efficiency * hiring * p["commuting_match"] * near * u**alpha * v ** (1 - alpha)
    owed = carry[ones, others] + np.minimum(matches, np.minimum(u, v))
    numbers, people, posts = np.zeros(reach.shape, np.int64), left.tolist(), vacant.tolist()
    for k in np.flatnonzero(owed >= 1).tolist():
        one, other = ones[k], others[k]
        n = min(int(owed[k]), people[one], posts[other])
        numbers[one, other] = n
        people[one] -= n
        posts[other] -= n
    # Guard: fractions alone wait for the next month.
    carry[ones, others] = np.minimum(owed - numbers[ones, others], 1.0)
    return numbers


def choose_commuters(
    labour: LabourMarket,
    numbers: np.ndarray,
    market: np.ndarray,
    skills: Callable[[np.ndarray], np.ndarray],
    luck: np.ndarray,
    chunks: Chunks | None = None,
) -> Commuters:
    """Who of those left commutes, by lowest luck, and to which post; takes the vacancies (ODD equation J7).

    numbers: of `commuters_by_market`; market, luck: (n,) of all seekers, market that of living, n_markets for those who
    have been hired; skills: as of `choose_hired`; chunks: threads.
    """
    at = lowest_luck(market, luck, np.append(numbers.sum(axis=1), 0), chunks)
    at = at[in_order(market[at], luck[at], labour.n_markets)]
    n = labour.n_markets
    there = np.repeat(np.tile(np.arange(n), n), numbers.ravel())
    order, sectors, counties = choose_posts(labour, numbers.sum(axis=0), there, skills(at), luck[at])
    return Commuters(at[order], there[order], sectors, counties, numbers)


def begin_elsewhere(
    rows: np.ndarray, sectors: np.ndarray, counties: np.ndarray, people: Columns
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Those hired start work in the county of the post and live where they lived.

    rows: (n,) of persons; sectors, counties: (n,) of the posts. Returns (taken, left, came): posts taken, (111, 5) by
    county of the post and sector; people by what they did before, (111, 5) by county of living and by that of the post.
    """
    lives, way = people.lives[rows].astype(np.int64) >> 1, people.work[rows].astype(np.int64) - ENTRANT
    taken = np.zeros((N_COUNTIES, N_SECTORS), np.int64)
    left, came = np.zeros((2, N_COUNTIES, len(WAYS)), np.int64)
    np.add.at(taken, (counties, sectors), 1)
    np.add.at(left, (lives, way), 1)
    np.add.at(came, (counties, way), 1)
    people.work[rows], people.work_county[rows] = FIRST_JOB + sectors, counties
    return taken, left, came
