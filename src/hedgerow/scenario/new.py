"""`new` writes the scenario of a state of the panel as a file, to be changed."""

import os
import warnings
from collections.abc import Sequence
from pathlib import Path

from ..arguments import checked
from ..errors import OutputError
from ..facts.profile import AS_OF
from ..facts.states import find
from ..files import located
from .case import Borrowed, borrowed_from, text_of
from .loading import load, of_text, scenario_of
from .scenario import Scenario


@checked
def new(
    country: str,
    partners: Sequence[str] | None = None,
    start: int = AS_OF,
    like: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    data: str | os.PathLike[str] | None = None,
) -> Scenario:
    """Return the scenario of a state of the panel, and write it as a file if one is named.

    It has what the panel knows of the state, its habits drawn towards those of all states, and wide
    guesses for the rest; each number says which. What states share is included from the library.

    Args:
        country: code or name of a state (see `countries`).
        partners: codes of powers; by default all of the panel.
        start: first year, from 1996 to 2014. Ties, arms, positions and votes are those at the end
            of the year before, and for 2014 those at its own end; habits, and how much is ordered,
            are of 1997 to 2012 for any start.
        like: a scenario whose rules and choices are taken over.
        out: the file, which must not be there.
        data: folder of tables that `import_data` wrote, which are read in place of those of the
            panel; with them, a state need not be in the panel.

    Raises:
        NoState: the panel has no such state, or it is a power.
        NewError: partners or the start are not right.
        DataError: an imported table has other columns, nothing of the state, or other years than
            the panel.
        ScenarioError: the scenario that it is to be like cannot be used.
        OutputError: there is such a file, or it cannot be written; nothing is left behind.

    >>> import hedgerow
    >>> scenario = hedgerow.new("KAZ", partners=["RUS", "CHN", "USA", "EU"])
    >>> scenario.partners, round(scenario["countries.KAZ.position"], 2)
    (('CHN', 'EU', 'RUS', 'USA'), -0.37)
    """
    text = text_of_new(country, partners, start, like, data)
    if out is None:
        return of_text(find(country).code, text)
    write_new(text, Path(out))
    return load(Path(out))


def text_of_new(
    country: str,
    partners: Sequence[str] | None = None,
    start: int = AS_OF,
    like: str | os.PathLike[str] | None = None,
    data: str | os.PathLike[str] | None = None,
) -> str:
    """Return the text of the file that `new` writes; arguments and errors are the same."""
    model = None if like is None else scenario_of(like)

    def borrow(code: str, chosen: tuple[str, ...]) -> Borrowed:
        assert model is not None
        found = borrowed_from(model, code, chosen, start)
        if not (found.rules or found.choices):
            first = model.countries[0]
            warnings.warn(
                f"nothing is taken over from {model.name}: {first}, its first country, has no "
                f"rules of its own, and no choice put to it can be put to {code}",
                stacklevel=4,
            )
        return found

    folder = None if data is None else located(data)
    return text_of(country, partners, start, None if model is None else borrow, folder)


def require_free(target: Path, *, force: bool = False) -> None:
    """Refuse the place of a file that is there, unless `force`, or that is in no folder.

    Raises:
        OutputError: there is such a file, or no such folder.
    """
    if not force and os.path.lexists(target):
        raise OutputError(f"{target} exists; name another file, or move it away")
    if not target.parent.is_dir():
        raise OutputError(f"{target} cannot be written: there is no folder {target.parent}")


def write_new(text: str, target: Path, *, force: bool = False) -> None:
    """Write a text into a file that is not there, or with `force` into one that is.

    Raises:
        OutputError: there is such a file, or it cannot be written; nothing is left behind.
    """
    require_free(target, force=force)
    place = target.with_name(f".{target.name}.part") if force else target
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
        place.replace(target)
    except OSError as error:
        if not isinstance(error, FileExistsError):
            place.unlink(missing_ok=True)
        raise OutputError(f"{target} cannot be written: {error.strerror}") from error
