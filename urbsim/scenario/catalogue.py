"""All levers, in the order of the schema: the one list of them, read by all that speaks of a lever.

Each is declared once, beside its key in `urbsim.scenario.schema.levers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from urbsim.scenario.lever import Lever
from urbsim.scenario.schema import Levers


def declared(groups: type[BaseModel]) -> Iterator[Lever]:
    """The levers of a model like `Levers`. Raises TypeError for a key that is not, or not wholly, declared."""
    for group, part in groups.model_fields.items():
        assert isinstance(part.annotation, type) and issubclass(part.annotation, BaseModel)
        for name, field in part.annotation.model_fields.items():
            key, kind = f"{group}.{name}", _kind(field)
            found = [each for each in field.metadata if isinstance(each, Lever)]
            if len(found) != 1:
                raise TypeError(f"{key} is annotated with {len(found)} levers instead of one")
            joins = found[0].stocks, found[0].spread
            counted = kind in ("dose", "airroutes")
            if any(bool(part) != (kind == "dose") for part in joins) or bool(found[0].unit) != counted:
                raise TypeError(
                    f"{key} ({kind}): a dose has unit, stocks and spread, air routes a unit, and nothing else has them"
                )
            yield replace(found[0], key=key, kind=kind, meaning=" ".join((field.description or "").split()))


def _kind(field: FieldInfo) -> str:
    """What people write for the lever: the name of the model, as dose, rule or office; or months."""
    models = [
        part for part in get_args(field.annotation) if isinstance(part, type) and issubclass(part, BaseModel)
    ]
    return models[0].__name__.lower() if models else "months"


CATALOGUE = {lever.key: lever for lever in declared(Levers)}
DOSES = tuple(lever for lever in CATALOGUE.values() if lever.kind == "dose")


def filling(stock: str) -> tuple[str, ...]:
    """Keys of the levers whose units join that stock."""
    return tuple(lever.key for lever in DOSES if stock in lever.stocks)


def setting(levers: Levers, key: str) -> Any:
    """What a scenario says of a lever: a dose, an office, rules; None where it says nothing."""
    return _reader(key)(levers) or None


_reader = lru_cache(maxsize=None)(attrgetter)
