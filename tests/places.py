"""All places of a term of the payoff; run as a script, tell what a term lacks and where."""

import ast
import builtins
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from reference.payoff import SMOOTH  # noqa: E402

from hedgerow.compiled import known  # noqa: E402
from hedgerow.model.numbers import FIELDS  # noqa: E402
from hedgerow.model.parameters import TERMS  # noqa: E402
from hedgerow.model.terms import ALL  # noqa: E402

COMPILED = "src/hedgerow/compiled/terms.py"
_SWITCH = re.compile(r"\bw\.term_([a-z_]+)")


def places() -> dict[str, set[str]]:
    """Return the names of the terms that each place has, by its file."""
    odd = (ROOT / "docs/background/ODD.md").read_text(encoding="utf-8")
    others = {*_rows(odd, "quantity"), *_rows(odd, "step"), "threshold", "initial state"}
    others -= {*TERMS}  # what is a step of a round too
    compiled = (ROOT / COMPILED).read_text(encoding="utf-8")
    return {
        "src/hedgerow/model/terms.py": set(ALL),
        "src/hedgerow/model/parameters.py": set(TERMS),
        "src/hedgerow/model/numbers.py": set().union(*(f.used for f in FIELDS)) - others,
        COMPILED: set(_SWITCH.findall(compiled)),
        "src/hedgerow/compiled/known.py": set(known.TERMS),
        "docs/background/ODD.md": {re.sub("[ -]", "_", name) for name in _rows(odd, "term")},
        "tests/reference/payoff.py": {*SMOOTH, "security"},
    }


def _rows(text: str, head: str) -> list[str]:
    """Return the first cells of the tables whose first column is called so."""
    tables = re.findall(rf"^\| {head} \|.*\n\|-.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [line.split(" | ")[0].strip("| ") for table in tables for line in table.splitlines()]


def missing() -> list[str]:
    """Return a line for each term and place that lacks it."""
    found = places()
    named = sorted(set().union(*found.values()))
    return [
        f"the term {name!r} is missing in {file}"
        for name in named
        for file, there in found.items()
        if name not in there
    ] + [f"{COMPILED} calls {name!r}, which is not there" for name in _undefined(ROOT / COMPILED)]


def _undefined(file: Path) -> list[str]:
    """Return the functions that a module calls by name and has not."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    has = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    has |= {
        a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names
    }
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    called = {name.id for name in calls if isinstance(name, ast.Name)}
    return sorted(called - has - set(dir(builtins)))


if __name__ == "__main__":
    told = missing()
    print("\n".join(told) or "every term stands in all its places")
    sys.exit(bool(told))
