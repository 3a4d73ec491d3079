"""The workbook: three sheets for A4 across, the same bytes from the same runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from urbsim.results.loading import StoredRun
from urbsim.results.store import scale_text
from urbsim.tables.indicator_table.heights import height
from urbsim.tables.indicator_table.measure_rows import MeasureRow
from urbsim.tables.indicator_table.provenance import MARK
from urbsim.tables.indicator_table.table_rows import Row

SHEETS = ("指标表", "措施与资金", "说明")
_ALWAYS = dt.datetime(2000, 1, 1)  # as the time of writing, so that the bytes stay the same
_A4 = 9
_NOT_JUDGED = "未推演"
_SIDES = {"about": "左右", ">=": "以上", "<=": "以内", "=": ""}
INDICATOR_HEADS = (
    ("序号", 5), ("指标", 17), ("单位", 8), ("2020年基数", 9), ("2023年目标", 12), ("属性", 9),
    ("2021年实际（统计）", 10), ("情景推演值", 9), ("90%区间下限", 9), ("90%区间上限", 9), ("实现概率", 6),
    ("评估", 9), ("牵头单位", 18), ("依据条款", 30), ("注", 22),
)  # fmt: skip
MEASURE_HEADS = (
    ("编号", 5), ("措施", 16), ("牵头单位", 18), ("政策工具与力度", 46), ("建设支出（百万元）", 10),
    ("经常性支出（百万元）", 10), ("合计（百万元）", 10), ("其中：情景新增（百万元）", 10), ("建模情况", 8),
    ("证据等级", 12), ("最薄弱的假设", 18), ("注", 18),
)  # fmt: skip
_ABOUT_WIDTHS = (18, 120)


class Sheets:
    """What is written on, and how: one method a sheet. Texts are written as texts, never as formulas or links."""

    def __init__(self, book: Any) -> None:
        self._book = book

    @cached_property
    def _styles(self) -> dict[str, Any]:
        cell = {"font_name": "宋体", "font_size": 10, "border": 1, "valign": "vcenter", "text_wrap": True}
        number = {**cell, "align": "right"}
        forms = {
            "title": {"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"},
            "mark": {
                "font_name": "黑体", "font_size": 11, "font_color": "#C00000", "text_wrap": True, "valign": "vcenter",
            },
            "foot": {"font_name": "宋体", "font_size": 9, "text_wrap": True, "valign": "top"},
            "head": {**cell, "font_name": "黑体", "align": "center", "bg_color": "#DDEBF7"},
            "band": {**cell, "font_name": "黑体", "bg_color": "#F2F2F2"},
            "text": cell,
            "middle": {**cell, "align": "center"},
            "chance": {**number, "num_format": "0%"},
            "money": {**number, "num_format": "#,##0.0"},
        }  # fmt: skip
        for operator, side in _SIDES.items():
            after = f'"{side}"' if side else ""
            forms[f"share{operator}"] = {**number, "num_format": f"0.00%{after}"}
            forms[f"count{operator}"] = {**number, "num_format": f"#,##0.00{after}"}
            forms[f"whole{operator}"] = {**number, "num_format": f"#,##0{after}"}
        return {name: self._book.add_format(form) for name, form in forms.items()}

    def indicators(self, rows: Sequence[Row], scenario: str, standing: str, rule: str) -> None:
        """Sheet 1. scenario: its title; standing: what the numbers rest on; rule: of the grades."""
        title = "广西推进新型城镇化三年行动计划（2021—2023年）指标表"
        sheet, last = self._sheet(SHEETS[0], title, INDICATOR_HEADS, scenario, standing)
        line = 4
        for k, row in enumerate(rows):
            if k and rows[k - 1].judged and not row.judged:
                line = self._band(sheet, line, last, "行动计划其他量化指标（未推演）")
            self._indicator(sheet, line, k + 1, row)
            line += 1
        foot = f"“属性”：行动计划未标注各指标为预期性或约束性。{rule}"
        sheet.set_row(line, height([(foot, _whole(INDICATOR_HEADS))]))
        self._across(sheet, line, last, foot, self._styles["foot"])

    def measures(self, rows: Sequence[MeasureRow], scenario: str, standing: str) -> None:
        """Sheet 2."""
        title = "行动计划措施、政策工具与资金"
        sheet, last = self._sheet(SHEETS[1], title, MEASURE_HEADS, scenario, standing)
        line = 4
        for row in rows:
            money = (row.capital, row.running)
            whole = None if row.capital is None or row.running is None else row.capital + row.running
            before = [row.id, row.heading, row.lead, "\n".join(row.doses)]
            after = [row.status, row.evidence, row.weakest, row.note]
            widths = [width for _, width in MEASURE_HEADS]
            sheet.set_row(line, height(zip([*before, *after], widths[:4] + widths[8:], strict=True)))
            self._texts(sheet, line, 0, before)
            for column, amount in enumerate([*money, whole, row.additional], 4):
                self._number(sheet, line, column, amount, "money")
            self._texts(sheet, line, 8, after)
            line += 1
        self._texts(sheet, line, 0, ["", "合计", "", ""])
        for column, name in ((4, "capital"), (5, "running"), (7, "additional")):
            self._number(sheet, line, column, _sum(getattr(row, name) for row in rows), "money")
        whole = _sum(amount for row in rows for amount in (row.capital, row.running))
        self._number(sheet, line, 6, whole, "money")
        self._texts(sheet, line, 8, ["", "", "", ""])

    def about(self, pairs: Iterable[tuple[str, str]], runs: Sequence[StoredRun]) -> None:
        """Sheet 3: pairs of heading and text, then a line a run."""
        sheet = self._book.add_worksheet(SHEETS[2])
        self._printed(sheet)
        for column, width in enumerate(_ABOUT_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, "说明", self._styles["title"])
        sheet.write_string(1, 0, MARK, self._styles["mark"])
        line = 3
        for head, text in pairs:
            sheet.write_string(line, 0, head, self._styles["head"])
            sheet.write_string(line, 1, text, self._styles["text"])
            sheet.set_row(line, height([(text, _ABOUT_WIDTHS[1])]))
            line += 1
        for run in sorted(runs, key=lambda run: run.key):
            name, draw, seed = run.key
            made = f"第{draw}组参数，随机种子{seed}，抽样比例{scale_text(run.summary['scale'])}"
            self._texts(sheet, line, 0, [f"模拟：{name}", f"{made}，结果指纹{run.summary['fingerprint']}"])
            line += 1

    def _sheet(
        self, name: str, title: str, heads: Sequence[tuple[str, int]], scenario: str, standing: str
    ) -> tuple[Any, int]:
        """A sheet with title, marks and a head that stays in sight; returns it and its last column."""
        sheet, last = self._book.add_worksheet(name), len(heads) - 1
        self._printed(sheet)
        sheet.repeat_rows(3)
        sheet.freeze_panes(4, 2)
        sheet.set_row(0, 30)
        self._across(sheet, 0, last, title, self._styles["title"])
        self._across(sheet, 1, last, f"{MARK}　　情景：{scenario}", self._styles["mark"])
        sheet.set_row(2, height([(standing, _whole(heads))]))
        self._across(sheet, 2, last, standing, self._styles["mark"])
        sheet.set_row(3, height(heads))
        for column, (head, width) in enumerate(heads):
            sheet.set_column(column, column, width)
            sheet.write_string(3, column, head, self._styles["head"])
        return sheet, last

    @staticmethod
    def _printed(sheet: Any) -> None:
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer(f"&L{MARK}&R第&P页 共&N页")

    @staticmethod
    def _across(sheet: Any, line: int, last: int, text: str, style: Any) -> None:
        sheet.merge_range(line, 0, line, last, "", style)
        sheet.write_string(line, 0, text, style)

    def _band(self, sheet: Any, line: int, last: int, text: str) -> int:
        self._across(sheet, line, last, text, self._styles["band"])
        return line + 1

    def _indicator(self, sheet: Any, line: int, number: int, row: Row) -> None:
        kind = "share" if row.unit == "%" else "count" if row.unit.startswith("万") else "whole"
        numbers = (row.target, row.value, row.base, row.actual)
        if kind == "whole" and any(number is not None and number != round(number) for number in numbers):
            kind = "count"
        plain = f"{kind}="
        widths = [width for _, width in INDICATOR_HEADS]
        texts = [row.name, row.unit, row.nature, row.lead, row.clause, row.note]
        sheet.set_row(line, height(zip(texts, [*widths[1:3], widths[5], *widths[12:]], strict=True)))
        sheet.write_number(line, 0, number, self._styles["middle"])
        self._texts(sheet, line, 1, [row.name, row.unit])
        self._number(sheet, line, 3, row.base, plain)
        self._number(sheet, line, 4, row.target, f"{kind}{row.operator}")
        self._texts(sheet, line, 5, [row.nature])
        self._number(sheet, line, 6, row.actual, plain)
        if row.judged:
            self._number(sheet, line, 7, row.value, plain)
        else:
            sheet.write_string(line, 7, _NOT_JUDGED, self._styles["middle"])
        self._number(sheet, line, 8, row.low, plain)
        self._number(sheet, line, 9, row.high, plain)
        self._number(sheet, line, 10, row.probability, "chance")
        sheet.write_string(line, 11, row.grade, self._styles["middle"])
        self._texts(sheet, line, 12, [row.lead, row.clause, row.note])

    def _texts(self, sheet: Any, line: int, column: int, texts: Sequence[str]) -> None:
        for k, text in enumerate(texts):
            sheet.write_string(line, column + k, text, self._styles["text"])

    def _number(self, sheet: Any, line: int, column: int, value: float | None, style: str) -> None:
        if value is None:
            sheet.write_blank(line, column, None, self._styles[style])
        else:
            sheet.write_number(line, column, value, self._styles[style])


def _whole(heads: Sequence[tuple[str, int]]) -> int:
    """The width of a line across all columns."""
    return sum(width for _, width in heads)


def _sum(amounts: Iterable[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def opened(path: Path) -> Any:
    """An empty workbook, to be used as a context: it is written when that ends."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _ALWAYS, "title": SHEETS[0], "comments": MARK})
    return book
