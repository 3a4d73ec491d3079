"""Reads a table of a run folder: the columns that are asked for, each of its kind, with checksums of pages verified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from urbsim.errors import InputError, Problem, nearest, quoted

Kind = Literal["month", "month or none", "text", "number", "count", "whole", "id", "bits"]

_ALLOWED: dict[Kind, str] = {
    "month": "a date from 1900 to 2199 in every row",
    "month or none": "a date from 1900 to 2199, or nothing, in every row",
    "text": "text in every row",
    "number": "a finite number in every row",
    "count": "a finite number from 0 in every row",
    "whole": "a whole number from 0 in every row",
    "id": "a whole number of 64 bits without a sign in every row",
    "bits": "a whole number of 16 bits from 0 in every row",
}
_LATER = {"on_land": "due"}
"""Column that files of earlier versions lack -> the column that says the same there: no land quota was known."""
_FIRST_DAY, _LAST_DAY = (
    (day - dt.date(1970, 1, 1)).days for day in (dt.date(1900, 1, 1), dt.date(2199, 12, 31))
)


def read(path: Path, columns: Mapping[str, Kind], dictionaries: Sequence[str] = ()) -> pa.Table:
    """These columns of a Parquet file; dictionaries: columns of text that come as codes and words.

    A column of `_LATER` that the file lacks has the values of an older one.

    A table without rows may have columns of any kind. Raises InputError that names the file and every column that is
    missing or of another kind.
    """
    try:
        with path.open("rb") as stream:  # Arrow itself opens no path that is not UTF-8 in this locale
            names = set(pq.read_schema(stream).names)
            stream.seek(0)
            coded = [name for name in dictionaries if name in names]  # Arrow stops at one that is not there
            with pq.ParquetFile(stream, read_dictionary=coded, page_checksum_verification=True) as file:
                later = {name: old for name, old in _LATER.items() if name in columns and name not in names}
                there = [name for name in columns if name in names]
                table = file.read(there)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError([Problem("is damaged and cannot be read", file=str(path))]) from error
    for name, old in later.items():
        if old in there:
            table = table.append_column(name, table[old])
            table = table.select([name for name in columns if name in table.column_names])
    problems = []
    for name, kind in columns.items():
        if name not in table.column_names:
            problems.append(Problem("this column is missing", file=str(path), key=name))
        elif table.num_rows and not _is(kind, table[name]):
            message = "this column holds something else"
            problems.append(Problem(message, file=str(path), key=name, allowed=_ALLOWED[kind]))
    if problems:
        raise InputError(problems)
    return table


def _is(kind: Kind, column: pa.ChunkedArray) -> bool:
    form = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if column.null_count and kind != "month or none":
        return False
    if kind == "text":
        return pa.types.is_string(form) or pa.types.is_large_string(form)
    if kind == "id":
        return pa.types.is_uint64(form)
    if kind == "whole":
        return pa.types.is_int64(form) and bool((numbers(column) >= 0).all())
    if kind == "bits":
        return pa.types.is_int16(form) and bool((numbers(column) >= 0).all())
    if kind in ("month", "month or none"):
        if not pa.types.is_date32(form):
            return False
        days = days_of(column.drop_null() if column.null_count else column)
        return bool(((_FIRST_DAY <= days) & (days <= _LAST_DAY)).all())
    if not pa.types.is_floating(form):
        return False
    values = numbers(column)
    return bool(np.isfinite(values).all()) and (kind == "number" or values.min() >= 0)


def numbers(column: pa.ChunkedArray) -> np.ndarray:
    """A column of numbers as an array that must not be changed; Arrow's own way would load pandas."""
    return np.from_dlpack(_whole(column))


def days_of(column: pa.ChunkedArray) -> np.ndarray:
    """Days from 1970 of a column of dates, int32."""
    return np.from_dlpack(_whole(column).view(pa.int32()))


def coded(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Positions into the distinct texts of a column read as a dictionary, and these texts."""
    whole = _whole(column.unify_dictionaries())
    return np.from_dlpack(whole.indices), whole.dictionary.to_pylist()


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def stored_as(path: Path, columns: Sequence[str]) -> bytes | None:
    """How a file stores some columns, to the byte: the same in two files only where the columns are.

    None where that cannot be said: the file lacks one, or cannot be read.
    """
    try:
        with path.open("rb") as stream, pq.ParquetFile(stream) as file:
            about, names = file.metadata, file.schema_arrow.names
            parts = [repr([(name, str(file.schema_arrow.field(name).type)) for name in columns]).encode()]
            for group in range(about.num_row_groups):
                for name in columns:
                    column = about.row_group(group).column(names.index(name))
                    form = (column.num_values, column.physical_type, column.compression, column.encodings)
                    parts.append(repr(form).encode())
                    first = column.data_page_offset
                    if column.has_dictionary_page:
                        first = min(first, column.dictionary_page_offset)
                    stream.seek(first)
                    parts.append(stream.read(column.total_compressed_size))
    except (pa.ArrowException, OSError, ValueError, KeyError):
        return None
    return b"\0".join(parts)


def check_words(path: Path, table: pa.Table, column: str, words: Sequence[str]) -> None:
    """Raises InputError that names file and column unless every text of the column is one of `words`."""
    if pa.types.is_dictionary(table[column].type):
        coded = (chunk.dictionary.to_pylist() for chunk in table[column].chunks)
        if {word for some in coded for word in some} <= set(words):
            return
    strange = sorted(set(table[column].unique().to_pylist()) - set(words))
    if strange:
        message = f"{quoted(strange[0])} is not known here"
        raise InputError([Problem(message, str(path), key=column, nearest=nearest(strange[0], words))])
