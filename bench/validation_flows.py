"""What happened year by year in the replayed decade: growth, settlement, new jobs, and net moves into the forecast."""

from __future__ import annotations

import numpy as np
import pandas as pd

from urbsim.calendar import month_number
from urbsim.facts.indicators import COUNTS, INDICATORS
from urbsim.facts.register import observations
from urbsim.simulation.runner import RunResult
from urbsim.state.geography import PROVINCE

NIGHT = "2020-10"
"""Month at whose end the census of 2020 stands."""

_LAST = 2020
_FIRST_MONTHS = {"year": (1, 12), "H1": (1, 6), "Jan-Aug": (1, 8), "Q1": (1, 3)}
"""Calendar months of the periods of `jobs_annual.csv`."""


def flow(results: list[RunResult], indicator: str, first: str, last: str) -> float:
    """A flow of the province over months, first and last included, mean of the runs at full scale."""
    at = COUNTS.index(indicator)
    wanted = range(month_number(first), month_number(last) + 1)
    per_unit = 1 / INDICATORS[indicator].fractions
    return float(
        np.mean(
            [
                sum(
                    counts[at].sum()
                    for month, counts in zip(r.observer.months, r.observer.counts, strict=True)
                    if month in wanted
                )
                * r.observer.weight
                * per_unit
                for r in results
            ]
        )
    )


def _of_year(results: list[RunResult], indicator: str, year: int) -> float:
    """A flow of a calendar year; the ten months of 2020 are raised to twelve."""
    if year < _LAST:
        return flow(results, indicator, f"{year}-01", f"{year}-12")
    return flow(results, indicator, f"{year}-01", f"{year}-10") * 12 / 10


def level(results: list[RunResult], indicator: str, month: str) -> float:
    """A stock or a rate of the province at the end of a month, mean of the runs at full scale."""
    at = month_number(month)
    return float(np.mean([r.observer.read(indicator, PROVINCE, at) or 0.0 for r in results]))


def _share(results: list[RunResult], indicator: str, month: str) -> float:
    return 100 * level(results, indicator, month)


def increments(by_year: pd.DataFrame) -> pd.DataFrame:
    """Growth of the urban share a year, points, from the table of the province by year.

    Years run from December to December, the last from December 2019 to census night 2020, raised from ten months to
    twelve. The published figure of 2020 is that of the end of the year.
    """
    model, published = (np.diff(by_year[name].to_numpy(float)) for name in ("model %", "published %"))
    model[-1] *= 12 / 10
    return pd.DataFrame(
        {
            "year": by_year["year"].to_numpy()[1:],
            "model": model,
            "published": published,
            "off": model - published,
        }
    )


def _at_sites(results: list[RunResult], month: str) -> float:
    """Registered at relocation sites in towns, percentage points of all registered, mean of the runs (ODD M14).

    The model registers them there with their household; the registers of those years are taken to have kept them in
    their villages, where the land is.
    """
    until = month_number(month)
    moved = [
        r.parameters["relocated_to_towns"]
        * sum(
            d.full_units(r.observer.weight).sum()
            for d in r.deliveries
            if d.lever == "towns.relocated_persons" and d.month <= until
        )
        for r in results
    ]
    return 100 * float(np.mean(moved)) / level(results, "registered_population", month)


def settlement(results: list[RunResult]) -> pd.DataFrame:
    """People settled in towns, thousands, and share registered in towns at the end of the year, by year.

    Those at relocation sites are told apart: reported is the share without them.
    """
    known = observations("settlement")
    known = known[
        (known["area_level"] == "province") & (known["value_kind"] == "actual") & (known["year"] < _LAST)
    ]
    known = known.set_index(["indicator", "period"])["value"]
    mean = known["rural_people_settled_in_towns_per_year_mean", "2013-2018"] / 1e3
    rows = []
    for year in range(2011, _LAST + 1):
        end = f"{year}-12" if year < _LAST else f"{year}-10"
        rows.append(
            (
                year,
                _of_year(results, "settled", year) / 1e3,
                mean if 2013 <= year <= 2018 else np.nan,
                _share(results, "hukou_urbanisation_rate", end) - _at_sites(results, end),
                _at_sites(results, end),
                known["hukou_urbanisation_rate", "year-end"] if year == 2018 else np.nan,
            )
        )
    return pd.DataFrame(
        rows,
        columns=[
            "year",
            "settled, model",
            "reported, mean",
            "registered in towns, model %",
            "at sites, model %",
            "reported %",
        ],
    )


