"""The command itself: help, version, completion, unknown names, the error boundary."""

import errno
import subprocess
import sys
import time

import pytest
from cli.folders import compiled

from hedgerow.cli import main as module
from hedgerow.cli.errors import report
from hedgerow.cli.main import COMMANDS, main
from hedgerow.errors import of_system
from hedgerow.results.manifest import surroundings


def test_help_names_every_command_and_imports_none(process):
    code = (
        "import sys; from hedgerow.cli.main import main; main(['--help']); "
        "heavy = {'numpy', 'pandas', 'pydantic', 'matplotlib', 'pyarrow', 'scipy', 'tomllib'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name, text in COMMANDS.items():
        assert name in done.stdout and text in " ".join(done.stdout.split())  # it may wrap
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_is_quick():
    def seconds(*command):
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True, env=compiled())
        return time.perf_counter() - started

    help_command = (sys.executable, "-m", "hedgerow", "--help")
    seconds(*help_command)  # compiles byte code
    bare = min(seconds(sys.executable, "-c", "pass") for _ in range(5))
    # 0.3 s in all on an idle machine; on a busy one, measured against Python's own start.
    assert min(seconds(*help_command) for _ in range(5)) < max(0.3, 10 * bare)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_tells_what_it_does(call, name):
    done = call(name, "--help")
    assert done.code == 0
    assert done.err == ""
    assert f"hedgerow {name}" in done.out
    assert COMMANDS[name] in " ".join(done.out.split())
    assert "--debug" in done.out


def test_version(call):
    done = call("--version")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("hedgerow ")


@pytest.mark.parametrize("order", [("--version", "--verbose"), ("--verbose", "--version")])
def test_version_with_verbose_names_code_libraries_and_processor(call, order):
    done = call(*order)
    assert (done.code, done.err) == (0, "")
    first, *rest = done.out.splitlines()
    assert first == call("--version").out.strip()
    told = dict(line.split(None, 1) for line in rest)
    made = surroundings()
    assert told["model_digest"] == made["model_digest"] and told["python"] == made["python"]
    assert {"commit", "code_digest"} & told.keys()
    assert made["libraries"].items() <= told.items()
    assert told["cpu_features"].split() == made["cpu_features"]


def test_verbose_alone_is_refused(refused):
    refused("--verbose", telling="--verbose goes with --version")
    refused("--verbose", "scenarios", telling="--verbose goes with --version")


def test_without_a_command_the_help_is_shown_and_the_code_is_2(call):
    done = call()
    assert done.code == 2
    assert "Commands:" in done.err


def test_an_unknown_command_gets_a_suggestion(refused):
    refused("rum", "vietnam", telling="Did you mean 'run'?")
    refused("xyzzy", telling="Commands: run, check")


def test_an_unknown_option_is_named(refused):
    refused("run", "vietnam", "--ruins", "3", telling=["--ruins", "hedgerow run --help"])
    refused("--ruins", telling="--ruins")


def test_the_module_runs_as_the_command_does(process):
    assert process("--version").out.startswith("hedgerow ")
    assert process("rum").code == 2


def completions(process, words):
    done = process(
        _HEDGEROW_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(words.count(" "))
    )
    return done.out.split()


def test_completion_of_commands_options_and_scenarios(process):
    assert completions(process, "hedgerow sce") == ["plain,scenarios"]
    assert "plain,--keep" in completions(process, "hedgerow run --k")
    assert completions(process, "hedgerow run vietnam-1") == ["plain,vietnam-1996"]
    assert completions(process, "hedgerow run ./some") == ["file,./some"]
    assert "plain,arms" in completions(process, "hedgerow evidence --domain ar")


class Unforeseen(Exception):
    """Not one of hedgerow's errors."""


@pytest.fixture
def broken(monkeypatch):
    """Make the command ``scenarios`` raise what is given."""

    def breaker(error):
        import click

        @click.command("scenarios")
        @module.debug_option
        def command():
            raise error

        monkeypatch.setattr("hedgerow.cli.commands.scenarios.command", command)

    return breaker


def test_an_unforeseen_error_is_one_message_and_code_1(broken, call):
    broken(Unforeseen("the sky fell"))
    done = call("scenarios")
    assert (done.code, done.out) == (1, "")
    assert "Unforeseen: the sky fell" in done.err
    assert "--debug" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("arguments", [("--debug", "scenarios"), ("scenarios", "--debug")])
def test_debug_shows_the_traceback_before_or_after_the_command(broken, call, arguments):
    broken(Unforeseen("the sky fell"))
    done = call(*arguments)
    assert done.code == 1
    assert "Traceback" in done.err
    assert "the sky fell" in done.err


def test_an_interrupt_is_code_130(broken, call):
    broken(KeyboardInterrupt())
    done = call("scenarios")
    assert (done.code, done.out, done.err.strip()) == (130, "", "interrupted")


def test_a_value_error_of_a_library_is_not_taken_for_bad_input(broken, call):
    import numpy as np

    try:
        np.zeros(3) + np.zeros(4)
    except ValueError as error:
        broken(error)
    done = call("scenarios")
    assert done.code == 1
    assert "fault of hedgerow" in done.err


def test_the_end_of_a_damaged_file_is_no_interrupt(broken, call):
    broken(EOFError("Ran out of input"))
    done = call("scenarios")
    assert done.code == 1
    assert "EOFError: Ran out of input" in done.err and "interrupted" not in done.err


def test_a_full_disk_is_told_in_words(broken, call):
    import errno

    broken(OSError(errno.ENOSPC, "No space left on device", "results/x"))
    done = call("scenarios")
    assert done.code == 2
    assert done.err.startswith("error: results/x: the disk is full")


def test_a_reader_that_goes_away_is_no_error(here):
    command = f"set -o pipefail; {sys.executable} -m hedgerow evidence | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


def test_main_returns_the_exit_code():
    assert main(["--version"]) == 0


def test_errors_of_the_system_speak_of_options_where_a_command_was_typed(capfd):
    error = OSError(errno.ENOSPC, "No space left on device", "out/x.csv")
    assert report(error, False) == 2
    told = capfd.readouterr().err
    assert told.startswith("error: out/x.csv: the disk is full") and told.endswith("--out\n")
    assert of_system(error).endswith("with out=")
