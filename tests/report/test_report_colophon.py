"""When, with what and how a page was made: stated on it, true, and harmless."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from pathlib import Path

import yaml
from invented_runs import HOSTILE, make_run

from urbsim.facts import gazetteer
from urbsim.report import colophon, findings, folders
from urbsim.report.page import write_report
from urbsim.report.texts import LANGUAGES, TEXTS
from urbsim.scenario.reader import load_scenario

ROOT = Path(__file__).resolve().parents[2]
DAY = 1_606_780_800  # 1 December 2020


def found(out: Path) -> findings.Findings:
    runs = [folders.read(folder) for folder in folders.find([out])]
    return findings.find(folders.compare(runs, None), gazetteer.place(gazetteer.PROVINCE))


def rows(out: Path, lang: str = "en") -> dict[str, str]:
    return dict(colophon.table(found(out), [out], lang).rows)


def test_the_day_is_that_of_the_last_run(small: Callable[..., Path]):
    for draw in (1, 2):
        run = small("baseline", draw=draw)
        os.utime(run / "summary.json", (DAY * draw // 2, DAY * draw // 2))
    assert rows(run.parents[1])["Runs finished"] == "1 December 2020"
    assert rows(run.parents[1], "zh")["模拟完成日期"] == "2020年12月1日"


def test_the_command_of_the_first_run_names_a_scenario_draw_and_seed(small: Callable[..., Path]):
    run = small("baseline", draw=3)
    command = rows(run.parents[1])["The first run again"].split()
    assert command[:3] == ["urbsim", "run", "baseline"] and command[-4:] == ["--draw", "3", "--seed", "1"]
    load_scenario(command[2])


def test_a_batch_is_run_again_from_its_own_file(small: Callable[..., Path]):
    out = small("baseline").parents[1]
    assert "All runs again" not in rows(out)
    (out / "batch.yaml").write_text("name: options\nscenarios: [baseline]\n")
    assert rows(out)["All runs again"] == f"urbsim batch {out.name}/batch.yaml"


def test_a_hostile_batch_file_says_nothing(small: Callable[..., Path]):
    out = small("baseline").parents[1]
    for content in ("name: 'x; rm -rf .'\n", "name: &a [*a]\n", "\x00", "[1]\n", HOSTILE):
        (out / "batch.yaml").write_text(content, encoding="utf-8")
        assert "All runs again" not in rows(out)


def test_the_citation_is_that_of_the_project():
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    for lang in LANGUAGES:
        text = TEXTS["citation"][lang]
        assert said["authors"][0]["name"] in text and said["title"] in text
    assert said["abstract"] in TEXTS["citation"]["en"]


def test_the_page_has_it_all(tmp_path: Path):
    make_run(tmp_path / "runs", "baseline", scale=0.0005)
    page = write_report([tmp_path / "runs"], tmp_path / "page.html").read_text(encoding="utf-8")
    text = html.unescape(re.sub(r"</?span[^>]*>", "", page))  # options of a command stay on one line
    for value in rows(tmp_path / "runs").values():
        assert value in text


def test_a_brief_is_one_sheet_a_language_and_nothing_beside_it(tmp_path: Path):
    for name, push in (("no_plan", 1.0), ("baseline", 1.3)):
        make_run(tmp_path / "runs", name, scale=0.0005, push=push, title={"en": HOSTILE, "zh": HOSTILE})
    page = write_report([tmp_path / "runs"], tmp_path / "out", place="450200", brief=True)
    assert [file.name for file in (tmp_path / "out").iterdir()] == [page.name] == ["brief_450200.html"]
    text = page.read_text(encoding="utf-8")
    assert text.count('<section class="sheet"') == 2 and "<script" not in text
    counted = found(tmp_path / "runs")
    lead = counted.lead.values("resident_population", "450200")
    assert f"<td>{lead[-1]:,.0f}</td>" in text
    assert "柳州市" in text and "Liuzhou" in text and "--place 450200 --brief" in text
