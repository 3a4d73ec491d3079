"""Means of small runs against a large one."""

from __future__ import annotations

import pytest

from bench.means import main, mean, table


def test_mean_and_its_error():
    found = mean([1.0, 2.0, 3.0, 6.0])
    assert (found.value, found.deviation, found.error) == pytest.approx((3.0, 2.160247, 1.080123), rel=1e-6)


def test_the_table_by_hand():
    small = [(57.0, 990_000.0), (57.1, 1_010_000.0)]
    t1, t2 = table(small, [(57.1, 1_020_000.0)], ("small", "large")).splitlines()[2:]
    assert (
        t1
        == "| T1, % | 57.050 | 0.050 | 0.071 | 57.100 | -0.050 ± 0.050 points | 0.03 points: does not hold |"
    )
    assert "| -1.961 ± 0.980 % | 1 %: does not hold |" in t2
    assert "holds" in table(small, [(57.06, 1_001_000.0)], ("small", "large")).splitlines()[2][-8:]


def test_one_seed_has_no_error(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--seeds", "1"])
    assert "two seeds or more" in capsys.readouterr().err
