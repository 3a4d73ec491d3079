"""What a process offers beside its steps of the month: runner, model and accounts loop over these.

`urbsim.month` lists the steps one by one, because processes take turns within a month.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from urbsim.simulation.world import World
    from urbsim.state.ledger import Stocks


End = Callable[[], None]
"""Ends what a process has begun on census night."""


def _nothing(world: World) -> None:
    """For a process without state of its own."""


def _no_accounts(world: World, recounted: Stocks) -> dict[str, int]:
    """For a process that keeps no accounts."""
    return {}


def _no_indicators(world: World) -> dict[str, np.ndarray]:
    """For a process without indicators."""
    return {}


@dataclass(frozen=True)
class Process:
    """One process of the model.

    prepare: makes the part of its state that needs no sampled person, while persons are loaded;
    open: brings persons and state together on census night, in the order of `urbsim.simulation.processes`; may return
        what ends it, called when all others have opened: until then they neither read nor write what is begun;
    residuals: largest absolute residual of each of its accounts, in units, recounted from the columns; else 0;
    observe: its indicators of the month, (111,) int64 by county, sampled; on census night its flows are 0.
    """

    name: str
    prepare: Callable[[World], None] = _nothing
    open: Callable[[World], End | None] = _nothing
    residuals: Callable[[World, Stocks], dict[str, int]] = _no_accounts
    observe: Callable[[World], dict[str, np.ndarray]] = _no_indicators
