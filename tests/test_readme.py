"""What the README shows must work as it stands there."""

import ast
import inspect
import re
import shlex
import tomllib
from pathlib import Path

import numpy as np
import pytest

import hedgerow
from hedgerow.cli.main import COMMANDS as COMMANDS_OF_HEDGEROW
from hedgerow.cli.main import main, root
from hedgerow.cli.state import State
from hedgerow.explanation.reasons import explain
from hedgerow.files import folder
from hedgerow.model.parameters import POLITICS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROSE = " ".join(README.split())
EVERYDAY = ROOT / "docs" / "how-to" / "everyday.md"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = [
    pytest.param(line.removeprefix("uv run "), id=f"{path.stem}: {line}")
    for path in PAGES
    if path.stem != "cluster"  # shell scripts, which tests/test_docs_cluster.py reads
    for block in re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
    if re.match(r"(uv run )?hedgerow \w", line)
]


def test_the_first_two_commands_are_the_promised_ones():
    commands = re.findall(r"^python3 -m pip .*$", README, re.MULTILINE)
    assert commands[:2] == [
        "python3 -m pip install uv && uv run hedgerow run scenarios/vietnam.toml",
        "python3 -m pip install uv && uv run pytest",
    ]
    assert f"({commands[1]})" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


STATES = set(hedgerow.countries()["code"])


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_has_the_options_and_scenarios_it_shows(line):
    words = [*shlex.split(line, comments=True)[1:], ">"]
    words = words[: words.index(">")]
    for option in ("--parameters", "--targets"):  # files of the reader
        if option in words:
            del words[words.index(option) : words.index(option) + 2]
    command = root.get_command(root.make_context("hedgerow", list(words)), words[0])
    assert command is not None
    with command.make_context(words[0], words[1:], obj=State(words)) as context:
        names = [context.params.get(key) for key in ("scenario", "copied")]
    for name in names:
        if name and not name.endswith(".toml"):  # a file of the reader
            assert (folder("scenarios") / f"{name}.toml").is_file() or name in STATES


def test_there_are_commands_of_every_kind_in_the_everyday_tasks():
    text = EVERYDAY.read_text(encoding="utf-8")
    shown = set(re.findall(r"^hedgerow (\w+)", text, re.MULTILINE))
    assert shown >= set(COMMANDS_OF_HEDGEROW)


def test_every_public_name_has_its_line_in_the_everyday_tasks():
    """And a call that its signature takes."""
    table = EVERYDAY.read_text(encoding="utf-8").split("| in `hedgerow` |")[1].split("\n\n")[0]
    firsts = " ".join(line.split(" | ")[0] for line in table.splitlines()[1:])
    told = [ast.parse(cell, mode="eval").body for cell in re.findall(r"`([^`]+)`", firsts)]
    names = [cell.func.id if isinstance(cell, ast.Call) else cell.id for cell in told]
    assert sorted(names) == sorted(set(hedgerow.__all__) - {"__version__"})
    for name, cell in zip(names, told, strict=True):
        if isinstance(cell, ast.Call):
            keys = {word.arg: None for word in cell.keywords}
            inspect.signature(getattr(hedgerow, name)).bind(*cell.args, **keys)


def test_the_question_of_the_readme_is_answered(tmp_path, monkeypatch, capsys):
    """The scenario that it shows is right, and the commands below it work with that file."""
    monkeypatch.chdir(tmp_path)
    (scenario,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "my-question.toml").write_text(scenario, encoding="utf-8")
    lines = re.findall(r"^uv run hedgerow (.* my-question\.toml.*|.*my-question.*)$", README, re.M)
    assert [line.split()[0] for line in lines] == ["check", "compare", "explain"]
    for line in lines:
        fewer = ["--runs", "2", "--until", "1999"] if line.startswith("compare") else []
        assert main([*shlex.split(line), *fewer]) == 0, line
    out = capsys.readouterr().out
    assert "my-question.toml: good" in out and "VNM in 2023" in out
    (written,) = (tmp_path / "results").iterdir()
    assert {"comparison.csv", "comparison.svg"} <= {path.name for path in written.iterdir()}


def test_the_python_of_the_everyday_tasks_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    printed, example = re.findall(r"```python\n(.*?)```", EVERYDAY.read_text("utf-8"), re.DOTALL)
    assert "runs=64" in printed
    exec(printed.replace("runs=64", "runs=4, until=1999"), {})
    names = {f"comparison.{ending}" for ending in ("pdf", "txt", "csv", "tex")}
    assert {path.name for path in (tmp_path / "results/print").iterdir()} == names
    assert "runs=200" in example
    exec(example.replace("runs=200", "runs=4, until=1999"), {})
    assert "1999" in capsys.readouterr().out
    assert (tmp_path / "arms.png").stat().st_size > 1000


def test_the_citation_names_the_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"version {project['version']}" in README


def test_either_part_of_a_choice_can_be_switched_off():
    assert "habit times politics" in PROSE and "Either part can be switched off." in PROSE
    off = hedgerow.load("vietnam", {f"politics.{kind}": False for kind in POLITICS})
    for option in (o for menu in explain(off, "VNM", 2010).moves for o in menu.allowed):
        assert option.probability == pytest.approx(option.habit)
    flat = hedgerow.load("vietnam", {"habit.steps": "flat"})
    for menu in explain(flat, "VNM", 2010).moves:
        first, *others = menu.allowed
        assert others
        for option in others:
            odds = option.probability / first.probability
            assert odds == pytest.approx(np.exp(option.payoff - first.payoff))


def test_what_the_scenarios_of_vietnam_know():
    for name, year in (("vietnam", 2024), ("vietnam-2014", 2014), ("vietnam-1996", 1996)):
        assert f"`{name}`" in PROSE
        assert hedgerow.load(name).resolved["knowledge"]["until"] == year


def test_numbers_name_a_source_and_most_are_assumptions_or_codings():
    assert "Every number that is not a default names its source. Most are assumptions" in PROSE
    numbers = [n for n in hedgerow.load("vietnam").provenance() if n.kind != "default"]
    assert all(number.source and number.kind != "missing" for number in numbers)
    from_others = ("external", "estimated", "from fact", "date from fact")
    assert sum(number.kind in from_others for number in numbers) < len(numbers) / 2
