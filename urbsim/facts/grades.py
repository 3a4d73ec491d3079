"""How far a fact can be trusted: grade A, B or C, from what its source is and what confirms the row.

The rule is written for readers in `calibration/README.md`; this module is the rule itself, so that no grade
is a matter of mood. Grades are stored in the tables (readers can filter on them) and `register.check`
recomputes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Grade = Literal["A", "B", "C"]

# What the copy read is: three carry an official table or text in full, the next two restate figures.
KINDS = {
    "official": "the publisher's own page",
    "official_copy": "the official text or table, copied in full by somebody else",
    "transcription": "an official table as data, in a public repository",
    "reprint": "figures restated by a web page, an encyclopaedia or a yearbook of someone else",
    "press": "figures restated by a newspaper or news agency",
    "study": "a published study",
    "derived": "arithmetic of the project on other sources, which can be redone",
    "assumption": "no source: a judgement",
}
_WHOLE = {"official_copy", "transcription"}
_RESTATED = {"reprint", "press"}


def is_confirmed(checked: str) -> bool:
    """Whether a row's `checked` says that a second source or an identity agrees with it."""
    return checked.startswith("yes") or checked == "ages sum to total"


def is_contradicted(checked: str) -> bool:
    """Whether a row's `checked` says that a second source or an identity disagrees with it."""
    return checked.startswith(("no:", "conflict"))


def source_grade(kind: str, weakness: str, rows: int, confirmed: int) -> Grade:
    """Grade of a source. rows, confirmed: observation rows whose value it gives, and how many are confirmed.

    Raises KeyError for an unknown kind.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    if weakness or kind == "assumption":
        return "C"
    if kind == "official":
        return "A"
    if kind in {"study", "derived"}:
        return "B"
    if kind in _WHOLE:
        return "B" if confirmed else "C"
    return "B" if rows and 2 * confirmed >= rows else "C"


def row_grade(row: Mapping[str, str], kind: str, of_source: Grade) -> Grade:
    """Grade of an observation row, from its `checked` (in the priors its `kind`) and its first source."""
    checked = row.get("checked", "")
    if row.get("kind") == "expert assumption" or kind == "assumption" or is_contradicted(checked):
        return "C"
    if of_source == "A":
        return "A"
    if is_confirmed(checked):
        return "B"
    return "C" if kind in _RESTATED else of_source
