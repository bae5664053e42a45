"""Follow the recipes of CONTRIBUTING.md: each block of text, and where it goes."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "CONTRIBUTING.md"
TREE = (
    "src",
    "tests",
    "docs",
    "scenarios",
    "seeds",
    "experiments",
    "pyproject.toml",
    "README.md",
    PAGE.name,
)
"""What a copy of the source tree has."""

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_BLOCK = re.compile(
    r"(?:In `(?P<into>[^`]+)`, (?P<side>before|after) (?P<tick>`+) ?(?P<line>[^\n]+?) ?(?P=tick)"
    r"|At the end of `(?P<onto>[^`]+)`"
    r"|[Aa] new file `(?P<new>[^`]+)`):\n\n"
    r"(?P<fence>`{3,})\w*\n(?P<text>.*?)^(?P=fence)$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """Text for one place of a file.

    Attributes:
        recipe: heading of the recipe. file: where it goes, from the root of the source tree.
        text: what is put there.
        side: "before" or "after" the line that begins with `line`, "end", or "new" for a new file.
    """

    recipe: str
    file: str
    text: str
    side: str
    line: str = ""

    def put(self, root: Path) -> None:
        """Put it into a copy of the source tree.

        Raises:
            ValueError: the file has no such line, or more than one; or a new file is there.
        """
        path = root / self.file
        if self.side == "new":
            if path.exists():
                raise ValueError(f"{self.file} is there already")
            path.write_text(self.text, encoding="utf-8")
            return
        old = path.read_text(encoding="utf-8")
        apart = "\n\n" if self.text.startswith(("@", "def ")) else ""  # two lines, as is usual
        if self.side == "end":
            path.write_text(old + apart + self.text, encoding="utf-8")
            return
        lines = old.splitlines(keepends=True)
        found = [n for n, line in enumerate(lines) if line.strip().startswith(self.line)]
        if len(found) != 1:
            raise ValueError(f"{self.file} has {len(found)} lines that begin with {self.line!r}")
        place = found[0] + (self.side == "after")
        path.write_text(
            "".join([*lines[:place], self.text + apart, *lines[place:]]), encoding="utf-8"
        )

    def take(self, root: Path) -> None:
        """Take it out again."""
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        assert text.count(self.text) == 1
        path.write_text(text.replace(self.text, ""), encoding="utf-8")


def blocks() -> list[Block]:
    """Return all blocks of the page in their order."""
    text = PAGE.read_text(encoding="utf-8")
    matches = list(_BLOCK.finditer(text))
    headings = [
        heading
        for heading in _HEADING.finditer(text)
        if not any(match.start() < heading.start() < match.end() for match in matches)
    ]
    found = []
    for match in matches:
        recipe = [heading[1] for heading in headings if heading.start() < match.start()][-1]
        file = match["into"] or match["onto"] or match["new"]
        side = match["side"] or ("end" if match["onto"] else "new")
        found.append(Block(recipe, file, match["text"], side, match["line"] or ""))
    return found


def copied(folder: Path) -> Path:
    """Copy the source tree into an empty folder and return it."""
    ignored = shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc")
    for name in TREE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)
    return folder
