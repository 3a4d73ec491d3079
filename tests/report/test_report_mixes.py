"""Runs that were not made from the same things: two scenarios of one name are refused, every mix stands above all."""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from urbsim.errors import InputError
from urbsim.facts import parameters
from urbsim.paths import calibration_dir
from urbsim.report.page import write_report
from urbsim.report.texts import LANGUAGES, say
from urbsim.scenario.reader import load_scenario
from urbsim.simulation.foreground import run_scenario

SOON = {"until": dt.date(2020, 11, 30)}
MIX = '<p class="equal warning" role="alert">'


def above_all(page: Path) -> dict[str, list[str]]:
    """Language -> the alarms that come before anything else of its article."""
    text = html.unescape(page.read_text(encoding="utf-8"))
    found = {}
    for lang, article in re.findall(r'<article lang="(..)"[^>]*>\n(.*?)</article>', text, re.DOTALL):
        found[lang] = []
        while article.startswith(MIX):
            line, article = article.removeprefix(MIX).split("</p>\n", 1)
            found[lang].append(line)
    return found


def test_two_scenarios_of_one_name_are_refused(small: Callable[..., Path], tmp_path: Path):
    one, other = small("plan", seed=1, **SOON), small("plan", seed=2, digests={"scenario": "another"}, **SOON)
    with pytest.raises(InputError) as caught:
        write_report([one, other], tmp_path / "page.html")
    (problem,) = caught.value.problems
    assert problem.file == str(other / "run.yaml") and problem.key == "digests.scenario"
    assert str(one) in problem.message and not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("what", ["code", "facts", "libraries", "parameters"])
def test_a_mix_stands_above_everything_in_both_languages(
    small: Callable[..., Path], tmp_path: Path, what: str
):
    runs = [small("plan", **SOON), small("no_plan", digests={what: "other"}, **SOON)]
    found = above_all(write_report(runs, tmp_path / "page.html"))
    assert set(found) == set(LANGUAGES)
    for lang, lines in found.items():
        (line,) = lines
        assert say(f"mix_{what}", lang) in line
        assert say("mix_against", lang) in line


def test_a_mix_within_a_scenario_says_how_many_runs(small: Callable[..., Path], tmp_path: Path):
    runs = [small("plan", seed=seed, digests={"code": str(seed // 3)}, **SOON) for seed in (1, 2, 3)]
    found = above_all(write_report(runs, tmp_path / "page.html"))
    assert ": plan (2 of 3 runs) | plan (1 of 3 runs)." in found["en"][0]
    assert "（测试情景（3次模拟中的2次）｜测试情景（3次模拟中的1次））" in found["zh"][0]


def test_other_draws_and_seeds_are_no_mix(small: Callable[..., Path], tmp_path: Path):
    runs = [
        small(name, draw=draw, seed=seed, **SOON)
        for name in ("plan", "no_plan")
        for draw, seed in ((0, 1), (1, 1), (1, 2))
    ]
    assert above_all(write_report(runs, tmp_path / "page.html")) == {"zh": [], "en": []}
    # Of one draw, other parameters are a mix, whatever other draws have.
    runs.append(small("third", draw=1, seed=1, digests={"parameters": "other"}, **SOON))
    lines = above_all(write_report(runs, tmp_path / "page.html"))["en"]
    assert (
        len(lines) == 1
        and "made with the same parameters: plan (2 of 3 runs), no plan (2 of 3 runs) | third" in lines[0]
    )


def test_a_run_made_with_another_parameter_file_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two real runs: the plan as it is, and no plan from a calibration folder in which one number was changed."""
    changed = Path(shutil.copytree(calibration_dir(), tmp_path / "calibration"))
    file = changed / "parameters" / "employment.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("start: 0.0075") == 1
    file.write_text(text.replace("start: 0.0075", "start: 0.008"), encoding="utf-8")
    runs = tmp_path / "runs"
    for name in ("baseline", "no_plan"):
        scenario = load_scenario(name)
        shortened = scenario.model_copy(update={"until": "2020-12"})
        shortened._judged_by = scenario.judged_by
        if name == "no_plan":
            monkeypatch.setattr(parameters, "calibration_dir", lambda: changed)
        run_scenario(shortened, scale=0.0005, out=runs)
    found = above_all(write_report([runs], tmp_path / "page.html"))
    for lang, start in (("en", "Off the fit"), ("zh", "已偏离校准")):
        off_the_fit, mix = found[lang]
        assert off_the_fit.startswith(start) and say("mix_parameters", lang) in mix
