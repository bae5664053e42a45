"""Reading files that a user names: only regular files, of limited size, with text safe to show."""

import errno
import json
import os
import signal
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any

TEXT = 16 * 2**20
"""Most bytes of a text file: a scenario, facts, targets, a manifest, an experiment."""

DATA = 2**30
"""Most bytes of a file of numbers, packed and unpacked, and of the description of a sweep."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KEPT = "\n\t"


_DEEPEST = 100
_BLOCK = 2**20
_PACKAGE = Path(__file__).resolve().parent


def opened(path: str | os.PathLike[str], limit: int | None = None) -> BufferedReader:
    """Open a regular file to read its bytes; never wait for a FIFO or read a device.

    Args:
        path: path of the file, or of a link to it.
        limit: the most bytes that it may have; None for any number.

    Raises:
        OSError: it is not there, is no regular file, is too large or cannot be read;
            ``strerror`` says which.
    """
    place = os.fspath(path)
    try:
        _require_regular(Path(place).stat().st_mode, place)
        # Somebody may put a FIFO there meanwhile, which without O_NONBLOCK waits for ever.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        number = os.open(place, flags | getattr(os, "O_CLOEXEC", 0))
    except ValueError as error:  # a NUL in the name
        raise NotRead(errno.EINVAL, "is not the name of a file", place) from error
    try:
        found = os.fstat(number)
        _require_regular(found.st_mode, place)
        if limit is not None and found.st_size > limit:
            raise NotRead(errno.EFBIG, too_large(found.st_size, limit), place)
        return os.fdopen(number, "rb")
    except BaseException:
        os.close(number)
        raise


def _require_regular(mode: int, place: str) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), place)
    if not stat.S_ISREG(mode):
        raise NotRead(errno.EINVAL, "is a device, a pipe or a socket, not a file", place)


def too_large(size: float, limit: int) -> str:
    """Return the words for a file of `size` bytes where `limit` are allowed."""
    return f"is too large: {_amount(size)}; at most {_amount(limit)} are read"


def _amount(size: float) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.4g} {unit}"
        size /= 1024
    return f"{size:.4g} GiB"


def read_bytes(path: str | os.PathLike[str], limit: int = TEXT) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes.

    Raises:
        OSError: as of `opened`.
    """
    with opened(path, limit) as file:
        content = bytearray()
        while block := file.read(_BLOCK):  # a file may grow, or not tell its size
            content += block
            if len(content) > limit:
                reason = f"is too large: more than {_amount(limit)}"
                raise NotRead(errno.EFBIG, reason, os.fspath(path))
    return bytes(content)


def read_text(path: str | os.PathLike[str], limit: int = TEXT, encoding: str = "utf-8") -> str:
    """Return the text of a regular file of at most `limit` bytes, with its line ends as ``\\n``.

    Raises:
        OSError: as of `opened`.
        UnicodeDecodeError: the file is not in that encoding.
    """
    text = read_bytes(path, limit).decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_json(path: str | os.PathLike[str], limit: int = TEXT) -> Any:
    """Return what a file of JSON holds.

    Raises:
        OSError: as of `opened`.
        ValueError: it is not UTF-8 or not JSON, or nested too deeply.
    """
    try:
        return shallow(json.loads(read_text(path, limit)))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def read_toml(path: str | os.PathLike[str], limit: int = TEXT) -> dict[str, Any]:
    """Return what a file of TOML holds, its texts without control characters.

    Raises:
        OSError: as of `opened`.
        ValueError: it is not UTF-8 or not TOML, or nested too deeply.
    """
    import tomllib  # not at start-up, where `plain` alone is needed

    try:
        found: dict[str, Any] = plain_texts(shallow(tomllib.loads(read_text(path, limit))))
        return found
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def shallow(node: Any) -> Any:
    """Return nested tables and lists unchanged, if functions may call themselves to walk them.

    Raises:
        RecursionError: they are nested more than 100 deep, or hold themselves.
    """
    left = [(node, 0)]
    while left:
        each, depth = left.pop()
        if depth > _DEEPEST:
            raise RecursionError(f"nested more than {_DEEPEST} deep")
        if isinstance(each, Mapping):
            left += [(part, depth + 1) for part in each.values()]
        elif isinstance(each, list | tuple):
            left += [(part, depth + 1) for part in each]
    return node


def is_control(character: str) -> bool:
    """True for a character that steers a terminal or a line of text instead of showing.

    A lone surrogate counts as one too: Python can hold it in a text, but no file can.
    """
    kind = unicodedata.category(character)
    return (kind == "Cc" and character not in _KEPT) or kind == "Cs" or character in _BIDI


def plain(text: str) -> str:
    """Return a text without control characters, as it may go to a terminal or a figure.

    Line ends and tabs stay. An escape sequence in a file thus shows as harmless letters.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(character for character in text if not is_control(character))


def plain_texts(node: Any) -> Any:
    """Return nested tables and lists with `plain` applied to every text in them except keys."""
    if isinstance(node, dict):
        return {key: plain_texts(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain_texts(value) for value in node]
    return plain(node) if isinstance(node, str) else node


def located(path: str | os.PathLike[str]) -> Path:
    """Return a path with ``~`` for a home directory written out.

    Raises:
        OSError: no user of that name has a home directory.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise NotRead(errno.ENOENT, "no such home directory", os.fspath(path)) from error


def folder(name: str) -> Path:
    """Return the folder of shipped data called `name` (``"scenarios"`` or ``"seeds"``).

    An installed wheel carries the data inside the package (where a folder of its own could hide the
    function `hedgerow.scenarios`, so it lies in ``data``); a checkout keeps it at the top level.

    Raises:
        FileNotFoundError: neither place has it.
    """
    for candidate in (_PACKAGE / "data" / name, _PACKAGE.parents[1] / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"this installation of hedgerow has no {name!r} folder")


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Delay interrupts until the end of the ``with`` block, which must be short."""
    if current_thread() is not main_thread():  # signals are delivered to the main thread only
        yield
        return
    signals: list[int] = []
    handlers = {number: signal.getsignal(number) for number in STOPS}
    own = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in own:
        signal.signal(number, lambda number, frame: signals.append(number))
    try:
        yield
    finally:
        for number, handler in own.items():
            signal.signal(number, handler)
        if signals:
            signal.raise_signal(signals[0])


STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class NotRead(OSError):
    """A file that is not read because it is no regular file, or is too large."""

    def __str__(self) -> str:
        return str(self.strerror)
