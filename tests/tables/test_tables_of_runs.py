"""`urbsim table`: what a row stands for, worked out again from the files; layouts; files; refusals."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from invented_runs import make_run, with_money
from typer.testing import CliRunner

from urbsim.cli import app
from urbsim.facts import gazetteer
from urbsim.facts.indicators import INDICATORS
from urbsim.tables import files
from urbsim.tables.selection import select
from urbsim.tables.summary import MANY, summarised


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scenarios with two seeds each, one of them with another draw as well."""
    out = tmp_path_factory.mktemp("stored")
    for seed in (1, 2):
        make_run(out, "no_plan", scale=0.0005, seed=seed)
        make_run(out, "plan", scale=0.0005, seed=seed, push=1.5)
    make_run(out, "plan", scale=0.0005, draw=10, push=1.2)
    return out


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["table", *map(str, arguments)])


def records(*arguments: object) -> list[dict[str, Any]]:
    done = invoke(*arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def raw(stored: Path, scenario: str, draw: int, seed: int) -> pd.DataFrame:
    frame = pd.read_parquet(stored / scenario / f"scale0.0005-draw{draw}-seed{seed}" / "indicators.parquet")
    return frame.assign(month=pd.to_datetime(frame["month"]).dt.strftime("%Y-%m"))


def values(frame: pd.DataFrame, indicator: str, place: str = "450000") -> dict[str, float]:
    mine = frame[(frame["indicator"] == indicator) & (frame["place"] == place)]
    return dict(zip(mine["month"], mine["value"], strict=True))


def test_a_row_is_a_run_and_flows_are_added_up(stored: Path):
    asked = ("--indicator", "births", "--indicator", "urbanisation_rate")
    found = records(stored, *asked, "--place", "450100")
    assert [(row["scenario"], row["draw"], row["seed"]) for row in found[::2]] == [
        ("no_plan", 0, 1), ("no_plan", 0, 2), ("plan", 0, 1), ("plan", 0, 2), ("plan", 10, 1),
    ]  # fmt: skip
    for row in found:
        months = values(raw(stored, row["scenario"], row["draw"], row["seed"]), row["indicator"], "450100")
        if row["indicator"] == "births":
            assert row["period"] == "2020-11..2023-12" and row["value"] == sum(months.values()) > 0
        else:
            assert row["period"] == "2023-12" and row["value"] == months["2023-12"]
        assert (row["place_en"], row["place_zh"]) == ("Nanning", "南宁市")
        assert row["indicator_zh"] == INDICATORS[row["indicator"]].zh


def test_years_and_months(stored: Path):
    months = values(raw(stored, "plan", 0, 1), "births")
    by_year = records(stored / "plan", "--indicator", "births", "--by", "run,year")
    first = {
        row["year"]: (row["period"], row["value"]) for row in by_year if (row["draw"], row["seed"]) == (0, 1)
    }
    assert first[2020] == ("2020-11..2020-12", months["2020-11"] + months["2020-12"])
    assert first[2022][1] == sum(value for month, value in months.items() if month.startswith("2022"))
    by_month = records(stored / "plan", "--indicator", "births", "--by", "run", "--by", "month")
    mine = {row["month"][:7]: row["value"] for row in by_month if (row["draw"], row["seed"]) == (0, 1)}
    assert "2020-10" not in mine  # a flow has no base night
    assert mine == {month: value for month, value in months.items() if month != "2020-10"}
    stock = records(stored / "plan", "--indicator", "urban_population", "--by", "month")
    assert stock[0]["month"] == "2020-10-31"


def test_months_can_be_bounded(stored: Path):
    months = values(raw(stored, "no_plan", 0, 1), "new_urban_jobs")
    found = records(
        stored / "no_plan", "--indicator", "new_urban_jobs", "--from", "2021-01", "--to", "2021-12"
    )
    assert found[0]["period"] == "2021-01..2021-12"
    assert found[0]["value"] == sum(value for month, value in months.items() if month.startswith("2021"))


def test_runs_are_summarised_by_scenario(stored: Path):
    rows = records(stored, "--indicator", "urbanisation_rate", "--by", "scenario")
    assert "draw 0 is left out" in invoke(stored, "--by", "scenario").stderr
    seeds = records(stored, "--indicator", "urbanisation_rate", "--by", "draw")
    assert [(row["scenario"], row["draw"], row["runs"]) for row in seeds] == [
        ("no_plan", 0, 2), ("plan", 0, 2), ("plan", 10, 1),
    ]  # fmt: skip
    each = records(stored, "--indicator", "urbanisation_rate")
    assert [row["runs"] for row in rows] == [2, 1]  # the plan has a draw of which draw 0 is the centre
    for row in rows:
        draw = {"no_plan": 0, "plan": 10}[row["scenario"]]
        mine = [one["value"] for one in each if (one["scenario"], one["draw"]) == (row["scenario"], draw)]
        assert row["runs"] == len(mine) and row["band"] == "lowest-highest"
        assert (row["low"], row["high"]) == (min(mine), max(mine))
        assert row["median"] == pytest.approx(np.median(mine)) and row["mean"] == pytest.approx(np.mean(mine))
        assert "value" not in row and "draw" not in row


def test_quantiles_need_twenty_runs():
    selection, _ = select(["births"], [], ["scenario"], None, None, None)
    one = {
        "scenario": ["a"],
        "draw": [1],
        "place": ["450000"],
        "indicator": ["births"],
        "period": ["2023-12"],
    }
    for number, low, band in ((MANY - 1, 0.0, "lowest-highest"), (MANY, 0.95, "5%-95%")):
        frames = [pd.DataFrame(one | {"seed": [k], "value": [float(k)]}) for k in range(number)]
        found = summarised(frames, selection).iloc[0]
        assert (found["runs"], found["low"], found["band"]) == (number, pytest.approx(low), band)


def test_what_stands_in_columns(stored: Path):
    wide = records(stored, "--indicator", "urbanisation_rate", "--columns", "month", "--from", "2023-11")
    assert list(wide[0])[-2:] == ["2023-11", "2023-12"] and len(wide) == 5
    assert wide[4]["2023-12"] == values(raw(stored, "plan", 10, 1), "urbanisation_rate")["2023-12"]
    asked = ("--indicator", "births", "--place", "prefectures", "--by", "scenario", "--columns", "scenario")
    by_scenario = records(stored, *asked)
    assert [row["place"] for row in by_scenario] == [place.code for place in gazetteer.prefectures()]
    long = records(stored, *asked[:-2])
    assert [row["plan"] for row in by_scenario] == [
        row["median"] for row in long if row["scenario"] == "plan"
    ]
    both = records(stored, "--indicator", "births", "--indicator", "deaths", "--columns", "indicator")
    assert {"births", "deaths"} <= set(both[0]) and len(both) == 5
    gap = records(stored, "--indicator", "births", "--by", "scenario", "--columns", "draw")
    assert [row["draw 10"] is None for row in gap] == [True, False]  # a scenario without that draw


def test_names_in_either_language_and_groups(stored: Path):
    one = records(stored, "--indicator", "城镇新增就业", "--place", "兴宁区", "--by", "scenario")
    other = records(stored, "--indicator", "New-Urban Jobs", "--place", "450102", "--by", "scenario")
    assert one == other and one[0]["place"] == "450102"
    counties = records(stored, "--indicator", "births", "--place", "counties", "--by", "scenario")
    assert {row["place"] for row in counties} == {place.code for place in gazetteer.counties()}


def test_lines_for_a_terminal(stored: Path):
    done = invoke(stored, "--indicator", "urbanisation_rate", "--indicator", "births", "--place", "Nanning")
    head, *lines = done.stdout.splitlines()
    assert re.split(r"  +", head) == ["scenario", "draw", "seed", "place", "indicator", "period", "value"]
    assert len(lines) == 10 and all("450100 Nanning 南宁市" in line for line in lines)
    assert re.search(r"urbanisation_rate 常住人口城镇化率 +2023-12 +\d\d\.\d\d%$", lines[0])
    assert re.search(r"births 出生人口 +2020-11..2023-12 +[\d,]+$", lines[1])
    assert done.stderr == ""


def test_everything_wrong_is_said_at_once(stored: Path, tmp_path: Path):
    done = invoke(
        stored, tmp_path / "nowhere", "--indicator", "urbanisation_rat", "--place", "Naning", "--place", "450101",
        "--by", "sead", "--columns", "mont", "--from", "2021", "--out", tmp_path / "t.xls",
    )  # fmt: skip
    assert done.exit_code == 2 and done.stdout == "" and list(tmp_path.iterdir()) == []
    for said in (
        "did you mean 'urbanisation_rate'?", "did you mean 'Nanning'?", "'450101' is no place",
        "did you mean 'seed'?", "did you mean 'month'?", "--from: '2021' is not a month", "'t.xls' has no ending",
        "there is no such folder",
    ):  # fmt: skip
        assert said in done.stderr, said
    assert len(done.stderr.splitlines()) == 8


def test_the_folder_of_a_table_is_made(stored: Path, tmp_path: Path):
    table = tmp_path / "new" / "of tables" / "births.csv"
    done = invoke(stored, "--indicator", "births", "--out", table)
    assert done.exit_code == 0 and [path.name for path in table.parent.iterdir()] == ["births.csv"]
    below_a_file = invoke(stored, "--indicator", "births", "--out", table / "births.csv")
    assert below_a_file.exit_code == 2 and "births.csv' is a file" in below_a_file.stderr
    assert invoke(stored, "--indicator", "births", "--out", tmp_path / "of.csv" / "x.csv").exit_code == 0
    taken = invoke(stored, "--indicator", "births", "--out", tmp_path / "of.csv")
    assert taken.exit_code == 2 and "is a folder" in taken.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--by", "month,year"), "month and year exclude each other"),
        (("--by", "month", "--columns", "year"), "month and year exclude each other"),
        (("--from", "2022-02", "--to", "2022-01"), "`--from` is later than `--to`"),
        (("--indicator", "registered_urban"), "these runs hold no such indicator, place and month"),
        (("--from", "2031-01"), "these runs hold no such indicator, place and month"),
    ],
)
def test_what_cannot_be_asked(stored: Path, options: tuple[str, ...], said: str):
    done = invoke(stored, *options)
    assert done.exit_code == 2 and said in done.stderr and done.stdout == ""


