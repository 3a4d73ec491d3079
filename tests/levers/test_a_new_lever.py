"""A new lever that fills a stock there is: one field of the schema, and everything else follows."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import urbsim
from urbsim.results import reached
from urbsim.results.store import fingerprint
from urbsim.scenario.reader import load_scenario
from urbsim.scenario.schema import Levers
from urbsim.simulation.build import build_world
from urbsim.simulation.model import UrbanisationModel

SCHEMA = "urbsim.scenario.schema.levers"
BEFORE = "    training: Annotated[\n"
TOURISM = '''    tourism_posts: Annotated[
        Dose | None,
        Lever(
            en="Posts in tourism",
            zh="旅游业岗位",
            measures=("A3",),
            unit=POSTS,
            stocks=("posts: services",),
            spread="town dwellers",
            gives="took_job",
            code=12,
        ),
    ] = None
    """Posts in tourism, built for the purpose."""
'''


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict:
    spec = importlib.util.find_spec(SCHEMA)
    assert spec is not None and spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    assert text.count(BEFORE) == 1
    changed = tmp_path_factory.mktemp("schema") / "levers.py"
    changed.write_text(text.replace(BEFORE, TOURISM + BEFORE), encoding="utf-8")
    package = str(Path(urbsim.__file__).parents[1])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    script = Path(__file__).with_name("with_tourism.py")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), SCHEMA, str(changed)],
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_schema_report_and_explanations_know_it(found: dict):
    assert found["names"] == ["Posts in tourism", "旅游业岗位"]
    assert found["meaning"] == "Posts in tourism, built for the purpose."
    for words in ("employment.tourism_posts (lever)", "posts: services", "A3", "town dwellers", "took_job"):
        assert words in found["explained"]


def test_what_is_generated_is_all_that_is_out_of_step(found: dict):
    assert found["out of step"] == ["README.md", "schema.json"]


def test_it_is_delivered_and_reaches_people_beside_the_lever_of_the_same_stock(found: dict):
    assert found["units"] == {"employment.services_posts": 60, "employment.tourism_posts": 40}
    assert (
        found["reached"]["employment.tourism_posts"] > 5 and found["reached"]["employment.services_posts"] > 5
    )
    assert found["fingerprints"][0] != found["fingerprints"][1]


def test_runs_without_it_stay_as_they_were(found: dict):
    assert found["codes"][12] == "employment.tourism_posts"
    world = build_world(load_scenario("no_plan").model_copy(update={"levers": Levers()}), 0.002, threads=1)
    model = UrbanisationModel(world=world)
    model.run_months(2)
    assert found["fingerprints"][0] == fingerprint(model.observer.fingerprint_lines())
    assert found["digest"] == reached.digest(np.empty(0, np.uint64), reached.table(world))
    model.release()
