"""The scenarios that are shipped: their files, their titles, and copies to start from."""

import os
import textwrap
import tomllib
from difflib import get_close_matches
from pathlib import Path

from ..errors import OutputError
from ..files import folder


def file_of(name: str) -> Path:
    """Return the file of a shipped scenario, or of a part that scenarios include.

    Raises:
        ValueError: there is neither; the message suggests one.
    """
    files = {path.stem: path for path in folder("scenarios").glob("library/*.toml")}
    files |= {path.stem: path for path in folder("scenarios").glob("*.toml")}
    name = name.removesuffix(".toml")
    if name in files:
        return files[name]
    close = get_close_matches(name, files, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(files))}"
    raise ValueError(f"no shipped scenario is called {name!r}; {hint}")


def copy(name: str, place: str | os.PathLike[str] = "") -> Path:
    """Copy the file of a shipped scenario into a folder as ``NAME.toml``, and return its path.

    Args:
        name: name of a shipped scenario, or of a part.
        place: the folder; by default the current one.

    Raises:
        ValueError: there is no such scenario.
        OutputError: there is a file of that name, or it cannot be written; nothing is left behind.
    """
    source = file_of(name)
    target = Path(place) / source.name
    if os.path.lexists(target):
        raise OutputError(f"{target} exists; move it away, or copy in another folder")
    text = source.read_bytes()
    try:
        with target.open("xb") as file:
            file.write(text)
    except OSError as error:
        if not isinstance(error, FileExistsError):
            target.unlink(missing_ok=True)
        raise OutputError(f"{target} cannot be written: {error.strerror}") from error
    return target


def titles(width: int = 100) -> str:
    """Return all names with their titles and questions, in lines of at most `width` columns.

    Scenarios that extend no other come first, then what-ifs and other variants, each by name.
    """
    files = sorted(folder("scenarios").glob("*.toml"))
    heads = [tomllib.loads(path.read_text(encoding="utf-8")) for path in files]
    rows = sorted(zip(files, heads, strict=True), key=lambda row: "extends" in row[1])
    room = max(len(path.stem) for path in files) + 2
    lines = []
    for path, head in rows:
        texts = [head["title"], *([head["question"]] if "question" in head else [])]
        wrapped = [line for text in texts for line in textwrap.wrap(text, max(width - room, 20))]
        lines += [f"{path.stem:{room}}{wrapped[0]}"]
        lines += [" " * room + line for line in wrapped[1:]]
    return "\n".join(lines)
