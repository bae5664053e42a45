"""The pages on targets and scores: the example loads, and all that is known too early is listed."""

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

import pytest

from hedgerow.analysis.calibration import targets_of
from hedgerow.cli.main import main, root
from hedgerow.cli.state import State
from hedgerow.facts.targets import KINDS, USES
from hedgerow.scenario import load
from hedgerow.scenario.knowledge import hindsight
from hedgerow.scenario.target_file import _OPTIONAL, _REQUIRED, load_targets

DOCS = Path(__file__).resolve().parents[1] / "docs"
TARGETS, SCORES, CALIBRATION = (
    (DOCS / f"{name}.md").read_text(encoding="utf-8")
    for name in ("reference/targets", "background/scores", "background/calibration")
)
COMMANDS = re.findall(r"^hedgerow (?:score|calibrate|forecast) .*$", SCORES + CALIBRATION, re.M)


def rows(text, head):
    """Return the cells of the table below a head."""
    table = text.split(head, 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]


def test_the_example_loads_and_shows_every_key(tmp_path):
    (example,) = re.findall(r"<!-- example -->\n```toml\n(.*?)```", TARGETS, re.S)
    file = tmp_path / "targets.toml"
    file.write_text(example, encoding="utf-8")
    found = load_targets(file=file)
    assert [(target.kind, target.use) for target in found] == [("value", "check"), ("never", "fit")]
    shown = set(re.findall(r"^(\w+) =", example, re.M))
    assert shown == {*_REQUIRED, *_OPTIONAL} - {"scenarios"}


def test_every_kind_and_use_is_told():
    for head, names in (("| kind |", KINDS), ("| use |", USES)):
        table = TARGETS[TARGETS.index(head) :]
        assert tuple(row[0].strip("`") for row in rows(table, head)) == names


@pytest.mark.parametrize("line", COMMANDS)
def test_the_commands_have_the_options_shown(line):
    words = shlex.split(line, comments=True)[1:]
    command = root.get_command(root.make_context("hedgerow", list(words)), words[0])
    for option in ("--parameters", "--targets"):  # files of the reader
        if option in words:
            del words[words.index(option) : words.index(option) + 2]
    with command.make_context(words[0], words[1:], obj=State(words)) as context:
        late = not context.params["scenario"].endswith((".toml", "-2014"))
        assert context.params["allow_hindsight"] == late


@pytest.fixture(scope="module")
def known():
    scenarios = [load("vietnam"), load("asean")]
    found = []
    for each in scenarios:
        targets = targets_of(each, 2024)
        fitted = [target for target in targets if target.use == "fit"]
        found.append(hindsight(each, targets, 2014, fitted=fitted))
    return found


def test_every_target_on_the_source_of_a_number_is_listed(known):
    table = rows(SCORES, "| target | number | both stand on |")
    told = [(re.findall(r"`([^`]+)`", row[0]), re.findall(r"`([^`]+)`", row[1])) for row in table]
    for each in (shared for found in known for shared in found.shared):
        path = each.path.replace('"', "")
        assert any(
            any(fnmatch(each.target, name) for name in targets)
            and any(fnmatch(path, number) for number in numbers)
            for targets, numbers in told
        ), each
    pairs = {(each.target, each.path.replace('"', "")) for found in known for each in found.shared}
    for targets, numbers in told:
        for name in (name for name in targets if name != "asean"):
            assert any(fnmatch(target, name) for target, _ in pairs), name
        for number in numbers:
            matches = [target for target, path in pairs if fnmatch(path, number)]
            assert any(fnmatch(target, name) for target in matches for name in targets), number
    assert pairs >= {
        ("arsenal-rus-2000", "countries.VNM.ties.arms.RUS"),
        ("no-alliance-2024", "rules.no_alliance.tier_max"),
    }


def test_every_later_number_is_listed_and_every_row_has_one(known):
    table = rows(SCORES, "| numbers | know |")
    told = [pattern for row in table for pattern in re.findall(r"`([^`]+)`", row[0])]
    told = [pattern for pattern in told if pattern != "asean"]
    late = [each.path for found in known for each in found.late]
    for path in late:
        assert any(fnmatch(path, pattern) for pattern in told), path
    for row in table:
        patterns = re.findall(r"`([^`]+)`", row[0])
        for pattern in (pattern for pattern in patterns if pattern != "asean"):
            assert any(fnmatch(path, pattern) for path in late), pattern
    assert not hindsight(load("vietnam-2014"), (), 2014).late
    assert not hindsight(load("asean-2014"), (), 2014).late


def test_the_command_lists_them(capfd):
    assert main(["score", "vietnam"]) == 2
    told = capfd.readouterr().err
    assert "no-alliance-2024: S3-no-alliances-2022" in told
    assert "shocks.tourism.value" in told and "partners.RUS.moderation" in told


def test_fitted_targets_with_later_sources_are_named(known):
    (text,) = re.findall(
        r"^Targets that are fitted, and whose source is later: (.*?)\n\n", SCORES, re.M | re.S
    )
    for found in known:
        assert [each.path for each in found.fitted] == re.findall(r"`([^`]+)`", text)
