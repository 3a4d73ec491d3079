"""Makes run folders for the tests of the report: invented numbers whose accounts balance.

Residents of the base night are those of the census; everything after it is drawn at random and means nothing.
Flows are counted from one list of movers, so indicators.parquet and movers.parquet agree, and the identity
of urban change holds exactly in sampled persons.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from urbsim.paths import calibration_dir
from urbsim.results import store
from urbsim.results.seal import INDICATORS, MOVERS, RECORD, SUMMARY, seal

MOVERS_COLUMNS = ["month", "origin", "destination", "age_group", "sex", "schooling", "count"]
OUTSIDE = ["outside_prd", "outside_rest"]
AGES = [f"{a}-{a + 4}" for a in range(0, 85, 5)] + ["85+"]
AGE_WEIGHT = np.array([3, 3, 3, 6, 14, 11, 8, 6, 4, 3, 3, 2, 2, 1.5, 1, 0.8, 0.6, 0.4])
SCHOOLING = ["none", "primary", "junior secondary", "senior secondary", "college", "bachelor or above"]
MONTHLY_MOVES = {
    "RU": 460,
    "UR": 120,
    "UU": 150,
    "RR": 60,
    "RO": 130,
    "OR": 60,
    "UO": 60,
    "OU": 130,
}  # at 0.01

FITTED_STAMP = {
    "status": "fitted",
    "protocol": {"name": "invented", "version": 1, "digest": "0" * 64},
    "variant": "central",
    "prior_draw": 0,
    "why": [],
}
HOSTILE = "<script>alert('x')</script> & $\\frac{1}{2}$ {0} 龘"


def month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """Month ends from `first` (itself one) to `last`."""
    return [stamp.date() for stamp in pd.date_range(first, last, freq="ME")]


def make_run(
    out: Path,
    scenario: str = "baseline",
    *,
    title: dict[str, str] | None = None,
    question: dict[str, str] | None = None,
    spec: dict[str, Any] | None = None,
    base: dt.date = dt.date(2020, 10, 31),
    until: dt.date = dt.date(2023, 12, 31),
    scale: float = 0.01,
    draw: int = 0,
    seed: int = 1,
    push: float = 1.0,
    luck: int | None = None,
    conditions: Any = "unconditional",
    digests: dict[str, str] | None = None,
    fit: dict[str, Any] | None = None,
) -> Path:
    """Writes `out`/`scenario`/scale..-draw..-seed../ and returns it.

    push: factor on moves from villages to towns; luck: what the numbers are drawn from (scenario, draw,
    seed if None); conditions: of the verdicts; digests: those that differ from what other invented runs of
    the scenario and draw have, by what they are of: any text; fit: the stamp of run.yaml, `FITTED_STAMP` if None.
    """
    rng = np.random.default_rng([luck if luck is not None else draw * 1000 + seed])
    with (calibration_dir() / "observations" / "counties.csv").open(encoding="utf-8-sig") as stream:
        counties = sorted(csv.DictReader(stream), key=lambda row: row["adcode"])
    codes = [row["adcode"] for row in counties]
    n = len(codes)
    residents = np.array(
        [
            [int(r["population_2020"]) - int(r["urban_population_2020"]), int(r["urban_population_2020"])]
            for r in counties
        ]
    )
    stock = np.rint(residents * scale).astype(np.int64)  # county x (rural, urban), sampled persons
    months = month_ends(base, until)
    rows: dict[str, np.ndarray] = {}
    movers = []

    def put(name: str, month: int, values: np.ndarray) -> None:
        rows.setdefault(name, np.zeros((n, len(months)), dtype=np.int64))[:, month] = values

    parts = [f"{code}{side}" for code in codes for side in "RU"] + OUTSIDE
    outside_county = np.full(n, int(80_000 * scale))
    for month in range(len(months)):
        births = deaths = births_urban = deaths_urban = reclassified = np.zeros(n, dtype=np.int64)
        flow: dict[str, np.ndarray] = {}
        if month:
            births_urban, deaths_urban = rng.poisson(stock[:, 1] * 7.5e-4), rng.poisson(stock[:, 1] * 4e-4)
            births_rural, deaths_rural = rng.poisson(stock[:, 0] * 8e-4), rng.poisson(stock[:, 0] * 7e-4)
            births, deaths = births_urban + births_rural, deaths_urban + deaths_rural
            reclassified = rng.poisson(stock[:, 0] * 2.5e-4)
            moves = _moves(rng, stock, scale, push)
            flow = _flows(moves, n)
            stock = stock + np.column_stack([births_rural - deaths_rural, births_urban - deaths_urban])
            stock = stock + np.column_stack([-reclassified, reclassified])
            change = np.zeros(2 * n + 2, dtype=np.int64)
            np.add.at(change, moves[:, 1], 1)
            np.add.at(change, moves[:, 0], -1)
            stock = stock + change[: 2 * n].reshape(n, 2)
            outside_county = outside_county + flow["moved_out_outside"] - flow["moved_in_outside"]
            movers.append(_movers(rng, moves, months[month], parts))
        put("resident_population", month, stock.sum(axis=1))
        put("urban_population", month, stock[:, 1])
        put("physically_present", month, stock.sum(axis=1))
        put("physically_present_urban", month, stock[:, 1])
        put("registered_population", month, stock.sum(axis=1) + outside_county)
        put("registered_urban", month, stock[:, 1] // 2)
        put("living_outside", month, outside_county)
        put("migrant_children", month, stock[:, 1] // 50)
        put("left_behind_children", month, stock[:, 0] // 40)
        for name, values in _work_and_services(stock, month, scale, push).items():
            put(name, month, values)
        put("returned", month, flow.get("moved_in_outside", np.zeros(n, dtype=np.int64)) // 2)
        for name, values in (
            ("births", births), ("deaths", deaths), ("births_urban", births_urban), ("deaths_urban",
            deaths_urban),
            ("reclassified", reclassified),
        ):  # fmt: skip
            put(name, month, values)
        for name in FLOWS:
            put(name, month, flow.get(name, np.zeros(n, dtype=np.int64)))

    folder = store.run_folder(out, scenario, scale, draw, seed)
    folder.mkdir(parents=True)
    fingerprint = sha256("".join(f"{name} {rows[name].tolist()}\n" for name in sorted(rows)))
    frame = _totals(rows, codes, months, scale)
    frame.insert(0, "seed", seed)
    frame.insert(0, "draw", draw)
    frame.insert(0, "scenario", scenario)
    store.write_table(frame, folder / INDICATORS)
    store.write_table(_counted(movers, scale), folder / MOVERS)
    shared = {"draw": draw, "seed": seed, "scale": scale, "wall_seconds": 3.2, "peak_bytes": 410_000_000}
    shared |= {"fingerprint": fingerprint, "input_digest": sha256(folder.name)}
    summary = {"scenario": scenario, **shared, "persons": int(stock.sum()), "months": len(months) - 1}
    summary["targets"] = [urban_target(_end_of_2023(frame)), jobs_target(_three_years(frame))]
    record = {
        "scenario": {
            "name": scenario,
            "title": title or {"en": scenario.replace("_", " "), "zh": "测试情景"},
            "question": question
            or {"en": "What if nothing here is real?", "zh": "如果这些数字都是虚构的呢？"},
            **(
                spec
                or {
                    "base": "census_2020",
                    "until": "2023-12",
                    "conditions": {},
                    "committed": {},
                    "levers": {},
                }
            ),
        },
        **shared,
        "weight": 1 / scale,
        "versions": {"urbsim": "0.0.0", "numpy": "0.0"},
        "population": {"words": sha256("words")},
        "t2_coverage": COVERAGE,
        "fit": fit or FITTED_STAMP,
        "parameters_by_status": {"sourced": 12, "fitted": 0, "assumed": 31},
        "conditions": conditions,
        "tables_digest": sha256("none"),
    }
    of = {"scenario": f"{scenario} {spec} {base} {until}", "parameters": f"draw {draw}"}
    of |= {"facts": "", "code": "", "libraries": ""} | (digests or {})
    record["digests"] = {name: sha256(text) for name, text in of.items()}
    store.write_yaml(record, folder / RECORD)
    seal(folder, summary)
    return folder


def sha256(text: str) -> str:
    """The checksum of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal_again(folder: Path) -> None:
    """Makes the hashes of a folder those of its files, as if the run had written them like that."""
    seal(folder, json.loads((folder / SUMMARY).read_text(encoding="utf-8")))


