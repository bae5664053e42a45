"""Draws the figure of an experiment with its ``figure.py``.

The file defines ``draw(table)``, which returns a matplotlib figure. Besides some modules of the
standard library, it may import only NumPy, pandas, matplotlib and `hedgerow.figures.style`, so that
a figure does not compute what it shows. The check of imports is no protection: the file is code
that runs with all rights of its caller, and the check can be evaded.
"""

import ast
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ExperimentError
from ..facts.records import MARK
from ..figures import style
from ..files import read_text
from .experiment import FIGURE, FULL, Experiment
from .table import Rows, frame

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LIBRARIES = ("numpy", "pandas", "matplotlib")
STANDARD = ("math", "typing", "collections.abc", "itertools")
STYLE = "hedgerow.figures.style"


def draw(experiment: Experiment, rows: Rows, manifest: Any) -> "Figure":
    """Return the figure of an experiment, in the style of hedgerow's figures.

    Args:
        experiment: the experiment.
        rows: the table. ``figure.py`` gets it as a data frame with a line on its origin in
            ``attrs["about"]``, and in ``attrs["contradicted"]`` the ids of facts that contradict
            a part of the claim.
        manifest: the manifest of the table.

    Raises:
        ExperimentError: ``figure.py`` imports what it must not, has no ``draw``, or fails.
    """
    path = experiment.folder / FIGURE
    function = _drawing(path, experiment.name)
    table = frame(rows)
    table.attrs["about"] = about(manifest)
    table.attrs["contradicted"] = [entry.fact for entry in experiment.content.contradicted]
    with style.looks():
        try:
            figure = function(table)
        except Exception as error:
            place = _line(error, path)
            kind = type(error).__name__
            raise ExperimentError(f"{path}{place}: cannot draw: {kind}: {error}") from error
    if isinstance(figure, style.Picture):
        figure.caption = "\n".join([figure.caption, *contradictions(experiment)]).strip()
    return figure


def contradictions(experiment: Experiment) -> list[str]:
    """Return a sentence for each part of the claim that a fact contradicts."""
    return [
        f"Part of the claim is false: {entry.what} ({entry.fact})."
        for entry in experiment.content.contradicted
    ]


def about(manifest: Any) -> str:
    """Return the line that says where a figure comes from."""
    size = "" if manifest["size"] == FULL else f", {manifest['size']} size"
    made = f" · made {manifest['date']}" if "date" in manifest else ""
    mark = f" · {MARK}" if manifest.get("hindsight") else ""
    return (
        f"hedgerow reproduce {manifest['name']}{size} · {_runs(manifest)}, seed "
        f"{manifest['seed']} · hedgerow {manifest['version']}{made}{mark}"
    )


def _runs(manifest: Any) -> str:
    """Return the number of runs in words, and the steps that have fewer."""
    steps = manifest.get("experiment", {}).get("steps", {})
    others = [
        f"{name} {step['runs']:,}" + " a point" * (step["kind"] in ("sweep", "sensitivity"))
        for name, step in steps.items()
        if step.get("runs", manifest["runs"]) != manifest["runs"]
    ]
    kinds = {step["kind"] for step in steps.values() if "runs" not in step} - {"facts"}
    if others and not kinds:
        return f"runs: {', '.join(others)}"
    what = "parameter sets" if kinds == {"calibrate"} else "runs"
    return f"{manifest['runs']:,} {what}" + (f" ({', '.join(others)})" if others else "")


def forbidden(path: Path) -> list[str]:
    """Return the forbidden imports of a ``figure.py``, with their lines.

    Raises:
        ExperimentError: the file is not valid Python.
    """
    try:
        tree = ast.parse(read_text(path))
    except (OSError, ValueError, SyntaxError) as error:
        raise ExperimentError(f"{path}: cannot be read: {error}") from error
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt | ast.expr):
            continue
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            home = "." * node.level + (node.module or "")
            names = [f"{home}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Name) and node.id in ("__import__", "eval", "exec"):
            names = [node.id]
        found += [f"{path}:{node.lineno}: {name}" for name in names if not _allowed(name)]
    return found


def _allowed(name: str) -> bool:
    first = name.partition(".")[0]
    inside = name == STYLE or name.startswith(f"{STYLE}.")
    standard = any(name == home or name.startswith(f"{home}.") for home in STANDARD)
    return first in LIBRARIES or standard or inside


def _drawing(path: Path, name: str) -> "Callable[[Any], Figure]":
    wrong = forbidden(path)
    if wrong:
        raise ExperimentError(
            f"{wrong[0]}: a figure may import {', '.join(LIBRARIES)} and {STYLE} alone"
        )
    spec = importlib.util.spec_from_file_location(f"figure_of_{name.replace('-', '_')}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ExperimentError(f"{path}{_line(error, path)}: cannot be run: {error}") from error
    function = getattr(module, "draw", None)
    if not callable(function):
        raise ExperimentError(f"{path}: defines no function draw(table)")
    return function


def _line(error: BaseException, path: Path) -> str:
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f":{line}" if line else ""
