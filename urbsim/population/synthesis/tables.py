"""From the census margins to integer tables: who is registered where and counted where, by sex and age.

The order is: fractional tables by proportional fitting, then rounding that keeps every exact margin.
Everything is deterministic; the result is what the loops of this folder turn into households.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from urbsim.facts.census_2020 import AGE_STARTS, N_AGES, Controls
from urbsim.population.synthesis.rounding import round_table
from urbsim.state.codes import (
    FIRST_OUTSIDE,
    FIRST_REGION,
    N_COUNTIES,
    N_INSIDE,
    N_PARTS,
    N_REGIONS,
    PEARL_RIVER_DELTA,
    REST_OF_CHINA,
)

N_COLUMNS = 2 * 2 * N_AGES  # family or collective dwelling x sex x age
HERE, SAME_COUNTY, OTHER_COUNTY, OTHER_PROVINCE = range(4)
_GRID = 2.0**20


@dataclass(frozen=True)
class Groups:
    """Flows between the registered and the counted part, sorted by home: one row a group of people.

    home, dest: part 0..223; kind: 0 at the registered part, 1 in another township of it, 2 in the county's
    other part, 3 elsewhere; counts: (G, 2, 2, 19) persons by family or collective dwelling, sex, age;
    dwellings, alone: family dwellings and one-person ones among them; first: (225,) row where each home
    begins.
    """

    home: np.ndarray
    dest: np.ndarray
    kind: np.ndarray
    counts: np.ndarray
    dwellings: np.ndarray
    alone: np.ndarray
    first: np.ndarray


def fit_proportionally(seed: np.ndarray, margins: list[tuple[tuple[int, ...], np.ndarray]], sweeps: int = 60):
    """Iterative proportional fitting of `seed` to margins, each given as (axes kept, target) (ODD equation
    B1).
    """
    table = seed.astype(np.float64).copy()
    for _ in range(sweeps):
        for kept, target in margins:
            dropped = tuple(a for a in range(table.ndim) if a not in kept)
            have = table.sum(axis=dropped, keepdims=True)
            want = target.reshape([table.shape[a] if a in kept else 1 for a in range(table.ndim)])
            table *= np.where(have > 0, want / np.where(have > 0, have, 1.0), 0.0)
    return table


def round_cumulative(values: np.ndarray, start: float | np.ndarray = 0.5) -> np.ndarray:
    """Integers along the last axis whose running sums differ from those of `values` by less than one."""
    running = np.floor(np.rint(np.cumsum(values, axis=-1) * _GRID) / _GRID + start).astype(np.int64)
    return np.diff(running, axis=-1, prepend=np.zeros((*running.shape[:-1], 1), dtype=np.int64))


def round_exactly(table: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Integer table within one of `table` with these row and column sums; else raises ArithmeticError."""
    whole = np.array(table, dtype=np.float64, order="C")
    walk = 2 * sum(whole.shape) + 4
    round_table(whole, *(np.empty(room, np.int64) for room in (*whole.shape, walk, walk)))
    rounded = np.rint(whole).astype(np.int64)
    if not (np.array_equal(rounded.sum(axis=1), rows) and np.array_equal(rounded.sum(axis=0), columns)):
        raise ArithmeticError("controlled rounding lost a margin: the table does not add up to integers")
    return rounded


