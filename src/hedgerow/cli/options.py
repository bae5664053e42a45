"""Options, arguments and completions that commands share."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ..compiled.kernels import chosen
from ..errors import KernelMissing
from ..facts.panel import shipped_panel
from ..files import folder
from ..results.layout import place_of
from ..scenario.overrides import parse_set
from ..scenario.posteriors import hindsight

if TYPE_CHECKING:
    from ..scenario import Scenario

F = TypeVar("F", bound=Callable[..., Any])


class _Folder(click.Path):
    """A folder on the command line; ``~`` is the home directory, and the empty name is refused."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        try:
            return super().convert(place_of(value), param, ctx)
        except ValueError as error:
            self.fail(str(error), param, ctx)


FOLDER = _Folder(path_type=Path)
"""Type of a folder that a command reads or writes."""

FILE = _Folder(path_type=Path, dir_okay=False)
"""Type of a single file that a command writes, named as folders are."""

folder_argument = click.argument("folder", metavar="DIR", type=FOLDER)
"""``DIR``, a result folder."""

settings_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change a number, switch or rule of the scenario; may be given again.",
)
"""``--set``, whose texts `parse_settings` reads."""

seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**64 - 1), help="Seed [default: the scenario's, else 0]."
)
"""``--seed`` of an analysis, which stores no drawn one."""

workers_type = click.IntRange(1, 1024)
"""Type of ``--workers``, for commands with another help text."""

workers_option = click.option(
    "--workers",
    type=workers_type,
    help="Processes [default: one a core]; results do not depend on it.",
)
"""``--workers``."""

country_option = click.option(
    "--country", metavar="CODE", help="A hedging country [default: the first]."
)
"""``--country``."""

until_option = click.option("--until", type=int, metavar="YEAR", help="Last year, inclusive.")
"""``--until``."""

kernel_option = click.option(
    "--kernel",
    type=click.Choice(["numpy", "compiled"]),
    help="What computes the rounds [default: compiled where numba is installed]",
)
"""``--kernel``, which `kernel_of` reads."""


def _gone(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        raise click.UsageError(
            "--precision: there is no choice any more, all is calculated in double precision; "
            "leave the option out"
        )


precision_option = click.option(
    "--precision", hidden=True, expose_value=False, callback=_gone, metavar="NAME"
)
"""``--precision`` of version 0.1, which is refused."""

hindsight_option = click.option(
    "--allow-hindsight",
    is_flag=True,
    help="Go on where numbers know more than they should; all output is marked 'hindsight'.",
)
"""``--allow-hindsight``, of the commands that refuse hindsight."""


quiet_option = click.option(
    "--quiet", is_flag=True, help="Print the path of the folder and nothing else."
)
"""``--quiet``."""


runs_type = click.IntRange(1, 2**32 - 1)
"""Type of ``--runs``."""


def runs_option(text: str, default: int | None = None) -> Callable[[F], F]:
    """Return ``--runs`` with its help."""
    shown = default is not None
    return click.option("--runs", type=runs_type, default=default, show_default=shown, help=text)


def keep_option(default: str) -> Callable[[F], F]:
    """Return ``--keep``."""
    return click.option(
        "--keep",
        type=click.Choice(["summary", "countries", "ties"]),
        default=default,
        show_default=True,
        help="How much to store: summary alone, countries too, or all ties too.",
    )


def out_option(text: str) -> Callable[[F], F]:
    """Return ``--out`` with its help."""
    return click.option("--out", type=FOLDER, metavar="DIR", help=text)


def draws_options[C: Callable[..., Any]](function: C) -> C:
    """Add ``--seed``, ``--set`` and ``--until`` of a run or sweep, which may draw its seed."""
    seed = click.option(
        "--seed",
        type=click.IntRange(0, 2**64 - 1),
        help="Seed of all random numbers [default: the scenario's, or a drawn one]",
    )
    return seed(settings_option(until_option(function)))


def storing_options(keep: str) -> Callable[[F], F]:
    """Return the options on computing and storing: kernel, keep, out, force."""
    force = click.option(
        "--force", is_flag=True, help="Replace a result that stands in the folder of --out."
    )
    out = out_option("Result folder [default: results/NAME-HASH8]")

    def add(function: F) -> F:
        return kernel_option(precision_option(keep_option(keep)(out(force(function)))))

    return add


def tell_hindsight(scenario: "Scenario") -> None:
    """Print to standard error why the draws of a scenario count as hindsight, if they do."""
    if why := hindsight(scenario):
        click.echo(f"hindsight: {why}", err=True)


with_option = click.option(
    "--with",
    "files",
    multiple=True,
    metavar="FILE.py",
    help="Add the countries, measures and payoff terms of a Python file (or of an installed "
    "package, by the name that it gives them); this runs the code of the file. Repeatable.",
)
"""``--with``."""


def complete_scenario(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the names of shipped scenarios and codes of states, or else files."""
    try:
        names = sorted(path.stem for path in folder("scenarios").glob("*.toml"))
    except FileNotFoundError:
        names = []
    if incomplete.isupper():  # it may be the code of a state
        names += shipped_panel().states()
    items = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return items or [CompletionItem(incomplete, type="file")]


def parse_settings(pairs: tuple[str, ...]) -> dict[str, Any]:
    """Return ``{path: value}`` from the texts of ``--set path=value``.

    A value is read as TOML (``0.5``, ``false``, ``["no_alliance"]``, ``{ dist = "uniform", … }``);
    a bare word is a string.

    Raises:
        ScenarioError: a text that is not path=value.
        click.UsageError: a path given twice, or a value of several lines.
    """
    settings: dict[str, Any] = {}
    for pair in pairs:
        if "\n" in pair:
            raise click.UsageError(f"--set {pair!r}: expected path=value on one line")
        path, value = parse_set(pair)
        if path in settings:
            raise click.UsageError(f"--set {path}: given twice; keep one")
        settings[path] = value
    return settings


def kernel_of(name: str | None) -> str:
    """Return the kernel that ``--kernel`` asks for, or the default.

    Raises:
        click.UsageError: it does not work here.
    """
    try:
        return chosen(name)
    except KernelMissing as error:
        raise click.UsageError(f"--kernel {name}: {error}, or leave the option out") from error


def terminal_width(least: int = 0) -> int:
    """Return the width for text: that of the terminal, or 100 if there is none."""
    return max(min(shutil.get_terminal_size((100, 24)).columns, 160), least)
