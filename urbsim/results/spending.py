"""spending.parquet: what every lever cost, month by month and place by place, in whole yuan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import month_end
from urbsim.state.geography import Places

if TYPE_CHECKING:
    import pyarrow as pa

    from urbsim.levers.spending import Spending


def arrow(entries: Sequence[Spending], places: Places, first_month: int) -> pa.Table:
    """A row for every lever, part, kind, month and county in which any yuan were spent.

    Columns lever, part, kind, month (date), place (code), yuan (int64). first_month: of the run, since 1900-01.
    """
    import pyarrow as pa

    nothing = np.zeros((0, 0, len(places.code)), np.int64)
    spent = np.stack([entry.yuan for entry in entries]) if entries else nothing
    entry, month, county = np.nonzero(spent)

    def text(values: list[str]) -> pa.DictionaryArray:
        names = list(dict.fromkeys(values))
        index = np.array([names.index(value) for value in values], np.int8)[entry]
        return pa.DictionaryArray.from_arrays(index, pa.array(names, pa.string()))

    ends = pa.array([month_end(first_month + k) for k in range(spent.shape[1])], pa.date32())
    return pa.table(
        {
            "lever": text([one.lever for one in entries]),
            "part": text([one.part for one in entries]),
            "kind": text([one.kind for one in entries]),
            "month": ends.take(pa.array(month)),
            "place": pa.DictionaryArray.from_arrays(
                county.astype(np.int16), pa.array(places.code, pa.string())
            ),
            "yuan": spent[entry, month, county],
        }
    )
