"""Every count of a run by month and county, in whole sampled persons: compared, and kept in a small Parquet file.

Sums over counties are left out, for they follow. So are rates.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from urbsim.calendar import month_end, month_number, month_text
from urbsim.compare.outcomes import Change, First, ranked
from urbsim.facts.indicators import COUNTS, INDICATORS
from urbsim.results.observer import Observer

_T = TypeVar("_T")
_SMALL: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 22,
    "use_dictionary": ["place", "month"],
}


@dataclass(frozen=True)
class Counts:
    """values: (months, indicators, counties) int64, sampled; months: since 1900-01; counties: codes; weight: persons
    that one sampled person stands for."""

    months: tuple[int, ...]
    indicators: tuple[str, ...]
    counties: tuple[str, ...]
    values: np.ndarray
    weight: float

    @classmethod
    def of(cls, observer: Observer) -> Counts:
        """What was observed."""
        counties = tuple(observer.places.code)
        return cls(
            tuple(observer.months), tuple(COUNTS), counties, np.stack(observer.counts), observer.weight
        )

    def full(self, indicator: str, value: int) -> float:
        """A count at full scale, in the unit of its indicator."""
        return float(value) * self.weight / INDICATORS[indicator].fractions

    def __str__(self) -> str:
        shape = (len(self.months), len(self.indicators), len(self.counties))
        return "{} months x {} counts x {} counties".format(*shape)


def write(counts: Counts, path: Path) -> None:
    """A row for each county and month, a column for each count."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    ends = [month_end(month) for month in counts.months]
    columns: dict[str, pa.Array] = {
        "place": pa.array(np.repeat(counts.counties, len(ends)).tolist()),
        "month": pa.array(ends * len(counts.counties), pa.date32()),
    }
    for k, name in enumerate(counts.indicators):
        columns[name] = pa.array(counts.values[:, k].T.ravel(), pa.int64())
    with path.open("wb") as stream:  # Arrow itself opens no path that is not UTF-8 in this locale
        pq.write_table(pa.table(columns), stream, store_schema=False, write_page_checksum=True, **_SMALL)


def read(path: Path, weight: float) -> Counts:
    """What `write` wrote."""
    import pyarrow.parquet as pq

    with path.open("rb") as stream:
        table = pq.read_table(stream)
    indicators = tuple(name for name in table.column_names if name not in ("place", "month"))
    counties = tuple(dict.fromkeys(table["place"].to_pylist()))
    months = tuple(_number(day) for day in dict.fromkeys(table["month"].to_pylist()))
    columns = [table[name].to_numpy().reshape(len(counties), len(months)).T for name in indicators]
    return Counts(months, indicators, counties, np.stack(columns, axis=1), weight)


def _number(day: dt.date) -> int:
    return month_number(f"{day.year}-{day.month:02d}")


def first_difference(a: Counts, b: Counts) -> First | None:
    """The first month in which any count of any county differs; there the first county, and its first indicator.

    Only what both sides have is compared. a, b in the answer are at full scale.
    """
    months, names, codes = _common(a.months, b.months), _shared(a, b), _common(a.counties, b.counties)
    mine, other = (_part(side, months, names, codes) for side in (a, b))
    differs = mine != other
    if not differs.any():
        return None
    month = int(np.flatnonzero(differs.any(axis=(1, 2)))[0])
    county = int(np.flatnonzero(differs[month].any(axis=0))[0])
    k = int(np.flatnonzero(differs[month, :, county])[0])
    x, y = (side.full(names[k], part[month, k, county]) for side, part in ((a, mine), (b, other)))
    return First(month_text(months[month]), names[k], codes[county], x, y, int(differs[month].sum()))


def one_sided(a: Counts, b: Counts) -> list[str]:
    """Indicators, months and counties that only one side has."""
    months = {month_text(month) for month in {*a.months} ^ {*b.months}}
    return sorted({*a.indicators} ^ {*b.indicators}) + sorted(months) + sorted({*a.counties} ^ {*b.counties})


def changes(a: Counts, b: Counts) -> tuple[Change, ...]:
    """Counts of the province that are not the same, the largest change first: stocks at the end, flows added up."""
    months, names, codes = _common(a.months, b.months), _shared(a, b), _common(a.counties, b.counties)
    mine, other = (_part(side, months, names, codes).sum(axis=2) for side in (a, b))
    end, whole = (
        month_text(months[-1]),
        f"{month_text(months[min(1, len(months) - 1)])}..{month_text(months[-1])}",
    )
    found = []
    for k, name in enumerate(names):
        flow = INDICATORS[name].kind == "flow"
        x, y = (
            side.full(name, part[:, k].sum() if flow else part[-1, k])
            for side, part in ((a, mine), (b, other))
        )
        if x != y:
            found.append(Change(name, name, whole if flow else end, x, y, y - x, None))
    return ranked(found)


def _shared(a: Counts, b: Counts) -> tuple[str, ...]:
    return tuple(name for name in _common(a.indicators, b.indicators) if name in INDICATORS)


def _common(a: tuple[_T, ...], b: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(one for one in a if one in b)


def _part(
    side: Counts, months: tuple[int, ...], names: tuple[str, ...], codes: tuple[str, ...]
) -> np.ndarray:
    rows = ([whole.index(one) for one in part] for whole, part in
            ((side.months, months), (side.indicators, names), (side.counties, codes)))  # fmt: skip
    return side.values[np.ix_(*rows)]
