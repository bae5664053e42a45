"""Votes: quantal response with abstention as an option of its own.

P(against) : P(abstain) : P(for) = exp(−η) : exp(a) : exp(η), "for" hitting the subject. η and a are
habit, fitted to roll calls (Bailey, Strezhnev and Voeten 2017 for positions); politics tilts
them by what powers are foreseen to answer, and by a norm against speaking up for a violator.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .beliefs import of_peers
from .choice import in_order
from .frame import Frame
from .moment import Moment
from .parameters import ROUNDS_A_YEAR, Floats, Kind, Role, Structure, Vote
from .portfolio import summed
from .state import State, share_of
from .streams import Purpose, Streams, codes_of, normal

AGAINST, ABSTAIN, FOR = range(3)
"""Options in their natural order, from which one is drawn."""

RECENT = 3 * ROUNDS_A_YEAR
"""Quarters for which votes in a class are remembered."""


@dataclass(frozen=True)
class Record:
    """What a country's own votes say: last vote on the issue, mean in the class, peers: (D,) each.

    NaN where there is none. `new` (D,) tells where the issue is new to the country.
    """

    own: Floats
    own_class: Floats
    peers: Floats


def record(world: Structure, q: Frame, s: State, vote: Vote) -> Record:
    """Return what is remembered when a resolution is put."""
    d = q.columns.size
    none = np.full(d, np.nan)
    own = s.last_votes.get(vote.issue, none)
    recent = [
        votes
        for round_, kind, votes in s.cast
        if kind == vote.kind and vote.round - RECENT <= round_ < vote.round
    ]
    count, total = np.zeros(d), np.zeros(d)
    for votes in recent:
        count += ~np.isnan(votes)
        total += np.where(np.isnan(votes), 0.0, votes)
    known = world.class_records.size and vote.round < RECENT
    before = world.class_records[vote.kind][q.country] if known else none
    mean = np.where(count > 0.0, total / np.maximum(count, 1.0), before)
    weight = of_peers(q, (~np.isnan(own)).astype(np.float64))
    voted = of_peers(q, np.where(np.isnan(own), 0.0, own))
    return Record(own, mean, np.where(weight > 0.0, voted / np.maximum(weight, 1e-12), np.nan))


def position(q: Frame, s: State) -> Floats:
    """z: a country's position in standard deviations of those whose votes were fitted: (D,)."""
    return (s.position - q["position_mean"]) / q["position_spread"]


def divided(world: Structure, vote: Vote) -> float:
    """d = Σ ± v/4: how the resolution divides the West from Russia and China.

    The mean of the poles' friends is read from the powers named USA, EU, RUS and CHN where they
    are partners.
    """
    total = 0.0
    for name, sign in (("USA", 1.0), ("EU", 1.0), ("RUS", -1.0), ("CHN", -1.0)):
        if name in world.partners:
            voted = vote.powers[world.partners.index(name)]
            total += sign * (0.0 if np.isnan(voted) else voted)
    return total / 4.0


def effects(world: Structure, q: Frame, vote: Vote, streams: Streams) -> tuple[Floats, Floats]:
    """Random effects in η and in a: of the issue and the roll call, one for all states, and of the
    state, by itself, by how the powers divide, by subject and by class: two (D,).
    """
    d = divided(world, vote)
    subject = "none" if vote.subject < 0 else world.partners[vote.subject]
    kind = world.classes[vote.kind]

    def drawn(names: list[str]) -> Floats:
        return normal(*streams.by_country(Purpose.EFFECT, 0, codes_of(names)))

    def common(name: str) -> Floats:
        return np.tile(drawn([name]), q.n)

    def own(name: str) -> Floats:
        return drawn([f"vote|{i}|{name}" for i in world.countries])

    eta = (
        q["issue_sd"] * common(f"issue|{vote.issue}")
        + q["roll_call_sd"] * common(f"roll call|{vote.question}")
        + q["state_sd"] * own("state")
        + q["state_divided_sd"] * d * own("divided")
        + q["state_subject_sd"] * own(f"subject|{subject}")
        + q["state_class_sd"] * own(f"class|{kind}")
        + q["vote_state"]
    )
    a = (
        q["issue_abstain_sd"] * common(f"abstain|issue|{vote.issue}")
        + q["roll_call_abstain_sd"] * common(f"abstain|roll call|{vote.question}")
        + q["class_abstain_sd"] * common(f"abstain|class|{kind}")
        + q["state_abstain_sd"] * own("abstain")
        + q["vote_state_abstain"]
    )
    return eta, a


