"""Spreads over seeds, and how many seeds they ask for."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bench import precision
from bench.precision import Run, filled, seeds_for, seeds_table, spread, spread_table


def run(t1: float, t2: float, *counties: float) -> Run:
    return Run(t1, t2, np.array(counties), 0.5)


def test_spreads_by_hand():
    """A difference is taken seed by seed: what both share is gone."""
    reference = [run(57.0, 1000, 30, 10, 1), run(57.2, 1100, 32, 10, 2), run(57.4, 1200, 34, 10, 3)]
    small = [run(57.1, 1050, 0, 0, 0), run(57.3, 1150, 0, 0, 0), run(57.5, 1250, 0, 0, 0)]
    large = [run(57.1, 1000, 0, 0, 0), run(57.2, 1100, 0, 0, 0), run(57.3, 1200, 0, 0, 0)]
    found = spread(reference, small, large)
    assert (found.seeds, found.t1, found.t2) == (3, pytest.approx(0.2), pytest.approx(100))
    assert found.small == pytest.approx((0, 0), abs=1e-9) and found.large == pytest.approx((0.1, 0))
    assert found.counties == pytest.approx((1, 2)) and found.seconds == 0.5
    row = spread_table({0.01: found}).splitlines()[2]
    assert row == "| 0.01 | 3 | 0.200 | 100 | 0.000 | 0 | 0.100 | 0 | 1.0 | 2.0 | 0.50 s |"
    seeds = seeds_table({0.01: found}).splitlines()
    assert "| T1 | 0.02 points | 100 (50 s) |" in seeds and "| T2 | 5000 jobs | 5 (2 s) |" in seeds


def test_seeds_for_a_precision():
    assert [seeds_for(0.1, asked) for asked in (0.05, 0.03, 0.01)] == [5, 12, 100]


def test_tables_find_their_places_on_the_page():
    text = precision.PAGE.read_text(encoding="utf-8")
    new = filled(text, {"spread": "| a |\n", "seeds": "| b |\n"})
    assert re.findall(r"measured -->\n(.*)\n<!-- end", new) == ["| a |", "| b |"]
    assert filled(new, {"spread": "", "seeds": ""}) == filled(text, {"spread": "", "seeds": ""})
    with pytest.raises(ValueError, match="0 places"):
        filled(text, {"other": ""})


def test_one_seed_has_no_spread(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        precision.main(["--seeds", "1"])
    assert "two seeds or more" in capsys.readouterr().err
