"""The merged document of a scenario: its content, and where each key was written.

Inside this package a document is *keyed*: shocks, choices and embargoes are tables from label to
entry, so that ``shocks.LABEL.value`` is a path like any other. `listed_form` converts it back to
the lists of a file.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import ScenarioError
from ..files import folder, located
from .layers import Layer
from .made import is_made, made, named, state_of
from .positions import KeyPath
from .problems import Problem, closest, listed

Plain = dict[str, Any]
DATED = {"shocks": "label", "choices": "question", "embargoes": "label"}
"""Arrays of tables, and the key that names an entry."""

SHOCKED = ("at", "until", "value", "probability")
"""Keys of a shock whose values are quantities."""

FACTS = "facts"
"""Key that names the user's own files of facts; in the merged document it holds their content."""

OWN = (
    "schema",
    "extends",
    "include",
    "remove",
    "expect",
    "source",
    FACTS,
)
"""Keys of a file that are not inherited, or are not needed in the merged document."""


@dataclass
class Merged:
    """A keyed document and the origin of its keys.

    Attributes:
        document: the keyed document, in which each number has its own source.
        origins: for each merged path, the layer that wrote it and its path in that layer.
        layers: all layers, from the first ancestor to the overrides.
        dropped: what files removed, in words, and which line did so.
        notes: remarks on what went with it.
    """

    document: Plain = field(default_factory=dict)
    origins: dict[KeyPath, tuple[Layer, KeyPath]] = field(default_factory=dict)
    layers: list[Layer] = field(default_factory=list)
    dropped: dict[str, str] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)

    def problem(
        self,
        path: KeyPath,
        message: str,
        expected: str = "",
        suggestion: str = "",
        at_key: bool = False,
        severity: str = "error",
    ) -> Problem:
        """Return a problem at the place where the key at `path` was written."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                layer, where = self.origins[path[:length]]
                rest = (*where, *path[length:])
                return layer.problem(rest, message, expected, suggestion, at_key, severity)
        files = [layer for layer in self.layers if layer.positions is not None]
        return files[-1].problem((), message, expected, suggestion, at_key, severity)

    def wrote(self, path: KeyPath) -> bool:
        """Whether a file or an override wrote the key at `path`."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                layer, where = self.origins[path[:length]]
                return layer.has((*where, *path[length:]))
        return False

    def tried(self, path: KeyPath) -> bool:
        """Whether a file wrote the key at `path`, though perhaps in a way that is not right."""
        places = (layer.positions for layer in self.layers)
        return any(place is not None and path in place.paths for place in places)

    def forget_source(self, path: KeyPath) -> None:
        """Forget where the source of a number or entry was written, since it is replaced."""
        self.origins.pop((*path, "source"), None)

    def layer_of(self, path: KeyPath) -> Layer | None:
        """Return the layer that wrote `path`; None if none did."""
        found = self.origins.get(path)
        return found[0] if found else None


def names() -> list[str]:
    """Return the names of the shipped scenarios, sorted."""
    return sorted(path.stem for path in folder("scenarios").glob("*.toml"))


def locate(name: str | Path, near: Path | None = None) -> tuple[Path, str]:
    """Return the file of a scenario, and its name in messages.

    Args:
        name: a path, the name of a shipped scenario, or the code of a state of the panel.
        near: the folder that a relative path starts from.

    Raises:
        ScenarioError: it is neither.
    """
    text = str(name)
    try:
        path = located(name)
    except OSError as error:
        raise ScenarioError([Problem(str(error.strerror), text)]) from None
    is_name = isinstance(name, str) and "/" not in text and not text.endswith(".toml")
    if is_name and path.name == text and text in names():
        shipped = folder("scenarios") / f"{text}.toml"
        return shipped, f"{text}.toml"
    if near is not None and not path.is_absolute():
        path = near / path
    own = Path(f"{path}.toml")
    if is_name and (code := state_of(text)):
        for file in (own, path.with_name(f"{code}.toml")):
            if is_there(file):
                return file, str(file)  # a file of one's own goes before what would be made
    elif is_there(path):
        return path, str(path)
    if found := made(path.stem if is_made(path) else text if is_name else ""):
        return found
    if is_name:
        known = names()
        hint = f"did you mean {own}?" if is_there(own) else named(text) or closest(text, known)
        message = f"no scenario is called '{text}', and no file either"
        raise ScenarioError([Problem(message, "", 0, 0, "", listed(known, 40), hint)])
    raise ScenarioError([Problem("no such file", str(path))])


def is_there(path: Path) -> bool:
    """Whether a path exists; also True if that cannot be checked, so that reading reports why."""
    try:
        return path.exists()
    except ValueError:  # a NUL in the name
        return False
    except OSError:
        return True


def copied(node: Any) -> Any:
    """Return a copy of a document or of a part of it."""
    if isinstance(node, dict):
        return {
            key: copied(value) if isinstance(value, (dict, list)) else value
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [copied(value) for value in node]
    return node


def listed_form(document: Plain) -> Plain:
    """Return a keyed document as it is written in a file, with dated entries as lists."""
    result = {key: copied(value) for key, value in document.items() if key not in DATED}
    for key in DATED:
        if document.get(key):
            result[key] = [copied(entry) for entry in document[key].values()]
    return result


def default_label(section: str, entry: Plain) -> str:
    """Return the label of a dated entry that has none."""
    if section == "embargoes":
        return f"{entry['partner']}-{entry.get('instrument', 'arms')}"
    at = entry["at"]
    date = "" if isinstance(at, dict) else f"-{float(at):g}"
    return str(entry.get("path", section)).replace(".", "-") + date
