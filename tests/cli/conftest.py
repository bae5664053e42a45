"""Helpers to call the command line, in a process of its own or inside the test."""

import subprocess
import sys
from dataclasses import dataclass

import pytest
from cli.folders import compiled, listing

from hedgerow.cli.main import main


@dataclass
class Done:
    """What a call of the command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(here, capfd):
    """Call ``hedgerow`` inside the test, in an empty current folder."""

    def caller(*arguments):
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Done(code, captured.out, captured.err)

    return caller


@pytest.fixture
def process(here):
    """Call ``hedgerow`` as a process of its own, in an empty current folder."""

    def caller(*arguments, **options):
        done = subprocess.run(
            [sys.executable, "-m", "hedgerow", *(str(argument) for argument in arguments)],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
            cwd=here,
            env=compiled(**options),
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return caller


@pytest.fixture
def refused(call, here):
    """Call ``hedgerow`` with something wrong: exit code 2, one message, nothing left behind.

    The message must hold every text of `telling`.
    """

    def caller(*arguments, telling=()):
        before = listing(here)
        done = call(*arguments)
        assert done.code == 2, done
        assert done.out == ""
        assert done.err.strip()
        assert "Traceback" not in done.err
        for text in [telling] if isinstance(telling, str) else telling:
            assert text in done.err
        assert listing(here) == before
        return done

    return caller


@pytest.fixture
def what_if(here):
    """Write a what-if on the shipped scenario ``vietnam``; return its path."""

    def writer(text, name="what-if.toml"):
        path = here / name
        path.write_text(
            f'schema = 2\ntitle = "A what-if"\nextends = "vietnam"\n{text}\n', encoding="utf-8"
        )
        return path

    return writer
