"""A run as a whole: its folder, its Mesa model, and many runs in one process."""

from __future__ import annotations

import gc
import json
import weakref
from pathlib import Path

import mesa
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from urbsim.calendar import month_end
from urbsim.cli import app
from urbsim.facts import indicators
from urbsim.facts.indicators import COUNTS
from urbsim.facts.parameters import load_parameters
from urbsim.population.record import population_record
from urbsim.report import accounts, because, folders
from urbsim.results import reached, store
from urbsim.results.digests import digests_of, input_digest
from urbsim.results.seal import INDICATORS, MOVERS, TOUCHED
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Scenario
from urbsim.simulation import foreground
from urbsim.simulation.build import build_world
from urbsim.simulation.model import County, UrbanisationModel

SCALE = 0.0005


def short(until: str = "2021-01") -> Scenario:
    """`no_plan`, but only to a month early in 2021."""
    scenario = load_scenario("no_plan")
    shortened = scenario.model_copy(update={"until": until})
    shortened._judged_by = scenario.judged_by
    return shortened


def resident_bytes() -> int:
    """Resident memory of this process (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux memory accounts")
def test_a_hundred_runs_do_not_grow_in_memory():
    """Thirty runs to warm up, then seventy: a run's columns are 1.2 MB, a leak of them would add over 80 MB."""
    scenario = short("2020-12")
    for _ in range(30):
        foreground.run_scenario(scenario, scale=SCALE, threads=1)
    gc.collect()
    before = resident_bytes()
    for _ in range(70):
        foreground.run_scenario(scenario, scale=SCALE, threads=1)
    gc.collect()
    assert resident_bytes() - before < 20e6


def test_the_model_and_its_world_are_let_go():
    world = build_world(short(), scale=SCALE)
    model = UrbanisationModel(world=world)
    held = weakref.ref(world)
    model.run_months(1)
    model.release()
    remembered = weakref.ref(model)
    del world, model
    gc.collect()
    assert held() is None
    assert remembered() is None


def test_places_are_mesa_agents_and_the_collector_collects():
    model = UrbanisationModel(world=build_world(short(), scale=SCALE))
    assert isinstance(model, mesa.Model)
    assert len(model.agents) == 111 and all(isinstance(agent, County) for agent in model.agents)
    model.run_months(2)
    collected = model.datacollector.get_model_vars_dataframe()
    assert list(collected["month"]) == ["2020-11", "2020-12"]
    residents = np.sum(model.agents.get("resident_population"))
    assert residents == pytest.approx(collected["resident_population"].iloc[-1])
    assert model.steps == 2
    model.release()


def test_a_run_folder_is_whole_and_says_what_it_is(tmp_path: Path):
    result = foreground.run_scenario(short(), scale=SCALE, out=tmp_path)
    folder = tmp_path / "no_plan" / f"scale{SCALE:g}-draw0-seed1"
    assert result.folder == folder
    names = {
        "run.yaml",
        "indicators.parquet",
        "summary.json",
        "movers.parquet",
        "touched.parquet",
        "deliveries.parquet",
        "spending.parquet",
        "services.parquet",
    }
    assert {path.name for path in folder.iterdir()} >= names
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]  # nothing half-written beside it
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary == result.summary
    assert summary["fingerprint"] == store.fingerprint(result.observer.fingerprint_lines())
    record = yaml.safe_load((folder / "run.yaml").read_text(encoding="utf-8"))
    assert record["tables_digest"] == reached.digest(result.movers, result.touched)
    assert record["population"] == population_record("census_2020")
    assert {"words", "totals", "urban_homes"} < set(record["population"])
    persons = pd.read_parquet(folder / "touched.parquet")
    assert list(persons.columns) == ["person", "lever", "month", "outcome"]
    assert np.array_equal(persons["person"], result.touched.person)
    assert np.array_equal(persons["outcome"], result.touched.outcome)
    assert set(persons["lever"]) == {"others"}  # no_plan has no levers of its own
    assert bool(np.all(pd.isna(persons["month"])))
    # The months end before the targets begin: nulls, not verdicts.
    assert [target["value"] for target in summary["targets"]] == [None, None]
    assert [target["met"] for target in summary["targets"]] == [None, None]


def test_a_failed_write_leaves_nothing(tmp_path: Path):
    with pytest.raises(RuntimeError, match="broken"), store.whole_folder(tmp_path / "x" / "run") as temporary:
        (temporary / "half.txt").write_text("half")
        raise RuntimeError("broken")
    assert list(tmp_path.iterdir()) == []


