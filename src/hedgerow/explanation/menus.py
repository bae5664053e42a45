"""The parts of an explanation: options, menus of options, and what powers did."""

from dataclasses import dataclass, field
from math import isinf


@dataclass(frozen=True)
class Option:
    """One option of a menu.

    Attributes:
        label: the option in words, e.g. ``"deepen energy with RUS"``.
        value: what politics makes of it against doing nothing, ω·ΔU, in log-odds; for an offer its
            own worth besides. NaN if it has no value.
        habit: probability of being chosen were politics off: what the country would have done
            anyway; 0 if forbidden.
        probability: probability of being chosen; 0 if forbidden.
        parts: the value by term. They add up to `value` if the country follows its payoff.
        forbidden_by: rules, bans or bounds that forbid it; empty if it is allowed.
        chosen: whether this run chose it.
    """

    label: str
    value: float
    habit: float
    probability: float
    parts: dict[str, float] = field(default_factory=dict)
    forbidden_by: tuple[str, ...] = ()
    chosen: bool = False

    @property
    def payoff(self) -> float:
        """Sum of the parts, even if the strategy of the country uses another value."""
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

    def named(self, label: str) -> Option:
        """The option with this label."""
        return next(option for option in self.options if option.label == label)

    @property
    def heading(self) -> str:
        """Title, quarter, and the number of options that each rule forbids."""
        names = [name for one in self.options if not isinf(one.value) for name in one.forbidden_by]
        counted = {name: names.count(name) for name in names}
        barred = ", ".join(
            f"{name} ({count} option{'s' if count > 1 else ''})" for name, count in counted.items()
        )
        return f"{self.title}, Q{self.quarter}" + (f" · forbidden by {barred}" if barred else "")


@dataclass(frozen=True)
class TierMenu(Menu):
    """What may become of a label in a quarter: it stays, or rises to a higher rung.

    Attributes:
        partner: code of the partner.
        now: label before the moment.
        visit_chance: probability of at least one visit in the year.
        came: whether a visit came in the quarter.
        changed: the last change of the label before the moment, as (year, quarter, label before
            it); None if there was none.
    """

    partner: str = ""
    now: str = ""
    visit_chance: float = 0.0
    came: bool = False
    changed: tuple[int, int, str] | None = None

    @property
    def changes(self) -> bool:
        """Whether the run changed the label in the quarter."""
        return self.chosen is not None and self.chosen.label != self.now

    @property
    def heading(self) -> str:
        """Title, quarter, and whether a visit came."""
        came = "a visit came" if self.came else "no visit came"
        return f"{self.title}, Q{self.quarter}: {came}; it was {self.now}"


@dataclass(frozen=True)
class Act:
    """Something that a power did to the country in the year.

    Attributes:
        event: its name in the scenario. kind: ``coercion``, ``offer`` or ``visit``.
        partner: code of the power. quarter: 1 to 4.
        provoked_by: what made it likelier, e.g. ``"tilt to USA"``; ``rate`` if nothing did.
        value: how large it is; 1 for an offer that was accepted and 0 for one that was declined.
        until: year at which it ends; None if it has no length.
    """

    event: str
    kind: str
    partner: str
    quarter: int
    provoked_by: str
    value: float
    until: float | None


@dataclass(frozen=True)
class Explanation:
    """Why one country did what it did in one year of one run.

    Attributes:
        scenario: title of the scenario.
        country: code of the country.
        year, quarter: the year, and the quarter whose desks are explained.
        replicate, seed: number of the run and its seed.
        strategy: name of the country's strategy.
        beliefs: probability that the country gives to each future.
        threat: level of threat.
        incidents: number of recent incidents, decayed.
        moves: the menus of the desks in the quarter, in the order in which they acted.
        orders: the menus of suppliers for what was ordered in the year.
        choices: the menus of offers, votes and other dated choices of the year.
        tiers: the menus of labels of the year.
        acts: what powers did in the year.
        wanted: partners whose labels were asked for.
        names: names of the futures, by code; those that have none are left out.
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
    moves: tuple[Menu, ...]
    orders: tuple[Menu, ...]
    choices: tuple[Menu, ...]
    tiers: tuple[TierMenu, ...]
    acts: tuple[Act, ...] = ()
    wanted: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)

    def beliefs_in_words(self) -> str:
        """Return each future by its name, with the probability that the country gives to it."""
        return ", ".join(
            f"{self.names.get(code, code.replace('_', ' '))} {100 * chance:.0f} %"
            for code, chance in self.beliefs.items()
        )

    def tiers_to_tell(self) -> tuple[TierMenu, ...]:
        """The menus of labels to show in full: those that changed, or of partners asked for.

        Of a partner asked for whose label did not change it is one quarter: that of a visit, else
        the one whose desks are explained.
        """
        shown = [menu for menu in self.tiers if menu.changes]
        if self.wanted:
            shown = [menu for menu in shown if menu.partner in self.wanted]
        for partner in set(self.wanted) - {menu.partner for menu in shown}:
            mine = [menu for menu in self.tiers if menu.partner == partner]
            mine.sort(key=lambda menu: (not menu.came, menu.quarter != self.quarter))
            shown += mine[:1]
        return tuple(menu for menu in self.tiers if menu in shown)
