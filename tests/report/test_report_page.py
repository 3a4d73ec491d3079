"""The page: self-contained, bilingual, honest, and the same bytes every time."""

from __future__ import annotations

import base64
import csv
import dataclasses
import datetime as dt
import errno
import html
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from invented_runs import HOSTILE

from urbsim.facts import gazetteer
from urbsim.report import (
    accounts,
    difference_tables,
    figures,
    findings,
    folders,
    origin,
    tables,
    texts,
    typeface,
    wording,
)
from urbsim.report import page as pages
from urbsim.report.charts import style
from urbsim.report.page import write_report

VOID = {"meta", "input", "link", "br", "img", "hr"}


class Reader(HTMLParser):
    """Collects text by language, attributes that load or lead somewhere, ids, and tags never closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.lang: list[str] = []
        self.text: dict[str, list[str]] = {"zh": [], "en": []}
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.problems: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.add(tag)
        self.addresses += [
            value for name, value in attrs if name in ("src", "href", "xlink:href", "action") and value
        ]
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "article":
            self.lang.append(str(given["lang"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.problems.append(tag)
        else:
            self.open.pop()
        if tag == "article":
            self.lang.pop()

    def handle_data(self, data):
        if self.lang and "style" not in self.open:
            self.text[self.lang[-1]].append(data)


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader


def counted(*given: Path) -> findings.Findings:
    """What a page of these folders would show."""
    runs = [folders.read(path) for path in folders.find(given)]
    return findings.find(folders.compare(runs, None), gazetteer.place("450000"))


def words(reader: Reader, lang: str) -> str:
    return re.sub(r"\s+", " ", " ".join(reader.text[lang]))


def test_it_needs_nothing_else(page: Path):
    reader = read(page)
    assert "link" not in reader.tags and "iframe" not in reader.tags
    assert reader.addresses and all(
        address.startswith(("#", "data:text/csv;")) for address in reader.addresses
    )
    source = page.read_text(encoding="utf-8")
    assert source.count("<script") == 1 and pages._script() in source
    assert f'content="{pages._policy([pages._script()])}"' in html.unescape(source)
    assert "http://" not in source and "https://" not in source and "@import" not in source
    loaded = re.findall(r"url\(\"?([^)\"]{1,20})", source)
    assert loaded and all(found.startswith(("#", "data:font/woff;")) for found in loaded)


def test_it_is_well_formed_and_ids_are_unique(page: Path):
    reader = read(page)
    assert reader.problems == [] and reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    anchors = {address[1:] for address in reader.addresses if address.startswith("#")}
    assert anchors <= set(reader.ids)


def test_both_languages_say_the_verdict(page: Path):
    reader = read(page)
    english, chinese = words(reader, "en"), words(reader, "zh")
    assert (
        "Met in one run About 57% of residents urban at the end of 2023 Met in this run: 57." in english
        and "One run gives no probability." in english
    )
    assert (
        "单次模拟达到 2023年末常住人口城镇化率57%左右 本次模拟达到目标：2023年末常住人口城镇化率为57."
        in chinese
        and "单次模拟不能给出概率" in chinese
    )
    assert "new urban jobs over 2021–2023, " in english and "at the high end (95%) " in english
    assert "2021—2023年累计城镇新增就业" in chinese and "取高端（95%），则为" in chinese
    assert "next release" not in english and "下一版" not in chinese
    assert "This verdict is unconditional" in english
    # 2021 is said with the model's own figure, as the CSV of the path has it, and the published one.
    published = accounts.observed_shares()[1][1]
    said = re.search(r"it says ([\d.]+)%, ([\d.]+) points (above|below) the published ([\d.]+)%", english)
    assert said is not None and float(said[4]) == pytest.approx(100 * published, abs=0.051)
    off = float(said[1]) - float(said[4])
    assert abs(off) == pytest.approx(float(said[2]), abs=1e-9) and (off >= 0) == (said[3] == "above")
    assert f"模型值为{said[1]}%" in chinese
    assert "docs/limitations.md" in english and "docs/limitations.md" in chinese


def test_each_scenario_is_set_against_the_comparison_on_both_targets(runs: Path):
    found = counted(runs / "no_plan", runs / "other")
    table = difference_tables.effects(found, "en")
    assert table is not None
    other, none = table.rows
    assert none[0] == "No plan" and (none[3], none[4], none[7]) == ("–", "–", "–")
    t1, t2 = ([g.run.summary["targets"][i]["value"] for g in found.groups] for i in (0, 1))
    residents = found.run.values("resident_population", "450000")[-1]
    assert other[1] == other[5] == "–"  # one draw gives no probability
    assert other[2] == wording.points(t1[1], 1)
    assert other[3] == wording.signed(wording.points(t1[1] - t1[0], 2)) and other[3].startswith("+")
    assert float(other[4]) == pytest.approx((t1[1] - t1[0]) * residents / 1000, abs=0.051)
    assert float(other[6].replace(",", "")) == pytest.approx(t2[1] / 1000, abs=0.051)
    assert float(other[7].replace(wording.MINUS, "-").replace(",", "")) == pytest.approx(
        (t2[1] - t2[0]) / 1000, abs=0.051
    )
    assert table.head[4].endswith("thousand residents")
    assert "one such pair" in pages._effects_note(found, "en") and "只有一对" in pages._effects_note(
        found, "zh"
    )


def test_several_pairs_give_median_and_range(small: Callable[..., Path]):
    spans = [
        small(name, seed=seed, push=push) for name, push in (("a", 1.0), ("b", 1.3)) for seed in (1, 2, 3)
    ]
    found = counted(*spans)
    table = difference_tables.effects(found, "en")
    assert table is not None
    values = {s.name: [r.summary["targets"][0]["value"] for r in s.runs] for s in found.comparison.scenarios}
    apart = [b - a for a, b in zip(values["a"], values["b"], strict=True)]
    low, high = (wording.signed(wording.points(edge(apart), 2)) for edge in (min, max))
    middle = wording.signed(wording.points(sorted(apart)[1], 2))
    assert next(row for row in table.rows if row[0] == "b")[3] == f"{middle} ({low} to {high})"
    note = pages._effects_note(found, "en")
    assert "the median of 3 pairs, and in brackets the smallest and the largest" in note


def test_coverage_table_agrees_with_the_target(runs: Path):
    found = counted(runs / "no_plan", runs / "other")
    table = tables.coverage(found, "en")
    assert table is not None
    assert table.head[1:] == ["Low (5%): 12.5%", "Used: 25.0%", "Middle (50%): 37.5%", "High (95%): 50.0%"]
    for row, group in zip(table.rows, found.ordered, strict=True):
        assert row[2] == wording.rounded(group.run.summary["targets"][1]["value"] / 1000, 1)
        low, used, middle, high = (float(cell.replace(",", "")) for cell in row[1:])
        assert used - low == pytest.approx(middle - used, abs=0.2) and middle - low == pytest.approx(
            high - used, abs=0.2
        )


def test_work_and_services_stand_by_year(runs: Path):
    found = counted(runs / "no_plan", runs / "other")
    table = tables.by_year(found, accounts.SERVICES["housing"], "x", "zh")
    assert table is not None
    assert table.head == ["情景", "普查时点", "2021年", "2022年", "2023年", "2023年与对照情景之差"]
    assert [row[0] for row in table.rows if len(row) == 1] == [
        "公共租赁住房入住套数（万套）", "住房租赁补贴发放户次（万户次）"
    ]  # fmt: skip
    # 111 counties x 2 sampled households x 12 months at 1 in 100 = 266,400 household-months
    assert table.rows[-2][1:] == ["", "26.64", "26.64", "26.64", "0.00"]  # the comparison comes second
    assert table.rows[2][1:5] == ["0.00", "7.77", "14.43", "21.09"]  # 111 x (7, 13, 19) x 100 dwellings


def test_runs_without_work_and_services_say_so(small: Callable[..., Path]):
    found = counted(small("night", until=dt.date(2020, 11, 30)))
    bare = {name: at for name, at in found.run.indicators.items() if name in folders.NEEDED}
    run = dataclasses.replace(found.run, indicators=bare)
    scenario = dataclasses.replace(found.comparison.baseline, runs=(run,), shown=run)
    found = findings.find(
        folders.Comparison((scenario,), scenario, ((scenario,),)), gazetteer.place("450000")
    )
    assert figures.jobs(found, "en") == [] == figures.services(found, "en")
    assert tables.coverage(found, "en") is None and difference_tables.effects(found, "en") is None
    assert tables.by_year(found, accounts.JOBS_TABLE, "x", "en") is None


def test_of_many_scenarios_two_are_spoken_of_and_all_are_counted(small: Callable[..., Path]):
    names = ["no_plan", "baseline", "c", "d"]
    found = counted(*(small(name, luck=i, push=1 + i / 10) for i, name in enumerate(names)))
    article = pages._article(found, "en", {}, "files")
    assert article["card"]["scenarios"][0]["title"] == "baseline"  # the plan comes first
    assert [card["scenarios"][0]["title"] for card in article["more_cards"]] == ["no plan", "c", "d"]
    assert len(article["indicators"]) == len(article["more_indicators"]) == 2
    assert [row[0] for row in article["effects"].rows] == ["baseline", "no plan", "c", "d"]
    said = figures.share_path(found, "en").inline
    assert "baseline: " in said and "no plan: " in said and "c: " not in said
    assert len(tables.path(found, "en").rows) == 4


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_the_section_of_the_settings_has_the_name_the_text_gives_it(lang: str):
    for key in ("unequal_settings", "note_conditional"):
        assert texts.TEXTS["s_table"][lang] in texts.TEXTS[key][lang]


def test_equal_results_are_said_plainly(page: Path, runs: Path):
    english, chinese = words(read(page), "en"), words(read(page), "zh")
    assert '"No plan" and "The plan" gave exactly the same results (one fingerprint, ' in english
    assert "“无计划情景”和“行动计划情景”的模拟结果完全相同" in chinese
    apart = counted(runs / "baseline", runs / "other")
    assert [pages._card(apart, group, "en")["equal"] for group in apart.groups] == ["", ""]


def test_same_settings_with_different_results_raise_an_alarm(small: Callable[..., Path], runs: Path):
    until = dt.date(2021, 1, 31)
    found = counted(small("a", luck=1, until=until), small("b", luck=2, until=until))
    (line,) = pages._article(found, "en", {}, "files")["warnings"]
    assert line.startswith('"a" and "b" have the same settings but different results.')
    assert counted(runs).out_of_step() == []


def test_the_identity_and_its_residual_are_printed(page: Path):
    assert "what is left over is 0 sampled persons" in words(read(page), "en")
    assert "收支核对无误差（余差0个样本人）" in words(read(page), "zh")


def test_doses_that_the_run_cuts_off_are_counted(small: Callable[..., Path]):
    """A dose of 60,000 of which two months in 62 are simulated delivers 1,935, and the page says so."""

    def spec(**doses: object) -> dict[str, object]:
        return {"until": "2023-12", "levers": {"housing": doses}}

    cut = {"total": 60000, "from": "2015-11", "to": "2020-12"}
    late = {"total": 7, "from": "2024-01", "to": "2024-12"}
    whole = {"total": 9, "from": "2020-11", "to": "2023-12"}
    small("one", spec=spec(public_rental_units=cut, guaranteed_rental_units=whole))
    small("two", spec=spec(public_rental_units=cut, rent_subsidy_households=late))
    page = write_report([small("three", spec=spec()).parents[1]], None, None, "both")
    english, chinese = (words(read(page), lang) for lang in ("en", "zh"))
    assert '"one" and "two": Public rental dwellings: 1,935 of 60,000 units fall into the run.' in english
    assert '"two": Rent subsidies, households: 0 of 7 units fall into the run.' in english
    assert "”：公共租赁住房（套）共60,000，其中1,935落在模拟时段内。" in chinese
    assert english.count("fall into the run") == 2


def test_every_chinese_character_of_the_page_is_in_the_embedded_font(page: Path):
    shown = set(words(read(page), "zh")) - set(HOSTILE)
    assert {c for c in shown if ord(c) > 0x2E80} <= typeface.covered()


def test_titles_cannot_become_markup(page: Path):
    source = page.read_text(encoding="utf-8")
    assert "<script>alert" not in source
    assert html.escape("<script>alert('x')</script>", quote=False).replace("'", "&#39;") in source
    assert HOSTILE.split(" 龘")[0] in html.unescape(words(read(page), "en"))


def test_charts_and_tables_stand_beside_the_page(page: Path):
    folder = page.with_name("report_files")
    names = {path.name for path in folder.iterdir()}
    charts = [
        "path", "differences_t1", "jobs_years", "differences_t2", "components", "counties_share", "moves_kinds",
        "moves_prefectures", "movers_age", "movers_schooling", "jobs", "schools", "housing", "papers",
    ]  # fmt: skip
    tables = [
        "path", "components", "counties", "moves_kinds", "moves_prefectures", "movers_age", "movers_schooling",
        "indicators", "settings", "runs", "verdicts", "spending", "price", "price_intervals", "differences",
    ]  # fmt: skip
    expected = {
        f"{chart}_{lang}.{kind}" for chart in charts for lang in ("zh", "en") for kind in ("svg", "png")
    }
    assert names == expected | {f"{table}.csv" for table in tables}
    assert (folder / "path_zh.png").read_bytes().startswith(b"\x89PNG")
    assert b"<dc:date>" not in (folder / "path_zh.svg").read_bytes()
    components = (folder / "components.csv").read_text(encoding="utf-8-sig")
    assert "no_plan,450000,residual_sampled_persons,0" in components
    indicators = (folder / "indicators.csv").read_text(encoding="utf-8-sig")
    assert "no_plan,450000,rent_subsidies_paid,flow,2023,266400" in indicators
    assert "no_plan,450000,public_rental_occupied,stock,2023-12-31,210900" in indicators


@pytest.fixture(scope="module")
def nanning(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One scenario, one language, one prefecture."""
    return write_report([runs / "baseline"], tmp_path_factory.mktemp("one"), None, "zh", "450100")


