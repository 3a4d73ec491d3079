"""The record on disk: a folder for each series of the libraries that may change results, whole and sealed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbsim import paths
from urbsim.errors import InputError, Problem, nearest, quoted
from urbsim.results import store
from urbsim.results.digests import library_series
from urbsim.verify import counts
from urbsim.verify.counts import Counts
from urbsim.verify.manifest import Run

FILE = "record.json"
FORM = 1
"""Rises when older programs could not read the record."""
DETAILED = "baseline"
"""The scenario of which every count is kept; of the others checksums say whether they are the same."""
_RENEW = "`urbsim verify --renew` makes a new one"


@dataclass(frozen=True)
class Record:
    """folder: where it was read; content: of record.json, as `snapshot` gives its parts."""

    folder: Path
    content: dict[str, Any]

    def run(self, scenario: str) -> Run:
        """The recorded run of a scenario. Raises InputError if there is none."""
        for about in self.content["runs"].values():
            if about["scenario"] == scenario:
                return Run(about["scenario"], about["scale"], about["draw"], about["seed"])
        known = [about["scenario"] for about in self.content["runs"].values()]
        message = f"{quoted(scenario)} is not recorded"
        near = nearest(scenario, known)
        raise InputError([Problem(message, str(self.folder / FILE), allowed=", ".join(known), nearest=near)])

    def counts(self, run: Run) -> Counts | None:
        """Every count of a run; None if only its checksums are kept."""
        kept = self.content["counts"].get(run.name)
        return None if kept is None else counts.read(self.folder / kept["file"], 1 / run.scale)


def series_name(series: Mapping[str, str]) -> str:
    """The folder of a series, such as `numpy2.4-mesa3.5`."""
    return "-".join(f"{name}{number}" for name, number in series.items())


def find(folder: Path | None = None) -> Path:
    """Where the record stands of the series that is installed, or, without one, that of the latest series.

    folder: of the records, or of one; None for that of the repository. Raises InputError where there is none.
    """
    folder = folder or paths.records_dir()
    if (folder / FILE).is_file():
        return folder
    there = sorted(path.parent for path in folder.glob(f"*/{FILE}"))
    if not there:
        message = "no record is here; it belongs to the repository, and an installed package comes without"
        allowed = "a clone of the repository, or --record with the folder codecheck/record of one"
        raise InputError([Problem(message, file=str(folder), allowed=allowed)])
    wanted = folder / series_name(library_series())
    return wanted if wanted in there else there[-1]


def read(folder: Path) -> Record:
    """The record of one series. Raises InputError if it was changed since it was written, or cannot be read."""
    path = folder / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise _refused(path, "is not valid JSON", error.lineno, error.colno) from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise _refused(path, "is damaged and cannot be read") from None
    if not isinstance(content, dict) or content.get("form") != FORM:
        raise _refused(path, f"is no record of form {FORM}")
    if content.get("seal") != _seal(content):
        raise _refused(path, "was changed by hand: it does not match its own seal")
    for kept in content["counts"].values():
        file = folder / kept["file"]
        if not file.is_file():
            raise _refused(file, f"is missing, though {FILE} has its checksum")
        if hashlib.sha256(file.read_bytes()).hexdigest() != kept["sha256"]:
            raise _refused(file, f"was changed: it does not match its checksum in {FILE}")
    return Record(folder, content)


def _refused(path: Path, message: str, line: int | None = None, column: int | None = None) -> InputError:
    return InputError(
        [Problem(message, str(path), line, column, allowed=f"the file as it was committed; {_RENEW}")]
    )


def write(folder: Path, content: Mapping[str, Any], detailed: Mapping[str, Counts]) -> Record:
    """Writes the record of the installed series below `folder`, whole or not at all.

    content: all but `counts` and the seal; detailed: every count, by name of the run.
    """
    with store.whole_folder(folder / series_name(library_series())) as temporary:
        kept = {}
        for name, found in detailed.items():
            file = temporary / f"{name.split('/')[0]}.parquet"
            counts.write(found, file)
            kept[name] = {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        whole = {"form": FORM, **content, "counts": kept}
        text = json.dumps(whole | {"seal": _seal(whole)}, ensure_ascii=False, indent=1, allow_nan=False)
        (temporary / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")
    return read(folder / series_name(library_series()))


def _seal(content: Mapping[str, Any]) -> str:
    """sha256 of a record without its seal, as JSON with sorted keys and no spaces."""
    rest = {key: value for key, value in content.items() if key != "seal"}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
