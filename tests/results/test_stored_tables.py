"""A table of a run folder is read only as what it says it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from urbsim.errors import InputError
from urbsim.results import digests
from urbsim.results.stored_table import Kind, read


def written(folder: Path, **columns: Any) -> Path:
    path = folder / "table.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_the_ends_of_what_each_kind_allows_are_read(tmp_path: Path) -> None:
    kinds: dict[str, Kind] = {
        "month": "month", "left": "month or none", "name": "text", "change": "number", "number": "count",
        "row": "whole", "person": "id", "outcome": "bits",
    }  # fmt: skip
    days = [dt.date(1900, 1, 1), dt.date(2199, 12, 31)]
    path = written(
        tmp_path, month=days, left=[None, days[1]], name=["", "南宁"], change=[-1.5, 0.0], number=[0.0, 1e300],
        row=np.array([0, 2**62]), person=np.array([0, 2**64 - 1], np.uint64), outcome=np.array([0, 5], np.int16),
    )  # fmt: skip
    table = read(path, kinds)
    assert table.column_names == list(kinds) and table["row"].to_pylist() == [0, 2**62]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("month", [dt.date(1899, 12, 31)]),
        ("month", [dt.date(2200, 1, 1)]),
        ("month", [None, dt.date(2021, 1, 1)]),
        ("text", [1]),
        ("text", [None, "a"]),
        ("number", [float("nan")]),
        ("number", [float("inf")]),
        ("number", [1]),
        ("count", [-0.001]),
        ("whole", [-1]),
        ("whole", [1.0]),
        ("id", [1]),
        ("bits", np.array([-1], np.int16)),
        ("bits", [1]),
    ],
)
def test_what_lies_beyond_is_refused_with_its_column(tmp_path: Path, kind: Kind, values: Any) -> None:
    path = written(tmp_path, other=values)
    with pytest.raises(InputError) as refused:
        read(path, {"other": kind, "third": "text"})
    assert [(problem.key, problem.message) for problem in refused.value.problems] == [
        ("other", "this column holds something else"),
        ("third", "this column is missing"),
    ]


def test_a_series_is_the_first_two_parts_of_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A patch of a library makes no run stale; its next series does."""
    versions = dict.fromkeys(digests.SERIES, "2.4.1rc1")
    monkeypatch.setattr(digests.metadata, "version", versions.__getitem__)
    assert digests.library_series() == dict.fromkeys(digests.SERIES, "2.4")
