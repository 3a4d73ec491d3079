"""The YAML reader: plain values, places of keys and values, and refusal without a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from urbsim.errors import InputError, Problem, nearest
from urbsim.files import strict_yaml
from urbsim.files.strict_yaml import MAX_BYTES, MAX_DEPTH, Document, Origin, load, merge, parse, walk


def refused(text: str) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        parse(text, "f.yaml")
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("NO", "NO"),
        ("on", "on"),
        ("y", "y"),
        ("12:30", "12:30"),
        ("0450100", "0450100"),
        ("010", "010"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("2021-11", "2021-11"),
        ("2021-11-08", "2021-11-08"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("450100", 450100),
        ("-7", -7),
        ("0", 0),
        ("1e5", 100000.0),
        ("-.5", -0.5),
        ("0.57", 0.57),
        ("'450100'", "450100"),
        ('"true"', "true"),
        ("5%", "5%"),
    ],
)
def test_scalars_mean_what_they_look_like(written: str, value: object) -> None:
    read = parse(f"a: {written}\n", "f").value["a"]
    assert read == value and type(read) is type(value)


def test_keys_are_text_as_written() -> None:
    text = "450100: 1\nno: 2\n2021-11: 3\n007: 4\n"
    assert parse(text, "f").value == {"450100": 1, "no": 2, "2021-11": 3, "007": 4}


def test_every_value_knows_its_line_and_column() -> None:
    document = parse("a:\n  b: [1, {c: 2}]\n甲: 乙\n", "f.yaml")
    assert document.origins[("a", "b")] == Origin(
        strict_yaml.Mark("f.yaml", 2, 3), strict_yaml.Mark("f.yaml", 2, 6)
    )
    assert document.origins[("a", "b", 1, "c")].value == strict_yaml.Mark("f.yaml", 2, 14)
    assert document.origins[("甲",)].value == strict_yaml.Mark("f.yaml", 3, 4)
    assert set(document.origins) == {path for path, _ in walk(document.value)}


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1, "a: is written twice (first on line 1)"),
        ("450100: 1\n'450100': 2\n", 2, 1, "is written twice"),
        ("a: {b: {c: 1, c: 2}}\n", 1, 15, "a.b.c: is written twice"),
        ("a: &x 1\n", 1, 4, "anchor &x is refused"),
        ("a: *x\n", 1, 4, "alias *x is refused"),
        ("*x : 1\n", 1, 1, "alias *x is refused"),
        ("a: !!str 1\n", 1, 4, "tag 'tag:yaml.org,2002:str' is refused"),
        ("a: !python/object:os.system x\n", 1, 4, "is refused"),
        ("a:\n  <<: {b: 1}\n", 2, 3, "merge keys are refused; use extends"),
        ("{a: 1}: 2\n", 1, 1, "a key must be one word or code"),
        ("'': 2\n", 1, 1, "a key is empty"),
        ("a: 1\n---\nb: 1\n", 2, 1, "one document"),
        ("%YAML 1.1\n---\na: 1\n", 1, 1, "directive"),
        ("a: 1e999\n", 1, 4, "too large a number"),
        ("a: " + "9" * 5000 + "\n", 1, 4, "too large a number"),
        ("a:\n\tb: 1\n", 2, 1, "indent with spaces, not tabs"),
        ("a: [1, 2\n", 2, 1, "is not valid YAML"),
        ("name：x\n", 1, 1, "a full-width colon ： stands where"),
        ("a: 1\nname：x\nb: 2\n", 3, 1, "a full-width colon ： stands where"),
        ("- a\n", 1, 1, "the top level must be a mapping"),
        ("", 1, 1, "the file is empty"),
        ("# only a comment\n", 1, 1, "the file is empty"),
        ("a: b\x07\n", 1, 5, "control character (0x07)"),
        ("a: 1\nb: \x00\n", 2, 4, "control character (0x00)"),
    ],
)
def test_refusals_name_the_spot(text: str, line: int, column: int, said: str) -> None:
    problem = refused(text)[0]
    assert (problem.file, problem.line, problem.column) == ("f.yaml", line, column)
    assert said in str(problem)


def test_all_mistakes_of_a_file_come_at_once() -> None:
    lines = [problem.line for problem in refused("a: &x 1\nb: *x\na: 2\nc: !t 3\nd: 1e999\n")]
    assert lines == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_depth_is_capped_without_recursion(opening: str) -> None:
    (problem,) = refused("a: " + opening * 5000)
    assert f"deeper than {MAX_DEPTH} levels" in problem.message


def test_deepest_allowed_file_is_read_and_merged() -> None:
    deep = parse("a: " * 0 + "{a: " * (MAX_DEPTH - 1) + "{a: 1}" + "}" * (MAX_DEPTH - 1), "f")
    assert merge(deep, deep) == deep


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbfa: 1\n", None),
        ("a: 甲\r\n".encode(), None),
        ("name: 名称\n".encode("gbk"), ":1:7: is not UTF-8 text (byte 0xc3); save it as UTF-8"),
        ("a: 1\n".encode("utf-16"), "is saved as UTF-16"),
        (b"a: 1 #" + b"x" * MAX_BYTES, "is larger than 512 KiB"),
        (b"", "the file is empty"),
    ],
)
def test_encodings_and_size(tmp_path: Path, content: bytes, said: str | None) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    if said is None:
        assert list(load(path).value) == ["a"]
        return
    with pytest.raises(InputError, match=r"f\.yaml") as caught:
        load(path)
    assert said in str(caught.value)


def test_what_is_no_file_is_a_problem(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "none.yaml", "no such file"), (tmp_path, "is a folder")):
        with pytest.raises(InputError) as caught:
            load(path)
        assert str(path) in str(caught.value) and said in str(caught.value)
    with pytest.raises(InputError):
        load("nul\0.yaml")


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
@given(
    text=st.one_of(
        st.text(max_size=200), st.text(alphabet="ab01-:[]{}#&*!|>'\"%@`\n\t ,?~<.é：\x85", max_size=80)
    )
)
@settings(max_examples=300)
def test_garbage_raises_nothing_but_input_errors(loader: Any, text: str) -> None:
    kept, strict_yaml._LOADER = strict_yaml._LOADER, loader
    try:
        document = parse(text, "f")
    except InputError as error:
        assert error.problems and str(error)
    else:
        assert set(document.origins) == {path for path, _ in walk(document.value)}
    finally:
        strict_yaml._LOADER = kept


@given(content=st.binary(max_size=80))
@settings(max_examples=100)
def test_any_bytes_raise_nothing_but_input_errors(tmp_path_factory: Any, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "f.yaml"
    path.write_bytes(content)
    try:
        load(path)
    except InputError as error:
        assert str(path) in str(error)


KEYS = st.text("abcd", min_size=1, max_size=2)
TREES = st.dictionaries(
    KEYS,
    st.recursive(
        st.integers(-9, 9) | st.lists(st.integers(0, 9), max_size=2),
        lambda inner: st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


def document_of(tree: dict[str, Any], file: str) -> Document:
    return parse(yaml.safe_dump(tree) if tree else "{}", file)


@given(base=TREES, over=TREES)
@settings(max_examples=200)
def test_merge_keeps_origins_with_values(base: dict[str, Any], over: dict[str, Any]) -> None:
    one, two = document_of(base, "base"), document_of(over, "over")
    both = merge(one, two)
    assert set(both.origins) == {path for path, _ in walk(both.value)}
    for path, value in walk(both.value):
        source = two if both.origins[path].value.file == "over" else one
        found: Any = source.value
        for step in path:
            found = found[step]
        assert isinstance(found, dict) == isinstance(value, dict)
        assert isinstance(value, dict) or found == value
    assert merge(one, document_of({}, "empty")).value == one.value
    assert merge(document_of({}, "empty"), two).value == two.value
    assert merge(both, two).value == both.value


@given(base=TREES, over=TREES)
@settings(max_examples=100)
def test_merge_of_disjoint_mappings_is_their_union(base: dict[str, Any], over: dict[str, Any]) -> None:
    over = {f"x{key}": value for key, value in over.items()}
    one, two = document_of(base, "base"), document_of(over, "over")
    assert merge(one, two).value == merge(two, one).value == {**base, **over}


@given(base=TREES, middle=TREES, over=TREES)
@settings(max_examples=100)
def test_merge_is_associative_over_mappings(
    base: dict[str, Any], middle: dict[str, Any], over: dict[str, Any]
) -> None:
    # A mapping in place of a single value replaces it, so the law holds where kinds do not clash.
    def leaves(tree: dict[str, Any]) -> dict[str, Any]:
        return {f"{key}{'m' if isinstance(value, dict) else 's'}": value for key, value in tree.items()}

    a, b, c = (document_of(leaves(tree), name) for tree, name in ((base, "a"), (middle, "b"), (over, "c")))
    flat = all(
        not isinstance(v, dict) or all(not isinstance(w, dict) for w in v.values())
        for d in (a, b, c)
        for v in d.value.values()
    )
    if flat:
        assert merge(merge(a, b), c) == merge(a, merge(b, c))


def test_nearest_ignores_case_and_far_names() -> None:
    assert nearest("Base_Line", ["baseline", "no_plan"]) == "baseline"
    assert nearest("zzz", ["baseline", "no_plan"]) is None


def test_a_problem_reads_as_one_line() -> None:
    problem = Problem("is wrong", "f.yaml", 3, 7, "a.b", "1 or 2", "c")
    assert str(problem) == "f.yaml:3:7: a.b: is wrong (allowed: 1 or 2; did you mean 'c'?)"
    assert str(InputError([problem, Problem("x")])).splitlines() == [str(problem), "x"]
