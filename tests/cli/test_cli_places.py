"""Where commands write: every name of a folder means the same to all of them."""

import os

import click
import pytest

from hedgerow.cli.main import COMMANDS, root
from hedgerow.cli.options import FILE, FOLDER

SMALL = ["--runs", "2", "--until", "1997", "--no-figures", "--quiet"]


def outs():
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        for option in command.params:
            if "--out" in option.opts or (
                isinstance(option, click.Argument) and "DIR" in option.human_readable_name
            ):
                yield pytest.param(option, id=f"{name} {option.human_readable_name}")


@pytest.mark.parametrize("option", list(outs()))
def test_every_command_takes_a_folder_in_the_same_way(option, here, monkeypatch):
    monkeypatch.setenv("HOME", str(here))
    assert option.type in (FOLDER, FILE)
    assert option.type.convert("~/x", option, None) == here / "x"
    for wrong in ("", "~nobody-of-this-name/x", os.fsdecode(b"caf\xe9")):
        with pytest.raises(click.BadParameter):
            option.type.convert(wrong, option, None)


def test_a_name_that_cannot_be_is_refused_with_nothing_written(refused):
    refused("run", "vietnam", *SMALL, "--out", "", telling="the name of a folder is empty")
    refused("run", "vietnam", *SMALL, "--out", "n" * 300, telling="the name is too long")
    refused("run", "vietnam", *SMALL, "--out", os.fsdecode(b"caf\xe9"), telling="not UTF-8")


def test_a_name_with_the_sign_of_the_home_directory_or_a_colon(call, here, monkeypatch):
    monkeypatch.setenv("HOME", str(here / "home"))
    assert call("run", "vietnam", *SMALL, "--out=~/x").out == f"{here}/home/x\n"
    assert call("run", "vietnam", *SMALL, "--out", "s3:x").out == "s3:x\n"
    assert sorted(path.name for path in here.iterdir()) == ["home", "s3:x"]
    assert call("status", "s3:x").code == 0
    assert call("plot", "s3:x", "--figure", "arms").out.split() == [
        "s3:x/figures/arms.svg",
        "s3:x/figures/arms.png",
        "s3:x/figures/arms.txt",
    ]
    assert call("run", "--rerun", "s3:x:1").code == 0
