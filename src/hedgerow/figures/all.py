"""Every figure of a result, as files."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from . import alignment, arms, beliefs_threat, events, overview, portfolio, tiers, votes
from .series import programmes_of

if TYPE_CHECKING:
    from .drawable import Drawable

FIGURES: dict[str, Callable[["Drawable", str | None], Figure]] = {
    "alignment": alignment.draw,
    "alignment_overview": overview.draw,
    "arms": arms.draw,
    "tiers": tiers.draw,
    "votes": votes.draw,
    "events": events.draw,
    "portfolio": portfolio.draw,
    "beliefs_threat": beliefs_threat.draw,
}
"""The figures by the name of their files. The overview is of all countries."""


def names_of(results: "Drawable") -> list[str]:
    """Return the names of the figures that a result calls for."""
    left_out = set()
    if len(results.manifest["countries"]) == 1:
        left_out.add("alignment_overview")
    if not results.manifest.get("events"):  # as in results of version 0.1
        left_out.add("events")
    if not programmes_of(results):
        left_out.add("arms")
    return [name for name in FIGURES if name not in left_out]
