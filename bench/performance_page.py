"""From what was measured to docs/performance.md and docs/performance.png: tables between marks, and a chart.

A table stands between `<!-- NAME: measured -->` and `<!-- end -->`; everything else of the page is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from bench.processes import ROOT
from bench.simple_work.tables import COMPARED

PAGE = ROOT / "docs" / "performance.md"
CHART = ROOT / "docs" / "performance.png"
NAMES = {"kernels": "kernels (numba)", "numpy": "NumPy", "mesa": "Mesa (do)", "starsim": "Starsim"}
STEPS_SHOWN = 8
_NOT_STEPS = {
    "months",
    "persons of census night",
    "totals of the full base",
    "processes open",
}  # of or in others
_PROVINCE = "1"
_GOAL, _GOAL_OF_SMALL = (
    10.0,
    0.2,
)  # seconds: the whole province on two cores; a 1% run, in a process that has run before
_NOTICEABLE = 0.1  # of the cores, taken by other programs

Record = dict[str, Any]


def write(record: Record) -> None:
    """Renews tables and chart."""
    from matplotlib import use

    use("Agg")
    from bench import performance_chart

    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), record), encoding="utf-8", newline="\n")
    CHART.write_bytes(performance_chart.png(record))


def filled(text: str, record: Record) -> str:
    """The page with its tables renewed. Raises ValueError when a table has no place or a place no table."""
    places = re.findall(r"<!-- (\S+): measured -->", text)
    if sorted(places) != sorted(TABLES):
        raise ValueError(f"places of tables {sorted(places)}, tables {sorted(TABLES)}")
    for name, table in TABLES.items():
        marks = re.compile(rf"(<!-- {re.escape(name)}: measured -->\n).*?(<!-- end -->)", re.DOTALL)
        written = table(record)
        text = marks.sub(lambda found, written=written: found[1] + written + found[2], text)
    return text


def floor_seconds(record: Record, persons: int, months: int, size: int | None = None) -> float:
    """Seconds to read `size` bytes of every person once a month on all cores; None for all columns."""
    machine = record["machine"]
    return persons * months * (size or machine["person_bytes"]) / max(machine["read"].values())


def largest(record: Record) -> Record:
    """The run of the largest scale."""
    return record["runs"][max(record["runs"], key=float)]


def steps(run: Record) -> dict[str, tuple[float, float]]:
    """Step -> (seconds, core seconds) of a run, the dearest first: of the month, and before and after the months."""
    rows = [(name.strip(), (wall, cpu)) for name, wall, cpu, _ in run["profile"]]
    return dict(sorted((row for row in rows if row[0] not in _NOT_STEPS), key=lambda row: -row[1][0]))


def _machine(record: Record) -> str:
    machine = record["machine"]
    rows = list(machine["about"].items())
    for threads, rate in machine["read"].items():
        rows.append((f"memory read in order, {_cores(threads)}", f"{rate / 1e9:.1f} GB/s"))
    for threads, rate in machine["hash"].items():
        rows.append((f"keyed hashes, {_cores(threads)}", f"{rate / 1e9:.1f} billion/s"))
    rows.append(("meanwhile other programs took", _others(machine)))
    return _table(("", ""), rows)


def _headline(record: Record) -> str:
    run, scale = largest(record), max(record["runs"], key=float)
    whole = "The whole province" if scale == _PROVINCE else f"A sample of {100 * float(scale):g}%"
    repeated, first = record["repeated"], record["first"]["0.01"]
    multiple = run["wall"] / floor_seconds(record, run["persons"], run["months"])
    dearest = ", ".join(f"{name} ({_share(wall, run)})" for name, (wall, _) in list(steps(run).items())[:3])
    sizes = record["compared"]["large"]
    ours = _nanoseconds(sizes["kernels"])
    ratios = [
        f"{NAMES[way]} {_nanoseconds(sizes.get(way, small)) / ours:.0f} times"
        for way, small in record["compared"]["small"].items()
        if way != "kernels"
    ]
    lines = [
        f"{whole}, {run['persons'] / 1e6:.1f} million persons over {run['months']} months, takes"
        f" **{_seconds(run['wall'])} and {run['peak'] / 1e9:.1f} GB** in a fresh process, results written:"
        f" {_seconds(run['cpu'])} of core time.{_disturbed(run)}",
        f"A 1% run takes **{_seconds(repeated['best'][0])}** in a process that has run before and"
        f" {_seconds(record['runs']['0.01']['wall'])} as a command; the very first one, which compiles the program"
        f" and builds the population, {_seconds(first['wall'])}.",
        f"To read every column of every person once a month would take {_seconds(run['wall'] / multiple)}: the run"
        f" takes **{multiple:.0f} times** as long. Most goes to {dearest}.",
    ]
    if scale == _PROVINCE:
        lines.insert(
            2,
            f"Goals: {_GOAL:g} s for the whole province on two cores, {_reached(run['wall'], _GOAL)};"
            f" {_GOAL_OF_SMALL:g} s for a 1% run in a process that has run before,"
            f" {_reached(repeated['best'][0], _GOAL_OF_SMALL)}.",
        )
    if len(ratios) > 1:
        lines.append(
            f"On the same simplified work a person costs {', '.join(ratios[:-1])} and {ratios[-1]} what it costs in"
            " kernels written like urbsim's, one core each."
        )
    return "".join(f"- {line}\n" for line in lines)


def _runs(record: Record) -> str:
    rows = (
        (
            f"{scale}",
            f"{run['persons']:,}",
            _seconds(run["wall"]),
            _seconds(run["cpu"]),
            f"{1e9 * run['wall'] / run['persons'] / run['months']:.0f}",
            f"{run['peak'] / 1e9:.2f} GB",
            f"{run['peak'] / run['persons']:.0f}",
            f"{run['wall'] / floor_seconds(record, run['persons'], run['months']):.0f}",
            _others(run),
        )
        for scale, run in sorted(record["runs"].items(), key=lambda item: float(item[0]))
    )
    heads = ("scale", "persons", "time", "time of all cores", "ns a person-month", "peak memory")
    return _table((*heads, "bytes a person", "times the floor", "other programs"), rows)


def _small(record: Record) -> str:
    repeated, rows = record["repeated"], []
    for name, key in (
        ("first in the process", "first"),
        ("later, median", "median"),
        ("later, best", "best"),
    ):
        rows.append((f"1% run, {name}", *map(_seconds, repeated[key]), _others(repeated)))
    for scale, run in sorted(record["first"].items()):
        name = f"very first run, scale {scale}: compile, build the population, run"
        rows.append((name, _seconds(run["wall"]), _seconds(run["cpu"]), _others(run)))
    return _table(("", "time", "time of all cores", "other programs"), rows)


def _lengths(record: Record) -> str:
    rows, before = [], None
    for months, run in sorted((int(months), run) for months, run in record["lengths"].items()):
        a_month = ""
        if before is not None:
            further, more = months - before["months"], run["cpu"] - before["cpu"]
            a_month = (
                f"{1000 * more / further:.0f} ms, {1e9 * more / further / run['persons']:.0f} ns a person"
            )
        peak = f"{run['peak'] / 1e9:.2f} GB"
        rows.append((str(months), _seconds(run["wall"]), _seconds(run["cpu"]), a_month, peak, _others(run)))
        before = run
    heads = ("months", "time", "time of all cores", "a further month", "peak memory", "other programs")
    return _table(heads, rows)


def _floor(record: Record) -> str:
    run, machine = largest(record), record["machine"]
    person_months, size = run["persons"] * run["months"], machine["person_bytes"]
    rows = []
    for name, amount, rates in (
        ("the class byte alone", person_months, machine["read"]),
        (f"all columns, {size} bytes a person", person_months * size, machine["read"]),
        ("one keyed hash for eight persons", person_months / 8, machine["hash"]),
    ):
        together, alone = amount / max(rates.values()), amount / rates["1"]
        times = (f"{run['wall'] / together:,.0f}", _seconds(alone), f"{run['cpu'] / alone:,.0f}")
        rows.append((name, _seconds(together), *times))
    heads = ("each month, for everybody", "all cores", "the run takes so many times as long")
    return _table((*heads, "one core", "core time, so many times as long"), rows)


def _profile(record: Record) -> str:
    run = largest(record)
    rows = [
        (name, _seconds(wall), _seconds(cpu), _share(wall, run)) for name, (wall, cpu) in steps(run).items()
    ]
    seen = sum(wall for wall, _ in steps(run).values())
    rows.append(
        (
            "start of the program and the rest",
            _seconds(run["wall"] - seen),
            "",
            _share(run["wall"] - seen, run),
        )
    )
    return _table(("step", "time", "time of all cores", "share of the run"), rows)


def _compared(record: Record) -> str:
    compared, rows = record["compared"], []
    ours = _nanoseconds(compared["large"]["kernels"])
    n = next(iter(compared["small"].values()))["n"]
    for way, name in NAMES.items():
        if way in compared["missing"]:
            rows.append((name, compared["missing"][way], *[""] * 9))
            continue
        small = compared["small"][way]
        large = compared["large"].get(way)
        shares = (f"{100 * small[what] / n:.2f}%" for what in COMPARED)
        best = large or small
        rows.append(
            (
                name,
                small["version"],
                *shares,
                f"{_nanoseconds(small):.1f}",
                "" if large is None else f"{large['n']:,}",
                "" if large is None else f"{_nanoseconds(large):.1f}",
                f"{_nanoseconds(best) / ours:.0f}",
                f"{best['bytes'] / best['n']:.0f}",
            )
        )
    both = compared["all_cores"]
    wall = 1e9 * both["wall"] / both["n"] / 12
    rows.append(
        (
            f"kernels (numba), {_cores(both['threads'])}",
            *[""] * 6,
            f"{both['n']:,}",
            f"{wall:.1f} by the clock",
            "",
            "",
        )
    )
    heads = (
        "written with",
        "version",
        "died",
        "born",
        "work away",
        "seek",
        f"ns at {n:,}",
        "large",
        "ns at large",
    )
    return _table((*heads, "times the kernels", "bytes a person"), rows)


def _nanoseconds(run: Record) -> float:
    """Core time a person and month."""
    return 1e9 * run["cpu"] / run["n"] / 12


def _seconds(seconds: float) -> str:
    digits = 0 if seconds >= 100 else 1 if seconds >= 10 else 2
    return f"{seconds:.{digits}f} s"


def _share(wall: float, run: Record) -> str:
    return f"{100 * wall / run['wall']:.0f}%"


def _cores(threads: str | int) -> str:
    return "1 core" if int(threads) == 1 else f"{threads} cores"


def _others(run: Record) -> str:
    return "unknown" if run.get("others") is None else f"{100 * run['others']:.0f}% of the cores"


def _reached(seconds: float, goal: float) -> str:
    return "reached" if seconds <= goal else "not reached"


def _disturbed(run: Record) -> str:
    """What to add where a time by the clock says little about a machine that is left alone."""
    if (run.get("others") or 0.0) < _NOTICEABLE:
        return ""
    return f" Other programs took {_others(run)} meanwhile: alone it would be sooner done."


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) + ("---:",) * (len(header) - 1), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


TABLES: dict[str, Callable[[Record], str]] = {
    "headline": _headline,
    "runs": _runs,
    "small": _small,
    "lengths": _lengths,
    "floor": _floor,
    "profile": _profile,
    "compared": _compared,
    "machine": _machine,
}
