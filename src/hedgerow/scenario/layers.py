"""Reads and checks one scenario file by itself. A file and its ancestors are a list of layers."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import files
from ..errors import ScenarioError
from ..files import is_control, shallow
from .faults import kind_of
from .keys import join
from .positions import KeyPath, Positions
from .problems import Problem, closest, listed
from .quantity import is_quantity_table
from .schema import VERSION, file_model, keys_at

if TYPE_CHECKING:
    from pydantic import BaseModel

LONGEST = 10_000
"""Most characters of a text in a scenario."""

SEVERAL_LINES = ("description", "note", "source")
"""Texts that may have several lines."""


@dataclass(frozen=True)
class Layer:
    """A file, or the changes made by ``--set`` or, in Python, by arguments.

    Attributes:
        label: its name in messages.
        document: its parsed content.
        positions: where each key stands in the text; None for changes.
        folder: the folder that relative paths in it start from.
        lines: for changes, the text of each changed path.
        habits: whether it is a file of habits, which lies under those of the scenario.
        part: whether a file of the scenario includes it.
    """

    label: str
    document: dict[str, Any]
    positions: Positions | None = None
    folder: Path = field(default_factory=Path)
    lines: dict[KeyPath, str] = field(default_factory=dict)
    habits: bool = False
    part: bool = False

    def problem(
        self,
        path: KeyPath,
        message: str,
        expected: str = "",
        suggestion: str = "",
        at_key: bool = False,
        severity: str = "error",
    ) -> Problem:
        """Return a problem at the place of a key of this layer."""
        if self.positions is None:
            label = f"{self.label} {self._line(path)}".rstrip()
            return Problem(message, label, 0, 0, "", expected, suggestion, severity)
        line, column, text = self.positions.find(path, at_key)
        text = _shown(self.label, text)
        return Problem(message, self.label, line, column, text, expected, suggestion, severity)

    def has(self, path: KeyPath) -> bool:
        """Whether this layer has the key at `path`."""
        node: Any = self.document
        try:
            for part in path:
                node = node[part]
        except (KeyError, IndexError, TypeError):
            return False
        return True

    def _line(self, path: KeyPath) -> str:
        """Return the text of the change at `path`, or of the nearest one above it."""
        for length in range(len(path), 1, -1):
            for changed, text in self.lines.items():
                if changed == path[:length] or changed[:length] == path[:length]:
                    return text
        return ""


def read(path: Path, label: str) -> Layer:
    """Read one file.

    Raises:
        ScenarioError: the file cannot be read, is empty or is not TOML.
    """
    return parse(_text(path, label), label, path.parent)


def parse(text: str, label: str, folder: Path) -> Layer:
    """Return the layer of a text in TOML.

    Raises:
        ScenarioError: the text is empty or not TOML.
    """
    try:
        document = shallow(tomllib.loads(text))
        if not document:
            hint = f'a scenario starts with schema = {VERSION} and title = "…"'
            raise ScenarioError([Problem("this file is empty", label, suggestion=hint)])
        # The parser turns CRLF into LF in strings only; offsets are those of the text itself.
        return Layer(label, document, Positions(text), folder)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([_not_toml(text, label, error)]) from None
    except RecursionError:
        raise ScenarioError([Problem("this file is nested too deeply", label)]) from None
    except ScenarioError:
        raise
    except ValueError as error:  # an integer with more digits than Python reads
        raise ScenarioError([_too_long(text, label, error)]) from None


def format_problems(layer: Layer) -> tuple[list[Problem], bool]:
    """Return everything in a layer that breaks the format, and whether the rest can be used.

    What breaks the format is removed from the document. The rest can be used if it then follows
    the format, on which later checks rely.
    """
    for key in ("habits", "paths"):
        if isinstance(layer.document.get(key), str):  # the name of a file in place of a table
            layer.document[key] = {"file": layer.document[key]}
    problems = _texts(layer, layer.document, ())
    try:
        details = _details(file_model(), layer.document)
    except UnicodeEncodeError:  # a lone surrogate, which is reported above
        return problems, False
    problems += [_problem_of(layer, detail) for detail in details]
    usable = [_prune(layer.document, detail) for detail in details]
    if not problems:
        return [], True
    if _text_fault(str(layer.document.get("extends", "")), "extends"):
        layer.document.pop("extends", None)  # it is no name of a file
        return problems, False
    if isinstance(names := layer.document.get("include"), list):  # names that are none go too
        names[:] = [None if _text_fault(str(name), "include") else name for name in names]
    rest = {"schema": VERSION, "title": "-"} | {
        key: [part for part in value if part is not None] if isinstance(value, list) else value
        for key, value in layer.document.items()
    }
    return problems, all(usable) and not _details(file_model(), rest)


def _details(model: "type[BaseModel]", document: dict[str, Any]) -> list[dict[str, Any]]:
    from pydantic import ValidationError

    try:
        model.model_validate(document)
    except ValidationError as error:
        return [dict(detail) for detail in error.errors(include_url=False)]
    return []


def _texts(layer: Layer, node: Any, path: KeyPath) -> list[Problem]:
    """Return problems of keys and texts that are too long or cannot be shown in one line."""
    pairs: list[tuple[str | int, Any]] = []
    if isinstance(node, dict):
        pairs = list(node.items())
    elif isinstance(node, list):
        pairs = list(enumerate(node))
    found = []
    for key, value in pairs:
        where = (*path, key)
        if isinstance(key, str) and (fault := _text_fault(key, key)):
            found.append(layer.problem(where, f"this key has {fault}", at_key=True))
        if isinstance(value, str):
            if fault := _text_fault(value, str(key)):
                found.append(layer.problem(where, f"this text has {fault}"))
        else:
            found += _texts(layer, value, where)
    return found


def _text_fault(text: str, key: str) -> str:
    if len(text) > LONGEST:
        return f"{len(text)} characters; at most {LONGEST} are read"
    if text.isascii() and text.isprintable():
        return ""
    for character in text:
        line = character in "\n\t" and key not in SEVERAL_LINES
        if line or is_control(character):
            name = unicodedata.name(character, "a control character")
            return f"{name} (U+{ord(character):04X}), which cannot be shown"
    return ""


def _prune(document: dict[str, Any], detail: dict[str, Any]) -> bool:
    """Remove the place of an error from a document; return False if much depends on it.

    An entry of a list of tables is replaced by None, so that those after it keep their numbers.
    """
    path: KeyPath = tuple(detail["loc"])
    missing = detail["type"] == "missing"
    node: Any = document
    owner: tuple[dict[str, Any], str] | None = None
    for part in path:
        if isinstance(node, list) and isinstance(part, int):
            if owner is None or owner[0] is not document or part >= len(node):
                break
            node[part] = None
            return True
        if isinstance(node, dict) and isinstance(part, int):
            continue  # a single table instead of a list
        if not isinstance(node, dict) or (node is not document and is_quantity_table(node)):
            break
        if part not in node:
            if missing:
                break
            return True  # it was removed for another error
        owner = (node, str(part))
        node = node[part]
    if owner is None:
        return missing and len(path) == 1
    owner[0].pop(owner[1])
    return detail["type"] == "extra_forbidden" or (len(path) > 1 and path[0] != "time")


def _text(path: Path, label: str) -> str:
    try:
        raw = files.read_bytes(path)
    except FileNotFoundError:
        raise ScenarioError([Problem("no such file", label)]) from None
    except IsADirectoryError:
        hint = "name a file that ends in .toml"
        raise ScenarioError(
            [Problem("this is a folder, not a scenario", label, suggestion=hint)]
        ) from None
    except OSError as error:
        raise ScenarioError([Problem(f"cannot be read: {error.strerror}", label)]) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"not UTF-8: byte 0x{raw[error.start]:02x}"
        hint = "save the file as UTF-8"
        raise ScenarioError([Problem(message, label, line, column, suggestion=hint)]) from None


def _shown(label: str, line: str) -> str:
    """Return a line of a file for a message; empty if the file is not meant to be a scenario.

    A scenario from a stranger may extend any file. A message that showed its lines could reveal a
    secret to someone who is sent the message.
    """
    return line if label.lower().endswith(".toml") else ""


def _not_toml(text: str, label: str, error: tomllib.TOMLDecodeError) -> Problem:
    lines = text.split("\n")
    words = str(error)
    match = re.search(r"\(at line (\d+), column (\d+)\)", words)
    if match:
        line, column = int(match[1]), int(match[2])
        words = words[: match.start()].rstrip()
    else:  # the message ends with "(at end of document)"
        line, column = len(lines), len(lines[-1]) + 1
    source = _shown(label, lines[min(line, len(lines)) - 1].rstrip("\r"))
    return Problem(f"not TOML: {words}", label, line, column, source)


def _too_long(text: str, label: str, error: ValueError) -> Problem:
    match = re.search(r"\d[\d_]{4299,}", text)
    if match is None:
        return Problem(f"cannot be read: {error}", label)
    line = text.count("\n", 0, match.start()) + 1
    column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
    source = _shown(label, text.split("\n")[line - 1])
    return Problem("too large a number", label, line, column, source)


def _problem_of(layer: Layer, detail: dict[str, Any]) -> Problem:
    """Turn an error of pydantic into a problem."""
    path: KeyPath = tuple(detail["loc"])
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    name = join(path[-1:]) if path else ""
    if kind == "scenario":
        return layer.problem(
            path,
            context["message"],
            context["expected"],
            context["suggestion"],
            context["at_key"] or _gone(layer, path),
        )
    if kind == "extra_forbidden":
        known = keys_at(path[:-1])
        table = join(tuple(part for part in path[:-1] if isinstance(part, str)))
        where = f" in [{table}]" if table else ""
        hint = closest(str(path[-1]), known)
        return layer.problem(path, f"unknown key '{path[-1]}'{where}", listed(known), hint, True)
    if kind == "missing":
        return layer.problem(path, f"missing key '{name}'", at_key=True)
    if kind == "literal_error":
        allowed = str(context["expected"]).replace("'", "")
        hint = closest(str(value), allowed.replace(" or ", ", ").split(", "))
        return layer.problem(path, f"{kind_of(value)} is not allowed here", allowed, hint)
    expected = _EXPECTED.get(kind, "")
    if expected:
        return layer.problem(path, f"found {kind_of(value)}", expected)
    bound = _BOUNDS.get(kind)
    if bound:
        limit = next(iter(context.values()))
        return layer.problem(path, f"{value} is out of range", f"{bound} {limit}")
    return layer.problem(path, str(detail["msg"]))


def _gone(layer: Layer, path: KeyPath) -> bool:
    return layer.positions is not None and path not in layer.positions.paths


_EXPECTED = {
    "int_type": "a whole number",
    "string_type": "text in quotes",
    "string_too_short": "text that is not empty",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "too_short": "more entries",
    "too_long": "fewer entries",
}
_BOUNDS = {
    "greater_than_equal": "at least",
    "less_than_equal": "at most",
    "less_than": "below",
    "greater_than": "above",
}