def test_chart_files_say_how_to_make_a_run_again(page: Path, runs: Path):
    folder = page.with_name("report_files")
    found = counted(runs)
    again, fingerprint = origin.command(found), found.lead.runs[0].fingerprint
    assert (
        again == "urbsim run no_plan --scale 0.01 --draw 0 --seed 1"
    )  # equal results stand under the first name
    for name in ("path_zh.svg", "path_en.png", "components_en.svg"):
        content = (folder / name).read_bytes()
        assert again.encode() in content, name
        assert fingerprint.encode() in content, name


def test_each_chart_has_its_numbers_one_click_away(page: Path):
    source = page.read_text(encoding="utf-8")
    found = dict(
        re.findall(r'<a download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', source)
    )
    assert {"path.csv", "components.csv", "counties.csv", "differences.csv", "indicators.csv"} <= set(found)
    text = base64.b64decode(found["path.csv"]).decode("utf-8-sig")
    assert text.startswith("scenario,place,month,share_urban\n") and "2023-12-31" in text


def test_numbers_of_the_page_equal_those_of_the_tables(page: Path, runs: Path):
    """What the verdict says is what verdicts.csv, path.csv and differences.csv hold, rounded."""
    found, folder = counted(runs), page.with_name("report_files")
    rows = {
        name: list(csv.DictReader((folder / f"{name}.csv").read_text("utf-8-sig").splitlines()))
        for name in ("verdicts", "path", "differences", "components")
    }
    english = words(read(page), "en")
    judged = next(row for row in rows["verdicts"] if (row["scenario"], row["target"]) == ("baseline", "T1"))
    assert f"{wording.percent(float(judged['value']))} of residents urban at the end of 2023" in english
    last = next(r for r in rows["path"] if (r["scenario"], r["month"]) == ("baseline", "2023-12-31"))
    assert float(last["share_urban"]) == pytest.approx(float(judged["value"]), abs=1e-9)
    apart = {(row["scenario"], row["target"]): float(row["difference"]) for row in rows["differences"]}
    table = difference_tables.effects(found, "en")
    assert table is not None
    other = next(row for row in table.rows if row[0].startswith("<script>"))
    assert other[3] == wording.signed(wording.points(apart["other", "T1"], 2))
    assert other[7] == wording.signed(wording.rounded(apart["other", "T2"] / 1000, 1))
    total = next(
        r for r in rows["components"] if (r["scenario"], r["component"]) == ("no_plan", "total_change")
    )
    assert float(total["persons"]) == pytest.approx(found.compared.change.total)


