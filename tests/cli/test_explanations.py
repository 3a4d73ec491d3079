"""Explanations: every kind of name, the nearest name, and places of use that exist."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import urbsim
from urbsim.explain import UnknownName, explain, explain_json, explain_text, status_summary
from urbsim.facts.parameters import load_parameters
from urbsim.facts.register import register


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("beta_w", "parameter", ["logit per ln-unit", "interval", "B02", "grade"]),
        ("resident_after", "parameter", ["month", "6", "sourced", "B64"]),
        ("urbanisation_rate", "indicator", ["share", "常住人口城镇化率"]),
        ("T1", "target", ["0.57", "桂政办发〔2021〕114号"]),
        ("C7", "measure", ["public rental", "住房"]),
        ("beta_hukou", "prior", ["believed", "grade"]),
        ("L01", "source", ["table registered_population_2022", "grade B", "github.com"]),
        ("counties", "table", ["111 rows", "S_CENSUS2020_LEIII"]),
        ("beihai_urban_2020", "conflict", ["979305", "1082769", "follows a", "D57"]),
    ],
)
def test_every_kind_of_name_is_explained(name: str, kind: str, words: list[str]) -> None:
    text = explain_text(name)
    assert text.startswith(f"{name} ({kind})\n")
    for word in words:
        assert word in text, text
    plain = json.loads(json.dumps(explain_json(name), ensure_ascii=False))
    assert plain["name"] == name and plain["kind"] == kind and plain["sources"] is not None


def test_every_parameter_is_explained_with_sources_and_uses() -> None:
    for name, spec in load_parameters(0).info.items():
        found = explain(name)
        assert found.unit == spec.unit and len(found.sources) == len(spec.source)
        assert found.used_in[0] == f"calibration/parameters/{spec.process}.yaml"


def test_every_source_table_and_conflict_is_explained() -> None:
    facts = register()
    for name in [*facts.sources, *facts.tables, *(conflict.id for conflict in facts.conflicts)]:
        assert explain(name).meaning, name


def test_places_of_use_hold_the_name() -> None:
    package = Path(urbsim.__file__).parent.parent
    places = [place for place in explain("beta_w").used_in if place.startswith("urbsim/")]
    assert places
    for place in places:
        file, line = place.rsplit(":", 1)
        assert "beta_w" in (package / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_an_unknown_name_gives_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'urbanisation_rate'") as refused:
        explain("urbanization_rate")
    assert refused.value.nearest == "urbanisation_rate"
    with pytest.raises(UnknownName) as lost:
        explain_text("zzzzzzzz")
    assert lost.value.nearest is None


def test_the_summary_counts_every_parameter() -> None:
    summary = status_summary()
    assert list(summary) == ["sourced", "fitted", "assumed"]
    assert sum(summary.values()) == len(load_parameters(0).info)
