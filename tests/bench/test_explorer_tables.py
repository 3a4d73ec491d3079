"""Tables of docs/explorer.md: errors as the emulator's file has them, times of every way to ask."""

from __future__ import annotations

from invented_emulators import emulator

from bench import explorer
from bench.validation_page import markdown, with_tables


def test_a_row_for_each_figure_with_its_errors():
    table = explorer.errors(emulator())
    assert list(table["figure"]) == ["T1", "fiscal_cost_yuan"]
    first = table.to_dict("records")[0]
    assert (first["typically"], first["at most"]) == ("0.010 points", "0.040 points")
    assert list(table["probability"]) == ["2", ""] and list(table["full size"])[1] == "1 million yuan"
    assert list(explorer.errors(emulator(full=None))["full size"]) == ["not measured"] * 2


def test_settings_are_within_the_sliders():
    one = emulator()
    for at in explorer.settings(one, 50):
        assert all(0 <= dose <= one.largest for dose in at.doses) and at.doses[2] in (0.0, 1.0)
        for condition, value in zip(one.conditions, at.conditions, strict=True):
            assert value is None or condition.low <= value <= condition.high


def test_both_tables_have_their_place_on_the_page():
    text = explorer.PAGE.read_text(encoding="utf-8")
    table = explorer.errors(emulator())
    assert markdown(table) in with_tables(text, {"errors": table, "times": table})
