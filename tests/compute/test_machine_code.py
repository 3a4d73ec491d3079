"""Machine code is kept as long as nothing that a kernel rests on has changed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import urbsim
from urbsim.compute import machine_code

PACKAGE = Path(urbsim.__file__).resolve().parent
KERNELS = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if "njit" in path.read_text(encoding="utf-8") and path.name != "compiled.py"
)


def files_imported(path: Path) -> set[Path]:
    """Files of the package named in the imports at the top of a file, as Python reads them."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    files = {PACKAGE.parent.joinpath(*name.split(".")).with_suffix(".py") for name in names}
    return {file for file in files if file.is_relative_to(PACKAGE) and file.exists()}


@pytest.mark.parametrize("path", KERNELS, ids=lambda path: path.stem)
def test_no_file_that_a_kernel_imports_is_overlooked(path: Path):
    assert set(machine_code._imported(path)) == files_imported(path)


def test_an_edit_of_what_is_imported_starts_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "urbsim"
    package.mkdir()
    (package / "bits.py").write_text("ONE = 1\n")
    (package / "between.py").write_text("from urbsim import bits\n")
    (package / "kernel.py").write_text("from urbsim.between import bits\n")
    monkeypatch.setattr(machine_code, "_PACKAGE", package)
    before = machine_code._digest(package / "kernel.py")
    (package / "bits.py").write_text("ONE = 2\n")
    machine_code._source.cache_clear()  # as another process would read it
    assert machine_code._digest(package / "kernel.py") != before


def test_machine_code_is_known_by_how_records_are_taken():
    """Another layout of records under the same kernels would read what lies elsewhere."""
    compute = PACKAGE / "compute"
    assert compute / "compiled.py" in machine_code._imported(
        PACKAGE / "processes" / "demography" / "kernels.py"
    )
    assert compute / "records.py" in machine_code._imported(compute / "compiled.py")
