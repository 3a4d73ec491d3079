"""movers.parquet: who changed the part they count in, and the words for their kinds. What reads it needs no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import month_end
from urbsim.state.codes import N_PARTS

if TYPE_CHECKING:
    import pyarrow as pa

    from urbsim.state.geography import Places

AGE_GROUPS = (*(f"{5 * g}-{5 * g + 4}" for g in range(17)), "85+")
SEXES = ("male", "female")
SCHOOLING = ("none", "primary", "junior secondary", "senior secondary", "college", "bachelor or above")


def arrow(movers: np.ndarray, places: Places, weight: float) -> pa.Table:
    """movers.parquet: changes of the counted part by month, origin, destination, age, sex and schooling."""
    import pyarrow as pa

    months = np.unique(movers[:, 0])
    ends = pa.array([month_end(int(month)) for month in months], pa.date32())
    words = {
        "origin": [places.part_name(part) for part in range(N_PARTS)],
        "destination": [places.part_name(part) for part in range(N_PARTS)],
        "age_group": AGE_GROUPS,
        "sex": SEXES,
        "schooling": SCHOOLING,
    }
    said = {
        name: pa.DictionaryArray.from_arrays(movers[:, k].astype(np.int16), pa.array(texts, pa.string()))
        for k, (name, texts) in enumerate(words.items(), start=1)
    }
    month = ends.take(pa.array(np.searchsorted(months, movers[:, 0])))
    return pa.table({"month": month, **said, "count": movers[:, 6] * weight})
