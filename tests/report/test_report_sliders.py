"""The section of sliders: numbers of the emulator, its errors in print, and a slider that works without a server."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from browsers import BROWSER, browser
from invented_emulators import content, emulator
from invented_runs import HOSTILE

from urbsim.emulator.answer import Setting, answer
from urbsim.emulator.model import NAME
from urbsim.errors import InputError
from urbsim.report import sliders
from urbsim.report.page import write_report


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An emulator with a hostile title and hostile names."""
    named = {"en": HOSTILE, "zh": HOSTILE}
    hostile = content() | {"title": named, "programmes": [named, {"en": "</script><b>", "zh": "\u2028"}]}
    found = tmp_path / NAME
    found.write_text(json.dumps(hostile), encoding="utf-8")
    return found


def test_pages_without_an_emulator_have_no_sliders(page: Path):
    source = page.read_text(encoding="utf-8")
    assert "explorer" not in source and 'id="en-sliders"' not in source


def test_the_section_stands_in_both_languages_with_its_errors(runs: Path, file: Path, tmp_path: Path):
    page = write_report([runs], tmp_path / "page.html", None, "both", emulator=file)
    source = page.read_text(encoding="utf-8")
    for lang in ("en", "zh"):
        assert f'id="{lang}-sliders"' in source and f'id="{lang}-explorer-1"' in source
    said = html.unescape(source)
    assert "0.010 points" in said and "0.010个百分点" in said  # the typical error of T1
    assert "8 settings" in said and "8组" in said and "Against full size: 1 settings" in said
    # It was not trained with what the invented runs say that they follow from.
    assert "was trained on other code, facts" in said and "代理模型训练时的程序代码" in said
    # Nothing of a title becomes markup, and all three scripts are allowed by their digests.
    assert "<script>alert" not in source and "</script><b>" not in source
    assert len(re.findall(r"<script>", source)) == 2 and source.count("sha256-") == 2
    block = re.search(r'<script type="application/json" id="emulator-1">(.*?)</script>', source)
    assert block and json.loads(block[1])["title"]["en"] == HOSTILE


def test_an_emulator_of_other_draws_says_that_levels_may_differ(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("urbsim.emulator.origin.other_than", lambda emulator, draw, digests: [])
    shown = sliders.Shown("1", emulator())
    mine = shown.emulator.draws[1:]
    assert len(mine) > 1
    for draws, warned in ((mine, False), ((*mine, 900), True), (mine[:-1], len(mine) > 2), ((0,), False)):
        said = sliders.warning(shown, [(draw, {}) for draw in draws], "en")
        assert ("other draws" in said) == warned, draws


def test_an_emulator_beside_the_runs_is_found(small, tmp_path: Path):
    run = small()
    beside = tmp_path / "small" / "baseline_explore"
    beside.mkdir()
    (beside / NAME).write_text(json.dumps(content()), encoding="utf-8")
    page = write_report([tmp_path / "small"], tmp_path / "page.html", None, "en")
    source = page.read_text(encoding="utf-8")
    assert 'id="en-explorer-1"' in source and 'id="zh-explorer-1"' not in source
    assert source.count("<script>") == 1 and run.is_dir()
    (beside / NAME).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="damaged"):
        write_report([tmp_path / "small"], tmp_path / "page.html", None, "en")


def test_an_indicator_that_is_not_known_is_refused(tmp_path: Path):
    other = content()
    other["outcomes"][0]["indicator"] = "happiness"
    (tmp_path / NAME).write_text(json.dumps(other), encoding="utf-8")
    with pytest.raises(InputError, match="happiness"):
        sliders.found([tmp_path], None)


def test_forms_write_figures_as_the_page_does():
    assert sliders.form_of("urbanisation_rate", "en").text(0.5654) == "56.5%"
    assert sliders.form_of_change("urbanisation_rate", "zh").text(0.00123) == "0.123个百分点"
    assert sliders.form_of("new_urban_jobs", "zh").text(912_345) == "91.23万"
    assert sliders.form_of("new_urban_jobs", "en").text(912_345) == "912,300"
    assert sliders.form_of("fiscal_cost_yuan", "en").text(1.2346e10) == "12,346 million yuan"
    assert sliders.form_of("fiscal_cost_yuan", "zh").text(1.2346e10) == "123.5亿元"


def test_a_goal_is_said_with_its_level():
    said = sliders.words(emulator(), "en")
    assert said["goals"] == {"T1": "At least 56.5%:", "T1 strict": "At least 57%:"}
    assert sliders.words(emulator(), "zh")["goals"]["T1"] == "不低于56.5%："


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium")
def test_a_slider_works_without_a_server(runs: Path, tmp_path: Path):
    named = tmp_path / NAME
    named.write_text(json.dumps(content()), encoding="utf-8")
    written = write_report([runs], tmp_path / "page.html", None, "both", emulator=named)
    value = "document.querySelector('article[lang=en] [data-outcome=T1] .value').textContent"
    added = "document.querySelector('article[lang=en] [data-outcome=T1] .added').textContent"
    with browser(tmp_path) as page:
        page.open(written.as_uri() + "#en")
        page.wait(value)
        page.click("#en-explorer-1 .at_most")
        said = answer(emulator(), Setting((2.0, 2.0, 1.0), (None, None)))["T1"]
        assert page.ask(value) == f"{100 * said.median:.1f}%"
        assert f"+{100 * said.added:.3f} points" in page.ask(added)
        assert (
            page.ask("document.querySelector('article[lang=en] [data-outcome=T1] .goals').textContent").count(
                "in 100"
            )
            == 2
        )
        # A condition that is set says that the answer is off the fit; one click leaves it alone again.
        note = "document.querySelector('#en-explorer-1 .programme .note').hidden"
        assert page.ask(note) is True
        page.ask(
            "(() => { const s = document.querySelector('#en-explorer-1-condition-growth_per_year');"
            " s.value = 0.1; s.dispatchEvent(new Event('input')); })()"
        )
        grown = answer(emulator(), Setting((2.0, 2.0, 1.0), (0.1, None)))["T1"]
        assert page.ask(note) is False and f"+{100 * grown.added:.3f} points" in page.ask(added)
        page.click("#en-explorer-1 .as_ever")
        assert page.ask(note) is True and f"+{100 * said.added:.3f} points" in page.ask(added)
        assert not page.told, page.told
        assert all(each.startswith(("file:", "data:")) for each in page.asked), page.asked
        page.open(written.as_uri() + "#zh", width=390)
        page.wait("document.querySelector('#zh-explorer-1 .value').textContent")
        assert page.ask("document.documentElement.scrollWidth") <= 390