def residents_by_class(c: Controls, p: dict[str, Any]) -> np.ndarray:
    """Residents (C, part, class, sex, age): sex x age, urban total and the classes of each county exact
    (B2).
    """
    age_class = np.stack(
        [
            np.ones(N_AGES),
            p["registered_same_county_by_age"] * 0.2,
            p["registered_other_county_by_age"] * 0.2,
            p["registered_other_province_by_age"] * 0.05,
        ]
    )
    seed = np.ones((len(c.adcode), 2, 4, 2, N_AGES)) * age_class[None, None, :, None, :]
    seed[:, 1] *= p["urban_propensity_by_age"] * p["registered_elsewhere_urban_odds"][:, None, None]
    seed *= c.residents[:, None, None, :, :]
    table = fit_proportionally(
        seed, [((0, 1), c.part_total), ((0, 2), c.class_total), ((0, 3, 4), c.residents)], sweeps=200
    )
    result = np.zeros(table.shape, dtype=np.int64)
    for i in range(len(c.adcode)):
        cells = table[i].reshape(8, 2 * N_AGES)
        blocks = round_exactly(cells.sum(axis=1).reshape(2, 4), c.part_total[i], c.class_total[i]).reshape(8)
        sums = cells.sum(axis=1)
        scaled = cells * np.where(sums > 0, blocks / np.where(sums > 0, sums, 1.0), 0.0)[:, None]
        columns = c.residents[i].reshape(-1)
        scaled = fit_proportionally(scaled, [((0,), blocks), ((1,), columns)], sweeps=100)
        scaled = _settle(scaled, blocks)
        result[i] = round_exactly(scaled, blocks, columns).reshape(2, 4, 2, N_AGES)
    return result


