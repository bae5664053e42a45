"""What is reported at the end of a year, for one country."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hedgerow.model.parameters import Kind, Role

from . import payoff
from .payoff import Prospect, after, alignments

if TYPE_CHECKING:
    from .plain import Country

OTHER = "other"
LOW, HIGH = 45.0 - 1e-9, 55.0 + 1e-9
NAN = math.nan


def ratio(above: float, below: float) -> float:
    """Undefined over 0."""
    return above / below if below > 0.0 else NAN


def index(me: Country, a: dict[str, float]) -> float:
    """AI = 50 (1 + (a_A − a_B)/(a_A + a_B))."""
    first, second = (a[pole] for pole in me.model.poles)
    return 50.0 * (1.0 + ratio(first - second, first + second))


def follow_band(me: Country) -> None:
    """Hedging survives from the first quarter in the band to the first four outside it."""
    ai = index(me, alignments(me, me.ties))
    inside = LOW <= ai <= HIGH
    if inside and not me.entered:
        me.entered = True
        me.note("hedging_entered", "hedging", None, 0.0)
    if me.entered and not me.broken:
        me.in_band += 1
        me.outside = 0 if inside else me.outside + 1
        if me.outside == 4:
            me.broken = True
            me.note("hedging_broken", "hedging", None, (me.in_band - 4) / 4)


def kuik(me: Country, at: Prospect) -> tuple[float, float]:
    """Score of Kuik's spectrum and the share of engagement in it."""
    if not me.foe:
        return NAN, NAN
    will = me.model.now["will"]

    def total(role: Role, others: bool, willing: bool = False) -> float:
        return sum(
            x * (will[p] if willing else 1.0)
            for (k, p), x in at.ties.items()
            if k in me.model.having(role) and (p != me.foe) == others
        )

    limited, binding = total(Role.BANDWAGONS, False), total(Role.BINDS, False)
    trading, denying = total(Role.TRADES, False), total(Role.DENIES, True)
    balancing = total(Role.BALANCES, True, True)
    whole = limited + binding + trading + denying + balancing
    engaged = binding + trading + limited
    return ratio(balancing + denying - binding - limited, whole), ratio(engaged, whole)


def heat(me: Country, a: dict[str, float]) -> float:
    """Mean rivalry between pairs of partners, weighted by what is held with both."""
    pairs = [(p, q) for i, p in enumerate(me.model.powers) for q in me.model.powers[i + 1 :]]
    both = sum(a[p] * a[q] for p, q in pairs)
    return ratio(sum(me.rivalry(p, q) * a[p] * a[q] for p, q in pairs), both)


def concentration(parts: list[float], whole: float | None = None) -> float:
    """Herfindahl index of parts, and of the rest of the whole as one."""
    rest = 0.0 if whole is None else max(whole - sum(parts), 0.0)
    total = sum(parts) + rest
    return ratio(sum(x * x for x in (*parts, rest)), total * total)


def in_future(me: Country, at: Prospect) -> dict[str, float]:
    """U were each future certain."""
    futures = me.model.structure.futures
    sure = {w: {v: float(v == w) for v in futures} for w in futures}
    return {w: payoff.utility(me, replace(at, beliefs=sure[w])) for w in futures}


def tail(values: dict[str, float], beliefs: dict[str, float]) -> float:
    """Mean of the worst twentieth."""
    left, total = 0.05, 0.0
    for w in sorted(values, key=lambda w: values[w]):
        mass = min(beliefs[w], left)
        total, left = total + mass * values[w], left - mass
    return total / 0.05


def chosen(me: Country) -> list[str]:
    """Instruments that a country chooses."""
    return [*me.model.of(Kind.PROGRAMMES), *me.model.of(Kind.STEPS)]


def autonomy(me: Country, at: Prospect) -> float:
    """1 − the largest share of a partner in what all would be missed by (Morrow 1991)."""
    losses = []
    for p in me.partners:
        without = {(k, p): -at.ties[k, p] for k in chosen(me)}
        losses.append(max(payoff.utility(me, at) - payoff.utility(me, after(at, without)), 0.0))
    return 1.0 - ratio(max(losses), sum(losses))


def price_of_autonomy(me: Country, at: Prospect) -> float:
    """What is forgone in today's future against the better side."""
    today = me.model.structure.futures[0]
    sides = []
    for pole, other in (me.model.poles, me.model.poles[::-1]):
        ties = dict(at.ties)
        for k in chosen(me):
            moved = ties.get((k, other), 0.0)
            if (k, pole) in ties:
                ceiling = max(me.model.cap[k], ties[k, pole])
                ties[k, pole] = min(ties[k, pole] + moved, ceiling)
            if (k, other) in ties:
                ties[k, other] = 0.0
        sides.append(in_future(me, replace(at, ties=ties))[today])
    return max(sides) - in_future(me, at)[today]


