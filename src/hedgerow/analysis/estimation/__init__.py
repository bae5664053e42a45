"""Estimation: habits fitted to the panel by penalised maximum likelihood.

Each kind of choice has a file with its likelihood, which calls the model's own function of that
habit; `penalised` fits them all.
"""

from .estimate import Estimate, estimate
from .kinds import KINDS

__all__ = ["KINDS", "Estimate", "estimate"]
