"""How large the climate of a year is: forecasts from origins inside the decade, for each of several sizes.

`python -m bench.climate` replays the decade with draws of the fit, each with innovations of its own that no fit has
seen, weighs replays by the published path up to each origin, and prints for each size how wide the forecasts are, how
far off, and how many published shares their intervals hold.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from itertools import product

import numpy as np

from urbsim.calendar import BASE_MONTH
from urbsim.facts.gazetteer import PROVINCE
from urbsim.facts.parameters import climate_name, load_parameters
from urbsim.facts.register import Register
from urbsim.fit import door, transform
from urbsim.fit.protocol import load_protocol
from urbsim.paths import calibration_dir
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel
from urbsim.skill import origins
from urbsim.skill.forecasts import Ensemble
from urbsim.skill.observed import province_series
from urbsim.skill.rules import load_rules
from urbsim.skill.score_rows import MODEL, Score
from urbsim.skill.weights import SHARE

SIZES = (0.0, 0.03, 0.05, 0.08, 0.13)
_START, _END = "census_2010", "census_2020"
_YEARS = range(2011, 2021)
_LEAST = 1e-9  # guard: the parameter may not be 0


def path_of(draw: int, size: float, scale: float) -> list[float]:
    """The province's share on census night 2010 and at the end of every month after it."""
    normals = transform.keyed_normals("climates that no fit has seen", 1, len(_YEARS) * (draw + 1))[0][
        -len(_YEARS) :
    ]
    given = {climate_name(year): float(z) for year, z in zip(_YEARS, normals, strict=True)}
    used = load_parameters(draw, base=_START).with_values(given | {"mobility_of_year": max(size, _LEAST)})
    replay = door.prepared(load_protocol().replay, None)
    model = UrbanisationModel(world=build_world(replay, scale, 1, threads=1, parameters=used))
    for _ in range(BASE_MONTH[_END] - BASE_MONTH[_START]):
        model.step()
    months = range(BASE_MONTH[_START], BASE_MONTH[_END] + 1)
    path = [float(model.observer.read("urbanisation_rate", PROVINCE, month) or 0.0) for month in months]
    model.release()
    return path


def ensemble_of(paths: np.ndarray) -> Ensemble:
    """Replays as the scores take them. paths: (draws, months)."""
    ends = paths[:, 2::12]  # December 2010 is the second month after census night
    years = tuple(range(2010, 2010 + ends.shape[1]))
    one = slice(None), None
    return Ensemble("replay", (PROVINCE,), years, paths[:, :1], ends[one], paths[:, -1:], BASE_MONTH[_END])


def scores_of(paths: np.ndarray) -> list[Score]:
    """Of the weighted replays, from every origin."""
    facts = calibration_dir()
    series, observable = province_series(Register(facts)), load_protocol().observables[SHARE]
    rows = origins.rolling(ensemble_of(paths), {}, series, load_rules(facts), observable)
    return [row for row in rows if row.forecaster == MODEL]


def line(size: float, rows: list[Score]) -> str:
    """What is printed of a size."""
    error, wide = (np.array([getattr(row, name) for row in rows]) for name in ("error", "sd"))
    log_score = float(np.mean(0.5 * np.log(2 * np.pi * wide**2) + error**2 / (2 * wide**2)))
    held = [f"{sum(getattr(row, name) for row in rows)}/{len(rows)}" for name in ("in_50", "in_90")]
    crps = np.mean([row.crps for row in rows])
    return (
        f"{size:5.2f}  {error.mean():+6.2f}  {np.sqrt(np.mean(error**2)):5.2f}  {np.sqrt(np.mean(wide**2)):5.2f}"
        f"  {crps:6.3f}  {log_score:6.2f}  {held[0]:>6}  {held[1]:>6}  {min(row.draws for row in rows):6.1f}"
    )


def main() -> None:
    """Runs and prints a row for each size."""
    parser = argparse.ArgumentParser(prog="python -m bench.climate", description=__doc__)
    parser.add_argument("--draws", type=int, default=40)
    parser.add_argument("--scale", type=float, default=0.005)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sizes", type=float, nargs="+", default=SIZES)
    asked = parser.parse_args()
    draws, sizes = zip(*product(range(1, asked.draws + 1), asked.sizes), strict=True)
    with ProcessPoolExecutor(asked.workers) as pool:
        found = list(pool.map(path_of, draws, sizes, [asked.scale] * len(draws)))
    print(" size    bias   rmse     sd    crps  logscr     50%     90%   draws")
    for size in asked.sizes:
        print(
            line(
                size, scores_of(np.array([path for path, of in zip(found, sizes, strict=True) if of == size]))
            )
        )


if __name__ == "__main__":
    main()
