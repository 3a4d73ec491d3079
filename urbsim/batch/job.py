"""Runs of a batch, in a worker: made, written, and nothing kept of them but how they ended."""

from __future__ import annotations

import errno
import platform
import traceback
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from urbsim.batch.members import Member, parameters_digest
from urbsim.compute.free_memory import OUT_OF_MEMORY, out_of_memory
from urbsim.errors import InputError
from urbsim.results.digests import Digests, code_digest, facts_digest, libraries_digest

_NO_ROOM = (errno.ENOSPC, errno.EROFS, errno.EDQUOT)


@dataclass(frozen=True)
class Outcome:
    """How a run ended. reason: None if it is written, else one line; hopeless: the next one can only fail, too."""

    reason: str | None = None
    traceback: str = ""
    hopeless: bool = False


def run_members(members: Sequence[Member], out: Path, threads: int) -> list[Outcome | None]:
    """Runs members of one scale, seed, draw and base, and writes their folders below `out`.

    Returns how each ended; None for those that were not begun because there was no hope. Raises nothing but requests
    to end.
    """
    outcomes: list[Outcome | None] = [None] * len(members)
    failed = []
    try:
        refused = [_refused(member) for member in members]
        if any(refused):
            return refused
        from urbsim.simulation.foreground import run_scenarios

        first = members[0]
        scenarios = [member.scenario for member in members]
        ended = run_scenarios(scenarios, first.scale, first.seed, first.draw, threads, out)
        with closing(ended):
            for k, error in ended:
                outcomes[k] = outcome = _outcome(error)
                if outcome.hopeless:
                    return outcomes
                if error is not None:
                    failed.append(k)
    except Exception as error:
        return [outcome or _outcome(error) for outcome in outcomes]
    for k in failed if len(members) > 1 else ():  # what ended one of them may not end each
        outcomes[k : k + 1] = run_members(members[k : k + 1], out, threads)
    return outcomes


def _outcome(error: Exception | None) -> Outcome:
    """How a run ended that ended with this error."""
    if error is None:
        return Outcome()
    said = str(error) if isinstance(error, InputError) else _reason(error)
    where = "".join(traceback.format_exception(error))
    return Outcome(said, where, getattr(error, "errno", None) in _NO_ROOM)


def _refused(member: Member) -> Outcome | None:
    """That this process cannot make the run."""
    others = _of_another_version(member)
    if not others:
        return None
    message = f"a worker on {platform.node()} has other {', '.join(others)} than the program that asked"
    return Outcome(message, hopeless=True)


def _of_another_version(member: Member) -> list[str]:
    """What of this process is not what the member is to follow from: a run of it would be stale at once."""
    mine = Digests(
        scenario=member.scenario.digest(),
        parameters=parameters_digest(member.draw, member.scenario.base),
        facts=facts_digest(),
        code=code_digest(),
        libraries=libraries_digest(),
    )
    return [name for name, digest in mine.items() if member.digests[name] != digest]


def _reason(error: Exception) -> str:
    if out_of_memory(error):
        return OUT_OF_MEMORY
    if isinstance(error, OSError):
        return f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
    return f"{type(error).__name__}: {error}"
