"""Every number of a scenario: its path, the model array it fills, its default, range and meaning.

One row a parameter. The scenario format, its JSON Schema, ``--set`` paths, shocks, futures, sweeps
and the reference of parameters in the docs are all read from this table.

Axes of a path, in braces: ``k`` instrument, ``p`` and ``q`` partners, ``i`` and ``j`` hedging
countries, ``w`` future. Replicates are always the last axis of the array and not named here.
"""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import inf


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
        fixed: True where the number shapes the arrays, so that it takes neither prior nor shock.
    """

    path: str
    array: str
    default: float
    low: float
    high: float
    unit: str
    meaning: str
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
    def whole(self) -> bool:
        """True where only whole numbers make sense (rungs)."""
        return self.array == "tiers"


def _field(
    path: str,
    default: float,
    meaning: str,
    unit: str = "",
    low: float = 0.0,
    high: float = inf,
    array: str = "",
    fixed: bool = False,
) -> Field:
    """Return a field below a table; its array is called as the last key unless told otherwise."""
    name = [part for part in path.split(".") if not part.startswith("{")][-1]
    return Field(path, array or name, default, low, high, unit, meaning, fixed)


_TABLES: dict[str, tuple[Field, ...]] = {
    "ensemble": (_field("precision", 1.0, "Λ: precision of choice"),),
    "instruments.{k}": (
        _field("step", 0.1, "δ: one move", low=1e-6, fixed=True),
        _field("cap", 1.0, "largest tie", fixed=True),
        _field("salience", 0.0, "γ: weight in alignment"),
        _field("exposure", 0.0, "m: weight in exposure"),
        _field("curvature", 0.0, "κ: falling returns", unit="log-odds"),
        _field("turnover", 0.5, "η of the stock", unit="per year", high=4.0),
        _field("lag", 0.0, "L: orders to deliveries", unit="years", high=50.0),
        _field("inertia", 0.0, "λ: interoperability", unit="log-odds"),
        _field("memory", 0.0, "v: weight in loyalty"),
        _field("reciprocity", 0.0, "w: weight in inducement"),
        _field("move_cost", 0.0, "c: cost of a move", unit="log-odds"),
        _field("demand", 0.0, "B: cost of unmet need", unit="log-odds"),
        _field("substance", 0.0, "rungs per unit of stock"),
    ),
    "partners.{p}": (
        _field("capacity.{k}", 1.0, "cap: what it can supply"),
        _field("trust", 1.0, "r: trust that help comes", high=1.0),
        _field("will", 0.0, "φ: will to oppose the threat", high=1.0),
        _field("moderation", 0.0, "threat removed per unit of alignment while trusted"),
        _field("volatility", 0.0, "standard deviation of the partner's failures"),
        _field("isolation", 0.0, "how far others shun the power", high=1.0),
        _field("courting", 0.0, "inducement a year per unit of a rival's lead", unit="per year"),
        _field("seeking", 0.0, "inducement a year out of isolation", unit="per year"),
        _field("pressing", 0.0, "pressure a year per unit of tilt to a rival", unit="per year"),
        _field("tolerance", 0.0, "tilt to a rival borne without pressure"),
        _field("leniency", 0.0, "ι₀: immunity that everyone has from the power", high=1.0),
        _field("need", 0.0, "ι₁: immunity from the power's need against its rival"),
        _field("visits", 0.0, "leaders' visits a year", unit="per year"),
        _field("reward", 0.0, "inducement for a unit of a choice's reward"),
        _field("violation", 0.0, "viol: how far the power breaks the Charter", high=1.0),
    ),
    "reactions": (
        _field("inducement_leak", 1.0, "decay of inducement", unit="per year", high=4.0),
        _field("pressure_leak", 1.0, "decay of pressure", unit="per year", high=4.0),
    ),
    "relations": (
        _field("intensity", 1.0, "multiple of all rivalry"),
        _field("rivalry.{p}.{q}", 0.0, "R: rivalry of two powers"),
        _field("closeness.{p}.{q}", 0.0, "closeness of two powers", high=1.0),
        _field("correlation.{p}.{q}", 0.0, "of the failures of two powers", low=-1.0, high=1.0),
    ),
    "sanctions.{p}.{q}": (
        _field("enforcement", 0.0, "ψ of p against q's friends"),
        _field("trade_weight", 0.0, "w_t", array="sanction_trade"),
        _field("energy_weight", 0.0, "w_e", array="sanction_energy"),
        _field("shield", 0.0, "ϖ: what settlement shields", high=1.0),
        _field("hazard", 0.0, "designations a year", unit="per year"),
        _field("cut", 0.0, "share of trade lost on designation", high=1.0),
        _field("duration", 2.0, "how long a designation lasts", unit="years", low=0.25, high=50.0),
    ),
    "futures.{w}": (
        _field("prior", 0.0, "belief before any incident", high=1.0),
        _field("likelihood", 1.0, "odds multiplier of an incident", low=1e-6),
    ),
    "countries.{i}.behaviour": (
        _field("autonomy", 0.0, "θ: cost of unequal alignment with rivals", unit="log-odds"),
        _field("cross_pressure", 0.0, "χ₀: cost of straddling rivals", unit="log-odds"),
        _field("critical_rivalry", 0.0, "R*: rivalry that breaks balance; sets χ₀ unless 0"),
        _field("security", 0.0, "σ: cost of a shortfall of protection", unit="log-odds"),
        _field("dependence", 0.0, "ρ: aversion to exposure that fails together", unit="log-odds"),
        _field(
            "norm", 0.0, "ν: cost of speaking up for a violator of the Charter", unit="log-odds"
        ),
        _field("peers", 0.0, "ϱ: cost of a voice apart from peers", unit="log-odds"),
        _field("audience", 0.0, "α: protest at home after incidents", unit="log-odds"),
        _field("arms_protection", 0.0, "π_a: protection by a unit of arms"),
        _field("defence_protection", 0.0, "π_d: protection by defence ties"),
        _field("energy_protection", 0.0, "π_e: protection by energy presence at sea"),
        _field(
            "arms_horizon",
            5.0,
            "years ahead at which orders count as arsenal",
            unit="years",
            high=50.0,
        ),
        _field("need_slope", 0.0, "n₁: arms need per unit of threat"),
        _field("tier_weight", 1.0, "μ_τ: cost of a label off its substance", unit="log-odds"),
        _field("tier_cost", 3.0, "F: cost of changing a label", unit="log-odds"),
        _field("tier_downgrade_cost", 0.0, "extra cost of lowering a label", unit="log-odds"),
        _field("tier_parity", 0.0, "cost of labels that differ among rivals", unit="log-odds"),
        _field("tier_shortfall", 0.0, "ζ: rungs per unit of shortfall and will", unit="rungs"),
        _field(
            "tier_base",
            0.0,
            "rung that a partner without substance deserves",
            unit="rungs",
            low=-4.0,
            high=4.0,
        ),
        _field("visit_busyness", 0.0, "rise of the visit rate with diplomacy ties"),
    ),
    "countries.{i}": (
        _field("threat.level", 0.0, "threat without incidents", array="threat_level"),
        _field("threat.incident_weight", 0.0, "threat per incident"),
        _field("threat.incident_rate", 0.0, "incidents out of calm", unit="per year"),
        _field("threat.excitation", 0.0, "incidents out of incidents", unit="per year"),
        _field(
            "threat.memory",
            2.0,
            "decay time of incidents",
            unit="years",
            low=0.05,
            high=50.0,
            array="incident_memory",
        ),
        _field("threat.retaliation", 0.0, "more incidents if force is allowed"),
        _field("belief_relaxation", 0.5, "beliefs to their prior", unit="per year", high=4.0),
        _field("returns.{k}.{p}", 0.0, "b: value of a tie", unit="log-odds", low=-inf),
        _field("loyalty.{p}", 0.0, "ℓ: memory of help", unit="log-odds"),
        _field("attention.{p}", 1.0, "how much the power minds the country"),
        _field("ties.{k}.{p}", 0.0, "tie at the start"),
        _field("stocks.{k}.{p}", 0.0, "stock at the start; default: the tie"),
        _field("need.{k}", 0.0, "n₀: finite need", array="needs"),
        _field("others.{k}", 0.0, "tie with suppliers outside politics"),
        _field("peers.{j}", 0.0, "W: weight of a peer's voice", high=1.0, array="peer_weight"),
        _field("tiers.{p}", 0.0, "rung at the start", high=4.0, fixed=True),
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

Tree = dict[str, "Tree | Field"]


def _grow() -> Tree:
    root: Tree = {}
    for field in FIELDS:
        paths = [field.parts]
        if field.parts[:3] == ("countries", "{i}", "behaviour"):
            paths.append(field.parts[2:])
        for parts in paths:
            node = root
            for part in parts[:-1]:
                child = node.setdefault(part, {})
                assert isinstance(child, dict)
                node = child
            node[parts[-1]] = field
    return root


TREE: Tree = _grow()
"""The fields as nested tables; a key in braces stands for any member of its axis."""


@lru_cache(maxsize=2**15)
def find(parts: tuple[str, ...]) -> tuple[Field, tuple[str, ...]] | None:
    """Return the field that a path addresses, and the members of its axes; None if there is none.

    ``behaviour.NAME`` finds the field of ``countries.I.behaviour.NAME``, with no members.
    """
    node: Tree | Field = TREE
    members: list[str] = []
    for part in parts:
        if isinstance(node, Field):
            return None
        child = node.get(part)
        if child is None:
            brace = next((key for key in node if key.startswith("{")), None)
            if brace is None:
                return None
            members.append(part)
            child = node[brace]
        node = child
    return (node, tuple(members)) if isinstance(node, Field) else None
