"""The rerun of the main job: what is compared, and that a difference is seen and named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from codecheck import compare
from urbsim.errors import InputError
from urbsim.verify import manifest
from urbsim.verify.record import DETAILED, find, read

ROOT = Path(__file__).resolve().parents[2]
RECORD: dict[str, dict[str, Any]] = read(find()).content["runs"]
A_RUN = "baseline/scale0.01-draw0-seed1"


def rerun(folder: Path, record: compare.Runs = RECORD) -> Path:
    """What a rerun leaves behind if all is as recorded: empty files, but for those that are read."""
    for file in manifest.files():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()
    for name, run in record.items():
        summary = {key: run[key] for key in ("scenario", "scale", "draw", "seed", "fingerprint")}
        (folder / name / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
        resolved = yaml.safe_dump({"tables_digest": run["tables_digest"]})
        (folder / name / "run.yaml").write_text(resolved, encoding="utf-8")
    return folder


def test_the_manifest_names_what_the_main_job_writes():
    """Every scenario of `make run` with the five files of a run folder, and the page."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    scenarios = re.findall(r"for scenario in ([\w ]+);", makefile)[0].split()
    runs = dict.fromkeys(Path(file).parent.as_posix() for file in manifest.files() if "/" in file)
    assert [run.split("/")[0] for run in runs] == scenarios
    files = {"indicators.parquet", "movers.parquet", "touched.parquet", "summary.json", "run.yaml"}
    for run in runs:
        assert {Path(file).name for file in manifest.files() if file.startswith(run)} == files
    assert [file for file in manifest.files() if "/" not in file] == ["report.html"]
    assert list(RECORD) == list(runs)


def test_the_record_says_which_runs_it_is_of():
    for name, run in RECORD.items():
        assert name == f"{run['scenario']}/scale{run['scale']:g}-draw{run['draw']}-seed{run['seed']}"
        assert re.fullmatch(r"[0-9a-f]{64}", run["fingerprint"])
        assert re.fullmatch(r"[0-9a-f]{64}", run["tables_digest"])


def test_a_rerun_as_recorded_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert compare.main([str(rerun(tmp_path))]) == 0
    assert "31 files of 6 runs are as recorded" in capsys.readouterr().out


@pytest.mark.parametrize("key", ["fingerprint", "tables_digest"])
def test_a_run_with_other_results_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], key: str):
    folder = rerun(tmp_path, RECORD | {A_RUN: RECORD[A_RUN] | {key: "0" * 64}})
    assert compare.main([str(folder)]) == 1
    told = capsys.readouterr().err
    assert f"the first that differs: {A_RUN}: {key} is 000" in told and RECORD[A_RUN][key] in told


@pytest.mark.parametrize("file", ["report.html", f"{A_RUN}/movers.parquet", f"{A_RUN}/summary.json"])
def test_a_file_that_was_not_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str):
    folder = rerun(tmp_path)
    (folder / file).unlink()
    assert compare.main([str(folder)]) == 1
    assert f"{file} was not written" in capsys.readouterr().err


def test_without_a_record_nothing_is_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    folder = rerun(tmp_path / "fresh")
    monkeypatch.setattr(compare.record.paths, "records_dir", lambda: tmp_path / "codecheck" / "record")
    assert compare.main([str(folder)]) == 2
    assert "codecheck.yml: is missing" in capsys.readouterr().err


def test_the_manifest_is_looked_for_in_a_clone():
    with pytest.raises(InputError, match="only a clone of the repository"):
        manifest.files(Path("nowhere") / manifest.FILE)
    assert [run.name for run in manifest.runs()] == list(RECORD)


def test_every_count_is_recorded_of_the_baseline():
    """The rest is small: what is kept in the history of the repository grows with each renewal."""
    kept = read(find())
    assert [name for name in RECORD if kept.counts(kept.run(RECORD[name]["scenario"]))] == [A_RUN]
    assert A_RUN.startswith(f"{DETAILED}/")
    assert sum(path.stat().st_size for path in kept.folder.iterdir()) < 1_000_000


@pytest.mark.parametrize("arguments", [[], ["no_such_folder"], ["a", "b"]])
def test_bad_use(arguments: list[str]):
    assert compare.main(arguments) == 2
