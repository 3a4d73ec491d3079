"""`urbsim verify`: the same run is as recorded; another is named, with what it comes from and where it begins."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from urbsim.cli import app
from urbsim.paths import scenarios_dir
from urbsim.verify import manifest, record, renewal
from urbsim.verify.command import rerun

BASELINE = "baseline/scale0.001-draw0-seed1"


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["verify", *map(str, arguments)])


def verified(records: Path, *arguments: object, code: int) -> dict[str, Any]:
    done = invoke(*arguments, "--record", records, "--json")
    assert done.exit_code == code, (done.stdout, done.stderr)
    return json.loads(done.stdout)


def in_series(records: Path) -> Path:
    return record.find(records)


def rewritten(records: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """A record that says something else, as if it had been written so."""
    path = in_series(records) / record.FILE
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    content["seal"] = record._seal(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def other_plan(folder: Path) -> None:
    """A baseline of another dose in ./scenarios, where names are looked for first."""
    text = (scenarios_dir() / "baseline.yaml").read_text(encoding="utf-8")
    assert "primary_places: {total: 40000}" in text
    (folder / "scenarios").mkdir()
    changed = text.replace("primary_places: {total: 40000}", "primary_places: {total: 400000}")
    (folder / "scenarios" / "baseline.yaml").write_text(changed, encoding="utf-8")


def test_the_same_run_is_as_recorded(records: Path):
    found = verified(records, code=0)
    assert found["same"] and found["suspects"] == [] and found["run"]["scenario"] == "baseline"
    assert not any(found["inputs"].values()) and found["outcome"]["same"]
    assert found["outcome"]["counted"].endswith("111 counties")
    told = invoke("--record", records)
    assert told.exit_code == 0 and "As recorded." in told.stdout


def test_another_scenario_is_named_with_the_first_month_count_and_place(records: Path, tmp_path: Path):
    other_plan(tmp_path)
    found = verified(records, code=1)
    assert found["suspects"] == ["scenario"]
    (piece,) = found["inputs"]["scenario"]
    assert (piece["what"], piece["a"], piece["b"]) == ("levers.schooling.primary_places.total", 40000, 400000)
    outcome = found["outcome"]
    assert not outcome["same"] and not outcome["population"]
    first = outcome["first"]
    assert (
        first["indicator"] in ("school_places", "migrant_children_in_public_school")
        and first["b"] > first["a"]
    )
    assert "schooling.primary_places" in outcome["reached"]
    told = invoke("--record", records).stdout
    assert f"differ first in {first['month']}, {first['indicator']} of {first['place']}" in told
    assert "What changed: scenario." in told and "urbsim verify --renew" in told


def test_of_a_run_without_its_counts_only_where_is_not_known(records: Path):
    rewritten(
        records,
        lambda content: content["runs"]["no_plan/scale0.001-draw0-seed1"].update(fingerprint="0" * 64),
    )
    found = verified(records, "no_plan", code=1)
    assert found["outcome"]["first"] is None and not found["outcome"]["indicators"]
    assert "where is not known" in invoke("no_plan", "--record", records).stdout


def test_results_that_differ_for_no_known_reason_are_called_a_fault(records: Path):
    rewritten(records, lambda content: content["runs"][BASELINE].update(tables_digest="0" * 64))
    found = verified(records, code=1)
    assert found["suspects"] == [] and found["outcome"]["indicators"] and not found["outcome"]["tables"]
    told = invoke("--record", records).stdout
    assert "though nothing changed that a run reads" in told
    assert "movers and reached" in told  # the tables differ, though no month and no lever does


@pytest.mark.parametrize(
    ("group", "change", "piece"),
    [
        ("libraries", lambda content: content["inputs"]["libraries"].update(mesa="1.0"), "mesa"),
        ("versions", lambda content: content["versions"].update(numba="0.1"), "numba"),
        ("machine", lambda content: content["machine"].update(processor="abacus"), "processor"),
    ],
)
def test_libraries_and_machine_are_named_and_may_be_others(
    records: Path, group: str, change: Callable[[dict[str, Any]], object], piece: str
):
    """The same results on another machine are as recorded; where results differ it is to blame, if nothing else is."""
    rewritten(records, change)
    found = verified(records, code=0)
    assert found["suspects"] == [group]
    differences = found["inputs"][group] if group == "libraries" else found[group]
    assert [one["what"] for one in differences] == [piece]
    rewritten(records, lambda content: content["runs"][BASELINE].update(fingerprint="0" * 64))
    assert verified(records, code=1)["suspects"] == [group]


def test_the_record_of_other_libraries_serves_where_there_is_none_of_these(records: Path):
    in_series(records).rename(records / "numpy1.0-mesa1.0")
    assert verified(records, code=0)["record"].endswith("numpy1.0-mesa1.0")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def one_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def by_hand(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"met": true', '"met": false', 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "damage", "said"),
    [
        (record.FILE, by_hand, "was changed by hand"),
        (record.FILE, cut, "is not valid JSON"),
        (record.FILE, lambda path: path.write_bytes(b"\xff"), "is damaged and cannot be read"),
        (record.FILE, lambda path: path.write_text("[1]"), "is no record of form 1"),
        ("baseline.parquet", one_byte, "does not match its checksum"),
        ("baseline.parquet", cut, "does not match its checksum"),
        ("baseline.parquet", Path.unlink, "is missing, though"),
    ],
)
def test_a_damaged_record_is_refused(records: Path, file: str, damage: Callable[[Path], object], said: str):
    path = in_series(records) / file
    damage(path)
    done = invoke("--record", records)
    assert done.exit_code == 2 and done.stdout == ""
    assert str(path) in done.stderr and said in done.stderr and "urbsim verify --renew" in done.stderr


def test_without_a_record_it_is_said_where_it_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    place = tmp_path / "site-packages" / "codecheck" / "record"
    monkeypatch.setattr(manifest.paths, "records_dir", lambda: place)
    done = invoke()
    assert done.exit_code == 2
    assert str(place) in done.stderr and "a clone of the repository" in done.stderr


def test_an_unknown_scenario_is_refused_with_the_nearest(records: Path):
    done = invoke("base_line", "--record", records)
    assert done.exit_code == 2 and "did you mean 'baseline'?" in done.stderr


@pytest.mark.parametrize("other", ["baseline", "--inputs"])
def test_a_renewal_is_of_every_run(records: Path, other: str):
    assert invoke("--renew", other, "--record", records).exit_code == 2


def test_a_renewal_without_a_change_writes_the_same_bytes(records: Path):
    before = {path.name: path.read_bytes() for path in in_series(records).iterdir()}
    done = invoke("--renew", "--record", records)
    assert done.exit_code == 0 and "Results are the same in 2 of 2 runs" in done.stdout
    assert {path.name: path.read_bytes() for path in in_series(records).iterdir()} == before


def test_a_renewal_shows_what_moved_and_is_then_the_record(records: Path, tmp_path: Path):
    other_plan(tmp_path)
    done = invoke("--renew", "--record", records)
    assert done.exit_code == 0 and "Results are the same in 1 of 2 runs" in done.stdout
    assert "levers.schooling.primary_places.total 40000 -> 400000" in done.stdout
    assert "Counts of the province, baseline, the largest change first" in done.stdout
    assert "T1 urbanisation_rate" in done.stdout and "T2 new_urban_jobs" in done.stdout
    assert invoke("--record", records).exit_code == 0


def test_a_renewal_takes_the_place_of_a_damaged_record(records: Path):
    by_hand(in_series(records) / record.FILE)
    done = invoke("--renew", "--record", records)
    assert done.exit_code == 0 and "What moved is not known" in done.stdout
    assert invoke("--inputs", "--record", records).exit_code == 0


def test_records_of_other_libraries_stay_only_while_their_inputs_do(records: Path):
    here = in_series(records)
    for name in ("numpy1.0-mesa1.0", "numpy1.0-mesa2.0"):
        (records / name).mkdir()
        for path in here.iterdir():
            (records / name / path.name).write_bytes(path.read_bytes())
    stale = records / "numpy1.0-mesa1.0"
    rewritten(stale, lambda content: content["runs"][BASELINE]["digests"].update(code="0" * 64))
    done = invoke("--renew", "--record", records)
    assert f"Removed {stale}" in done.stdout
    assert sorted(path.name for path in records.iterdir()) == sorted([here.name, "numpy1.0-mesa2.0"])


def test_a_renewal_that_is_stopped_leaves_the_record_as_it_was(
    records: Path, monkeypatch: pytest.MonkeyPatch
):
    before = {path.name: path.read_bytes() for path in in_series(records).iterdir()}

    def stopped(spec: Any, run: manifest.Run, *rest: Any) -> Any:
        if run.scenario == "baseline":
            raise KeyboardInterrupt
        return rerun(spec, run, *rest)

    monkeypatch.setattr(renewal, "rerun", stopped)
    assert invoke("--renew", "--record", records).exit_code == 130
    assert {path.name: path.read_bytes() for path in in_series(records).iterdir()} == before
    assert [path.name for path in records.iterdir()] == [in_series(records).name]
