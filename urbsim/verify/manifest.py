"""What the main job writes, as codecheck.yml lists it: the runs there are the ones that are recorded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import yaml

from urbsim import paths
from urbsim.errors import InputError, Problem
from urbsim.results import store

FILE = "codecheck.yml"
_MAIN_FOLDER = "results"  # where the main job writes, by which the manifest names files
_RUN = re.compile(r"(.+)/scale([0-9.]+)-draw([0-9]+)-seed([0-9]+)")


class Run(NamedTuple):
    """The settings of one run."""

    scenario: str
    scale: float
    draw: int
    seed: int

    @property
    def name(self) -> str:
        """Its folder, such as `baseline/scale0.01-draw0-seed1`."""
        return store.run_folder(Path(), *self).as_posix()

    def __str__(self) -> str:
        return f"{self.scenario} (scale {store.scale_text(self.scale)}, draw {self.draw}, seed {self.seed})"


def files(path: Path | None = None) -> list[str]:
    """Files that the main job writes, in order, named from its folder. path: of the manifest, None for ours.

    Raises InputError where there is none.
    """
    path = path or paths.records_dir().parents[1] / FILE
    if not path.is_file():
        message = "is missing: it says which runs are recorded, and only a clone of the repository has it"
        raise InputError([Problem(message, file=str(path))])
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["manifest"]
    return [entry["file"].removeprefix(f"{_MAIN_FOLDER}/") for entry in entries]


def runs(path: Path | None = None) -> list[Run]:
    """The runs among these files, each once, in order."""
    folders = dict.fromkeys(Path(file).parent.as_posix() for file in files(path))
    found = [_RUN.fullmatch(folder) for folder in folders]
    return [Run(m[1], float(m[2]), int(m[3]), int(m[4])) for m in found if m]
