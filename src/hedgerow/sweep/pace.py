"""Tasks of about a second: how many units go into the next one."""

from collections.abc import Callable, Iterator

from .spec import Spec
from .store import Gap
from .work import Done

SECOND = 1.0
"""What a task should take."""

_GROWTH = 4


class Pace:
    """Cuts gaps into chunks, by how long the last ones took.

    Args:
        spec: the sweep.
        units: of every chunk; None to go by time.
    """

    def __init__(self, spec: Spec, units: int | None) -> None:
        self._fixed = units
        self._size = units or max(1, min(spec.units, 1))
        self._seconds = 0.0

    def add(self, done: Done) -> None:
        """Take note of how long a chunk took."""
        if self._fixed or done.summary:
            return
        each = max(done.seconds, 1e-4) / (done.last - done.first)
        self._seconds = each if not self._seconds else 0.5 * (self._seconds + each)
        wanted = max(1, round(SECOND / self._seconds))
        self._size = min(wanted, _GROWTH * self._size)

    def cut(self, gaps: list[Gap], asked: Callable[[], bool]) -> Iterator[Gap]:
        """Yield chunks of the gaps in order, until all is cut or `asked` tells to stop."""
        for first, last in gaps:
            while first < last and not asked():
                size = min(self._size, last - first)
                yield first, first + size
                first += size
