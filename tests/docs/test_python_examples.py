"""Every block of Python in the documents runs as it stands, in order, in a folder of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from documents import ROOT
from matplotlib import pyplot as plt

import urbsim

_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks_of(document: str) -> list[tuple[int, str]]:
    """The blocks of Python of a document, each with the line before its first."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return [(text.count("\n", 0, block.start(1)), block[1]) for block in _BLOCK.finditer(text)]


def run(document: str) -> dict[str, Any]:
    """Runs the blocks of a document one after the other; returns the names they leave."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for line, block in blocks_of(document):
        exec(compile("\n" * line + block, document, "exec"), names)
    return names


@pytest.fixture(autouse=True)
def folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    before = mpl.get_backend()
    mpl.use("Agg")
    yield
    plt.close("all")
    mpl.use(before)


def test_the_page_on_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    left = run("docs/python.md")
    assert len(blocks_of("docs/python.md")) >= 8
    assert repr(left["results"]) == "Results(3 runs of more_homes, no_plan; draw 0; seeds 1, 2)"
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == ["scale", "seed", "None"] and said[-1].endswith("no_plan")
    assert len(left["rates"]) == 3 * 39 and len(left["to_towns"])
    assert (tmp_path / "nanning.png").stat().st_size > 10_000
    assert [row["month"] for row in left["rows"]] == ["2023-12"] * 4


def test_the_columns_that_the_page_lists_are_there():
    urbsim.run({"name": "short", "extends": "no_plan", "until": "2020-12"}, scale=0.0005, out="results")
    results = urbsim.load_results("results")
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `results\.(\w+)` \|[^|]*\| (.*) \|$", text, re.MULTILINE)
    assert [table for table, _ in rows] == [
        "indicators",
        "targets",
        "movers",
        "deliveries",
        "spending",
        "fulfilment",
        "services",
        "touched",
        "runs",
    ]
    for table, listed in rows:
        named = re.findall(r"`(\w+)`", listed)
        columns = list(getattr(results, table).columns)
        assert set(named) <= set(columns), table
        if table not in ("movers", "touched", "runs"):
            assert columns == ["scenario", "draw", "seed", *named], table


def test_the_readme():
    assert len(run("README.md")["results"]) == 1


def test_the_recipes_for_other_programs():
    for name in ("no_plan", "baseline"):
        urbsim.run({"name": name, "extends": name, "until": "2021-02"}, scale=0.0005, out="results")
    left = run("results/README.md")
    assert {"pd", "duckdb"} <= left.keys()
    ours = urbsim.load_results("results").indicators.query(
        "indicator == 'urbanisation_rate' and place == '450000'"
    )
    assert sorted(left["rates"]["value"]) == sorted(ours["value"])
    by_scenario, moved = (left["duckdb"].sql(query).df() for query in queries("results/README.md"))
    assert sorted(by_scenario["value"]) == sorted(ours["value"])
    movers = urbsim.load_results("results").movers
    movers = movers.query("origin_setting == 'rural' and destination_setting == 'urban'")
    assert moved["moved"].sum() == movers["count"].sum()
    assert set(moved["scenario"]) == {"no_plan", "baseline"} and set(moved["county"]) <= set(
        movers["destination_place"]
    )


def queries(document: str) -> list[str]:
    """The SQL of a document."""
    return re.findall(r'sql\("""(.*?)"""\)', (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
