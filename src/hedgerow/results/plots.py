"""``results.plot``: the figures of a result, by name."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .folder import FIGURES, place_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .results import Results


class Plots:
    """Draws figures of one result; each method returns a matplotlib `Figure`.

    `country` is a code; the first country of the scenario where it is not given.
    """

    def __init__(self, results: "Results") -> None:
        self._results = results

    def alignment(self, country: str | None = None) -> "Figure":
        """Alignment index by year with the hedging band."""
        from ..figures import alignment

        return alignment.draw(self._results, country)

    def alignment_overview(self) -> "Figure":
        """Alignment index of every country."""
        from ..figures import overview

        return overview.draw(self._results)

    def arms(self, country: str | None = None) -> "Figure":
        """Order, delivery and arsenal share of the main supplier, with the facts."""
        from ..figures import arms

        return arms.draw(self._results, country)

    def tiers(self, country: str | None = None) -> "Figure":
        """The ladder of partnerships."""
        from ..figures import tiers

        return tiers.draw(self._results, country)

    def votes(self, country: str | None = None) -> "Figure":
        """What was chosen at scheduled choices."""
        from ..figures import votes

        return votes.draw(self._results, country)

    def portfolio(self, country: str | None = None) -> "Figure":
        """Ties by instrument and partner."""
        from ..figures import portfolio

        return portfolio.draw(self._results, country)

    def beliefs_threat(self, country: str | None = None) -> "Figure":
        """Beliefs in futures, and threat."""
        from ..figures import beliefs_threat

        return beliefs_threat.draw(self._results, country)

    def all(
        self, folder: Path | str | None = None, formats: Sequence[str] = ("svg", "png")
    ) -> list[Path]:
        """Draw every figure into `folder` (default: ``figures`` of the result).

        The manifest lists the checksums of those that lie in the result.
        """
        from ..figures.all import draw_all

        place = self._results.path / FIGURES if folder is None else place_of(folder)
        return draw_all(self._results, place, formats)
