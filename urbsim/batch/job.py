"""One run of a batch, in a worker: made, written, and nothing kept of it but how it ended."""

from __future__ import annotations

import errno
import traceback
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


def run_member(member: Member, out: Path, threads: int) -> Outcome:
    """Runs a member and writes its folder below `out`. Raises nothing but requests to end."""
    try:
        if others := _of_another_version(member):
            return Outcome(
                f"this worker has other {', '.join(others)} than the one that asked", hopeless=True
            )
        from urbsim.simulation.foreground import run_scenario

        run_scenario(member.scenario, member.scale, member.seed, member.draw, threads, out)
    except InputError as error:
        return Outcome(str(error), traceback.format_exc())
    except Exception as error:
        return Outcome(_reason(error), traceback.format_exc(), getattr(error, "errno", None) in _NO_ROOM)
    return Outcome()


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
