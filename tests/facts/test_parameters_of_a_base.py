"""Parameters that a run from another census takes in the place of the general ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from urbsim.errors import InputError
from urbsim.facts.parameters import load_parameters, read_specifications
from urbsim.paths import calibration_dir


def test_some_numbers_are_of_the_night_and_all_others_the_same():
    later, earlier = load_parameters(), load_parameters(base="census_2010")
    assert set(later) == set(earlier)
    changed = {name for name in later if later[name] != earlier[name]}
    lists = (name for name, spec in later.info.items() if spec.array is not None)
    changed |= {name for name in lists if not np.array_equal(later.array(name), earlier.array(name))}
    files = sorted((calibration_dir() / "parameters" / "census_2010").glob("*.yaml"))
    written = {
        line[:-1] for file in files for line in file.read_text("utf-8").splitlines() if line[:1].islower()
    }
    assert changed == written


def test_a_name_that_is_no_parameter_is_refused_with_the_nearest(tmp_path: Path):
    folder = tmp_path / "calibration"
    shutil.copytree(calibration_dir(), folder)
    file = folder / "parameters" / "census_2010" / "decade.yaml"
    text = file.read_text(encoding="utf-8").replace("permit_share_at_base:", "permit_share_at_bass:")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="permit_share_at_base"):
        read_specifications(folder, "census_2010")
    read_specifications(folder)  # the forecast does not read it
