"""No sentence of a library stands in a message: what pydantic and the YAML reader say is said in our words."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core._pydantic_core import list_all_errors

from urbsim.errors import InputError
from urbsim.files.strict_yaml import Document, parse
from urbsim.files.yaml_syntax import syntax_problem
from urbsim.paths import scenarios_dir
from urbsim.scenario import schema
from urbsim.scenario.check import check
from urbsim.scenario.schema import Batch, Scenario, TargetFile
from urbsim.scenario.validation import FOLLOWS, OWN, problems

MODELS: tuple[type[BaseModel], ...] = (Scenario, TargetFile, Batch)

# What each node of pydantic's own schema may complain of, in strict mode.
COMPLAINTS: dict[str, set[str]] = {
    "model": {"model_type"},
    "model-fields": {"model_type", "missing", "extra_forbidden"},
    "str": {"string_type", "string_unicode"},
    "int": {"int_type", "int_from_float", "int_parsing_size"},
    "float": {"float_type", "finite_number"},
    "tuple": {"tuple_type"},
    "list": {"list_type"},
    "dict": {"dict_type"},
    "literal": {"literal_error"},
    "function-after": set(), "function-before": set(),  # ours: OWN
    "model-field": set(), "default": set(), "nullable": set(), "definitions": set(), "definition-ref": set(),
    "union": set(), "no-info": set(), "with-info": set(),
    "tagged-union": set(),  # its discriminator knows a branch for everything
}  # fmt: skip
WITH_KEY = {
    "pattern": {"string_pattern_mismatch"}, "max_length": {"string_too_long"},
    "ge": {"greater_than_equal"}, "gt": {"greater_than"}, "le": {"less_than_equal"}, "lt": {"less_than"},
    "default_factory_takes_data": {FOLLOWS},
}  # fmt: skip


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema
        for below in schema.values():
            yield from nodes(below)
    elif isinstance(schema, (list, tuple)):
        for below in schema:
            yield from nodes(below)


def reachable() -> set[str]:
    """Every type of error that a file can raise in one of the models."""
    found = set()
    for model in MODELS:
        for node in nodes(model.__pydantic_core_schema__):
            assert node["type"] in COMPLAINTS, f"what does a {node['type']} complain of?"
            found |= COMPLAINTS[node["type"]]
            for key, complaints in WITH_KEY.items():
                found |= complaints if node.get(key) is not None else set()
            if "min_length" in node:
                found.add("string_too_short" if node["type"] == "str" else "too_short")
    return found


def sentences() -> list[re.Pattern[str]]:
    """What pydantic says of each type of error, as patterns."""
    said = []
    for error in list_all_errors():
        template = re.split(r"\{[^}]*\}", error["message_template_python"])
        if len("".join(template)) > 8:
            said.append(re.compile(".*".join(re.escape(part) for part in template)))
    return said


LIBRARIES = (
    re.compile("pydantic|unicode string|Value error|Assertion failed", re.IGNORECASE),
    re.compile("while (scanning|parsing)|did not find|could not find|not allowed in this context|cannot start any"),
)  # fmt: skip


def is_ours(message: str) -> bool:
    return not any(sentence.search(message) for sentence in (*sentences(), *LIBRARIES))


@pytest.mark.parametrize("kind", sorted(reachable() - {FOLLOWS}))
def test_every_error_that_a_file_can_raise_has_our_words(kind: str):
    """The error itself, raised at a key of a scenario: the message is neither pydantic's nor the last resort."""
    context: dict[str, Any] = {
        "pattern": "x", "max_length": 3, "min_length": 1, "actual_length": 0, "field_type": "Tuple", "error": "e",
        "ge": 0, "gt": 0, "le": 1, "lt": 1, "expected": "'a' or 'b'", "class_name": "Dose",
    }  # fmt: skip
    document = parse("name: a\nuntil: ''\n", "a.yaml")
    error = ValidationError.from_exception_data(
        "Scenario",
        [{"type": kind, "loc": ("until",), "input": "", "ctx": context}],  # type: ignore[typeddict-item]
    )
    (problem,) = problems(error, Scenario, document)
    assert is_ours(problem.message) and problem.message != "'' is refused", problem


def test_our_own_errors_are_listed():
    """A new kind of complaint of the schema has to be named, or its message is lost."""
    (folder,) = schema.__path__
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(folder).glob("*.py"))
    assert set(re.findall(r'\bcomplaint\(\s*"(\w+)"', sources)) == OWN | {"not_listed"}


def test_an_error_nobody_thought_of_is_still_no_sentence_of_a_library():
    document = Document({"name": "a"}, {})
    error = ValidationError.from_exception_data(
        "Scenario", [{"type": "bytes_type", "loc": ("name",), "input": 1}]
    )
    (problem,) = problems(error, Scenario, document)
    assert problem.message == "1 is refused"