def test_a_damaged_run_is_refused(tmp_path: Path):
    run = make_run(tmp_path, "no_plan", scale=0.0005)
    (run / "indicators.parquet").write_bytes(b"x")
    done = invoke(tmp_path)
    assert done.exit_code == 2 and "was changed after the run" in done.stderr


# --- files


def test_csv_and_parquet_hold_the_same(stored: Path, tmp_path: Path):
    for name in ("t.csv", "t.parquet"):
        done = invoke(stored, "--by", "run,month", "--out", tmp_path / name)
        assert done.exit_code == 0 and f"{name} (" in done.stdout
    text = {"dtype": {"place": "str"}, "encoding": "utf-8-sig"}
    csv, parquet = pd.read_csv(tmp_path / "t.csv", **text), pd.read_parquet(tmp_path / "t.parquet")
    assert list(csv.columns) == list(parquet.columns)
    assert (csv["value"] == parquet["value"]).all() and (csv["place"] == parquet["place"]).all()
    assert list(csv["month"]) == [str(month) for month in parquet["month"]]
    stocks = sum(known.kind != "flow" for known in INDICATORS.values())
    assert len(csv) <= 5 * 39 * len(INDICATORS) and (csv["month"] == "2020-10-31").sum() <= 5 * stocks
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_table_of_many_runs_is_written_piece_by_piece(stored: Path, tmp_path: Path):
    pieces = []

    def one_by_one():
        for k in range(3):
            pieces.append(k)
            yield pd.DataFrame({"draw": [k], "value": [0.5]})
            assert pieces == list(range(k + 1))  # the next is not asked for before this one is written

    assert files.write(one_by_one(), tmp_path / "t.parquet", pd.DataFrame()) == 3
    assert list(pd.read_parquet(tmp_path / "t.parquet")["draw"]) == [0, 1, 2]


