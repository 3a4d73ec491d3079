"""The register of facts: what holds, and what the checks say when something is broken."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from urbsim.errors import InputError
from urbsim.facts import register as module
from urbsim.facts.checks import Finding, check_register
from urbsim.facts.grades import row_grade, source_grade
from urbsim.facts.register import Register, Row, check, read_rows

Edit = Callable[[str, Callable[[list[Row]], None]], None]


def broken(folder: Path) -> dict[str, Finding]:
    """Checks that do not hold, by their words."""
    return {finding.what: finding for finding in check_register(Register(folder)) if not finding.ok}


def only(findings: dict[str, Finding], words: str) -> Finding:
    """The one broken check whose words hold `words`."""
    (found,) = [finding for what, finding in findings.items() if words in what]
    return found


def test_the_facts_hold() -> None:
    findings = check()
    assert [str(finding) for finding in findings if not finding.ok] == []
    words = " ".join(f"{finding.what} {finding.found}" for finding in findings)
    for figure in ("50,126,804", "27,170,956", "13,238,781", "46,023,871", "57,431,346", "8,663,926"):
        assert figure in words


def test_an_intact_copy_holds(folder: Path) -> None:
    assert broken(folder) == {}


def test_one_person_too_many_is_named(folder: Path, edit: Edit) -> None:
    def one_more(rows: list[Row]) -> None:
        rows[4]["population_2020"] = str(int(rows[4]["population_2020"]) + 1)

    edit("observations/counties.csv", one_more)
    found = broken(folder)
    assert only(found, "[residents_2020]").difference == "+1"
    for identity in ("[sexes_2020]", "[urban_rural_2020]", "[ages_2020]", "[county_prefecture_2020]"):
        assert "Nanning" in only(found, identity).found or "450108" in only(found, identity).found
    assert only(found, "[outside_2020]").difference == "-1"
    assert "counties" in only(found, "has changed since").found
    assert not any("[registers_2022]" in what for what in found)


def test_a_county_that_is_missing_or_doubled_is_found(folder: Path, edit: Edit) -> None:
    edit("observations/registered_population_2022.csv", lambda rows: rows.append(dict(rows[-1])))
    found = broken(folder)
    assert "2 against 1" in only(found, "[registers_every_county_2022]").found
    assert "[registers_2022]" in " ".join(found)


def test_a_cell_that_is_no_number_is_named(folder: Path, edit: Edit) -> None:
    edit("observations/counties.csv", lambda rows: rows[0].update(urban_population_2020="many"))
    assert "'many'" in only(broken(folder), "[urban_2020]").found


def test_a_column_that_is_gone_is_named(folder: Path, edit: Edit) -> None:
    edit("identities.csv", lambda rows: rows[0].update(left="populaton_2020"))
    assert "populaton_2020" in only(broken(folder), "[residents_2020]").found


def test_an_unknown_source_is_named_with_the_nearest(folder: Path, edit: Edit) -> None:
    edit("observations/jobs_annual.csv", lambda rows: rows[0].update(source_id="E0066"))
    found = only(broken(folder), "resolves to a source")
    assert "jobs_annual.csv line 2" in found.found and "'E066'" in found.found


def test_a_row_without_source_unit_or_grade_is_found(folder: Path, edit: Edit) -> None:
    edit("observations/housing.csv", lambda rows: rows[0].update(source_id="", unit="bushels", grade=""))
    found = broken(folder)
    assert "housing.csv line 2 names no source" in only(found, "resolves to a source").found
    assert "'bushels'" in only(found, "known unit").found
    assert "housing.csv line 2" in only(found, "has a grade").found


def test_a_grade_written_by_hand_is_refused(folder: Path, edit: Edit) -> None:
    def flatter(rows: list[Row]) -> None:
        next(row for row in rows if row["grade"] == "C")["grade"] = "A"

    edit("observations/jobs_annual.csv", flatter)
    assert "is A, the rule says C" in only(broken(folder), "what the rule gives").found


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("guangxi_annual", {"variable": "resident_pop", "year": "2022"}),
        ("prefecture_annual", {"variable": "urbanisation_rate", "year": "2023"}),
        ("guangxi_annual_revised", {"variable": "birth_rate", "year": "2022"}),
        ("jobs_annual", {"indicator": "new_urban_jobs", "year": "2023", "value_kind": "actual"}),
    ],
)
def test_a_held_out_outcome_is_refused(folder: Path, edit: Edit, table: str, change: Row) -> None:
    edit(f"observations/{table}.csv", lambda rows: rows[0].update(change))
    assert f"{table}.csv line 2" in only(broken(folder), "no outcome").found


def test_held_out_outcomes_are_refused_in_wide_tables_and_targets(folder: Path, edit: Edit) -> None:
    def later_column(rows: list[Row]) -> None:
        for row in rows:
            row["urban_population_2022"] = row["urban_population_2020"]

    edit("observations/prefectures_geography.csv", later_column)
    edit("observations/county_annual_partial.csv", lambda rows: rows[0].update(year_end="2022"))
    edit("observations/plan_targets.csv", lambda rows: rows[0].update(outcome_2023="1"))
    edit("holdout.csv", lambda rows: rows.sort(key=lambda row: row["name"] != "T01"))
    found = only(broken(folder), "no outcome")
    # 14 prefectures, two filled cells of one county, one target
    assert found.difference == f"{14 + 2 + 1} wrong"
    assert "plan_targets.csv line 2: T01 (outcome_2023)" in found.found


def test_a_target_and_a_register_after_2021_are_allowed(folder: Path) -> None:
    rows = Register(folder).rows("jobs_annual")
    assert any(r["indicator"] == "new_urban_jobs" and r["year"] > "2021" for r in rows)
    assert not any("no outcome" in what for what in broken(folder))


def test_no_control_rests_on_grade_c(folder: Path, edit: Edit) -> None:
    edit("controls.csv", lambda rows: rows[0].update(grade="C"))
    assert "residents: rests on grade C" in only(broken(folder), "every control").found


def test_a_control_on_weak_rows_or_on_nothing_is_refused(folder: Path, edit: Edit) -> None:
    def point_elsewhere(rows: list[Row]) -> None:
        rows[0].update(table="settlement", column="value", geography="province")
        rows[1].update(column="urban_populace_2020")

    edit("controls.csv", point_elsewhere)
    found = only(broken(folder), "every control").found
    assert "residents: rests on grade C" in found
    assert "urban residents: no counties.urban_populace_2020" in found


def test_regrade_mends_what_the_rule_decides(folder: Path, edit: Edit) -> None:
    def weaken(rows: list[Row]) -> None:
        for row in rows:
            row["checked"] = "no: does not add up"

    edit("observations/reclassification_codes.csv", weaken)
    assert "what the rule gives" in " ".join(broken(folder))
    Register(folder).regrade()
    assert broken(folder) == {}
    assert {row["grade"] for row in Register(folder).rows("reclassification_codes")} == {"C"}
    assert Register(folder).sources["L16"].grade == "C"


def test_regrade_changes_nothing_that_is_right(folder: Path) -> None:
    before = {path: path.read_bytes() for path in sorted(folder.rglob("*.csv"))}
    Register(folder).regrade()
    assert {path: path.read_bytes() for path in sorted(folder.rglob("*.csv"))} == before


def test_the_grading_rule() -> None:
    assert source_grade("official", "", 4, 0) == "A"
    assert source_grade("official", "garbled", 4, 4) == "C"
    assert [source_grade("transcription", "", 9, confirmed) for confirmed in (0, 1)] == ["C", "B"]
    assert [source_grade("reprint", "", 4, confirmed) for confirmed in (1, 2)] == ["C", "B"]
    with pytest.raises(KeyError):
        source_grade("rumour", "", 1, 1)
    assert row_grade({"checked": "yes: two agree"}, "reprint", "C") == "B"
    assert row_grade({"checked": "no"}, "reprint", "B") == "C"
    assert row_grade({"checked": "no"}, "transcription", "B") == "B"
    assert row_grade({"checked": "no: adds to another total"}, "official", "A") == "C"
    assert row_grade({"kind": "expert assumption"}, "study", "B") == "C"


def test_observations_keep_codes_as_text_and_are_your_own() -> None:
    counties = module.observations("counties")
    assert len(counties) == 111 and counties["adcode"].iloc[0] == "450102"
    assert counties["population_2020"].to_numpy().sum() == 50_126_804
    counties["population_2020"] = 0
    assert module.observations("counties")["population_2020"].to_numpy().sum() == 50_126_804


def test_an_unknown_table_names_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'counties'"):
        module.observations("countys")


def test_a_row_of_wrong_length_is_refused_with_its_line(folder: Path) -> None:
    path = folder / "units.csv"
    path.write_text(path.read_text(encoding="utf-8") + "bushels\n", encoding="utf-8")
    lines = len(path.read_text(encoding="utf-8").splitlines())
    with pytest.raises(InputError, match=rf"units\.csv:{lines}: has 1 cells"):
        read_rows(path)


def test_the_command_prints_checks_and_conflicts(capsys: pytest.CaptureFixture[str]) -> None:
    assert module.main([]) == 0
    printed = capsys.readouterr().out
    assert "beihai_urban_2020" in printed and "checks hold." in printed and "BROKEN" not in printed


def test_the_command_ends_with_one_if_a_sum_is_broken(
    folder: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edit("observations/counties.csv", lambda rows: rows[0].update(male_2020="1"))
    monkeypatch.setattr(module, "calibration_dir", lambda: folder)
    assert module.main([]) == 1
    assert "BROKEN  male + female" in capsys.readouterr().out


def test_reading_sources_needs_no_numerical_library() -> None:
    code = (
        "import sys, urbsim.facts.register as r; r.sources(); print({'pandas', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
