"""What whoever decides looks at."""

from dataclasses import dataclass

from .frame import Frame
from .parameters import Floats, Structure
from .part import Columns, part
from .payoff import Form, Point
from .state import State


@dataclass
class Moment:
    """A moment of a quarter, for all decisions of a block or for some of them.

    Attributes:
        world, q, s: the structure, the numbers in force, the state.
        point: the portfolio, at the form that prices it.
        weight: (D,) multiplies every ω; at 0 habit alone decides.
        stake: (E, D) what events cost or bring. goodwill: (P, D) worth of a unit of cover.
    """

    world: Structure
    q: Frame
    s: State
    point: Point
    weight: Floats
    stake: Floats
    goodwill: Floats

    @property
    def form(self) -> Form:
        """The payoff that prices options."""
        return self.point.form

    def omega(self, kind: str) -> Floats:
        """ω of a kind of choice: (D,)."""
        return self.q[f"politics_{kind}"] * self.weight

    def of(self, columns: Columns) -> "Moment":
        """Return some of its decisions, for reading."""
        q, s, point = part(self.q, columns), part(self.s, columns), self.point.of(columns)
        stake, goodwill = self.stake[:, columns], self.goodwill[:, columns]
        return Moment(self.world, q, s, point, self.weight[columns], stake, goodwill)