def _settle(table: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Undo what fitting gave to rows that must be empty."""
    table[rows == 0] = 0.0
    return table


def collective_residents(c: Controls, p: dict[str, Any], residents: np.ndarray) -> np.ndarray:
    """Residents in collective dwellings (C, part, class, sex, age): each county's collective population
    exact (B3).
    """
    odds = np.ones(residents.shape[1:]) * p["collective_propensity_by_age"]
    odds *= p["collective_class_factor"][None, :, None, None]
    odds[1] *= p["collective_urban_factor"]
    odds[:, :, 0] *= p["collective_male_factor"]
    odds = np.broadcast_to(odds, residents.shape).reshape(len(residents), -1)
    people = residents.reshape(len(residents), -1)
    wanted = c.total - c.household_population
    low, high = np.full(len(people), -20.0), np.full(len(people), 20.0)
    for _ in range(60):  # bisection on the logarithm of one factor a county
        middle = 0.5 * (low + high)
        scaled = odds * np.exp(middle)[:, None]
        too_few = (people * scaled / (1.0 + scaled)).sum(axis=1) < wanted
        low, high = np.where(too_few, middle, low), np.where(too_few, high, middle)
    scaled = odds * np.exp(0.5 * (low + high))[:, None]
    share = people * scaled / (1.0 + scaled)
    share *= (wanted / share.sum(axis=1))[:, None]
    rounded = np.minimum(round_cumulative(share), people)
    short = wanted - rounded.sum(axis=1)
    for i in np.flatnonzero(short):
        room = people[i] - rounded[i]
        best = np.argsort(-room, kind="stable")[: abs(short[i])]
        rounded[i, best] += np.sign(short[i])
    return rounded.reshape(residents.shape)


def away_matrix(c: Controls, p: dict[str, Any]) -> np.ndarray:
    """Stocks away (C origins, C destinations + outside), by a doubly constrained gravity model (ODD equation
    B4).

    Row sums: registered and resident elsewhere, by county. Column sums: residents registered in another
    county of Guangxi, and the rest of all those away, who live outside. The diagonal is empty.
    """
    km = great_circle_km(c.lat[:, None], c.lon[:, None], c.lat[None, :], c.lon[None, :])
    seed = np.zeros((len(km), len(km) + 1))
    attraction = c.part_total[:, 1].astype(float)
    near = c.prefecture[:, None] == c.prefecture[None, :]
    seed[:, :-1] = attraction * (km + p["gravity_distance_offset_km"]) ** -p["gravity_distance_exponent"]
    seed[:, :-1] *= np.where(near, p["same_prefecture_factor"], 1.0)
    np.fill_diagonal(seed, 0.0)
    out = great_circle_km(c.lat, c.lon, c.delta_lat, c.delta_lon) ** -p["outside_distance_exponent"]
    inside_total = c.class_total[:, OTHER_COUNTY]
    outside_total = c.away.sum() - inside_total.sum()
    seed[:, -1] = c.away * out
    seed[:, :-1] *= c.away[:, None]
    return fit_proportionally(
        seed, [((1,), np.append(inside_total, outside_total)), ((0,), c.away)], sweeps=300
    )


def great_circle_km(lat1, lon1, lat2, lon2):
    """Kilometres between points given in degrees."""
    a, b = np.radians(lat1), np.radians(lat2)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(half))


def build_groups(c: Controls, p: dict[str, Any]) -> Groups:
    """All flows of the base night as integers; the exact margins of the census hold in them."""
    residents = residents_by_class(c, p)
    collective = collective_residents(c, p, residents)
    n = len(c.adcode)
    # (C, part, class, 76): family then collective dwelling, sex, age
    cells = np.stack([residents - collective, collective], axis=3).reshape(n, 2, 4, N_COLUMNS)
    here = cells[:, :, HERE].sum(axis=2)  # (C, part)

    rows: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
    part = np.arange(N_INSIDE)
    rows.append((part, part, np.zeros(N_INSIDE, np.int64), cells[:, :, HERE].reshape(N_INSIDE, -1)))

    moved = _moved_within_county(p, cells[:, :, SAME_COUNTY], here)
    rows.append(
        (part, part, np.ones(N_INSIDE, np.int64), (cells[:, :, SAME_COUNTY] - moved).reshape(N_INSIDE, -1))
    )
    rows.append((part ^ 1, part, np.full(N_INSIDE, 2), moved.reshape(N_INSIDE, -1)))

    away = away_matrix(c, p)
    inside = _other_county(c, p, cells[:, :, OTHER_COUNTY].reshape(N_INSIDE, -1), away, here)
    dest, home = np.nonzero(inside.sum(axis=2))
    rows.append((home, dest, np.full(len(home), 3), inside[dest, home]))

    from_delta = round_cumulative(cells[:, :, OTHER_PROVINCE].reshape(-1) * p["incomers_pearl_river_share"])
    from_delta = np.minimum(
        from_delta.reshape(N_INSIDE, -1), cells[:, :, OTHER_PROVINCE].reshape(N_INSIDE, -1)
    )
    rest = cells[:, :, OTHER_PROVINCE].reshape(N_INSIDE, -1) - from_delta
    for region, table in ((PEARL_RIVER_DELTA, from_delta), (REST_OF_CHINA, rest)):
        rows.append((np.full(N_INSIDE, region), part, np.full(N_INSIDE, 3), table))

    inside_by_county = inside.sum(axis=(0, 2)).reshape(n, 2).sum(axis=1)
    rows.extend(_outside(c, p, c.away - inside_by_county, here))

    home = np.concatenate([r[0] for r in rows])
    dest = np.concatenate([r[1] for r in rows])
    kind = np.concatenate([r[2] for r in rows])
    counts = np.concatenate([r[3] for r in rows])
    keep = counts.sum(axis=1) > 0
    order = np.flatnonzero(keep)[np.lexsort((dest[keep], kind[keep], home[keep]))]
    home, dest, kind = home[order], dest[order], kind[order]
    counts = np.ascontiguousarray(counts[order].reshape(-1, 2, 2, N_AGES).astype(np.int32))
    dwellings, alone = _dwellings(c, p, home, dest, kind, counts)
    return Groups(
        home=home.astype(np.int32),
        dest=dest.astype(np.int32),
        kind=kind.astype(np.int32),
        counts=counts,
        dwellings=dwellings.astype(np.int32),
        alone=alone.astype(np.int32),
        first=np.searchsorted(home, np.arange(N_PARTS + 1)).astype(np.int32),
    )


def _moved_within_county(p: dict[str, Any], cells: np.ndarray, here: np.ndarray) -> np.ndarray:
    """Those registered in the county's other part, of residents registered elsewhere in the county (C, part,
    76).
    """
    rural, urban = here[:, 0] * p["origin_rural_odds_same_county"], here[:, 1]
    share = np.zeros(here.shape)
    share[:, 1] = rural / np.maximum(rural + urban, 1.0)
    share[:, 0] = np.where(urban > 0, p["origin_rural_share_counted_rural"], 0.0)
    return np.minimum(round_cumulative(cells * share[:, :, None]), cells)


def _urban_origin(odds: np.ndarray | float, here: np.ndarray) -> np.ndarray:
    """Share of the urban-registered among leavers of each county, from odds against the rural-registered."""
    urban = odds * here[:, 1]
    return urban / (urban + here[:, 0])


def _other_county(
    c: Controls, p: dict[str, Any], cells: np.ndarray, away: np.ndarray, here: np.ndarray
) -> np.ndarray:
    """Residents registered in another county by counted part, home part and column: (222, 222, 76) integers.

    Adults follow the gravity matrix. Children and the old follow the adults they belong to, flow by flow, so
    that no flow consists of children.
    """
    n = len(c.adcode)
    far = _urban_origin(p["origin_urban_odds_other_county"], here)
    near = _urban_origin(p["origin_urban_odds_same_city"], here)
    same_city = (c.prefecture[:, None] == c.prefecture) & c.is_district[:, None] & c.is_district
    urban_share = np.where(same_city, near[:, None], far[:, None])  # origin, destination
    flow = np.stack([away[:, :n] * (1 - urban_share), away[:, :n] * urban_share], axis=1).reshape(N_INSIDE, n)
    result = np.zeros((N_INSIDE, N_INSIDE, N_COLUMNS), dtype=np.int64)
    dwelling, sex, age = np.unravel_index(np.arange(N_COLUMNS), (2, 2, N_AGES))
    dependent = (dwelling == 0) & ((AGE_STARTS[age] < 15) | (AGE_STARTS[age] >= 60))
    adult, child = np.flatnonzero(~dependent), np.flatnonzero(dependent)
    women = (dwelling == 0) & (sex == 1) & (AGE_STARTS[age] >= 20) & (AGE_STARTS[age] < 55)
    turns = np.mod(np.arange(N_COLUMNS) * 0.6180339887498949, 1.0)
    for d in range(N_INSIDE):
        weight = flow[:, d // 2]
        if not cells[d].any():
            continue
        result[d, :, adult] = _share_out(cells[d, adult], weight[None, :], turns[adult])
        companions = result[d][:, women].sum(axis=1).astype(float)
        if not companions.any():
            companions = result[d].sum(axis=1) + (weight > 0) * 1e-6
        result[d, :, child] = _share_out(cells[d, child], companions[None, :], turns[child])
    return result


def _share_out(totals: np.ndarray, weight: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Integers in proportion to `weight` along the last axis that add up to `totals`, begun at `start` in
    [0, 1).
    """
    running = np.cumsum(np.broadcast_to(weight, (len(totals), weight.shape[1])), axis=1)
    running = running / running[:, -1:] * totals[:, None]
    running = np.floor(np.rint(running * _GRID) / _GRID + start[:, None]).astype(np.int64)
    running = np.minimum(running, totals[:, None])
    running[:, -1] = totals
    return np.diff(running, axis=1, prepend=0)


