"""Reads a scenario file with all that it rests on: what it extends and includes, habits, facts."""

from dataclasses import replace
from pathlib import Path

from ..errors import ScenarioError
from ..facts import EvidenceError, with_own
from ..facts.facts import shipped_evidence
from ..files import folder
from .document import FACTS, is_there, locate
from .layers import Layer, format_problems, read
from .library import included, part_names
from .made import is_made, made_layer
from .problems import Problem, closest, listed
from .schema import VERSION


def chain(
    path: Path, label: str, given: Layer | None = None
) -> tuple[list[Layer], list[Problem], bool]:
    """Read a file, its ancestors, and the parts that each of them includes.

    Args:
        path, label: of the file, and its name in messages.
        given: the content of the file, if it need not be read.

    Returns:
        The layers, the first ancestor first and each file after its parts, without what breaks the
        format; the problems found; and whether enough is left to merge and check the layers.
    """
    layers: list[Layer] = []
    groups: list[list[Layer]] = []
    problems: list[Problem] = []
    seen: set[Path] = set()
    usable = True
    while True:
        seen.add(path.resolve())
        try:
            if given is not None and not layers:
                layer = given
            else:
                layer = made_layer(path) if is_made(path) else read(path, label)
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
        parts = included(layer, path)
        layers.append(layer)
        groups.append([*parts.layers, layer])
        problems += [*found, *parts.problems]
        problems += [problem for each in groups[-1] for problem in _read_facts(each)]
        usable = usable and rest and parts.usable
        parent = layer.document.get("extends")
        if parent is None:
            habits, found, rest = _read_habits(layers)
            below = [each for group in groups[::-1] for each in group]
            return [*habits, *below], [*problems, *found], usable and rest
        try:
            path, label = locate(parent, layer.folder)
        except ScenarioError as error:
            missing = error.problems[0]
            message = f"extends '{parent[:80]}', which does not exist"
            where = ("extends",)
            hint = missing.suggestion or (missing.message if parent[:1] == "~" else "")
            if parent in part_names():
                hint = f'it is a part: write include = ["{parent}"]'
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


def _read_habits(layers: list[Layer]) -> tuple[list[Layer], list[Problem], bool]:
    """Return the file of habits that the first of some layers names, as a layer, and problems.

    Last comes whether enough is left to merge and check the layers. A name alone is that of a
    shipped file; a path starts from the folder of the file that names it.
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
        if not is_there(path):
            text = f"no file of habits is called '{name}'"
            return [], [layer.problem(where, text, listed(known, 40), closest(name, known))], False
        try:
            habits = read(path, path.name)
        except ScenarioError as error:
            text = f"habits '{name}' cannot be used: {error.problems[0].message}"
            return [], [layer.problem(where, text)], False
        habits = replace(habits, habits=True)
        habits.document.setdefault("schema", VERSION)
        habits.document.setdefault("title", str(name))
        found = [
            habits.problem((key,), f"a file of habits has no '{key}'", listed(_HABITS), "", True)
            for key in habits.document
            if key not in _HABITS
        ]
        wrong, usable = format_problems(habits)
        habits.document.pop("description", None)
        return [habits], [*found, *wrong], usable
    return [], [], True


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
