"""Tables as CSV, Parquet and XLSX files, each whole or not there at all."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.facts.indicators import INDICATORS
from urbsim.results.store import whole_file
from urbsim.simulation.options import file_problem

SUFFIXES = (".csv", ".parquet", ".xlsx")
MAX_ROWS = 1_048_576 - 1
"""Rows below the head that a sheet of XLSX can hold."""
_ALWAYS = dt.datetime(2000, 1, 1)
"""Written as the time of every XLSX file, so that the same table gives the same bytes."""


def file_problems(path: Path | None) -> list[Problem]:
    """What keeps a table from being written to `path`; looked at before anything is read."""
    if path is None:
        return []
    if path.suffix.lower() not in SUFFIXES:
        near = nearest(path.suffix, SUFFIXES)
        message = f"{quoted(path.name)} has no ending of a table"
        return [Problem(message, key="--out", allowed=", ".join(SUFFIXES), nearest=near)]
    if refused := file_problem(path):
        return [refused]
    if path.suffix.lower() == ".xlsx" and find_spec("xlsxwriter") is None:
        message = "XLSX files need XlsxWriter, which is not installed: pip install 'urbsim[xlsx]'"
        return [Problem(message, key="--out", allowed=".csv or .parquet without it")]
    return []


def write(frames: Iterable[pd.DataFrame], path: Path, about: pd.DataFrame, *, marked: bool = True) -> int:
    """Writes pieces of one table, of the same columns, one after the other; returns how many rows.

    about: the runs behind it, a sheet of its own in XLSX; marked: CSV begins with the mark by which spreadsheets know
    that it is UTF-8, and read the Chinese. Raises InputError if a sheet cannot hold it, and OSError.
    """
    with whole_file(path) as temporary:
        match path.suffix.lower():
            case ".csv":
                return _write_csv(frames, temporary, "utf-8-sig" if marked else "utf-8")
            case ".parquet":
                return _write_parquet(frames, temporary)
            case _:
                return _write_xlsx(frames, temporary, about)


def _write_csv(frames: Iterable[pd.DataFrame], path: Path, encoding: str) -> int:
    rows = 0
    with path.open("w", encoding=encoding, newline="") as stream:
        for k, frame in enumerate(frames):
            frame.to_csv(stream, index=False, header=k == 0, lineterminator="\n")
            rows += len(frame)
    return rows


def _write_parquet(frames: Iterable[pd.DataFrame], path: Path) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pieces = iter(frames)
    first = pa.Table.from_pandas(next(pieces), preserve_index=False).replace_schema_metadata()
    rest = (pa.Table.from_pandas(frame, schema=first.schema, preserve_index=False) for frame in pieces)
    rows = 0
    with path.open("wb") as stream, pq.ParquetWriter(stream, first.schema, compression="zstd") as writer:
        for table in chain([first], rest):
            writer.write_table(table)
            rows += len(table)
    return rows


def _write_xlsx(frames: Iterable[pd.DataFrame], path: Path, about: pd.DataFrame) -> int:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    rows = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _ALWAYS})
        rows = _sheet(book, "table", frames)
        _sheet(book, "runs", [about])
    return rows


def _sheet(book: Any, name: str, frames: Iterable[pd.DataFrame]) -> int:
    """One sheet with a bold head that stays in sight; returns its rows."""
    sheet = book.add_worksheet(name)
    bold, share, count, ratio, month = (
        book.add_format(form)
        for form in (
            {"bold": True},
            {"num_format": "0.00%"},
            {"num_format": "#,##0"},
            {"num_format": "0.00"},
            {"num_format": "yyyy-mm"},
        )
    )
    sheet.freeze_panes(1, 0)
    rows = 0
    for k, frame in enumerate(frames):
        if k == 0:
            sheet.set_column(0, len(frame.columns) - 1, 16)
            sheet.write_row(0, 0, list(frame.columns), bold)
        if rows + len(frame) > MAX_ROWS:
            allowed = f"at most {MAX_ROWS:,}: choose fewer indicators, places or months, or .csv or .parquet"
            raise InputError([Problem("has too many rows for XLSX", key="--out", allowed=allowed)])
        for record in frame.to_dict("records"):
            rows += 1
            for column, (head, value) in enumerate(record.items()):
                if isinstance(value, dt.date):
                    sheet.write_datetime(rows, column, value, month)
                elif not isinstance(value, float):
                    sheet.write(rows, column, value)
                elif math.isfinite(value):
                    known = INDICATORS.get(record.get("indicator", head))
                    form = {"rate": share, "ratio": ratio}.get(known.kind, count) if known else count
                    sheet.write_number(rows, column, value, form)
    return rows
