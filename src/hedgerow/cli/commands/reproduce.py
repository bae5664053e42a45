"""``hedgerow reproduce``: the numbers and figures of experiments, held against what they were."""

import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from ...compiled.kernels import prepare
from ...experiment import FULL, QUICK, ExperimentError, find, read, reference, reproduce
from ...figures import style
from ...progress import clock, counting, note
from ...runs.executor import cores
from ..errors import report
from ..options import kernel_of, kernel_option, out_option, workers_type
from ..place import Place
from ..printing import given, printed
from ..state import State, debug_option

if TYPE_CHECKING:
    from ...experiment import Experiment, Outcome
    from ...experiment.reference import Reference


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    try:
        names = find(ctx.params.get("experiments"))
    except ExperimentError:
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.command("reproduce")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=_complete)
@click.option("--all", "every", is_flag=True, help="All experiments, on after one that fails.")
@click.option("--quick", is_flag=True, help="The quick size, with a reference of its own.")
@click.option("--check", is_flag=True, help="Compare alone: write nothing.")
@click.option(
    "--update-reference",
    "update",
    is_flag=True,
    help="Make the new numbers the reference; in the full size also keep the figure.",
)
@click.option(
    "--experiments",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of experiments [default: ./experiments]",
)
@out_option(
    "New folder; of several experiments, for a folder each [default: results/reproduce-NAME]"
)
@click.option(
    "--workers",
    type=workers_type,
    help="Processes [default: 1 for --quick, else one a core]; numbers do not depend on it.",
)
@kernel_option
@printed("tex")
@click.option("--quiet", is_flag=True, help="No progress.")
@debug_option
@click.pass_obj
def command(
    state: State,
    names: tuple[str, ...],
    every: bool,
    quick: bool,
    check: bool,
    update: bool,
    experiments: Path | None,
    out: Path | None,
    workers: int | None,
    kernel: str | None,
    quiet: bool,
) -> int:
    """Compute the published figures anew and compare their numbers.

    An experiment is a folder: what to compute, how to draw it, and the numbers once drawn.

    Where platform, processor features, libraries and kernel are those of the reference, every bit
    must be; elsewhere a number may be off by rounding, and by one run in each sample that it may
    turn. Prints the worst number and what has changed since the reference, and ends with 1 where
    numbers have drifted or a scenario has changed. figure.py of an experiment is code that is run.

    --format tex writes the table for LaTeX, too (table.tex, with booktabs and longtable).
    figure.txt is the caption: it explains what the figure shows.
    """
    other = "--update-reference" if update else "--out" if out is not None else given()
    if check and other:
        raise click.UsageError(f"--check writes nothing, so it does not go with {other}")
    if every and names:
        raise click.UsageError("--all takes no names")
    kernel = kernel_of(kernel)

    known = find(experiments)
    if not every and not names:
        raise click.UsageError(f"name an experiment, or give --all; there are {', '.join(known)}")
    chosen = [_known(name, known) for name in dict.fromkeys(names)] if names else list(known)
    planned = [read(known[name], QUICK if quick else FULL) for name in chosen]
    how = _How(
        kernel=kernel,
        workers=workers or (1 if quick else cores()),
        check=check,
        update=update,
        quiet=quiet,
    )
    prepare(kernel, None if quiet else note)
    before = {e.name: None if update else reference.load(e) for e in planned}
    done = _all(planned, before, how, out, state.debug)
    if len(planned) > 1:
        click.echo("\n".join(["", *(_line(one) for one in done)]))
    if not check and done[-1].path is not None:
        click.echo(out if out is not None and len(planned) > 1 else done[-1].path)
    return 1 if any(one.failed for one in done) else 0


@dataclass(frozen=True)
class _How:
    kernel: str
    workers: int
    check: bool
    update: bool
    quiet: bool


@dataclass(frozen=True)
class _Done:
    """What became of an experiment; `error` where it could not be computed."""

    name: str
    outcome: "Outcome | None" = None
    path: Path | None = None
    error: str = ""
    lacking: bool = False

    @property
    def failed(self) -> bool:
        if self.outcome is None or self.lacking:
            return True
        return self.outcome.verdict is not None and self.outcome.verdict.failed


def _known(name: str, known: dict[str, Path]) -> str:
    if name in known:
        return name

    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
    raise click.UsageError(f"no experiment {name!r}; {hint}")


def _all(
    planned: "Sequence[Experiment]",
    before: "dict[str, Reference | None]",
    how: _How,
    out: Path | None,
    debug: bool,
) -> list[_Done]:
    """Do one after the other; of several, one that cannot be computed does not stop the rest."""
    expected = {
        name: float(known.manifest.get("seconds", 0.0)) if known else 0.0
        for name, known in before.items()
    }
    start = time.monotonic()
    done: list[_Done] = []
    for number, experiment in enumerate(planned, start=1):
        if not how.quiet:
            left = _left(expected, [one.name for one in done], time.monotonic() - start)
            text = f"[{number}/{len(planned)}] {experiment.name}: {experiment.content.title}"
            click.echo(text + left, err=True)
        place = out / experiment.name if out is not None and len(planned) > 1 else out
        try:
            one = _one(experiment, before[experiment.name], how, place)
        except Exception as error:
            if len(planned) == 1:
                raise
            report(error, debug)
            one = _Done(experiment.name, error=str(error).partition("\n")[0])
        done.append(one)
    return done


def _left(expected: dict[str, float], done: Sequence[str], seconds: float) -> str:
    """Return how long the rest will take, from how long each took when its reference was made."""
    past = sum(expected[name] for name in done)
    rest = sum(expected.values()) - past
    if not rest:
        return ""
    return f" ({clock(rest * seconds / past if past else rest)} left in all)"


def _one(experiment: "Experiment", known: "Reference | None", how: _How, out: Path | None) -> _Done:
    """Compute, draw, compare and write one experiment, and say what came of it."""
    with nullcontext() if how.check else Place(out, f"reproduce-{experiment.name}") as place:
        with counting("run", how.quiet) as progress:
            found = reproduce(experiment, how.kernel, how.workers, progress, known)
        if place is None:
            with style.looks():
                found.plot().draw_without_rendering()
        else:
            found.save(place)
    left: list[str] = []
    if how.update:
        left = found.keep()
        said = f"{len(found.rows)} numbers are the reference now"
    else:
        said = str(found.verdict or "there is no reference; --update-reference makes one")
    for line in (said, *found.notes, *left):
        click.echo(f"{experiment.name}: {line}")
    path = None if place is None else place.target
    if path is not None and not how.quiet:
        click.echo(f"figure and table: {path}", err=True)
    return _Done(experiment.name, found, path, lacking=how.check and known is None)


def _line(one: _Done) -> str:
    """Return what became of an experiment in one line."""
    if one.outcome is None:
        return f"{'failed':9}  {one.name}: {one.error}"
    verdict = one.outcome.verdict
    if verdict is None:
        return f"{'none' if one.lacking else 'done':9}  {one.name}"
    if verdict.changed and not verdict.drift:
        return f"{'CHANGED':9}  {one.name}: {verdict.changed[0]}"
    if not verdict.drift:
        return f"{'rounding' if verdict.gaps else 'same':9}  {one.name}"
    text = str(verdict).splitlines()
    return f"{'DRIFT':9}  {one.name}: {text[1] if len(text) > 1 else text[0]}"
