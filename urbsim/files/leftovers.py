"""What killed processes leave beside run folders: half-written folders, and whole ones hidden while they are replaced.

A folder `NAME` is written as `.NAME.xxxxxxxx` and takes its place by two renames; between them the one it replaces is
`.NAME.xxxxxxxx.old`. Whoever writes or reads next puts things right, and touches nothing that a living process holds.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from urbsim.files import locks

OLD = ".old"
_RUN = r"scale[^/]+-draw[0-9]+-seed[0-9]+"


def new(folder: Path) -> Path:
    """A fresh temporary folder beside `folder`."""
    return Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))


def hidden(parent: Path, name: str | None = None) -> list[tuple[Path, Path, bool]]:
    """Temporary folders in `parent`: each with the folder it is for, and whether it is the one that was replaced.

    Of run folders, and of the folder `name` where one is given; [] for a folder that cannot be looked into.
    """
    form = re.compile(rf"\.({_RUN}{f'|{re.escape(name)}' if name else ''})\.[a-z0-9_]{{8}}({OLD})?")
    try:
        names = sorted(entry.name for entry in os.scandir(parent) if entry.name.startswith("."))
    except OSError:
        return []
    found = ((parent / name, form.fullmatch(name)) for name in names)
    return [(path, parent / match[1], match[2] is not None) for path, match in found if match]


def put_right(parent: Path, name: str | None = None) -> None:
    """Restores what is hidden and deletes what is stale. Only for whoever is `locks.alone_in(parent)`.

    Exchanges happen under that lock: whoever holds it and finds a hidden folder without its successor knows that the
    process between them was killed.
    """
    for path, folder, replaced in hidden(parent, name):
        if replaced:
            if not folder.exists():
                os.replace(path, folder)
            shutil.rmtree(path, ignore_errors=True)
        elif (handle := locks.take(path)) is not None:
            shutil.rmtree(path, ignore_errors=True)
            locks.release(handle)


def put_right_for_readers(parent: Path) -> None:
    """The same before runs are read, where there is something to do and this process may do it."""
    if hidden(parent):
        with suppress(OSError), locks.alone_in(parent) as alone:
            if alone:
                put_right(parent)
