"""The tutorials are played from top to bottom: their commands print what stands below them."""

import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from hedgerow.cli.main import main

FOLDER = Path(__file__).parents[1] / "docs" / "tutorial"
PAGES = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.md"))}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"[-+]?\d+(?:\.(\d+))?")


def played(page, folder):
    """Yield each text of a page that shows what was printed, beside what is printed now."""
    space: dict = {}
    printed = ""
    for block in BLOCK.finditer(page):
        language, text = block.groups()
        if language == "toml":
            name = re.findall(r"`([\w-]+\.toml)`", page[: block.start()])[-1]
            (folder / name).write_text(text, encoding="utf-8")
        elif language == "text":
            yield text, printed
        elif language == "python" or text.startswith("hedgerow "):
            out = StringIO()
            with redirect_stdout(out), redirect_stderr(out):
                if language == "python":
                    exec(compile(text, "tutorial", "exec"), space)
                else:
                    code = main(shlex.split(text)[1:])
                    assert code == (2 if "mistyped" in text else 0), out.getvalue()
            printed = out.getvalue()


def same(shown, found):
    """Whether lines have the same words and numbers; the last of several digits may be off by 1."""
    if NUMBER.sub("#", shown).split() != NUMBER.sub("#", found).split():
        return False
    pairs = zip(NUMBER.finditer(shown), NUMBER.finditer(found), strict=True)
    return all(
        a[0] == b[0]
        or (len(a[0]) > 1 and abs(float(a[0]) - float(b[0])) <= 1.001 * 10.0 ** -len(a[1] or ""))
        for a, b in pairs
    )


@pytest.mark.parametrize("name", PAGES)
def test_everything_shown_is_printed_in_this_order(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    count = 0
    for shown, printed in played(PAGES[name], tmp_path):
        lines = iter(printed.splitlines())
        for line in shown.splitlines():
            if line.strip() not in ("", "…"):
                assert any(same(line, found) for found in lines), f"{line}\n\nnot in\n\n{printed}"
        count += 1
    assert count == PAGES[name].count("```text\n") >= 5
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    for file in re.findall(r"`((?:first|answer)/[\w./]+)`", PAGES[name]):
        assert file in made


@pytest.mark.parametrize(
    ("shown", "found", "right"),
    [
        ("arms 0.10 to 0.20", "arms  0.11 to 0.20", True),
        ("arms 0.10 to 0.20", "arms 0.12 to 0.20", False),
        ("arms 0.10", "trade 0.10", False),
        ("72 % of 100", "71 % of 100", True),
        ("rungs 2", "rungs 3", False),
    ],
)
def test_lines_that_differ_are_told_apart(shown, found, right):
    assert same(shown, found) is right
