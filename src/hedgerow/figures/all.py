"""Every figure of a result, as files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from ..results.folder import Added
from . import alignment, arms, beliefs_threat, overview, portfolio, style, tiers, votes

if TYPE_CHECKING:
    from .drawable import Drawable

FIGURES: dict[str, Callable[["Drawable", str | None], Figure]] = {
    "alignment": alignment.draw,
    "alignment_overview": overview.draw,
    "arms": arms.draw,
    "tiers": tiers.draw,
    "votes": votes.draw,
    "portfolio": portfolio.draw,
    "beliefs_threat": beliefs_threat.draw,
}
"""The figures by the name of their files. The overview is of all countries."""


def draw_all(
    results: "Drawable",
    folder: Path,
    formats: Sequence[str] = ("svg", "png"),
    country: str | None = None,
    names: Sequence[str] = (),
) -> list[Path]:
    """Draw all figures of a country (default: the first) and, of several, the overview.

    They replace figures of the same name, all of them or none.

    Args:
        results: what to draw.
        folder: made if it is not there.
        formats: endings that matplotlib knows.
        country: code.
        names: of the figures to draw; by default all.

    Returns:
        The files written.

    Raises:
        ValueError: the result has no such country.
        OutputError: the folder cannot be written, another process works there, a file that no
            figure of hedgerow's is has the name of one, or the folder lies in the result behind a
            link or among the tables.
    """
    with Added(folder, results.path) as stage:
        for name in names or names_of(results):
            for form in formats:
                _require_ours(results, folder / f"{name}.{form}")
        for name in names or names_of(results):
            style.save(FIGURES[name](results, country), stage, name, formats)
    return [folder / f"{name}.{form}" for name in names or names_of(results) for form in formats]


def _require_ours(results: "Drawable", path: Path) -> None:
    """Refuse to replace what neither the manifest lists nor hedgerow drew."""
    about, home = results.manifest, results.path.resolve()
    place = path.parent.resolve() / path.name
    if place.is_relative_to(home):
        old = about.keys().isdisjoint(("files", "model_digest"))  # which lists no figures
        if old or place.relative_to(home).as_posix() in about.get("files", {}):
            return
    style.require_ours(path)


def names_of(results: "Drawable") -> list[str]:
    """Return the names of the figures that a result calls for."""
    several = len(results.manifest["countries"]) > 1
    return [name for name in FIGURES if several or name != "alignment_overview"]
