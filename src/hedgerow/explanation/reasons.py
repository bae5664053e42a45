"""Replays one run up to a moment, and returns its menus: habit, and politics term by term."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ..arguments import as_written, whole
from ..model import answers, desks, labels, programmes, votes
from ..model.decompose import by_term
from ..model.events import CAUSES
from ..model.moment import Moment
from ..model.parameters import ROUNDS_A_YEAR, TOP_RUNG, Floats
from ..model.payoff import Form, Point, price_change, price_steps
from ..model.record import EventRows
from ..model.rules import change_of
from ..model.simulate import Block
from ..model.strategies import STRATEGIES
from ..scenario import Scenario
from ..scenario.compile import world as compile_world
from ..scenario.wording import event_words
from .forbidden import (
    ITSELF,
    NOTHING_THERE,
    forbids_bundle,
    forbids_rung,
    forbids_step,
    forbids_supplier,
)
from .menus import Act, Explanation, Menu, Option, TierMenu

__all__ = ["Act", "Explanation", "Menu", "Option", "TierMenu", "explain"]

_MOST = 2**63 - 1


def explain(
    scenario: Scenario,
    country: str,
    year: int,
    replicate: int = 0,
    quarter: int = 1,
    tiers: Sequence[str] = (),
    seed: int | None = None,
) -> Explanation:
    """Replay one run up to a year and return its menus there.

    Args:
        scenario: the scenario.
        country: code of a hedging country.
        year: a year of the scenario.
        replicate: number of the run. It is the same run as in an ensemble of any size.
        quarter: quarter whose desks are explained, 1 to 4.
        tiers: partners whose label is explained even if it did not change in the year.
        seed: the seed; by default that of the scenario, or 0.

    Raises:
        ValueError: an unknown country or partner, or a moment outside the scenario.
    """
    country = as_written(country, scenario.countries)
    if country not in scenario.countries:
        raise ValueError(f"country {country!r}: expected {_one_of(scenario.countries)}")
    others = [partner for partner in scenario.partners if partner != country]
    tiers = [as_written(partner, others) for partner in tiers]
    for partner in tiers:
        if partner not in others:
            raise ValueError(f"partner {partner!r} of {country}: expected {_one_of(others)}")
    year, quarter = whole("year", year), whole("quarter", quarter)
    replicate = whole("replicate", replicate)
    if not scenario.start <= year <= scenario.end:
        raise ValueError(f"year {year}: expected {scenario.start} to {scenario.end}")
    if not 1 <= quarter <= ROUNDS_A_YEAR:
        raise ValueError(f"quarter {quarter}: expected 1 to {ROUNDS_A_YEAR}")
    if not 0 <= replicate <= _MOST:
        raise ValueError(f"replicate {replicate}: expected 0 to {_MOST}")
    seed = whole("seed", seed) if seed is not None else (scenario.seed or 0)
    block = Block(compile_world(scenario, np.array([replicate], dtype=np.uint64), seed))
    explainer = _Explainer(block, scenario, country, quarter, tuple(dict.fromkeys(tiers)))
    while block.round < (year - scenario.start) * ROUNDS_A_YEAR:
        before = explainer.rungs
        block.step()
        explainer.note_labels(before, block.round - 1)
    return replace(explainer.explain(), replicate=replicate, seed=seed)


def _one_of(codes: Sequence[str]) -> str:
    return codes[0] if len(codes) == 1 else f"one of {', '.join(codes)}"


class _Explainer:
    """Plays one year quarter by quarter, and records every menu before the choice is made."""

    def __init__(
        self, block: Block, scenario: Scenario, country: str, quarter: int, wanted: tuple[str, ...]
    ) -> None:
        self.block, self.scenario, self.country = block, scenario, country
        self.structure = block.world.structure
        self.i = self.structure.countries.index(country)
        self.rung_names: tuple[str, ...] = tuple(scenario.resolved["labels"]["names"])
        self.changed: dict[int, tuple[int, int, str]] = {}
        self.quarter, self.wanted = quarter, wanted
        self.moves: list[Menu] = []
        self.orders: list[Menu] = []
        self.choices: list[Menu] = []
        self.tiers: list[TierMenu] = []

    @property
    def rungs(self) -> NDArray[np.int64]:
        """Rung with every partner now: (P,)."""
        return self.block.state.tiers[:, self.i].copy()

    def note_labels(self, before: NDArray[np.int64], round_: int) -> None:
        """Record which labels the quarter changed."""
        for p in np.nonzero(self.rungs != before)[0]:
            self.changed[int(p)] = (*self._date(round_), self.rung_names[before[p]])

    def explain(self) -> Explanation:
        """Play the year that begins now, and return its menus."""
        block, i = self.block, self.i
        year = self._date(block.round)[0]
        known = len(self._rows())
        no_visit = np.ones(len(self.structure.partners))
        block.watch, block.watch_order = self._look, self._look_at_order
        for now in range(1, ROUNDS_A_YEAR + 1):
            if "visits" in self.structure.processes:
                no_visit *= 1.0 - labels.visit_chance(block.frame)[:, i]
            before, known_tiers = self.rungs, len(self.tiers)
            block.step()
            for place in range(known_tiers, len(self.tiers)):
                menu = self.tiers[place]
                p = self.structure.partners.index(menu.partner)
                self.tiers[place] = _taken(menu, self._rung_label(before[p], self.rungs[p]))
            self.note_labels(before, block.round - 1)
            if now == self.quarter:
                beliefs = block.state.beliefs[:, i].tolist()
                threat, incidents = float(block.state.threat[i]), float(block.state.fresh[i])
        futures = self.scenario.resolved["futures"]
        chance = dict(zip(self.structure.partners, (1.0 - no_visit).tolist(), strict=True))
        return Explanation(
            scenario=self.scenario.title,
            country=self.country,
            year=year,
            quarter=self.quarter,
            replicate=0,
            seed=0,
            strategy=self.structure.strategies[i],
            beliefs=dict(zip(self.structure.futures, beliefs, strict=True)),
            threat=threat,
            incidents=incidents,
            moves=tuple(self.moves),
            orders=tuple(self.orders),
            choices=tuple(self.choices),
            tiers=tuple(
                replace(menu, visit_chance=chance[menu.partner])
                for menu in self.tiers
                if menu.came or menu.partner in self.wanted or menu.changes
            ),
            acts=self._acts(known),
            wanted=self.wanted,
            names={code: f["name"] for code, f in futures.items() if f.get("name")},
        )

    def _date(self, round_: int) -> tuple[int, int]:
        """Year and quarter (1–4) of a round."""
        years, quarters = divmod(round_, ROUNDS_A_YEAR)
        return self.scenario.start + years, quarters + 1

    def _look(self, block: Block, kind: str, which: int, chosen: NDArray[np.int64] | None) -> None:
        """Note the menu of a decision before it is made, and what was chosen after it."""
        now = self._date(block.round)[1]
        if kind == "desk" and now == self.quarter:
            if chosen is None:
                self.moves.append(self._desk(which))
            else:
                self.moves[-1] = _taken(self.moves[-1], self._step_label(which, chosen[self.i]))
        elif kind == "labels":
            self.tiers += [self._ladder(p) for p in range(len(self.structure.partners))]
        elif kind == "offer" and block.made[which][self.i]:
            if chosen is None:
                self.choices.append(self._offer(which))
            else:
                took = "accept" if chosen[self.i] else "decline"
                self.choices[-1] = _taken(self.choices[-1], took)
        elif kind in ("vote", "choice"):
            listed = self.structure.votes if kind == "vote" else self.structure.choices
            one = listed[which]
            if self.i not in one.countries:
                return
            if chosen is None:
                self.choices.append(self._vote(which) if kind == "vote" else self._choice(which))
            else:
                self.choices[-1] = _taken(self.choices[-1], one.options[chosen[self.i]])

    # menus -------------------------------------------------------------------------------------

    def _by_term(self, price: Callable[[Form, Point], Floats]) -> dict[str, Floats]:
        block = self.block
        return by_term(
            self.structure,
            block.frame,
            block.state,
            block.point.x,
            block.mind.form.foreseen,
            price,
        )

    def _note_on_values(self) -> str:
        """A remark if the strategy uses other values than the payoff, else empty."""
        name = self.structure.strategies[self.i]
        if STRATEGIES[name].want is None:
            return ""
        return f"the value is what a {name.replace('_', ' ')} wants; the terms are of the payoff"

    def _step_label(self, k: int, option: int) -> str:
        partners = self.structure.partners
        if option < 0:
            return "hold"
        verb = "deepen" if option < len(partners) else "loosen"
        instrument = self.structure.instruments[k].name
        return f"{verb} {instrument} with {partners[option % len(partners)]}"

    def _desk(self, k: int) -> Menu:
        block, i = self.block, self.i
        omega = block.omega("steps")
        log_weight, _, allowed, payoff = desks.options(block.now, k)
        habit = log_weight - omega * payoff
        chance = _with_hold(log_weight[:, i], allowed[:, i])
        anyway = _with_hold(habit[:, i], allowed[:, i])
        size = float(self.structure.step[k])
        split = self._by_term(lambda form, point: np.concatenate(price_steps(form, point, k, size)))
        options = [Option("hold", 0.0, anyway[0], chance[0])]
        count = len(self.structure.partners)
        for o in range(2 * count):
            by = 1 if o < count else -1
            reasons: tuple[str, ...] = ()
            if not allowed[o, i]:
                reasons = forbids_step(block, self.scenario, i, k, o % count, by)
            empty = NOTHING_THERE in reasons or ITSELF in reasons
            options.append(
                Option(
                    self._step_label(k, o),
                    -inf if empty else float(omega[i] * payoff[o, i]),
                    anyway[1 + o],
                    chance[1 + o],
                    {} if empty else _parts(split, (o, i), omega[i]),
                    reasons,
                )
            )
        name = self.structure.instruments[k].name.capitalize()
        return _menu(f"{name}", self._date(block.round), options, self._note_on_values())

    def _look_at_order(
        self,
        block: Block,
        k: int,
        columns: NDArray[np.intp],
        sizes: Floats,
        weight: Floats,
        supplier: NDArray[np.int64],
    ) -> None:
        """Note the menu of suppliers for a programme of the country."""
        at = np.flatnonzero(columns == self.i)
        if not at.size:
            return
        i, q, place = self.i, block.frame, int(at[0])
        omega = block.omega("arms")
        size = float(sizes[place])
        some = _calm(block.now.of(columns))
        more = programmes.added(some.q, some.s, k, sizes)
        neutral = programmes.log_weights_of(some, k, more)
        neutral = np.where(np.isfinite(weight), neutral, -inf)
        grown = programmes.added(q, block.state, k, np.full(q.columns.size, size))
        split = self._by_term(lambda form, point: price_steps(form, point, k, grown)[0])
        sellers = (*self.structure.partners, "others")
        chance, anyway = _shares(weight[:, place]), _shares(neutral[:, place])
        options = []
        for p, name in enumerate(sellers):
            politics = p < len(self.structure.partners)
            reasons: tuple[str, ...] = ()
            if politics:
                reasons = forbids_supplier(block, self.scenario, i, k, p, float(grown[p, i]))
            value = float(weight[p, place] - neutral[p, place]) if not reasons else -inf
            parts = _parts(split, (p, i), omega[i]) if politics and not reasons else {}
            options.append(
                Option(f"order from {name}", value, anyway[p], chance[p], parts, reasons)
            )
        instrument = self.structure.instruments[k].name
        title = f"Order of {instrument} of {size:.0f} million TIV"
        menu = _menu(title, self._date(block.round), options, self._note_on_values())
        self.orders.append(_taken(menu, f"order from {sellers[supplier[place]]}"))

    def _value(self, one: answers.Offer, luck: Floats | float) -> tuple[float, dict[str, float]]:
        """V of an option and its parts: terms, goodwill, risk, and the offer's own worth."""
        block, i, q, s = self.block, self.i, self.block.frame, self.block.state
        omega = block.omega("offers")
        value = answers.values(block.now, one, luck)
        change = change_of(self.structure, q, s, one.bundle)
        parts = _parts(
            self._by_term(lambda form, point: price_change(form, point, change)), (i,), omega[i]
        )
        parts["goodwill"] = float(omega[i] * (block.goodwill[:, i] @ one.cover))
        if one.provokes >= 0:
            parts["what it may provoke"] = float(omega[i] * one.risk * block.stake[one.provokes, i])
        own = answers.own_worth(block.now, one, luck)
        parts["worth of the offer"] = float(np.broadcast_to(own, omega.shape)[i])
        return float(value[i]), {name: part for name, part in parts.items() if part}

    def _bars(self, one: answers.Offer) -> tuple[str, ...]:
        if answers.open_to(self.block.now, one)[1][self.i]:
            return ()
        return forbids_bundle(self.block, self.scenario, self.i, one.bundle, one.pledge >= 0)

    def _offer(self, event: int) -> Menu:
        block, name = self.block, self.structure.events[event].name
        one = answers.of_event(self.structure, event)
        luck = answers.luck_of(block.streams, answers.codes_for(self.structure, name), block.round)
        value, parts = self._value(one, luck)
        reasons = self._bars(one)
        chance = 0.0 if reasons else float(_with_hold(np.array([value]), np.array([True]))[1])
        anyway = 0.0 if reasons else 0.5
        options = [
            Option("decline", 0.0, 1.0 - anyway, 1.0 - chance),
            Option("accept", value, anyway, chance, parts, reasons),
        ]
        power = self.structure.partners[self.structure.events[event].power]
        title = f"Offer of {power}: {event_words(name, power)}"
        return _menu(title, self._date(block.round), options, self._note_on_values())

    def _choice(self, place: int) -> Menu:
        block, choice = self.block, self.structure.choices[place]
        known = answers.codes_for(self.structure, choice.question)
        luck = answers.luck_of(block.streams, known, block.round)
        found = []
        for o, name in enumerate(choice.options):
            one = answers.option(choice, o)
            found.append((name, *self._value(one, luck), self._bars(one)))
        allowed = np.array([not reasons for *_, reasons in found])
        chance = _shares(np.where(allowed, [value for _, value, *_ in found], -inf))
        anyway = _shares(np.where(allowed, 0.0, -inf))
        options = [
            Option(name, value, anyway[o], chance[o], parts, reasons)
            for o, (name, value, parts, reasons) in enumerate(found)
        ]
        return _menu(choice.question, self._date(block.round), options, self._note_on_values())

    def _vote(self, place: int) -> Menu:
        block, i = self.block, self.i
        vote = self.structure.votes[place]
        omega = block.omega("votes")
        payoff = votes.politics(self.structure, block.frame, vote, block.goodwill)
        odds = votes.chances(block.now, vote, block.streams)[:, i]
        flat = votes.chances(_calm(block.now), vote, block.streams)[:, i]
        options = []
        for o, name in enumerate(vote.options):
            at = votes.FOR - o
            parts = {"politics": float(omega[i] * payoff[at, i])} if payoff[at, i] else {}
            options.append(
                Option(
                    name,
                    float(omega[i] * payoff[at, i]),
                    float(flat[at] / flat.sum()),
                    float(odds[at] / odds.sum()),
                    parts,
                )
            )
        return _menu(f"Vote on {vote.question}", self._date(block.round), options)

    def _rung_label(self, before: int, after: int) -> str:
        return self.rung_names[before] if before == after else f"rise to {self.rung_names[after]}"

    def _ladder(self, partner: int) -> TierMenu:
        block, i, q, s = self.block, self.i, self.block.frame, self.block.state
        now = int(s.tiers[partner, i])
        omega = block.omega("labels")
        rates, allowed = labels.hazards(block.now, block.visited)
        anyway, _ = labels.hazards(_calm(block.now), block.visited)
        stay = float(np.exp(-rates[:, partner, i].sum() / ROUNDS_A_YEAR))
        rest = float(np.exp(-anyway[:, partner, i].sum() / ROUNDS_A_YEAR))
        pledged = labels.pledge_worth(block.now)
        worth = labels.worth(block.now)
        rises = []
        for jump in range(1, TOP_RUNG + 1 - now):
            value = worth[jump - 1]
            short = q["shortfall"] * q["will"][partner] * s.shortfall * jump
            parts = {"shortfall": float(omega[i] * short[i])}
            if now + jump == TOP_RUNG:
                parts["pledge"] = float(omega[i] * pledged[partner, i])
            parts["parity"] = float(omega[i] * value[partner, i]) - sum(parts.values())
            may = bool(allowed[jump - 1, partner, i])
            rises.append(
                Option(
                    self._rung_label(now, now + jump),
                    float(omega[i] * value[partner, i]),
                    _portion(anyway[:, partner, i], jump, 1.0 - rest) if may else 0.0,
                    _portion(rates[:, partner, i], jump, 1.0 - stay) if may else 0.0,
                    {name: part for name, part in parts.items() if part},
                    () if may else forbids_rung(self.scenario, i, now + jump),
                )
            )
        kept = 1.0 - sum(option.habit for option in rises)  # it stays where a rule strikes a rise
        chance = 1.0 - sum(option.probability for option in rises)
        options = [Option(self.rung_names[now], 0.0, kept, chance), *rises]
        code = self.structure.partners[partner]
        menu = _menu(f"Label with {code}", self._date(block.round), options)
        return TierMenu(
            **vars(menu),
            partner=code,
            now=self.rung_names[now],
            came=bool(block.visited[partner, i]),
            changed=self.changed.get(partner),
        )

    def _rows(self) -> list[EventRows]:
        return cast("list[EventRows]", self.block.record.events)

    def _acts(self, known: int) -> tuple[Act, ...]:
        """What powers did since the first `known` events of the record."""
        found = []
        for rows in self._rows()[known:]:
            for at in np.flatnonzero(rows.country == self.i).tolist():
                if rows.partner < 0 or rows.kind not in ("coercion", "offer", "visit"):
                    continue
                cause, rival = int(rows.cause[at]), int(rows.rival[at])
                why = rows.question or (CAUSES[cause] if cause >= 0 else "rate")
                if rival >= 0:
                    link = "to" if why == "tilt" else "of"
                    why = f"{why} {link} {self.structure.partners[rival]}"
                until = float(rows.until[at])
                found.append(
                    Act(
                        rows.event,
                        rows.kind,
                        self.structure.partners[rows.partner],
                        rows.quarter,
                        why,
                        float(rows.value[at]),
                        None if np.isnan(until) else until,
                    )
                )
        return tuple(found)


