"""What the README shows must work as it stands there."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from hedgerow.cli.main import root
from hedgerow.cli.options import State
from hedgerow.resources import folder

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    line
    for language, block in BLOCKS
    if language == "sh"
    for line in block.splitlines()
    if line.startswith("hedgerow ")
]


def test_the_first_two_commands_are_the_promised_ones():
    commands = re.findall(r"^python3 -m pip .*$", README, re.MULTILINE)
    assert commands[:2] == [
        "python3 -m pip install uv && uv run hedgerow run scenarios/vietnam.toml",
        "python3 -m pip install uv && uv run pytest",
    ]
    assert f"({commands[1]})" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_has_the_options_and_scenarios_it_shows(line):
    words = shlex.split(line.partition(" > ")[0], comments=True)[1:]
    command = root.get_command(root.make_context("hedgerow", list(words)), words[0])
    assert command is not None
    with command.make_context(words[0], words[1:], obj=State(words)) as context:
        names = [context.params.get(key) for key in ("scenario", "copied")]
    for name in names:
        if name and not name.startswith("my-"):  # a file of the reader
            assert (folder("scenarios") / f"{name}.toml").is_file()


def test_the_python_example_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (example,) = (block for language, block in BLOCKS if language == "python")
    assert "runs=200" in example
    exec(example.replace("runs=200", "runs=4, until=1999"), {})
    assert "1999" in capsys.readouterr().out
    assert (tmp_path / "arms.png").stat().st_size > 1000


def test_the_citation_names_the_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"version {project['version']}" in README
