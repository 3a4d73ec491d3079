"""The description of the model, the documents, and what writes their tables."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from documents import ID, ROOT


@pytest.fixture(scope="session")
def odd() -> str:
    """The model's description."""
    return (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def entries(odd: str) -> dict[str, str]:
    """The numbered equations of the description: id -> text."""
    pieces = re.split(rf"^#### ({ID}) ", odd, flags=re.MULTILINE)
    bodies = (re.split(r"^#{2,4} ", body, maxsplit=1, flags=re.MULTILINE)[0] for body in pieces[2::2])
    assert len(pieces[1::2]) == len(set(pieces[1::2])), "an id has two entries"
    return dict(zip(pieces[1::2], bodies, strict=True))


@pytest.fixture(scope="session")
def documents() -> list[Path]:
    """Every document of the project, what tools and runs leave behind not included."""
    tops = [
        path for path in sorted(ROOT.iterdir()) if path.name[0] != "." and path.name not in ("build", "dist")
    ]
    nested = [
        path for top in tops if top.is_dir() and top.name != "results" for path in sorted(top.rglob("*.md"))
    ]
    return [*(path for path in tops if path.suffix == ".md"), ROOT / "results" / "README.md", *nested]


@pytest.fixture(scope="session")
def generate() -> ModuleType:
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
