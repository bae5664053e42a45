"""Paths of the partners' share of world trade: what is known by year, and a walk beyond it."""

from functools import cache
from itertools import pairwise
from math import log, sqrt

import numpy as np

from ..facts.panel import shipped_panel
from ..model.parameters import Floats
from ..model.streams import Purpose, Streams, codes_of, normal
from .document import Plain, copied

FEW = 5
"""Least known yearly changes from which a drift is told."""


def known_path(document: Plain, partner: str) -> Plain | None:
    """Return the shares of a partner by year, with their source; None if none are given.

    ``paths = "panel"`` stands for the shares of the panel up to the date of knowledge.
    """
    given = document.get("paths", {})
    if partner in given:
        return copied(given[partner])
    if given.get("file") != "panel":
        return None
    until = document.get("knowledge", {}).get("until", 9999)
    market = {str(y): share for y, share in panel().get(partner, {}).items() if y <= until}
    if not market:
        return None
    source = f"external: panel-partners, trade_share_world {min(market)} to {max(market)}"
    return {"market": market, "source": source}


@cache
def panel() -> dict[str, dict[int, float]]:
    """Return the share of world trade of the panel's partners, by year."""
    columns = shipped_panel().columns("partners")
    result: dict[str, dict[int, float]] = {}
    for partner, year, share in zip(
        columns["partner"].tolist(),
        columns["year"].tolist(),
        columns["trade_share_world"].tolist(),
        strict=True,
    ):
        if share == share:  # it is known
            result.setdefault(partner, {})[int(year)] = share
    return result


def markets(resolved: Plain, partners: tuple[str, ...], streams: Streams) -> Floats:
    """Return ln G less that at the start at the beginning of each year: (Y + 1, P, R).

    Shares between known years are interpolated in their logarithm. After the last known year the
    logarithm walks at random with the drift and the standard deviation of the known yearly changes,
    and the drift is drawn with its own standard error. From fewer than `FEW` changes no drift is
    told, and the standard deviation is that of all partners' known changes about 0. A partner
    without a path keeps its share.
    """
    start, end = resolved["time"]["start"], resolved["time"]["end"]
    years = np.arange(start, end + 2)
    result = np.zeros((years.size, len(partners), streams.replicates.size))
    known = {
        partner: {int(year): log(share) for year, share in path["market"].items()}
        for partner, path in resolved["paths"].items()
    }
    changes = {partner: _changes(by_year) for partner, by_year in known.items()}
    pooled = np.concatenate([*changes.values()]) if any(map(len, changes.values())) else np.zeros(1)
    for p, partner in enumerate(partners):
        if partner not in known:
            continue
        by_year = dict(sorted(known[partner].items()))
        last = max(by_year)
        level = np.interp(years, list(by_year), list(by_year.values()))
        result[:, p] = level[:, None]
        if last <= end:
            ahead = list(range(last + 1, end + 2))
            walk = _walk(changes[partner], pooled, partner, ahead, streams)
            beyond = np.minimum(by_year[last] + walk, 0.0)  # a share is at most 1
            result[max(last + 1 - start, 0) :, p] = beyond[max(start - last - 1, 0) :]
    return result - result[0]


def _changes(by_year: dict[int, float]) -> Floats:
    """Return the known changes of a logarithm from one year to the next."""
    pairs = pairwise(sorted(by_year.items()))
    return np.array([b - a for (before, a), (after, b) in pairs if after == before + 1])


def _walk(own: Floats, pooled: Floats, partner: str, years: list[int], streams: Streams) -> Floats:
    """Return a random walk of a logarithm in the years after the last one known: (years, R)."""
    if own.size >= FEW:
        drift, deviation = float(own.mean()), float(own.std(ddof=1))
        error = deviation / sqrt(own.size)
    else:
        drift, deviation, error = 0.0, sqrt(np.mean(pooled**2)), 0.0
    code = codes_of([f"market|{partner}"])
    luck = normal(*streams(Purpose.PATH, 0, code))[0]
    steps = [
        drift + error * luck + deviation * normal(*streams(Purpose.PATH, year, code))[0]
        for year in years
    ]
    return np.cumsum(steps, axis=0)
