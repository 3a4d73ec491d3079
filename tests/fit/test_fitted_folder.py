"""A fit on disk: draws come from it, a damaged one is refused, and a run says when it is off it."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from urbsim.errors import InputError
from urbsim.facts import fitted, parameters
from urbsim.facts.fitted import read_fit, specification_digest
from urbsim.facts.parameters import Parameters, load_parameters, read_specifications
from urbsim.facts.register import sha256_of
from urbsim.paths import calibration_dir
from urbsim.results.fit_stamp import fit_stamp
from urbsim.scenario.reader import load_scenario

VALUES = {"activation_level": (0.9, 0.7, 1.1), "growth_per_year": (0.06, 0.05, 0.07)}
ROWS = [("main", 0), ("elastic", 41), ("main", 17)]


def write(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A calibration folder with a fit of two parameters, three draws and two variants."""
    copy = tmp_path / "calibration"
    shutil.copytree(calibration_dir(), copy, ignore=shutil.ignore_patterns(fitted.FOLDER))
    place = copy / fitted.FOLDER
    place.mkdir()
    draws = [
        {"draw": k, "variant": variant, "prior_draw": prior_draw, **{n: v[k] for n, v in VALUES.items()}}
        for k, (variant, prior_draw) in enumerate(ROWS)
    ]
    write(place / fitted.DRAWS, draws)
    learnt = [
        {"parameter": name, "posterior_05": low, "posterior_95": high, "shrinkage": 0.4, "status": "learnt"}
        for name, (_, low, high) in VALUES.items()
    ]
    write(place / fitted.PARAMETERS, learnt)
    write(
        place / fitted.SPECIFICATIONS,
        [
            {"base": base, "parameter": name, "digest": specification_digest(spec, copy)}
            for base in ("census_2010", "census_2020")
            for name, spec in read_specifications(copy, base).items()
        ],
    )
    record = {
        "protocol": {"name": "p", "version": 1, "digest": "0" * 64},
        "variants": {"main": {"behaviour": {}}, "elastic": {"behaviour": {"leaving": "elastic"}}},
        "files": {path.name: sha256_of(path) for path in place.iterdir()},
    }
    (place / fitted.RECORD).write_text(yaml.safe_dump(record), encoding="utf-8")
    forget()
    yield copy
    forget()


def forget() -> None:
    for cached in (read_fit, read_specifications, parameters._changed):
        cached.cache_clear()


def edit(folder: Path, change: Callable[[str], str], file: str = "parameters/migration.yaml") -> None:
    path = folder / file
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    forget()


def restarted(text: str, name: str, start: float) -> str:
    """A parameter file with another start of one parameter."""
    return re.sub(rf"(?s)(\n{name}:\n.*?\n  start: )[-0-9.]+", rf"\g<1>{start}", text, count=1)


def stamp(found: Parameters, **conditions: object) -> dict[str, object]:
    scenario = load_scenario("no_plan")
    changed = scenario.conditions.model_copy(update=conditions)
    return fit_stamp(scenario.model_copy(update={"conditions": changed}), found)


def test_draws_come_from_the_fit_and_the_rest_from_the_draw_it_names(folder: Path):
    found = load_parameters(1, folder)
    assert found["activation_level"] == 0.7
    assert found["beta_w"] == parameters.prior_parameters(41, folder=folder)["beta_w"]
    assert found["beta_w"] != parameters.prior_parameters(1, folder=folder)["beta_w"]
    assert found.prior_draw == 41 and found.variant == {"leaving": "elastic"}
    central = load_parameters(0, folder)
    assert central["activation_level"] == 0.9 and central.prior_draw == 0
    spec = central.info["activation_level"]
    assert (spec.status, spec.interval, spec.median) == ("fitted", (0.7, 1.1), 0.9)
    assert spec.prior_interval != spec.interval
    assert central.by_status()["fitted"] == 2
    assert len({load_parameters(k, folder).digest for k in range(3)}) == 3
    with pytest.raises(InputError, match=r"no draw 3.*0 to 2"):
        load_parameters(3, folder)


def test_one_changed_or_missing_file_is_refused(folder: Path):
    edit(folder, lambda text: text.replace("0.9", "0.8"), f"{fitted.FOLDER}/{fitted.DRAWS}")
    with pytest.raises(InputError, match=r"draws\.csv: was changed after the fit"):
        load_parameters(0, folder)
    (folder / fitted.FOLDER / fitted.PARAMETERS).unlink()
    forget()
    with pytest.raises(InputError) as refused:
        load_parameters(0, folder)
    assert len(refused.value.problems) == 2


def test_runs_say_whether_they_go_by_the_fit(folder: Path):
    assert stamp(load_parameters(0))["status"] in ("priors", "fitted")
    assert stamp(load_parameters(0, folder))["status"] == "fitted"
    off = stamp(load_parameters(0, folder), growth_per_year=0.02)
    assert off["status"] == "off the fit" and "growth_per_year" in str(off["why"])
    # Words of a parameter file change nothing; a number does, and then it is the hand's that counts.
    edit(folder, lambda text: text.replace("meaning: moves away", "meaning: all moves away"))
    assert stamp(load_parameters(0, folder))["status"] == "fitted"
    edit(folder, lambda text: restarted(text, "activation_level", 0.85))
    by_hand = load_parameters(0, folder)
    assert by_hand["activation_level"] == 0.85
    assert stamp(by_hand)["status"] == "off the fit" and "activation_level" in str(stamp(by_hand)["why"])


def test_a_number_that_is_not_fitted_puts_a_run_off_the_fit_too(folder: Path):
    edit(folder, lambda text: restarted(text, "beta_family", 2.6))
    found = load_parameters(0, folder)
    assert found["activation_level"] == 0.9  # still fitted
    assert "beta_family" in str(stamp(found)["why"])


def test_a_number_that_acts_in_no_replay_leaves_runs_on_the_fit(folder: Path):
    assert not load_parameters(0, folder).info["land_per_school_place"].acts_in_replay
    edit(folder, lambda text: restarted(text, "land_per_school_place", 0.003), "parameters/land.yaml")
    found = load_parameters(0, folder)
    assert found["land_per_school_place"] == 0.003
    assert stamp(found)["status"] == "fitted"
    edit(
        folder,
        lambda text: text.replace("acts_in_replay: false", "acts_in_replay: true"),
        "parameters/land.yaml",
    )
    assert "land_per_school_place" in str(stamp(load_parameters(0, folder))["why"])


def test_a_scenario_keeps_its_own_switches_and_is_off_the_fit(folder: Path):
    scenario = load_scenario("no_plan")
    own = scenario.behaviour.model_copy(update={"networks": "none"})
    found = load_parameters(1, folder)
    taken = own.by_default(found.variant)
    assert (taken.leaving, taken.networks) == ("elastic", "none")
    off = fit_stamp(scenario.model_copy(update={"behaviour": own}), found)
    assert off["status"] == "off the fit" and off["why"] == [
        "behaviour.networks is none, which is not that of the draw"
    ]