def test_a_failure_leaves_no_file(stored: Path, tmp_path: Path):
    for suffix in ("csv", "parquet"):
        done = invoke(stored, "--from", "2031-01", "--out", tmp_path / f"t.{suffix}")
        assert done.exit_code == 2 and "hold no such indicator" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_xlsx_has_formats_and_a_sheet_of_runs(stored: Path, tmp_path: Path):
    pytest.importorskip("xlsxwriter")
    written = []
    for name in ("a.xlsx", "b.xlsx"):
        done = invoke(
            stored, "--indicator", "urbanisation_rate", "--by", "run,month", "--out", tmp_path / name
        )
        assert done.exit_code == 0, done.stderr
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    with zipfile.ZipFile(io.BytesIO(written[0])) as book:
        table, runs = (book.read(f"xl/worksheets/sheet{k}.xml").decode() for k in (1, 2))
        styles, names = book.read("xl/styles.xml").decode(), book.read("xl/workbook.xml").decode()
    assert table.count("<row ") == 1 + 5 * 39 and runs.count("<row ") == 1 + 5
    assert 'name="table"' in names and 'name="runs"' in names
    assert "yyyy-mm" in styles and "南宁" not in table and "广西" in table
    last = values(raw(stored, "plan", 10, 1), "urbanisation_rate")["2023-12"]
    assert f"<v>{last:.16G}</v>" in table


