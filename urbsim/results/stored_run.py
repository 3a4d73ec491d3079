"""Reads the two records of a run folder, and believes them only where everything agrees.

Both are checked against their models (`urbsim.results.run_record`), one against the other, and every file of the
folder against its hash (`urbsim.results.seal`).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from urbsim.errors import InputError, Problem, quoted
from urbsim.files import strict_yaml
from urbsim.files.strict_yaml import Document
from urbsim.results import seal
from urbsim.results.run_record import RunRecord, Summary
from urbsim.results.seal import RECORD, SUMMARY
from urbsim.scenario.validation import validate

SHARED = ("draw", "seed", "scale", "fingerprint", "input_digest", "wall_seconds", "peak_bytes")
"""Keys that stand in both records."""


_PARTS = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)
"""Where a record may be cut: before a key of its top level."""


class Stored(NamedTuple):
    """summary.json and run.yaml of a folder, as plain values of the form that their models describe."""

    summary: dict[str, Any]
    record: dict[str, Any]


def read(folder: Path) -> Stored:
    """Both records, after all was checked but the hash of summary.json itself (`seal.edited`).

    Raises InputError that names file and key of whatever is missing, has the wrong form, does not agree or was changed
    after the run.
    """
    try:
        return _checked(folder, _without_places)
    except InputError:
        return _checked(folder, _load_json)  # says where it stands


def _checked(folder: Path, load_json: Callable[[Path], Document]) -> Stored:
    missing = [name for name in seal.NEEDED if not (folder / name).is_file()]
    if missing:
        raise InputError([Problem(f"is incomplete: {', '.join(missing)} missing", file=str(folder))])
    problems: list[Problem] = []
    documents: list[Document] = []
    for load, path in ((load_json, folder / SUMMARY), (_load_record, folder / RECORD)):
        try:
            documents.append(load(path))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    summary, record = documents
    for document, key in ((summary, "files"), (record, "digests")):
        if key not in document.value:
            raise InputError([_of_an_earlier_version(document, key)])
    problems += _misshapen(summary, Summary) + _misshapen(record, RunRecord)
    blamed = {problem.file for problem in problems}
    if not blamed:
        problems += _disagreements(summary, record)
    if str(folder / SUMMARY) not in blamed:
        changed = seal.changed(folder, summary.value)
        blamed = {problem.file for problem in problems}  # the hash says no more of a file whose key is named
        problems += [problem for problem in changed if problem.file not in blamed]
    if problems:
        raise InputError(problems)
    return Stored(summary.value, record.value)


def _load_json(path: Path) -> Document:
    """A JSON file with the place of every value. JSON is YAML, and that reader knows places and bounds the depth."""
    text = strict_yaml.read_text(path)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError([Problem("is not valid JSON", str(path), error.lineno, error.colno)]) from None
    except (ValueError, RecursionError):
        pass  # thousands of digits, or of lists in one another: refused below, with their place
    return strict_yaml.parse(text, str(path))


def _without_places(path: Path) -> Document:
    """`_load_json` without the place of any value, in a tenth of the time; only of a file that both read alike."""
    text = strict_yaml.read_text(path)
    if "\\" in text or not text.isascii() or strict_yaml.control_character(text):
        return _load_json(path)
    try:
        value = json.loads(text, object_pairs_hook=_each_once, parse_float=_plain, parse_constant=_plain)
    except (ValueError, RecursionError):
        return _load_json(path)
    return Document(value, {}) if isinstance(value, dict) else _load_json(path)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping whose keys all differ. Raises ValueError."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(pairs)
    return found


def _plain(number: str) -> float:
    """A number without an exponent, which YAML may take for a text. Raises ValueError."""
    if not set(number) <= set("-.0123456789"):
        raise ValueError(number)
    return float(number)


def _load_record(path: Path) -> Document:
    """A run.yaml; where nothing is wrong with it, without the place of every value.

    Runs of one scenario share most of it, so what stands under a key is parsed once. Read it, do not change it.
    """
    text = strict_yaml.read_text(path)
    value: dict[str, Any] = {}
    for part in _PARTS.split(text):
        parsed = _part(part) if part else {}
        if parsed is None or parsed.keys() & value.keys():
            return strict_yaml.parse(text, str(path))
        value |= parsed
    try:
        RunRecord.model_validate(value)
    except ValidationError:
        return strict_yaml.parse(text, str(path))
    return Document(value, {})


@functools.lru_cache(maxsize=1024)
def _part(text: str) -> dict[str, Any] | None:
    """What a part of a record holds; None where it does not stand for itself."""
    try:
        return strict_yaml.parse(text, "").value
    except InputError:
        return None


def _of_an_earlier_version(document: Document, key: str) -> Problem:
    message = "is missing: an earlier version wrote this run, and its results cannot be checked; run it again"
    return document.problem((key,), message, at_key=True)


def _misshapen(document: Document, model: type[BaseModel]) -> list[Problem]:
    try:
        validate(model, document)
    except InputError as error:
        return list(error.problems)
    return []


def _disagreements(summary: Document, record: Document) -> list[Problem]:
    """Keys of summary.json whose value run.yaml does not have."""
    ours, theirs = summary.value, record.value
    pairs = [("scenario", ours["scenario"], theirs["scenario"]["name"])]
    pairs += [(key, ours[key], theirs[key]) for key in SHARED]
    return [
        summary.problem((key,), f"{quoted(mine)} is not what {RECORD} has", allowed=quoted(other))
        for key, mine, other in pairs
        if mine != other
    ]
