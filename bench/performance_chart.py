"""docs/performance.png: time by size, where the time of the largest run goes, the same work written in four ways."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from bench.performance_page import NAMES, STEPS_SHOWN, floor_seconds, largest, steps
from urbsim.report.charts import style

_HEIGHT = 2.9
Record = dict[str, Any]


def png(record: Record) -> bytes:
    """The chart as a file."""
    with style.drawing("performance"):
        figure = Figure(figsize=(style.WIDTH, _HEIGHT))
        sizes, where, ways = figure.subplots(1, 3, width_ratios=(1, 1, 0.8))
        figure.subplots_adjust(left=0.065, right=0.975, bottom=0.15, top=0.87, wspace=0.66)
        _by_size(sizes, record)
        _where(where, record)
        _ways(ways, record)
        return style.png(figure)


def _by_size(axes: Axes, record: Record) -> None:
    runs = sorted(record["runs"].values(), key=lambda run: run["persons"])
    persons = [run["persons"] for run in runs]
    floor = [floor_seconds(record, run["persons"], run["months"]) for run in runs]
    lines = (
        ("by the clock", [run["wall"] for run in runs]),
        ("all cores", [run["cpu"] for run in runs]),
        ("floor", floor),
    )
    axes.set_xscale("log")
    axes.set_yscale("log")
    for k, (name, seconds) in enumerate(lines):
        axes.plot(
            persons, seconds, color=style.colour(k), ls=style.dash(k), marker="o", ms=3, lw=1.4, label=name
        )
    axes.legend(frameon=False, fontsize=7, loc="upper left", handlelength=2.2)
    axes.set_ylim(top=axes.get_ylim()[1] * 6)  # room for the legend
    _plain(axes.xaxis, axes.yaxis)
    axes.set_title("Seconds by persons, 38 months", loc="left", fontsize=9, color=style.INK)
    axes.grid(color=style.FAINT, lw=0.6)
    axes.set_axisbelow(True)
    style.bare(axes, "bottom")


def _where(axes: Axes, record: Record) -> None:
    run = largest(record)
    found = steps(run)
    shown = list(found.items())[:STEPS_SHOWN]
    rest = run["wall"] - sum(wall for _, (wall, _) in shown)
    names = [name for name, _ in shown] + ["all the rest"]
    _bars(axes, names, [wall for _, (wall, _) in shown] + [rest], "{:.1f}")
    axes.set_title(
        f"Seconds of {run['persons'] / 1e6:.1f} million, by step", loc="left", fontsize=9, color=style.INK
    )


def _ways(axes: Axes, record: Record) -> None:
    compared = record["compared"]
    cost = {
        NAMES[way]: 1e9 * run["cpu"] / run["n"] / 12
        for way, run in (compared["small"] | compared["large"]).items()
    }
    _bars(axes, list(cost), list(cost.values()), "{:.3g}")
    axes.set_xscale("log")
    axes.set_xlim(1, 20 * max(cost.values()))
    _plain(axes.xaxis)
    axes.set_title("Same work: ns a month", loc="left", fontsize=9, color=style.INK)


def _plain(*sides: Axis) -> None:
    """Numbers as they are said, not as powers of ten."""
    for side in sides:
        side.set_major_formatter(
            FuncFormatter(lambda x, _: f"{x / 1e6:g} million" if x >= 1e6 else f"{x:,.9g}")
        )
        side.set_minor_formatter(NullFormatter())
        side.set_tick_params(which="both", labelsize=7)


def _bars(axes: Axes, names: list[str], values: list[float], form: str) -> None:
    places = range(len(names))
    axes.barh(places, values, height=0.62, color=style.colour(0))
    for place, value in zip(places, values, strict=True):
        axes.annotate(
            form.format(value),
            (value, place),
            (3, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
            color=style.SOFT,
        )
    axes.set_yticks(places, names, fontsize=7)
    axes.invert_yaxis()
    axes.margins(x=0.18)
    axes.tick_params(axis="x", labelsize=7)
    axes.grid(axis="x", color=style.FAINT, lw=0.6)
    axes.set_axisbelow(True)
    style.bare(axes, "bottom")
