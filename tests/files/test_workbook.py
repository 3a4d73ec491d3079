"""A workbook is read as strictly as YAML, and every mistake is named by its cell."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from urbsim.errors import InputError
from urbsim.files import workbook

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
HEAD = ("Setting 设定", "名称", "Value 取值")


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Writes a workbook of rows (path, value) under a head in row 1."""

    def make(*rows: tuple[Any, Any], head: tuple[str, ...] = HEAD) -> Path:
        made = openpyxl.Workbook()
        sheet = made.worksheets[0]
        sheet.append(head)
        for path, value in rows:
            sheet.append((path, "", value))
        made.save(tmp_path / "plan.xlsx")
        return tmp_path / "plan.xlsx"

    return make


def said(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        workbook.load(path)
    return [str(problem).replace(str(path), "plan.xlsx") for problem in caught.value.problems]


def test_rows_become_settings_and_know_their_cells(book: Callable[..., Path]):
    path = book(
        ("extends", "no_plan"), ("levers.housing.x.total", 12.0), ("levers.housing.x.share", 0.5),
        ("conditions.jobs[0].from", dt.datetime(2021, 7, 1)), ("conditions.jobs[0].value", 0.5),
        ("conditions.jobs[1].from", "2022-01"), ("rules", "[]"), ("off", True), ("nothing", "null"), ("empty", None),
        ("blank", "  "),
    )  # fmt: skip
    document = workbook.load(path)
    assert document.value == {
        "extends": "no_plan",
        "levers": {"housing": {"x": {"total": 12, "share": 0.5}}},
        "conditions": {"jobs": [{"from": "2021-07", "value": 0.5}, {"from": "2022-01"}]},
        "rules": [], "off": True, "nothing": None,
    }  # fmt: skip
    problem = document.problem(("levers", "housing", "x", "total"), "is odd")
    assert str(problem) == f"{path}: cell C3: levers.housing.x.total: is odd"
    assert str(document.problem(("levers", "housing"), "is odd", at_key=True)).startswith(f"{path}: cell A3")


def test_every_mistake_is_named_at_once(book: Callable[..., Path]):
    path = book(
        ("a", "=1+1"), ("a.b", 1), ("c", 1), ("c.d", 2), ("c", 3), ("not a path", 1), (None, 7), ("big", 1e30),
        ("list[1]", 1), ("ok..no", 1),
    )  # fmt: skip
    lines = said(path)
    assert [line.split(": ")[1] for line in lines] == [
        "cell C2", "cell C5", "cell A6", "cell A7", "cell C8", "cell A11", "cell A10"
    ]  # fmt: skip
    assert "formula" in lines[0] and "row 4" in lines[1] and "twice" in lines[2]


def test_what_is_no_workbook_is_refused(tmp_path: Path, book: Callable[..., Path]):
    assert said(tmp_path / "none.xlsx") == ["plan.xlsx: no such file"]
    (tmp_path / "plan.xlsx").write_bytes(b"PK\x03\x04 broken")
    assert "damaged" in said(tmp_path / "plan.xlsx")[0]
    assert "heads its columns" in said(book(("a", 1), head=("Name", "", "Amount")))[0]


def test_a_bomb_is_not_unpacked(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "plan.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (workbook.MAX_UNPACKED + 1))
    assert "when unpacked" in said(tmp_path / "plan.xlsx")[0]


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", '=HYPERLINK("http://x","y")', "+1", "@x", "'=1"]
)
def test_hostile_text_is_text_or_refused(book: Callable[..., Path], value: str):
    path = book(("title.en", value))
    if value.startswith("="):
        assert "formula" in said(path)[0]
    else:
        assert workbook.load(path).value == {"title": {"en": value}}
