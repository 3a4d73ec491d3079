"""A scenario as a workbook, to be edited and read again as it is (`urbsim.files.workbook`): one setting a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from urbsim.errors import InputError, Problem
from urbsim.facts import gazetteer
from urbsim.files import workbook
from urbsim.files.strict_yaml import dotted, walk
from urbsim.report import texts
from urbsim.results.store import whole_file
from urbsim.scenario.catalogue import CATALOGUE
from urbsim.scenario.lever import Lever
from urbsim.scenario.reader import document_at, find, is_shipped, load_scenario
from urbsim.scenario.schema import Conditions, Levers
from urbsim.scenario.schema.transport import Circle
from urbsim.simulation.options import file_problem

_OWN = ("extends", "title.en", "title.zh", "question.en", "question.zh", "until")
_HEADS = (
    ("Setting 设定", 46), ("名称", 42), ("Name", 66), ("Unit 单位", 22), ("Value 取值", 18), ("Inherited 沿用值", 18),
    ("Allowed 允许范围", 44),
)  # fmt: skip
_HOW = (
    "Change the yellow cells, save, then: urbsim validate FILE.xlsx, urbsim run FILE.xlsx. An empty cell keeps the "
    "inherited value. More rows may be added below: places (levers.housing.public_rental_units.places.450100), lists "
    "(conditions.outside_jobs[0].from). Formulas are refused.",
    "修改黄色单元格后保存，再运行 urbsim validate 文件名.xlsx、urbsim run 文件名.xlsx。留空即沿用原值。可在表末增加行，"
    "如分地区规模（levers.housing.public_rental_units.places.450100）和序列（conditions.outside_jobs[0].from）。不接受公式。",
)
_ALWAYS = dt.datetime(2000, 1, 1)


@dataclass(frozen=True)
class Row:
    """One setting: what the scenario itself says of it, and what it would be without that; None where nothing."""

    path: str
    names: dict[str, str]
    unit: str
    value: Any
    inherited: Any
    allowed: str


def write(name: str, out: Path) -> None:
    """Writes the workbook of a scenario. Raises InputError where there is no such scenario or no such place."""
    problems = []
    if out.suffix != workbook.SUFFIX:
        problems.append(
            Problem(
                f"{out.name!r} is no workbook", key="--out", allowed=f"a file that ends in {workbook.SUFFIX}"
            )
        )
    elif refused := file_problem(out):
        problems.append(refused)
    if find_spec("xlsxwriter") is None:
        problems.append(
            Problem("a workbook needs XlsxWriter, which is not installed: pip install 'urbsim[xlsx]'")
        )
    try:
        found = rows(name)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    with whole_file(out) as temporary:
        _write(found, temporary)


def rows(name: str) -> list[Row]:
    """Every setting of a scenario, those that it does not set included, in the order of the workbook."""
    path = find(name)
    load_scenario(name)
    own = _flat(document_at(path).value)
    own.pop("name", None)
    if is_shipped(path):  # a copy under its own name: title and question would be another scenario's
        for key in ("title.en", "title.zh", "question.en", "question.zh"):
            own[key] = None
    parent = own.get("extends")
    inherited: dict[str, Any] = {}
    if isinstance(parent, str):
        base = load_scenario(find(parent, beside=path.parent))
        inherited = _flat(base.model_dump(mode="json", by_alias=True, exclude_none=True))
        inherited = {
            key: value for key, value in inherited.items() if not key.startswith(("title", "question"))
        }
    known = {key: (names, unit, allowed) for key, names, unit, allowed in _known()}
    return [
        Row(key, names, unit, own.get(key), inherited.get(key), allowed)
        for key in dict.fromkeys([*known, *own])
        for names, unit, allowed in [known.get(key, (_names(key), "", ""))]
    ]


def _known() -> Iterator[tuple[str, dict[str, str], str, str]]:
    """Path, names, unit and allowed values of every setting that has a cell of its own."""
    for key in _OWN:
        yield key, _names(key), "", ""
    for name, field in Conditions.model_fields.items():
        if not _inner(field):
            path = f"conditions.{name}"
            yield path, _names(path), _unit(field), _allowed(field)
    for lever in CATALOGUE.values():
        group, _, name = lever.key.partition(".")
        outer = Levers.model_fields[group].annotation
        of_group: type[BaseModel] = next(each for each in (outer, *get_args(outer)) if _is_model(each))  # pyright: ignore[reportAssignmentType]
        field = of_group.model_fields[name]
        path = f"levers.{lever.key}" + ("[0]" if _inner(field) else "")
        if lever.key == "transport.circles":
            for circle in gazetteer.travel_circles():
                yield from _of_model(Circle, f"{path}.{circle}", lever)
        for model in (each for each in get_args(field.annotation) if _is_model(each)):
            yield from _of_model(model, path, lever)


def _of_model(
    model: type[BaseModel], path: str, lever: Lever
) -> Iterator[tuple[str, dict[str, str], str, str]]:
    for name, field in model.model_fields.items():
        key = field.alias or name
        if name == "places" or (_inner(field) and name == "first"):
            continue
        unit = _unit(field)
        if unit == "units" and lever.unit is not None:
            unit = f"{lever.unit.en} {lever.unit.zh}"
        words = _FIELDS.get(key, {})
        names = {lang: f"{lever.name(lang)}: {words.get(lang, key)}" for lang in texts.LANGUAGES}
        yield f"{path}.{key}", names, unit, _allowed(field)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _inner(field: FieldInfo) -> bool:
    """Whether a field is a list."""
    return any(
        getattr(each, "__origin__", each) is tuple for each in (field.annotation, *get_args(field.annotation))
    )


def _unit(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _allowed(field: FieldInfo) -> str:
    limits = {
        sign: getattr(each, key)
        for each in field.metadata
        for key, sign in _LIMITS.items()
        if hasattr(each, key)
    }
    if limits:
        return ", ".join(f"{sign} {limit:,.15g}" for sign, limit in limits.items())
    choices = [each for each in get_args(field.annotation) if isinstance(each, str)]
    return ", ".join(choices) or (
        "YYYY-MM" if field.alias == "from" or "Month" in str(field.annotation) else ""
    )


_FIELDS: dict[str, dict[str, str]] = {
    "total": {"en": "in all", "zh": "总量"},
    "from": {"en": "first month", "zh": "起始月份"},
    "to": {"en": "last month", "zh": "截止月份"},
    "share": {"en": "share", "zh": "比例"},
    "name": {"en": "which", "zh": "名称"},
    "awareness": {"en": "migrants who know", "zh": "知晓比例"},
    "processing_months": {"en": "months to a permit", "zh": "办证所需月数"},
    "permit_services": {"en": "services that a permit opens", "zh": "居住证可享服务项数"},
    "delay_months": {"en": "months later", "zh": "推迟月数"},
    "yuan_per_year": {"en": "yuan a year", "zh": "每年资金（元）"},
    "yuan_in_all": {"en": "yuan in all", "zh": "资金总额（元）"},
    "hectares_per_year": {"en": "hectares a year", "zh": "每年用地（公顷）"},
    "hectares_in_all": {"en": "hectares in all", "zh": "用地总量（公顷）"},
}
_LIMITS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


_TITLES: dict[str, dict[str, str]] = {
    "extends": {"en": "What it is based on", "zh": "基础情景"},
    "title.en": {"en": "Title, English", "zh": "英文标题"},
    "title.zh": {"en": "Title, Chinese", "zh": "中文标题"},
    "question.en": {"en": "Question, English", "zh": "英文问题"},
    "question.zh": {"en": "Question, Chinese", "zh": "中文问题"},
}


def _names(path: str) -> dict[str, str]:
    known = _TITLES.get(path) or texts.SETTINGS.get(path, {})
    return {lang: known.get(lang, "") for lang in texts.LANGUAGES}


def _flat(value: dict[str, Any]) -> dict[str, Any]:
    """Every scalar, and every empty list, by its path."""
    return {
        dotted(path): "[]" if item == [] else item
        for path, item in walk(value)
        if path and (item == [] or not isinstance(item, dict | list))
    }


def _write(found: list[Row], path: Path) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"created": _ALWAYS})
    base = {"font_name": "宋体", "font_size": 10, "valign": "top", "text_wrap": True}
    plain, edit = (
        book.add_format(base),
        book.add_format(base | {"bg_color": "#FFF8D6", "border": 1, "num_format": "@"}),
    )
    number = book.add_format(base | {"bg_color": "#FFF8D6", "border": 1, "num_format": "General"})
    head = book.add_format(base | {"bold": True, "bg_color": "#DDEBF7", "border": 1})
    sheet = book.add_worksheet("Scenario 情景")
    for line, text in enumerate(_HOW):
        sheet.merge_range(line, 0, line, len(_HEADS) - 1, text, plain)
        sheet.set_row(line, 30)
    top = len(_HOW)
    for column, (text, width) in enumerate(_HEADS):
        sheet.set_column(column, column, width)
        sheet.write_string(top, column, text, head)
    for line, row in enumerate(found, top + 1):
        for column, text in enumerate((row.path, row.names["zh"], row.names["en"], row.unit)):
            sheet.write_string(line, column, text, plain)
        month = row.path.endswith((".from", ".to", "until")) or isinstance(row.value, str)
        _cell(sheet, line, 4, row.value, edit if month else number)
        _cell(sheet, line, 5, row.inherited, plain)
        sheet.write_string(line, 6, row.allowed, plain)
    sheet.freeze_panes(top + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    book.close()


def _cell(sheet: Any, line: int, column: int, value: Any, form: Any) -> None:
    if value is None:
        sheet.write_blank(line, column, None, form)
    elif isinstance(value, bool):
        sheet.write_boolean(line, column, value, form)
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value, form)
    else:
        sheet.write_string(line, column, str(value), form)
