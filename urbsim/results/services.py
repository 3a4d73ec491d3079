"""services.parquet: what there was of every service in the towns and villages of each county, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import month_end
from urbsim.state.geography import Places

if TYPE_CHECKING:
    import pyarrow as pa

    from urbsim.levers.services import Levels


def arrow(levels: Levels, places: Places) -> pa.Table:
    """A row for every month, service and county.

    Columns month (date), place (code), service, units (full scale), shared_by: thousands of residents of the towns or
    the villages, of infrastructure the villages themselves; each: units over those, 0 where there are none.
    """
    import pyarrow as pa

    found, names = levels.by_month, levels.names
    shape = (len(found), len(names), len(places.code))
    month, service, county = (index.ravel() for index in np.indices(shape))
    units, of = (np.array([level[k] for level in found.values()]).reshape(shape).ravel() for k in (0, 1))
    ends = pa.array([month_end(one) for one in found], pa.date32())
    each = np.divide(units, of, out=np.zeros_like(units), where=of > 0)
    return pa.table(
        {
            "month": ends.take(pa.array(month)),
            "place": pa.DictionaryArray.from_arrays(county.astype(np.int16), pa.array(places.code)),
            "service": pa.DictionaryArray.from_arrays(service.astype(np.int16), pa.array(list(names))),
            "units": units,
            "shared_by": of,
            "each": each,
        }
    )