def climb(me: Country, at: Prospect) -> Prospect:
    """The best whole step of any step tie, as long as one is better."""
    held = dict(me.counts)
    for _ in range(60):
        gain, step = 0.0, None
        for k in me.model.of(Kind.STEPS):
            size = me.model.step_size[k]
            options = {}
            for by in (1, -1):
                for p in me.partners:
                    if me.counts[k, p] + by >= 0 and me.step_allowed(k, p, by, at.ties):
                        then = after(at, {(k, p): by * size})
                        options[p, by] = payoff.utility(me, then) - payoff.utility(me, at)
            best = max(options, key=lambda o: options[o])
            if options[best] > gain + 1e-12:
                gain, step = options[best], (k, *best)
        if step is None:
            break
        k, p, by = step
        me.counts[k, p] += by
        at = after(at, {(k, p): by * me.model.step_size[k]})
    me.counts = held
    return at


def insurance(me: Country, at: Prospect) -> dict[str, float]:
    """Premium and payout of the best portfolio under belief against the best under certainty."""
    futures = me.model.structure.futures
    today = futures[0]
    sure = replace(at, beliefs={w: float(w == today) for w in futures})
    pool = [at, climb(me, at), replace(climb(me, sure), beliefs=at.beliefs)]
    by_future = [in_future(me, one) for one in pool]
    believed = [payoff.utility(me, one) for one in pool]
    hedged = by_future[believed.index(max(believed))]
    certain = [values[today] for values in by_future]
    safe = by_future[certain.index(max(certain))]
    other = [w for w in futures if w != today]
    mass = sum(at.beliefs[w] for w in other)

    def paid(values: dict[str, float]) -> float:
        return ratio(sum(at.beliefs[w] * (values[w] - safe[w]) for w in other), mass)

    result = {
        "premium": safe[today] - hedged[today],
        "payout": paid(hedged),
        "premium_held": safe[today] - by_future[0][today],
        "payout_held": paid(by_future[0]),
    }
    mu, cost = at.beliefs[today], result["premium_held"]
    gain = (1.0 - mu) * result["payout_held"]
    insured = float(cost >= 0.0 and gain >= mu * cost and gain > 0.0)
    return {**result, "insured": NAN if math.isnan(gain) else insured}


def shares(me: Country, k: str, held: dict[tuple[str, str], float]) -> dict[str, float]:
    """Shares of partners, suppliers outside politics in the whole."""
    whole = sum(held[k, s] for s in (*me.partners, OTHER))
    return {p: ratio(held[k, p] if p != me.code else 0.0, whole) for p in me.model.powers}


def of_year(me: Country) -> dict[str, Any]:
    """All measures of a country at the end of a year; those of ties by partner."""
    m, at = me.model, me.prospect()
    a = at.a
    ai = index(me, a)
    score, share = kuik(me, at)
    heated = heat(me, a) / (1 + heat(me, a))
    futures = in_future(me, at)
    result: dict[str, Any] = {
        "alignment_index": ai,
        "kuik_score": score,
        "hedging_index": (1 - abs(ai - 50) / 50) * 4 * share * (1 - share) * heated,
        "autonomy": autonomy(me, at),
        "payoff": sum(me.beliefs[w] * u for w, u in futures.items()),
        "tail_loss": tail(futures, me.beliefs),
        "threat": me.threat,
        "price_of_autonomy": price_of_autonomy(me, at),
        "rules_bound": ratio(me.struck, me.decisions),
        "tier": {p: float(me.tiers.get(p, 0)) for p in m.powers},
        "alignment": a,
        "exposure": alignments(me, at.ties, "exposure"),
        "pressure": dict(me.totals["pressure"]),
        "inducement": dict(me.totals["inducement"]),
    }
    result |= {f"belief_{w}": mu for w, mu in me.beliefs.items()}
    for k in m.instruments:
        ties = [at.ties[k, p] for p in me.partners]
        if m.kind[k] is Kind.PROGRAMMES:
            held = shares(me, k, me.arsenal)
            result[f"concentration_{k}"] = concentration(list(held.values()), 1.0)
            result[f"{k}_stock"] = held
            for what, window in me.windows.items():
                total = {tie: sum(year[tie] for year in window) for tie in window[0]}
                result[f"{k}_{what}"] = shares(me, k, total)
            continue
        if m.kind[k] is Kind.FLOW:
            result[f"concentration_{k}"] = concentration([x * x for x in ties], 1.0)
        else:
            result[f"concentration_{k}"] = concentration(ties)
        result[k] = {p: at.ties.get((k, p), 0.0) for p in m.powers}
    year = m.round // 4
    names = ("premium", "payout", "premium_held", "payout_held", "insured")
    if year == m.structure.years - 1 or (year + 1) % m.insured == 0:
        result |= insurance(me, at)
    else:
        result |= dict.fromkeys(names, NAN)
    for total in me.totals.values():
        total.update(dict.fromkeys(total, 0.0))
    me.decisions = me.struck = 0
    return result
