"""Openings of railway lines and travel circles: unknown names, idle months, and where scenarios part."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from urbsim.errors import InputError
from urbsim.scenario.past import first_month_apart, readings
from urbsim.scenario.reader import load_scenario


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def scenario(openings: str, extends: str = "no_plan", part: str = "levers"):
    text = f"extends: {extends}\n{part}:\n  transport:\n    openings: {openings}\n"
    Path("a.yaml").write_text(text, encoding="utf-8")
    return load_scenario("a.yaml")


def refusal(openings: str, **rest: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        scenario(openings, **rest)
    return [str(problem) for problem in caught.value.problems]


def test_an_unknown_line_is_refused_with_the_nearest():
    (said,) = refusal("{nanning_yuling: 2023-06}")
    assert "levers.transport.openings.nanning_yuling: no railway line is named 'nanning_yuling'" in said
    assert "nanning_yulin" in said and "guiyang_nanning" in said


def test_all_mistakes_at_once():
    found = refusal("{nanning_yulin: soon, metro: 2023-06}")
    assert len(found) == 2 and "2023-06" not in found[0]


def test_a_month_after_the_run_and_never_are_idle_where_nothing_was_committed():
    assert "has no effect: the line opens in 2024-12, after the run" in refusal("{nanning_yulin: 2024-12}")[0]
    assert "has no effect: the line does not open anyway" in refusal("{nanning_yulin: never}")[0]


def test_a_committed_line_may_be_delayed_or_left_out_either_way():
    delayed = scenario("{nanning_chongzuo: 2024-12}")
    assert [
        str(note) for note in delayed.notes if "nanning_chongzuo" in str(note)
    ] != []  # the committed month
    assert delayed.levers.transport.openings == {"nanning_chongzuo": "2024-12"}
    assert delayed.committed.transport.openings["nanning_chongzuo"] == "2022-12"
    changed = scenario("{nanning_chongzuo: 2023-12}", part="committed")
    assert changed.committed.transport.openings["nanning_chongzuo"] == "2023-12"
    assert len(changed.committed.transport.openings) == 4
    left_out = scenario("{nanning_chongzuo: never}", part="committed")
    assert left_out.notes == () and left_out.committed.transport.openings["nanning_chongzuo"] == "never"
    (note,) = scenario("{nanning_chongzuo: 2024-12}", part="committed").notes
    assert "the line opens in 2024-12, after the run" in str(note)


def test_scenarios_part_in_the_first_month_in_which_a_line_opens_in_one_of_them():
    plain = readings(load_scenario("no_plan"))
    for openings, month in (
        ("{nanning_yulin: 2023-06}", "2023-06"),
        ("{nanning_chongzuo: 2023-12}", "2022-12"),
        ("{nanning_chongzuo: 2022-03}", "2022-03"),
        ("{guiyang_nanning: never}", "2023-08"),
    ):
        apart = first_month_apart([plain, readings(scenario(openings))])
        assert apart is not None and f"{1900 + apart // 12}-{apart % 12 + 1:02d}" == month


def test_openings_are_frozen_and_a_scenario_with_them_is_hashable_and_can_be_sent():
    openings = scenario("{nanning_yulin: 2023-06}").levers.transport.openings
    assert isinstance(hash(openings), int) and pickle.loads(pickle.dumps(openings)) == openings
    assert copy.deepcopy(openings) == openings
    with pytest.raises(TypeError, match="frozen"):
        openings["nanning_yulin"] = "2022-01"
    with pytest.raises(TypeError, match="frozen"):
        del openings["nanning_yulin"]


def circles(text: str):
    Path("a.yaml").write_text(
        f"extends: no_plan\nlevers: {{transport: {{circles: {text}}}}}\n", encoding="utf-8"
    )
    return load_scenario("a.yaml")


def test_an_unknown_circle_is_refused_with_the_nearest_and_an_idle_one_too():
    for text, said in (
        ("{nanning_metro: {}}", "no travel circle is named 'nanning_metro'"),
        (
            "{liuzhou_suburban: {from: 2024-01, to: 2024-05}}",
            "has no effect: journeys begin to get shorter in 2024-01",
        ),
        ("{liuzhou_suburban: {share: 1.5}}", "share: 1.5 is out of range"),
        ("{liuzhou_suburban: {from: 2023-01, to: 2022-05}}", "lies before"),
    ):
        with pytest.raises(InputError) as caught:
            circles(text)
        assert said in str(caught.value), str(caught.value)


def test_a_circle_that_ends_after_the_run_is_said_and_one_switched_off_is_not():
    (note,) = circles("{liuzhou_suburban: {from: 2023-11, to: 2024-02}}").notes
    assert "closes 0.5 of the gap within the run" in str(note)
    assert circles("{liuzhou_suburban: {share: 0, from: 2025-01, to: 2025-02}}").notes == ()
