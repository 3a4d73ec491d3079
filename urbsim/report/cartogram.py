"""Positions of the county circles: a Dorling cartogram computed once from county seats and residents.

A circle's area is in proportion to the residents of the census of 2020; circles of one prefecture touch,
those of different prefectures keep a gap. No boundary data are used. `python -m urbsim.report.cartogram
--write` writes calibration/tables/cartogram.csv; a test checks that the table is in step.
"""

from __future__ import annotations

import argparse
import csv
import functools
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from urbsim.facts.gazetteer import Place, counties
from urbsim.paths import calibration_dir

Array = NDArray[np.float64]

FILLED = 0.50  # share of the bounding box of the seats that the circles cover
GAP_WITHIN, GAP_BETWEEN = 0.004, 0.034  # between circles, in widths of the map
STEPS = 4000
TO_SEAT, TO_GROUP = (
    0.012,
    0.010,
)  # pull per step at the start: towards the own seat, towards the prefecture's middle


@dataclass(frozen=True)
class Layout:
    """codes: of counties; x, y: centres, y upwards; radius; in widths of the map (seats span 0..1 in x)."""

    codes: tuple[str, ...]
    x: Array
    y: Array
    radius: Array


def projected(places: tuple[Place, ...]) -> Array:
    """Seats on a plane, shape (n, 2): longitude shortened by the cosine of the mean latitude, width 1."""
    longitude = np.array([p.longitude for p in places])
    latitude = np.array([p.latitude for p in places])
    x = (longitude - longitude.min()) * np.cos(np.radians(latitude.mean()))
    return np.column_stack([x, latitude - latitude.min()]) / x.max()


def compute() -> Layout:
    """The layout by a force loop: overlaps push apart, each circle is drawn to its seat and its prefecture.

    Deterministic: no random number; circles whose seats coincide are pushed along a direction given by
    their index.
    """
    places = counties()
    seats = projected(places)
    group = np.array([p.prefecture for p in places])
    same = group[:, None] == group[None, :]
    residents = np.array([p.residents for p in places], dtype=float)
    height = seats[:, 1].max()
    radius = np.sqrt(residents * (FILLED * height / residents.sum()) / np.pi)
    reach = radius[:, None] + radius[None, :] + np.where(same, GAP_WITHIN, GAP_BETWEEN)
    np.fill_diagonal(reach, 0.0)
    member = same / same.sum(axis=1, keepdims=True)

    centre = seats.copy()
    index = np.arange(len(places))
    centre += 1e-6 * np.column_stack([np.cos(index), np.sin(index)])
    for step in range(STEPS):
        cooling = max(0.0, 1.0 - step / (0.8 * STEPS))  # the last fifth only separates
        pull = TO_SEAT * (seats - centre) + TO_GROUP * (member @ centre - centre)
        apart = centre[:, None, :] - centre[None, :, :]
        distance = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 1e-9)
        overlap = np.maximum(reach - distance, 0.0)
        push = (0.25 * overlap / distance)[..., None] * apart
        centre = centre + cooling * pull + push.sum(axis=1)
    centre -= (centre - radius[:, None]).min(axis=0)
    return Layout(tuple(p.code for p in places), centre[:, 0], centre[:, 1], radius)


def as_csv(layout: Layout) -> str:
    """The layout as the text of the table, four decimals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["adcode", "x", "y", "radius"])
    for row in zip(layout.codes, layout.x, layout.y, layout.radius, strict=True):
        writer.writerow([row[0], *(f"{value:.4f}" for value in row[1:])])
    return out.getvalue()


def table() -> Path:
    """Where the committed layout is."""
    return calibration_dir() / "tables" / "cartogram.csv"


@functools.cache
def stored() -> Layout:
    """The committed layout."""
    with table().open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    x, y, radius = (np.array([float(row[name]) for row in rows]) for name in ("x", "y", "radius"))
    return Layout(tuple(row["adcode"] for row in rows), x, y, radius)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="County positions of the cartogram.")
    parser.add_argument("--write", action="store_true", help="write the table (otherwise print it)")
    text = as_csv(compute())
    if parser.parse_args().write:
        table().parent.mkdir(parents=True, exist_ok=True)
        table().write_text(text, encoding="utf-8")
    else:
        print(text, end="")