def _reported_months(results: list[RunResult], year: int, period: str) -> float:
    """New urban jobs of the months of a period."""
    first, last = _FIRST_MONTHS[period]
    if period == "year":
        return _of_year(results, "new_urban_jobs", year)
    return flow(results, "new_urban_jobs", f"{year}-{first:02}", f"{year}-{last:02}")


def new_jobs(results: list[RunResult], drawn: list[RunResult]) -> pd.DataFrame:
    """New urban jobs, thousands: of the year, and in the months for which a count was reported.

    drawn: one run a draw of the parameters; their middle nine tenths, for the same months.
    """
    known = observations("jobs_annual")
    known = known[
        (known["area_name_en"] == "Guangxi")
        & (known["indicator"] == "new_urban_jobs")
        & (known["value_kind"] == "actual")
        & (known["year"] <= _LAST)
    ].set_index("year")
    rows = []
    for year in range(2011, _LAST + 1):
        of_year = _of_year(results, "new_urban_jobs", year)
        period, reported, same, low, high = "", np.nan, np.nan, np.nan, np.nan
        if year in known.index:
            period, reported = known.loc[year, "period"], float(known.loc[year, "value"])
            same = _reported_months(results, year, period)
            low, high = np.quantile([_reported_months([run], year, period) for run in drawn], [0.05, 0.95])
        rows.append((year, of_year / 1e3, period, same / 1e3, reported / 1e3, low / 1e3, high / 1e3))
    return pd.DataFrame(
        rows,
        columns=[
            "year",
            "model, year",
            "reported for",
            "model, same months",
            "reported",
            "draws, 5%",
            "draws, 95%",
        ],
    )


def seam(results: list[RunResult], forecast: list[RunResult]) -> pd.DataFrame:
    """Net moves to towns, thousands a year from November to October, through census night into the forecast."""
    rows = []
    for first_year in range(2010, 2023):
        runs = results if first_year < _LAST else forecast
        first, last = f"{first_year}-11", f"{first_year + 1}-10"

        def net(
            into: str, out: str, runs: list[RunResult] = runs, first: str = first, last: str = last
        ) -> float:
            return (flow(runs, into, first, last) - flow(runs, out, first, last)) / 1e3

        rows.append(
            (
                f"{first_year}/{(first_year + 1) % 100}",
                "replay" if first_year < _LAST else "forecast",
                net("moved_to_urban", "moved_to_rural"),
                net("moved_in_outside_urban", "moved_out_outside_urban"),
                net("births_urban", "deaths_urban"),
                flow(runs, "settled", first, last) / 1e3,
            )
        )
    return pd.DataFrame(
        rows,
        columns=[
            "year to October",
            "run",
            "from villages, net",
            "from outside, net",
            "births less deaths",
            "settled",
        ],
    )


def two_nights(results: list[RunResult], forecast: list[RunResult]) -> pd.DataFrame:
    """Urban share at the last Decembers and on census night, per cent: replay, forecast, published."""
    published = observations("guangxi_annual_revised")
    published = published[
        (published["geography"] == "Guangxi") & (published["variable"] == "urbanisation_rate")
    ].set_index("year")["value"]
    rows = [
        ("end of 2018", _share(results, "urbanisation_rate", "2018-12"), np.nan, published[2018]),
        ("end of 2019", _share(results, "urbanisation_rate", "2019-12"), np.nan, published[2019]),
        (
            "census night 2020",
            _share(results, "urbanisation_rate", NIGHT),
            _share(forecast, "urbanisation_rate", NIGHT),
            np.nan,
        ),
        ("end of 2020", np.nan, _share(forecast, "urbanisation_rate", "2020-12"), published[2020]),
    ]
    return pd.DataFrame(rows, columns=["", "replay", "forecast", "published"])
