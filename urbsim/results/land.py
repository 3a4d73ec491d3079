"""land.parquet: what a land quota of places gave and cut, by place and lever, where it cut anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from urbsim.levers.land_of_places import LandOfPlace


def arrow(found: Sequence[LandOfPlace]) -> pa.Table:
    """A row for every place and lever that was to have units there which take land.

    Columns place (code), lever, quota, beside, due, on_land (hectares of the run, as
    `urbsim.levers.land_of_places.LandOfPlace` says).
    """
    import pyarrow as pa

    types = {"place": pa.string(), "lever": pa.string()}
    types |= dict.fromkeys(("quota", "beside", "due", "on_land"), pa.float64())
    columns = zip(*found, strict=True)
    return pa.table(
        {name: pa.array(column, types[name]) for name, column in zip(types, columns, strict=True)}
    )
