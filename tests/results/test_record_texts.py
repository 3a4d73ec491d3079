"""A record whose scenario is written again and again has the text that it would have alone."""

from __future__ import annotations

from pathlib import Path

from urbsim.results import store
from urbsim.scenario.reader import load_scenario


def test_text_that_is_kept_is_the_text_of_what_is_written(tmp_path: Path):
    """A changed scenario has its own text, whatever was written before."""
    plan = load_scenario("baseline")
    later = plan.model_copy(update={"until": "2022-12"})
    for k, scenario in enumerate((plan, later, plan, load_scenario("no_plan"), later)):
        record = {"scenario": scenario.resolved(), "draw": k, "digests": {"code": "0" * 64}, "fit": None}
        store.write_yaml(record, tmp_path / "kept.yaml", again="scenario")
        store.write_yaml(record, tmp_path / "alone.yaml")
        assert (tmp_path / "kept.yaml").read_bytes() == (tmp_path / "alone.yaml").read_bytes()
