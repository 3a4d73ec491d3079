"""Documents lead where they say: links, commands, and nothing about one machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from documents import ROOT, anchors, links, names_in

from urbsim.cli import app
from urbsim.explain import explain
from urbsim.facts.indicators import INDICATORS

OF_ONE_MACHINE = re.compile(r"(?<![\w.:/<])(?:~|/(?:home|root|tmp|work|Users|mnt|opt|var|usr))/|\b[A-Z]:\\")


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands_named(document: Path, program: str) -> set[str]:
    """What follows the name of a program in code type and at the start of lines of code."""
    text = document.read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"^```.*?^```", text, re.DOTALL | re.MULTILINE))
    return set(re.findall(rf"`{program} ([a-z][a-z-]*)", text)) | set(
        re.findall(rf"^{program} ([a-z][a-z-]*)", code, re.MULTILINE)
    )


def test_links_resolve(documents: list[Path]):
    broken = []
    for document in documents:
        for address in links(document):
            if re.match(r"[a-z]+:", address):
                continue
            file, _, anchor = address.partition("#")
            target = (document.parent / file).resolve() if file else document
            if not target.exists():
                broken.append(f"{where(document)}: {address}")
            elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                broken.append(f"{where(document)}: {address} (no such heading)")
            elif anchor and target.suffix == ".py" and anchor not in names_in(target):
                broken.append(f"{where(document)}: {address} (no such name)")
    assert not broken, broken


def test_no_path_of_one_machine(documents: list[Path]):
    found = [
        f"{where(document)}:{number}: {line.strip()}"
        for document in documents
        for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1)
        if OF_ONE_MACHINE.search(line)
    ]
    assert not found, found


@pytest.mark.parametrize("text", ["cd /home/me/x", "`/tmp/run`", "(~/urbsim)", "C:\\urbsim"])
def test_a_path_of_one_machine_is_seen(text: str):
    assert OF_ONE_MACHINE.search(text)


@pytest.mark.parametrize(
    "text", ["../urbsim/a.py", "https://x.org/home/y", "make PYTHON=/path/to/python", "a/tmp/b"]
)
def test_other_paths_are_not(text: str):
    assert not OF_ONE_MACHINE.search(text)


def test_make_targets_exist(documents: list[Path]):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for document in documents:
        unknown = commands_named(document, "make") - targets
        assert not unknown, f"{where(document)}: no such target of make: {sorted(unknown)}"


def test_commands_exist(documents: list[Path]):
    functions = [command.callback for command in app.registered_commands]
    named = [command.name for command in app.registered_commands]
    commands = {*named, *(each.__name__ for each in functions if each is not None), "NAME"}
    for document in documents:
        unknown = commands_named(document, "urbsim") - commands
        assert not unknown, f"{where(document)}: no such command: urbsim {sorted(unknown)}"


def test_names_to_explain_are_known(documents: list[Path]):
    for document in documents:
        for name in re.findall(r"urbsim explain ([a-z]\w*)", document.read_text(encoding="utf-8")):
            assert explain(name).name == name


def test_the_map_of_the_repository_is_true():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[`([^`]+)`\]\(([^)]+)\)", readme, re.MULTILINE)
    assert len(rows) > 8
    for shown, address in rows:
        assert address.startswith(shown.rstrip("/")), f"{shown} leads to {address}"
        assert (ROOT / shown).is_dir() if shown.endswith("/") else (ROOT / shown).is_file(), shown


def test_the_chart_is_small():
    chart = ROOT / "docs" / "urbanisation_path.png"
    assert chart.read_bytes()[:4] == b"\x89PNG"
    assert chart.stat().st_size < 150_000


def test_the_glossary_knows_every_indicator():
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    missing = [
        name for name, indicator in INDICATORS.items() if name not in glossary or indicator.zh not in glossary
    ]
    assert not missing, missing