def _outside(c: Controls, p: dict[str, Any], total: np.ndarray, here: np.ndarray):
    """Registered in Guangxi, living outside: rows of groups for the Pearl River Delta and the rest of
    China.
    """
    if (total < 0).any():
        raise ArithmeticError("more people of a county live inside Guangxi than are away")
    urban = np.rint(total * _urban_origin(p["origin_urban_odds_outside"], here)).astype(np.int64)
    by_home = np.column_stack([total - urban, urban]).reshape(-1)
    delta = np.rint(by_home * p["outside_pearl_river_share"]).astype(np.int64)
    schedule = np.stack([p["outside_age_male"], p["outside_age_female"]])
    collective = p["collective_propensity_by_age"] * np.ones((2, 1))
    collective[1] /= p["collective_male_factor"]
    share = np.full(schedule.shape, 0.0)
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        share = collective * np.exp(middle) / (1.0 + collective * np.exp(middle))
        short = (schedule * share).sum() < p["collective_share_outside"] * schedule.sum()
        low, high = (middle, high) if short else (low, middle)
    columns = np.concatenate([(schedule * (1 - share)).reshape(-1), (schedule * share).reshape(-1)])
    for region, people in ((PEARL_RIVER_DELTA, delta), (REST_OF_CHINA, by_home - delta)):
        yield (
            np.arange(N_INSIDE),
            np.full(N_INSIDE, region),
            np.full(N_INSIDE, 3),
            _share_out(people, columns[None, :], np.mod(np.arange(N_INSIDE) * 0.754877666, 1.0)),
        )


