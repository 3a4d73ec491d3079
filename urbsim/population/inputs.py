"""The files from which the base population is made, and the assumptions among them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml

from urbsim import paths


def facts_dir() -> Path:
    """Folder of the observations."""
    return paths.calibration_dir() / "observations"


def parameter_file() -> Path:
    """File of what the synthesis assumes."""
    return paths.calibration_dir() / "parameters" / "population.yaml"


def read_assumptions(file: Path | None = None) -> dict[str, Any]:
    """Value (or start) of each parameter of the synthesis; lists as float64 arrays.

    Raises ValueError where a parameter has neither a value nor a start.
    """
    rows = yaml.safe_load((file or parameter_file()).read_text(encoding="utf-8"))
    values: dict[str, Any] = {}
    for name, row in rows.items():
        value = row.get("value", row.get("start"))
        if value is None:
            raise ValueError(f"{name} has neither value nor start")
        values[name] = np.array(value, dtype=np.float64) if isinstance(value, list) else float(value)
    return values
