"""A run folder: written whole or not at all, and read back."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from urbsim.paths import calibration_dir

if TYPE_CHECKING:
    import pandas as pd


version = lru_cache(maxsize=None)(metadata.version)  # read from disk once, not in every run of a batch


def run_folder(out: Path, scenario: str, scale: float, draw: int, seed: int) -> Path:
    """Folder of one run below `out`."""
    return out / scenario / f"scale{scale:g}-draw{draw}-seed{seed}"


def fingerprint(texts: Iterable[str]) -> str:
    """sha256 over the UTF-8 bytes of texts, one after the other."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def code_digest() -> str:
    """sha256 over the source of everything that can change a result: all but twins, the command line and the report."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        twin = path.stem == "plain" or path.parent.name == "plain"
        if twin or name.startswith(("report/", "cli", "explain", "_shipped/")):
            continue
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@lru_cache(maxsize=1)
def facts_digest() -> str:
    """sha256 over every fact a run may read: the observations of `calibration/` (its tables serve reports)."""
    digest = hashlib.sha256()
    for path in sorted((calibration_dir() / "observations").glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yields a temporary folder that takes the place of `folder` when the block ends without an error.

    After an error, an interruption included, things stand as they stood before.
    """
    made = [parent for parent in folder.parents if not parent.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    previous = temporary.with_name(f"{temporary.name}.old")
    try:
        yield temporary
        for path in temporary.iterdir():
            with open(path, "rb+") as handle:
                os.fsync(handle.fileno())
        temporary.chmod(0o755)
        if folder.exists():
            os.replace(folder, previous)
        os.replace(temporary, folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        if previous.exists() and not folder.exists():
            os.replace(previous, folder)
        for parent in made:
            with suppress(OSError):  # somebody else's run is in it
                parent.rmdir()
        raise
    finally:
        shutil.rmtree(previous, ignore_errors=True)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yields the name of a temporary file that becomes `path` when the block ends without an error."""
    handle, name = tempfile.mkstemp(suffix=path.suffix, prefix=f".{path.stem}.", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@lru_cache(maxsize=8)
def read_only_arrays(path: Path) -> Mapping[str, np.ndarray]:
    """The arrays of an .npz file that is written once and never changed, by name: read once, not to be written to."""
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    for array in arrays.values():
        array.flags.writeable = False
    return MappingProxyType(arrays)


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Parquet with text, date32 and numbers as the contract has them: plain columns to whoever reads them.

    Text that comes as a dictionary is written as one; without Arrow's own schema in the file nobody sees that.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    columns = []
    for column in table.columns:
        if pa.types.is_dictionary(column.type):
            values = column.type.value_type
            text = pa.types.is_string(values) or pa.types.is_large_string(values)
            column = column if text else column.cast(values)
        columns.append(column)
    table = pa.table(columns, names=table.column_names)
    pq.write_table(table, path, compression="zstd", store_schema=False)


def write_json(content: dict[str, Any], path: Path) -> None:
    """JSON with the keys in the order given."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_yaml(content: dict[str, Any], path: Path) -> None:
    """YAML with the keys in the order given."""
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
    path.write_text(text, encoding="utf-8")
