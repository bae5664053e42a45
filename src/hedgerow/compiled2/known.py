"""What the compiled model knows, without compiling any of it. Needs no numba.

A term, process, strategy, effect or rule that the model has and this list has not would be left
out; `fits` compares the two. Whoever adds one to the model adds it here when its compiled twin is
written.
"""

from ..model2 import measures, parameters, strategies, terms
from ..model2.parameters import Effect, Kind, Role, World

TERMS = (
    "returns",
    "loyalty",
    "security",
    "dependence",
    "autonomy",
    "cross_pressure",
    "sanctions",
    "audience",
)
PROCESSES = (
    "futures",
    "events",
    "visits",
    "labels",
    "programmes",
    "flows",
    "position",
    "desks",
)
POLITICS = ("steps", "arms", "labels", "votes", "offers", "powers")
STRATEGIES: dict[str, tuple[str | None, float, bool]] = {
    "quantal": (None, 1.0, True),
    "best_reply": (None, 1e6, True),
    "balancer": ("balance", 1e6, False),
    "bandwagoner": ("bandwagon", 1e6, False),
    "neutral": ("equalise", 1e6, False),
    "status_quo": ("stand_still", 1e6, False),
    "random": (None, 0.0, False),
    "diversifier": ("diversify", 1.0, False),
    "tit_for_tat": ("reciprocate", 1e6, False),
}
"""Strategies by name: the function that says what they want, what multiplies ω, whether they
foresee. What is wanted is numbered by `WANTS`."""

WANTS = (
    None,
    "balance",
    "bandwagon",
    "equalise",
    "stand_still",
    "diversify",
    "reciprocate",
)
EFFECTS = (
    "incident",
    "encirclement",
    "restriction",
    "designation",
    "suspension",
    "embargo",
    "visit",
    "offer",
)
"""Effects of events by their numbers; those before ``visit`` coerce."""
KINDS = ("programmes", "flow", "steps", "position")
"""Kinds of instruments by their numbers."""
ROLES = (
    "arsenal",
    "presence",
    "settles",
    "bandwagons",
    "binds",
    "trades",
    "denies",
    "balances",
)
RULES = frozenset({"tier_max", "tie_max", "tilt_max", "force", "pledge"})


def unknown(world: World | None = None) -> tuple[str, ...]:
    """Name what the model, or a world, has and compiled code has not."""
    strange = [f"the measure {name}" for name in measures.OWN]
    strange += [f"the term {name}" for name in {*terms.ALL, *parameters.TERMS} ^ {*TERMS}]
    strange += [f"the process {name}" for name in {*parameters.PROCESSES} ^ {*PROCESSES}]
    strange += [f"the politics of {name}" for name in {*parameters.POLITICS} ^ {*POLITICS}]
    strange += [f"the effect {one}" for one in {*Effect} ^ {*EFFECTS}]
    strange += [f"the kind {one}" for one in {*Kind} ^ {*KINDS}]
    strange += [f"the role {one}" for one in {*Role} ^ {*ROLES}]
    strange += [f"the rule {one}" for one in {*parameters.Rules.__annotations__} ^ RULES]
    if world is not None:
        strange += [f"the strategy {name}" for name in _strange_strategies(world)]
    return tuple(strange)


def _strange_strategies(world: World) -> list[str]:
    """Strategies of a world that are not, or are no longer, what is compiled here."""
    found = []
    for name in dict.fromkeys(world.structure.strategies):
        own = strategies.STRATEGIES.get(name)
        want = None if own is None or own.want is None else own.want.__name__
        if own is None or (want, own.weight, own.foresees) != STRATEGIES.get(name):
            found.append(name)
    return found


def fits(world: World) -> bool:
    """Tell whether compiled code plays all of a world, and all that the model now is."""
    return not unknown(world)
