"""A country of your own from a file.

Loading runs the code of the file: do it only on an explicit wish.
"""

import hashlib
import importlib.util
import sys
import traceback
from pathlib import Path

from ..errors import CountryFileError
from .country import CountryAgent


def load_country(place: str) -> type[CountryAgent]:
    """Run a Python file and return the country that it defines.

    Args:
        place: ``"path/to/file.py:Class"``.

    Raises:
        CountryFileError: there is no such file or class, the class is no `CountryAgent`, or the
            file raises an error.
    """
    path, name = split_place(place)
    code = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    module_name = f"hedgerow_own_{code}_{path.stem}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise CountryFileError(f"{path}: not a Python file; expected FILE.py:CLASS")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[module_name]
        raise CountryFileError(blame(path, error)) from error
    found = getattr(module, name, None)
    if isinstance(found, type) and issubclass(found, CountryAgent) and found is not CountryAgent:
        return found
    own = [
        key
        for key, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, CountryAgent)
        and value.__module__ == module_name
    ]
    there = f"there is {', '.join(own)}" if own else "the file defines none"
    what = "no class" if found is None else "no subclass of CountryAgent:"
    raise CountryFileError(f"{path}: {what} {name!r}; {there}")


def split_place(place: str) -> tuple[Path, str]:
    """Split ``FILE.py:CLASS``.

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
    """Return one line on an error: where in the file, and what."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path}:{error.lineno}: {error.msg}"
    line = line_in(path, error)
    where = str(path) if line is None else f"{path}:{line}"
    return f"{where}: {type(error).__name__}: {error}"


def line_in(path: Path, error: BaseException) -> int | None:
    """Return the line of a file from which an error came, however deep; None if it did not."""
    here = path.resolve()
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).resolve() == here
    ]
    return lines[-1] if lines else None
