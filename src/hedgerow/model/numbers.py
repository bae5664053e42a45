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

_SHAPE_ORDER = "kpqijw"
"""In which order axes of a path stand in an array."""
_SHAPE_AXES = {"k": "k", "p": "p", "q": "p", "i": "n", "j": "n", "w": "w"}


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


def _number(
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
        _number("precision", 1.0, "Λ: precision of choice", "choice, rungs, scheduled choices"),
    ),
    "instruments.{k}": (
        _number("step", 0.1, "δ: one move", "moves, initial state", low=1e-06, fixed=True),
        _number("cap", 1.0, "largest tie", "rules", fixed=True),
        _number("salience", 0.0, "γ: weight in alignment", "alignment"),
        _number("exposure", 0.0, "m: weight in exposure", "exposure"),
        _number("curvature", 0.0, "κ: falling returns", "returns, threshold", unit="log-odds"),
        _number("turnover", 0.5, "η of the stock", "stocks, security", unit="per year", high=4.0),
        _number("lag", 0.0, "L: orders to deliveries", "deliveries", unit="years", high=50.0),
        _number("inertia", 0.0, "λ: interoperability", "interoperability", unit="log-odds"),
        _number("memory", 0.0, "v: weight in loyalty", "loyalty"),
        _number("reciprocity", 0.0, "w: weight in inducement", "returns"),
        _number("move_cost", 0.0, "c: cost of a move", "move_cost", unit="log-odds"),
        _number("demand", 0.0, "B: cost of unmet need", "demand", unit="log-odds"),
        _number("substance", 0.0, "rungs per unit of stock", "rungs"),
    ),
    "partners.{p}": (
        _number("capacity.{k}", 1.0, "cap: what it can supply", "returns, security, deliveries"),
        _number("trust", 1.0, "r: trust that help comes", "security", high=1.0),
        _number("will", 0.0, "φ: will to oppose the threat", "security, rungs", high=1.0),
        _number(
            "moderation", 0.0, "threat removed per unit of alignment while trusted", "security"
        ),
        _number("volatility", 0.0, "standard deviation of the partner's failures", "dependence"),
        _number("isolation", 0.0, "how far others shun the power", "inducement", high=1.0),
        _number(
            "courting",
            0.0,
            "inducement a year per unit of a rival's lead",
            "inducement",
            unit="per year",
        ),
        _number(
            "seeking", 0.0, "inducement a year out of isolation", "inducement", unit="per year"
        ),
        _number(
            "pressing",
            0.0,
            "pressure a year per unit of tilt to a rival",
            "pressure on a country",
            unit="per year",
        ),
        _number(
            "tolerance", 0.0, "tilt to a rival borne without pressure", "pressure on a country"
        ),
        _number(
            "leniency", 0.0, "ι₀: immunity that everyone has from the power", "sanctions", high=1.0
        ),
        _number("need", 0.0, "ι₁: immunity from the power's need against its rival", "sanctions"),
        _number("visits", 0.0, "leaders' visits a year", "visits", unit="per year"),
        _number("reward", 0.0, "inducement for a unit of a choice's reward", "inducement"),
        _number("violation", 0.0, "viol: how far the power breaks the Charter", "norm", high=1.0),
    ),
    "reactions": (
        _number(
            "inducement_leak", 1.0, "decay of inducement", "inducement", unit="per year", high=4.0
        ),
        _number(
            "pressure_leak",
            1.0,
            "decay of pressure",
            "pressure on a country",
            unit="per year",
            high=4.0,
        ),
    ),
    "relations": (
        _number("intensity", 1.0, "multiple of all rivalry", "rivalry"),
        _number("rivalry.{p}.{q}", 0.0, "R: rivalry of two powers", "rivalry"),
        _number("closeness.{p}.{q}", 0.0, "closeness of two powers", "security", high=1.0),
        _number(
            "correlation.{p}.{q}",
            0.0,
            "of the failures of two powers",
            "dependence",
            low=-1.0,
            high=1.0,
        ),
    ),
    "sanctions.{p}.{q}": (
        _number("enforcement", 0.0, "ψ of p against q's friends", "sanctions, designations"),
        _number("trade_weight", 0.0, "w_t", "sanctions", array="sanction_trade"),
        _number("energy_weight", 0.0, "w_e", "sanctions", array="sanction_energy"),
        _number("shield", 0.0, "ϖ: what settlement shields", "sanctions", high=1.0),
        _number("hazard", 0.0, "designations a year", "designations", unit="per year"),
        _number("cut", 0.0, "share of trade lost on designation", "designations", high=1.0),
        _number(
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
        _number("prior", 0.0, "belief before any incident", "beliefs", high=1.0),
        _number("likelihood", 1.0, "odds multiplier of an incident", "beliefs", low=1e-06),
    ),
    "countries.{i}.behaviour": (
        _number(
            "autonomy", 0.0, "θ: cost of unequal alignment with rivals", "autonomy", unit="log-odds"
        ),
        _number(
            "cross_pressure",
            0.0,
            "χ₀: cost of straddling rivals",
            "cross_pressure",
            unit="log-odds",
        ),
        _number(
            "critical_rivalry",
            0.0,
            "R*: rivalry that breaks balance; sets χ₀ unless 0",
            "cross_pressure",
        ),
        _number(
            "security", 0.0, "σ: cost of a shortfall of protection", "security", unit="log-odds"
        ),
        _number(
            "dependence",
            0.0,
            "ρ: aversion to exposure that fails together",
            "dependence",
            unit="log-odds",
        ),
        _number(
            "norm",
            0.0,
            "ν: cost of speaking up for a violator of the Charter",
            "norm",
            unit="log-odds",
        ),
        _number("peers", 0.0, "ϱ: cost of a voice apart from peers", "peers", unit="log-odds"),
        _number("audience", 0.0, "α: protest at home after incidents", "audience", unit="log-odds"),
        _number("arms_protection", 0.0, "π_a: protection by a unit of arms", "security"),
        _number("defence_protection", 0.0, "π_d: protection by defence ties", "security"),
        _number("energy_protection", 0.0, "π_e: protection by energy presence at sea", "security"),
        _number(
            "arms_horizon",
            5.0,
            "years ahead at which orders count as arsenal",
            "security",
            unit="years",
            high=50.0,
        ),
        _number("need_slope", 0.0, "n₁: arms need per unit of threat", "demand"),
        _number(
            "tier_weight", 1.0, "μ_τ: cost of a label off its substance", "rungs", unit="log-odds"
        ),
        _number("tier_cost", 3.0, "F: cost of changing a label", "rungs", unit="log-odds"),
        _number(
            "tier_downgrade_cost", 0.0, "extra cost of lowering a label", "rungs", unit="log-odds"
        ),
        _number(
            "tier_parity", 0.0, "cost of labels that differ among rivals", "rungs", unit="log-odds"
        ),
        _number(
            "tier_shortfall", 0.0, "ζ: rungs per unit of shortfall and will", "rungs", unit="rungs"
        ),
        _number(
            "tier_base",
            0.0,
            "rung that a partner without substance deserves",
            "rungs",
            unit="rungs",
            low=-4.0,
            high=4.0,
        ),
        _number("visit_busyness", 0.0, "rise of the visit rate with diplomacy ties", "visits"),
    ),
    "countries.{i}": (
        _number("threat.level", 0.0, "threat without incidents", "incidents", array="threat_level"),
        _number("threat.incident_weight", 0.0, "threat per incident", "incidents"),
        _number("threat.incident_rate", 0.0, "incidents out of calm", "incidents", unit="per year"),
        _number(
            "threat.excitation", 0.0, "incidents out of incidents", "incidents", unit="per year"
        ),
        _number(
            "threat.memory",
            2.0,
            "decay time of incidents",
            "incidents",
            unit="years",
            low=0.05,
            high=50.0,
            array="incident_memory",
        ),
        _number("threat.retaliation", 0.0, "more incidents if force is allowed", "incidents"),
        _number(
            "belief_relaxation", 0.5, "beliefs to their prior", "beliefs", unit="per year", high=4.0
        ),
        _number("returns.{k}.{p}", 0.0, "b: value of a tie", "returns", unit="log-odds", low=-inf),
        _number("loyalty.{p}", 0.0, "ℓ: memory of help", "loyalty", unit="log-odds"),
        _number(
            "attention.{p}",
            1.0,
            "how much the power minds the country",
            "inducement, pressure on a country, visits",
        ),
        _number("ties.{k}.{p}", 0.0, "tie at the start", "initial state"),
        _number("stocks.{k}.{p}", 0.0, "stock at the start; default: the tie", "initial state"),
        _number("need.{k}", 0.0, "n₀: finite need", "demand", array="needs"),
        _number(
            "others.{k}", 0.0, "tie with suppliers outside politics", "demand, deliveries, stocks"
        ),
        _number(
            "peers.{j}", 0.0, "W: weight of a peer's voice", "peers", high=1.0, array="peer_weight"
        ),
        _number("tiers.{p}", 0.0, "rung at the start", "initial state", high=4.0, fixed=True),
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
