"""``results.plot``: the figures of a result, by name."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .. import figures
from ..arguments import checked
from .folder import Added
from .layout import FIGURES, place_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..figures.drawable import Drawable
    from .results import Results


class Plots:
    """Draws figures of one result; each method returns a matplotlib `Figure`.

    `country` is the code of a country; by default it is the first of the scenario.
    """

    def __init__(self, results: "Results") -> None:
        self._results = results

    @checked
    def alignment(self, country: str | None = None) -> "Figure":
        """Alignment index by year with the hedging band."""
        return figures.alignment.draw(self._results, country)

    def alignment_overview(self) -> "Figure":
        """Alignment index of every country."""
        return figures.overview.draw(self._results)

    @checked
    def arms(self, country: str | None = None) -> "Figure":
        """Order, delivery and arsenal share of the main supplier, with the facts."""
        return figures.arms.draw(self._results, country)

    @checked
    def tiers(self, country: str | None = None) -> "Figure":
        """The ladder of partnerships."""
        return figures.tiers.draw(self._results, country)

    @checked
    def votes(self, country: str | None = None) -> "Figure":
        """What was chosen in votes and other dated choices."""
        return figures.votes.draw(self._results, country)

    @checked
    def events(self, country: str | None = None) -> "Figure":
        """What powers did, by five years."""
        return figures.events.draw(self._results, country)

    @checked
    def portfolio(self, country: str | None = None) -> "Figure":
        """Ties by instrument and partner."""
        return figures.portfolio.draw(self._results, country)

    @checked
    def beliefs_threat(self, country: str | None = None) -> "Figure":
        """Beliefs in futures, and threat."""
        return figures.beliefs_threat.draw(self._results, country)

    @checked
    def all(
        self,
        folder: Path | str | None = None,
        formats: Sequence[str] = (),
        width: float | None = None,
        bare: bool = False,
    ) -> list[Path]:
        """Draw every figure into `folder` (default: ``figures`` of the result).

        The manifest lists the checksums of those that lie in the result. `formats` are of svg, png,
        pdf and eps, `width` is in inches, and `bare` figures have no titles; see `draw_all`. What
        is not given is that of the `hedgerow.figures.page.page`.
        """
        place = self._results.path / FIGURES if folder is None else place_of(folder)
        return draw_all(self._results, place, formats, width=width, bare=bare)


def draw_all(
    results: "Drawable",
    folder: Path,
    formats: Sequence[str] = (),
    country: str | None = None,
    names: Sequence[str] = (),
    width: float | None = None,
    bare: bool = False,
) -> list[Path]:
    """Draw all figures of a country (default: the first) and, of several, the overview.

    They replace figures of the same name, all of them or none.

    Args:
        results: what to draw.
        folder: made if it is not there.
        formats: of svg, png, pdf and eps; by default those of the `hedgerow.figures.page.page`.
        country: code.
        names: of the figures to draw; by default all.
        width: of the figures in inches, by default that of the page, or each its own; letters have
            6 points or more.
        bare: without titles and the line on where a figure comes from, which are in its caption.

    Returns:
        The files written: of each figure its formats, and its caption, ``NAME.txt``.

    Raises:
        ValueError: the result has no such country, or no figure can be so wide.
        OutputError: the folder cannot be written, another process works there, a file that no
            figure of hedgerow's is has the name of one, or the folder lies in the result behind a
            link or among the tables.
    """
    home = None if getattr(results, "in_memory", False) else results.path
    wanted = names or figures.all.names_of(results)
    written: list[Path] = []
    sheet = figures.page.current()
    width, bare, formats = width or sheet.width, bare or sheet.bare, formats or sheet.formats
    with Added(folder, home) as stage, figures.page.page(width, bare, formats):
        for name in wanted:
            for form in (*formats, "txt"):
                _require_ours(results, folder / f"{name}.{form}")
        for name in wanted:
            figure = figures.all.FIGURES[name](results, country)
            written += figures.style.save(figure, stage, name)
    return [folder / path.name for path in written]


def _require_ours(results: "Drawable", path: Path) -> None:
    """Refuse to replace a file that the manifest does not list and hedgerow did not draw."""
    about = results.manifest
    home = None if getattr(results, "in_memory", False) else results.path.resolve()
    place = path.parent.resolve() / path.name
    if home is not None and place.is_relative_to(home):
        old = about.keys().isdisjoint(("files", "model_digest"))  # such a manifest lists no figures
        if old or place.relative_to(home).as_posix() in about.get("files", {}):
            return
    figures.style.require_ours(path)
