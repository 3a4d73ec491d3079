"""deliveries.parquet: what every lever brought, month by month and place by place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import month_end
from urbsim.state.geography import Places

if TYPE_CHECKING:
    import pyarrow as pa

    from urbsim.levers.delivery import Delivery


def arrow(deliveries: Sequence[Delivery], places: Places, weight: float) -> pa.Table:
    """A row for every lever, part, stock, month and county to which any units came.

    Columns lever, part, stock, month (date), place (code), units (full scale), sampled_units: as the run counts them,
    which is at full scale where they belong to places. weight: full units per sampled unit.
    """
    import pyarrow as pa

    by_county = np.array([one.units for one in deliveries], np.int64).reshape(-1, len(places.code))
    row, county = np.nonzero(by_county)

    def text(values: list[str]) -> pa.DictionaryArray:
        names = list(dict.fromkeys(values))
        place = {name: k for k, name in enumerate(names)}
        index = np.array([place[value] for value in values], np.int8)[row]
        return pa.DictionaryArray.from_arrays(index, pa.array(names, pa.string()))

    ends = pa.array([month_end(one.month) for one in deliveries], pa.date32())
    sampled, full = by_county[row, county], np.array([one.full(weight) for one in deliveries])
    return pa.table(
        {
            "lever": text([one.lever for one in deliveries]),
            "part": text([one.part for one in deliveries]),
            "stock": text([one.stock for one in deliveries]),
            "month": ends.take(pa.array(row)),
            "place": pa.DictionaryArray.from_arrays(
                county.astype(np.int16), pa.array(places.code, pa.string())
            ),
            "units": sampled * full[row],
            "sampled_units": sampled,
        }
    )
