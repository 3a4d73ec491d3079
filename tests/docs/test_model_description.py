"""docs/odd.md and the code name the same equations, functions and parameters."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

from documents import ROOT, equation_ids, module_docstring, names_in

from urbsim.facts.parameters import load_parameters

PACKAGE = ROOT / "urbsim"


def sources() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "_shipped" not in path.parts]


def ids_in_code() -> dict[str, set[str]]:
    """Equation -> files whose docstrings name it."""
    where: dict[str, set[str]] = {}
    for path in sources():
        for docstring in (module_docstring(path), *names_in(path).values()):
            for equation in equation_ids(docstring):
                where.setdefault(equation, set()).add(path.relative_to(ROOT).as_posix())
    return where


def functions_linked(entry: str) -> list[tuple[Path, str]]:
    return [(ROOT / file, name) for file, name in re.findall(r"\]\(\.\./([^)#]+\.py)#(\w+)\)", entry)]


def test_lists_and_ranges_of_ids_are_read():
    assert equation_ids("Hazard (ODD equation M1).") == {"M1"}
    assert equation_ids("(ODD equations D1-D3, M5, N1)") == {"D1", "D2", "D3", "M5", "N1"}
    assert equation_ids("ODD equations M1 to\n    M3.") == {"M1", "M2", "M3"}
    assert equation_ids("stays off base ids (R5)") == {"R5"}
    assert equation_ids("there (ODD K2)") == {"K2"}
    assert equation_ids("T1 and B19 are no equations, nor is (Kanter 1975)") == set()


def test_every_equation_named_in_the_code_is_described(entries: dict[str, str]):
    missing = {id_: sorted(files) for id_, files in ids_in_code().items() if id_ not in entries}
    assert not missing, f"docs/odd.md has no entry for equations that docstrings name: {missing}"


def test_every_described_equation_is_named_in_the_code(entries: dict[str, str]):
    unknown = sorted(set(entries) - set(ids_in_code()))
    assert not unknown, f"docs/odd.md describes equations that no docstring names: {unknown}"


def test_every_entry_links_to_a_function_that_names_it(entries: dict[str, str]):
    for id_, entry in entries.items():
        linked = functions_linked(entry)
        assert linked, f"{id_} links to no function"
        docstrings = [names_in(path).get(name, "") + module_docstring(path) for path, name in linked]
        assert any(id_ in equation_ids(text) for text in docstrings), (
            f"no function linked from {id_} names it"
        )


def test_every_parameter_is_used_in_the_text(odd: str):
    text = re.sub(r"<!-- parameters: generated -->.*?<!-- end -->", "", odd, flags=re.DOTALL)
    named = set(re.findall(r"[a-z][a-z0-9_]+", text))
    missing = sorted(set(load_parameters(0).info) - named)
    assert not missing, f"docs/odd.md says nowhere what these parameters do: {missing}"


def test_no_name_is_out_of_date(odd: str):
    """Every name in code type is a parameter or stands in the code: a renamed one is found."""
    code = "".join(path.read_text(encoding="utf-8") for path in sources())
    known = set(re.findall(r"\w+", code)) | set(load_parameters(0).info)
    text = re.sub(
        r"^```.*?^```|<!-- parameters: generated -->.*?<!-- end -->", "", odd, flags=re.DOTALL | re.MULTILINE
    )
    unknown = sorted(set(re.findall(r"`([a-z]\w*_\w+)`", text)) - known)
    assert not unknown, f"docs/odd.md names what is no longer there: {unknown}"


def test_the_seven_elements_stand_in_their_order(odd: str):
    elements = re.findall(r"^## (\d)\. ", odd, flags=re.MULTILINE)
    assert elements == list("1234567")
    concepts = odd.split("## 4. ")[1].split("## 5. ")[0]
    assert re.findall(r"^\*\*(.+?)\.\*\*", concepts, flags=re.MULTILINE) == [
        "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
        "Interaction", "Stochasticity", "Collectives", "Observation",
    ]  # fmt: skip


def test_generated_tables_are_in_step(generate: ModuleType):
    stale = [
        path.relative_to(ROOT).as_posix()
        for path, text in generate.generated().items()
        if path.read_text(encoding="utf-8") != text
    ]
    assert not stale, f"out of step: {stale}; run python docs/generate.py --write"


def test_every_generated_table_has_its_place(generate: ModuleType):
    texts = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
    assert set(re.findall(r"<!-- (\S+): generated -->", texts)) == set(generate.TABLES)
