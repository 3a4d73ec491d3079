"""Standard streams that may be closed, deserted, full, or unable to write Chinese, and text as it was typed.

A closed stream is as good as /dev/null. Nobody may be reading any more (`| head -1`): a command still does its
work and ends with its own exit code. What stdout cannot take for another reason (a full disk) is a failure.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn, TextIO

_ERRORS = "urbsim.as_given"


def prepare() -> None:
    """Give this process streams that can be written to; characters a stream does not know come out as `?`."""
    codecs.register_error(_ERRORS, _bytes_of)
    _keep_numbers()
    sys.stdout = _lasting(sys.stdout, 1, "stdout")
    sys.stderr = _lasting(sys.stderr, 2, None)


def leave(code: int) -> NoReturn:
    """End the process at once: to take libraries and machine code apart first would take most of a second."""
    try:
        sys.stdout.flush()
    except OSError as error:
        if code == 0:
            print(f"failed: {error.strerror}: {error.filename}", file=sys.stderr)
            code = 1
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def as_typed(text: str) -> str:
    """An argument as it was typed in UTF-8, where the locale made something else of its bytes; else `text`."""
    try:
        return os.fsencode(text).decode("utf-8")
    except UnicodeError:
        return text


def takes_chinese(stream: TextIO) -> bool:
    """Whether a stream can write Chinese."""
    try:
        "城镇".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return False
    return True


def _bytes_of(error: UnicodeError) -> tuple[bytes, int]:
    """Of what cannot be encoded: the bytes of a file's name as the system gave them, `?` for all else."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    given = error.object[error.start : error.end]
    escaped = (ord(character) - 0xDC00 for character in given)
    # Python keeps a byte that is no text as a surrogate: the highest bit of the byte is set.
    return b"".join(
        bytes([byte]) if byte > 0 and byte.bit_length() == 8 else b"?" for byte in escaped
    ), error.end


def _keep_numbers() -> None:
    """Put /dev/null where a standard stream is closed, so that no file of results is opened under its number."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)


def _lasting(stream: TextIO | None, number: int, name: str | None) -> TextIO:
    """The stream, or one in its place, that outlives its reader; other objects that tests put there stay."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    try:
        raw = _Lasting(stream.fileno(), name)
    except (OSError, ValueError):
        return stream
    # As Python itself does by default: who has set no locale (LC_ALL=C) has a terminal of UTF-8 all the same.
    encoding = "utf-8" if codecs.lookup(stream.encoding).name == "ascii" else stream.encoding
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=encoding,
        errors=_ERRORS,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


class _Lasting(io.FileIO):
    """A file that takes what nobody reads. name: said when it fails for another reason; None: it never fails."""

    def __init__(self, number: int, name: str | None) -> None:
        super().__init__(number, "wb", closefd=False)
        self._said = name

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            if self._said is None or isinstance(error, BrokenPipeError):
                return memoryview(data).nbytes
            raise OSError(error.errno, error.strerror, self._said) from None