def test_the_fingerprint_is_of_the_sorted_lines_of_its_counts():
    observer = foreground.run_scenario(short(), scale=SCALE).observer
    table, codes = observer.by_place(), observer.place_codes()
    lines = [
        f"{month_end(month).isoformat()},{code},{name},{table[m, k, p]}"
        for m, month in enumerate(observer.months)
        for k, name in enumerate(COUNTS)
        if indicators.INDICATORS[name].in_fingerprint
        for p, code in enumerate(codes)
    ]
    found = b"".join(observer.fingerprint_lines()).decode()
    assert found == "".join(f"{line}\n" for line in sorted(lines))


def test_prefectures_and_the_province_add_up_their_counties():
    observer = foreground.run_scenario(short(), scale=SCALE).observer
    table, places = observer.by_place(), observer.places
    n = len(places.prefectures)
    counties = table[:, :, 1 + n :]
    assert np.array_equal(table[:, :, 0], counties.sum(axis=2))
    for p in range(n):
        assert np.array_equal(table[:, :, 1 + p], counties[:, :, places.prefecture_index == p].sum(axis=2))


def test_a_second_run_takes_the_place_of_the_first(tmp_path: Path):
    for seed in (1, 1):
        foreground.run_scenario(short(), scale=SCALE, seed=seed, out=tmp_path)
    assert len(list((tmp_path / "no_plan").iterdir())) == 1


def test_folders_of_other_settings_have_other_names(tmp_path: Path):
    def name(scale: float) -> str:
        return store.run_folder(tmp_path, "plan", scale, 0, 1).name

    assert name(0.01) == "scale0.01-draw0-seed1" and name(1) == name(1.0) == "scale1-draw0-seed1"
    assert name(1e-6) == "scale1e-06-draw0-seed1"
    scales = [0.0123456, 0.01234561, 0.1, 0.1 + 1e-17, 0.30000000000000004, 0.3, 1 / 3, 0.999999999]
    assert len({name(scale) for scale in scales}) == len(scales)
    assert all(float(name(scale).split("-draw")[0].removeprefix("scale")) == scale for scale in scales)


def test_a_run_that_replaces_one_of_other_settings_says_so_in_one_line(tmp_path: Path):
    """Same name, scale, draw and seed: silent when all else is the same too."""
    scenario = tmp_path / "short.yaml"
    out = tmp_path / "out"

    def said(until: str) -> list[str]:
        scenario.write_text(f"extends: no_plan\nuntil: {until}\n", encoding="utf-8")
        arguments = ["run", str(scenario), "--scale", str(SCALE), "--out", str(out)]
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, result.output
        return [line for line in result.stderr.splitlines() if not line.startswith("note: ")]

    folder = out / "short" / f"scale{SCALE}-draw0-seed1"
    assert said("2020-12") == [] == said("2020-12")
    assert said("2020-11") == [f"{folder}: a run of other settings was replaced (other scenario)"]
    assert said("2020-11") == []
    (folder / "run.yaml").write_text("draw: 0\n")  # of an earlier version, or damaged
    assert said("2020-11") == [f"{folder}: a run of other settings was replaced"]


def test_what_a_run_writes_is_what_readers_believe(tmp_path: Path):
    """The records are of their form, the hashes agree, and each page of each table has a checksum."""
    scenario = load_scenario("baseline")
    result = foreground.run_scenario(scenario, scale=SCALE, out=tmp_path)
    assert result.folder is not None
    run = folders.read(result.folder)
    assert run.summary == result.summary and run.key == (0, 1)
    assert set(run.summary["files"]) == {path.name for path in result.folder.iterdir()}
    assert run.digests == digests_of(scenario, load_parameters(0))
    assert because.read(result.folder) is not None and accounts.moves(run).kinds.any()
    for name in (INDICATORS, MOVERS, TOUCHED):
        file = result.folder / name
        content = bytearray(file.read_bytes())
        content[pq.read_metadata(file).row_group(0).column(0).data_page_offset + 60] ^= 4
        file.write_bytes(content)
        with pytest.raises(OSError, match="checksum"):
            pq.ParquetFile(file, page_checksum_verification=True).read()


def test_the_input_digest_follows_what_results_follow():
    def digest(scenario: Scenario, draw: int, scale: float, seed: int) -> str:
        return input_digest(digests_of(scenario, load_parameters(draw)), scale, seed)

    scenario = short()
    one = digest(scenario, 0, 0.01, 1)
    assert one == digest(scenario, 0, 0.01, 1)
    others = {
        digest(scenario, 0, 0.02, 1),
        digest(scenario, 0, 0.01, 2),
        digest(scenario, 1, 0.01, 1),
        digest(load_scenario("pearl_river_boom"), 0, 0.01, 1),
    }
    assert len(others | {one}) == 5
