"""What is refused, all at once and with the nearest name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from invented_runs import seal_again

from urbsim.errors import InputError
from urbsim.report import folders
from urbsim.report.page import write_report


def refused(*arguments, **settings) -> str:
    with pytest.raises(InputError) as caught:
        write_report(*arguments, **settings)
    return str(caught.value)


def test_run_folders_are_found_at_any_depth(runs: Path):
    one = next((runs / "baseline").iterdir())
    assert folders.find([one]) == [one]
    assert folders.find([runs / "baseline"]) == [one]
    assert len(folders.find([runs])) == 3
    assert folders.find([one, runs / "baseline"]) == [one]


def test_all_problems_at_once(runs: Path, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    text = refused(
        [tmp_path / "empty", runs / "baselin"], tmp_path / "out.html", "no_plan", "klingon", "45010"
    )
    assert "is no run folder and holds none" in text
    assert "there is no such folder" in text and "did you mean 'baseline'?" in text
    assert "there is no language 'klingon'" in text
    assert "no place has the code '45010'" in text
    assert list(tmp_path.iterdir()) == [tmp_path / "empty"]  # nothing was written


def test_a_baseline_that_is_not_there(runs: Path, tmp_path: Path):
    text = refused([runs], tmp_path / "out.html", "no_plam")
    assert "'no_plam'" in text and "did you mean 'no_plan'?" in text


@pytest.mark.parametrize(("place", "meant"), [("南宁市", "450100"), ("Naning", "450100"), ("450199", "4501")])
def test_a_place_by_name_points_to_its_code(runs: Path, tmp_path: Path, place: str, meant: str):
    assert f"did you mean '{meant}" in refused([runs], tmp_path / "out.html", place=place)


def test_scales_bases_and_ends_are_not_mixed(small: Callable[..., Path], tmp_path: Path):
    short = {"until": dt.date(2021, 3, 31)}
    a = small("a", **short)
    b = small("b", **short, scale=0.001)
    c = small("c", until=dt.date(2021, 2, 28))
    d = small("d", base=dt.date(2020, 11, 30), **short)
    text = refused([a, b, c, d], tmp_path / "out.html")
    assert "has the scale 0.001" in text
    assert "has the last month 2021-02-28" in text
    assert "has the base 2020-11-30" in text


def test_scenarios_without_a_common_draw_and_seed(small: Callable[..., Path], tmp_path: Path):
    until = dt.date(2021, 1, 31)
    a, b = small("a", seed=1, until=until), small("b", seed=2, until=until)
    assert "no draw and seed in common" in refused([a, b], tmp_path / "out.html")


def test_a_run_without_its_summary_is_not_passed_over(small: Callable[..., Path], tmp_path: Path):
    """Half a copy of a folder of results would give a page of fewer runs."""
    whole, half = small("a"), small("b")
    (half / "summary.json").unlink()
    text = refused([half.parent.parent, whole], tmp_path / "out.html")
    assert text == f"{half}: is incomplete: summary.json missing" and not (tmp_path / "out.html").exists()


def test_incomplete_and_broken_folders(small: Callable[..., Path], tmp_path: Path):
    a, b = (small(name, until=dt.date(2021, 1, 31)) for name in ("a", "b"))
    (a / "movers.parquet").unlink()
    (b / "summary.json").write_text("{", encoding="utf-8")
    text = refused([a, b], tmp_path / "out.html")
    assert "is incomplete: movers.parquet missing" in text
    assert f"{b / 'summary.json'}:1:2: is not valid JSON" in text


def test_a_run_with_gaps_is_refused(small: Callable[..., Path], tmp_path: Path):
    a = small("a", until=dt.date(2021, 1, 31))
    table = pq.read_table(a / "indicators.parquet").to_pandas()
    kept = table[~((table["indicator"] == "reclassified") & (table["place"] == "450102"))]
    pq.write_table(pa.Table.from_pandas(kept, preserve_index=False), a / "indicators.parquet")
    seal_again(a)
    assert "does not give reclassified for every place and month" in refused([a], tmp_path / "out.html")


def test_the_comparison_is_no_plan_unless_told(runs: Path):
    found = [folders.read(path) for path in folders.find([runs])]
    assert folders.compare(found, None).baseline.name == "no_plan"
    assert folders.compare(found, "other").baseline.name == "other"
    groups = [[scenario.name for scenario in group] for group in folders.compare(found, None).groups]
    assert groups == [["no_plan", "baseline"], ["other"]]
