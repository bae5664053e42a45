"""The parts of an explanation: options, menus of options, and all menus of a year."""

from dataclasses import dataclass, field
from math import isinf

RUNGS = ("none", "comprehensive", "strategic", "comprehensive strategic", "alliance")
"""Labels of a partnership by rung, 0 to 4."""


@dataclass(frozen=True)
class Option:
    """One option of a menu.

    Attributes:
        label: the option in words, e.g. ``"deepen arms with RUS"``.
        value: its value to the country, log-odds at Λ = 1. That of a move or an answer is relative
            to changing nothing. That of a label is relative to a label that fits, costs no change
            and equals those of rivals. NaN if it has no value.
        probability: probability of being chosen; 0 if forbidden.
        parts: the payoff by term. They add up to `value` if the country follows its payoff.
        forbidden_by: rules, embargoes or bounds that forbid it; empty if it is allowed.
        chosen: whether this run chose it.
        clipped: whether ranges, rules or embargoes reduced the changes that it would make.
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
        """Sum of the parts: its payoff, even if the strategy of the country uses another value."""
        return sum(self.parts.values())


@dataclass(frozen=True)
class Menu:
    """The options of a country at one moment.

    Attributes:
        title: what is to be decided.
        year, quarter: the moment; quarters are 1 to 4.
        options: all options, the likeliest first.
        note: a remark on the values; may be empty.
    """

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
        """The option that the run chose; None if the moment did not come in this run."""
        return next((option for option in self.options if option.chosen), None)

    def top(self, count: int) -> tuple[Option, ...]:
        """The `count` likeliest options, and the chosen one if it is not among them."""
        first = self.allowed[:count]
        taken = self.chosen
        return first if taken is None or taken in first else (*first, taken)

    @property
    def heading(self) -> str:
        """Title, quarter, and the number of options that each rule forbids."""
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
        partner: code of the partner.
        now: label before the moment.
        deserved: the rung that the ties deserve, a number on the scale of `RUNGS` without bounds.
        deserved_parts: the parts that add up to it: ``base``, the stock of each instrument, and
            ``shortfall``.
        visit_chance: probability of at least one visit in the year.
        came: whether a visit came at this moment.
        changed: the last change of the label before the moment, as (year, quarter, label before
            it); None if there was none.
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
        """Title, quarter, whether a visit came, and the rung that the ties deserve."""
        came = "a visit came" if self.came else "no visit came; had one come"
        return (
            f"{self.title}, Q{self.quarter}: {came}; it was {self.now}, "
            f"substance deserves rung {self.deserved:.1f}"
        )

    def named(self, label: str) -> Option:
        """The option with this label."""
        return next(option for option in self.options if option.label == label)


@dataclass(frozen=True)
class Explanation:
    """Why one country did what it did in one year of one run.

    Attributes:
        scenario: title of the scenario.
        country: code of the country.
        year, quarter: moment of the move that is explained.
        replicate, seed: number of the run and its seed.
        strategy: name of the country's strategy.
        beliefs: probability that the country gives to each future.
        threat: level of threat.
        incidents: number of recent incidents, decayed.
        moves: the menu of moves of the quarter.
        choices, tiers: the menus of scheduled choices and of labels of the whole year.
        wanted: partners whose labels were asked for.
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
        """The menus of labels to show in full: those asked for, else those that changed."""
        if self.wanted:
            return tuple(menu for menu in self.tiers if menu.partner in self.wanted)
        return tuple(m for m in self.tiers if m.chosen is not None and m.chosen.label != m.now)
