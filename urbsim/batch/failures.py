"""Why a run failed, kept in a file beside the runs: a text that people can read, and that the next call finds again.

`failures/<scenario>/scale<S>-draw<D>-seed<N>.txt` holds the reason, the input digest of the run, and the traceback.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from urbsim.results import store

if TYPE_CHECKING:
    from urbsim.batch.work import Piece

FOLDER = "failures"
_DIGEST = "input digest: "


class Failure(NamedTuple):
    """reason: one line; traceback: where in the program, empty where that is not known; file: where both stand."""

    reason: str
    traceback: str
    file: Path


def file_of(member: Piece, out: Path) -> Path:
    """The file of a member's failure."""
    folder = member.folder(out / FOLDER)
    return folder.with_name(f"{folder.name}.txt")


def keep(member: Piece, out: Path, reason: str, traceback: str) -> None:
    """Writes the file. Raises OSError."""
    file = file_of(member, out)
    file.parent.mkdir(parents=True, exist_ok=True)
    with store.whole_file(file) as temporary:
        line = " ".join(reason.split())
        temporary.write_text(f"{line}\n{_DIGEST}{member.input_digest}\n\n{traceback}", encoding="utf-8")


def forget(member: Piece, out: Path) -> None:
    """Removes the file of a run that is done."""
    file = file_of(member, out)
    file.unlink(missing_ok=True)
    for folder in (file.parent, out / FOLDER):
        with suppress(OSError):  # until one holds another failure
            folder.rmdir()


def read(member: Piece, out: Path) -> Failure | None:
    """The failure of this very run, if there was one; not that of a run of other digests."""
    file = file_of(member, out)
    try:
        reason, digest, _, *rest = file.read_text(encoding="utf-8", errors="replace").split("\n")
    except (OSError, ValueError):
        return None
    return Failure(reason, "\n".join(rest), file) if digest == _DIGEST + member.input_digest else None
