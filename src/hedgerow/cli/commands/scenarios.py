"""``hedgerow scenarios``: list the shipped scenarios, print one, or copy one to start from."""

import textwrap
import tomllib
from difflib import get_close_matches
from pathlib import Path

import click

from ...files import folder
from ..options import complete_scenario, terminal_width
from ..state import debug_option


@click.command("scenarios")
@click.argument("name", required=False, shell_complete=complete_scenario)
@click.option(
    "--copy",
    "copied",
    metavar="NAME",
    shell_complete=complete_scenario,
    help="Write NAME.toml into the current folder, to change it.",
)
@debug_option
def command(name: str | None, copied: str | None) -> None:
    """List the shipped scenarios, print one or copy one.

    Without NAME, list them all with their titles and questions; with NAME, print its file.
    """
    if name and copied:
        raise click.UsageError("give a NAME to print or --copy NAME, not both")
    if copied:
        _copy(copied)
    elif name:
        click.echo(_file(name).read_text(encoding="utf-8"), nl=False)
    else:
        click.echo(_list(terminal_width()))


def _file(name: str) -> Path:
    """Return the file of a shipped scenario, or raise an error that suggests one."""
    files = {path.stem: path for path in folder("scenarios").glob("*.toml")}
    name = name.removesuffix(".toml")
    if name in files:
        return files[name]

    close = get_close_matches(name, files, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(files))}"
    raise click.UsageError(f"no shipped scenario is called {name!r}; {hint}")


def _copy(name: str) -> None:
    source = _file(name)
    target = Path(source.name)
    if target.exists() or target.is_symlink():
        raise click.UsageError(f"{target} exists; move it away, or copy in another folder")
    text = source.read_bytes()
    try:
        with target.open("xb") as file:
            file.write(text)
    except OSError as error:
        if not isinstance(error, FileExistsError):
            target.unlink(missing_ok=True)
        raise click.UsageError(f"{target} cannot be written: {error.strerror}") from error
    click.echo(target)


def _list(width: int) -> str:
    files = sorted(folder("scenarios").glob("*.toml"))
    heads = [tomllib.loads(path.read_text(encoding="utf-8")) for path in files]
    # Those that stand on their own first, then what-ifs and other variants, each by name.
    rows = sorted(zip(files, heads, strict=True), key=lambda row: "extends" in row[1])
    room = max(len(path.stem) for path in files) + 2
    lines = []
    for path, head in rows:
        texts = [head["title"], *([head["question"]] if "question" in head else [])]
        wrapped = [line for text in texts for line in textwrap.wrap(text, max(width - room, 20))]
        lines += [f"{path.stem:{room}}{wrapped[0]}"]
        lines += [" " * room + line for line in wrapped[1:]]
    return "\n".join(lines)
