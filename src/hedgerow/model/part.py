"""Some decisions of a whole: what concerns few columns is worked out for those alone."""

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Columns = NDArray[np.intp]
"""Places on the decision axis."""


class _Part:
    """What a whole has, its arrays cut down to some columns when they are asked for."""

    def __init__(self, whole: Any, columns: Columns) -> None:
        self._whole, self._columns = whole, columns
        self._numbers: dict[str, Any] = {}

    def _cut(self, value: Any) -> Any:
        return value.take(self._columns, axis=-1) if isinstance(value, np.ndarray) else value

    def __getattr__(self, name: str) -> Any:
        value = self.__dict__[name] = self._cut(getattr(self._whole, name))
        return value

    def __getitem__(self, name: str) -> Any:
        if name not in self._numbers:
            self._numbers[name] = self._cut(self._whole[name])
        return self._numbers[name]


def part[Whole](whole: Whole, columns: Columns) -> Whole:
    """Return some columns of a frame, a state or a form, for reading: its arrays are copies."""
    return cast(Whole, _Part(whole, columns))
