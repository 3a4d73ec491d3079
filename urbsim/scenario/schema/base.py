"""What all models share: the policy of their base, the forms of names, months, places and texts, and their units."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from urbsim.calendar import MONTH_PATTERN
from urbsim.limits import MAX_SEED
from urbsim.scenario.plan import read_plan

NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"
SWEPT_PATTERN = f"{NAME_PATTERN[:-1]}(@[a-z_0-9.]+=[A-Za-z0-9_.+-]+)*$"
PLACE_PATTERN = "^45[0-9]{4}$"
YEAR_PATTERN = "^20[0-9]{2}$"
DIGEST_PATTERN = "^[0-9a-f]{64}$"

PLAN = read_plan()
"""What is left out takes the months of the plan."""

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
SweptName = Annotated[str, Field(pattern=SWEPT_PATTERN)]
Month = Annotated[str, Field(pattern=MONTH_PATTERN, json_schema_extra={"unit": "month"})]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Count = Annotated[int, Field(ge=0)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]


def _code_as_text(value: Any) -> Any:
    """A place code or a year written without quotes is a number to YAML."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


PlaceCode = Annotated[
    str,
    Field(pattern=PLACE_PATTERN, json_schema_extra={"unit": "code of 2021"}),
    BeforeValidator(
        _code_as_text,
        json_schema_input_type=Annotated[str, Field(pattern=PLACE_PATTERN)]
        | Annotated[int, Field(ge=450000, le=459999)],
    ),
]


Year = Annotated[
    str,
    Field(pattern=YEAR_PATTERN, json_schema_extra={"unit": "year"}),
    BeforeValidator(
        _code_as_text,
        json_schema_input_type=Annotated[str, Field(pattern=YEAR_PATTERN)]
        | Annotated[int, Field(ge=2000, le=2099)],
    ),
]


class FrozenMapping(dict[str, Any]):
    """A mapping that no one changes: frozen models that hold one stay hashable."""

    def __hash__(self) -> int:  # type: ignore[override]
        """Of its items, whatever their order."""
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[FrozenMapping], tuple[dict[str, Any]]]:
        """Made anew of its items where it is copied or sent to another process."""
        return FrozenMapping, (dict(self),)

    def __setitem__(self, key: str, value: Any) -> None:
        """Raises TypeError."""
        raise TypeError(f"{key} cannot be changed: the mapping is frozen")

    def __delitem__(self, key: str) -> None:
        """Raises TypeError."""
        raise TypeError(f"{key} cannot be taken out: the mapping is frozen")


class Frozen(BaseModel):
    """The policy for every model: no unknown key, no change later, no infinity, no silent conversion."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


class Bilingual(Frozen):
    """A text in both languages of the report."""

    en: Text
    """English text."""
    zh: Text
    """Chinese text."""