def with_money(run: Path, yuan: float, gained: float) -> None:
    """An invented run whose levers cost so much, with so many more residents of towns in its last month."""
    frame = pd.read_parquet(run / "indicators.parquet")
    for column in ("scenario", "place", "indicator"):
        frame[column] = frame[column].astype(str)
    last = (frame["month"] == frame["month"].max()) & (frame["place"] == "450000")
    frame.loc[last & (frame["indicator"] == "urban_population"), "value"] += gained
    money = frame[last & (frame["indicator"] == "births")].assign(indicator="fiscal_cost_yuan", value=yuan)
    pd.concat([frame, money]).to_parquet(run / "indicators.parquet", index=False)
    seal_again(run)


COVERAGE = {"used": 0.25, "low": 0.125, "central": 0.375, "high": 0.5}


def _work_and_services(stock: np.ndarray, month: int, scale: float, push: float) -> dict[str, np.ndarray]:
    """Work, schools, housing and permits of a month; flows are nothing on the base night."""
    urban, n = stock[:, 1], len(stock)
    flows = month > 0
    entries = (urban // 125 * push).astype(np.int64) * 4 * flows
    attrition = urban // 1000 * flows
    return {
        "urban_entries": entries,
        "entries_from_school": entries // 4,
        "entries_reemployed": entries // 2,
        "entries_others": entries // 4,
        "urban_attrition": attrition,
        "counted_entries": 250 * entries,  # thousandths
        "registered_attrition": 1000 * attrition,
        "new_urban_jobs": 250 * entries - 1000 * attrition,  # thousandths, at the coverage used
        "urban_employed": urban // 2,
        "odd_jobs": urban // 9,
        "urban_unemployed": urban // 30,
        "vacancies": urban // 40,
        "trained": np.full(n, 3) * flows,
        "school_places": urban // 5 + month,
        "migrant_children_in_public_school": urban // 60,
        "public_rental_occupied": np.full(n, month // 2),
        "rent_subsidies_paid": np.full(n, 2) * flows,
        "permit_holders": urban // 6,
        "settled": urban // 900 * flows,
    }


def _end_of_2023(frame: pd.DataFrame) -> float | None:
    """Urban share of the province at the end of 2023; None where the run is shorter."""
    mine = frame[(frame["indicator"] == "urbanisation_rate") & (frame["place"] == "450000")]
    last = np.asarray(mine[mine["month"] == dt.date(2023, 12, 31)]["value"])
    return float(last[0]) if len(last) else None


def _three_years(frame: pd.DataFrame) -> float | None:
    """New urban jobs of 2021 to 2023 in the province; None where the run is shorter."""
    mine = frame[(frame["indicator"] == "new_urban_jobs") & (frame["place"] == "450000")]
    inside = mine[(mine["month"] >= dt.date(2021, 1, 31)) & (mine["month"] <= dt.date(2023, 12, 31))]
    return float(np.asarray(inside["value"]).sum()) if len(inside) == 36 else None


FLOWS = [
    "moved_in", "moved_out", "moved_in_outside", "moved_out_outside", "moved_in_outside_urban",
    "moved_out_outside_urban", "moved_to_urban", "moved_to_rural", "moved_in_urban", "moved_out_urban",
]  # fmt: skip


def urban_target(value: float | None) -> dict[str, Any]:
    """T1 as a run's summary holds it."""
    judged = {"met": None, "met_strict": None}
    if value is not None:
        judged = {"met": value >= 0.57 - 0.005, "met_strict": value >= 0.57}
    return {
        "id": "T1", "indicator": "urbanisation_rate", "place": "450000", "from": "2023-12", "to": "2023-12",
        "aggregate": "last", "operator": ">=", "threshold": 0.57, "tolerance": 0.005, "value": value,
        **judged,
    }  # fmt: skip


def jobs_target(value: float | None = None) -> dict[str, Any]:
    """T2 as a run's summary holds it; null where the run is too short."""
    met = None if value is None else value >= 900_000
    return {
        "id": "T2", "indicator": "new_urban_jobs", "place": "450000", "from": "2021-01", "to": "2023-12",
        "aggregate": "sum", "operator": ">=", "threshold": 900_000, "tolerance": 0, "value": value, "met":
        met,
        "met_strict": met,
    }  # fmt: skip


def _moves(rng: np.random.Generator, stock: np.ndarray, scale: float, push: float) -> np.ndarray:
    """Moves of a month, shape (moves, 2): origin and destination part."""
    n = len(stock)
    found = []
    for kind, per_hundredth in MONTHLY_MOVES.items():
        count = rng.poisson(per_hundredth * scale / 0.01 * (push if kind == "RU" else 1.0))
        ends = []
        for side in kind:
            if side == "O":
                ends.append(2 * n + (rng.random(count) > 0.7).astype(int))
            else:
                column = "RU".index(side)
                weight = stock[:, column] / stock[:, column].sum()
                ends.append(2 * rng.choice(n, size=count, p=weight) + column)
        if kind == "RU":  # half of the moves to towns stay in the county
            ends[1] = np.where(rng.random(count) < 0.5, ends[0] + 1, ends[1])
        found.append(np.column_stack(ends))
    moves = np.vstack(found)
    return moves[moves[:, 0] != moves[:, 1]]


def _flows(moves: np.ndarray, n: int) -> dict[str, np.ndarray]:
    origin, destination = moves.T
    here, there = origin < 2 * n, destination < 2 * n
    from_town, to_town = here & (origin % 2 == 1), there & (destination % 2 == 1)
    crosses = here & there & (origin // 2 != destination // 2)

    def count(which: np.ndarray, end: np.ndarray) -> np.ndarray:
        return np.bincount(end[which] // 2, minlength=n)[:n]

    return {
        "moved_in": count(crosses, destination),
        "moved_out": count(crosses, origin),
        "moved_in_outside": count(there & ~here, destination),
        "moved_out_outside": count(here & ~there, origin),
        "moved_in_outside_urban": count(to_town & ~here, destination),
        "moved_out_outside_urban": count(from_town & ~there, origin),
        "moved_to_urban": count(here & ~from_town & to_town, destination),
        "moved_to_rural": count(from_town & there & ~to_town, origin),
        "moved_in_urban": count(from_town & to_town & crosses, destination),
        "moved_out_urban": count(from_town & to_town & crosses, origin),
    }


def _movers(rng: np.random.Generator, moves: np.ndarray, month: dt.date, parts: list[str]) -> pd.DataFrame:
    """Those who move in a month, a row a person."""
    size = len(moves)
    names = np.array(parts)
    return pd.DataFrame(
        {
            "month": [month] * size,
            "origin": names[moves[:, 0]],
            "destination": names[moves[:, 1]],
            "age_group": rng.choice(AGES, size=size, p=AGE_WEIGHT / AGE_WEIGHT.sum()),
            "sex": rng.choice(["male", "female"], size=size, p=[0.52, 0.48]),
            "schooling": rng.choice(SCHOOLING, size=size),
        }
    )


def _counted(movers: list[pd.DataFrame], scale: float) -> pd.DataFrame:
    """Movers of all months, counted by what they have in common."""
    if not movers:
        return pd.DataFrame(columns=MOVERS_COLUMNS)
    frame = pd.concat(movers)
    grouped = frame.groupby(list(frame.columns), as_index=False, sort=True).size()
    return pd.DataFrame(grouped).assign(count=lambda t: t["size"] / scale).drop(columns="size")


def _totals(
    rows: dict[str, np.ndarray], codes: list[str], months: list[dt.date], scale: float
) -> pd.DataFrame:
    """The long table, with prefectures, the province and rates; in it are all months of an indicator of a place."""
    groups = {code: [i] for i, code in enumerate(codes)}
    for i, code in enumerate(codes):
        groups.setdefault(code[:4] + "00", []).append(i)
        groups.setdefault("450000", []).append(i)
    sums = {
        name: np.array([values[members].sum(axis=0) for members in groups.values()])
        for name, values in rows.items()
    }  # each of shape (places, months)
    thousandths = ("new_urban_jobs", "counted_entries", "registered_attrition")
    shown = {
        name: values / scale / (1000 if name in thousandths else 1)
        for name, values in sums.items()
        if name != "registered_urban"
    }
    shown["urbanisation_rate"] = sums["urban_population"] / sums["resident_population"]
    shown["hukou_urbanisation_rate"] = sums["registered_urban"] / sums["registered_population"]
    each = len(shown) * len(months)
    return pd.DataFrame(
        {
            "month": np.tile(np.array(months, dtype=object), len(groups) * len(shown)),
            "place": np.repeat(list(groups), each),
            "indicator": np.tile(np.repeat(list(shown), len(months)), len(groups)),
            "value": np.stack(list(shown.values()), axis=1).ravel(),
        }
    )
