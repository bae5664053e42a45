"""One axis of a sweep: the values of a path, as a list, a range or a prior."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..scenario.fields import find
from ..scenario.keys import split
from ..scenario.quantity import quantity

Floats = NDArray[np.float64]

_TAIL = 0.01  # probability at which a prior without bounds is cut off for designs that use its ends


def listed(path: str, axis: Any) -> list[Any]:
    """Return the values of an axis of a grid or a zip: as listed, or evenly spaced in a range."""
    if isinstance(axis, list):
        return axis
    return _between(path, axis, np.linspace(0.0, 1.0, axis["points"]))


def taken(path: str, axis: Any, places: Floats) -> list[Any]:
    """Return the values of an axis at some places.

    Args:
        path: the swept path.
        axis: a list of values, a table with ``low`` and ``high``, or a prior.
        places: (points,) from 0, the lower end of the axis, to 1, its upper end.
    """
    if isinstance(axis, list):
        last = len(axis) - 1
        return [axis[min(int(place * len(axis)), last)] for place in places]
    if "dist" in axis:
        prior = quantity(axis)
        low, high = np.isfinite(prior.support())
        inside = np.clip(places, 0.0 if low else _TAIL, 1.0 if high else 1.0 - _TAIL)
        # Only designs that use the ends themselves (0 and 1) are clipped; others never reach them.
        ends = (places <= 0.0) | (places >= 1.0)
        return _plain(path, prior.sample(np.where(ends, inside, places)))
    return _between(path, axis, places)


def _between(path: str, axis: dict[str, Any], places: Floats) -> list[Any]:
    low, high = float(axis["low"]), float(axis["high"])
    logarithmic = axis.get("scale") == "log"
    values = low * (high / low) ** places if logarithmic else low + (high - low) * places
    return _plain(path, np.where(places <= 0.0, low, np.where(places >= 1.0, high, values)))


def _plain(path: str, values: Floats) -> list[Any]:
    """Return numbers as a list of Python's, whole for paths that take only whole numbers."""
    found = find(split(path))
    if found is not None and found[0].whole:
        return [float(round(value)) for value in values.tolist()]
    return list(values.tolist())
