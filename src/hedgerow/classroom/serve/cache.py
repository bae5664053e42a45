"""Answers that are kept: the least recently used go first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock


class Kept[T]:
    """A bounded store that several threads may use.

    Args:
        most: entries that it holds, or where `size` is given their sizes together.
        size: of an entry, above 0; one that is larger than `most` is not kept.
    """

    def __init__(self, most: int, size: Callable[[T], int] = lambda value: 1) -> None:
        self._most, self._size = most, size
        self._held = 0
        self._entries: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> T | None:
        """Return what is kept under a key, None where nothing is."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key]

    def put(self, key: Hashable, value: T) -> None:
        """Keep a value under a key."""
        with self._lock:
            if key in self._entries:
                self._held -= self._size(self._entries.pop(key))
            self._entries[key] = value
            self._held += self._size(value)
            while self._held > self._most:
                self._held -= self._size(self._entries.popitem(last=False)[1])

    def __len__(self) -> int:
        return len(self._entries)
