"""The documentation site: ``uv run sphinx-build -W -b html docs OUT``.

Docstrings are in the style of Google (``Args:``), which Sphinx's own napoleon reads.
"""

import os
import re
import tomllib
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "Hedgerow"
author = _PROJECT["authors"][0]["name"]
project_copyright = f"2026, {author}"
version = release = _PROJECT["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
default_role = "code"  # of single backticks in docstrings

autodoc_typehints_format = "short"
python_maximum_signature_line_length = 100
napoleon_numpy_docstring = False
napoleon_use_ivar = True

myst_heading_anchors = 4  # a link to a heading that is not there is a warning, and so an error

html_theme = "furo"
html_title = f"Hedgerow {version}"
html_extra_path = ["scenario.schema.json"]

SHOWN = {
    "ARCHITECTURE.md": "background/architecture.md",
    "CONTRIBUTING.md": "how-to/contributing.md",
    "benchmarks/README.md": "background/benchmarks.md",
    "experiments/README.md": "background/experiments.md",
}
"""Files outside this folder, and the page that shows each in place of a line with its link."""

EXPERIMENTS = {path.parent.name: path for path in sorted(ROOT.glob("experiments/*/README.md"))}
EVERY = "<!-- every experiment -->"
"""Where a page says so, it shows all of them."""


def source_of(file: Path, page: Path, deeper: int = 0) -> str:
    """Return the text of a file of the repository as a page of the site shows it.

    Args:
        file: the file; relative links in it start from its folder.
        page: the page of the site.
        deeper: levels by which headings are lowered.
    """

    def link(found: re.Match[str]) -> str:
        opening, target, anchor = found["opening"], found["target"], found["anchor"] or ""
        path = (file.parent / target).resolve()
        name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else ""
        if EXPERIMENTS.get(path.parent.name) == path:
            return f"{opening}(#experiment-{path.parent.name})"
        if name in SHOWN:
            path = ROOT / "docs" / SHOWN[name]
        return f"{opening}({os.path.relpath(path, page.parent)}{anchor})"

    text = file.read_text(encoding="utf-8")
    parts = re.split(r"(^```.*?^```$)", text, flags=re.DOTALL | re.MULTILINE)
    for at in range(0, len(parts), 2):  # outside code
        parts[at] = re.sub(
            r"(?P<opening>\])\((?P<target>(?!\w+:)[^)#\s]+)(?P<anchor>#[^)\s]*)?\)", link, parts[at]
        )
        parts[at] = re.sub(r"^(?=#+ )", "#" * deeper, parts[at], flags=re.MULTILINE)
    return "".join(parts)


def read(app: Sphinx, docname: str, source: list[str]) -> None:
    """Show the files of the repository that a page stands for, and turn links to them."""
    page = Path(app.env.doc2path(docname))
    for name, place in SHOWN.items():
        file = ROOT / name
        if page == ROOT / "docs" / place:
            line = f"[{name}]({os.path.relpath(file, page.parent)})\n"
            text = page.read_text(encoding="utf-8")
            assert line in text, f"{page}: no line {line}"
            source[0] = text.replace(line, source_of(file, page))
            app.env.note_dependency(file)
            break
    else:
        source[0] = source_of(page, page)
    if EVERY in source[0]:
        shown = [f"(experiment-{n})=\n{source_of(f, page, 1)}" for n, f in EXPERIMENTS.items()]
        source[0] = source[0].replace(EVERY, "\n\n".join(shown))
        for file in EXPERIMENTS.values():
            app.env.note_dependency(file)


def untyped(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Keep napoleon from taking the first words of a property, up to a colon, for its type."""
    if what in ("attribute", "data", "property"):
        lines[:0] = ["..", ""]  # an empty comment: napoleon looks at the first line alone


def several(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Keep Sphinx from taking the first of several attributes for the type of the others."""
    for at, line in enumerate(lines):
        if line.startswith(":ivar "):
            names, end, rest = line.removeprefix(":ivar ").partition(":")
            lines[at] = f":ivar {names.replace(', ', ',')}{end}{rest}"


def options_as_code(app: Sphinx, ctx: object, lines: list[str]) -> None:
    """Set options as code in the help of commands; both dashes would become one."""
    for at, line in enumerate(lines):
        if not line.lstrip().startswith(".."):
            lines[at] = re.sub(r"(?<![\w`-])--[a-z][\w-]*", r"``\g<0>``", line)


def setup(app: Sphinx) -> None:
    """Called by Sphinx; napoleon reads docstrings with priority 500."""
    app.connect("source-read", read)
    app.connect("autodoc-process-docstring", untyped, priority=400)
    app.connect("autodoc-process-docstring", several, priority=600)
    app.connect("sphinx-click-process-description", options_as_code)
    app.connect("sphinx-click-process-options", options_as_code)
