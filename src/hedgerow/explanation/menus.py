"""What an explanation is made of: options, the menus they stand on, the year they belong to."""

from dataclasses import dataclass, field
from math import isinf

RUNGS = ("none", "comprehensive", "strategic", "comprehensive strategic", "alliance")
"""Labels of a partnership by rung, 0 to 4."""


@dataclass(frozen=True)
class Option:
    """One option of a menu.

    Attributes:
        label: in words, e.g. ``"deepen arms with RUS"``.
        value: what the country sees in it, log-odds at Λ = 1. Of a move or an answer: against
            changing nothing. Of a label: against one that fits, costs no change and is level with
            those of rivals. nan where there is nothing to value.
        probability: of being chosen, 0 where forbidden.
        parts: the payoff by term; they add up to `value` for a country that follows its payoff.
        forbidden_by: rules, embargoes or bounds that rule it out; empty where it is allowed.
        chosen: whether this run took it.
        clipped: whether range, rules or embargoes cut back what it would change.
    """

    label: str
    value: float
    probability: float
    parts: dict[str, float]
    forbidden_by: tuple[str, ...] = ()
    chosen: bool = False
    clipped: bool = False

    @property
    def payoff(self) -> float:
        """Sum of the parts: what the payoff alone, whatever the strategy, makes of it."""
        return sum(self.parts.values())


@dataclass(frozen=True)
class Menu:
    """A menu of one moment: `title`, `year`, `quarter`, its options (likeliest first), a `note`."""

    title: str
    year: int
    quarter: int
    options: tuple[Option, ...]
    note: str = ""

    @property
    def allowed(self) -> tuple[Option, ...]:
        """The options that nothing forbids, likeliest first."""
        return tuple(option for option in self.options if not option.forbidden_by)

    @property
    def chosen(self) -> Option | None:
        """What the run took; None where the moment did not come."""
        return next((option for option in self.options if option.chosen), None)

    def top(self, count: int) -> tuple[Option, ...]:
        """The `count` likeliest options, and the one that was taken if it is not among them."""
        first = self.allowed[:count]
        taken = self.chosen
        return first if taken is None or taken in first else (*first, taken)

    @property
    def heading(self) -> str:
        """Title, quarter, and how many options each rule rules out."""
        names = [name for one in self.options if not isinf(one.value) for name in one.forbidden_by]
        counted = {name: names.count(name) for name in names}
        barred = ", ".join(
            f"{name} ({count} move{'s' if count > 1 else ''})" for name, count in counted.items()
        )
        return f"{self.title}, Q{self.quarter}" + (f" · forbidden by {barred}" if barred else "")


@dataclass(frozen=True)
class TierMenu(Menu):
    """The labels that a visit may set.

    Attributes:
        partner: code. now: label before the moment.
        deserved: rung that substance deserves, on the scale of `RUNGS`; not bounded.
        deserved_parts: what adds up to it: ``base``, instruments' stocks, ``shortfall``.
        visit_chance: of at least one visit in the year.
        came: whether a visit came at this moment.
        changed: the label's last change before the moment: (year, quarter, label before it), or
            None.
    """

    partner: str = ""
    now: str = RUNGS[0]
    deserved: float = 0.0
    deserved_parts: dict[str, float] = field(default_factory=dict)
    visit_chance: float = 0.0
    came: bool = False
    changed: tuple[int, int, str] | None = None

    @property
    def heading(self) -> str:
        """Title, quarter, whether a visit came, and what substance deserves."""
        came = "a visit came" if self.came else "no visit came; had one come"
        return (
            f"{self.title}, Q{self.quarter}: {came}; it was {self.now}, "
            f"substance deserves rung {self.deserved:.1f}"
        )

    def named(self, label: str) -> Option:
        """The option of a label."""
        return next(option for option in self.options if option.label == label)


@dataclass(frozen=True)
class Explanation:
    """Why one country did what it did in one year of one run.

    Attributes:
        scenario: title of the scenario. country: code. year, quarter: of the move.
        replicate, seed: which run. strategy: how the country chooses.
        beliefs: probability of each future. threat: its level. incidents: recent ones, decayed.
        moves: the menu of the quarter. choices, tiers: those of the whole year.
        wanted: partners whose label was asked for.
    """

    scenario: str
    country: str
    year: int
    quarter: int
    replicate: int
    seed: int
    strategy: str
    beliefs: dict[str, float]
    threat: float
    incidents: float
    moves: Menu
    choices: tuple[Menu, ...]
    tiers: tuple[TierMenu, ...]
    wanted: tuple[str, ...] = ()

    def tiers_to_tell(self) -> tuple[TierMenu, ...]:
        """Labels worth a full account: those asked for, else those that changed."""
        if self.wanted:
            return tuple(menu for menu in self.tiers if menu.partner in self.wanted)
        return tuple(m for m in self.tiers if m.chosen is not None and m.chosen.label != m.now)
