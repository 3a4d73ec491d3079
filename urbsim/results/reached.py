"""Who was reached and what became of them: the table behind "because of it" (ODD equation W3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from urbsim.compute.randomness import stream_key
from urbsim.compute.row_lists import begins
from urbsim.state.bits import outcomes, set_bits
from urbsim.state.outcomes import AT_END, BIT, CODES, LEVERS, OTHERS, sampled

if TYPE_CHECKING:
    from urbsim.simulation.world import World

_SAMPLED_SCALE = 0.01  # of the people: at least so many of those no lever reached are kept
_REACHED = np.uint16(1 << 15)  # the sign of an outcome while the others are told apart


class Table(NamedTuple):
    """Rows of touched.parquet, by lever and person. All shapes (n,).

    person: uint64 stable id; lever: int16 of `CODES`, -1 for others; month: int32 when the lever first reached
    the person, 0 for others; outcome: int16 bits of `BIT`.
    """

    person: np.ndarray
    lever: np.ndarray
    month: np.ndarray
    outcome: np.ndarray


def stride(scale: float) -> int:
    """One person in so many of those no lever reached is kept: everybody up to a scale of 0.01 (ODD equation W3)."""
    return max(1, round(scale / _SAMPLED_SCALE))


def remainder(one_in: int) -> int:
    """Which ids the sample takes: a keyed number, so that it falls on nobody in particular (ODD equation W3)."""
    return int(stream_key(0, "touched") % np.uint64(one_in))


def _sampled_rows(world: World, one_in: int) -> np.ndarray:
    """Rows of the sample, int32, rising, without a look at the rows that are their own ids."""
    if one_in == 1:
        return np.arange(world.n, dtype=np.int32)
    first, ids = min(world.people.identity_rows, world.n), world.people.ids
    later = world.chunks.map(
        lambda lo, hi: first + lo + np.flatnonzero(sampled(ids[lo:hi], one_in, remainder(one_in))),
        world.n - first,
    )
    return np.concatenate([np.arange(remainder(one_in), first, one_in), *later]).astype(np.int32)


def table(world: World) -> Table:
    """Everybody a lever reached and the sample of others, with what became of them (ODD equation W3).

    Of the others only those with any outcome are kept: a person of the sample who is not on the list has none.
    """
    # Shared out by rows; those of later persons stay together, for they are put in order of ids.
    ends = np.linspace(0, world.base_rows, world.chunks.threads + 1).astype(int)
    ends[-1] = world.n
    others = _sampled_rows(world, stride(1 / world.weight))
    got = np.zeros(world.n, np.uint16)
    stretches = world.chunks.at_once(
        [
            partial(_stretch, world, low, high, sample, got)
            for (low, high), sample in zip(
                pairwise(ends), np.split(others, np.searchsorted(others, ends[1:-1])), strict=True
            )
        ]
    )
    columns = zip(*chain.from_iterable(zip(*stretches, strict=True)), strict=True)
    return Table(*world.chunks.at_once([partial(np.concatenate, column) for column in columns]))


def _stretch(world: World, low: int, high: int, others: np.ndarray, got: np.ndarray) -> list[Table]:
    """Rows [low, high) of the others, then of each lever; others: sampled rows among them; got: to be filled in."""
    notes = world.attribution
    for name, lists in notes.got.items():
        for rows in lists:
            set_bits(got, rows, np.uint16(BIT[name]), low, high)
    firsts = {
        CODES[lever]: _first_months(notes.reached[lever], low, high)
        for lever in LEVERS
        if lever in notes.reached
    }
    pieces = [_piece(world, rows, lever, months, got) for lever, (rows, months) in firsts.items()]
    for piece_rows, _ in firsts.values():
        set_bits(got, piece_rows, _REACHED, low, high)
    others = others[_outcome(world, others, got) > 0]
    return [_piece(world, others, -1, np.zeros(others.size, np.int32), got), *pieces]


def _first_months(notes: list[tuple[int, np.ndarray]], low: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    """Every row in [low, high) once, rising, with the first month in which it was noted."""
    within = [(month, rows[(rows >= low) & (rows < high)]) for month, rows in notes]
    # In place, for an office that gives everybody a permit notes millions.
    keys = np.concatenate([rows for _, rows in within], dtype=np.int64)
    keys <<= 16
    keys |= np.repeat(np.array([month for month, _ in within], np.int32), [rows.size for _, rows in within])
    keys.sort()
    rows = (keys >> 16).astype(np.int32)
    first = begins(rows)
    return rows[first], (keys[first] & 0xFFFF).astype(np.int32)


def _outcome(world: World, rows: np.ndarray, got: np.ndarray) -> np.ndarray:
    """Bits of `BIT` for these rows, int16; got: what they got during the run."""
    q = world.people
    at_end = (np.int16(BIT[name]) for name in AT_END)
    return outcomes(rows, got, q.risk, q.lives, q.counted, *at_end)


def _piece(world: World, rows: np.ndarray, lever: int, months: np.ndarray, got: np.ndarray) -> Table:
    """Rows of one lever in order of persons; rows: rising; months, got: as of `_first_months`, `_outcome`."""
    identity_rows = world.people.identity_rows
    person, listed = rows.astype(np.uint64), np.searchsorted(rows, identity_rows)
    person[listed:] = world.people.ids[rows[listed:] - identity_rows]
    # Ids of the base rise with the rows, and those of all later rows lie above them.
    start = np.searchsorted(rows, world.base_rows)
    order = start + np.argsort(person[start:])
    for column in (person, rows, months):
        column[start:] = column[order]
    return Table(person, np.full(rows.size, lever, np.int16), months, _outcome(world, rows, got))


def digest(movers: Iterable[np.ndarray], touched: Table) -> str:
    """sha256 over both tables: movers row by row, then the columns of touched one by one, the low byte first.

    movers: int32 of each month as `movers_of_month` of the model has them. Counts are sampled persons, months count
    from 1900-01: what stands in the files before words are put to it.
    """
    found = hashlib.sha256()
    for of_month in movers:
        found.update(np.ascontiguousarray(of_month, "<i4").data)
    for column, width in zip(touched, ("<u8", "<i2", "<i4", "<i2"), strict=True):
        found.update(np.ascontiguousarray(column, width).data)
    return found.hexdigest()


def write(touched: Table, scale: float, path: Path) -> None:
    """touched.parquet: person, lever, month, outcome; its metadata say what the sample is and name the bits."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    last = int(touched.month.max(initial=0))
    ends = (np.datetime64("1900-02") + np.arange(last + 1)).astype("datetime64[D]") - 1
    days = ends.astype(np.int64).astype(np.int32)[touched.month]
    place_of = np.full(max(CODES.values()) + 2, len(LEVERS), np.int8)  # the last one: the place of others
    place_of[list(CODES.values())] = np.arange(len(LEVERS))
    lever = place_of[touched.lever]
    columns = pa.table(
        {
            "person": pa.array(touched.person),
            "lever": pa.DictionaryArray.from_arrays(lever, [*LEVERS, OTHERS]),
            "month": pa.array(days, mask=touched.month == 0).view(pa.date32()),
            "outcome": pa.array(touched.outcome),
        }
    )
    one_in = stride(scale)
    about = {"scale": repr(float(scale)), "outcome_bits": " ".join(BIT)}
    about |= {"others_kept_one_in": str(one_in), "others_kept_remainder": str(remainder(one_in))}
    options: dict[str, Any] = {
        "use_dictionary": ["lever", "month", "outcome"],
        "column_encoding": {"person": "DELTA_BINARY_PACKED"},  # rising ids: a tenth of their plain size
        "write_statistics": ["person", "month", "outcome"],  # to find the first and last word takes long
        "write_page_checksum": True,
    }
    # Without Arrow's own schema in the file nobody sees that the levers came as a dictionary.
    with (  # Arrow itself opens no path that is not UTF-8 in this locale
        path.open("wb") as stream,
        pq.ParquetWriter(stream, columns.schema, compression="zstd", store_schema=False, **options) as file,
    ):
        file.write_table(columns)
        file.add_key_value_metadata(about)