def test_what_follows_from_another_mistake_is_not_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The title is made from the name: pydantic complains of both, in words that nobody understands."""
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("name: my plan\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        check("a.yaml")
    assert [problem.key for problem in caught.value.problems] == ["name"]


# --- names of files


@pytest.mark.parametrize(
    ("file", "like_it"),
    [
        ("情景.yaml", None),
        ("我的 slow growth (2).yaml", "slow_growth_2"),
        ("-x.yaml", "x"),
        ("a" * 70 + ".yaml", "a" * 60),
    ],
)
@pytest.mark.parametrize("text", ["extends: no_plan\nuntil: 2021-13\n", "scenarios: [no_plan]\ndraws: x\n"])
def test_a_file_whose_name_is_no_name_asks_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, like_it: str | None, text: str
):
    monkeypatch.chdir(tmp_path)
    Path(file).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        check(f"./{file}")
    first, second = caught.value.problems  # the rest of the file is checked, too
    assert (first.line, first.key, first.nearest) == (1, "name", like_it)
    assert "the name of the file" in first.message and "`name: ...`" in first.message
    assert second.line == 2
    Path(file).write_text("name: slow\nextends: no_plan\n", encoding="utf-8")
    assert check(f"./{file}")[0] == "scenario"


def test_a_parent_needs_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("上级.yaml").write_text("extends: no_plan\n", encoding="utf-8")
    Path("child.yaml").write_text("extends: ./上级.yaml\n", encoding="utf-8")
    assert check("child.yaml")[0] == "scenario"


# --- numbers as people write them


def said_of(text: str, tmp_path: Path) -> list[str]:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        check(str(tmp_path / "a.yaml"))
    return [str(problem).removeprefix(str(tmp_path) + "/") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("levers: {housing: {public_rental_units: {total: 15,000}}}\n",
         "a.yaml:1:49: levers.housing.public_rental_units.total: 15,000 is read as 2 entries; write 15000"),
        ("levers: {housing: {public_rental_units: {total: 1,234,567, from: 2021-11}}}\n",
         "a.yaml:1:49: levers.housing.public_rental_units.total: 1,234,567 is read as 3 entries; write 1234567"),
        ("levers:\n  housing:\n    public_rental_units: {from: 2021-11, total: 15,500 }\n",
         "a.yaml:3:49: levers.housing.public_rental_units.total: 15,500 is read as 2 entries; write 15500"),
        ("scenarios: [no_plan]\nsweep: {housing.public_rental_units.total: [0, 15,000, 30,000]}\n",
         "a.yaml:2:48: sweep.housing.public_rental_units.total[1]: 15,000 is read as 2 entries; write 15000"),
    ],
)  # fmt: skip
def test_separators_in_braces_have_a_message_of_their_own(tmp_path: Path, text: str, said: str):
    found = said_of(text, tmp_path)
    assert found[0] == said and len(found) == max(text.count(",000"), 1)


def test_numbers_of_a_list_may_stand_close_together(tmp_path: Path):
    text = "scenarios: [no_plan]\nseeds: [1,200,3000]\ndraws: [15,200]\nsweep: {conditions.growth_per_year: [0,0.05]}\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    found = check(str(tmp_path / "a.yaml"))[1]
    assert isinstance(found, Batch) and (found.seeds, found.draws) == ((1, 200, 3000), (15, 200))


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("15,000", "write 15000"), ("15，000", "write 15000"), ("15_000", "write 15000"), ("15 000.5", "write 15000.5"),
        ("1,234,567", "write 1234567"), ("0,5", "write 0.5"), ("1.5万", "write 15000"), ("2亿", "write 200000000"),
        ("１５０", "write 150"), ("'15000'", "take the quotes away"), ("007", "write 7"),
        ("57%", "shares run from 0 to 1, write 5% as 0.05"), ("５％", "shares run from 0 to 1, write 5% as 0.05"),
    ],
)  # fmt: skip
def test_numbers_that_are_text_say_how_to_write_them(tmp_path: Path, written: str, hint: str):
    (said,) = said_of(f"levers:\n  housing:\n    public_rental_units:\n      total: {written}\n", tmp_path)
    assert f"; {hint} (allowed" in said
    assert "write" not in said_of(
        "levers: {housing: {public_rental_units: {total: many}}}\n", tmp_path
    )[0]  # fmt: skip


# --- names of places


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("南宁", "450100"), ("南宁市", "450100"), ("Nanning", "450100"), ("nanning", "450100"), ("Naning", "450100"),
        ("兴宁区", "450102"), ("Xingning District", "450102"), ("广西", "450000"), ("融水苗族自治县", "450225"),
        ("融水", "450225"), ("火星", None), ("Mars", None), ("440100", None),
    ],
)  # fmt: skip
def test_names_of_places_get_their_code(tmp_path: Path, name: str, code: str | None):
    hint = f"; did you mean '{code}'?)" if code else "the like)"
    (said,) = said_of(
        f"levers: {{housing: {{public_rental_units: {{total: 1, places: {{{name}: 1}}}}}}}}\n", tmp_path
    )
    assert f"{name!r} is not a place code (allowed: six digits" in said and said.endswith(hint)
    target = (
        "targets:\n  - {id: A, title: {en: a, zh: b}, indicator: births, from: 2021-01, to: 2021-01, aggregate: last,\n"
        f"     operator: '>=', threshold: 1, document: d, clause: c, place: {name}}}\n"
    )
    (said,) = said_of(target, tmp_path)
    assert said.endswith(hint)


# --- files broken at random

WEIRD: list[Any] = [
    None, True, False, 0, -1, 15, 1e9, 10**17, 0.5, "", "x", "南宁", "15,000", "１５", "5%", "5万", "2021-13", "2021-11",
    [], {}, [1], [None], [[]], {"a": 1}, {"en": "x"}, "a" * 3000, "450100", 450100, "on", ".nan", [{}],
    [{"from": "2021-01"}], {"from": 1, "to": 2, "samples": "x"}, ["baseline", 1], {"": 1}, "é\u200b", "2" * 30,
]  # fmt: skip
KEYS = ["x", "fromm", "450999", "Nanning", "places", "from", "total", "name", "en"]
CHARACTERS = "[]{}:,'\"#&*!|>%@`?-\t\n \\：，\x07é\u00a0"
BATCH = (
    "name: b\nscenarios: [baseline, no_plan]\ndraws: 3\nseeds: [1, 2]\nscale: 0.1\nbaseline: no_plan\nsweep:\n"
    "  conditions.growth_per_year: [0.01, 0.02]\n  conditions.outside_wage_per_year: {from: 0, to: 0.1, samples: 5}\n"
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in pairs:
        yield from paths(below, (*path, step))


def broken_values(text: str, luck: random.Random) -> str:
    content = yaml.safe_load(text)
    for _ in range(luck.randint(1, 3)):
        known = list(paths(content))
        if not known:
            break
        *above, last = luck.choice(known)
        home = content
        for step in above:
            home = home[step]
        what = luck.random()
        if what < 0.6:
            home[last] = copy.deepcopy(luck.choice(WEIRD))
        elif what < 0.8 and isinstance(home, dict):
            home[luck.choice(KEYS)] = copy.deepcopy(luck.choice(WEIRD))
        else:
            del home[last]
    return yaml.safe_dump(content, allow_unicode=True)


def broken_text(text: str, luck: random.Random) -> str:
    for _ in range(luck.randint(1, 3)):
        at = luck.randrange(len(text))
        text = text[:at] + luck.choice([*CHARACTERS, ""]) + text[at + luck.randint(0, 1) :]
    return text


@pytest.mark.parametrize("seed", range(8))
def test_files_broken_at_random_are_refused_in_our_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
):
    monkeypatch.chdir(tmp_path)
    files = [*scenarios_dir().glob("*.yaml"), *scenarios_dir().glob("targets/*.yaml")]
    texts = [BATCH, *(file.read_text(encoding="utf-8") for file in sorted(files))]
    luck, messages = random.Random(seed), set()
    for _ in range(60):
        breaking = luck.choice([broken_values, broken_text])
        Path("a.yaml").write_text(breaking(luck.choice(texts), luck), encoding="utf-8")
        try:
            check("a.yaml")
        except InputError as error:
            for problem in error.problems:
                assert problem.line, problem
                messages.add(problem.message)
    assert len(messages) > 20
    for message in messages:
        assert is_ours(message), message
        # The last resort of `urbsim.scenario.validation`; anchors, aliases and tags are refused in words that say why.
        assert re.match("(anchor|alias|tag) |is not valid YAML", message) or "is refused" not in message, (
            message
        )


NO_YAML = (
    "a: b: c", "a: [1, 2\n", "a: {b: 1\nc: 2", "a:\n  b: 1\n c: 2", "a:\n- 1\nb", "a: @x", "a: `x", "a: 'x", 'a: "x',
    'a: "\\q"', 'a: "\\xZZ"', 'a: "\\ud800"', "a: |x\n  y", "a: >0\n x", "- a\n b: 1", "a: - b", "? a\n? : b",
    "%YAML 2.0\n---\na: 1", "%YAML 1.1 x\n---\n", "%FOO\n---\na: 1", "a: !<x\n", "a: !x!y z", "a: &\n", "a: *\n",
    "a: b\n...\nc: d", "a: }", "a: ,", "\ta: 1", "a:\n\tb: 1", "a: % b", "a:\n  - b\n  c: d", "{a, b: [}",
    "a: 'x' y", "a\nb: 1", "'a\n...\n", "a: !!", "%TAG ! x\n", 'a: "x\n---\n', "a: ? b", "%\n---\na: 1", "a: !%zz b",
    "%YAML 1.\n---\n", "%YAML 1.1\n%YAML 1.1\n---\na: 1", "%TAG !a! x\n%TAG !a! y\n---\na: 1",
)  # fmt: skip


@pytest.mark.parametrize("loader", [getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader])
@pytest.mark.parametrize("text", NO_YAML)
def test_what_is_no_yaml_is_explained(text: str, loader: Any):
    try:
        list(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        message = syntax_problem(error, text, "a.yaml").message
        assert is_ours(message) and re.match("is not valid YAML[:;] .{15}", message), message
        for said in (getattr(error, "problem", None), getattr(error, "context", None)):
            assert not said or said not in message
