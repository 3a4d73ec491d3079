"""Which implementation a run uses: the compiled kernels, or their plain NumPy twins."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True)
class Engine:
    """The modules of one implementation; both have the same functions with the same arguments."""

    gate: ModuleType
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


def compiled() -> Engine:
    """The kernels."""
    from urbsim.kernels import (
        ageing,
        counting,
        gate,
        housing,
        labour,
        migration,
        moving,
        newcomers,
        reclassification,
        registration,
        school_places,
        schooling,
        vital,
    )

    return Engine(
        gate,
        ageing,
        vital,
        migration,
        moving,
        schooling,
        reclassification,
        newcomers,
        counting,
        labour,
        registration,
        school_places,
        housing,
    )


def reference() -> Engine:
    """The plain NumPy twins: slow, easy to read, and the same results to the last bit."""
    from urbsim.reference import (
        ageing,
        counting,
        gate,
        housing,
        labour,
        migration,
        moving,
        newcomers,
        reclassification,
        registration,
        school_places,
        schooling,
        vital,
    )

    return Engine(
        gate,
        ageing,
        vital,
        migration,
        moving,
        schooling,
        reclassification,
        newcomers,
        counting,
        labour,
        registration,
        school_places,
        housing,
    )
