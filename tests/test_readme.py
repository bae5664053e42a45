"""What the README shows must work as it stands there."""

import re
import shlex
import tomllib
from pathlib import Path
from statistics import fmean

import pytest

import hedgerow
from hedgerow.cli.main import root
from hedgerow.cli.state import State
from hedgerow.explanation.reasons import explain
from hedgerow.files import folder

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


def test_more_than_half_of_the_moves_drawn_lower_the_payoff():
    assert "more than half of the moves so drawn lower that payoff" in README
    assert "a menu of some ninety" in README
    vietnam = hedgerow.load("vietnam")
    lower, allowed = [], []
    for replicate in range(6):
        for year in (2002, 2012, 2022, 2032):
            options = explain(vietnam, "VNM", year, replicate).moves.allowed
            lower.append(sum(o.probability for o in options if o.payoff < 0.0))
            allowed.append(len(options))
    assert 0.5 < fmean(lower) < 0.7
    assert 80 < fmean(allowed) < 100


def test_numbers_name_a_source_and_most_are_assumptions_or_codings():
    assert "Every number that is not a default\nnames its source. Most are assumptions" in README
    numbers = [n for n in hedgerow.load("vietnam").provenance() if n.kind != "default"]
    assert all(number.source and number.kind != "missing" for number in numbers)
    from_others = ("external", "estimated", "from fact", "date from fact")
    assert sum(number.kind in from_others for number in numbers) < len(numbers) / 2