def habit(world: Structure, q: Frame, s: State, vote: Vote, x: Floats) -> tuple[Floats, Floats]:
    """η and a but for random effects: two (D,). x: ties (K, P, D)."""
    past = record(world, q, s, vote)
    known = ~np.isnan(past.own)
    own = np.where(known, past.own, 0.0)
    alike = np.where(known | np.isnan(past.own_class), 0.0, past.own_class)
    z, d = position(q, s), divided(world, vote)
    powers = np.where(np.isnan(vote.powers), 0.0, vote.powers)[:, None]
    arms = np.zeros(s.tiers.shape)
    for k in world.having(Role.ARSENAL):
        arms = arms + np.nan_to_num(share_of(s.arsenal[k]))
    trade = np.zeros(s.tiers.shape)
    for k in world.of(Kind.FLOW):
        trade = trade + x[k] * x[k]
    ties = q["vote_arms"] * arms + q["vote_trade"] * trade + q["vote_pact"] * q["pact"]
    eta = (
        q["vote_constant"]
        + q["vote_class"][vote.kind]
        + (q["vote_divided"] + q["vote_position_divided"] * z) * d
        + q["vote_position"] * z
        + summed(powers * ties)
        + q["vote_own"] * own
        + q["vote_own_class"] * alike
        + q["vote_peers"] * np.nan_to_num(past.peers)
    )
    if vote.subject >= 0:
        eta = eta + q["vote_arms_hit"] * arms[vote.subject]
        eta = eta + q["vote_self"] * (q.not_self[vote.subject] == 0.0)
    a = q["vote_abstain"] + q["vote_own_abstained"] * (known & (past.own == 0.0))
    return eta, a


def answer_cover(world: Structure, vote: Vote, option: int) -> Floats:
    """How a vote changes each power's goodwill: less of who is hit, more of the sponsors: (P,)."""
    side = option - ABSTAIN  # −1, 0, 1
    cover = np.zeros(len(world.partners))
    if vote.subject >= 0:
        cover[vote.subject] -= side
    for p in vote.sponsors:
        cover[p] += side
    return cover


def politics(world: Structure, q: Frame, vote: Vote, goodwill: Floats) -> Floats:
    """ΔU of each option against abstaining: (3, D).

    What powers are foreseen to answer, and −ν viol nearness for a vote against a resolution that
    hits a violator of the Charter (S3:29, S3:77, S4:46).
    """
    value = np.zeros((3, q.columns.size))
    for option in (AGAINST, FOR):
        cover = answer_cover(world, vote, option)
        for p in np.flatnonzero(cover).tolist():
            value[option] += goodwill[p] * cover[p]
    if vote.subject >= 0:
        p = vote.subject
        value[AGAINST] -= q["norm"] * q["violation"][p] * q["nearness"][p]
    return value


def odds(world: Structure, eta: Floats, a: Floats, omega: Floats, payoff: Floats) -> Floats:
    """Odds of voting against, abstaining and voting for: (3, D)."""
    base = np.stack([-eta, a, eta])
    if "votes" in world.flat:
        base = np.zeros(base.shape)
    log_odds = base + omega * payoff
    return np.exp(log_odds - log_odds.max(axis=0))


def chances(now: Moment, vote: Vote, streams: Streams) -> Floats:
    """Odds of voting against, abstaining and voting for, as things stand: (3, D)."""
    world, q = now.world, now.q
    eta, a = habit(world, q, now.s, vote, now.point.x)
    more, abstain = effects(world, q, vote, streams)
    payoff = politics(world, q, vote, now.goodwill)
    return odds(world, eta + more, a + abstain, now.omega("votes"), payoff)


def cast(now: Moment, vote: Vote, streams: Streams) -> NDArray[np.int64]:
    """Let the countries of a roll call vote: (D,) places in `Vote.options`, −1 if not asked."""
    chance = chances(now, vote, streams)
    codes = codes_of([f"{i}|{vote.question}" for i in now.world.countries])
    u = streams.by_country(Purpose.ANSWER, vote.round, codes)[0]
    asked = np.isin(now.q.country, vote.countries)
    return np.where(asked, FOR - in_order(chance, u), -1)


def note(world: Structure, s: State, vote: Vote, chosen: NDArray[np.int64]) -> None:
    """Remember a vote, and what goodwill it won and lost. chosen: (D,) as `cast` returns it."""
    voted = np.where(chosen >= 0, 1.0 - chosen, np.nan)
    old = s.last_votes.get(vote.issue, np.full(voted.shape, np.nan))
    s.last_votes = s.last_votes | {vote.issue: np.where(np.isnan(voted), old, voted)}
    s.cast = [entry for entry in s.cast if entry[0] >= vote.round - RECENT]
    s.cast.append((vote.round, vote.kind, voted))
    for place in range(3):
        cover = answer_cover(world, vote, FOR - place)
        s.cover += cover[:, None] * (chosen == place)
