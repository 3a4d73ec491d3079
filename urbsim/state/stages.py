"""The stages of school up to the end of compulsory school: the one table of them. Kernels compile it in."""

from __future__ import annotations

from typing import NamedTuple


class Stage(NamedTuple):
    """A stage takes the ages `first` to `end` - 1, in years by the end of August."""

    name: str
    first: int
    end: int
    compulsory: bool


STAGES = (
    Stage("kindergarten", 3, 6, compulsory=False),
    Stage("primary", 6, 12, compulsory=True),
    Stage("junior", 12, 15, compulsory=True),
)
"""From the youngest on, each begins where the one before ends; compulsory stages come last."""
N_STAGES = len(STAGES)
