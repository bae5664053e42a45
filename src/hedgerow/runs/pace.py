"""How many units of a sweep go into a task.

A task takes a fixed time, whatever its size, and a time for each of its units. A small task wastes
the fixed time. A task of hours would lose them in a crash, and leave other workers idle at the end.
So tasks grow until the fixed time is a small share, but not beyond some seconds.
"""

from collections.abc import Callable, Iterator

from .spec import Spec
from .store import Gap
from .work import Done

SECOND = 1.0
"""Least seconds that a task should take."""

LONGEST = 8.0
"""Most seconds that a task should take, unless its fixed time is more than half of them."""

_SHARE = 0.1
"""Share of a task's seconds that its fixed time may be."""

FIRST = 16
"""Number of runs of the first tasks."""

GROWTH = 4
"""How many times larger a task may be than the largest before it."""


def aim(fixed: float) -> float:
    """Return the seconds that a task should take, given its fixed seconds."""
    return max(SECOND, 2 * fixed, min(fixed / _SHARE, LONGEST))


class Pace:
    """Cuts the units that are left into tasks, of sizes that follow from how long others took.

    Args:
        spec: the sweep.
        units: number of units of every task; None to choose it by time.
        width: number of workers, which should end at about the same time.
        block: runs that one call of the model holds. A task is no larger, since that would only
            need more memory.
    """

    def __init__(self, spec: Spec, units: int | None, width: int, block: int) -> None:
        self._fixed = units
        self._width = width
        self._seen: dict[int, float] = {}
        each = spec.runs_of(0, 1)
        self._most = max(1, block // each)
        self._size = max(1, min(FIRST // each, spec.units // (4 * width), self._most))
        self._least = self._size

    def add(self, done: Done) -> None:
        """Take account of how long a task took."""
        if self._fixed or done.summary:
            return
        units, seconds = done.last - done.first, max(done.seconds, 1e-4)
        self._seen[units] = min(seconds, self._seen.get(units, seconds))
        small, large = min(self._seen), max(self._seen)
        if small == large:
            self._size = self._other(large, seconds)
            return
        fixed, each = parts(small, self._seen[small], large, self._seen[large])
        # A unit of a larger task takes no longer, even if the two that were timed suggest it.
        most = min(self._most, large * min(GROWTH, aim(fixed) / self._seen[large]))
        self._size = max(1, round(min((aim(fixed) - fixed) / each, most)))
        self._least = max(1, round((max(SECOND, 2 * fixed) - fixed) / each))

    def _other(self, units: int, seconds: float) -> int:
        """Return another size than the only one timed, so that the fixed time can be estimated."""
        if 2 * seconds > LONGEST:
            return max(1, round(units * min(0.5, LONGEST / (2 * seconds))))
        return min(units * (2 if seconds > SECOND else GROWTH), self._most)

    def cut(self, gaps: list[Gap], asked: Callable[[], bool]) -> Iterator[Gap]:
        """Yield tasks of the gaps in order, until all is cut or `asked` returns True."""
        left = sum(last - first for first, last in gaps)
        for first, last in gaps:
            while first < last and not asked():
                size = min(self._next(left), last - first)
                yield first, first + size
                first += size
                left -= size

    def _next(self, left: int) -> int:
        if self._fixed:
            return self._fixed
        return min(self._size, max(-(-left // self._width), self._least))


def parts(small: int, fast: float, large: int, slow: float) -> tuple[float, float]:
    """Return the fixed seconds of a task and the seconds of each of its units.

    Args:
        small, large: numbers of units of two tasks.
        fast, slow: seconds that these two took.
    """
    each = min(max((slow - fast) / (large - small), 0.05 * slow / large), slow / large)
    return max(fast - each * small, 0.0), each
