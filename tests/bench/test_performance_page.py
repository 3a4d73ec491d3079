"""The page of speed and memory: tables between marks, from a record, and nothing that names a machine."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys

import pytest

from bench import machine, performance, performance_chart, performance_page
from bench.performance_page import PAGE, TABLES, filled
from bench.processes import CommandFailed, timed


def run(persons: int, wall: float, months: int = 38) -> dict:
    return {
        "wall": wall, "cpu": 1.5 * wall, "peak": 10**9, "others": 0.25, "persons": persons, "months": months,
        "profile": [
            ("  persons of census night", 0.1, 0.1, 5.0), ("census night", 0.2, 0.2, 5.0),
            ("  open gate", 0.3 * wall, 0.5 * wall, 0.0), ("  die", 0.1 * wall, 0.1 * wall, 0.0),
            ("months", 0.4 * wall, 0.6 * wall, 0.0),
        ],
    }  # fmt: skip


def way(n: int, nanoseconds: float) -> dict:
    seconds = n * 12 * nanoseconds / 1e9
    return {
        "n": n, "threads": 1, "cpu": seconds, "wall": seconds, "bytes": 20 * n, "version": "1.2",
        "died": n // 40, "born": n // 80, "employed": n // 10, "seeking": n // 50,
    }  # fmt: skip


RECORD = {
    "machine": {
        "about": {"processor": "Some Core", "cores": "2"},
        "read": {"1": 10e9, "2": 20e9},
        "hash": {"1": 1e9, "2": 2e9},
        "person_bytes": 31,
        "others": None,
    },
    "runs": {"0.01": run(500_000, 2.0), "0.1": run(5_000_000, 10.0), "1": run(40_000_000, 47.12)},
    "lengths": {str(m): run(5_000_000, m / 4, m) for m in (12, 38, 120)},
    "repeated": {"first": [4.0, 5.0], "median": [1.5, 2.0], "best": [1.0, 2.0], "others": 0.0},
    "first": {"0.01": run(500_000, 60.0)},
    "compared": {
        "small": {"kernels": way(200_000, 4.0), "numpy": way(200_000, 30.0), "mesa": way(200_000, 800.0)},
        "large": {"kernels": way(5_000_000, 5.0), "numpy": way(5_000_000, 20.0)},
        "all_cores": way(5_000_000, 2.5),
        "missing": {"starsim": "not installed"},
    },
}


def empty_page() -> str:
    return "before\n" + "between\n".join(f"<!-- {name}: measured -->\nold\n<!-- end -->\n" for name in TABLES)


def test_only_tables_are_replaced():
    page = filled(empty_page(), RECORD)
    assert "old" not in page and page.startswith("before\n") and page.count("between\n") == len(TABLES) - 1
    assert filled(page, RECORD) == page


def test_the_page_has_a_place_for_every_table():
    text = PAGE.read_text(encoding="utf-8")
    outside = re.compile(r"(<!-- \S+: measured -->).*?<!-- end -->", re.DOTALL)
    assert outside.sub(r"\1", filled(text, RECORD)) == outside.sub(r"\1", text)
    with pytest.raises(ValueError, match="places of tables"):
        filled(text.replace("<!-- floor: measured -->", ""), RECORD)


def test_figures_follow_from_the_record():
    """40 million persons, 38 months, 31 bytes, 20 GB/s: 2.356 s; 47.12 s are twenty times as much."""
    assert "| all columns, 31 bytes a person | 2.36 s | 20 | 4.71 s | 15 |" in TABLES["floor"](RECORD)
    headline = TABLES["headline"](RECORD)
    assert "**47.1 s and 1.0 GB**" in headline and "70.7 s of core time. Other programs took 25%" in headline
    whole = "| 1 | 40,000,000 | 47.1 s | 70.7 s | 31 | 1.00 GB | 25 | 20 | 25% of the cores |"
    assert whole in TABLES["runs"](RECORD)
    assert headline.count("not reached") == 2
    fast = RECORD | {"repeated": RECORD["repeated"] | {"best": [0.2, 0.2]}}
    assert TABLES["headline"](fast).count("not reached") == 1
    lengths = TABLES["lengths"](RECORD).splitlines()
    assert "| 375 ms, 75 ns a person |" in lengths[3]  # 1.5 core seconds more for each 4 months
    compared = TABLES["compared"](RECORD)
    assert "| Starsim | not installed |" in compared
    assert re.search(r"\| NumPy .* \| 20\.0 \| 4 \| 20 \|", compared)
    assert "NumPy 4 times and Mesa (do) 160 times" in TABLES["headline"](RECORD)
    # Parts of other steps are not counted twice.
    assert "persons of census night" not in TABLES["profile"](RECORD)
    assert "| open gate | 14.1 s | 23.6 s | 30% |" in TABLES["profile"](RECORD)


def test_tables_have_as_many_cells_in_every_row():
    for name, table in TABLES.items():
        rows = [line for line in table(RECORD).splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in rows}) <= 1, name


def test_the_chart_is_the_same_twice_and_small():
    one, other = performance_chart.png(RECORD), performance_chart.png(RECORD)
    assert one == other and one[:4] == b"\x89PNG"
    assert len(one) < 150_000
    assert performance_page.CHART.stat().st_size < 150_000


def test_the_description_does_not_name_the_machine():
    assert platform.node() not in " ".join(machine.describe().values()).split()


def test_bytes_of_a_person_are_those_of_the_columns():
    from urbsim.scenario.reader import load_scenario
    from urbsim.simulation.build import build_world

    world = build_world(load_scenario("no_plan"), scale=0.001, threads=1)
    assert machine.person_bytes() == sum(column.dtype.itemsize for column in world.people[2:])
    world.chunks.close()


def test_a_profile_is_read():
    from urbsim.compute.profiling import Profile

    profile = Profile({"columns of 117608 persons": 5_000_000})
    with profile.step("  give up and return"):
        pass
    with profile.step("months"):
        pass
    assert [row[0] for row in performance.profile_of(profile.table())] == ["  give up and return", "months"]


def test_a_command_is_measured_in_a_process_of_its_own():
    """Measured from a small process, as the benchmark is: this one holds more than what is measured."""
    child = "import sys; b = bytearray(300_000_000); print(sum(range(10**6))); print(1, file=sys.stderr)"
    small = f"from bench.processes import timed; print(timed(['-c', {child!r}]))"
    root = performance_page.ROOT
    said = subprocess.run(
        [sys.executable, "-c", small], cwd=root, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ).stdout  # fmt: skip
    found = re.fullmatch(r"\(Cost\((.*)\), '499999500000\\n', '1\\n'\)\n", said)
    assert found, said
    cost = dict(part.split("=") for part in found[1].split(", "))
    assert 300e6 < float(cost["peak"]) < 400e6
    assert float(cost["cpu"]) > 0 and float(cost["wall"]) > 0


def test_a_command_that_fails_says_why():
    with pytest.raises(CommandFailed, match="no such thing"):
        timed(["-c", "raise SystemExit('no such thing')"])
