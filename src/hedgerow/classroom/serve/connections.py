"""The connections that are open, and which of them must go where there are too many.

A newcomer is always let in. Where there are too many connections, those pay that hold the most: an
address loses the connection that has been silent longest. Who has not shown the class code can
take only a part of the places, so that the rest is kept for those who have joined.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

Place = tuple[str, int]
"""Address and port of the other side."""


class Line(Protocol):
    """One connection."""

    @property
    def busy(self) -> bool:
        """Whether a request is being answered."""

    def drop(self) -> None:
        """End it at once."""


@dataclass(frozen=True)
class Most:
    """How many connections there may be.

    Attributes:
        all: together. strangers: of those who have not joined, together.
        each: of those who have not joined, from one address.
    """

    all: int = 512
    strangers: int = 192
    each: int = 64


@dataclass
class _Open:
    line: Line
    joined: bool


@dataclass
class Connections:
    """The open connections.

    Args:
        most: of them. locked: whether there is a class code; without it nobody is a stranger.
    """

    most: Most = field(default_factory=Most)
    locked: bool = False
    _open: dict[Place, _Open] = field(default_factory=dict)  # who spoke last is last

    def add(self, place: Place, line: Line) -> None:
        """Take in a new connection; another one may have to go for it."""
        self._open[place] = _Open(line, not self.locked)
        strangers = [at for at, one in self._open.items() if not one.joined]
        own = [at for at in strangers if at[0] == place[0]]
        if not self._open[place].joined and len(own) > self.most.each:
            self._drop_one(own, place)
        elif not self._open[place].joined and len(strangers) > self.most.strangers:
            self._drop_one(strangers, place)
        elif len(self._open) > self.most.all:
            self._drop_one(self._open, place)

    def spoke(self, place: Place) -> None:
        """Note that a connection has sent a request."""
        if place in self._open:
            self._open[place] = self._open.pop(place)

    def joined(self, place: Place) -> None:
        """Note that a connection is one of somebody who has joined."""
        if place in self._open:
            self._open[place].joined = True

    def remove(self, place: Place) -> None:
        """Forget a connection that has ended."""
        self._open.pop(place, None)

    def drop(self, place: Place) -> bool:
        """End a connection at once; tell whether it was one of these."""
        found = self._open.pop(place, None)
        if found is not None:
            found.line.drop()
        return found is not None

    def __len__(self) -> int:
        return len(self._open)

    def _drop_one(self, places: Iterable[Place], newcomer: Place) -> None:
        """End a connection of the address that has the most of some.

        It is the one that was silent longest; where all are busy, the one that is so longest. The
        newcomer, who has had no time to speak, is spared where there is another one.
        """
        some = list(places)
        ((address, _),) = Counter(at[0] for at in some).most_common(1)
        own = [at for at in some if at[0] == address and at != newcomer] or [newcomer]
        silent = (at for at in own if not self._open[at].line.busy)
        self.drop(next(silent, own[0]))
