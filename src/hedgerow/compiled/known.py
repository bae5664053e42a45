"""What the compiled model knows, without compiling any of it.

A term, process, strategy, rule or measure that the model has and this list has not would be left
out; `hedgerow.kernels` compares the two before it lets compiled code play. Whoever adds one to the
model adds it here when its compiled twin is written. Needs no numba.
"""

from ..model import strategies, terms
from ..model.parameters import INSTRUMENTS

TERMS = {
    "returns": terms.returns,
    "loyalty": terms.loyalty,
    "security": terms.security,
    "dependence": terms.dependence,
    "autonomy": terms.autonomy,
    "cross_pressure": terms.cross_pressure,
    "pressure": terms.pressure,
    "sanctions": terms.sanctions,
    "interoperability": terms.interoperability,
    "demand": terms.demand,
    "norm": terms.norm,
    "peers": terms.peers,
    "audience": terms.audience,
    "move_cost": terms.move_cost,
}
"""Terms of the payoff, and the functions that their compiled twins mirror."""

PROCESSES = (
    "futures",
    "incidents",
    "visits",
    "courting",
    "pressing",
    "designations",
    "pipeline",
    "stocks",
)

STRATEGIES: dict[str, tuple[strategies.Want | None, float, bool]] = {
    "quantal": (None, 1.0, True),
    "best_reply": (None, strategies.CERTAIN, True),
    "balancer": (strategies.balance, 1.0, False),
    "bandwagoner": (strategies.bandwagon, 1.0, False),
    "neutral": (strategies.equalise, 1.0, False),
    "status_quo": (strategies.stand_still, 1.0, False),
    "random": (None, 0.0, False),
    "diversifier": (strategies.diversify, 1.0, False),
    "tit_for_tat": (strategies.reciprocate, 1.0, False),
}
"""Strategies in the order of their numbers: want, precision, and whether they look ahead."""

RULES = ("tier_max", "tie_max", "tilt_max", "force")
"""Bounds of `model.parameters.Rules`."""

MEASURES = (
    "alignment_index",
    "kuik_score",
    "hedging_index",
    "autonomy",
    "payoff",
    "premium",
    "payout",
    "tail_loss",
    "threat",
    *(f"concentration_{name}" for name in INSTRUMENTS),
)
"""Measures of a country in their order; beliefs in each future follow."""
