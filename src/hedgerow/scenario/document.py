"""Reads a scenario file with the files that it extends, and records where each key was written.

Inside this package a document is *keyed*: shocks, choices and embargoes are tables from label to
entry, so that ``shocks.LABEL.value`` is a path like any other. `listed_form` converts it back to
the lists of a file.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import ScenarioError
from ..facts import EvidenceError, with_own
from ..facts.facts import shipped_evidence
from ..files import folder, located
from .layers import Layer, format_problems, read
from .positions import KeyPath
from .problems import Problem, closest, listed
from .schema import VERSION

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
    "expect",
    "source",
    FACTS,
    "remove_shocks",
    "remove_choices",
    "remove_embargoes",
)
"""Keys of a file that are not inherited, or are not needed in the merged document."""


@dataclass
class Merged:
    """A keyed document and the origin of its keys.

    Attributes:
        document: the keyed document, in which each number has its own source.
        origins: for each merged path, the layer that wrote it and its path in that layer.
        layers: all layers, from the first ancestor to the overrides.
    """

    document: Plain = field(default_factory=dict)
    origins: dict[KeyPath, tuple[Layer, KeyPath]] = field(default_factory=dict)
    layers: list[Layer] = field(default_factory=list)

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
        name: a path, or the name of a shipped scenario.
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
    if _is_there(path):
        return path, str(path)
    if is_name:
        known = names()
        hint = closest(text, known)
        message = f"no scenario is called '{text}', and no file either"
        raise ScenarioError([Problem(message, "", 0, 0, "", listed(known, 40), hint)])
    raise ScenarioError([Problem("no such file", str(path))])


def _is_there(path: Path) -> bool:
    """Whether a path exists; also True if that cannot be checked, so that reading reports why."""
    try:
        return path.exists()
    except ValueError:  # a NUL in the name
        return False
    except OSError:
        return True


def chain(path: Path, label: str) -> tuple[list[Layer], list[Problem], bool]:
    """Read a file and its ancestors.

    Returns:
        The layers, the first ancestor first, without what breaks the format; the problems found;
        and whether enough is left to merge and check the layers.
    """
    layers: list[Layer] = []
    problems: list[Problem] = []
    seen: set[Path] = set()
    usable = True
    while True:
        seen.add(path.resolve())
        try:
            layer = read(path, label)
        except ScenarioError as error:
            first = error.problems[0]
            if layers and not first.line:  # the problem is the file as a whole, so blame the name
                where, parent = ("extends",), layers[-1].document["extends"]
                text = f"extends '{parent[:80]}', which cannot be used: {first.message}"
                return [], [*problems, layers[-1].problem(where, text, "", first.suggestion)], False
            return [], [*problems, *error.problems], False
        if layer.document.get("schema") == 1:
            return (
                [],
                [*problems, layer.problem(("schema",), _OLD, f"schema = {VERSION}", _WHERE)],
                False,
            )
        found, rest = format_problems(layer)
        problems += [*found, *_read_facts(layer)]
        usable = usable and rest
        layers.append(layer)
        parent = layer.document.get("extends")
        if parent is None:
            habits, found = _read_habits(layers)
            return [*habits, *layers[::-1]], [*problems, *found], usable
        try:
            path, label = locate(parent, layer.folder)
        except ScenarioError as error:
            missing = error.problems[0]
            message = f"extends '{parent[:80]}', which does not exist"
            where = ("extends",)
            hint = missing.suggestion or (missing.message if parent[:1] == "~" else "")
            problems.append(layer.problem(where, message, missing.expected, hint))
            return [], problems, False
        if path.resolve() in seen:
            circle = " → ".join([*(known.label for known in layers), label])
            message = f"extends '{parent}' in a circle: {circle}"
            return [], [*problems, layer.problem(("extends",), message)], False


_OLD = (
    "this scenario is of the format of version 0.1: instruments have kinds, habits and politics "
    "take the place of most weights, returns follow from the ties at the start, powers act by "
    "events, and votes name an issue, a class and a subject"
)
_WHERE = "docs/reference/scenario-format.md says how to write it anew"


def _read_habits(layers: list[Layer]) -> tuple[list[Layer], list[Problem]]:
    """Return the file of habits that the first of some layers names, as a layer, and problems.

    A name alone is that of a shipped file; a path starts from the folder of the file that names it.
    """
    for layer in layers:
        table = layer.document.get("habits")
        name = table.get("file") if isinstance(table, dict) else None
        if name is None:
            continue
        shipped = folder("seeds") / "habits"
        known = sorted(path.stem for path in shipped.glob("*.toml"))
        path = shipped / f"{name}.toml" if name in known else layer.folder / name
        where = ("habits", "file")
        if not _is_there(path):
            text = f"no file of habits is called '{name}'"
            return [], [layer.problem(where, text, listed(known, 40), closest(name, known))]
        try:
            habits = read(path, path.name)
        except ScenarioError as error:
            text = f"habits '{name}' cannot be used: {error.problems[0].message}"
            return [], [layer.problem(where, text)]
        habits = replace(habits, habits=True)
        habits.document.setdefault("schema", VERSION)
        habits.document.setdefault("title", str(name))
        found = [
            habits.problem((key,), f"a file of habits has no '{key}'", listed(_HABITS), "", True)
            for key in habits.document
            if key not in _HABITS
        ]
        found += format_problems(habits)[0]
        habits.document.pop("description", None)
        return [habits], found
    return [], []


_HABITS = ("schema", "title", "description", "source", "habits", "countries", "behaviour")
"""Keys of a file of habits."""


def _read_facts(layer: Layer) -> list[Problem]:
    """Replace the names of the user's own files of facts by their content; return problems."""
    named = layer.document.pop(FACTS, None)
    if named is None:
        return []
    evidence, tables, problems = shipped_evidence(), [], []
    for part in named if isinstance(named, list) else [named]:
        try:
            path = layer.folder / part if isinstance(part, str) else None
            table = part if path is None else read(path, str(path)).document
            evidence = with_own(evidence, table, FACTS if path is None else path.name)
            tables.append(table)
        except ScenarioError as error:
            problems.append(layer.problem((FACTS,), f"facts '{part}': {error.problems[0].message}"))
        except EvidenceError as error:
            problems.append(layer.problem((FACTS,), str(error)))
    layer.document[FACTS] = tables
    return problems


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
