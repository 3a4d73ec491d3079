"""Structural variants: which account of behaviour a run takes where the evidence leaves more than one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from urbsim.scenario.schema.base import Frozen


class Behaviour(Frozen):
    """Named switches of behaviour; the first choice of each is what the model holds most likely."""

    leaving: Literal["balanced", "elastic"] = "balanced"
    """How many villagers who reconsider leave. `balanced`: as many as find a better place, with a tie to home that
    gives the aimed share on census night. `elastic`: that share, raised by an elasticity where places gain."""
    returning: Literal["choice", "hazard"] = "choice"
    """How people come back. `choice`: home is one of the places weighed by those away. `hazard`: by rates of return
    that answer only to what the present place has gained."""
    networks: Literal["growing", "none"] = "growing"
    """Whether places draw people to where others from home live already."""
    new_jobs: Literal["channels", "one_coverage"] = "channels"
    """How new urban jobs are counted. `channels`: a share of the entries of each kind. `one_coverage`: one share of
    all entries."""
    recoding: Literal["base", "low", "high"] = "base"
    """How many places turn urban where they stand: the rate of the parameters, half of it or twice as much."""

    def by_default(self, variant: Mapping[str, str]) -> Behaviour:
        """The same with the switches of a variant where this has the first choice."""
        first = Behaviour()
        left_alone = {
            name: choice for name, choice in variant.items() if getattr(self, name) == getattr(first, name)
        }
        return self.model_copy(update=left_alone)
