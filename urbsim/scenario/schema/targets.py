"""What a run is judged by: the content of a file in `scenarios/targets/`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict, field_validator, model_validator

from urbsim.scenario.schema.base import Bilingual, Frozen, Month, Name, PlaceCode, Text
from urbsim.scenario.schema.complaints import first_to_last, once


class Target(Frozen):
    """One line a run is measured against. It judges results and never enters the world."""

    id: Name
    """Short id, such as T1."""
    title: Bilingual
    """Name of the target in reports."""
    indicator: Text
    """The official indicator it reads."""
    place: PlaceCode
    """Place: 450000 (province), a prefecture such as 450100, or a county such as 450102."""
    from_: Month = Field(alias="from")
    """First month read."""
    to: Month
    """Last month read."""
    aggregate: Literal["last", "sum"]
    """`last`: the value at the end of `to`; `sum`: the total of the months `from` to `to`."""
    operator: Literal[">=", "<="]
    """Which side of the threshold meets the target."""
    threshold: float = Field(json_schema_extra={"unit": "unit of the indicator; rates are shares 0 to 1"})
    """The strict threshold; the shortfall is counted from it."""
    tolerance: float = Field(0.0, ge=0, json_schema_extra={"unit": "unit of the indicator"})
    """How far from the threshold still counts as met, where the document says "about"."""
    document: Text
    """The document that sets the target."""
    clause: Text
    """The words of the document."""
    note: Bilingual | None = None
    """How the words were turned into a number: the modellers' choice, in the open."""

    @model_validator(mode="after")
    def _ordered(self) -> Target:
        first_to_last(self.from_, self.to)
        return self


class TargetFile(Frozen):
    """A file of targets."""

    targets: Annotated[tuple[Target, ...], Strict(False), Field(min_length=1)]
    """The targets, in the order reports show them."""

    @field_validator("targets")
    @classmethod
    def _ids_once(cls, targets: tuple[Target, ...]) -> tuple[Target, ...]:
        once([target.id for target in targets])
        return targets
