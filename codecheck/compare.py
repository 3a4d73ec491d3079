"""Compares the outputs of a rerun of the main job with the record, file by file of the manifest.

`make codecheck` reruns the main job in a fresh folder and calls this. A run is the same when its fingerprint (every
indicator, month and place) and its tables digest (movers, and who was reached) are the same. The record is the one of
`urbsim verify`, which says more of a difference, and which renews it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from urbsim.errors import InputError
from urbsim.verify import manifest, record

Runs = Mapping[str, Mapping[str, Any]]


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
            written = yaml.safe_load(resolved.read_text(encoding="utf-8"))
            found[name] = kept | {"tables_digest": written.get("tables_digest")}
    return found


def differences(folder: Path, files: list[str], recorded: Runs) -> Iterator[str]:
    """What differs from the record, a sentence each: files that are missing, then runs in the order of the manifest."""
    yield from (f"{file} was not written" for file in missing(folder, files))
    for name, run in runs_in(folder, files).items():
        expected = recorded.get(name)
        if expected is None:
            yield f"{name} is not in the record"
            continue
        for key, found in run.items():
            if found != expected.get(key):
                yield f"{name}: {key} is {found}, the record has {expected.get(key)}"


def main(arguments: list[str]) -> int:
    """Compares a folder; 0 when all is the same, 1 when not, 2 on bad use or without a record."""
    folders = [Path(argument) for argument in arguments]
    if len(folders) != 1 or not folders[0].is_dir():
        print("usage: python -m codecheck.compare FOLDER", file=sys.stderr)
        return 2
    try:
        files, recorded = manifest.files(), record.read(record.find()).content["runs"]
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    found = list(differences(folders[0], files, recorded))
    if found:
        print(f"the first that differs: {found[0]}", file=sys.stderr)
        print(f"{len(found)} differ in all; `urbsim verify` says what changed", file=sys.stderr)
        return 1
    print(f"{len(files)} files of {len(recorded)} runs are as recorded")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