def _calm(now: Moment) -> Moment:
    """The same moment where politics weigh nothing."""
    return replace(now, weight=np.zeros_like(now.weight))


def _with_hold(log_weight: Floats, allowed: NDArray[np.bool_]) -> list[float]:
    """Probabilities of holding and of each option (M,), holding having weight 1."""
    return _shares(np.concatenate([[0.0], np.where(allowed, log_weight, -inf)]))


def _shares(log_weight: Floats) -> list[float]:
    """Probabilities of options with some log-weights."""
    odds = np.exp(log_weight - log_weight.max())
    return (odds / odds.sum()).tolist()


def _portion(rates: Floats, jump: int, whole: float) -> float:
    total = float(rates.sum())
    return whole * float(rates[jump - 1]) / total if total > 0.0 else 0.0


def _parts(split: dict[str, Floats], at: tuple[int, ...], omega: float) -> dict[str, float]:
    found = {name: float(omega * value[at]) for name, value in split.items()}
    return {name: value for name, value in found.items() if value != 0.0}


def _menu(title: str, date: tuple[int, int], options: list[Option], note: str = "") -> Menu:
    ranked = sorted(options, key=lambda option: (-option.probability, bool(option.forbidden_by)))
    return Menu(title, *date, tuple(ranked), note)


def _taken[M: Menu](menu: M, label: str) -> M:
    """Return the menu with the option of this label marked as chosen."""
    options = tuple(replace(option, chosen=option.label == label) for option in menu.options)
    return replace(menu, options=options)
