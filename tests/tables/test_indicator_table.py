"""`urbsim export --form indicator-table`: figures of the plan, what runs say of them, grades by hand, the same bytes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from invented_runs import make_run
from typer.testing import CliRunner

from urbsim.cli import app
from urbsim.facts.register import observations
from urbsim.results.run_record import Judged
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.measures import measures
from urbsim.tables.indicator_table import measure_rows
from urbsim.tables.indicator_table.grades import AHEAD, BEHIND, FASTER, IN_LINE, RULE, grade
from urbsim.tables.indicator_table.heights import height, lines
from urbsim.tables.indicator_table.measure_rows import MeasureRow
from urbsim.tables.indicator_table.outcomes import Outcome
from urbsim.tables.indicator_table.plan_figures import figures
from urbsim.tables.indicator_table.provenance import MARK, communique, rerun

DRAWS = 20
FORMULA = '=HYPERLINK("http://x","x")'
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan as one run, with a title that a spreadsheet might run, and another scenario."""
    out = tmp_path_factory.mktemp("one")
    make_run(out, "baseline", scale=0.0005, title={"en": FORMULA, "zh": FORMULA})
    make_run(out, "no_plan", scale=0.0005)
    return out


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The central draw and twenty others."""
    out = tmp_path_factory.mktemp("many")
    for draw in range(DRAWS + 1):
        make_run(out, "baseline", scale=0.0002, draw=draw, push=draw / 10)
    return out


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["export", *map(str, arguments), "--form", "indicator-table"])


def rows_of(*arguments: object) -> dict[str, dict[str, Any]]:
    done = invoke(*arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return {row["id"]: row for row in json.loads(done.stdout)}


def sheet(path: Path, number: int) -> list[dict[str, str]]:
    """Rows of a sheet: column letters -> texts and numbers as they are stored."""
    with zipfile.ZipFile(path) as book:
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        words = ["".join(part.itertext()) for part in shared]
        tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    rows = []
    for row in tree.iter(f"{_SHEET}row"):
        cells = {}
        for cell in row:
            value = cell.find(f"{_SHEET}v")
            if value is not None and value.text is not None:
                column = "".join(filter(str.isalpha, cell.attrib["r"]))
                cells[column] = words[int(value.text)] if cell.get("t") == "s" else value.text
        rows.append(cells)
    return rows


def target(operator: str = ">=", tolerance: float = 0.0) -> Judged:
    entry: Mapping[str, Any] = {
        "id": "T", "indicator": "births", "place": "450000", "from": "2021-01", "to": "2023-12",
        "aggregate": "sum", "operator": operator, "threshold": 100.0, "tolerance": tolerance, "value": None,
        "met": None, "met_strict": None,
    }  # fmt: skip
    return Judged.model_validate(entry)


@pytest.mark.parametrize(
    ("value", "before", "tolerance", "word"),
    [
        (99.9, None, 0.0, BEHIND),
        (100.0, 60.0, 0.0, IN_LINE),
        (105.0, 60.0, 0.0, IN_LINE),
        (105.1, 60.0, 0.0, FASTER),
        (105.1, 100.0, 0.0, AHEAD),
        (99.0, 100.0, 0.0, BEHIND),  # reached once and lost again
        (97.0, 90.0, 3.0, IN_LINE),
        (103.0, 90.0, 3.0, IN_LINE),
        (103.1, 90.0, 3.0, FASTER),
        (98.0, 101.0, 3.0, IN_LINE),  # within "about" at the end: not ahead
        (None, None, 0.0, ""),
    ],
)
def test_grades_by_hand(value: float | None, before: float | None, tolerance: float, word: str) -> None:
    assert grade(Outcome(target(tolerance=tolerance), value, None, None, None, None, before)) == word


def test_grades_of_what_should_be_small() -> None:
    small = target("<=")
    assert grade(Outcome(small, 101.0, None, None, None, None, None)) == BEHIND
    assert grade(Outcome(small, 96.0, None, None, None, None, 120.0)) == IN_LINE
    assert grade(Outcome(small, 94.0, None, None, None, None, 120.0)) == FASTER
    assert grade(Outcome(small, 94.0, None, None, None, None, 99.0)) == AHEAD
    assert all(word in RULE for word in (AHEAD, FASTER, IN_LINE, BEHIND))


def test_every_figure_of_the_plan_is_worded() -> None:
    known = {figure.id: figure for figure in figures()}
    assert list(known) == list(observations("plan_targets")["target_id"])
    assert all(figure.clause and figure.lead and figure.unit for figure in known.values())
    assert all(bool(figure.why) != bool(figure.judged_by) for figure in known.values())
    share, jobs = known["T01"], known["T19"]
    assert (share.value, share.base, share.actual) == (0.57, 0.542, 0.5508)
    assert (jobs.value, jobs.unit, jobs.base, jobs.actual) == (90, "万人", 26.52, 40.7)
    assert "（三）农业转移人口市民化质量提升行动 4．提升就业质量：" in jobs.clause
    assert known["T05"].lead == "柳州市人民政府" and known["T03"].lead == measures()["A1"].lead["zh"]
    waste = known["T16"]
    assert "不是城镇就业人员总量的变化" in jobs.notes[0]
    assert waste.base is None and waste.notes == ("已知最近的基数为2018年98.00%",)
    # Nothing after the last year counted, nor what is no plain number of a whole year.
    assert {name for name, figure in known.items() if figure.actual is not None} == {
        "T01",
        "T19",
        "T33",
        "T34",
    }


def test_one_run_has_a_value_and_no_interval(one: Path) -> None:
    found = rows_of(one)  # baseline, where both are there
    summary = json.loads(
        (one / "baseline" / "scale0.0005-draw0-seed1" / "summary.json").read_text(encoding="utf-8")
    )
    share, jobs = (entry["value"] for entry in summary["targets"])
    assert found["T1"]["value"] == share and found["T2"]["value"] == pytest.approx(jobs / 10_000)
    for name in ("T1", "T2"):
        row = found[name]
        assert row["low"] is row["high"] is row["probability"] is None
        assert "单次模拟，不能给出区间和概率" in row["note"]
    assert found["T20"]["judged"] is False and "plan_parts" in found["T20"]["note"]
    assert found["T14"]["note"] == "模型未模拟" and "设定" in found["T13"]["note"] and len(found) == 35
    assert "no interval and no probability" in invoke(one, "--json").stderr


def test_twenty_draws_have_an_interval_and_a_probability(many: Path) -> None:
    values, met = [], []
    for draw in range(1, DRAWS + 1):  # draw 0 is their centre
        text = (many / "baseline" / f"scale0.0002-draw{draw}-seed1" / "summary.json").read_text(
            encoding="utf-8"
        )
        (entry,) = (each for each in json.loads(text)["targets"] if each["id"] == "T1")
        values.append(entry["value"])
        met.append(entry["met"])
    row = rows_of(many)["T1"]
    assert row["value"] == pytest.approx(np.median(values))
    assert [row["low"], row["high"]] == pytest.approx(np.quantile(values, (0.05, 0.95)))
    assert row["probability"] == pytest.approx(np.mean(met)) and 0 < row["probability"] < 1
    assert "严格口径为" in row["note"]


def test_the_workbook_holds_it_and_stays_the_same(one: Path, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    for name in ("a.xlsx", "b.xlsx"):
        done = invoke(one, "--out", tmp_path / name)
        assert done.exit_code == 0 and f"File 文件: {tmp_path / name} (35 rows)" in done.stdout, done.stderr
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    first = sheet(tmp_path / "a.xlsx", 1)
    assert FORMULA in first[1]["A"] and MARK in first[1]["A"]
    head, share = first[3], first[4]
    assert [head[c] for c in "BCDEGHKL"] == [
        "指标", "单位", "2020年基数", "2023年目标", "2021年实际（统计）", "情景推演值", "实现概率", "评估",
    ]  # fmt: skip
    expected = rows_of(one)["T1"]
    assert float(share["H"]) == pytest.approx(expected["value"]) and share["L"] == expected["grade"]
    assert [float(share[c]) for c in "DEG"] == [0.542, 0.57, 0.5508] and not {"I", "J", "K"} & set(share)
    assert sum(row.get("H") == "未推演" for row in first) == 33
    second = sheet(tmp_path / "a.xlsx", 2)
    assert [row["A"] for row in second[4:-1]] == list(measures())
    third = {row["A"]: row["B"] for row in sheet(tmp_path / "a.xlsx", 3) if "B" in row}
    assert third["公报体例表述"].startswith(f"【{MARK}】到2023年末，全区常住人口城镇化率推演值为")
    assert third["复算命令"] == "urbsim run baseline --scale 0.0005 --draw 0 --seed 1"
    assert third["模拟：baseline"].count("结果指纹") == 1
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        pages = [book.read(f"xl/worksheets/sheet{k}.xml").decode() for k in (1, 2, 3)]
    assert all('paperSize="9"' in page and 'orientation="landscape"' in page for page in pages)
    assert not any("<f>" in page or "<hyperlink" in page for page in pages)
    assert all('state="frozen"' in page for page in pages[:2])


def test_the_file_has_a_name_of_its_own(one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xlsxwriter")
    monkeypatch.chdir(tmp_path)
    assert invoke(one).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["指标表.xlsx"]


def test_money_of_a_measure_is_counted_once() -> None:
    shared = "towns.connected_villages"
    assert len(CATALOGUE[shared].measures) > 1
    scenario = {"levers": {"towns": {"connected_villages": {
        "total": 60.0, "from": "2021-11", "to": "2023-12", "places": None,
    }}}, "committed": {}}  # fmt: skip
    ledger = {shared: np.array([3.0, 2.0, 4.0])}
    made: list[MeasureRow] = [measure_rows._row(each, scenario, ledger) for each in measures().values()]
    paid = {row.id: (row.capital, row.running, row.additional) for row in made if row.capital is not None}
    payer = CATALOGUE[shared].measures[0]
    assert paid == {payer: (3.0, 2.0, 4.0)}
    others = [row for row in made if row.id in CATALOGUE[shared].measures and row.id != payer]
    assert others and all(f"的支出计入{payer}" in row.note for row in others)
    assert "情景新增60个（2021-11至2023-12）" in next(row for row in made if row.id == payer).doses[1]


def test_rows_are_as_high_as_their_text() -> None:
    assert [lines(text, 11.5) for text in ("", "a" * 10, "a" * 11, "城" * 5, "城" * 6, "a\nb")] == [
        1,
        1,
        2,
        1,
        2,
        2,
    ]
    assert height([("a", 10), ("城" * 10, 11.5)]) == height([("a\nb", 10)]) > height([("a", 10)])
    assert height([("a\n" * 99, 10)]) == 400


def test_railway_lines_are_counted() -> None:
    lever = CATALOGUE["transport.openings"]
    said = {"committed": {"transport": {"openings": {"a": "2022-12", "b": "2023-12", "c": "never"}}}}
    assert list(measure_rows._doses(lever, "A1", said)) == [
        "铁路开通：既定2条线路（2022-12至2023-12开通，另1条不开通）"
    ]


def test_a_ratio_is_quoted_in_its_own_unit() -> None:
    known = {figure.id: figure for figure in figures()}
    asked = target().model_copy(update={"from_": "2023-12", "aggregate": "last"})
    beds = Outcome(asked, 1.25, 1.2, 1.3, None, None, None)
    judged_by = known["T21"].judged_by
    said = communique({judged_by: beds}, figures())
    assert (
        said
        == "到2023年末，全区每千常住人口基层医疗卫生机构床位推演值为1.25张/千人（90%区间1.20张/千人至1.30张/千人）。"
    )


def test_the_command_that_makes_the_runs_again() -> None:
    class Run:
        def __init__(self, draw: int, seed: int, name: str = "plan@delivery.rate=0.5") -> None:
            self.draw, self.key, self.summary = draw, (name, draw, seed), {"scale": 0.01}

    grid: Any = [Run(draw, seed) for draw in (1, 2, 3) for seed in (1, 2)]
    head = "urbsim run plan --set delivery.rate=0.5 --scale 0.01"
    assert rerun(grid) == f"{head} --draws 1:3 --seeds 1:2"
    assert rerun(grid[:3]).splitlines() == [
        f"{head} --draw 1 --seed 1", f"{head} --draw 1 --seed 2", f"{head} --draw 2 --seed 1",
    ]  # fmt: skip


def test_what_does_not_go_with_it_is_said_at_once(one: Path, tmp_path: Path) -> None:
    done = invoke(one, "--place", "Nanning", "--scenario", "baselin", "--out", tmp_path / "t.csv")
    assert done.exit_code == 2
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["--place", "--out", "--scenario"]
    assert "did you mean 'baseline'?" in done.stderr and "means nothing to indicator-table" in done.stderr
    done = CliRunner().invoke(
        app, ["export", str(one), "--form", "hubverse", "--scenario", "baseline", "--json"]
    )
    assert done.exit_code == 2 and "--scenario: means nothing to hubverse" in done.stderr


def test_several_scenarios_and_none_of_them_the_plan(tmp_path: Path) -> None:
    make_run(tmp_path, "no_plan", scale=0.0002)
    assert len(rows_of(tmp_path)) == 35  # the only one there is
    make_run(tmp_path, "jobs_only", scale=0.0002)
    done = invoke(tmp_path, "--json")
    assert (
        done.exit_code == 2
        and "--scenario: is missing" in done.stderr
        and "jobs_only, no_plan" in done.stderr
    )
    assert rows_of(tmp_path, "--scenario", "no_plan")["T1"]["judged"]
