"""movers.parquet: who changed the part they count in, and the words for their kinds. What reads it needs no model."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
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


def arrow(movers: Sequence[np.ndarray], places: Places, weight: float) -> pa.Table:
    """movers.parquet: changes of the counted part by month, origin, destination, age, sex and schooling.

    movers: of each month as `movers_of_month` of the model has them; weight: full persons per sampled person.
    """
    import pyarrow as pa

    movers = [of_month for of_month in movers if len(of_month)]
    ends = np.cumsum([0, *map(len, movers)])
    words = {
        "origin": [places.part_name(part) for part in range(N_PARTS)],
        "destination": [places.part_name(part) for part in range(N_PARTS)],
        "age_group": AGE_GROUPS,
        "sex": SEXES,
        "schooling": SCHOOLING,
    }
    kinds, count = np.empty((len(words), ends[-1]), np.uint8), np.empty(ends[-1])
    for of_month, (low, high) in zip(movers, pairwise(ends), strict=True):  # a month stays in the caches
        kinds[:, low:high] = of_month[:, 1:6].T
        np.multiply(of_month[:, 6], weight, out=count[low:high])
    # Kinds are counted below how many words there are, so nobody need look again.
    said = {
        name: pa.DictionaryArray.from_arrays(kind, pa.array(texts, pa.string()), safe=False)
        for kind, (name, texts) in zip(kinds, words.items(), strict=True)
    }
    days = np.array([month_end(int(of_month[0, 0])) for of_month in movers], "datetime64[D]")
    month = np.repeat(days.astype(np.int64).astype(np.int32), np.diff(ends))
    return pa.table({"month": pa.array(month).view(pa.date32()), **said, "count": count})
