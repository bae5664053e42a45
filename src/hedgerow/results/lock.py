"""Locks of folders: a file in the folder that a process locks for as long as it works there.

The operating system releases the lock when the process ends, in whatever way. If the file system
offers no locks, the file itself is the lock. It names its process, and is void once that process
is gone.
"""

import json
import os
import shlex
import socket
import stat
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import Held, OutputError

try:
    import fcntl
except ImportError:  # a system without POSIX locks
    fcntl = None  # type: ignore[assignment]

LOCK = ".hedgerow.lock"
"""Name of the lock file of a folder."""

MANIFEST_LOCK = ".hedgerow-manifest.lock"
"""Name of the lock file of a manifest, for processes that share the lock of the folder."""

_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_OPEN = os.O_RDWR | _SAFE
_MOST = 4096  # most bytes of the file that are read
_WORDS = 120  # most characters of a command that are noted
_START = b'{"process": '
"""First bytes of a lock file that a process signed; an unsigned one is empty."""
_WAIT = 0.01  # seconds between two tries
_MOMENT = 0.5  # seconds


class Lock:
    """The lock of a folder.

    Args:
        folder: the folder to work in.
        shared: whether other processes that also ask for a shared lock may have it too.
        what: the path that messages name; the folder by default.
        name: name of the lock file.
        patience: seconds to wait for another process; a moment by default, since to look at a lock
            or to give a shared one back takes it for a moment.

    Raises:
        Held: another process works in the folder.
        OutputError: there is a file of this name that is no lock file of hedgerow.
        OSError: the folder does not exist or cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        shared: bool = False,
        what: Path | None = None,
        name: str = LOCK,
        patience: float = _MOMENT,
    ) -> None:
        self.folder = folder
        self._name = name
        self._shared = shared
        self._file = -1
        self._plain = False  # whether the file itself is the lock
        end = time.monotonic() + patience
        while self._file < 0:
            try:
                self._take(what or folder)
            except Held:
                if time.monotonic() >= end:
                    raise
                time.sleep(_WAIT)
        try:
            self._sign()
        except OSError:
            self.release()
            raise

    def _take(self, what: Path) -> None:
        """Try to take the lock; if the file is removed meanwhile, the caller must try again."""
        path = self.folder / self._name
        try:
            file, new = os.open(path, _OPEN | os.O_CREAT | os.O_EXCL, 0o666), True
        except FileExistsError:
            try:
                file, new = os.open(path, _OPEN), False
            except FileNotFoundError:
                return
        try:
            locked = _lock(file, self._shared)
            content = b"" if new else _content(file)
            owner = _owner(content or b"")
            plain = locked is None or bool(owner.get("plain"))
            if locked is not False and not _is_ours(content):
                raise OutputError(
                    f"{path}: is no lock of hedgerow, which needs that name; move it away"
                )
            if locked is False or (plain and not new and _lives(owner)):
                held = Held(_in_use(what, owner, path if plain else None))
                held.unsure = plain and owner.get("host") != socket.gethostname()
                raise held
            if plain and not new:  # left by a process that is gone
                path.unlink(missing_ok=True)
                return
            if not plain and not _same(file, path):
                return
            self._file, self._plain, file = file, locked is None, -1
        finally:
            if file >= 0:
                os.close(file)

    def _sign(self) -> None:
        about = {
            "process": os.getpid(),
            "host": socket.gethostname(),
            "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])[:_WORDS],
            "since": datetime.now().astimezone().isoformat(sep=" ", timespec="seconds"),
            "plain": self._plain,
        }
        os.lseek(self._file, 0, os.SEEK_SET)
        os.ftruncate(self._file, 0)
        os.write(self._file, json.dumps(about).encode())

    def moved(self, folder: Path) -> None:
        """Note that the folder was renamed to `folder`."""
        self.folder = folder

    def release(self) -> None:
        """Release the lock. The last process that shares it removes the file."""
        if self._file < 0:
            return
        path = self.folder / self._name
        with suppress(OSError):
            if (not self._shared or _lock(self._file) is not False) and _same(self._file, path):
                path.unlink()
        os.close(self._file)
        self._file = -1

    def __enter__(self) -> "Lock":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def is_held(folder: Path) -> bool:
    """Whether a process holds the lock of a folder and does not share it."""
    try:
        file = os.open(folder / LOCK, os.O_RDONLY | _SAFE)
    except OSError:
        return False
    try:
        locked, owner = _lock(file, shared=True), _owner(_content(file) or b"")
        if locked is None or owner.get("plain"):
            return _lives(owner)
        return not locked
    finally:
        os.close(file)


def is_signed(folder: Path) -> bool:
    """Whether a process took the lock of a folder, even if it is gone by now."""
    try:
        return (folder / LOCK).lstat().st_size > 0
    except OSError:
        return False


def _lock(file: int, shared: bool = False) -> bool | None:
    """Lock a file: True if done, False if another process has it, None if locks do not exist."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _same(file: int, path: Path) -> bool:
    """Whether an open file is still the one at a path."""
    try:
        return os.path.samestat(os.fstat(file), os.lstat(path))
    except OSError:
        return False


def _content(file: int) -> bytes | None:
    """Return the first bytes of a lock file; None if it is no regular file or unreadable."""
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return None
        os.lseek(file, 0, os.SEEK_SET)
        return os.read(file, _MOST)
    except OSError:
        return None


def _is_ours(content: bytes | None) -> bool:
    return content is not None and (not content or content.startswith(_START))


def _owner(content: bytes) -> dict[str, Any]:
    """Return what a lock file says of its process; empty if sharing processes garbled it."""
    try:
        about = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return about if isinstance(about, dict) else {}


def _lives(owner: dict[str, Any]) -> bool:
    """Whether the process that took a lock may still be running."""
    process = owner.get("process")
    if owner.get("host") != socket.gethostname() or not isinstance(process, int) or process < 1:
        return True  # the process is on another machine and cannot be checked
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _in_use(what: Path, owner: dict[str, Any], plain: Path | None) -> str:
    who = ""
    if owner.get("process"):
        text = "process {process} on {host}, {command!r}, since {since}"
        some = {name: str(owner.get(name, "?")) for name in ("process", "host", "command", "since")}
        words = text.format_map(some)
        who = f" ({''.join(c if c.isprintable() else '?' for c in words)})"
    gone = "" if plain is None else f"; if that process is gone, delete {plain}"
    return f"{what}: another process works here{who}; wait for it, or stop it first{gone}"
