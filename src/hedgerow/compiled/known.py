"""What the compiled model knows, without compiling any of it. Needs no numba.

A term, process, strategy, effect or rule that the model has and this list has not would be left
out; `unknown` compares the two. Whoever adds one to the model adds it here when its compiled twin
is written.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from ..model import measures, parameters, strategies, terms, written
from ..model.parameters import World

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
RULES = ("tier_max", "tie_max", "tilt_max", "force", "pledge")


def unknown(world: World | None = None) -> tuple[str, ...]:
    """Return in words where the model in this process, or a world, differs from what is known here.

    Terms, processes, strategies, rules and measures are compared by name with what is compiled, so
    that what was added is seen; functions, classes and constants of the model with what its files
    say, so that what was changed from Python is seen too.
    """
    if world is not None:
        s = world.structure
        asked: tuple[tuple[str, Iterable[str], Collection[str]], ...] = (
            ("term", s.terms, TERMS),
            ("process", s.processes, PROCESSES),
            ("strategy", s.strategies, STRATEGIES),
            ("rule", vars(s.rules), RULES),
        )
        return tuple(
            f"the new {kind} {name!r}"
            for kind, names, all_known in asked
            for name in dict.fromkeys(names)
            if name not in all_known
        )
    return (
        *_names("term", terms.ALL, TERMS),
        *_changed("term", terms.ALL, written.of_term, written.TERMS),
        *_names("process", parameters.PROCESSES, PROCESSES),
        *_names("strategy", strategies.STRATEGIES, STRATEGIES),
        *_changed("strategy", strategies.STRATEGIES, written.of_strategy, written.STRATEGIES),
        *_names("rule", parameters.Rules.__dataclass_fields__, RULES),
        *_names("measure", measures.OWN, ()),
        *(f"the changed {name}" for name in written.changed()),
    )


def _names(kind: str, now: Collection[str], known: Collection[str]) -> Iterator[str]:
    yield from (f"the new {kind} {name!r}" for name in now if name not in known)
    yield from (f"that the {kind} {name!r} is gone" for name in known if name not in now)


def _changed(
    kind: str,
    now: Mapping[str, Any],
    of: Callable[[Any], tuple[Any, ...]],
    before: Mapping[str, tuple[Any, ...]],
) -> Iterator[str]:
    for name, part in now.items():
        if name in before and of(part) != before[name]:
            yield f"the changed {kind} {name!r}"
