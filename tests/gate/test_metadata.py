"""CITATION.cff, codemeta.json and codecheck.yml say what pyproject.toml says."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
AUTHORS = [author["name"] for author in PROJECT["authors"]]


@pytest.fixture
def citation() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


@pytest.fixture
def codemeta() -> dict[str, Any]:
    return json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))


def test_the_citation_is_of_this_release(citation: dict[str, Any]):
    assert citation["cff-version"] == "1.2.0" and citation["type"] == "software" and citation["message"]
    assert citation["title"] == PROJECT["name"]
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert citation["abstract"] == PROJECT["description"]
    assert citation["keywords"] == PROJECT["keywords"]
    assert citation["authors"] == [{"name": name} for name in AUTHORS]


def test_codemeta_describes_this_release(codemeta: dict[str, Any]):
    assert codemeta["@context"] == "https://doi.org/10.5063/schema/codemeta-2.0"
    assert codemeta["@type"] == "SoftwareSourceCode"
    assert codemeta["name"] == PROJECT["name"]
    assert codemeta["version"] == PROJECT["version"]
    assert codemeta["license"] == f"https://spdx.org/licenses/{PROJECT['license']}"
    assert codemeta["description"] == PROJECT["description"]
    assert codemeta["keywords"] == PROJECT["keywords"]
    assert codemeta["author"] == [{"@type": "Organization", "name": name} for name in AUTHORS]
    assert codemeta["runtimePlatform"] == f"Python {PROJECT['requires-python']}"


def test_the_licence_file_is_the_licence_named():
    text = (ROOT / PROJECT["license-files"][0]).read_text(encoding="utf-8")
    assert text.startswith(f"{PROJECT['license']} License")
    assert all(name in text for name in AUTHORS)


def test_the_manifest_follows_the_specification():
    """CODECHECK 1.0: a version, and a manifest of files with comments."""
    codecheck = yaml.safe_load((ROOT / "codecheck.yml").read_text(encoding="utf-8"))
    assert codecheck["version"] == "https://codecheck.org.uk/spec/config/1.0/"
    assert codecheck["manifest"]
    for entry in codecheck["manifest"]:
        assert set(entry) == {"file", "comment"} and all(entry.values()), entry
