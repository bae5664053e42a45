"""Random scenario documents, in the shape of a file, that use all that the format can say."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import tomli_w
from hypothesis import strategies as st

import hedgerow
from hedgerow.model.numbers import FIELDS
from hedgerow.model.parameters import INSTRUMENTS, PROCESSES
from hedgerow.model.terms import TERMS
from hedgerow.scenario import Scenario

POWERS = ("USA", "CHN", "RUS", "VNM", "JPN")
COUNTRIES = ("VNM", "LAO", "PHL")
START = 2000

Table = dict[str, Any]
Span = tuple[float, float]

INSTRUMENT: dict[str, Span] = {
    "salience": (0.1, 1.0),
    "exposure": (0.0, 1.0),
    "curvature": (2.0, 15.0),
    "turnover": (0.05, 1.5),
    "lag": (0.1, 5.0),
    "inertia": (0.0, 8.0),
    "memory": (0.0, 1.0),
    "reciprocity": (0.0, 2.0),
    "move_cost": (0.0, 1.0),
    "demand": (0.0, 10.0),
    "substance": (0.0, 1.5),
}
POWER: dict[str, Span] = {
    "trust": (0.2, 1.0),
    "will": (0.0, 1.0),
    "moderation": (0.0, 0.4),
    "volatility": (0.0, 1.0),
    "isolation": (0.0, 1.0),
    "courting": (0.0, 1.0),
    "seeking": (0.0, 1.0),
    "pressing": (0.0, 3.0),
    "tolerance": (0.0, 0.5),
    "leniency": (0.0, 0.4),
    "need": (0.0, 0.5),
    "visits": (0.3, 3.0),
    "reward": (0.0, 2.0),
    "violation": (0.0, 1.0),
}
BEHAVIOUR: dict[str, Span] = {
    "autonomy": (0.0, 4.0),
    "cross_pressure": (0.0, 4.0),
    "security": (2.0, 12.0),
    "dependence": (0.0, 8.0),
    "norm": (0.0, 6.0),
    "peers": (0.0, 8.0),
    "audience": (0.0, 3.0),
    "arms_protection": (0.2, 0.8),
    "defence_protection": (0.2, 0.8),
    "energy_protection": (0.1, 0.5),
    "arms_horizon": (1.0, 8.0),
    "need_slope": (0.0, 1.0),
    "tier_weight": (0.5, 3.0),
    "tier_cost": (0.0, 2.0),
    "tier_downgrade_cost": (0.0, 2.0),
    "tier_parity": (0.0, 0.5),
    "tier_shortfall": (0.0, 2.0),
    "tier_base": (-0.5, 0.5),
    "visit_busyness": (0.0, 1.0),
}
THREAT: dict[str, Span] = {
    "level": (0.2, 1.5),
    "incident_weight": (0.1, 0.8),
    "incident_rate": (0.3, 2.0),
    "excitation": (0.0, 0.8),
    "memory": (0.5, 3.0),
    "retaliation": (0.0, 1.0),
}
SANCTION: dict[str, Span] = {
    "enforcement": (1.0, 6.0),
    "trade_weight": (0.0, 1.0),
    "energy_weight": (0.0, 1.0),
    "shield": (0.0, 1.0),
    "hazard": (0.2, 2.0),
    "cut": (0.1, 0.9),
    "duration": (0.3, 2.0),
}
for table, spans in (
    ("instruments.{k}", INSTRUMENT),
    ("partners.{p}", POWER),
    ("countries.{i}.behaviour", BEHAVIOUR),
):
    for field in FIELDS:  # a number that is not told above is drawn too
        where, _, name = field.path.rpartition(".")
        if where == table and not field.fixed and name != "critical_rivalry":
            spans.setdefault(name, (field.low, min(field.high, field.low + 4.0)))
FRACTIONS = {"trust", "will", "isolation", "leniency", "violation", "shield", "cut", "closeness"}
CEILINGS = {**dict.fromkeys(FRACTIONS, 1.0), "turnover": 4.0, "memory": 50.0, "lag": 50.0}


@dataclass(frozen=True)
class Plan:
    """What a random document is made of; `seed` fills in its numbers."""

    seed: int
    countries: int = 3
    partners: int = 5
    years: int = 2
    level: int = 2
    futures: int = 3
    shocks: int = 6
    choices: int = 3
    embargoes: int = 2
    sanctions: int = 2
    priors: bool = True
    rules: bool = True
    terms_off: frozenset[str] = frozenset()
    processes_off: frozenset[str] = frozenset()


def plans(years: int = 2) -> st.SearchStrategy[Plan]:
    """Return a strategy for plans, from the barest to the fullest."""
    return st.builds(
        Plan,
        seed=st.integers(0, 2**32 - 1),
        countries=st.integers(1, 3),
        partners=st.integers(3, 5),
        years=st.integers(1, years),
        level=st.sampled_from((1, 2)),
        futures=st.integers(0, 3),
        shocks=st.integers(0, 6),
        choices=st.integers(0, 3),
        embargoes=st.integers(0, 2),
        sanctions=st.integers(0, 2),
        priors=st.booleans(),
        rules=st.booleans(),
        terms_off=st.frozensets(st.sampled_from(TERMS), max_size=3),
        processes_off=st.frozensets(st.sampled_from(PROCESSES), max_size=2),
    )


class Writer:
    """Writes one document."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rng = Random(plan.seed)
        self.powers = list(POWERS[: plan.partners])
        self.rng.shuffle(self.powers)
        self.countries = list(COUNTRIES[: plan.countries])
        self.futures = ["status_quo", "coercion", "retreat", "sides"][: plan.futures + 1]
        self.pairs = [("USA", "RUS"), ("CHN", "USA")][: plan.sanctions]

    # numbers --------------------------------------------------------------------------------

    def number(self, low: float, high: float, ceiling: float = float("inf")) -> Any:
        """Write a number of a range: bare, known to lie in a range, or with a prior.

        `ceiling` is what no draw may exceed; none may fall below `low` if that is 0 or more.
        """
        value = self.rng.uniform(low, high)
        form = self.rng.random()
        if not self.plan.priors or form < 0.5:
            return value
        if form < 0.55:
            return {"value": value, "low": low, "high": high, "source": "assumption: known"}
        tailed = ceiling == float("inf") and low == 0.0
        kinds = ["uniform", "triangular", "normal", "beta"]
        kind = self.rng.choice(kinds + ["half_normal", "lognormal"] * tailed)
        if kind == "uniform":
            return {"dist": kind, "low": low, "high": high}
        if kind == "triangular":
            return {"dist": kind, "low": low, "value": value, "high": high}
        if kind == "normal":
            return {"dist": kind, "value": value, "sd": (high - low) / 3, "low": low, "high": high}
        if kind == "beta":
            return {"dist": kind, "a": 2.0, "b": 1.5, "low": low, "high": high}
        if kind == "half_normal":
            return {"dist": kind, "sd": high / 2}
        return {"dist": kind, "value": max(value, 0.1 * high), "sigma": 0.3}

    def table(self, spans: dict[str, Span], leave_out: float = 0.1) -> Table:
        """Write a table of numbers; some are left to their defaults."""
        return {
            name: self.number(*span, CEILINGS.get(name, float("inf")))
            for name, span in spans.items()
            if self.rng.random() >= leave_out
        }

    def some(self, items: list[Any], share: float) -> list[Any]:
        """Return a random part of some items, in their order."""
        return [item for item in items if self.rng.random() < share]

    # sections -------------------------------------------------------------------------------

    def document(self) -> Table:
        """Write the whole document."""
        plan = self.plan
        document: Table = {
            "schema": 1,
            "title": "A random scenario",
            "source": "assumption: random",
            "time": {"start": START, "end": START + plan.years - 1},
            "ensemble": {
                "seed": self.rng.randrange(2**64),
                "level": plan.level,
                "poles": self.rng.sample(self.powers, 2),
                "precision": self.number(0.5, 2.0),
            },
            "terms": dict.fromkeys(sorted(plan.terms_off), False),
            "processes": dict.fromkeys(sorted(plan.processes_off), False),
            "instruments": {k: self.instrument(k) for k in INSTRUMENTS},
            "partners": {p: self.partner() for p in self.powers},
            "reactions": self.table({"inducement_leak": (0.2, 1.0), "pressure_leak": (0.2, 1.0)}),
            "relations": self.relations(),
            "sanctions": {},
            "futures": {name: self.future(name) for name in self.futures},
            "behaviour": self.behaviour(),
            "rules": self.rules(),
        }
        for p, q in self.pairs:
            document["sanctions"].setdefault(p, {})[q] = self.table(SANCTION)
        if not plan.futures and self.rng.random() < 0.5:
            del document["futures"]
        rules = list(document["rules"])
        document["countries"] = {i: self.country(i, rules) for i in self.countries}
        document["embargoes"] = [self.embargo(n) for n in range(plan.embargoes)]
        document["choices"] = [self.choice(n) for n in range(plan.choices)]
        document["shocks"] = self.shocks(document)
        self.steps = {k: table["step"] for k, table in document["instruments"].items()}
        return document

    def instrument(self, k: str) -> Table:
        step = self.rng.choice([0.1, 0.125, 0.2, 0.25, 1 / 3])
        cap = self.rng.choice([1.0, 0.95, 2.0])
        spans = {name: span for name, span in INSTRUMENT.items() if name != "lag"}
        table = {"step": step, "cap": cap, **self.table(spans)}
        if k == "arms" or self.rng.random() < 0.2:
            table["lag"] = self.number(*INSTRUMENT["lag"], 50.0)
        return table

    def partner(self) -> Table:
        return {
            "capacity": {k: self.number(0.0, 1.5) for k in self.some(list(INSTRUMENTS), 0.7)}
        } | (self.table(POWER))

    def relations(self) -> Table:
        relations: Table = {"rivalry": {}, "closeness": {}, "correlation": {}}
        spans = {"rivalry": (0.1, 1.5), "closeness": (0.0, 0.9), "correlation": (-0.2, 0.24)}
        for name, span in spans.items():
            for n, p in enumerate(self.powers):
                for q in self.some(self.powers[n + 1 :], 0.7):
                    first, second = self.rng.sample((p, q), 2)
                    ceiling = 2.0 if name == "rivalry" else 1.0
                    value = self.number(*span, ceiling)
                    relations[name].setdefault(first, {})[second] = value
        if self.rng.random() < 0.3:
            relations["intensity"] = self.number(0.5, 1.5)
        return relations

    def future(self, name: str) -> Table:
        table: Table = {"prior": self.number(0.1, 0.5, 1.0)}
        if self.rng.random() < 0.8:
            table["likelihood"] = self.number(0.4, 3.0, 9.0)
        places: list[tuple[str, Span]] = [
            *((f"partners.{p}.trust", (0.0, 1.0)) for p in self.powers),
            *((f"partners.{p}.will", (0.0, 1.0)) for p in self.powers),
            *(
                (f"partners.{p}.capacity.{k}", (0.0, 1.5))
                for p in self.powers
                for k in ("arms", "trade")
            ),
            *((f"countries.{i}.threat.level", (0.5, 2.0)) for i in self.countries),
            ("threat", (0.5, 2.0)),
        ]
        if name != "status_quo" or self.rng.random() < 0.2:
            for path, (low, high) in self.rng.sample(places, 3):
                operation = self.rng.choice(("set", "multiply"))
                if "trust" in path or "will" in path:
                    value = self.number(low, high, 1.0)
                else:
                    value = self.number(low, high, 9.0)
                table.setdefault(operation, {})[path] = value
        return table

    def behaviour(self) -> Table:
        table = self.table(BEHAVIOUR)
        if self.rng.random() < 0.3:
            table["critical_rivalry"] = self.number(0.5, 3.0, 9.0)
        return table

    def rules(self) -> Table:
        if not self.plan.rules:
            return {}
        return {
            "no_alliance": {"tier_max": 3, "tie_max": {"defence": 0.8}},
            "low_label": {"tier_max": 1},
            "no_base": {"tie_max": {"defence": 0.5, "arms": 0.6}, "title": "No foreign base"},
            "no_siding": {"tilt_max": self.rng.uniform(0.1, 0.8)},
            "no_force": {"force": False},
        }

    def country(self, code: str, rules: list[str]) -> Table:
        others = [p for p in self.powers if p != code]
        countries = [j for j in self.countries if j != code]
        table: Table = {
            "name": f"Country {code}",
            "rules": self.some(rules, 0.6),
            "threat": {"source": self.rng.choice([*others, *others, "none"])},
            "returns": self.per_tie(others, -2.0, 10.0, 0.9),
            "ties": {
                k: {p: self.number(0.0, 0.9, 0.9) for p in self.some(others, 0.5)}
                for k in INSTRUMENTS
            },
            "stocks": self.per_tie(others, 0.0, 0.8, 0.5),
            "loyalty": {p: self.number(0.0, 5.0) for p in self.some(others, 0.7)},
            "attention": {p: self.number(0.3, 1.5) for p in self.some(others, 0.5)},
            "need": {k: self.number(0.0, 1.5) for k in self.some(list(INSTRUMENTS), 0.7)},
            "others": {k: self.number(0.0, 0.2) for k in self.some(list(INSTRUMENTS), 0.5)},
            "peers": {j: self.number(0.1, 1.0, 1.0) for j in self.some(countries, 0.8)},
            "tiers": {p: self.rng.randrange(4) for p in self.some(others, 0.6)},
            "behaviour": self.table(BEHAVIOUR, leave_out=0.7),
            "belief_relaxation": self.number(0.1, 1.0, 4.0),
        }
        table["threat"] |= self.table(THREAT)
        return table

    def per_tie(self, others: list[str], low: float, high: float, share: float) -> Table:
        return {
            k: {p: self.number(low, high) for p in self.some(others, share)} for k in INSTRUMENTS
        }

    # dated entries --------------------------------------------------------------------------

    def date(self, first: float = 0.0, last: float | None = None) -> float:
        """Return a date, now and then between two quarters."""
        last = self.plan.years - 0.25 if last is None else last
        quarter = START + round(4 * self.rng.uniform(first, last)) / 4
        within = self.rng.random()
        return quarter + (0.24 if within < 0.1 else 0.05 if within < 0.2 else 0.0)

    def embargo(self, number: int) -> Table:
        ban: Table = {
            "label": f"ban {number}",
            "partner": self.rng.choice(self.powers),
            "countries": self.rng.sample(self.countries, self.rng.randint(1, len(self.countries))),
        }
        if number:
            ban["instrument"] = self.rng.choice(INSTRUMENTS)
        if self.rng.random() < 0.5:
            ban["from"] = self.date(0.0, 0.5)
        if self.rng.random() < 0.7:
            ban["until"] = self.date(0.75) + 0.25
        return ban

    def choice(self, number: int) -> Table:
        return {
            "at": self.date(),
            "question": f"Res. {number}/1?",
            "kind": self.rng.choice(("vote", "aid", "other")),
            "countries": self.rng.sample(self.countries, self.rng.randint(1, len(self.countries))),
            "options": {
                name: self.option() for name in ("for", "abstain", "a.b")[: self.rng.randint(2, 3)]
            },
        }

    def option(self) -> Table:
        option: Table = {}
        for k in self.rng.sample(INSTRUMENTS, self.rng.randint(0, 3)):
            option[k] = {
                p: self.rng.choice((-3, -1, 1, 2)) for p in self.rng.sample(self.powers, 2)
            }
        if self.rng.random() < 0.6:
            option["reward"] = {self.rng.choice(self.powers): self.rng.uniform(-0.5, 2.0)}
        if self.rng.random() < 0.4:
            option["cost"] = self.rng.uniform(-0.5, 1.0)
        return option

    def shocks(self, document: Table) -> list[Table]:
        """Write shocks that keep every number in its range and do not contradict each other."""
        kinds = self.rng.sample(self.shockable(document), self.plan.shocks)
        result = []
        for number, (path, operation, value) in enumerate(kinds):
            shock: Table = {"path": path, "op": operation, "value": value()}
            if self.rng.random() < 0.7:
                shock["label"] = f"shock {number}"
            last = shock["at"] = self.date()
            if self.rng.random() < 0.3:
                last = START + self.plan.years - 0.3
                shock["at"] = {"dist": "uniform", "low": START - 0.2, "high": last}
            if self.rng.random() < 0.5:
                shock["until"] = last + self.rng.choice((0.25, 0.5, 1.0))
            if self.rng.random() < 0.4:
                shock["probability"] = self.number(0.3, 0.9, 1.0)
            result.append(shock)
        return result

    def shockable(self, document: Table) -> list[tuple[str, str, Callable[[], Any]]]:
        """Return what a shock may do: path, operation, how to write its value."""
        rng, number = self.rng, self.number
        p, q = rng.sample(self.powers, 2)
        i, k = rng.choice(self.countries), rng.choice(INSTRUMENTS)
        foreign = rng.choice([code for code in self.powers if code != i])
        found: list[tuple[str, str, Callable[[], Any]]] = [
            (f"partners.{p}.capacity.{k}", "multiply", lambda: number(0.1, 1.5)),
            (f"partners.{q}.trust", "multiply", lambda: number(0.2, 1.0, 1.0)),
            (f"partners.{p}.will", "set", lambda: number(0.0, 1.0, 1.0)),
            (f"partners.{q}.visits", "add", lambda: number(0.0, 5.0)),
            (f"partners.{p}.pressing", "multiply", lambda: number(0.0, 2.0)),
            (f"relations.rivalry.{p}.{q}", "add", lambda: number(0.0, 1.0)),
            (f"relations.rivalry.{q}.{p}", "multiply", lambda: number(0.0, 2.0)),
            ("relations.intensity", "multiply", lambda: number(0.5, 1.5)),
            (f"relations.closeness.{q}.{p}", "set", lambda: number(0.0, 1.0, 1.0)),
            ("threat", "add", lambda: number(0.0, 1.0)),
            (f"countries.{i}.threat.level", "multiply", lambda: number(0.3, 2.0)),
            (f"countries.{i}.threat.incident_rate", "add", lambda: number(0.0, 3.0)),
            (f"countries.{i}.returns.{k}.{foreign}", "add", lambda: number(-3.0, 3.0)),
            (f"countries.{i}.loyalty.{foreign}", "set", lambda: number(0.0, 6.0)),
            (f"countries.{i}.attention.{foreign}", "multiply", lambda: number(0.5, 2.0)),
            (f"countries.{i}.need.{k}", "add", lambda: number(0.0, 1.0)),
            (f"countries.{i}.others.{k}", "set", lambda: number(0.0, 0.5)),
            ("behaviour.autonomy", "multiply", lambda: number(0.0, 2.0)),
            (f"countries.{i}.behaviour.security", "add", lambda: number(0.0, 5.0)),
            ("behaviour.peers", "set", lambda: number(0.0, 5.0)),
            (f"instruments.{k}.inertia", "multiply", lambda: number(0.0, 2.0)),
            (f"instruments.{k}.salience", "multiply", lambda: number(0.5, 1.5)),
            (f"instruments.{k}.curvature", "add", lambda: number(0.0, 4.0)),
            ("ensemble.precision", "multiply", lambda: number(0.5, 1.5)),
            ("reactions.inducement_leak", "multiply", lambda: number(0.0, 1.0, 1.0)),
        ]
        for s, t in self.pairs:
            found.append((f"sanctions.{s}.{t}.enforcement", "set", lambda: number(0.0, 6.0)))
            found.append((f"sanctions.{s}.{t}.cut", "multiply", lambda: number(0.1, 1.0, 1.0)))
        if "futures" in document:
            w = rng.choice(list(document["futures"]))
            found.append((f"futures.{w}.prior", "multiply", lambda: number(0.2, 1.0, 1.0)))
            found.append((f"futures.{w}.likelihood", "set", lambda: number(0.2, 4.0)))
        return found


def document(plan: Plan) -> Table:
    """Return the document of a plan. The same plan gives the same document."""
    writer = Writer(plan)
    written = writer.document()
    for choice in written["choices"]:
        for option in choice["options"].values():
            for k in INSTRUMENTS:
                for p, steps in option.get(k, {}).items():
                    option[k][p] = steps * writer.steps[k]
    return written


def load(plan: Plan, folder: Path) -> Scenario:
    """Write the document of a plan to a file of a folder, and load it."""
    path = folder / "random.toml"
    path.write_text(tomli_w.dumps(document(plan)), encoding="utf-8")
    return hedgerow.load(path)


BUSY = Plan(seed=1)
"""A full scenario in which the sign of every term turns a choice within three rounds."""
