"""What is looked at before a commit needs the project's environment and PyPI, and no other host."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
HOOKS: list[dict[str, Any]] = [hook for repo in CONFIG["repos"] for hook in repo["hooks"]]


def test_no_hook_comes_from_another_host():
    assert [repo["repo"] for repo in CONFIG["repos"]] == ["local"]


def test_tools_are_those_of_the_environment_or_pinned():
    for hook in HOOKS:
        if hook["language"] == "system":
            assert hook["entry"].startswith(".venv/bin/"), hook["id"]
        else:
            assert hook["language"] == "python", hook["id"]
            assert all(re.search(r"==[\d.]+$", package) for package in hook["additional_dependencies"]), hook[
                "id"
            ]


def test_what_is_looked_at():
    wanted = {"format", "lint", "spelling", "large-files", "yaml", "json", "end-of-files"}
    assert wanted <= {hook["id"] for hook in HOOKS}
