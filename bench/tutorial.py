"""Renews what the commands of the tutorials print: `python -m bench.tutorial --write`.

The commands stand in blocks of the kind `console`, each after `$ `. They are run in order, page by page, in an empty
folder with a copy of examples/. What they print on stdout and stderr takes the place of what stood below them; of one
that ends in `| head -N` the first N lines.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.processes import ROOT

PAGES = tuple(
    ROOT / "docs" / f"{name}.md"
    for name in ("tutorial", "tutorial_policy", "tutorial_modeller", "tutorial_reviewer")
)
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```)", re.MULTILINE | re.DOTALL)
_PASSING = re.compile(r"^\d+ of \d+ runs, \d+ failed.*\n", re.MULTILINE)
_WIDTH = "110"
_FINE = {"compare": (0, 1)}  # 1: they differ

Run = Callable[[list[str]], str]


def commands(text: str) -> list[list[str]]:
    """The words of every command of the page, in order."""
    lines = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
    return [_parted(line)[0] for line in lines if line.startswith("$ ")]


def _parted(line: str) -> tuple[list[str], int | None]:
    """The words of a command, and how many lines of what it prints are shown; None for all."""
    command, _, first = line.removeprefix("$ ").partition(" | head -")
    return shlex.split(command), int(first) if first else None


def renewed(text: str, run: Run) -> str:
    """The page with what its commands print now. run: a command's words -> what it prints."""

    def block(found: re.Match[str]) -> str:
        said = []
        for line in found[0].splitlines():
            if line.startswith("$ "):
                words, first = _parted(line)
                said += [line, *_tidy(run(words))[:first]]
        return "".join(f"{line}\n" for line in said)

    return _BLOCK.sub(block, text)


def _tidy(printed: str) -> list[str]:
    """Lines without what passes by while runs are made, and without spaces at their ends."""
    lines = [line.rstrip() for line in _PASSING.sub("", printed).splitlines()]
    return [line for k, line in enumerate(lines) if line or (k and lines[k - 1])]


def main(arguments: list[str] | None = None) -> int:
    """Runs the commands; 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.tutorial", description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew the pages; left out: print them")
    options = parser.parse_args(arguments)
    failed: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "examples", Path(folder) / "examples")

        def run(words: list[str]) -> str:
            print(*words, file=sys.stderr)
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": _WIDTH, "PYTHONUTF8": "1"}
            done = subprocess.run(
                [sys.executable, "-m", *words], cwd=folder, env=environment, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, encoding="utf-8",
            )  # fmt: skip
            if done.returncode not in _FINE.get(words[1], (0,)):
                failed.append(words)
                print(done.stdout, file=sys.stderr)
            return done.stdout.replace(f"{ROOT}{os.sep}", "").replace(f"{Path(folder).resolve()}{os.sep}", "")

        texts = {page: renewed(page.read_text(encoding="utf-8"), run) for page in PAGES}
    if failed:
        return 1
    for page, text in texts.items():
        if options.write:
            page.write_text(text, encoding="utf-8", newline="\n")
        else:
            print(text, end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
