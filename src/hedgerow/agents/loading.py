"""Loads countries, measures and payoff terms from the user's Python files.

Loading runs the code of the file, so it is done only for files that the user names.
"""

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .. import agents
from ..errors import CountryFileError
from .registry import MEASURES, TERMS

if TYPE_CHECKING:
    from .country import CountryAgent

_PREFIX = "hedgerow_own_"


@dataclass(frozen=True)
class Loaded:
    """A file that was run.

    Attributes:
        path: path of the file.
        sha256: checksum of its content.
        module: the module that it defines.
    """

    path: Path
    sha256: str
    module: ModuleType

    @property
    def countries(self) -> "dict[str, type[CountryAgent]]":
        """The countries that it defines, by the names of their classes, in order."""
        return {
            name: value
            for name, value in vars(self.module).items()
            if isinstance(value, type)
            and issubclass(value, agents.CountryAgent)
            and value.__module__ == self.module.__name__
        }

    @property
    def measures(self) -> dict[str, Any]:
        """The measures that it registers, by name."""
        return self._registered(MEASURES)

    @property
    def terms(self) -> dict[str, Any]:
        """The payoff terms that it registers, by name."""
        return self._registered(TERMS)

    def _registered(self, known: Mapping[str, Any]) -> dict[str, Any]:
        own = self.module.__name__
        return {name: each for name, each in known.items() if each.__module__ == own}


def load_file(path: Path) -> Loaded:
    """Run a Python file, unless this process has run the same content before.

    Raises:
        CountryFileError: there is no such file, it is no Python file, or it raises an error.
    """
    if path.suffix != ".py":
        raise CountryFileError(f"{path}: expected a file ending in .py")
    try:
        content = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise CountryFileError(f"{path}: no such file") from None
    except OSError as error:
        raise CountryFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    digest = hashlib.sha256(content).hexdigest()
    code = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    name = f"{_PREFIX}{code}_{path.stem}"
    module = sys.modules.get(name)
    if module is not None and vars(module).get("__hedgerow_sha256__") == digest:
        return Loaded(path, digest, module)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CountryFileError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    vars(module)["__hedgerow_sha256__"] = digest
    sys.modules[name] = module
    try:
        exec(compile(content, str(path), "exec"), vars(module))  # the bytes of the checksum
    except Exception as error:
        del sys.modules[name]
        raise CountryFileError(blame(path, error)) from error
    return Loaded(path, digest, module)


def file_of(part: Any) -> tuple[Path, str] | None:
    """Return the file that `load_file` loaded a country or measure from, and its checksum.

    None if it comes from elsewhere.
    """
    module = sys.modules.get(getattr(part, "__module__", ""))
    digest = vars(module).get("__hedgerow_sha256__") if module is not None else None
    if digest is None or module is None or module.__file__ is None:
        return None
    return Path(module.__file__), digest


def load_country(place: str) -> "type[CountryAgent]":
    """Run a Python file and return the country that it defines.

    Args:
        place: ``"path/to/file.py:Class"``.

    Raises:
        CountryFileError: there is no such file or class, the class is no `CountryAgent`, or the
            file raises an error.
    """
    path, name = split_place(place)
    loaded = load_file(path)
    found = getattr(loaded.module, name, None)
    base = agents.CountryAgent
    if isinstance(found, type) and issubclass(found, base) and found is not base:
        return found
    own = ", ".join(loaded.countries)
    there = f"there is {own}" if own else "the file defines none"
    what = "no class" if found is None else "no subclass of CountryAgent:"
    raise CountryFileError(f"{path}: {what} {name!r}; {there}")


def split_place(place: str) -> tuple[Path, str]:
    """Return the file and the name of the class of ``FILE.py:CLASS``.

    Raises:
        CountryFileError: it has another form, or there is no such file.
    """
    file, _, name = place.rpartition(":")
    if not file or not name.isidentifier():
        raise CountryFileError(f"{place!r}: expected FILE.py:CLASS, as in my_country.py:Cautious")
    path = Path(file)
    if path.suffix != ".py":
        raise CountryFileError(f"{file}: expected a file ending in .py")
    if not path.is_file():
        raise CountryFileError(f"{file}: no such file")
    return path, name


def blame(path: Path, error: BaseException) -> str:
    """Return an error in one line: the line of the file, and what is wrong."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path}:{error.lineno}: {error.msg}"
    line = line_in(path, error)
    where = str(path) if line is None else f"{path}:{line}"
    return f"{where}: {type(error).__name__}: {error}"


def line_in(path: Path, error: BaseException) -> int | None:
    """Return the line of a file that led to an error; None if the error has another cause."""
    here = path.resolve()
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).resolve() == here
    ]
    return lines[-1] if lines else None
