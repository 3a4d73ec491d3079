"""Where machine code of kernels is kept: a cache that notices every change and every damage.

numba looks only at a kernel's own file when it decides whether cached machine code is still good, while kernels here
inline functions of other files. So machine code lies in a folder named by the checksum of the kernel's file and of
every file of the package that it imports, directly or not: an edit starts new folders for what it can have changed, and
the oldest are removed.

numba also believes whatever it finds in a file, and one that is cut or overwritten ends the process. So every signature
of a kernel has a sealed file, which says for whom it is: what is damaged is compiled anew.
"""

from __future__ import annotations

import hashlib
import pickle
import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import llvmlite.binding as llvm
import numba
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    _CacheLocator,
    _SourceFileBackedLocatorMixin,
)
from numba.core.serialize import dumps

from urbsim.files.cache_files import HINT, CacheError, CacheFolder, forget_oldest, reason, say, say_unusable
from urbsim.paths import cache_dir

_CACHE = CacheFolder(cache_dir())
_KEPT = 3  # folders of earlier code of a file left on disk
_PACKAGE = Path(__file__).resolve().parents[1]
_IMPORT = re.compile(r"^from (urbsim[.\w]*) import ([\w, ]*)", re.MULTILINE)
_FOLDER = "kernels"
_SUFFIX = ".code"
_LOOK_EVERY = 0.02  # seconds between looks for what another process compiles
_PATIENCE = 30.0  # seconds of waiting, after which another process is taken for dead
_NOTHING_TO_LINK = llvm.parse_assembly("").as_bitcode()


@cache
def _source(path: Path) -> bytes:
    """What stands in a file; most kernels rest on the same ones."""
    return path.read_bytes()


@cache
def _imported(path: Path) -> tuple[Path, ...]:
    """Files of the package that the file imports, or imports from, when it is itself imported."""
    modules = set()
    for module, names in _IMPORT.findall(_source(path).decode()):
        modules |= {module, *(f"{module}.{name.strip()}" for name in names.split(","))}
    files = (_PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py") for module in modules)
    return tuple(file for file in files if file.exists())


def _digest(path: Path) -> str:
    """Checksum over a file and all that it rests on."""
    found, new = {path}, [path]
    while new:
        more = {file for file in _imported(new.pop()) if file not in found}
        found |= more
        new += more
    digest = hashlib.sha256(f"{numba.__version__}\0{_PACKAGE}".encode())
    for file in sorted(found):
        digest.update(file.relative_to(_PACKAGE.parent).as_posix().encode() + b"\0" + _source(file) + b"\0")
    return digest.hexdigest()[:16]


@cache
def _folder_of(file: str | Path) -> str:
    """Where the machine code of this file, as it is, lies below the cache; the oldest other folders are forgotten."""
    path = Path(file).resolve()
    name = Path(_FOLDER, ".".join(path.relative_to(_PACKAGE.parent).with_suffix("").parts), _digest(path))
    for place in _CACHE.places():
        others = (other for other in (place / name.parent).glob("*") if other.name != name.name)
        forget_oldest(others, _KEPT)
    return name.as_posix()


def is_kept(path: Path) -> bool:
    """Whether there is machine code of any kernel of this file, as it is."""
    folder = _folder_of(path)
    return any(next((place / folder).glob(f"*{_SUFFIX}"), None) is not None for place in _CACHE.places())


def signatures_kept() -> int:
    """How many signatures of kernels have machine code here, those of earlier code included."""
    return sum(1 for place in _CACHE.places() for _ in (place / _FOLDER).glob(f"*/*/*{_SUFFIX}"))


def share_out(claims: Path) -> None:
    """From now on, what several processes need is compiled by the first of them, and the others wait.

    claims: a folder of theirs, where each notes what it compiles.
    """
    _Files.claims = claims


def keep_machine_code(kernel: Any, function: Callable) -> None:
    """Lets a kernel, which `numba.njit` made of the function, keep its machine code and take what is kept of it."""
    kernel._cache = _KernelCache(function)


class _Locator(_SourceFileBackedLocatorMixin, _CacheLocator):
    """Tells numba the folder, which is made when there is something to keep."""

    def __init__(self, py_func: Any, py_file: str) -> None:
        self._py_file, self._lineno = py_file, py_func.__code__.co_firstlineno

    def get_cache_path(self) -> str:
        return _folder_of(self._py_file)

    def ensure_cache_path(self) -> None:
        pass


class _Implementation(CompileResultCacheImpl):
    _locator_classes: ClassVar = [_Locator]

    def rebuild(self, target_context: Any, payload: Any) -> Any:
        """The compiled function, as numba reduced it, ready to be called.

        With its machine code comes what functions that call it would be compiled with: itself and all that it calls.
        Hardly ever is one compiled, and to take that apart took half of the time, so it waits until one is.
        """
        (name, kind, (machine_code, to_link)), description, *others = payload
        engine = target_context.codegen()._engine
        engine._defined_symbols |= {description.llvm_func_name, description.llvm_cpython_wrapper_name}
        alone = name, kind, (machine_code, _NOTHING_TO_LINK)
        compiled = super().rebuild(target_context, (alone, description, *others))
        library = compiled.library

        def module_for_linking() -> llvm.ModuleRef:
            del library._get_module_for_linking  # once
            library._shared_module = llvm.parse_bitcode(to_link)
            engine._load_defined_symbols(library._shared_module)
            return library._shared_module

        library._get_module_for_linking = module_for_linking
        return compiled


class _KernelCache(FunctionCache):
    """numba's cache of one function, with its files replaced."""

    _impl_class = _Implementation

    def __init__(self, py_func: Any) -> None:
        super().__init__(py_func)
        self._cache_file = _Files(f"{self.cache_path}/{self._impl.filename_base}")


class _Files:
    """Machine code of one function, a file a signature. begins: what the names of its files begin with."""

    claims: ClassVar[Path | None] = None

    def __init__(self, begins: str) -> None:
        self._begins = begins

    def _name(self, key: tuple) -> str:
        return f"{self._begins}-{hashlib.sha256(str(key).encode()).hexdigest()[:16]}{_SUFFIX}"

    def load(self, key: tuple) -> Any:
        """The compiled function of a signature, as numba reduced it, or None."""
        content = self._read(self._name(key))
        if content is None:
            return None
        try:
            kept, code = pickle.loads(content)
        except Exception as error:  # of whatever another version of a library does not find
            say_unusable(_CACHE.main / _FOLDER, error)
            return None
        return code if kept == key else None

    def _read(self, name: str) -> bytes | None:
        """What a file holds; where another process compiles it, this one waits, until it once waited in vain."""
        content = _CACHE.read(name, said=_FOLDER)
        if content is not None or self.claims is None or _is_new(self.claims / Path(name).name):
            return content
        deadline = time.monotonic() + _PATIENCE
        while content is None and time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY)
            content = _CACHE.read(name, said=_FOLDER)
        if content is None:
            _Files.claims = None
        return content

    def save(self, key: tuple, code: Any) -> None:
        """Keeps a compiled function; where that is impossible, it is said and the run goes on."""
        try:
            _CACHE.keep(self._name(key), dumps((key, code)))
        except CacheError as error:
            why = reason(error.__cause__ or error)
            say(f"machine code cannot be kept in {_CACHE.main / _FOLDER}: {why} ({HINT})")


def _is_new(file: Path) -> bool:
    """Makes an empty file, unless there is one."""
    try:
        file.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
