"""fulfilment.parquet: what of each additional dose was planned, due and delivered, by month, where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from urbsim.calendar import month_end

if TYPE_CHECKING:
    import pyarrow as pa

    from urbsim.levers.fulfilment import Fulfilment


def arrow(found: Sequence[Fulfilment], first_month: int) -> pa.Table:
    """A row for every additional dose and month of the run in which units were planned or came.

    Columns lever, month (date), planned, due, on_land, delivered (full units, as `urbsim.levers.fulfilment` says).
    first_month: of the run, since 1900-01.
    """
    import pyarrow as pa

    rows = [
        (one.lever, month_end(first_month + k), *map(float, units))
        for one in found
        for k, units in enumerate(np.stack([one.planned, one.due, one.on_land, one.delivered], axis=1))
        if units.any()
    ]
    types = {
        "lever": pa.string(),
        "month": pa.date32(),
        "planned": pa.float64(),
        "due": pa.float64(),
        "on_land": pa.float64(),
        "delivered": pa.float64(),
    }
    columns = zip(*rows, strict=True) if rows else ([] for _ in types)
    return pa.table(
        {name: pa.array(column, kind) for (name, kind), column in zip(types.items(), columns, strict=True)}
    )
