"""Which implementation a run uses: the compiled kernels, or their plain NumPy twins."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib import import_module
from types import ModuleType


@dataclass(frozen=True)
class Engine:
    """The modules of one implementation; both have the same functions with the same arguments."""

    gate: ModuleType
    luck: ModuleType
    ageing: ModuleType
    vital: ModuleType
    migration: ModuleType
    moving: ModuleType
    schooling: ModuleType
    reclassification: ModuleType
    newcomers: ModuleType
    counting: ModuleType
    labour: ModuleType
    registration: ModuleType
    school_places: ModuleType
    housing: ModuleType


def _engine(package: str) -> Engine:
    """The modules of a package under the names that `Engine` has for them."""
    return Engine(**{field.name: import_module(f"{package}.{field.name}") for field in fields(Engine)})


def compiled() -> Engine:
    """The kernels."""
    return _engine("urbsim.kernels")


def reference() -> Engine:
    """The plain NumPy twins: slow, easy to read, and the same results to the last bit."""
    return _engine("urbsim.reference")
