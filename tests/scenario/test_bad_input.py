"""Whatever is wrong with a scenario file, `urbsim run` says where and what, ends with 2, writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from urbsim.cli import app

# name -> (text of bad.yaml, what stderr must hold, in order of the file)
CASES: dict[str, tuple[str, tuple[str, ...]]] = {
    "unknown key": (
        "untill: 2021-01\n",
        ("bad.yaml:1:1: untill: is not a known key", "did you mean 'until'?"),
    ),
    "unknown condition": (
        "conditions:\n  growth_per_yaer: 0.1\n",
        ("bad.yaml:2:3: conditions.growth_per_yaer: is not a known key", "did you mean 'growth_per_year'?"),
    ),
    "key in the wrong place": (
        "growth_per_year: 0.1\n",
        ("bad.yaml:1:1: growth_per_year: is not a known key here; it belongs under conditions",),
    ),
    "unknown base": (
        "base: census2020\n",
        (
            "bad.yaml:1:7: base: 'census2020'",
            "allowed: census_2020, census_2010; did you mean 'census_2020'?",
        ),
    ),
    "no such month": ("until: 2023-13\n", ("bad.yaml:1:8: until: '2023-13' is not a month", "YYYY-MM")),
    "a year for a month": ("until: 2023\n", ("bad.yaml:1:8: until: 2023 is not a month",)),
    "a day for a month": ("until: 2023-12-31\n", ("bad.yaml:1:8: until: '2023-12-31' is not a month",)),
    "before the census": (
        "until: 2020-10\n",
        ("bad.yaml:1:8: until: a run from census_2020 ends between 2020-11",),
    ),
    "hindcast too long": (
        "base: census_2010\n",
        ("until: a run from census_2010 ends between 2010-11 and 2020-10, not in 2023-12",),
    ),
    "growth too high": (
        "conditions: {growth_per_year: 7}\n",
        ("bad.yaml:1:31: conditions.growth_per_year: 7 is out of range", "-0.2 to 0.3, unit: share per year"),
    ),
    "per cent": (
        "conditions: {growth_per_year: 7%}\n",
        ("bad.yaml:1:31: conditions.growth_per_year: must be a number, not '7%'", "write 5% as 0.05"),
    ),
    "a quoted number": (
        "conditions: {growth_per_year: '0.07'}\n",
        ("conditions.growth_per_year: must be a number, not '0.07'",),
    ),
    "a truth for a number": (
        "conditions: {growth_per_year: true}\n",
        ("conditions.growth_per_year: must be a number, not true",),
    ),
    "infinity": ("conditions: {growth_per_year: .inf}\n", ("must be a number, not '.inf'",)),
    "number too large": ("conditions: {growth_per_year: 1e999}\n", ("bad.yaml:1:31: ", "too large a number")),
    "a mapping for a list": (
        "conditions:\n  outside_jobs: {from: 2021-01, value: 1}\n",
        ("bad.yaml:2:17: conditions.outside_jobs: must be a list, not a mapping",),
    ),
    "item lacks a key": (
        "conditions:\n  outside_jobs:\n    - {from: 2021-01}\n",
        ("bad.yaml:3:7: conditions.outside_jobs[0].value: is missing", "multiplier, 1 = base"),
    ),
    "levels out of order": (
        "conditions:\n  outside_jobs: [{from: 2022-01, value: 1}, {from: 2021-01, value: 1}]\n",
        ("bad.yaml:2:17: conditions.outside_jobs: 2021-01 must come after 2022-01",),
    ),
    "a level too high": (
        "conditions:\n  outside_jobs: [{from: 2022-01, value: 3.5}]\n",
        ("bad.yaml:2:41: conditions.outside_jobs[0].value: 3.5 is out of range", "0.2 to 3"),
    ),
    "a spell backwards": (
        "conditions:\n  epidemic: [{from: 2022-02, to: 2022-01, mobility: 0.5}]\n",
        ("bad.yaml:2:14: conditions.epidemic[0]: `to` (2022-01) lies before `from` (2022-02)",),
    ),
    "spells overlap": (
        "conditions:\n  epidemic: [{from: 2021-01, to: 2021-05, mobility: 0.5},"
        " {from: 2021-05, to: 2021-06, mobility: 0.5}]\n",
        ("bad.yaml:2:13: conditions.epidemic: the spell from 2021-05 begins before the last ends",),
    ),
    "mobility is a share": (
        "conditions:\n  epidemic: [{from: 2021-01, to: 2021-05, mobility: 50}]\n",
        ("bad.yaml:2:53: conditions.epidemic[0].mobility: 50 is out of range", "0 to 1"),
    ),
    "unknown choice": (
        "conditions: {reclassification: froozen}\n",
        ("'froozen' is not one of the choices (allowed: base, frozen; did you mean 'frozen'?)",),
    ),
    "a truth for on": (
        "conditions: {border_moves: true}\n",
        ("true is not one of the choices (allowed: on, off",),
    ),
    "unknown group of levers": (
        "levers: {weather: {}}\n",
        (
            "bad.yaml:1:10: levers.weather: is not a known key",
            "allowed: settlement, schooling, employment, industry, housing",
        ),
    ),
    "unknown group of committed levers": (
        "committed: {hosing: {}}\n",
        ("bad.yaml:1:13: committed.hosing: is not a known key", "did you mean 'housing'?"),
    ),
    "unknown lever": (
        "levers:\n  housing:\n    public_rental_unit: {total: 1}\n",
        (
            "bad.yaml:3:5: levers.housing.public_rental_unit: is not a known key",
            "did you mean 'public_rental_units'?",
        ),
    ),
    "lever under the wrong group": (
        "levers:\n  housing:\n    training: {total: 1}\n",
        (
            "bad.yaml:3:5: levers.housing.training: is not a known key here; it belongs under levers.employment",
        ),
    ),
    "unknown key of a dose": (
        "levers:\n  housing:\n    public_rental_units: {totl: 1}\n",
        (
            "bad.yaml:3:5: levers.housing.public_rental_units.total: is missing",
            "bad.yaml:3:27: levers.housing.public_rental_units.totl: is not a known key",
            "allowed: total, from, to, places; did you mean 'total'?",
        ),
    ),
    "a number for a dose": (
        "levers: {housing: {public_rental_units: 15000}}\n",
        (
            "bad.yaml:1:41: levers.housing.public_rental_units: must be a mapping, not 15000",
            "the keys total, from, to, places",
        ),
    ),
    "a negative dose": (
        "levers: {housing: {public_rental_units: {total: -1}}}\n",
        ("bad.yaml:1:49: levers.housing.public_rental_units.total: -1 is out of range", "0 to 60000000"),
    ),
    "a dose backwards": (
        "levers: {housing: {public_rental_units: {total: 1, from: 2022-02, to: 2022-01}}}\n",
        ("levers.housing.public_rental_units: `to` (2022-01) lies before `from` (2022-02)",),
    ),
    "places that do not add up": (
        "levers:\n  housing:\n    public_rental_units: {total: 100, places: {450100: 60, 450200: 30}}\n",
        ("bad.yaml:3:26: levers.housing.public_rental_units: `places` add up to 90 and not to `total`, 100",),
    ),
    "unknown place of a dose": (
        "committed:\n  schooling:\n    primary_places: {total: 100, places: {450100: 60, 450199: 40}}\n",
        (
            "bad.yaml:3:55: committed.schooling.primary_places.places.450199: no place of Guangxi has the code",
            "a county in 2021; did you mean '4501",
        ),
    ),
    "a place of another province": (
        "levers: {housing: {public_rental_units: {total: 1, places: {440100: 1}}}}\n",
        ("bad.yaml:1:69: levers.housing.public_rental_units.places.440100: '440100' is not a place code",),
    ),
    "unknown settlement rule": (
        "levers: {settlement: {rules: [{name: open_2018, from: 2021-01}]}}\n",
        (
            "bad.yaml:1:38: levers.settlement.rules[0].name: 'open_2018' is not one of the choices",
            "did you mean 'open_2019'?",
        ),
    ),
    "settlement rules out of order": (
        "committed: {settlement: {rules: [{name: open_2019, from: 2021-01}, {name: nanning_2012, from: 2021-01}]}}\n",
        ("bad.yaml:1:33: committed.settlement.rules: 2021-01 must come after 2021-01",),
    ),
    "observed drivers in a forecast": (
        "conditions: {drivers: observed}\n",
        ("conditions: `drivers: observed` needs `base: census_2010`",),
    ),
    "levers left empty": (
        "levers:\n",
        ("levers: must be a mapping, not nothing (allowed: the keys settlement, schooling",),
    ),
    "title in one language": ("title: {en: x}\n", ("bad.yaml:1:1: title.zh: is missing",)),
    "title is text": (
        "title: x\n",
        ("bad.yaml:1:8: title: must be a mapping, not 'x' (allowed: the keys en, zh)",),
    ),
    "name with a space": ("name: my plan\n", ("bad.yaml:1:7: name: 'my plan' is not a name",)),
    "name climbs folders": ("name: ../x\n", ("bad.yaml:1:7: name: '../x' is not a name",)),
    "name is a number": ("name: 2021\n", ("bad.yaml:1:7: name: 2021 is not a name",)),
    "unknown parent": (
        "extends: no_plna\n",
        ("bad.yaml:1:10: extends: no scenario is named 'no_plna'", "did you mean 'no_plan'?"),
    ),
    "parent is no file": (
        "extends: ./none.yaml\n",
        ("bad.yaml:1:10: extends: 'none.yaml': no such file",),
    ),
    "parent is .yml": ("extends: no_plan.yml\n", ("a path ends in .yaml", "did you mean 'no_plan'?")),
    "extends itself": (
        "extends: bad\n",
        ("bad.yaml:1:10: extends: goes round in a circle: bad.yaml -> bad.yaml",),
    ),
    "unknown target": (
        "targets: [plan_2021]\n",
        ("bad.yaml:1:11: targets[0]: no target is named 'plan_2021'", "did you mean 'plan_2021_2023'?"),
    ),
    "targets is text": ("targets: plan_2021_2023\n", ("bad.yaml:1:10: targets: must be a list",)),
    "target twice": (
        "targets: [plan_2021_2023, plan_2021_2023]\n",
        ("bad.yaml:1:10: targets: 'plan_2021_2023' is listed twice",),
    ),
    "key twice": (
        "until: 2021-01\nuntil: 2021-02\n",
        ("bad.yaml:2:1: until: is written twice (first on line 1)",),
    ),
    "anchor and alias": (
        "title: &t {en: a, zh: b}\nquestion: *t\n",
        ("bad.yaml:1:8: anchor &t is refused", "bad.yaml:2:11: alias *t is refused"),
    ),
    "merge key": (
        "conditions:\n  <<: {growth_per_year: 1}\n",
        ("bad.yaml:2:3: conditions.<<: merge keys are refused",),
    ),
    "tag": ("until: !!str 2021-01\n", ("bad.yaml:1:8: tag 'tag:yaml.org,2002:str' is refused",)),
    "tab": ("conditions:\n\tgrowth_per_year: 0\n", ("bad.yaml:2:1: is not valid YAML", "spaces, not tabs")),
    "full-width colon": ("name：bad\n", ("bad.yaml:1:1: ", "full-width colon")),
    "open bracket": ("conditions: {\n", ("bad.yaml:2:1: is not valid YAML",)),
    "a list": ("- name: bad\n", ("bad.yaml:1:1: the top level must be a mapping",)),
    "nothing": ("", ("bad.yaml:1:1: the file is empty",)),
    "bottomless": ("conditions: " + "[" * 100_000, ("bad.yaml:1:44: is nested deeper than 32 levels",)),
    "several at once": (
        "untill: 2021-01\nbase: x\n"
        "conditions:\n  growth_per_year: 9\n  epidemics: []\nlevers: {houses: {}}\n",
        (
            "bad.yaml:1:1: untill:",
            "bad.yaml:2:7: base:",
            "bad.yaml:4:20: conditions.growth_per_year:",
            "bad.yaml:5:3: conditions.epidemics:",
            "did you mean 'epidemic'?",
            "bad.yaml:6:10: levers.houses:",
        ),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_scenarios_are_refused(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, said = CASES[case]
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["run", "bad.yaml", "--out", "out"])
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    at = -1
    for part in said:
        found = result.stderr.find(part, at + 1)
        assert found > at, f"{part!r} not in order in:\n{result.stderr}"
        at = found
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.yaml"]
    again = CliRunner().invoke(app, ["validate", "bad.yaml"])
    assert (again.exit_code, again.stderr) == (2, result.stderr)


TARGET = """targets:
  - id: T9
    title: {en: a, zh: b}
    indicator: urbanisation_rate
    place: 450000
    from: 2023-12
    to: 2023-12
    aggregate: last
    operator: ">="
    threshold: 0.57
    document: d
    clause: c
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("urbanisation_rate", "urban_rate", "t.yaml:4:16: targets[0].indicator: 'urban_rate' is not an"),
        ("urbanisation_rate", "urbanization_rate", "did you mean 'urbanisation_rate'?"),
        ("450000", "450199", "t.yaml:5:12: targets[0].place: no place of Guangxi has the code 450199"),
        ("450000", "110000", "t.yaml:5:12: targets[0].place: '110000' is not a place code"),
        ("450000", "Nanning", "targets[0].place: 'Nanning' is not a place code"),
        ("to: 2023-12", "to: 2023-11", "t.yaml:2:5: targets[0]: `to` (2023-11) lies before `from` (2023-12)"),
        ("last", "sum", "t.yaml:8:16: targets[0].aggregate: urbanisation_rate is a rate"),
        ("last", "mean", "t.yaml:8:16: targets[0].aggregate: 'mean' is not one of the choices"),
        ('">="', '">"', "targets[0].operator: '>' is not one of the choices"),
        ("0.57", "57", "t.yaml:10:16: targets[0].threshold: 57 is not a share"),
        ("    document: d\n", "", "t.yaml:2:5: targets[0].document: is missing"),
        ("id: T9", "id: T9\n    tolerance: -1", "targets[0].tolerance: -1 is out of range"),
        ("targets:\n", "targets: []\nx:\n", "t.yaml:1:10: targets: must not be empty"),
    ],
)  # fmt: skip
def test_bad_targets_are_refused(
    old: str, new: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert old in TARGET
    Path("targets").mkdir()
    Path("targets/t.yaml").write_text(TARGET, encoding="utf-8")
    assert CliRunner().invoke(app, ["validate", "targets/t.yaml"]).exit_code == 0
    Path("targets/t.yaml").write_text(TARGET.replace(old, new), encoding="utf-8")
    result = CliRunner().invoke(app, ["validate", "targets/t.yaml"])
    assert result.exit_code == 2 and said in result.stderr
    # A scenario that is judged by it is refused for the same reason.
    Path("s.yaml").write_text("targets: [t]\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["run", "s.yaml"])
    assert result.exit_code == 2 and said in result.stderr
    assert not Path("results").exists()


def test_two_targets_of_one_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(TARGET.replace("T9", "T1"), encoding="utf-8")
    Path("s.yaml").write_text("targets: [plan_2021_2023, ./t.yaml]\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["validate", "s.yaml"])
    assert result.exit_code == 2
    assert "s.yaml:1:27: targets[1]: brings a second target T1" in result.stderr
