"""When and with which version a page was made, the commands that make it again, and how to cite it."""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
from collections.abc import Iterable
from pathlib import Path

from urbsim.errors import InputError
from urbsim.facts import gazetteer
from urbsim.files import strict_yaml
from urbsim.report import origin, wording
from urbsim.report.findings import Findings
from urbsim.report.tables import Table
from urbsim.report.texts import say
from urbsim.results.seal import SUMMARY
from urbsim.scenario.schema import NAME_PATTERN
from urbsim.streams import as_typed

BATCH = "batch.yaml"
"""What a batch folder holds to be run again."""


def version(findings: Findings) -> str:
    """The version of urbsim that made the runs; empty where their record does not say."""
    versions = findings.run.record.get("versions")
    return str(versions.get("urbsim", "")) if isinstance(versions, dict) else ""


def finished(findings: Findings) -> dt.date:
    """The day on which the last of the runs was written, as its file says (UTC)."""
    runs = (run for scenario in findings.comparison.scenarios for run in scenario.runs)
    latest = max(os.stat(run.folder / SUMMARY).st_mtime for run in runs)
    return dt.datetime.fromtimestamp(latest, dt.UTC).date()


def line(findings: Findings, lang: str) -> str:
    """Version and date, for the head of a page."""
    return say("made_line", lang, version=version(findings), day=wording.day(finished(findings), lang))


def table(findings: Findings, given: Iterable[Path], lang: str, brief: bool = False) -> Table:
    """Date, version, commands and citation."""
    given = list(given)
    rows = [
        [say("made_day", lang), wording.day(finished(findings), lang)],
        [say("made_version", lang), version(findings)],
        [say("made_prints", lang), origin.fingerprint_of_all(findings)],
        *([say("made_batch", lang), command] for command in _batches(given)),
        [say("made_run", lang), origin.command(findings)],
        [say("made_page", lang), _page(findings, given) + (" --brief" if brief else "")],
        [say("made_cite", lang), citation(findings, lang)],
    ]
    return Table(say("made", lang), [say("made_what", lang), say("made_how", lang)], rows, frozenset({0, 1}))


def citation(findings: Findings, lang: str) -> str:
    """How to cite what stands on the page: as CITATION.cff has it, with the fingerprint of the runs."""
    return say(
        "citation", lang, version=version(findings), year=finished(findings).year,
        prints=origin.fingerprint_of_all(findings),
    )  # fmt: skip


def _batches(given: Iterable[Path]) -> list[str]:
    """The command that makes the runs of each batch among the folders again."""
    found = {}
    for folder in given:
        file = folder / BATCH
        try:
            name = strict_yaml.load(file).value.get("name") if file.is_file() else None
        except InputError:
            continue
        if isinstance(name, str) and re.fullmatch(NAME_PATTERN, name):
            found[name] = shlex.join(["urbsim", "batch", f"{_named(folder)}/{BATCH}"])
    return list(found.values())


def _named(folder: Path) -> str:
    """A folder's name in UTF-8, as the page is: whatever the locale read it as, and `?` for bytes that are no text."""
    return as_typed(folder.resolve().name).encode("utf-8", "replace").decode("utf-8")


def _page(findings: Findings, given: Iterable[Path]) -> str:
    names = [_named(folder) for folder in given]
    words = ["urbsim", "report", *names, "--baseline", findings.comparison.baseline.name]
    if findings.place.code != gazetteer.PROVINCE:
        words += ["--place", findings.place.code]
    return shlex.join(words)
