"""`urbsim.load_results(DIR, lazy=True)`: the same tables, as relations of DuckDB that read what is asked of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import urbsim
from urbsim.errors import InputError
from urbsim.report import lazy_results
from urbsim.report.lazy_results import LazyResults
from urbsim.report.stored_results import Results

duckdb: Any = pytest.importorskip("duckdb")
HOMES = {"public_rental_units": {"total": 50000, "from": "2020-11", "to": "2021-01"}}
SCENARIO = {"extends": "no_plan", "until": "2021-01", "levers": {"housing": HOMES}}
IN_PART = {"levers": {"housing": HOMES, "delivery": {"rate": {"share": 0.5}}}}
TABLES = (
    "indicators", "movers", "deliveries", "spending", "fulfilment", "services", "touched", "targets", "runs",
)  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, LazyResults]:
    """In a folder whose name DuckDB might take for a pattern or a partition."""
    out = tmp_path_factory.mktemp("with") / "[a]'s *? draw=7"
    for name, more in {"one": {}, "other": IN_PART}.items():
        urbsim.run(SCENARIO | more | {"name": name}, scale=0.0005, seed=3, out=out)
    return urbsim.load_results(out), urbsim.load_results(out, lazy=True)


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in one order, texts as texts, months as one kind of dates."""
    out = frame.copy()
    for column in out.columns:
        if out[column].dtype == "category" or column in ("scenario", "folder"):
            out[column] = out[column].astype(object)
        if "month" in column or column in ("from", "to", "until"):
            out[column] = pd.to_datetime(out[column]).astype("datetime64[ns]")
    return out.sort_values(list(out.columns), ignore_index=True)


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_those_of_the_other_way(both: tuple[Results, LazyResults], table: str):
    whole, lazy = both
    expected, found = getattr(whole, table), getattr(lazy, table)
    assert isinstance(found, duckdb.DuckDBPyRelation) and list(found.columns) == list(expected.columns)
    assert len(expected) or table == "targets"
    pd.testing.assert_frame_equal(plain(found.df()), plain(expected), check_dtype=False)


def test_no_rows_of_what_was_carried_out_whole(both: tuple[Results, LazyResults]):
    whole, lazy = both
    assert whole.fulfilment["scenario"].unique().tolist() == ["other"]
    units = whole.fulfilment[["planned", "delivered"]].to_numpy()
    assert units.sum(axis=0).tolist() == [50000, 25000]
    carried_out = [run for run in whole._stored if run.key[0] == "one"]
    eager, later = Results(carried_out).fulfilment, LazyResults(carried_out).fulfilment
    assert len(eager) == len(later.df()) == 0
    assert [*eager.columns] == [*later.columns] == [*whole.fulfilment.columns]


def test_questions_in_sql(both: tuple[Results, LazyResults]):
    whole, lazy = both
    (answer,) = lazy.sql(
        "SELECT sum(count) FROM movers WHERE origin_setting = 'rural' AND scenario = ?", ["one"]
    ).fetchone()
    movers = whole.movers
    mine = movers[(movers["origin_setting"] == "rural") & (movers["scenario"] == "one")]
    assert answer == mine["count"].sum() > 0
    joined = lazy.sql("SELECT DISTINCT r.scale FROM indicators i JOIN runs r USING (scenario, draw, seed)")
    assert joined.fetchall() == [(0.0005,)]
    assert lazy.indicators.filter("place = '450100'").aggregate("count(DISTINCT month)").fetchall() == [(4,)]
    assert repr(lazy) == f"Lazy{whole!r}" and len(lazy) == 2 and lazy.scenarios == ["one", "other"]


def test_only_what_is_asked_for_is_read(both: tuple[Results, LazyResults]):
    plan = both[1].sql("SELECT max(value) FROM indicators WHERE place = '450000' AND indicator = 'births'")
    said = plan.explain()
    reading = said[said.index("PARQUET") :]
    assert "Filters" in reading and "450000" in reading and "births" in reading, said


def test_a_table_that_a_run_lacks_is_said(both: tuple[Results, LazyResults], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(lazy_results._FILES, "touched", "nothing.parquet")
    lazy = LazyResults(both[0]._stored)
    assert len(lazy.movers.df())
    with pytest.raises(InputError, match="an earlier version wrote this run"):
        _ = lazy.touched


def test_without_duckdb_the_way_to_it_is_said(
    both: tuple[Results, LazyResults], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lazy_results, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"urbsim\[sql\]"):
        LazyResults(both[0]._stored)


def test_runs_are_checked_as_ever(tmp_path: Path):
    with pytest.raises(InputError):
        urbsim.load_results(tmp_path, lazy=True)
