"""Observing is not simulating: the table of indicators of a run, built month by month in sampled persons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import month_end
from urbsim.facts.indicators import COUNTS, INDICATORS, LATER, RATES, RATIOS
from urbsim.results.lines_of_counts import Writer
from urbsim.state.geography import PROVINCE, Places

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(repr=False)
class Observer:
    """Counts by month, county and indicator: sampled persons, int64.

    places: where; weight: full persons per sampled person; months: the observed months; counts: one dict a month;
    later: (months, 111) of each indicator of `LATER` at full scale, by month and county; empty before the run is over.
    """

    places: Places
    weight: float
    months: list[int] = field(default_factory=list)
    counts: list[np.ndarray] = field(default_factory=list)
    later: dict[str, np.ndarray] = field(default_factory=dict)

    def __repr__(self) -> str:
        """How many months were observed, and how many persons a sampled one stands for."""
        return f"Observer({len(self.months)} months, weight {self.weight:g})"

    def observe(self, month: int, values: dict[str, np.ndarray]) -> None:
        """Takes down one month; values: (111,) sampled persons, or their parts, of every count."""
        self.months.append(month)
        self.counts.append(np.concatenate([values[name] for name in COUNTS]).reshape(len(COUNTS), -1))

    def complete(self, values: dict[str, np.ndarray]) -> None:
        """Takes down some counts of the last observed month that were not known then."""
        for name, counties in values.items():
            self.counts[-1][COUNTS.index(name)] = counties

    def place_codes(self) -> list[str]:
        """Province, prefectures, counties: the order of rows."""
        return [PROVINCE, *self.places.prefectures, *self.places.code]

    def by_place(self) -> np.ndarray:
        """(months, indicators, places) sampled persons, sums included."""
        return self._with_sums(np.stack(self.counts))

    def _with_sums(self, counties: np.ndarray) -> np.ndarray:
        """(months, n, places) from (months, n, 111): province and prefectures before the counties."""
        # Counties stand in order of their prefectures, as their codes do.
        first = np.searchsorted(self.places.prefecture_index, np.arange(len(self.places.prefectures)))
        prefectures = np.add.reduceat(counties, first, axis=2)
        return np.concatenate([counties.sum(axis=2, keepdims=True), prefectures, counties], axis=2)

    def read(self, indicator: str, place: str, month: int) -> float | None:
        """One value at full scale; None for an indicator, place or month that was not observed."""
        known = place == PROVINCE or place in self.place_codes()
        if not known or indicator not in INDICATORS or month not in self.months:
            return None
        at, counties = self.months.index(month), self._counties_of(place)
        of = INDICATORS[indicator].of
        if of is None:
            return self._sum(indicator, at, counties)
        if indicator in RATIOS:
            above, below = (self._sum(name, at, counties) for name in of)
            return INDICATORS[indicator].per * above / below if above is not None and below else None
        above, below = (self.counts[at][COUNTS.index(name), counties].sum() for name in of)
        return float(above / below) if below else None

    def over_run(self, count: str, aggregate: str) -> float:
        """A count of the province: `last`, at the end; `sum`, over all months. On census night nothing flows."""
        observed = self.counts[1:] if aggregate == "sum" else self.counts[-1:]
        sampled = sum(int(counts[COUNTS.index(count)].sum()) for counts in observed)
        return sampled * self.weight / INDICATORS[count].fractions

    def _sum(self, indicator: str, at: int, counties: np.ndarray | slice) -> float | None:
        """A stock or flow of counties at full scale; at: position of the month."""
        if indicator in LATER:
            return float(self.later[indicator][at, counties].sum()) if indicator in self.later else None
        count = self.counts[at][COUNTS.index(indicator), counties].sum()
        return float(count * self.weight / INDICATORS[indicator].fractions)

    def _counties_of(self, place: str) -> np.ndarray | slice:
        """Indices of the counties of the province, of a prefecture, or of one county."""
        if place == PROVINCE:
            return slice(None)
        if place in self.places.prefectures:
            return np.flatnonzero(self.places.prefecture_index == self.places.prefectures.index(place))
        return np.array([self.places.code.index(place)])

    def fingerprint_lines(self) -> Iterator[bytes]:
        """Month by month, `month,place,indicator,integer` of every count, sampled, sorted: what the fingerprint is of.

        Counts that follow from others and came later are left out (`Indicator.in_fingerprint`).

        Each piece is one month's lines as UTF-8, each ended by a newline.
        """
        table = self.by_place().transpose(0, 2, 1).reshape(len(self.months), -1)
        writer, order = _fingerprint_keys(tuple(self.place_codes()))
        for at in sorted(range(len(self.months)), key=self.months.__getitem__):
            yield writer.lines(f"{month_end(self.months[at]).isoformat()},", table[at, order])

    def _values(self) -> np.ndarray:
        """(rows,) of the long table, at full scale; rates recomputed from sums."""
        table = self.by_place().astype(np.float64)
        fractions = np.array([INDICATORS[name].fractions for name in COUNTS])
        rates = []
        for name in RATES:
            above, below = (COUNTS.index(count) for count in INDICATORS[name].of or ())
            rates.append(table[:, above] / np.maximum(table[:, below], 1))
        counts = table * (self.weight / fractions[:, None])
        unknown = np.full((len(self.months), len(self.places.code)), np.nan)
        later = self._with_sums(np.stack([self.later.get(name, unknown) for name in LATER], axis=1))
        ratios = []
        for name in RATIOS:
            above, below = INDICATORS[name].of or ("", "")
            per, of = INDICATORS[name].per, counts[:, COUNTS.index(below)]
            found = per * later[:, LATER.index(above)]
            ratios.append(np.divide(found, of, out=np.zeros_like(of), where=of > 0))
        return np.concatenate(
            [counts, np.stack(rates, axis=1), later, np.stack(ratios, axis=1)], axis=1
        ).ravel()

    def arrow(self, scenario: str, draw: int, seed: int) -> pa.Table:
        """`frame` as Arrow columns: what is written, without the way through pandas."""
        import pyarrow as pa

        values = self._values()
        of_run = pa.DictionaryArray.from_arrays(np.zeros(values.size, np.int8), pa.array([scenario]))
        month, indicator, place = _arrow_keys(tuple(self.months), tuple(self.place_codes()))
        return pa.table(
            {
                "scenario": of_run,
                "draw": np.full(values.size, draw, np.int32),
                "seed": np.full(values.size, seed, np.int64),
                "month": month,
                "place": place,
                "indicator": indicator,
                "value": values,
            }
        )

    def frame(self, scenario: str, draw: int, seed: int) -> pd.DataFrame:
        """The long table of the run, at full scale."""
        import pandas as pd

        values = self._values()
        month, indicator, place = _key_columns(tuple(self.months), tuple(self.place_codes()))
        rows = values.size
        return pd.DataFrame(
            {
                "scenario": pd.Categorical.from_codes(np.zeros(rows, np.int8), [scenario]),
                "draw": np.full(rows, draw, np.int32),
                "seed": np.full(rows, seed, np.int64),
                "month": month,
                "place": place,
                "indicator": indicator,
                "value": values,
            }
        )


@lru_cache(maxsize=4)
def _fingerprint_keys(codes: tuple[str, ...]) -> tuple[Writer, np.ndarray]:
    """What writes the lines `place,indicator,` of a month, sorted; where counts stand in (place, indicator) order."""
    keys = [f"{code},{name}," for code in codes for name in COUNTS]
    counted = [INDICATORS[name].in_fingerprint for _ in codes for name in COUNTS]
    order = sorted((k for k, counts in enumerate(counted) if counts), key=keys.__getitem__)
    return Writer([keys[k] for k in order]), np.array(order)


@lru_cache(maxsize=4)
def _key_columns(months: tuple[int, ...], codes: tuple[str, ...]):
    """Key columns of the long table, built once for all runs of a process with the same months."""
    import pandas as pd

    names = (*COUNTS, *RATES, *LATER, *RATIOS)
    shape = (len(months), len(names), len(codes))
    index = np.indices(shape).reshape(3, -1).astype(np.int32)
    return tuple(
        pd.Categorical.from_codes(codes_, categories)
        for codes_, categories in zip(index, ([month_end(m) for m in months], names, codes), strict=True)
    )


@lru_cache(maxsize=4)
def _arrow_keys(months: tuple[int, ...], codes: tuple[str, ...]):
    """The same as Arrow columns: months as dates, texts as dictionaries."""
    import pyarrow as pa

    month, indicator, place = (pa.array(key, from_pandas=True) for key in _key_columns(months, codes))
    return month.dictionary_decode(), indicator, place
