"""Rows of scores: one for every forecaster and figure, and their summaries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from urbsim.facts import gazetteer
from urbsim.skill.observed import level
from urbsim.skill.scores import HALF, MOST, Forecast

if TYPE_CHECKING:
    import pandas as pd

MODEL, CONDITIONAL, UNWEIGHTED = "model", "model_conditional", "model_unweighted"
OURS = (MODEL, CONDITIONAL, UNWEIGHTED)
"""Forecasters that are the model; all others are rivals."""
ROLLING, DECADE, LEFT_OUT, AFTER = "rolling_origin", "decade", "left_out", "after_2020"
"""What a row tests: one to three years from an origin inside the decade; places over the decade; prefectures that a fit
did not see; years after 2020."""
_DIGITS = 4  # of points: far below any error, and the same on every machine


@dataclass(frozen=True)
class Score:
    """One forecast of one figure, in points of urban share.

    test: ROLLING, DECADE, LEFT_OUT or AFTER; known: what was known of the figure (fitted, hidden, seen, unseen); draws:
    that the forecast is made of, in equally likely ones (1 for rivals).
    """

    test: str
    known: str
    place: str
    origin: int
    year: int
    forecaster: str
    observed: float
    mean: float
    sd: float
    q05: float
    q25: float
    q75: float
    q95: float
    crps: float
    in_50: bool
    in_90: bool
    draws: float

    @property
    def error(self) -> float:
        """Forecast less observation, points."""
        return self.mean - self.observed

    @property
    def ahead(self) -> int:
        """Years from the origin."""
        return self.year - self.origin

    @property
    def level(self) -> str:
        """province, prefecture or county."""
        return level(self.place)


def scored(
    test: str,
    known: str,
    place: str,
    origin: int,
    year: int,
    forecaster: str,
    forecast: Forecast,
    observed: float,
    draws: float = 1.0,
) -> Score:
    """The score of a forecast of a share from 0 to 1."""
    q05, q25, q75, q95 = (100 * forecast.quantile(p) for p in (0.05, 0.25, 0.75, 0.95))
    return Score(
        test=test,
        known=known,
        place=place,
        origin=origin,
        year=year,
        forecaster=forecaster,
        observed=100 * observed,
        mean=100 * forecast.mean,
        sd=100 * forecast.sd,
        q05=q05,
        q25=q25,
        q75=q75,
        q95=q95,
        crps=100 * forecast.crps(observed),
        in_50=forecast.holds(observed, HALF),
        in_90=forecast.holds(observed, MOST),
        draws=draws,
    )


@dataclass(frozen=True)
class Summary:
    """How a forecaster did on several figures. ratio: the model's CRPS over its own on those that both forecast."""

    forecaster: str
    n: int
    bias: float
    rmse: float
    crps: float
    in_50: float
    in_90: float
    ratio: float | None


def summaries(rows: Sequence[Score], model: str = MODEL) -> list[Summary]:
    """One for each forecaster, the model first, then rivals from the hardest on."""
    ours = {(row.place, row.origin, row.year): row.crps for row in rows if row.forecaster == model}
    by_name: dict[str, list[Score]] = {}
    for row in rows:
        by_name.setdefault(row.forecaster, []).append(row)
    found = []
    for name, mine in by_name.items():
        pairs = [(ours[key], row.crps) for row in mine if (key := (row.place, row.origin, row.year)) in ours]
        theirs = sum_of(own for _, own in pairs)
        ratio = sum_of(our for our, _ in pairs) / theirs if theirs > 0 and name not in OURS else None
        error = np.array([row.error for row in mine])
        found.append(
            Summary(
                forecaster=name,
                n=len(mine),
                bias=float(error.mean()),
                rmse=float(np.sqrt(np.mean(error**2))),
                crps=float(np.mean([row.crps for row in mine])),
                in_50=float(np.mean([row.in_50 for row in mine])),
                in_90=float(np.mean([row.in_90 for row in mine])),
                ratio=ratio,
            )
        )
    order = {name: k for k, name in enumerate(OURS)}
    return sorted(found, key=lambda s: (order.get(s.forecaster, len(OURS)), -(s.ratio or 0.0), s.forecaster))


def hardest(found: Iterable[Summary]) -> Summary | None:
    """The rival against which the model does worst on the figures that both forecast."""
    rivals = [summary for summary in found if summary.ratio is not None]
    return max(rivals, key=lambda summary: summary.ratio or 0.0) if rivals else None


def sum_of(values: Iterable[float]) -> float:
    """Their sum, in one order."""
    return float(np.sum(np.fromiter(values, dtype=np.float64)))


def frame(rows: Sequence[Score]) -> pd.DataFrame:
    """All rows as a table for the CSV file, points with four digits."""
    import pandas as pd

    names = gazetteer.places()
    numbers = ("observed", "mean", "sd", "q05", "q25", "q75", "q95", "error", "crps")
    return pd.DataFrame(
        [
            {
                "test": row.test,
                "known": row.known,
                "level": row.level,
                "place": row.place,
                "name": names[row.place].name["en"],
                "origin": row.origin,
                "year": row.year,
                "years_ahead": row.ahead,
                "forecaster": row.forecaster,
                **{name: f"{getattr(row, name):.{_DIGITS}f}" for name in numbers},
                "in_50": int(row.in_50),
                "in_90": int(row.in_90),
                "draws": f"{row.draws:.1f}",
            }
            for row in rows
        ]
    )
