"""A scenario written as a workbook is the same scenario when read again, and edits to it are checked by cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from urbsim.cli import app
from urbsim.errors import InputError
from urbsim.scenario.reader import available, load_scenario
from urbsim.tables import scenario_workbook

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@pytest.mark.parametrize("name", available("scenario"))
def test_every_shipped_scenario_is_the_same_again(name: str, tmp_path: Path):
    scenario_workbook.write(name, tmp_path / "copy.xlsx")
    before, after = load_scenario(name), load_scenario(tmp_path / "copy.xlsx")
    assert after.name == "copy"
    for part in ("base", "until", "committed", "conditions", "behaviour", "levers", "targets"):
        assert getattr(after, part) == getattr(before, part)


def test_the_same_scenario_gives_the_same_bytes(tmp_path: Path):
    for file in ("a.xlsx", "b.xlsx"):
        scenario_workbook.write("baseline", tmp_path / file)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_edited_cell_counts_and_a_wrong_one_is_named(tmp_path: Path):
    path = tmp_path / "plan.xlsx"
    scenario_workbook.write("baseline", path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    row_of = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    posts, homes = (
        row_of[f"levers.{key}.total"] for key in ("industry.border_posts", "housing.public_rental_units")
    )
    sheet.cell(posts, 5, 5000)
    book.save(path)
    dose = load_scenario(path).levers.industry.border_posts
    assert dose is not None and dose.total == 5000
    sheet.cell(homes, 5, -1)
    sheet.cell(posts, 5, "many")
    sheet.append(["levers.housing.public_rental_unts.total", "", "", "", 7])
    book.save(path)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    cells = [str(problem).split(": ")[1] for problem in caught.value.problems]
    assert cells == sorted(
        [f"cell E{homes}", f"cell E{posts}", f"cell A{sheet.max_row}"], key=lambda cell: int(cell[6:])
    )
    answer = CliRunner().invoke(app, ["validate", str(path)])
    assert answer.exit_code == 2 and f"cell E{homes}" in answer.output


def test_it_says_what_keeps_it_from_being_written(tmp_path: Path):
    with pytest.raises(InputError) as caught:
        scenario_workbook.write("baselin", tmp_path / "no" / "plan.xls")
    text = str(caught.value)
    assert "ends in .xlsx" in text and "baseline" in text
