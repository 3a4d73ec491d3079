"""deliveries.parquet: what every lever brought, month by month and place by place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import month_end
from urbsim.state.geography import Places

if TYPE_CHECKING:
    import pandas as pd

    from urbsim.levers.delivery import Delivery


def frame(deliveries: Sequence[Delivery], places: Places, weight: float) -> pd.DataFrame:
    """A row for every lever, part, stock, month and county to which any units came.

    Columns lever, part, stock, month (date), place (code), units (full scale), sampled_units: as the run counts them,
    which is at full scale where they belong to places. weight: full units per sampled unit.
    """
    import pandas as pd
    import pyarrow as pa

    by_county = np.array([one.units for one in deliveries], np.int64).reshape(-1, len(places.code))
    row, county = np.nonzero(by_county)

    def text(values: list[str]) -> pd.Categorical:
        names = list(dict.fromkeys(values)) or [""]  # a dictionary without words would lose its type
        place = {name: k for k, name in enumerate(names)}
        return pd.Categorical.from_codes(np.array([place[value] for value in values], np.int8)[row], names)

    month_ends = pa.array([month_end(one.month) for one in deliveries], pa.date32())
    sampled, full = by_county[row, county], np.array([one.full(weight) for one in deliveries])
    return pd.DataFrame(
        {
            "lever": text([one.lever for one in deliveries]),
            "part": text([one.part for one in deliveries]),
            "stock": text([one.stock for one in deliveries]),
            "month": pd.array(month_ends.take(pa.array(row)), dtype=pd.ArrowDtype(pa.date32())),
            "place": pd.Categorical.from_codes(county, places.code),
            "units": sampled * full[row],
            "sampled_units": sampled,
        }
    )
