"""The one table of the model's numbers: path, axes, unit, range, default, meaning.

One row a parameter. The arrays of a run, which of them belong to a country, the layout of compiled
code, the scenario format and its JSON Schema, ``--set`` paths, shocks, futures, sweeps, the tables
of numbers in the docs and in the ODD document are all read from it.

Axes of a path, in braces: ``k`` instrument, ``p`` and ``q`` partners, ``i`` and ``j`` hedging
countries, ``w`` future.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

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


_TABLES: dict[str, tuple[Field, ...]] = {
    "ensemble": (
        number("precision", 1.0, "Λ: precision of choice", "choice, rungs, scheduled choices"),
    ),
    "instruments.{k}": (
        number("step", 0.1, "δ: one move", "moves, initial state", low=1e-06, fixed=True),
        number("cap", 1.0, "largest tie", "rules", fixed=True),
        number("salience", 0.0, "γ: weight in alignment", "alignment"),
        number("exposure", 0.0, "m: weight in exposure", "exposure"),
        number("curvature", 0.0, "κ: falling returns", "returns, threshold", unit="log-odds"),
        number("turnover", 0.5, "η of the stock", "stocks, security", unit="per year", high=4.0),
        number("lag", 0.0, "L: orders to deliveries", "deliveries", unit="years", high=50.0),
        number("inertia", 0.0, "λ: interoperability", "interoperability", unit="log-odds"),
        number("memory", 0.0, "v: weight in loyalty", "loyalty"),
        number("reciprocity", 0.0, "w: weight in inducement", "returns"),
        number("move_cost", 0.0, "c: cost of a move", "move_cost", unit="log-odds"),
        number("demand", 0.0, "B: cost of unmet need", "demand", unit="log-odds"),
        number("substance", 0.0, "rungs per unit of stock", "rungs"),
    ),
    "partners.{p}": (
        number("capacity.{k}", 1.0, "cap: what it can supply", "returns, security, deliveries"),
        number("trust", 1.0, "r: trust that help comes", "security", high=1.0),
        number("will", 0.0, "φ: will to oppose the threat", "security, rungs", high=1.0),
        number("moderation", 0.0, "threat removed per unit of alignment while trusted", "security"),
        number("volatility", 0.0, "standard deviation of the partner's failures", "dependence"),
        number("isolation", 0.0, "how far others shun the power", "inducement", high=1.0),
        number(
            "courting",
            0.0,
            "inducement a year per unit of a rival's lead",
            "inducement",
            unit="per year",
        ),
        number("seeking", 0.0, "inducement a year out of isolation", "inducement", unit="per year"),
        number(
            "pressing",
            0.0,
            "pressure a year per unit of tilt to a rival",
            "pressure on a country",
            unit="per year",
        ),
        number("tolerance", 0.0, "tilt to a rival borne without pressure", "pressure on a country"),
        number(
            "leniency", 0.0, "ι₀: immunity that everyone has from the power", "sanctions", high=1.0
        ),
        number("need", 0.0, "ι₁: immunity from the power's need against its rival", "sanctions"),
        number("visits", 0.0, "leaders' visits a year", "visits", unit="per year"),
        number("reward", 0.0, "inducement for a unit of a choice's reward", "inducement"),
        number("violation", 0.0, "viol: how far the power breaks the Charter", "norm", high=1.0),
    ),
    "reactions": (
        number(
            "inducement_leak", 1.0, "decay of inducement", "inducement", unit="per year", high=4.0
        ),
        number(
            "pressure_leak",
            1.0,
            "decay of pressure",
            "pressure on a country",
            unit="per year",
            high=4.0,
        ),
    ),
    "relations": (
        number("intensity", 1.0, "multiple of all rivalry", "rivalry"),
        number("rivalry.{p}.{q}", 0.0, "R: rivalry of two powers", "rivalry"),
        number("closeness.{p}.{q}", 0.0, "closeness of two powers", "security", high=1.0),
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
        number("enforcement", 0.0, "ψ of p against q's friends", "sanctions, designations"),
        number("trade_weight", 0.0, "w_t", "sanctions", array="sanction_trade"),
        number("energy_weight", 0.0, "w_e", "sanctions", array="sanction_energy"),
        number("shield", 0.0, "ϖ: what settlement shields", "sanctions", high=1.0),
        number("hazard", 0.0, "designations a year", "designations", unit="per year"),
        number("cut", 0.0, "share of trade lost on designation", "designations", high=1.0),
        number(
            "duration",
            2.0,
            "how long a designation lasts",
            "designations",
            unit="years",
            low=0.25,
            high=50.0,
        ),
    ),
    "futures.{w}": (
        number("prior", 0.0, "belief before any incident", "beliefs", high=1.0),
        number("likelihood", 1.0, "odds multiplier of an incident", "beliefs", low=1e-06),
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
            "dependence",
            0.0,
            "ρ: aversion to exposure that fails together",
            "dependence",
            unit="log-odds",
        ),
        number(
            "norm",
            0.0,
            "ν: cost of speaking up for a violator of the Charter",
            "norm",
            unit="log-odds",
        ),
        number("peers", 0.0, "ϱ: cost of a voice apart from peers", "peers", unit="log-odds"),
        number("audience", 0.0, "α: protest at home after incidents", "audience", unit="log-odds"),
        number("arms_protection", 0.0, "π_a: protection by a unit of arms", "security"),
        number("defence_protection", 0.0, "π_d: protection by defence ties", "security"),
        number("energy_protection", 0.0, "π_e: protection by energy presence at sea", "security"),
        number(
            "arms_horizon",
            5.0,
            "years ahead at which orders count as arsenal",
            "security",
            unit="years",
            high=50.0,
        ),
        number("need_slope", 0.0, "n₁: arms need per unit of threat", "demand"),
        number(
            "tier_weight", 1.0, "μ_τ: cost of a label off its substance", "rungs", unit="log-odds"
        ),
        number("tier_cost", 3.0, "F: cost of changing a label", "rungs", unit="log-odds"),
        number(
            "tier_downgrade_cost", 0.0, "extra cost of lowering a label", "rungs", unit="log-odds"
        ),
        number(
            "tier_parity", 0.0, "cost of labels that differ among rivals", "rungs", unit="log-odds"
        ),
        number(
            "tier_shortfall", 0.0, "ζ: rungs per unit of shortfall and will", "rungs", unit="rungs"
        ),
        number(
            "tier_base",
            0.0,
            "rung that a partner without substance deserves",
            "rungs",
            unit="rungs",
            low=-4.0,
            high=4.0,
        ),
        number("visit_busyness", 0.0, "rise of the visit rate with diplomacy ties", "visits"),
    ),
    "countries.{i}": (
        number("threat.level", 0.0, "threat without incidents", "incidents", array="threat_level"),
        number("threat.incident_weight", 0.0, "threat per incident", "incidents"),
        number("threat.incident_rate", 0.0, "incidents out of calm", "incidents", unit="per year"),
        number(
            "threat.excitation", 0.0, "incidents out of incidents", "incidents", unit="per year"
        ),
        number(
            "threat.memory",
            2.0,
            "decay time of incidents",
            "incidents",
            unit="years",
            low=0.05,
            high=50.0,
            array="incident_memory",
        ),
        number("threat.retaliation", 0.0, "more incidents if force is allowed", "incidents"),
        number(
            "belief_relaxation", 0.5, "beliefs to their prior", "beliefs", unit="per year", high=4.0
        ),
        number("returns.{k}.{p}", 0.0, "b: value of a tie", "returns", unit="log-odds", low=-inf),
        number("loyalty.{p}", 0.0, "ℓ: memory of help", "loyalty", unit="log-odds"),
        number(
            "attention.{p}",
            1.0,
            "how much the power minds the country",
            "inducement, pressure on a country, visits",
        ),
        number("ties.{k}.{p}", 0.0, "tie at the start", "initial state"),
        number("stocks.{k}.{p}", 0.0, "stock at the start; default: the tie", "initial state"),
        number("need.{k}", 0.0, "n₀: finite need", "demand", array="needs"),
        number(
            "others.{k}", 0.0, "tie with suppliers outside politics", "demand, deliveries, stocks"
        ),
        number(
            "peers.{j}", 0.0, "W: weight of a peer's voice", "peers", high=1.0, array="peer_weight"
        ),
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

INITIAL = frozenset({"ties", "stocks", "tiers"})
"""Arrays that only say how a run starts, so that no shock or future can change them."""

PER_COUNTRY = frozenset(
    field.array for field in FIELDS if field.shape.count("n") == 1 and not field.fixed
)
"""Arrays whose last axes are (N, R). All others but `peer_weight` end in (R,) alone."""