def test_no_two_series_of_a_chart_share_a_stroke():
    strokes = {(style.colour(i), str(style.dash(i))) for i in range(style.STROKES)}
    assert len(strokes) == style.STROKES >= 24


def test_the_same_input_gives_the_same_bytes(nanning: Path, runs: Path, tmp_path: Path):
    again = write_report([runs / "baseline"], tmp_path, None, "zh", "450100")
    assert again.read_bytes() == nanning.read_bytes()
    before, after = nanning.with_name("report_files"), tmp_path / "report_files"
    assert {p.name: p.read_bytes() for p in after.iterdir()} == {
        p.name: p.read_bytes() for p in before.iterdir()
    }


def test_it_is_written_whole_or_not_at_all(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Whichever of the page and its folder fails, both stay as they were, and nothing lies beside them."""
    out = tmp_path / "report.html"
    out.write_text("the old page", encoding="utf-8")
    (tmp_path / "report_files").mkdir()
    (tmp_path / "report_files" / "old.csv").write_text("old")

    def fails(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    for name in ("replace", "fsync"):
        with monkeypatch.context() as broken:
            broken.setattr(os, name, fails)
            with pytest.raises(OSError, match=f"No space left on device: '{tmp_path}/report") as caught:
                write_report([runs / "baseline"], out, lang="zh")
        assert caught.value.errno == errno.ENOSPC
        assert {path.name for path in tmp_path.iterdir()} == {"report.html", "report_files"}
        assert out.read_text(encoding="utf-8") == "the old page"
        assert [path.name for path in (tmp_path / "report_files").iterdir()] == ["old.csv"]


def test_one_language_one_place(nanning: Path):
    reader = read(nanning)
    chinese = words(reader, "zh")
    assert reader.text["en"] == [] and "input" not in reader.tags
    assert "南宁市城镇化情景模拟报告" in chinese and "以下结论均指全自治区" in chinese
    assert "其他城镇净迁入" in chinese  # moves between towns do not cancel in one prefecture
    assert "统计部门" not in chinese  # official estimates are the province's


def test_without_a_name_it_stands_beside_the_runs(runs: Path, tmp_path: Path):
    one, other = (next((runs / name).iterdir()) for name in ("baseline", "other"))
    assert pages._target([one], None) == runs / "baseline" / "report.html"
    assert pages._target([runs / "baseline"], None) == runs / "baseline" / "report.html"
    assert pages._target([one, other], None) == runs / "report.html"
    assert pages._target([one], tmp_path / "x.html") == tmp_path / "x.html"


def test_a_run_of_no_month_and_no_move_still_reports(small: Callable[..., Path], tmp_path: Path):
    run = small("night", until=dt.date(2020, 10, 31))
    written = write_report([run], tmp_path / "r.html", None, "en")
    assert "No moves are recorded" in words(read(written), "en")


def test_several_runs_of_a_scenario_show_a_band(small: Callable[..., Path]):
    found = counted(*(small("a", seed=seed, until=dt.date(2021, 6, 30)) for seed in (1, 2, 3)))
    assert any("from the lowest to the highest run" in line for line in figures.share_path(found, "en").note)
    assert pages._article(found, "en", {}, "files")["runs"] == "3 runs in all"


def test_a_page_loads_neither_pandas_nor_compilers(runs: Path, tmp_path: Path):
    """They would take longer to load than a page of a few runs takes to write."""
    code = (
        "import sys; from pathlib import Path; from urbsim.report.page import write_report; "
        f"write_report([Path({str(runs)!r})], Path({str(tmp_path)!r})); "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"pandas", "scipy", "numba", "mesa"} & set(loaded.split())
    assert "matplotlib" in loaded.split()
