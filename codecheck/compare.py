"""Compares the outputs of a rerun of the main job with the record, file by file of the manifest.

`make codecheck` reruns the main job in a fresh folder and calls this. A run is the same when its fingerprint (every
indicator, month and place) and its tables digest (movers, and who was reached) are the same. `--write` renews the
record, after a change that was meant to move results.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = ROOT / "codecheck.yml"
RECORD = ROOT / "codecheck" / "record.json"
MAIN_FOLDER = "results"  # where the main job writes, by which the manifest names files

Runs = Mapping[str, Mapping[str, Any]]


def manifest(path: Path = MANIFEST) -> list[str]:
    """Files that the main job writes, in order, named from its folder."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["manifest"]
    return [entry["file"].removeprefix(f"{MAIN_FOLDER}/") for entry in entries]


def missing(folder: Path, files: list[str]) -> list[str]:
    """Files of the manifest that are not in the folder."""
    return [file for file in files if not (folder / file).is_file()]


def runs_in(folder: Path, files: list[str]) -> dict[str, dict[str, Any]]:
    """Run folder -> what identifies its results, for those in the manifest that are there."""
    found = {}
    for name in dict.fromkeys(Path(file).parent.as_posix() for file in files if "/" in file):
        summary, resolved = folder / name / "summary.json", folder / name / "run.yaml"
        if summary.is_file() and resolved.is_file():
            told = json.loads(summary.read_text(encoding="utf-8"))
            kept = {key: told.get(key) for key in ("scenario", "scale", "draw", "seed", "fingerprint")}
            record = yaml.safe_load(resolved.read_text(encoding="utf-8"))
            found[name] = kept | {"tables_digest": record.get("tables_digest")}
    return found


def differences(folder: Path, files: list[str], record: Runs) -> Iterator[str]:
    """What differs from the record, a sentence each: files that are missing, then runs in the order of the manifest."""
    yield from (f"{file} was not written" for file in missing(folder, files))
    for name, run in runs_in(folder, files).items():
        recorded = record.get(name)
        if recorded is None:
            yield f"{name} is not in the record"
            continue
        for key, found in run.items():
            if found != recorded.get(key):
                yield f"{name}: {key} is {found}, the record has {recorded.get(key)}"


def main(arguments: list[str]) -> int:
    """Compares (or with `--write` records) a folder; 0 when all is the same, 1 when not, 2 on bad use."""
    folders = [Path(argument) for argument in arguments if argument != "--write"]
    if len(folders) != 1 or not folders[0].is_dir():
        print("usage: python -m codecheck.compare FOLDER [--write]", file=sys.stderr)
        return 2
    files = manifest()
    if "--write" in arguments:
        if lost := missing(folders[0], files):
            print(f"nothing was recorded: {lost[0]} was not written", file=sys.stderr)
            return 1
        text = json.dumps(runs_in(folders[0], files), indent=2) + "\n"
        RECORD.write_text(text, encoding="utf-8", newline="\n")
        print(f"wrote {RECORD.relative_to(ROOT)}")
        return 0
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    found = list(differences(folders[0], files, record))
    if found:
        print(f"the first that differs: {found[0]}", file=sys.stderr)
        print(f"{len(found)} differ in all", file=sys.stderr)
        return 1
    print(f"{len(files)} files of {len(record)} runs are as recorded")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
