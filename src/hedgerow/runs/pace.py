"""How many units go into a task: enough that what a task costs of itself does not matter.

A block costs much the same however few runs it holds, so that a unit in a large task is cheaper
than one alone. A task that took hours would lose them in a crash, and leave other workers idle at
the end.
"""

from collections.abc import Callable, Iterator

from .spec import Spec
from .store import Gap
from .work import Done

SECOND = 1.0
"""What a task should take at least."""

LONGEST = 8.0
"""What a task should take at most, unless half of that were its own."""

_SHARE = 0.1
"""Share of a task's seconds that may be its own: that it takes however few its units."""

FIRST = 16
"""Runs of the first tasks."""

GROWTH = 4
"""How much larger a task may be than any before it."""


def aim(own: float) -> float:
    """Return the seconds that a task should take, given those that are its own."""
    return max(SECOND, 2 * own, min(own / _SHARE, LONGEST))


class Pace:
    """Cuts gaps into chunks, by how long chunks of other sizes took.

    Args:
        spec: the sweep.
        units: of every chunk; None to go by time.
        width: workers, who shall end at about the same time.
        block: runs that one call of the model holds; a chunk of more would only need more memory.
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
        """Take note of how long a chunk took."""
        if self._fixed or done.summary:
            return
        units, seconds = done.last - done.first, max(done.seconds, 1e-4)
        self._seen[units] = min(seconds, self._seen.get(units, seconds))
        small, large = min(self._seen), max(self._seen)
        if small == large:
            self._size = self._other(large, seconds)
            return
        own, each = parts(small, self._seen[small], large, self._seen[large])
        # A larger chunk is not slower a unit, whatever the two seen make believe.
        most = min(self._most, large * min(GROWTH, aim(own) / self._seen[large]))
        self._size = max(1, round(min((aim(own) - own) / each, most)))
        self._least = max(1, round((max(SECOND, 2 * own) - own) / each))

    def _other(self, units: int, seconds: float) -> int:
        """Return another size of a chunk than the one seen, to tell what is a task's own."""
        if 2 * seconds > LONGEST:
            return max(1, round(units * min(0.5, LONGEST / (2 * seconds))))
        return min(units * (2 if seconds > SECOND else GROWTH), self._most)

    def cut(self, gaps: list[Gap], asked: Callable[[], bool]) -> Iterator[Gap]:
        """Yield chunks of the gaps in order, until all is cut or `asked` tells to stop."""
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
    """Return the seconds that are a task's own and those of each of its units.

    Args:
        small, large: units of two tasks.
        fast, slow: seconds that they took.
    """
    each = min(max((slow - fast) / (large - small), 0.05 * slow / large), slow / large)
    return max(fast - each * small, 0.0), each