def _dwellings(
    c: Controls, p: dict[str, Any], home: np.ndarray, dest: np.ndarray, kind: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Family dwellings of each group, and one-person ones among them; each county's households exact (B5)."""
    family = counts[:, 0].astype(float)
    people = counts[:, 0].sum(axis=(1, 2))
    adults = np.where(counts[:, 0, :, 4:].sum(axis=(1, 2)) > 0, counts[:, 0, :, 4:].sum(axis=(1, 2)), people)
    migrant = (kind > 0) | (home >= N_INSIDE)
    heads = (family * np.stack([p["headship_male"], p["headship_female"]])).sum(axis=(1, 2))
    heads *= np.where(migrant, p["headship_migrant_factor"], 1.0)
    single = (family * np.stack([p["alone_male"], p["alone_female"]])).sum(axis=(1, 2))
    single *= np.where(migrant, p["alone_migrant_factor"], 1.0)

    dwellings, alone = np.zeros(len(home), np.int64), np.zeros(len(home), np.int64)
    least = np.minimum(people, 1)
    at = np.where(dest < FIRST_OUTSIDE, dest // 2, dest - FIRST_OUTSIDE + FIRST_REGION)  # county or region
    for county in range(N_COUNTIES + N_REGIONS):
        inside = county < N_COUNTIES
        rows = np.flatnonzero(at == county)
        wanted = c.households[county] if inside else None
        dwellings[rows] = _scaled(heads[rows], least[rows], adults[rows], wanted)
        floor = np.maximum(0, 2 * dwellings[rows] - people[rows])
        cap = np.where(people[rows] > dwellings[rows], dwellings[rows] - 1, dwellings[rows])
        wanted = c.one_person[county] if inside else None
        alone[rows] = _scaled(single[rows], np.minimum(floor, cap), cap, wanted)
    return dwellings, alone


def _scaled(values: np.ndarray, least: np.ndarray, most: np.ndarray, total: int | None) -> np.ndarray:
    """Integers between `least` and `most`, in proportion to `values` where free, adding up to `total` if it
    can.
    """
    if total is None:
        return np.clip(round_cumulative(values), least, most)
    total = int(np.clip(total, least.sum(), most.sum()))
    low, high = 0.0, 1.0
    while np.clip(values * high, least, most).sum() < total and high < 1e6:
        high *= 2.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if np.clip(values * middle, least, most).sum() < total else (low, middle)
    fitted = np.clip(values * 0.5 * (low + high), least, most)
    rounded = np.clip(round_cumulative(fitted), least, most)
    short = total - int(rounded.sum())
    room = (most - rounded) if short > 0 else (rounded - least)
    while short != 0:
        step = np.argsort(-room, kind="stable")[: abs(short)]
        step = step[room[step] > 0]
        rounded[step] += np.sign(short)
        room[step] -= 1
        short = total - int(rounded.sum())
    return rounded


def age_slopes(c: Controls) -> np.ndarray:
    """Slope of the density within each age group, (113, 2, 19), in [-1, 1]: numbers run on into the
    neighbours (B6).

    The share of the group's people in the first fraction t of it is (1 - s) t + s t^2. The last two rows, for
    outside, are flat.
    """
    width = np.array([1, 4, *([5] * 16), 10.0])
    density = c.residents / width
    slopes = np.zeros((len(c.adcode) + 2, 2, N_AGES))
    inner = slice(2, 18)
    step = (density[:, :, 3:19] - density[:, :, 1:17]) / 4.0
    slopes[:-2, :, inner] = np.clip(step / np.maximum(density[:, :, inner], 1e-9), -0.6, 0.6)
    infants = (density[:, :, 2] - density[:, :, 0]) * (4.0 / (2 * 7.0))
    slopes[:-2, :, 1] = np.clip(infants / np.maximum(density[:, :, 1], 1e-9), -0.6, 0.6)
    return slopes


def schooling_shares(c: Controls, p: dict[str, Any], groups: Groups) -> np.ndarray:
    """Cumulative shares of schooling (224, 4 classes, 2 dwellings, 2 sexes, 19 ages, 5) (ODD equation B7).

    Below 15 the share follows from age alone; the older are fitted to what that leaves of each county's totals by
    sex. The regions outside carry one schedule in every class.
    """
    klass = group_class(groups)
    n = len(c.adcode)
    people = np.zeros((N_INSIDE, 4, 2, 2, N_AGES))
    inside = groups.dest < N_INSIDE
    np.add.at(people, (groups.dest[inside], klass[inside]), groups.counts[inside])

    level = np.arange(6)
    seed = np.ones((N_INSIDE, 4, 2, 2, N_AGES, 6)) * p["schooling_by_age"]
    seed[1::2, ..., 4:, :] *= np.exp(p["schooling_urban_shift"] * level)
    students = np.exp(p["schooling_collective_shift"] * np.maximum(level - 2, 0))
    seed[:, :, 1, :, 4:6] *= students
    seed /= seed.sum(axis=-1, keepdims=True)
    table = (seed * people[..., None]).reshape(n, 2, 4, 2, 2, N_AGES, 6)
    margin = c.schooling.copy()
    # the table leaves out the children below three, and more: see `checks.fit_table`
    margin[:, :, 0] += c.residents.sum(axis=2) - c.schooling.sum(axis=2)
    children, older = table[..., :4, :], table[..., 4:, :]
    margin = np.maximum(margin - children.sum(axis=(1, 2, 3, 5)), 0.0)
    persons = people.reshape(n, 2, 4, 2, 2, N_AGES)[..., 4:]
    older = fit_proportionally(older, [((0, 4, 6), margin), ((0, 1, 2, 3, 4, 5), persons)], sweeps=40)
    fitted = np.concatenate([children, older], axis=-2).reshape(N_INSIDE, 4, 2, 2, N_AGES, 6)
    empty = fitted.sum(axis=-1, keepdims=True) <= 0
    share = np.where(empty, seed, fitted)
    outside = np.broadcast_to(p["schooling_by_age"], (2, 4, 2, 2, N_AGES, 6)).copy()
    outside[..., 5:, :] = p["schooling_outside"]
    share = np.concatenate([share, outside])
    return np.cumsum(share / share.sum(axis=-1, keepdims=True), axis=-1)[..., :5].astype(np.float32)


def group_class(groups: Groups) -> np.ndarray:
    """Census class of each group: 0 registered here, 1 same county, 2 other county, 3 other province."""
    klass = np.array([0, 1, 1, 2])[groups.kind]
    return np.where(groups.home >= N_INSIDE, OTHER_PROVINCE, klass)
