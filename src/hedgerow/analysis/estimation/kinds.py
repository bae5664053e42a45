"""The kinds of habits that are fitted, by name."""

from dataclasses import dataclass

from .counts import Counts
from .labels import Labels
from .lags import Lags
from .penalised import Likelihood
from .position import Position
from .sample import Sample
from .sizes import Sizes
from .suppliers import Suppliers
from .trade import Trade
from .votes import Votes


@dataclass(frozen=True)
class Kind:
    """A kind: its likelihood, made of a `Sample`; what a row is; and what is told of it."""

    likelihood: type
    row: str
    title: str

    def of(self, sample: Sample) -> Likelihood:
        """Return the likelihood of a part of the panel."""
        made: Likelihood = self.likelihood(sample)
        return made


KINDS = {
    "counts": Kind(Counts, "state and year", "How many programmes a state orders"),
    "sizes": Kind(Sizes, "programme", "How large programmes are"),
    "lags": Kind(Lags, "programme", "How long from order to delivery"),
    "suppliers": Kind(Suppliers, "programme", "Whom a state orders from"),
    "trade": Kind(Trade, "pair and step", "How trade moves"),
    "position": Kind(Position, "state", "How a position moves"),
    "votes": Kind(Votes, "vote", "How states vote"),
    "labels": Kind(Labels, "pair", "How often a label rises"),
}
