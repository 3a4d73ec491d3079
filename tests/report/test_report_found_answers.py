"""What other commands left beside the runs: shown as it is, refused where it was changed, harmless where it is hostile."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from invented_runs import HOSTILE

from urbsim.errors import InputError
from urbsim.report import found_answers, found_tables, hinges
from urbsim.report.page import write_report
from urbsim.report.texts import LANGUAGES, TEXTS

ROOT = Path(__file__).resolve().parents[2]

ATTRIBUTION: dict[str, Any] = {
    "scenario": "baseline", "baseline": "no_plan", "by": "programme", "within": None, "scale": 0.01,
    "draws": [1, 2], "seeds": [1], "runs": 32,
    "players": [
        {"player": "A", "name": {"en": "Cities", "zh": "城市"}},
        {"player": "C", "name": {"en": HOSTILE, "zh": HOSTILE}},
    ],
    "outcomes": [
        {
            "outcome": "T1", "indicator": "urbanisation_rate", "unit": "percentage points", "effect": 0.3,
            "standard_error": 0.02,
            "shares": [
                {"player": "A", "share": 0.2, "standard_error": 0.01, "of_effect": 2 / 3},
                {"player": "C", "share": 0.1, "standard_error": 0.06, "of_effect": 1 / 3},
            ],
            "interactions": [
                {"players": ["A", "C"], "interaction": -0.05, "standard_error": 0.01, "reads": "cover for each other"}
            ],
        }
    ],
}  # fmt: skip
SEEK: dict[str, Any] = {
    "scenario": "baseline", "alone": False, "largest_multiple": 16.0, "envelope_yuan": None, "scale": 0.01,
    "draws": 20, "runs": 200, "players": [{"player": "all", "name": {"en": "The plan", "zh": "整个计划"}}],
    "goals": [
        {
            "goal": "T1", "title": {"en": "57% urban", "zh": "城镇化率57%"}, "indicator": "urbanisation_rate",
            "strict": True, "level": 0.57,
        }
    ],
    "doses": [
        {
            "player": "all", "goal": "T1",
            "answers": [
                {"probability": 0.5, "reads": "met", "multiple": 1.5, "probability_there": 0.55,
                 "yuan_of_the_dose": {"median": 2.5e10, "low": 2e10, "high": 3e10}},
                {"probability": 0.9, "reads": "more moves nothing", "multiple": None, "probability_there": 0.7},
            ],
        }
    ],
    "mixes": [
        {"goal": "T1", "probability": 0.5, "reads": "cheapest mix", "multiples": {"all": 1.5},
         "probability_there": 0.55, "yuan": {"median": 4e10, "low": 3e10, "high": 5e10}}
    ],
}  # fmt: skip


def written(folder: Path, name: str, content: object) -> Path:
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


SENSITIVITY: dict[str, Any] = {
    "batch": "sensitivity", "scenarios": ["baseline"], "scale": 0.005, "draws": 220, "seeds": 1,
    "inputs_that_differ": 190,
    "targets": [
        {
            "target": "T1", "indicator": "urbanisation_rate", "r2": 0.79, "middle": 0.577,
            "groups": [{"group": "fitted", "share": 0.5}, {"group": HOSTILE, "share": 0.3}],
            "inputs": [
                {"input": "stay_utility", "group": "fitted", "process": "migration", "alone": 0.1, "in_all": 0.2,
                 "error": 0.01, "low": 0.571, "high": 0.574},
                {"input": HOSTILE, "group": HOSTILE, "process": "x", "alone": 0.1, "in_all": 0.2, "error": 0.01,
                 "low": 0.584, "high": 0.5721},
            ],
        }
    ],
}  # fmt: skip


def test_the_widest_swing_stands_first_and_equals_the_file(tmp_path: Path):
    (tmp_path / "sensitivity.json").write_text(json.dumps(SENSITIVITY))
    (found,) = found_answers.sensitivities([tmp_path])
    first, second = hinges.table(found.targets[0], "en").rows
    assert first[0] == HOSTILE and first[2:4] == ["58.40", "57.21"]
    assert second == ["reluctance to move", "fitted numbers", "57.10", "57.40", "0.20 ± 0.01"]
    assert [row[1] for row in hinges.csv_rows(found)] == [HOSTILE, "stay_utility"]


def test_every_input_that_the_tables_of_sensitivity_name_has_a_name_for_people():
    text = (ROOT / "docs" / "sensitivity.md").read_text(encoding="utf-8")
    inputs = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert len(set(inputs)) > 15
    assert not [name for name in inputs if "input_" + name.replace(" ", "_") not in TEXTS]


def test_a_tornado_is_shown_of_a_folder_whose_runs_are_not(small: Callable[..., Path], tmp_path: Path):
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "sensitivity.json").write_text(json.dumps(SENSITIVITY))
    run = small()
    page = write_report([run], tmp_path / "page.html", answered=[beside])
    text = page.read_text(encoding="utf-8")
    assert text.count('-figure-sensitivity_t1"') == 2 and HOSTILE not in text
    rows = (tmp_path / "page_files" / "sensitivity.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 3 and (tmp_path / "page_files" / "sensitivity_t1_zh.png").is_file()
    without = write_report([run], tmp_path / "without.html").read_text(encoding="utf-8")
    assert "figure-sensitivity" not in without


def test_of_scenarios_that_the_page_lacks_no_tornado_is_shown(small: Callable[..., Path], tmp_path: Path):
    (tmp_path / "sensitivity.json").write_text(
        json.dumps(SENSITIVITY | {"scenarios": ["baseline", "strange"]})
    )
    page = write_report([small()], tmp_path / "page.html", answered=[tmp_path])
    assert "figure-sensitivity" not in page.read_text(encoding="utf-8")


def test_an_outcome_that_repeats_a_target_has_no_column_of_its_own(tmp_path: Path):
    (target,) = ATTRIBUTION["outcomes"]
    content = ATTRIBUTION | {
        "outcomes": [
            target,
            target | {"outcome": "urban", "effect": 0.1 + 0.2},
            target | {"outcome": "x", "effect": 0.4},
        ]
    }
    (found,) = found_answers.attributions([written(tmp_path, "attribution.json", content)])
    assert [len(row) for row in found_tables.shares(found, "en").rows] == [3, 3, 3]


def test_shares_stand_in_the_unit_of_their_column(tmp_path: Path):
    (found,) = found_answers.attributions([written(tmp_path, "attribution.json", ATTRIBUTION)])
    table = found_tables.shares(found, "en")
    assert table.head[1] == "Urbanisation rate of residents, points"
    assert table.rows[0] == ["Cities", "+0.200 ± 0.010"] and table.rows[-1] == ["Together", "+0.300 ± 0.020"]
    assert table.grey == {(1, 1)}  # less than two standard errors from nothing
    assert any(
        "cover for each other" in note and "-0.050" in note.replace("−", "-")
        for note in found_tables.shares_notes(found, "en")
    )
    assert any("可相互替代" in note for note in found_tables.shares_notes(found, "zh"))
    assert found_tables.most(found, "urbanisation_rate") == ("A", 0.2, 2 / 3)
    assert found_tables.most(found, "new_urban_jobs") is None


def test_doses_say_what_there_is_and_what_cannot_be(tmp_path: Path):
    (found,) = found_answers.sought([written(tmp_path, "seek.json", SEEK)])
    rows = found_tables.doses(found, "en").rows
    assert rows[0] == ["The plan", "57% urban, strictly", "50%", "1.5", "55%", "25,000", "met with this dose"]
    assert rows[1] == [
        "The plan",
        "57% urban, strictly",
        "90%",
        "–",
        "at most 70%",
        "–",
        "cannot be: more moves nothing",
    ]
    mixes = found_tables.mixes(found, "zh")
    assert mixes is not None and mixes.rows[0][2:] == ["整个计划×1.5", "55%", "400", "成本最低的组合"]


def test_the_page_shows_both_and_nothing_runs(small: Callable[..., Path], tmp_path: Path):
    folder = small("baseline").parent.parent
    written(folder, "attribution.json", ATTRIBUTION)
    written(folder, "seek.json", SEEK)
    page = write_report([folder], tmp_path / "page.html").read_text(encoding="utf-8")
    for lang in LANGUAGES:
        assert f'id="{lang}-shares"' in page and f'id="{lang}-seek"' in page
    assert "<script>alert" not in page and HOSTILE.split(" 龘")[0] in html.unescape(page)


def test_answers_about_other_scenarios_stay_away(small: Callable[..., Path], tmp_path: Path):
    folder = small("other").parent.parent
    written(folder, "attribution.json", ATTRIBUTION)
    assert 'id="en-shares"' not in write_report([folder], tmp_path / "page.html").read_text(encoding="utf-8")


def test_what_is_met_without_the_plan_is_said_once(tmp_path: Path):
    answers = [
        {"probability": wanted, "reads": "met without it", "multiple": 0.0, "probability_there": 0.97}
        for wanted in (0.5, 0.9)
    ]
    doses = [{"player": "all", "goal": "T1", "answers": answers}]
    mixes = [SEEK["mixes"][0] | {"multiples": {"all": 0.0}}]
    (tmp_path / "seek.json").write_text(json.dumps(SEEK | {"doses": doses, "mixes": mixes}))
    found = found_answers.sought([tmp_path])
    assert found_tables.seek_answers(found, "en") == "57% urban, strictly: 97% likely without the plan."
    assert found_tables.seek_answers(found, "zh") == "城镇化率57%（严格口径）：不实施计划的达标概率为97%。"
    apart = found_tables.seek_answers(found, "en", scale=2 * found[0].scale)
    assert "other runs" in apart and apart.startswith(found_tables.seek_answers(found, "en"))
    table = found_tables.mixes(found[0], "en")
    assert table is not None and table.rows[0][2] == "none of them"


def test_what_a_goal_takes_stands_behind_what_it_has_and_has_two_figures(tmp_path: Path):
    met = {"reads": "met", "probability": 0.9, "multiple": 0.2816, "probability_there": 0.9}
    free = {"reads": "met without it", "probability": 0.5, "multiple": 0.0, "probability_there": 0.84}
    doses = [{"player": "all", "goal": "T1", "answers": [free, met]}]
    found = found_answers.sought([written(tmp_path, "seek.json", SEEK | {"doses": doses})])
    said = found_tables.seek_answers(found, "en")
    assert said == "57% urban, strictly: 84% likely without the plan, 90% likely with 0.28 times the plan."


@pytest.mark.parametrize("name", ["attribution.json", "seek_A.json"])
@pytest.mark.parametrize(
    "content", ["{", "[]", "3", '{"scenario": 1}', '{"scenario": "baseline"}', "[" * 100_000, '"\\ud800"']
)
def test_what_was_changed_is_refused_by_name(tmp_path: Path, name: str, content: str):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        found_answers.attributions([tmp_path])
        found_answers.sought([tmp_path])
    (problem,) = caught.value.problems
    assert problem.file == str(tmp_path / name)


def test_no_number_is_infinite(tmp_path: Path):
    text = json.dumps(ATTRIBUTION).replace('"effect": 0.3', '"effect": Infinity')
    (tmp_path / "attribution.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        found_answers.attributions([tmp_path])