def test_xlsx_says_what_is_missing_and_what_is_too_long(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(files, "find_spec", lambda name: None)
    done = invoke(stored, "--out", tmp_path / "t.xlsx")
    assert done.exit_code == 2 and "pip install 'urbsim[xlsx]'" in done.stderr
    monkeypatch.undo()
    pytest.importorskip("xlsxwriter")
    monkeypatch.setattr(files, "MAX_ROWS", 100)
    done = invoke(stored, "--out", tmp_path / "t.xlsx")
    assert done.exit_code == 2 and "too many rows for XLSX" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_price_of_one_more(tmp_path: Path):
    """3,000 yuan more for 30 and for 60 more residents: 6,000 / 90; the jobs are the same in both, and have no price."""
    for draw, gained in ((1, 30.0), (2, 60.0)):
        with_money(make_run(tmp_path, "no_plan", scale=0.0005, draw=draw), 1000.0, 0.0)
        with_money(make_run(tmp_path, "plan", scale=0.0005, draw=draw), 4000.0, gained)
    make_run(tmp_path, "plan", scale=0.0005, draw=3)  # without a counterpart
    residents, jobs = records(tmp_path, "--price", "no_plan")
    assert (residents["scenario"], residents["against"], residents["pairs"]) == ("plan", "no_plan", 2)
    assert residents["more_yuan_mean"] == 3000 and residents["gained_mean"] == pytest.approx(45)
    assert (
        residents["yuan_each_ratio_of_means"] == pytest.approx(6000 / 90)
        and residents["status"] == "few_draws"
    )
    assert jobs["gained_mean"] == 0 and jobs["yuan_each_ratio_of_means"] is None
    first, second = invoke(tmp_path, "--price", "no_plan").stdout.splitlines()
    assert first.startswith("plan less no_plan: one more urban_population 城镇常住人口: 67 yuan")
    assert second.endswith("cannot be told: 0% of 2 draws gain")
    for suffix in ("csv", "parquet"):
        out = tmp_path / f"price.{suffix}"
        assert invoke(tmp_path, "--price", "no_plan", "--out", out).exit_code == 0
        frame: pd.DataFrame = getattr(pd, f"read_{suffix}")(out)
        assert list(frame["indicator"]) == ["urban_population", "new_urban_jobs"]


def test_runs_without_a_ledger_have_no_price(stored: Path):
    assert {row["status"] for row in records(stored, "--price", "no_plan")} == {"no_ledger"}


def test_what_does_not_go_with_a_price(stored: Path, tmp_path: Path):
    done = invoke(
        stored, "--price", "no_plam", "--by", "month", "--place", "450100", "--out", tmp_path / "a.xls"
    )
    assert done.exit_code == 2
    for said in (
        "did you mean 'no_plan'?",
        "--by: does not go with --price",
        "--place: does not",
        "no ending",
    ):
        assert said in done.stderr, (said, done.stderr)
    alone = invoke(stored / "no_plan", "--price", "no_plan")
    assert alone.exit_code == 2 and "nothing is set against it" in alone.stderr
