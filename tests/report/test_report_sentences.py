"""Verdicts in words: cases worked by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from invented_runs import COVERAGE, jobs_target, urban_target

from urbsim.report.folders import Run, Scenario
from urbsim.report.sentences import verdicts


def scenario(
    *targets: dict[str, Any], residents: float = 50_900_000, keys: list[tuple[int, int]] | None = None
):
    """A scenario with one run for each target, judged by that target alone."""
    runs = tuple(
        Run(
            folder=Path("nowhere"),
            record={},
            summary={
                "scenario": "x",
                "draw": d,
                "seed": s,
                "scale": 0.01,
                "fingerprint": "f",
                "targets": [t],
            },
            months=(dt.date(2020, 10, 31), dt.date(2023, 12, 31)),
            indicators={"resident_population": 0},
            places={"450000": 0},
            table=np.array([[[50_000_000.0, residents]]]),
        )
        for t, (d, s) in zip(targets, keys or [(0, i + 1) for i in range(len(targets))], strict=True)
    )
    return Scenario("x", runs, runs[0])


def said(lang: str, *targets: dict[str, Any], **settings: Any):
    (verdict,) = verdicts(scenario(*targets, **settings), lang)
    return verdict


def test_missed():
    # 57% - 55.9% = 1.1 points; 1.1% of 50.9 million residents = 559,900, about 560,000
    verdict = said("en", urban_target(0.559))
    assert verdict.sentence == (
        "Missed in this run: 55.9% of residents urban at the end of 2023, 1.1 points, "
        "or 560,000 residents, short of 57%. One run gives no probability."
    )
    assert (verdict.state, verdict.badge) == ("none", "Missed in one run")
    assert verdict.name == "About 57% of residents urban at the end of 2023"
    assert verdict.rules == (
        ("About 57% (from 56.5%)", "missed", "Missed"),
        ("Strictly: 57% or more", "missed", "Missed"),
    )
    assert said("zh", urban_target(0.559)).sentence == (
        "本次模拟未达到目标：2023年末常住人口城镇化率为55.9%，比57%低1.1个百分点（约56万人）。"
        "单次模拟不能给出概率。"
    )


def test_met_as_about_only():
    # 57% - 56.8% = 0.2 points; 0.2% of 50.9 million = 101,800, about 100,000
    verdict = said("en", urban_target(0.568))
    assert verdict.sentence == (
        'Met in this run as "about 57%", but not strictly: 56.8% of residents urban at the end of 2023, '
        "0.2 points, or 100,000 residents, short of 57%. One run gives no probability."
    )
    assert [state for _, state, _ in verdict.rules] == ["met", "missed"]
    assert "达到“57%左右”的目标，但未达到严格口径" in said("zh", urban_target(0.568)).sentence


def test_met():
    verdict = said("en", urban_target(0.5731))
    assert verdict.sentence == (
        "Met in this run: 57.3% of residents urban at the end of 2023, 0.3 points, or 160,000 residents, "
        "above 57%. One run gives no probability."
    )
    assert [state for _, state, _ in verdict.rules] == ["met", "met"]
    assert "比57%高0.3个百分点（约16万人）" in said("zh", urban_target(0.5731)).sentence


def test_exactly_met():
    assert "exactly the target" in said("en", urban_target(0.57)).sentence


@pytest.mark.parametrize(
    ("value", "shown", "badge"),
    [
        (0.5697, "56.97%", 'Met in one run as "about"'),
        (0.56496, "56.50%", "Missed in one run"),
        (0.5651, "56.51%", 'Met in one run as "about"'),
        (0.5703, "57.03%", "Met in one run"),
    ],
)
def test_a_share_near_a_limit_has_two_decimals(value: float, shown: str, badge: str):
    """One decimal would say `57.0%, missed`."""
    verdict = said("en", urban_target(value))
    assert shown in verdict.sentence
    assert verdict.badge == badge


def test_jobs_that_no_run_gives():
    verdict = said("en", jobs_target(None))
    assert verdict.sentence == "New urban jobs over 2021–2023: these runs do not cover it."
    assert (verdict.state, verdict.rules) == ("none", ())


def test_jobs_at_both_ends_of_the_coverage_believed():
    # 5,200,000 entries, a quarter of them counted, and 100,000 retirements and deaths: at 25% 1,200,000, at 12.5% 550,000, at 50% 2,500,000
    target = jobs_target(1_200_000)
    months = tuple(dt.date(year, month, 28) for year in (2020, 2021) for month in (11, 12))
    months = (*months, dt.date(2023, 12, 31), dt.date(2024, 1, 31))
    counted = [9e9, 9e9, 500_000, 300_000, 500_000, 9e9]  # what lies outside 2021-2023 does not count
    attrition = [9e9, 9e9, 40_000, 60_000, 0, 9e9]
    run = Run(
        folder=Path("nowhere"),
        record={"t2_coverage": COVERAGE},
        summary={
            "scenario": "x",
            "draw": 0,
            "seed": 1,
            "scale": 1.0,
            "fingerprint": "f",
            "targets": [target],
        },
        months=months,
        indicators={"counted_entries": 0, "registered_attrition": 1},
        places={"450000": 0},
        table=np.array([[counted], [attrition]]),
    )
    (english,) = verdicts(Scenario("x", (run,), run), "en")
    assert english.sentence == (
        "Met in this run: 1,200,000 new urban jobs over 2021–2023, 300,000 above 900,000. One run gives no "
        "probability. At the low end (5%) of the coverage believed it would be 550,000 (missed), "
        "at the high end (95%) 2,500,000 (met)."
    )
    (chinese,) = verdicts(Scenario("x", (run,), run), "zh")
    assert chinese.sentence.endswith(
        "若统计覆盖率取假设范围的低端（5%），则为55万人（未达到）；取高端（95%），则为250万人（达到）。"
    )
    silent = replace(run, record={})
    (verdict,) = verdicts(Scenario("x", (silent,), silent), "en")
    assert verdict.sentence.endswith("One run gives no probability.")


def test_a_count_says_persons_not_points():
    assert said("en", jobs_target(950_000)).sentence.startswith(
        "Met in this run: 950,000 new urban jobs over 2021–2023, 50,000 above 900,000."
    )
    assert "2021—2023年累计城镇新增就业87万人，比90万人少3万人" in said("zh", jobs_target(870_000)).sentence


def test_a_target_the_run_does_not_reach():
    assert "do not cover it" in said("en", urban_target(None)).sentence


def test_an_upper_limit_is_read_the_other_way():
    target = urban_target(0.55) | {"operator": "<=", "met": True, "met_strict": True}
    verdict = said("en", target)
    assert "2.0 points, or 1,020,000 residents, below 57%" in verdict.sentence
    assert [rule for rule, _, _ in verdict.rules] == ["About 57% (up to 57.5%)", "Strictly: 57% or less"]


def test_few_draws_give_no_probability():
    # values 0.556, 0.560, 0.571: median 56.0%, one of three met
    keys = [(1, 1), (2, 1), (3, 1)]
    verdict = said("en", urban_target(0.556), urban_target(0.56), urban_target(0.571), keys=keys)
    assert verdict.sentence == (
        "Met in 1 of 3 runs (1 of them strictly); typically 56.0% of residents urban at the end of 2023, "
        "1.0 points, or 510,000 residents, short of 57%. A probability needs at least 20 parameter draws; "
        "here there are 3."
    )
    assert "in 100" not in verdict.sentence
    assert (verdict.state, verdict.badge) == ("none", "Too few draws to say")


def test_seeds_of_one_draw_are_never_counted_as_odds():
    """Three seeds of the central draw: no "n of n" on the badge, no count of runs that met the target."""
    verdict = said("en", urban_target(0.556), urban_target(0.56), urban_target(0.571))
    assert (verdict.state, verdict.badge) == ("none", "One draw")
    assert verdict.sentence.startswith(
        "3 runs of one parameter draw differ by luck alone: 56.0% of residents urban"
    )
    assert "Met in" not in verdict.sentence and "in 100" not in verdict.sentence


def test_the_middle_nine_tenths_of_the_draws_are_said():
    values = [
        0.55 + draw / 1000 for draw in range(1, 22)
    ]  # 55.1% to 57.1%; 5% and 95% are the 2nd and the 20th
    verdict = said("en", *map(urban_target, values), keys=[(draw, 1) for draw in range(1, 22)])
    assert "Nine in ten draws lie between 55.2% and 57.0%." in verdict.sentence


def test_twenty_draws_give_a_probability_and_draw_zero_is_not_one_of_them():
    values = [0.572] * 8 + [0.566] * 1 + [0.56] * 11  # 9 of 20 draws met, 8 strictly
    keys = [(0, 1), *((draw, 1) for draw in range(1, 21))]
    targets = [urban_target(v) for v in (0.6, *values)]
    verdict = said("en", *targets, keys=keys)
    assert verdict.sentence.startswith("Likely missed (45 in 100; strictly 40 in 100); typically 56.0%")
    assert (verdict.state, verdict.badge) == ("unlikely", "Likely missed")
    assert [(state, word) for _, state, word in verdict.rules] == [
        ("unlikely", "45 in 100: Likely missed"), ("unlikely", "40 in 100: Likely missed"),
    ]  # fmt: skip
    short = said("en", *targets[:-1], keys=keys[:-1])  # 19 draws beside draw 0
    assert "A probability needs at least 20 parameter draws; here there are 19." in short.sentence


def test_seeds_do_not_weigh_a_draw():
    """Draw 1 has 20 seeds and meets the target, 19 other draws do not: 1 in 20, not 20 in 39."""
    keys = [(1, seed) for seed in range(20)] + [(draw, 0) for draw in range(2, 21)]
    targets = [urban_target(0.58 if draw == 1 else 0.55) for draw, _ in keys]
    assert "(5 in 100;" in said("en", *targets, keys=keys).sentence
