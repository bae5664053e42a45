"""A great power as a Mesa agent."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..arguments import checked
from .library import mesa
from .views import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from .model import HedgingModel


class PowerAgent(mesa.Agent):
    """A great power: a live, read-only view of its relations with countries.

    Powers follow the rules of the model: they coerce, offer and visit as chance and V have it.

    Args:
        model: the model.
        code: code of a partner of its scenario.

    Attributes:
        code, name: code and name in the scenario.
        index: index among the partners of the scenario.
        countries: codes of the hedging countries, without the power itself.

    >>> import hedgerow
    >>> russia = hedgerow.HedgingModel("vietnam").powers["RUS"]
    >>> russia.name, russia.countries
    ('Russia', ('VNM',))
    """

    kind = "power"

    @checked
    def __init__(self, model: "HedgingModel", code: str) -> None:
        super().__init__(model)
        self.code = code
        self.name: str = model.scenario.title_of(code)
        structure = model.block.world.structure
        self.index = structure.partners.index(code)
        self._places = np.array(
            [i for i in range(len(structure.countries)) if structure.self_partner[i] != self.index],
            dtype=np.intp,
        )
        self.countries = tuple(structure.countries[i] for i in self._places)

    @property
    def pressure(self) -> Row:
        """Acts of coercion expected a year against each country."""
        return self._row(lambda: self.model.block.expected(coerces=True))

    @property
    def inducement(self) -> Row:
        """Offers and visits expected a year to each country."""
        return self._row(lambda: self.model.block.expected(coerces=False))

    @property
    def alignment(self) -> Row:
        """Alignment of each country with this power."""
        return self._row(lambda: self.model.alignments)

    @property
    def tiers(self) -> Row:
        """Rung of the partnership with each country, 0–4."""
        return self._row(lambda: self.model.block.state.tiers)

    @property
    def capacity(self) -> Row:
        """Share of demand that the power can supply now, by instrument; 1 is all of it."""
        return Row(
            "instrument",
            tuple(one.name for one in self.model.block.world.structure.instruments),
            lambda: self.model.block.frame["capacity"][:, self.index, 0],
        )

    @property
    def trust(self) -> float:
        """How much countries rely on its help now, 0 to 1."""
        return float(self.model.block.frame["trust"][self.index, 0])

    @property
    def will(self) -> float:
        """Its will to oppose a threat to a country now, 0 to 1."""
        return float(self.model.block.frame["will"][self.index, 0])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.code}>"

    def _row(self, array: "Callable[[], NDArray]") -> Row:
        return Row("country", self.countries, lambda: array()[self.index, self._places])
