"""Prepares the process that a command runs in: its streams and its use of memory."""

import io
import mmap
import os
import sys
import warnings
from collections.abc import Buffer, Iterator
from contextlib import contextmanager
from typing import TextIO

_READING = 256 * 2**20
"""Bytes of address space needed to read a summary and draw its figures."""


class Unwritable(RuntimeError):
    """Standard output cannot be written any more; the message says why."""


class _Output(io.FileIO):
    """Standard output, whose errors can be distinguished from those of other files."""

    def write(self, data: Buffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:  # whoever read it has seen enough
            raise
        except OSError as error:
            raise Unwritable(
                f"standard output cannot be written: {error.strerror or error}"
            ) from error


class _Messages(io.FileIO):
    """Standard error. What cannot be written is dropped, and the work goes on."""

    def write(self, data: Buffer, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def prepare() -> None:
    """Make the standard streams usable, and limit libraries to what this process can give.

    * A closed standard stream is replaced by an empty one.
    * If standard error cannot be written, the text is dropped; if standard output cannot,
      `Unwritable` is raised.
    * Streams that are no terminals are read and written as UTF-8, like files.
    * Matplotlib opens no window, whatever ``MPLBACKEND`` says.
    * If the address space is limited (``ulimit -v``), libraries start a single thread instead of
      one for each core. Each takes about 70 MB, and C++ aborts the process if there is none.
    """
    _open_streams()
    os.environ["MPLBACKEND"] = "agg"
    if is_limited():
        for name in ("ARROW_IO_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            os.environ.setdefault(name, "1")


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Print each warning once and in one line, without the line of code that caused it."""
    shown: set[str] = set()

    def show(message: Warning | str, *place: object, **more: object) -> None:
        if str(message) not in shown:
            shown.add(str(message))
            print(f"warning: {message}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


def has_room_to_read() -> bool:
    """Whether the limit on the address space, if any, leaves enough to read and draw a summary."""
    if not is_limited():
        return True
    try:
        mmap.mmap(-1, _READING).close()
    except OSError:
        return False
    return True


def is_limited() -> bool:
    """Whether the address space of this process is limited."""
    return _limit() is not None


def _limit() -> int | None:
    """Return the limit on the address space of this process in bytes; None if there is none."""
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft


def _open_streams() -> None:
    """Replace closed standard streams, so that no other file is opened under their number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            flags = os.O_RDONLY if number == 0 else os.O_WRONLY
            mode = "r" if number == 0 else "w"
            setattr(sys, name, os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8"))
        _as_utf8(getattr(sys, name))
    _guard("stdout", _Output)
    _guard("stderr", _Messages)


def _guard(name: str, kind: type[io.FileIO]) -> None:
    """Write a standard stream through a file of this kind, unless the stream was replaced."""
    stream = getattr(sys, name)
    buffer = getattr(stream, "buffer", None)
    if type(getattr(buffer, "raw", buffer)) is not io.FileIO or stream is not getattr(
        sys, f"__{name}__"
    ):
        return  # replaced by a notebook or a test, guarded before, or a console of Windows
    stream.flush()
    raw = kind(stream.fileno(), "w", closefd=False)
    guarded = io.TextIOWrapper(
        io.BufferedWriter(raw) if hasattr(buffer, "raw") else raw,
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
    setattr(sys, name, guarded)


def _as_utf8(stream: TextIO) -> None:
    """Make a stream accept any text: a terminal in its own encoding, others in UTF-8."""
    if not isinstance(stream, io.TextIOWrapper):  # replaced by a notebook or a test
        return
    errors = "backslashreplace" if stream.writable() else "replace"
    stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors=errors)
