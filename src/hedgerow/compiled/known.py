"""What the compiled model knows, without compiling any of it.

A term, process, strategy, rule or measure that the model has and this list has not would be left
out; `kernels` compares the two before it lets compiled code play. Whoever adds one to the model
adds it here when its compiled twin is written. Needs no numba.
"""

from ..model.parameters import INSTRUMENTS

TERMS = (
    "returns",
    "loyalty",
    "security",
    "dependence",
    "autonomy",
    "cross_pressure",
    "pressure",
    "sanctions",
    "interoperability",
    "demand",
    "norm",
    "peers",
    "audience",
    "move_cost",
)
"""Terms of the payoff."""

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

STRATEGIES: dict[str, tuple[str | None, float, bool]] = {
    "quantal": (None, 1.0, True),
    "best_reply": (None, 1e6, True),
    "balancer": ("balance", 1.0, False),
    "bandwagoner": ("bandwagon", 1.0, False),
    "neutral": ("equalise", 1.0, False),
    "status_quo": ("stand_still", 1.0, False),
    "random": (None, 0.0, False),
    "diversifier": ("diversify", 1.0, False),
    "tit_for_tat": ("reciprocate", 1.0, False),
}
"""Strategies in the order of their numbers: the name of the function that says what they want,
precision, and whether they look ahead."""

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
