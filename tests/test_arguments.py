"""Messages speak of arguments to who calls Python, and of options to who types a command."""

import re
import threading
from pathlib import Path

import pytest

import hedgerow
from hedgerow.analysis.discovery import condition
from hedgerow.cli.main import main
from hedgerow.errors import NoBox, ScenarioError, argument, on_command_line

SOURCE = Path(hedgerow.__file__).parent


def test_a_change_is_one_in_python_and_set_on_the_command_line(capsys):
    with pytest.raises(ScenarioError) as error:
        hedgerow.load("vietnam", {"partners.RUS.trst": 0.5})
    assert str(error.value).startswith("change partners.RUS.trst=0.5: ")
    assert main(["run", "vietnam", "--set", "partners.RUS.trst=0.5"]) == 2
    assert capsys.readouterr().err.startswith("--set partners.RUS.trst=0.5: ")
    with pytest.raises(ScenarioError, match=r"^change time\.ends=2030: "):
        hedgerow.load("vietnam").with_({"time.ends": 2030})


def test_each_thread_has_its_own_way():
    told = []
    with on_command_line():
        with pytest.raises(NoBox, match=r"^--where 'x'"):
            condition("x")
        thread = threading.Thread(target=lambda: told.append(argument("where")))
        thread.start()
        thread.join()
    assert told == ["where"] and argument("where") == "where"
    with pytest.raises(NoBox, match=r"^where 'x'"):
        condition("x")


def test_no_message_of_the_library_names_an_option_alone():
    """An option stands in `argument`, or in a whole command that can be typed."""
    whole = re.compile(r"argument\(|hedgerow (run|reproduce|evidence)|dask scheduler")
    words = (  # commands, word by word
        "analysis/comparison/sides.py",
        "results/identity.py",
        "results/analyses.py",
    )
    typed = 'f"--set {'  # `parse_set` reads what was typed
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE).as_posix()
        if place.startswith(("cli/", "classroom/")) or place in words:
            continue
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        lines = code.splitlines()
        for number, line in enumerate(lines):
            near = "".join(lines[max(0, number - 1) : number + 1])
            if re.search(r"""["' (]--[a-z]{2,}""", line) and not (
                whole.search(near) or typed in line
            ):
                found.append(f"{place}: {line.strip()}")
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    ("call", "given"),
    [
        (hedgerow.calibrate, {"replicates": 0}),
        (hedgerow.calibrate, {"draws": -1}),
        (hedgerow.calibrate, {"sets": 100.5}),
        (hedgerow.calibrate, {"workers": 0}),
        (hedgerow.calibrate, {"until": "x"}),
        (hedgerow.score, {"runs": 2.5}),
        (hedgerow.forecast, {"runs": "4"}),
        (hedgerow.forecast, {"first": "x"}),
    ],
)
def test_a_number_that_cannot_be_is_told_by_its_name(call, given):
    (name,) = given
    with pytest.raises(ValueError, match=f"^{name} must be a whole number"):
        call("vietnam", **given, allow_hindsight=True)
