"""One axis of a sweep: the values of a path, or how to take them out of a range."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..scenario.fields import find
from ..scenario.keys import split
from ..scenario.quantity import quantity

Floats = NDArray[np.float64]

_TAIL = 0.01  # of a prior without bounds, where a design wants its very ends


def listed(path: str, axis: Any) -> list[Any]:
    """Return the values of an axis of a grid or a zip: those written, or evenly spaced ones."""
    if isinstance(axis, list):
        return axis
    return _between(path, axis, np.linspace(0.0, 1.0, axis["points"]))


def taken(path: str, axis: Any, u: Floats) -> list[Any]:
    """Return what an axis holds at places `u` (points,) from 0 to 1 inclusive."""
    if isinstance(axis, list):
        last = len(axis) - 1
        return [axis[min(int(place * len(axis)), last)] for place in u]
    if "dist" in axis:
        prior = quantity(axis)
        low, high = np.isfinite(prior.support())
        inside = np.clip(u, 0.0 if low else _TAIL, 1.0 if high else 1.0 - _TAIL)
        # Only a design with places at the very ends needs the clip: others never come so far.
        ends = (u <= 0.0) | (u >= 1.0)
        return _plain(path, prior.sample(np.where(ends, inside, u)))
    return _between(path, axis, u)


def _between(path: str, axis: dict[str, Any], u: Floats) -> list[Any]:
    low, high = float(axis["low"]), float(axis["high"])
    logarithmic = axis.get("scale") == "log"
    values = low * (high / low) ** u if logarithmic else low + (high - low) * u
    return _plain(path, np.where(u <= 0.0, low, np.where(u >= 1.0, high, values)))


def _plain(path: str, values: Floats) -> list[Any]:
    """Return numbers as Python has them, whole where only whole ones make sense."""
    found = find(split(path))
    if found is not None and found[0].whole:
        return [float(round(value)) for value in values.tolist()]
    return list(values.tolist())
