"""A hedging country as a Mesa agent."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..arguments import checked
from ..explanation.reasons import explain
from ..model import state as states
from ..model.measures import alignment_index
from ..model.streams import Purpose, code_of
from .desk import label_of
from .library import mesa
from .menu import Menu, Move
from .menus import Menus
from .views import Grid, Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..explanation.reasons import Explanation
    from .model import HedgingModel


class CountryAgent(mesa.Agent):
    """A hedging country: a live, read-only view of its state in the model, and its way to choose.

    To write a country of your own, override `choose`, or `choose_many`, which plays ensembles at
    the speed of NumPy. It is asked at every desk of every quarter: a desk moves one instrument, as
    the desks before it have left the portfolio. All countries choose at the same moment, so that
    none sees what another is about to do. Mesa's ``agent.step()`` does nothing.

    Args:
        model: the model.
        code: code of a hedging country of its scenario.

    Attributes:
        code, name: ISO 3166 code, and name in the scenario.
        index: index among the countries of the scenario.
        partners: codes of the powers, without the country itself.
        plays: a class attribute: the code of the country that the class plays if a command loads
            it from a file. Empty means the only country of the scenario.

    >>> import hedgerow
    >>> class Still(hedgerow.CountryAgent):
    ...     def choose(self, menu):
    ...         return menu.hold
    >>> model = hedgerow.HedgingModel("vietnam", countries={"VNM": Still})
    >>> model.step()
    >>> model.countries["VNM"].name
    'Vietnam'
    """

    kind = "country"
    plays: ClassVar[str] = ""

    @checked
    def __init__(self, model: "HedgingModel", code: str) -> None:
        super().__init__(model)
        self.code = code
        self.name: str = model.scenario.title_of(code)
        structure = model.block.world.structure
        self.index = structure.countries.index(code)
        self._places = np.array(
            [p for p in range(len(structure.partners)) if p != structure.self_partner[self.index]]
        )
        self.partners = tuple(structure.partners[p] for p in self._places)

    def choose(self, menu: Menu) -> Move:
        """Return a move of a desk's menu; by default, that which the country's strategy draws."""
        return menu.sample()

    @classmethod
    def choose_many(cls, menus: Menus) -> NDArray[np.int64]:
        """Return the number of a feasible move for each of the R runs of a block: (R,).

        A class with this method plays ensembles many runs at a time. Without it, runs are played
        one by one, a second or two each. It is a class method, as there is no agent for each run;
        keep what must last from round to round in ``menus.memory``. If the class has `choose` too,
        `HedgingModel` uses that, and the two should agree. This example deepens no tie with the
        power that the country is nearer to::

            class Cautious(hedgerow.CountryAgent):
                @classmethod
                def choose_many(cls, menus):
                    usa, china = (menus.partners.index(code) for code in ("USA", "CHN"))
                    weight = menus.alignment
                    nearer = np.where(weight[usa] > weight[china], usa, china)  # (R,)
                    deepens = np.array([menus.where(partner=p, direction=1)
                                        for p in menus.partners])               # (P, M)
                    return menus.sample(among=~deepens[nearer].T)               # (M, R)

        Args:
            menus: moves, payoffs and the state of the country, run by run (`Menus`).
        """
        return menus.sample()

    def uniform(self, purpose: str) -> float:
        """Return a random number in [0, 1) for this country, this round and this purpose.

        It depends only on the seed, the replicate, the quarter, the country and the name of the
        purpose. Within a quarter the same name gives the same number, and no draw changes another.
        """
        code = np.array([code_of(f"{self.code}|own:{purpose}")], dtype=np.uint64)
        return float(self.model.block.streams(Purpose.MOVE, self.model.round, code)[0][0])

    # what a country has ------------------------------------------------------------------------

    @property
    def ties(self) -> Grid:
        """Every tie by instrument and partner: arms are orders, in usual programmes remembered."""
        return self._grid(lambda: self.model.block.ties[:, self._places, self.index])

    @property
    def stocks(self) -> Grid:
        """What was delivered and is in use, against what is usual; 0 but for arms."""
        block = self.model.block
        return self._grid(
            lambda: states.stocks(block.world.structure, block.state)[:, self._places, self.index]
        )

    @property
    def tiers(self) -> Row:
        """Rung of the partnership with each power, 0 (none) to 4 (alliance)."""
        return self._row(lambda: self.model.block.state.tiers)

    @property
    def alignment(self) -> Row:
        """Weight of each power in the portfolio, Σ_k γ_k x_kp."""
        return self._row(lambda: self.model.alignments)

    @property
    def exposure(self) -> Row:
        """Loss if a power failed, for each power, Σ_k m_k x_kp."""
        block = self.model.block
        return self._row(lambda: (block.frame["exposure"][:, None] * block.ties).sum(axis=0))

    @property
    def alignment_index(self) -> float:
        """Alignment between the two poles, 0 to 100; 50 is balance, NaN without ties to either."""
        structure = self.model.block.world.structure
        return float(alignment_index(structure, self.model.alignments)[self.index])

    # what a country meets ----------------------------------------------------------------------

    @property
    def pressure(self) -> Row:
        """Acts of coercion expected of each power a year."""
        return self._row(lambda: self.model.block.expected(coerces=True))

    @property
    def inducement(self) -> Row:
        """Offers and visits expected of each power a year."""
        return self._row(lambda: self.model.block.expected(coerces=False))

    @property
    def rivalry(self) -> Grid:
        """Rivalry of each pair of powers."""
        places = np.ix_(self._places, self._places)
        return Grid(
            ("partner", "partner"),
            self.partners,
            self.partners,
            lambda: self.model.block.frame["rivalry"][..., self.index][places],
        )

    @property
    def beliefs(self) -> Row:
        """Probability that the country gives to each future; they add up to 1."""
        futures = self.model.block.world.structure.futures
        return Row("future", futures, lambda: self.model.block.state.beliefs[:, self.index])

    @property
    def threat(self) -> float:
        """Level of threat that the country feels."""
        return float(self.model.block.state.threat[self.index])

    @property
    def threat_source(self) -> str | None:
        """Code of the power that threatens the country, or None."""
        structure = self.model.block.world.structure
        source = int(structure.threat_source[self.index])
        return structure.partners[source] if source >= 0 else None

    @property
    def incidents(self) -> float:
        """Number of recent incidents, which decays over time."""
        return float(self.model.block.state.fresh[self.index])

    # what a country does -----------------------------------------------------------------------

    @property
    def strategy(self) -> str:
        """Strategy that the country uses unless `choose` is overridden, a name of `STRATEGIES`."""
        return self.model.block.world.structure.strategies[self.index]

    @property
    def move(self) -> str | None:
        """What the desks did in the last quarter, in words; None before the first."""
        if self.model.chosen is None:
            return None
        structure = self.model.block.world.structure
        done = [
            label_of(int(options[self.index]), structure.instruments[k].name, structure.partners)
            for k, options in self.model.chosen.items()
            if options[self.index] >= 0
        ]
        return ", ".join(done) or "hold"

    @property
    def measures(self) -> dict[str, float]:
        """Current values of the measures of the table of countries, by name, but for insurance."""
        return {name: float(column[self.index]) for name, column in self.model.measures().items()}

    def explain(
        self, year: int | None = None, quarter: int | None = None, tiers: tuple[str, ...] = ()
    ) -> "Explanation":
        """Return why the country moved as it did in this run.

        Args:
            year, quarter: moment of the move; by default the last one played.
            tiers: partners whose label is explained even if no visit came in the year.

        Raises:
            ValueError: there is no such moment, or a country of your own plays in this run. In the
                latter case, look at the menu in its `choose` instead.
        """
        model = self.model
        if model.has_own_countries:
            raise ValueError(
                "a run with a country of your own cannot be told term by term afterwards; look at "
                "move.payoff and move.by_term in its choose(menu)"
            )
        if year is None:
            year, quarter = model.year, model.quarter if quarter is None else quarter
        return explain(
            model.scenario, self.code, year, model.replicate, quarter or 1, tiers, model.seed
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.code}>"

    def _row(self, array: "Callable[[], NDArray]") -> Row:
        return Row("partner", self.partners, lambda: array()[self._places, self.index])

    def _grid(self, array: "Callable[[], NDArray]") -> Grid:
        names = tuple(one.name for one in self.model.block.world.structure.instruments)
        return Grid(("instrument", "partner"), names, self.partners, array)
