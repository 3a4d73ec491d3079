"""A run folder: written whole or not at all, and read back."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from urbsim.files import leftovers, locks

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


_AT_ONCE = 8  # files that are waited for together
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the same text in a tenth of the time
version = lru_cache(maxsize=None)(metadata.version)  # read from disk once, not in every run of a batch


def versions() -> dict[str, str]:
    """The versions of urbsim, Python and the libraries that a run calls."""
    libraries = ("numpy", "numba", "scipy", "pandas", "mesa", "pyarrow")
    return {
        "urbsim": version("urbsim"),
        "python": platform.python_version(),
        **{name: version(name) for name in libraries},
    }


def run_folder(out: Path, scenario: str, scale: float, draw: int, seed: int) -> Path:
    """Folder of one run below `out`; two runs of other settings have other folders."""
    return out / scenario / f"scale{scale_text(scale)}-draw{draw}-seed{seed}"


def scale_text(scale: float) -> str:
    """The shortest text that means this scale and no other: `0.01`, and `1` for the whole population."""
    return repr(float(scale)).removesuffix(".0")


def fingerprint(pieces: Iterable[bytes]) -> str:
    """sha256 over pieces of bytes, one after the other."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yields a temporary folder that takes the place of `folder` when the block ends without an error.

    After an error, an interruption included, things stand as they stood before; an OSError names `folder`, or the file
    in it. Several processes may write one folder at once: each succeeds, and one whole folder stands. After a kill the
    next to write or read puts things right (`urbsim.files.leftovers`).
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    with _naming(folder), _parents(folder) as parents:
        with locks.alone_in(folder.parent) as alone:
            if alone:
                leftovers.put_right(folder.parent, folder.name)
            temporary = leftovers.new(folder)
            held = locks.take(temporary)
        previous = temporary.with_name(temporary.name + leftovers.OLD)
        try:
            yield temporary
            with ThreadPoolExecutor(_AT_ONCE) as beside:  # a disk that is asked for all at once waits once
                list(beside.map(sync, temporary.iterdir()))
            sync(temporary)
            temporary.chmod(0o755)
            with locks.alone_in(folder.parent):
                _exchange(temporary, folder, previous)
            for parent in parents:
                sync(parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
            shutil.rmtree(previous, ignore_errors=True)
            locks.release(held)


@contextmanager
def _parents(folder: Path) -> Iterator[list[Path]]:
    """Folders that get a new entry when `folder` is made; those that are not there are removed again after an error."""
    made = [parent for parent in folder.parents if not parent.exists()]
    try:
        yield [folder.parent, *(parent.parent for parent in made)]
    except BaseException:
        with suppress(OSError), locks.alone_in(folder.parent):
            for parent in made:  # until one holds somebody else's run
                parent.rmdir()
        raise


def _exchange(temporary: Path, folder: Path, previous: Path) -> None:
    """Puts `temporary` in the place of `folder`, which is hidden as `previous` meanwhile."""
    while True:
        try:
            with suppress(FileNotFoundError):
                os.replace(folder, previous)
            os.replace(temporary, folder)
            return
        except BaseException as error:
            # Without locks another process may have put its folder there: that one is replaced in turn.
            if not (isinstance(error, OSError) and error.errno in (errno.ENOTEMPTY, errno.EEXIST)):
                if previous.exists() and not folder.exists():
                    os.replace(previous, folder)
                raise
            shutil.rmtree(previous, ignore_errors=True)


def sync(path: Path) -> None:
    """Has a file or folder written to the disk; a folder where the file system can do that."""
    if path.is_dir():
        with suppress(OSError):
            _sync_open(os.open(path, os.O_RDONLY))
    else:
        _sync_open(os.open(path, os.O_RDWR))


def _sync_open(handle: int) -> None:
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _naming(target: Path) -> Iterator[None]:
    """Errors of the disk name what was to be written, a file or a folder or a file in it, and no temporary name."""
    try:
        yield
    except OSError as error:
        named = target if error.filename is None else Path(os.fsdecode(error.filename))
        if named.is_relative_to(target.parent) and named != target.parent:
            first, *rest = named.relative_to(target.parent).parts
            named = target.joinpath(*rest) if first.startswith(f".{target.name}.") else named
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise OSError(error.errno, reason, str(named)) from error


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yields the name of a temporary file that becomes `path` when the block ends without an error.

    The folders above it are made. An OSError names `path`.
    """
    with _naming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=path.suffix, prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        try:
            yield Path(name)
            os.chmod(name, 0o644)
            sync(Path(name))
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Parquet with text, date32 and numbers as the contract has them: plain columns to whoever reads them."""
    import pyarrow as pa

    write_columns(pa.Table.from_pandas(frame, preserve_index=False), path)


def write_columns(table: pa.Table, path: Path) -> None:
    """The same of an Arrow table.

    Text that comes as a dictionary is written as one; without Arrow's own schema in the file nobody sees that. Of text
    with several words the file does not say which is the first and the last: to find them took a third of the writing.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    plain = pa.table([_plain(column) for column in table.columns], names=table.column_names)
    options: dict[str, Any] = {
        "compression": "zstd",
        "store_schema": False,
        "write_page_checksum": True,
        "write_statistics": [name for name in plain.column_names if not _has_words(plain[name])],
    }
    with path.open("wb") as stream:  # Arrow itself opens no path that is not UTF-8 in this locale
        pq.write_table(plain, stream, **options)


def _has_words(column: pa.ChunkedArray) -> bool:
    """Whether it is a dictionary of several words."""
    import pyarrow as pa

    known = pa.types.is_dictionary(column.type) and column.num_chunks > 0
    return known and len(column.chunk(0).dictionary) > 1


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column without a dictionary, unless it is text."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        return column
    values = column.type.value_type
    return column if pa.types.is_string(values) or pa.types.is_large_string(values) else column.cast(values)


def write_json(content: dict[str, Any], path: Path) -> None:
    """JSON with the keys in the order given."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_csv(rows: Iterable[Mapping[str, Any]], path: Path, columns: Sequence[str] | None = None) -> None:
    """Rows as CSV; columns: None for the keys of the first row. Raises OSError."""
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(
            stream, list(rows[0]) if columns is None and rows else columns or [], lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)


def write_yaml(content: dict[str, Any], path: Path, again: str | None = None) -> None:
    """YAML with the keys in the order given.

    again: a key whose value, of plain JSON types, comes again in other files of this process: its text is kept.
    """
    if again is None:
        text = _yaml(content)
    else:
        text = "".join(
            _yaml_of(json.dumps({key: value})) if key == again else _yaml({key: value})
            for key, value in content.items()
        )
    path.write_text(text, encoding="utf-8")


def _yaml(content: dict[str, Any]) -> str:
    return yaml.dump(content, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=110)


@lru_cache(maxsize=32)
def _yaml_of(json_text: str) -> str:
    """The same of a mapping written as JSON."""
    return _yaml(json.loads(json_text))
