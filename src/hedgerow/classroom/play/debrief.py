"""What a game comes to: the path against bamboo, the rules tested, the price of insurance.

Three paths are set side by side: the player's, the model's own in the same world (the same
replicate, so the same shocks, incidents and tastes), and a thousand of the model's in all worlds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan

import numpy as np

from ...errors import BadGame
from .bamboo import LEVELS, RUNS, Bamboo, bamboo
from .cards import known
from .code import encode
from .game import Game, scenario_of
from .messages import Message, Value
from .replay import Run, Year, by_the_model, replay
from .told import did, happened, reasons_told

Numbers = tuple[float | None, ...]

_QUESTIONS = 3
_PRESSED = 0.5  # acts a year from which pressure is worth a question
_RARE = 0.5  # share of runs below which an answer is worth one


@dataclass(frozen=True)
class Path:
    """One measure by year: the player's, the model's in the same world, and quantiles of bamboo.

    `bamboo` maps the levels 0.05, 0.25, 0.5, 0.75 and 0.95 to numbers by year.
    """

    measure: str
    you: Numbers
    model: Numbers
    bamboo: dict[float, Numbers]


@dataclass(frozen=True)
class Rule:
    """A rule: the years in which it was tested, and in which it struck off a move that paid."""

    name: str
    tested: tuple[int, ...]
    bound: tuple[int, ...]


@dataclass(frozen=True)
class Told:
    """What the player did in a year, and what happened."""

    year: int
    did: tuple[Message, ...]
    happened: tuple[Message, ...]


@dataclass(frozen=True)
class Debrief:
    """A game looked back on.

    Attributes:
        code: of the game. country: code. years: that were played. runs: of bamboo.
        supplier: the power that sold most of the arsenal when the game began; may be empty.
        paths: by measure: ``alignment_index``, ``arms_stock:…`` and ``arms_orders:…`` of the
            supplier, ``premium``, ``payout``.
        by_term: the player's payoff at the end of each year by term.
        model_by_term: the model's, in the same world.
        rules: that were tested or bound. summary: what to know first. story: year by year.
        questions: three to write about, chosen by what happened.
    """

    code: str
    country: str
    years: tuple[int, ...]
    runs: int
    supplier: str
    paths: dict[str, Path]
    by_term: tuple[dict[str, float], ...]
    model_by_term: tuple[dict[str, float], ...]
    rules: tuple[Rule, ...]
    summary: tuple[Message, ...]
    story: tuple[Told, ...]
    questions: tuple[Message, ...]


def debrief(game: Game, runs: int = RUNS, kernel: str | None = None) -> Debrief:
    """Return what a game came to.

    Args:
        game: of which every year has its pick.
        runs: bamboo paths to set it against. kernel: that computes them.

    Raises:
        BadGame: the game is not over.
    """
    if not game.over:
        raise BadGame(f"this game is not over: {game.year} waits for its pick")
    return _Teller(game, runs, kernel).tell()


class _Teller:
    def __init__(self, game: Game, runs: int, kernel: str | None) -> None:
        self.game = game
        self.played: Run = replay(game)
        self.own: Run = by_the_model(game)
        self.bamboo: Bamboo = bamboo(game, runs, kernel)
        self.since = game.first - self.played.scenario.start
        self.mine: list[Year] = self.played.years[self.since :]
        self.models: list[Year] = self.own.years[self.since :]
        self.years = self.bamboo.years
        self.supplier = self._supplier()

    def tell(self) -> Debrief:
        arms = [f"{name}:{self.supplier}" for name in ("arms_stock", "arms_orders")]
        wanted = ["alignment_index", *(arms if self.supplier else []), "premium", "payout"]
        return Debrief(
            code=encode(self.game),
            country=self.game.country,
            years=self.years,
            runs=self.bamboo.runs,
            supplier=self.supplier,
            paths={measure: self._path(measure) for measure in wanted},
            by_term=tuple(year.by_term for year in self.mine),
            model_by_term=tuple(year.by_term for year in self.models),
            rules=tuple(self._rules()),
            summary=tuple(self._summary()),
            story=tuple(self._told(year) for year in self.mine),
            questions=tuple(self._questions())[:_QUESTIONS],
        )

    def _supplier(self) -> str:
        """The power with the largest share of the arsenal in the year before the game, or in it."""
        year = self.played.years[max(self.since - 1, 0)]
        shares = {p: v for p, v in year.ties.get("arms_stock", {}).items() if v > 0.0}
        return max(shares, key=lambda p: shares[p]) if shares else ""

    def _path(self, measure: str) -> Path:
        rows = self.bamboo.quantiles[measure]
        return Path(
            measure=measure,
            you=tuple(known(_value(year, measure)) for year in self.mine),
            model=tuple(known(_value(year, measure)) for year in self.models),
            bamboo={
                level: tuple(known(float(v)) for v in row)
                for level, row in zip(LEVELS, rows, strict=True)
            },
        )

    def _rules(self) -> Iterator[Rule]:
        names = {reason for year in self.mine for reason in (*year.refused, *year.bound)}
        for name in sorted(names):
            yield Rule(
                name,
                tuple(year.year for year in self.mine if name in year.refused),
                tuple(year.year for year in self.mine if name in year.bound),
            )

    def _told(self, year: Year) -> Told:
        after = happened(year, self.played.scenario.rungs)
        return Told(year.year, tuple(did(year, self.played.moves)), tuple(after))

    # what to know first ------------------------------------------------------------------------

    def _summary(self) -> Iterator[Message]:
        partners = self.played.scenario.partners
        first, second = (f"name.{partners[p]}" for p in self.played.structure.poles)
        index = _value(self.mine[-1], "alignment_index")
        low, middle, high = (self._end("alignment_index", level) for level in (0.05, 0.5, 0.95))
        yield Message(
            "debrief.index",
            {
                "year": self.years[-1],
                "index": index,
                "own": _value(self.models[-1], "alignment_index"),
                "low": low,
                "middle": middle,
                "high": high,
                "first": first,
                "second": second,
            },
        )
        below = self.bamboo.last[~np.isnan(self.bamboo.last)]
        if below.size and not isnan(index):
            yield Message("debrief.rank", {"share": float((below < index).mean()), "first": first})
        yield Message(
            "debrief.band",
            {
                "years": len(self.years),
                "inside": self._inside(self.mine),
                "own": self._inside(self.models),
                "middle": float(np.median(self.bamboo.in_band)),
            },
        )
        if self.supplier:
            measure = f"arms_stock:{self.supplier}"
            yield Message(
                "debrief.arms",
                {
                    "partner": f"name.{self.supplier}",
                    "year": self.years[-1],
                    "before": _value(self.mine[0], measure),
                    "after": _value(self.mine[-1], measure),
                    "low": self._end(measure, 0.05),
                    "high": self._end(measure, 0.95),
                },
            )
        mine, own = (np.mean([year.payoff for year in y]) for y in (self.mine, self.models))
        yield Message(
            "debrief.payoff", {"you": float(mine), "own": float(own), "gap": float(mine - own)}
        )
        if not isnan(self._mean("premium")):  # it is priced in some years only
            yield Message(
                "debrief.insurance",
                {
                    "premium": self._mean("premium"),
                    "payout": self._mean("payout"),
                    "own_premium": self._mean("premium", self.models),
                    "own_payout": self._mean("payout", self.models),
                },
            )
        tested = sum(bool(year.pick is not None and year.pick.tested) for year in self.mine)
        yield Message("debrief.tested" if tested else "debrief.untested", {"times": tested})

    def _end(self, measure: str, level: float) -> float:
        return float(self.bamboo.quantiles[measure][LEVELS.index(level), -1])

    def _inside(self, years: list[Year]) -> int:
        low, high = self.played.scenario.band
        return sum(low <= _value(year, "alignment_index") <= high for year in years)

    def _mean(self, measure: str, years: list[Year] | None = None) -> float:
        values = [_value(year, measure) for year in years or self.mine]
        defined = [value for value in values if not isnan(value)]
        return float(np.mean(defined)) if defined else float("nan")

    # questions to write about ------------------------------------------------------------------

    def _questions(self) -> Iterator[Message]:
        """Questions that fit what happened, the rarest events first; there are always three."""
        for asked in (self._on_rules, self._on_answers, self._on_leaving, self._on_pressure):
            question = asked()
            if question is not None:
                yield question
        yield self._on_terms()
        yield Message("write.insurance")
        yield Message(
            "write.staying", {"inside": self._inside(self.mine), "years": len(self.years)}
        )

    def _on_rules(self) -> Message | None:
        for year in self.mine:
            if year.refused:
                values: dict[str, Value] = {"year": year.year}
                values["reasons"] = reasons_told(year.refused)
                return Message("write.rule", values)
        return None

    def _on_answers(self) -> Message | None:
        """The answer that fewest runs of the model give."""
        given = [
            (self.bamboo.answers[question][option], question, option)
            for year in self.mine
            for question, option in year.answers.items()
        ]
        if not given or min(given)[0] >= _RARE:
            return None
        share, question, option = min(given)
        values: dict[str, Value] = {"question": f"question.{question}"}
        values |= {"option": f"option.{question}.{option}", "share": share}
        return Message("write.answer", values)

    def _on_leaving(self) -> Message | None:
        """The year in which the index was farthest outside what 90 % of bamboo does."""
        path = self._path("alignment_index")
        farthest, message = 0.0, None
        for place, year in enumerate(self.years):
            index, low, high = path.you[place], path.bamboo[0.05][place], path.bamboo[0.95][place]
            if index is None or low is None or high is None:
                continue
            beyond = max(low - index, index - high)
            if beyond > farthest:
                farthest = beyond
                values: dict[str, Value] = {"year": year, "index": index, "low": low, "high": high}
                message = Message("write.leaving", values)
        return message

    def _on_pressure(self) -> Message | None:
        """The year and the power of the strongest pressure."""
        level, year, power = max(
            (value, year.year, power)
            for year in self.mine
            for power, value in year.ties["pressure"].items()
        )
        if level < _PRESSED:
            return None
        return Message("write.pressure", {"year": year, "partner": f"name.{power}", "level": level})

    def _on_terms(self) -> Message:
        """The term in which the player differs most from the model in the same world."""
        terms = {term for year in (*self.mine, *self.models) for term in year.by_term}
        gaps = {
            term: sum(
                mine.by_term.get(term, 0.0) - own.by_term.get(term, 0.0)
                for mine, own in zip(self.mine, self.models, strict=True)
            )
            / len(self.mine)
            for term in sorted(terms)
        }
        term = max(gaps, key=lambda t: abs(gaps[t]))
        return Message("write.term", {"term": f"term.{term}", "gap": gaps[term]})


def _value(year: Year, measure: str) -> float:
    column, _, partner = measure.partition(":")
    return year.ties[column][partner] if partner else year.measures[column]


def names_of(game: Game) -> dict[str, str]:
    """Return names of the scenario by key, of all that a catalogue may not know."""
    scenario = scenario_of(game)
    codes = (*scenario.partners, *scenario.countries)
    names = {f"name.{code}": scenario.title_of(code) for code in codes}
    names |= {f"future.{code}": scenario.title_of(code) for code in scenario.futures}
    events = scenario.resolved["events"]
    names |= {f"rung.{name}": name for name in scenario.rungs}
    names |= {f"event.{name}": str(event.get("name") or name) for name, event in events.items()}
    rules = scenario.resolved["rules"]
    return names | {f"rule.{name}": str(rule.get("title") or name) for name, rule in rules.items()}
