"""Reading the summary of a run: quickly, and as carefully as where something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbsim.errors import InputError
from urbsim.results import stored_run


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "b": [0.25, -3, true, null], "c": {"d": "x"}}',
        '{"a": 1, "a": 2}',
        '{"a": {"b": 1, "b": 1}}',
        '{"a": 1e-05, "b": 2.5E3}',
        '{"a": NaN, "b": -Infinity}',
        '{"a": "\\\\u0041\\\\ud800"}',
        '{"a": "城", "b": "x\u2028y"}',
        '{"a": "x\\u007f"}',
        "[1, 2]",
        "{}",
        '{"a": 1} x',
        '{"a": ' + "[" * 3000 + "]" * 3000 + "}",
    ],
)  # fmt: skip
def test_the_quick_way_to_read_a_summary_takes_what_the_other_takes(text: str, tmp_path: Path):
    file = tmp_path / "summary.json"
    file.write_text(text, encoding="utf-8")
    said = []
    for load in (stored_run._load_json, stored_run._without_places):
        try:
            said.append(repr(load(file).value))
        except InputError as error:
            said.append(str(error))
    assert said[0] == said[1]
