"""The examples hold, and what their page tells readers to type works, on few people and few draws."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from documents import ROOT
from typer.testing import CliRunner

from bench import tutorial
from urbsim.cli import app
from urbsim.scenario.batches import load_batch

EXAMPLES = ROOT / "examples"
BATCHES = sorted(EXAMPLES.glob("*.yaml"))


@pytest.mark.parametrize("file", BATCHES, ids=lambda file: file.stem)
def test_an_example_is_a_batch_without_mistakes(file: Path):
    assert load_batch(str(file)).notes == ()


def tiny(folder: Path) -> None:
    """A copy of the examples with few people, two draws and a precision that five seeds reach."""
    shutil.copytree(EXAMPLES, folder / "examples")
    for file in sorted((folder / "examples").glob("*.yaml")):
        text = re.sub(r"^scale: .*", "scale: 0.0005", file.read_text(encoding="utf-8"), flags=re.M)
        text = re.sub(r"^draws: .*", "draws: 2", text, flags=re.M)
        text = re.sub(r"^precision: .*", "precision: {T1: 5}", text, flags=re.M)
        file.write_text(text, encoding="utf-8")


def test_what_the_page_tells_to_type_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    tiny(tmp_path)
    monkeypatch.chdir(tmp_path)
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^urbsim (.*)", page, re.MULTILINE)
    assert {name for line in lines for name in re.findall(r"examples/(\w+\.yaml)", line)} == {
        file.name for file in BATCHES
    }
    for line in lines:
        words = shlex.split(line)
        more = ["--workers", "1"] if words[0] == "batch" and "--dry-run" not in words else []
        done: Any = CliRunner().invoke(app, [*words, *more])
        assert done.exit_code == 0, f"urbsim {line}\n{done.output}"
    said = json.loads(Path("results/four_options/verdicts.json").read_text(encoding="utf-8"))
    assert said["precision"]["reached"] and said["precision"]["seeds"] == [1, 2, 3, 4, 5]
    said = json.loads(Path("results/homes_and_networks/verdicts.json").read_text(encoding="utf-8"))
    together = [entry for entry in said["verdicts"] if entry["variants"]]
    assert len(together) == 2 * 2  # totals of homes, targets
    assert all(entry["target"]["variance_shares"]["variants"] is not None for entry in together)
    assert len(pd.read_parquet("2020-10-31-urbsim.parquet")) == 16 * 39
    assert Path("results/four_options/report.html").is_file()
    assert "the same bytes" in done.stdout.lower()


# --- the tutorials, which show what they print


def test_a_tutorial_is_renewed_command_by_command():
    text = "A\n\n```console\n$ urbsim one 'a b'\nold\n$ urbsim two | head -2\n```\n\n```\n$ left alone\n```\n"
    printed = {
        "one": "first  \n\n\n3 of 9 runs, 0 failed, about 2 s left\nlast\n",
        "two": "a\nb\nc\n",
    }
    new = tutorial.renewed(text, lambda words: printed[words[1]])
    assert new == (
        "A\n\n```console\n$ urbsim one 'a b'\nfirst\n\nlast\n$ urbsim two | head -2\na\nb\n```\n\n```\n$ left alone\n```\n"
    )
    assert tutorial.commands(text) == [["urbsim", "one", "a b"], ["urbsim", "two"]]


def test_the_tutorials_use_every_example_and_show_what_came():
    text = "".join(page.read_text(encoding="utf-8") for page in tutorial.PAGES)
    asked = tutorial.commands(text)
    known = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    assert {words[0] for words in asked} == {"urbsim"} and {words[1] for words in asked} <= known
    assert {name for words in asked for name in words if name.endswith(".yaml")} == {
        f"examples/{file.name}" for file in BATCHES
    }
    empty = tutorial.renewed(text, lambda words: "")
    assert len(empty.splitlines()) + 60 < len(text.splitlines())
