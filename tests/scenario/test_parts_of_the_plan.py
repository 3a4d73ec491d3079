"""Every target of the plan is judged, shown or named as not simulated, with the plan's own figures."""

from __future__ import annotations

import csv
import re

from urbsim.facts.register import observations
from urbsim.paths import scenarios_dir
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.reader import load_targets

HEADLINES = {"T01": "T1", "T19": "T2"}


def not_judged() -> dict[str, dict[str, str]]:
    with (scenarios_dir() / "targets" / "not_judged.csv").open(encoding="utf-8", newline="") as stream:
        return {row["target_id"]: row for row in csv.DictReader(stream)}


def test_every_target_of_the_plan_has_one_place() -> None:
    parts = {f"T{target.id[1:]}" for target in load_targets("plan_parts")}
    others = set(not_judged())
    assert not parts & others and not set(HEADLINES) & (parts | others)
    assert parts | others | set(HEADLINES) == set(observations("plan_targets")["target_id"])


def test_thresholds_are_those_of_the_plan() -> None:
    known = observations("plan_targets").set_index("target_id")
    for target in load_targets("plan_parts"):
        row = known.loc[f"T{target.id[1:]}"]
        assert target.threshold == float(row["value"])
        assert target.operator == {"=": ">="}.get(row["operator"], row["operator"])


def test_what_is_not_judged_says_why_and_names_levers_that_there_are() -> None:
    for row in not_judged().values():
        assert row["why_en"] and row["why_zh"]
        keys = re.findall(r"[a-z]+\.[a-z_]+", row["why_en"])
        assert set(keys) <= set(CATALOGUE), row["target_id"]
        assert bool(keys) == bool(row["seen_in"])
