"""The files from which the base population is made, and the assumptions among them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from urbsim import paths
from urbsim.files import strict_yaml


def facts_dir() -> Path:
    """Folder of the observations."""
    return paths.calibration_dir() / "observations"


def parameter_files(base: str) -> list[Path]:
    """Files of what the synthesis assumes, those of the base last: they take the place of general ones."""
    folder = paths.calibration_dir() / "parameters"
    files = [folder / "population.yaml", folder / base / "population.yaml"]
    return [file for file in files if file.exists()]


def read_assumptions(base: str = "census_2020") -> dict[str, Any]:
    """Value (or start) of each parameter of the synthesis; lists as float64 arrays.

    Raises ValueError where a parameter has neither a value nor a start.
    """
    values: dict[str, Any] = {}
    for file in parameter_files(base):
        for name, row in strict_yaml.load(file).value.items():
            value = row.get("value", row.get("start"))
            if value is None:
                raise ValueError(f"{name} has neither value nor start")
            values[name] = np.array(value, dtype=np.float64) if isinstance(value, list) else float(value)
    return values
