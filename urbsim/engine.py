"""Which implementation a run uses: the compiled kernels, or their plain NumPy twins."""

from __future__ import annotations

from collections.abc import Container
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


MODULES = tuple(field.name for field in fields(Engine))


def partly_compiled(names: Container[str]) -> Engine:
    """The kernels of the modules named, and the twins of the others."""
    packages = {name: "kernels" if name in names else "reference" for name in MODULES}
    return Engine(**{name: import_module(f"urbsim.{package}.{name}") for name, package in packages.items()})


def compiled() -> Engine:
    """The kernels."""
    return partly_compiled(MODULES)


def reference() -> Engine:
    """The plain NumPy twins: slow, easy to read, and the same results to the last bit."""
    return partly_compiled(())
