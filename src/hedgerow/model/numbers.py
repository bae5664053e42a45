"""The one table of the model's numbers: path, axes, unit, range, default, meaning.

One row a parameter. The arrays of a run, which of them belong to a country, the layout of compiled
code, the scenario format and its JSON Schema, ``--set`` paths, shocks, futures, sweeps, the tables
of numbers in the docs and in the ODD document are all read from it.

Axes of a path, in braces: ``k`` instrument, ``p`` and ``q`` partners, ``i`` and ``j`` hedging
countries, ``w`` future, ``e`` event, ``c`` class of resolution.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import Any

_SHAPE_ORDER = "kpqijwec"
"""In which order axes of a path stand in an array."""
_SHAPE_AXES = {"k": "k", "p": "p", "q": "p", "i": "n", "j": "n", "w": "w", "e": "e", "c": "c"}


@dataclass(frozen=True)
class Field:
    """One parameter of the model.

    Attributes:
        path: dotted path in a scenario file, with axes in braces.
        array: name of the array in `hedgerow.model.parameters.Values`.
        default: value where a scenario is silent.
        low, high: closed range of allowed values.
        unit: unit, or ``""`` for a pure number; weights are in log-odds of a move.
        meaning: one line, with the symbol of the ODD document.
        used: where it enters: terms of the payoff, and quantities and steps of a round as the ODD
            document calls them.
        fixed: True where the number shapes the arrays, so that it takes neither prior nor shock.
    """

    path: str
    array: str
    default: float
    low: float
    high: float
    unit: str
    meaning: str
    used: tuple[str, ...]
    fixed: bool = False

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Parts of the path, e.g. ``("partners", "{p}", "capacity", "{k}")``."""
        return tuple(self.path.split("."))

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """Axis letters in the order in which they stand in the path, e.g. ``("p", "k")``."""
        return tuple(part[1:-1] for part in self.parts if part.startswith("{"))

    @cached_property
    def shape(self) -> str:
        """Axes of the array, replicates apart, a letter each; e.g. ``"kp"`` for (K, P, R).

        ``k`` instruments, ``p`` partners, ``n`` hedging countries, ``w`` futures, ``s`` pairs of a
        sanctioner and its target.
        """
        if self.parts[0] == "sanctions":
            return "s"
        return "".join(_SHAPE_AXES[self.axes[place]] for place in self.order)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Which axis of the path each axis of the array is: (1, 0) of ``("p", "k")``."""
        return tuple(
            sorted(range(len(self.axes)), key=lambda place: _SHAPE_ORDER.index(self.axes[place]))
        )

    @cached_property
    def whole(self) -> bool:
        """True where only whole numbers make sense (rungs)."""
        return self.array == "tiers"


def number(
    path: str,
    default: float,
    meaning: str,
    used: str,
    unit: str = "",
    low: float = 0.0,
    high: float = inf,
    array: str = "",
    fixed: bool = False,
) -> Field:
    """Return a row below a table; its array is called as the last key unless told otherwise."""
    name = [part for part in path.split(".") if not part.startswith("{")][-1]
    return Field(
        path, array or name, default, low, high, unit, meaning, tuple(used.split(", ")), fixed
    )


def share(path: str, default: float, meaning: str, used: str, **more: Any) -> Field:
    """Return the row of a number between 0 and 1."""
    return number(path, default, meaning, used, high=1.0, **more)


def signed(path: str, default: float, meaning: str, used: str, **more: Any) -> Field:
    """Return the row of a number of any sign and size."""
    return number(path, default, meaning, used, low=-inf, **more)


_TABLES: dict[str, tuple[Field, ...]] = {
    "politics": tuple(
        number(kind, 1.0, f"ω of {what}", "choice", array=f"politics_{kind}")
        for kind, what in (
            ("steps", "moves of desks"),
            ("arms", "suppliers of programmes"),
            ("labels", "labels"),
            ("votes", "votes"),
            ("offers", "offers and demands"),
            ("powers", "what powers do"),
        )
    ),
    "instruments.{k}": (
        number("step", 0.25, "δ: one move", "desks", low=1e-06, fixed=True),
        number("cap", 1.0, "largest tie", "rules", fixed=True),
        number("salience", 0.0, "γ: weight in alignment", "alignment"),
        number("exposure", 0.0, "m: weight in exposure", "exposure"),
        number("curvature", 0.0, "κ: falling returns", "returns", unit="log-odds"),
        number("rate", 0.0, "ρ: moves of a tie a year at rest", "desks", unit="per year"),
        number("sanctioned", 0.0, "weight in E, what a sanctioner looks at", "sanctions"),
        number("shielded", 0.0, "share of that weight that settlement shields", "sanctions"),
        number("memory", 0.0, "v: weight in loyalty", "loyalty"),
        number("elasticity", 0.0, "e: returns with the partner's market", "returns"),
        number("turnover", 0.08, "decay of the arsenal", "arsenal", unit="per year", high=4.0),
        number("lag", 4.3, "order to delivery", "arsenal", unit="years", low=0.25, high=50.0),
    ),
    "habits.{k}": (
        number(
            "forgetting", 0.1, "decay of memory", "programmes", unit="per year", array="forgetting"
        ),
        number("urn", 1.7333, "k: weight of the base in the urn", "programmes"),
        number("concentration", 0.4538, "δ: growth of the memory's weight", "programmes"),
        signed("base.{p}", 0.0, "a: what a supplier has without memory", "programmes"),
        signed("base_other", 0.0, "a of suppliers outside politics", "programmes"),
        signed(
            "foe", 0.0, "log-odds of a supplier that is the foe", "programmes", array="foe_weight"
        ),
        signed(
            "pact",
            0.0,
            "log-odds of a supplier with a defence pact",
            "programmes",
            array="pact_weight",
        ),
        signed(
            "foe_share",
            0.0,
            "log-odds of its share in the foe's arsenal",
            "programmes",
            array="foe_share_weight",
        ),
        signed("size", 2.8, "mean of ln size", "programmes", array="size_mean"),
        signed("size_of.{p}", 0.0, "d: added to it by the supplier", "programmes"),
        number("size_sd", 1.6, "standard deviation of ln size", "programmes"),
        number("size_spread", 0.66, "standard deviation of a country's own mean", "programmes"),
        number("threat", 0.0, "ν_T: ln programmes by threat", "programmes", array="threat_slope"),
        signed("gravity", 0.0, "elasticity of the flow to the market", "flows"),
        number("drift", 0.0, "return of the flow to its mean", "flows", unit="per year"),
        number("noise", 0.0, "noise of the flow a √year", "flows", array="flow_noise"),
    ),
    "habits.position": (
        number(
            "noise",
            0.13,
            "random walk of the ideal point a √year",
            "position",
            array="position_noise",
        ),
        signed("mean", -0.55, "position at which z is 0", "votes", array="position_mean"),
        number(
            "spread", 0.25, "position per unit of z", "votes", low=1e-06, array="position_spread"
        ),
        number("reach", 4.0, "distance of ideal points at which voice is 0", "position", low=1e-06),
    ),
    "habits.labels": (
        number(
            "hazard", 0.07, "rises a year and pair", "labels", unit="per year", array="label_hazard"
        ),
        number("visit", 0.0, "β_v: log-odds of a rise at a visit", "labels", array="label_visit"),
        number(
            "lead", 0.0, "weight of the rivals' lead for the power", "labels", array="label_lead"
        ),
        number(
            "isolation", 0.0, "weight of the power's isolation", "labels", array="label_isolation"
        ),
        share("jump_2", 0.0, "share of rises by two rungs", "labels"),
        share("jump_3", 0.0, "share of rises by three rungs", "labels"),
        share("jump_4", 0.0, "share of rises by four rungs", "labels"),
    ),
    "habits.votes": (
        signed("constant", 1.87, "c", "votes", array="vote_constant"),
        signed("divided", 0.07, "λ₀: how the powers divide", "votes", array="vote_divided"),
        signed(
            "position_divided",
            1.48,
            "λ₁: position × how the powers divide",
            "votes",
            array="vote_position_divided",
        ),
        signed("position", -0.36, "λ₂: position", "votes", array="vote_position"),
        signed(
            "arms",
            0.17,
            "π_a: a power's vote by its share in the arsenal",
            "votes",
            array="vote_arms",
        ),
        signed(
            "trade", 0.5, "π_t: a power's vote by its share in trade", "votes", array="vote_trade"
        ),
        signed("pact", 0.54, "π_d: a power's vote by a defence pact", "votes", array="vote_pact"),
        signed(
            "arms_hit",
            -1.13,
            "h_a: share of the power that is hit in the arsenal",
            "votes",
            array="vote_arms_hit",
        ),
        signed("self", -3.61, "the country is itself the subject", "votes", array="vote_self"),
        signed("own", 2.16, "o: own last vote on the issue", "votes", array="vote_own"),
        signed(
            "own_class",
            0.69,
            "o_k: own last votes in the class, on a new issue",
            "votes",
            array="vote_own_class",
        ),
        signed("peers", 0.68, "peers' last votes on the issue", "votes", array="vote_peers"),
        signed("abstain", 1.45, "a₀", "votes", array="vote_abstain"),
        signed(
            "own_abstained",
            1.72,
            "o_a: own last vote on the issue was to abstain",
            "votes",
            array="vote_own_abstained",
        ),
        signed("class.{c}", 0.0, "κ of a class of resolutions", "votes", array="vote_class"),
        number("issue_sd", 0.84, "standard deviation of an issue in η", "votes"),
        number("roll_call_sd", 0.61, "standard deviation of a roll call in η", "votes"),
        number("state_sd", 0.27, "standard deviation of a state in η", "votes"),
        number("state_divided_sd", 0.98, "standard deviation of a state's slope in d", "votes"),
        number("state_subject_sd", 0.34, "standard deviation of a state by subject", "votes"),
        number("state_class_sd", 0.46, "standard deviation of a state by class", "votes"),
        number("issue_abstain_sd", 0.48, "standard deviation of an issue in a", "votes"),
        number("roll_call_abstain_sd", 0.42, "standard deviation of a roll call in a", "votes"),
        number("state_abstain_sd", 0.56, "standard deviation of a state in a", "votes"),
        number("class_abstain_sd", 0.38, "standard deviation of a class in a", "votes"),
    ),
    "habits.offers": (number("worth", 1.0, "scale of an offer's own worth", "offers"),),
    "partners.{p}": (
        number("capacity.{k}", 1.0, "cap: what it can supply", "programmes, security"),
        share("trust", 1.0, "r: trust that help comes", "security"),
        share("will", 0.0, "φ: will to oppose the threat", "security"),
        number("moderation", 0.0, "threat removed per unit of alignment while trusted", "security"),
        number("volatility", 0.0, "standard deviation of the partner's failures", "dependence"),
        share("isolation", 0.0, "how far others shun the power", "events"),
        number("tolerance", 0.0, "tilt to a rival borne without coercion", "events"),
        share("leniency", 0.0, "ι₀: immunity that everyone has from the power", "sanctions"),
        number(
            "need",
            0.0,
            "ι₁: what it needs of the country against its own rival",
            "sanctions, events",
        ),
        number("visits", 0.0, "leaders' visits a year", "visits", unit="per year"),
        share("violation", 0.0, "viol: how far the power breaks the Charter", "votes"),
        signed("position", 0.0, "ideal point", "position", array="partner_position"),
        number("attention", 1.0, "acts a quarter, over all countries", "events", array="acts"),
    ),
    "relations": (
        number("intensity", 1.0, "multiple of all rivalry", "rivalry"),
        number("rivalry.{p}.{q}", 0.0, "R: rivalry of two powers", "rivalry"),
        share("closeness.{p}.{q}", 0.0, "closeness of two powers", "security"),
        number(
            "correlation.{p}.{q}",
            0.0,
            "of the failures of two powers",
            "dependence",
            low=-1.0,
            high=1.0,
        ),
    ),
    "sanctions.{p}.{q}": (
        number("enforcement", 0.0, "ψ of p against q's friends", "sanctions, events"),
        share("shield", 0.0, "ϖ: what settlement shields", "sanctions"),
    ),
    "futures.{w}": (
        share("prior", 0.0, "belief before any incident", "beliefs"),
        number("likelihood", 1.0, "odds multiplier of an incident", "beliefs", low=1e-06),
        share("entraps", 0.0, "whether siding brings the threat down on the country", "security"),
        share("spares", 0.0, "whether ties with the threat spare the country", "security"),
    ),
    "events.{e}": (
        number(
            "rate",
            0.0,
            "λ⁰: times a year and country",
            "events",
            unit="per year",
            array="event_rate",
        ),
        number(
            "tilt", 0.0, "weight of tilt to rivals beyond tolerance", "events", array="event_tilt"
        ),
        number("lead", 0.0, "weight of the rivals' lead", "events", array="event_lead"),
        number(
            "isolation", 0.0, "weight of the power's isolation", "events", array="event_isolation"
        ),
        number(
            "need",
            0.0,
            "weight of need, which lowers coercion and raises courting",
            "events",
            array="event_need",
        ),
        number(
            "cover",
            0.0,
            "weight of goodwill, which lowers coercion and raises courting",
            "events",
            array="event_cover",
        ),
        number("size", 1.0, "how large it is", "events", array="event_size"),
        number(
            "duration",
            0.25,
            "how long it lasts",
            "events",
            unit="years",
            low=0.25,
            high=50.0,
            array="event_duration",
        ),
        number(
            "harm",
            0.0,
            "cost per unit of the tie that it hits",
            "events",
            unit="log-odds",
            array="event_harm",
        ),
    ),
    "countries.{i}.behaviour": (
        number(
            "autonomy", 0.0, "θ: cost of unequal alignment with rivals", "autonomy", unit="log-odds"
        ),
        number(
            "cross_pressure",
            0.0,
            "χ₀: cost of straddling rivals",
            "cross_pressure",
            unit="log-odds",
        ),
        number(
            "critical_rivalry",
            0.0,
            "R*: rivalry that breaks balance; sets χ₀ unless 0",
            "cross_pressure",
        ),
        number(
            "security", 0.0, "σ: cost of a shortfall of protection", "security", unit="log-odds"
        ),
        number(
            "entrapment",
            0.0,
            "ε: threat by tilt to the threat's rivals, where siding entraps",
            "security",
        ),
        number(
            "sparing",
            0.0,
            "threat taken off by alignment with the threat, where it spares",
            "security",
        ),
        share(
            "commitment",
            0.5,
            "share of a power's missing will that its pledge makes good",
            "security",
        ),
        number(
            "dependence",
            0.0,
            "ρ: aversion to exposure that fails together",
            "dependence",
            unit="log-odds",
        ),
        number(
            "norm", 0.0, "ν: cost of a vote for a violator of the Charter", "votes", unit="log-odds"
        ),
        number("audience", 0.0, "α: protest at home after incidents", "audience", unit="log-odds"),
        number("protection.{k}", 0.0, "π: protection by a unit of the tie", "security"),
        number(
            "horizon",
            5.0,
            "years ahead at which orders count as arsenal",
            "security",
            unit="years",
            high=50.0,
        ),
        number("parity", 0.0, "cost of labels that differ among rivals", "labels", unit="log-odds"),
        number(
            "shortfall",
            0.0,
            "worth of a rung per unit of will and shortfall",
            "labels",
            unit="log-odds",
        ),
        share(
            "peers",
            0.0,
            "how far a peer's coercion counts as one's own",
            "beliefs",
            array="warning",
        ),
    ),
    "countries.{i}": (
        number("threat.level", 0.0, "threat without incidents", "threat", array="threat_level"),
        number(
            "threat.usual",
            0.0,
            "T̄: threat at which the forces order as they are used to",
            "programmes",
            array="threat_usual",
        ),
        number("threat.incident_weight", 0.0, "threat per incident", "threat"),
        number(
            "threat.memory",
            2.0,
            "decay time of incidents",
            "threat",
            unit="years",
            low=0.05,
            high=50.0,
            array="incident_memory",
        ),
        number("threat.retaliation", 0.0, "more incidents if force is allowed", "threat"),
        number(
            "belief_relaxation", 0.5, "beliefs to their prior", "beliefs", unit="per year", high=4.0
        ),
        number("cover_leak", 0.5, "decay of goodwill", "events", unit="per year", high=4.0),
        number("programmes.{k}", 0.0, "ν: programmes a year", "programmes", unit="per year"),
        signed("own_size.{k}", 0.0, "u: added to the mean of ln size", "programmes"),
        signed("returns.{k}.{p}", 0.0, "b: value of a tie", "returns", unit="log-odds"),
        number("loyalty.{p}", 0.0, "ℓ: memory of help", "loyalty", unit="log-odds"),
        number("attention.{p}", 1.0, "how much the power minds the country", "events, visits"),
        number(
            "ties.{k}.{p}",
            0.0,
            "tie at the start; of programmes, its share in memory",
            "initial state",
        ),
        number(
            "stocks.{k}.{p}",
            0.0,
            "share in the arsenal at the start; default: the tie",
            "initial state",
        ),
        number(
            "access.{k}.{p}",
            0.0,
            "added to the flow by agreements, or taken from it",
            "flows",
            low=-1.0,
            high=1.0,
        ),
        number(
            "others.{k}", 0.0, "share of suppliers outside politics at the start", "initial state"
        ),
        number("experience.{k}", 1.0, "memory at the start, of what is usual", "initial state"),
        signed("position", 0.0, "ideal point at the start", "position", array="positions"),
        share("pact.{p}", 0.0, "1 where a defence pact is in force", "programmes, votes"),
        share(
            "foe_share.{p}",
            0.0,
            "share of the partner in the foe's arsenal",
            "programmes",
            array="foe_arms",
        ),
        share("nearness.{p}", 1.0, "how near the partner's violations are", "votes"),
        signed("vote", 0.0, "u: added to η", "votes", array="vote_state"),
        signed("vote_abstain", 0.0, "w: added to a", "votes", array="vote_state_abstain"),
        share("peers.{j}", 0.0, "W: weight of a peer", "votes, beliefs", array="peer_weight"),
        number("tiers.{p}", 0.0, "rung at the start", "initial state", high=4.0, fixed=True),
    ),
}

FIELDS: tuple[Field, ...] = tuple(
    replace(field, path=f"{table}.{field.path}")
    for table, fields in _TABLES.items()
    for field in fields
)
"""All parameters. ``behaviour.NAME`` at the top level of a scenario sets it for every country."""

BY_ARRAY: dict[str, Field] = {field.array: field for field in FIELDS}

SYMMETRIC = frozenset({"rivalry", "closeness", "correlation"})
"""Arrays over two partners that hold the same number both ways."""

INITIAL = frozenset({"ties", "stocks", "others", "experience", "positions", "tiers"})
"""Arrays that only say how a run starts, so that no shock or future can change them."""

PER_COUNTRY = frozenset(
    field.array for field in FIELDS if field.shape.count("n") == 1 and not field.fixed
)
"""Arrays whose last axes are (N, R). All others but `peer_weight` end in (R,) alone."""
