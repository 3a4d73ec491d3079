"""Every code is said once, in `urbsim/state/codes.py`: elsewhere it goes by its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from urbsim.state import codes

ROOT = Path(__file__).resolve().parents[2]
_NUMBERS = {111, 112, 113, 114, 222, 223, 224, 255, 256}
_NAMES = {name for name in vars(codes) if name.isupper()}
_CODES = "urbsim/state/codes.py"
_ALLOWED = {
    _CODES: "says them",
    "urbsim/compute/words.py": "says what a byte holds, which is no code",
    "urbsim/report/fonts/make_subset.py": "walks the bytes of GB 2312",
}


def _files() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.glob("urbsim/**/*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def bare_numbers(tree: ast.AST) -> list[tuple[int, int]]:
    """Line and number of each literal that is a code."""
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in _NUMBERS
    ]


def other_meanings(tree: ast.AST) -> list[tuple[int, str]]:
    """Line and name where a name of a code is given to something else, or is imported from elsewhere."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in _NAMES:
            found.append((node.lineno, node.id))
        elif isinstance(node, ast.ImportFrom) and node.module != "urbsim.state.codes":
            found += [(node.lineno, alias.name) for alias in node.names if alias.name in _NAMES]
    return found


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("jobs = zeros((111, 5))", 111),
        ("if part >= 222: pass", 222),
        ("cell & 0xFF", 255),
        ("table[-256:]", 256),
    ],
)
def test_a_bare_number_is_found(line: str, number: int):
    assert bare_numbers(ast.parse(f'"""Counts, (111,)."""\n{line}')) == [(2, number)]


@pytest.mark.parametrize("line", ["DEAD = 254", "for DEAD in x: pass", "from urbsim.state.risk import DEAD"])
def test_another_meaning_is_found(line: str):
    assert other_meanings(ast.parse(line)) == [(1, "DEAD")]


def test_no_bare_number_stands_for_a_code():
    found = {file: bare_numbers(tree) for file, tree in _files()}
    faults = [
        f"{file}:{line}: {n}" for file, lines in found.items() if file not in _ALLOWED for line, n in lines
    ]
    assert not faults, "name these codes, see urbsim/state/codes.py:\n" + "\n".join(faults)
    assert all(found[file] for file in _ALLOWED), "a file without bare numbers need not be allowed any"


def test_a_name_of_a_code_means_nothing_else():
    found = {file: other_meanings(tree) for file, tree in _files() if file != _CODES}
    faults = [f"{file}:{line}: {name}" for file, lines in found.items() for line, name in lines]
    assert not faults, "these names belong to urbsim/state/codes.py:\n" + "\n".join(faults)


def test_codes_are_plain_and_import_nothing():
    tree = ast.parse((ROOT / _CODES).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [node.module for node in imports if isinstance(node, ast.ImportFrom)] == ["__future__"] and len(
        imports
    ) == 1
    values = [getattr(codes, name) for name in _NAMES]
    assert all(type(value) is int or all(type(text) is str for text in value) for value in values)


def test_codes_follow_one_another():
    assert (codes.N_INSIDE, codes.REST_OF_CHINA, codes.N_PARTS) == (222, 223, 224)
    assert (codes.N_ORIGINS, codes.VILLAGE, codes.N_ALTERNATIVES) == (113, 113, 114)
    assert len(codes.REGION_NAMES) == codes.N_REGIONS and codes.BACHELOR == codes.N_LEVELS - 1
    assert codes.N_PARTS <= codes.NOWHERE and codes.NO_CELL < codes.N_CELLS
