"""What the pages for students show must work as it stands there."""

import ast
import multiprocessing
import re
import shlex
from pathlib import Path

import pytest

import hedgerow
from hedgerow.agents.registry import OWN
from hedgerow.cli.main import main, root
from hedgerow.cli.state import State
from hedgerow.model.strategies import STRATEGIES

PAGE = (Path(__file__).parents[1] / "docs" / "how-to" / "your-own-country.md").read_text(
    encoding="utf-8"
)
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
(SHOWN,) = re.findall(r"```sh\n(hedgerow .*?)\n```", PAGE, re.DOTALL)
COMMANDS = SHOWN.splitlines()


@pytest.fixture
def clean():
    """Names registered and the start method of processes as they were."""
    before, method = dict(OWN), multiprocessing.get_start_method(allow_none=True)
    yield
    OWN.clear()
    OWN.update(before)
    multiprocessing.set_start_method(method, force=True)


def test_the_examples_run_from_top_to_bottom(clean, capsys):
    space = {"__name__": "your_own_country"}
    told = []
    for number, example in enumerate(EXAMPLES):
        exec(compile(example, f"example {number}", "exec"), space)
        told.append(capsys.readouterr().out)
    move = r"(hold|(deepen|loosen) \w+ with [A-Z]+)"
    assert re.fullmatch(rf"2010 {move}(, {move})* \d+\.\d\n", told[1])
    pairs = re.findall(r"run \d: (\d+\.\d) ordinary, (\d+\.\d) cautious", told[2])
    assert len(pairs) == 3 and any(ordinary != cautious for ordinary, cautious in pairs)
    assert told[3].count("most of it") == 4 * 3  # of four desks
    assert "<Patient VNM>" in told[4] and "<CountryAgent VNM>" in told[4]
    assert re.fullmatch(r"\[\d+\.\d\]\n", told[5]) and "(20, 10, 1)" in told[6]
    assert re.fullmatch(r"\[\d+\.\d\]\n", told[7]) and told[7] != told[5]
    assert re.search(r"1997 +4", told[8]) and "RUS" in told[8]


def test_the_country_has_fifteen_lines_at_most():
    lines = [line for line in EXAMPLES[0].splitlines() if line.strip()]
    assert len(lines) <= 15
    (country,) = (n for n in ast.parse(EXAMPLES[0]).body if isinstance(n, ast.ClassDef))
    assert country.name == "Cautious"


def test_the_country_keeps_its_word():
    """It never deepens a tie with the pole that it is nearer to."""
    space: dict = {}
    exec(EXAMPLES[0], space)
    deepened = []

    class Watched(space["Cautious"]):
        def choose(self, menu):
            poles = {code: self.alignment[code] for code in ("CHN", "USA")}
            move = super().choose(menu)
            if move.direction > 0:
                deepened.append(move.partner)
                assert move.partner != max(poles, key=lambda code: poles[code])
            return move

    model = hedgerow.HedgingModel(hedgerow.load("vietnam"), 7, 1, {"VNM": Watched})
    while model.year < 2015:
        model.step()
    assert len(deepened) > 20


@pytest.mark.parametrize("line", COMMANDS)
def test_the_commands_have_the_options_shown(line):
    words = shlex.split(line)[1:]
    command = root.get_command(root.make_context("hedgerow", list(words)), words[0])
    with command.make_context(words[0], words[1:], obj=State(words)) as context:
        assert context.params["files"] == ("cautious.py",)


def test_the_tournament_shown_plays_the_country_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("cautious.py").write_text(EXAMPLES[0], encoding="utf-8")
    (line,) = (line for line in COMMANDS if "tournament" in line)
    words = shlex.split(line.replace("--runs 8", "--runs 2"))[1:]
    assert main([*words, "--set", "time.end=1998", "--strategy", "random", "--quiet"]) == 0
    out = capsys.readouterr().out
    assert all(re.search(rf"^ *{name}\b", out, re.MULTILINE) for name in ("Cautious", "random"))


def test_a_mechanism_is_looked_at_by_hand(capsys):
    page = Path(__file__).parents[1] / "docs" / "background" / "mechanisms.md"
    (example,) = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    exec(example.replace("until=2024", "until=2024, runs=16"), {})
    assert re.search(r"alignment: Russia .* -0\.\d+ ", capsys.readouterr().out)


def test_every_strategy_is_listed_with_its_source():
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert rows == [(s.name, s.source) for s in STRATEGIES.values()]
    for strategy in STRATEGIES.values():
        for author, year in re.findall(r"([A-Z]\w+)(?: and [A-Z]\w+)? (\d{4})", strategy.source):
            assert re.search(rf"^- {author}, .*\({year}\)", PAGE, re.MULTILINE), (author, year)
