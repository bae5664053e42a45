"""How states vote: quantal response with abstention as an option of its own.

η and a are `hedgerow.model.votes.habit`. They are linear in its coefficients, so that the column
of a coefficient is what habit gives where that one is 1 and all others are 0. The panel's roll
calls are put one after the other, and noted by the model, which so remembers what a simulated state
would.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Self

import numpy as np

from ...model import votes
from ...model.parameters import ROUNDS_A_YEAR, Vote
from .frames import frame, state
from .penalised import Floats, Likelihood, Places
from .report import Row, linear
from .sample import FIRST, START, SUPPLIERS, Sample
from .suppliers import arsenals

POWERS = ("RUS", "CHN", "USA", "EU")
"""Powers whose votes are read."""

ETA = {
    "constant": "constant",
    "divided": "divided",
    "position_divided": "position_divided",
    "position": "position",
    "arms": "arms",
    "trade": "trade",
    "pact": "pact",
    "arms_hit": "arms_hit",
    "self": "self",
    "own": "own",
    "own_class": "own_class",
    "peers": "peers",
}
A = {"abstain": "abstain", "own_abstained": "own_abstained"}
TESTED = ("politics", "trend")
"""Terms that are left out: foreseen answers of the power that is hit, by trade; a trend."""

PRIOR_SD = 3.0

CLASSES = ("territorial", "human_rights", "coercion", "arms_control", "punitive", "nazism")

GROUPS = {
    "issue": "issue_sd",
    "roll call": "roll_call_sd",
    "state": "state_sd",
    "state by division": "state_divided_sd",
    "state by subject": "state_subject_sd",
    "state by class": "state_class_sd",
    "issue, abstaining": "issue_abstain_sd",
    "roll call, abstaining": "roll_call_abstain_sd",
    "state, abstaining": "state_abstain_sd",
    "class, abstaining": "class_abstain_sd",
}
"""Names in a scenario of the standard deviations of pooled effects."""

OF_STATES = (
    "state",
    "state by division",
    "state by subject",
    "state by class",
    "state, abstaining",
)

_SIGN = {"Y": 1.0, "N": -1.0, "A": 0.0}


def class_of(kind: str, title: str) -> str:
    """Return the class of a roll call, of `CLASSES`, by its kind in the panel and its title."""
    if "Nazi" in title:
        return "nazism"
    if kind == "embargo" or "coerc" in title:
        return "coercion"
    return kind.replace(" ", "_")


class Votes(Likelihood):
    """P(against) : P(abstain) : P(for) = exp(−η) : exp(a) : exp(η), with effects pooled.

    Effects, all N(0, sd²): in η of issue, roll call, class, state, state × how powers divide,
    state × subject and state × class; in a of issue, roll call, class and state. Left out and
    tested: politics, the foreseen answer of the power that is hit where a state trades with it (ω
    is its weight), by `hedgerow.model.votes.politics`.
    """

    def __init__(self, sample: Sample) -> None:
        self.sample, self.states = sample, sample.states
        self.calls = _roll_calls(sample)
        number = len(self.states)
        self.cast = np.full((len(self.calls), number), np.nan)
        at = {call.question: place for place, call in enumerate(self.calls)}
        data = sample.columns("un_votes")
        rows = zip(data["country"], data["resolution"], data["vote"], strict=True)
        for code, resolution, vote in rows:
            if vote in _SIGN and resolution in at:
                place = at[str(resolution)]
                own = _SIGN[str(vote)] * self.calls[place].sign
                self.cast[place, self.states.index(str(code))] = own
        self.position, self.trade, self.arms, self.pacts = _known(sample)
        self.position = self.position[[call.year - START for call in self.calls]]
        self.cast[np.isnan(self.position)] = np.nan
        sample.require(int((~np.isnan(self.cast)).sum()), "votes")
        self._effects()
        self._design(lambda place, eta, a: self.cast[place])

    def _effects(self) -> None:
        """Set names, and the columns of pooled effects of all cells: (calls · S, p) each."""
        from scipy import sparse

        issues = list(dict.fromkeys(call.issue for call in self.calls))
        subjects = ("RUS", "USA", "other", "none")
        number = len(self.states)
        named = [call.question for call in self.calls]
        members: dict[str, tuple[str, ...]] = {
            "class": tuple(f"class {name}" for name in CLASSES),
            "issue": tuple(f"issue {name}" for name in issues),
            "roll call": tuple(f"roll call {name}" for name in named),
            "state": tuple(f"state {i}" for i in self.states),
            "state by division": tuple(f"division {i}" for i in self.states),
            "state by subject": tuple(f"{i} on {s}" for i in self.states for s in subjects),
            "state by class": tuple(f"{i} on {c}" for i in self.states for c in CLASSES),
            "class, abstaining": tuple(f"abstaining class {name}" for name in CLASSES),
            "issue, abstaining": tuple(f"abstaining issue {name}" for name in issues),
            "roll call, abstaining": tuple(f"abstaining roll call {name}" for name in named),
            "state, abstaining": tuple(f"abstaining state {i}" for i in self.states),
        }
        fixed = (*ETA, *A)
        names = (*fixed, *TESTED, *(name for group in members.values() for name in group))
        self._named(
            names,
            {"constant": 1.0, "own": 2.0, "own_abstained": 1.5, "abstain": 1.0},
            members,
            nested=OF_STATES,
            left_out=TESTED,
            prior_sd=dict.fromkeys(fixed, PRIOR_SD),
        )
        state_ = np.tile(np.arange(number), len(self.calls))
        call_ = np.repeat(np.arange(len(self.calls)), number)
        issue = np.array([issues.index(call.issue) for call in self.calls])[call_]
        class_ = np.array([CLASSES.index(call.class_) for call in self.calls])[call_]
        about = [c.subject if c.subject in subjects else "other" for c in self.calls]
        subject = np.array([subjects.index(name) for name in about])[call_]
        world = SimpleNamespace(partners=POWERS)
        halves = [votes.divided(world, call.vote(POWERS)) for call in self.calls]  # type: ignore[arg-type]
        self.divided = np.array(halves)
        places = {
            "class": class_,
            "issue": issue,
            "roll call": call_,
            "state": state_,
            "state by division": state_,
            "state by subject": state_ * len(subjects) + subject,
            "state by class": state_ * len(CLASSES) + class_,
        }
        size = len(state_)

        def columns(groups: dict[str, Any]) -> Any:
            rows, cols, values = [], [], []
            for name, place in groups.items():
                rows.append(np.arange(size))
                cols.append(self.groups[name][place])
                by = self.divided[call_] if name == "state by division" else np.ones(size)
                values.append(by)
            triple = (np.concatenate(values), (np.concatenate(rows), np.concatenate(cols)))
            return sparse.csr_array(triple, shape=(size, len(names)))

        self.effects_eta = columns(places)
        abstaining = {name: places[name] for name in ("class", "issue", "roll call", "state")}
        self.effects_a = columns({f"{name}, abstaining": p for name, p in abstaining.items()})

    def _design(
        self, answer: Callable[[int, Floats, Floats], Floats], theta: Floats | None = None
    ) -> None:
        """Put the roll calls in turn; `answer` gives the votes (S,) by place, η and a (S,).

        η and a are 0 where there is no `theta`.
        """
        from scipy import sparse

        partners = tuple(dict.fromkeys((*POWERS, *(c.subject for c in self.calls if c.subject))))
        number, coefficients = len(self.states), (*ETA, *A)
        not_self = np.array([[float(p != i) for i in self.states] for p in partners])
        none = np.zeros(number)
        world: Any = SimpleNamespace(
            partners=partners,
            class_records=np.zeros(0),
            having=lambda role: (0,),
            of=lambda kind: (1,),
        )
        groups = self.sample.panel.columns("states")
        group_of = dict(zip(groups["iso3"].tolist(), groups["group"].tolist(), strict=True))
        same = np.array(
            [
                [float(group_of[i] == group_of[j] and i != j) for j in self.states]
                for i in self.states
            ]
        )
        zeros = {f"vote_{name}": none for name in coefficients}
        zeros["vote_class"] = np.zeros((len(CLASSES), number))
        shape = (len(partners), number)
        s = state(cover=np.zeros(shape), tiers=np.zeros(shape), last_votes={}, cast=[],
                  arsenal=None, position=None)  # fmt: skip
        eta = np.zeros((len(self.calls), number, len(coefficients) + len(TESTED)))
        a = np.zeros_like(eta)
        chosen = np.full((len(self.calls), number), np.nan)
        fixed = len(coefficients)
        for place, call in enumerate(self.calls):
            vote = call.vote(partners)
            since = call.year - START
            arms = np.zeros((1, len(partners) + 1, number))
            trade = np.zeros(shape)
            pact = np.zeros(shape)
            for row, power in enumerate(POWERS):
                arms[0, row] = self.arms[max(call.year - FIRST, 0), SUPPLIERS.index(power)]
                trade[row], pact[row] = self.trade[since, row], self.pacts[since, row]
            arms[0, -1] = np.maximum(1.0 - arms[0].sum(axis=0), 1e-9)
            s.arsenal, s.position = arms, np.nan_to_num(self.position[place])
            x = np.stack([np.zeros(shape), np.sqrt(trade)])
            common = {"position_mean": none, "position_spread": none + 1.0, "pact": pact,
                      "peer_weight": same[..., None]}  # fmt: skip
            for column, name in enumerate(coefficients):
                unit = zeros | common | {f"vote_{name}": none + 1.0}
                q = frame(number, not_self=not_self, **unit)
                eta[place, :, column], a[place, :, column] = votes.habit(world, q, s, vote, x)
            q = frame(number, not_self=not_self, norm=none, violation=np.zeros(shape),
                      nearness=np.zeros(shape))  # fmt: skip
            worth = votes.politics(world, q, vote, trade)
            eta[place, :, fixed] = (worth[votes.FOR] - worth[votes.AGAINST]) / 2.0
            eta[place, :, fixed + 1] = call.year - (START + self.sample.until) / 2.0
            now_eta, now_a = none, none
            if theta is not None:
                cells = slice(place * number, (place + 1) * number)
                now_eta = eta[place] @ theta[: fixed + 2] + self.effects_eta[cells] @ theta
                now_a = a[place] @ theta[: fixed + 2] + self.effects_a[cells] @ theta
            chosen[place] = answer(place, now_eta, now_a)
            voted = np.where(np.isnan(chosen[place]), -1, 1 - np.nan_to_num(chosen[place]))
            votes.note(world, s, vote, voted.astype(np.int64))
        self.seen = seen = np.flatnonzero(~np.isnan(chosen.reshape(-1)))
        self.cluster = np.tile(np.arange(number), len(self.calls))[seen]
        self.vote = chosen.reshape(-1)[seen]

        def whole(part: Floats, effects: Any) -> Any:
            flat = part.reshape(-1, part.shape[-1])[seen]
            left = sparse.csr_array((len(seen), len(self.names) - flat.shape[1]))
            return (sparse.hstack([sparse.csr_array(flat), left]) + effects[seen]).tocsr()

        self.eta, self.a = whole(eta, self.effects_eta), whole(a, self.effects_a)

    def _odds(self, theta: Floats) -> Floats:
        """Return the chances to vote against, abstain and vote for: (3, n)."""
        eta, a = self.eta @ theta, self.a @ theta
        world: Any = SimpleNamespace(flat=frozenset())
        odds = votes.odds(world, eta, a, np.zeros(1), np.zeros((3, 1)))
        return np.asarray(odds / odds.sum(axis=0))

    def rows(self, theta: Floats) -> Floats:
        taken = self.vote.astype(np.int64) + votes.ABSTAIN
        return np.asarray(np.log(self._odds(theta)[taken, np.arange(len(taken))]))

    def _rest(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return the derivatives of each row by η and by a: (n,) each."""
        against, abstain, for_ = self._odds(theta)
        return self.vote - (for_ - against), (self.vote == 0.0) - abstain

    def scores(self, theta: Floats) -> Any:
        by_eta, by_a = self._rest(theta)
        return self.eta.multiply(by_eta[:, None]) + self.a.multiply(by_a[:, None])

    def gradient(self, theta: Floats) -> Floats:
        by_eta, by_a = self._rest(theta)
        return np.asarray(self.eta.T @ by_eta + self.a.T @ by_a)

    def information(self, theta: Floats, of: Places | None = None) -> Floats:
        """Return the information, which is the same expected and observed: (p, p)."""
        rows = slice(None) if of is None else of
        against, abstain, for_ = self._odds(theta)[:, rows]
        in_eta, in_a = self.eta[rows], self.a[rows]
        apart = for_ - against
        ee, aa, ea = for_ + against - apart**2, abstain * (1.0 - abstain), -apart * abstain
        both = in_eta.T @ in_a.multiply(ea[:, None])
        whole = in_eta.T @ in_eta.multiply(ee[:, None]) + both + both.T
        return np.asarray((whole + in_a.T @ in_a.multiply(aa[:, None])).toarray())

    def redrawn(self, theta: Floats, rng: np.random.Generator) -> Self:
        """Draw the votes roll call by roll call, so that what is remembered follows from them."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)

        def answer(place: int, eta: Floats, a: Floats) -> Floats:
            odds = np.exp(np.stack([-eta, a, eta]))
            below = odds.cumsum(axis=0) / odds.sum(axis=0)
            drawn = (rng.random(len(eta)) > below[:-1]).sum(axis=0) - 1.0
            return np.where(np.isnan(self.cast[place]), np.nan, drawn)

        made._design(answer, theta)
        return made

    def permuted(self, order: Places) -> Self:
        """Return the same, but politics sees the trade of the state at `order` (S,)."""
        from scipy import sparse

        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        place = self.names.index("politics")
        cells = np.zeros((len(self.calls), len(self.states)))
        for at, call in enumerate(self.calls):
            if call.subject in POWERS:
                cells[at] = -self.trade[call.year - START, POWERS.index(call.subject), order]
        column = np.zeros((1, len(self.names)))
        column[0, place] = 1.0
        others = self.eta @ sparse.diags_array(1.0 - column[0])
        mine = sparse.csr_array(cells.reshape(-1)[self.seen][:, None]) @ sparse.csr_array(column)
        made.eta = (others + mine).tocsr()
        return made

    def report(self) -> list[Row]:
        """Return the rows of the table."""
        has = set(self.names) - ({"pact"} if not self.pacts.any() else set())
        named = {name: f"habits.votes.{name}" for name in (*ETA, *A) if name in has}
        classes = {f"class {name}": f"habits.votes.class.{name}" for name in CLASSES}
        spreads = [
            Row(f"habits.votes.{path}", linear(len(self.names), {}), group=group)
            for group, path in GROUPS.items()
        ]
        return [*self.plain(named), *self.plain(classes), *spreads]


class _Call:
    """A roll call: its number, year and quarter, issue, class, subject, and who voted how."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.question, self.issue = str(row["resolution"]), str(row["title"])
        year, month = str(row["date"])[:4], str(row["date"])[5:7]
        self.year, self.quarter = int(year), (int(month or 12) - 1) // 3
        self.class_ = class_of(str(row["kind"]), self.issue)
        subject = str(row["subject"])
        self.subject = "" if subject == "none" else subject
        self.sign = -1.0 if row["yes_hits_subject"] == 0 else 1.0
        self.powers = {p: _SIGN[str(row[p])] * self.sign for p in POWERS if str(row[p]) in _SIGN}

    def vote(self, partners: tuple[str, ...]) -> Vote:
        """Return it as the model knows it."""
        return Vote(
            question=self.question,
            round=(self.year - START) * ROUNDS_A_YEAR + self.quarter,
            countries=(),
            issue=self.issue,
            kind=CLASSES.index(self.class_),
            subject=partners.index(self.subject) if self.subject in partners else -1,
            sponsors=(),
            powers=np.array([self.powers.get(p, np.nan) for p in partners]),
        )


def _roll_calls(sample: Sample) -> list[_Call]:
    data = sample.panel.columns("un_rollcalls")
    calls = [
        _Call({name: values[row] for name, values in data.items()})
        for row in range(len(data["resolution"]))
    ]
    known = [call for call in calls if call.year <= sample.until]
    return sorted(known, key=lambda call: (call.year, call.quarter, call.question))


def _known(sample: Sample) -> tuple[Floats, Floats, Floats, Floats]:
    """Return z (years, S), trade (years, P, S), arsenals and pacts, years from `START`.

    z is agreement with the United States less that with Russia on roll calls that divided the two,
    the mean of the three years before, less its mean over its standard deviation: what ideal points
    are measured by, without what later votes say of them.
    """
    years, number = sample.until - START + 1, len(sample.states)
    data = sample.columns("un_agreement")
    voice = np.zeros((years, number))
    for partner, sign in (("USA", 1.0), ("RUS", -1.0)):
        mine = (data["set"] == "usa_rus") & (data["partner"] == partner)
        mine &= data["year"] <= sample.until
        table = np.full((years, number), np.nan)
        table[data["year"][mine] - START, sample.place(data["country"][mine])] = data["agreement"][
            mine
        ]
        voice += sign * table
    z = np.full((years, number), np.nan)
    for year in range(1, years):
        past = voice[max(year - 3, 0) : year]
        count = (~np.isnan(past)).sum(axis=0)
        z[year] = np.where(count > 0, np.nansum(past, axis=0) / np.maximum(count, 1), np.nan)
    z = (z - np.nanmean(z)) / np.nanstd(z)
    return z, _trade(sample), arsenals(sample), sample.pacts(POWERS)


def _trade(sample: Sample) -> Floats:
    """Shares of trade as last known, of one source for each state: (years, P, S); 0 for none."""
    data = sample.columns("trade_shares")
    result = np.zeros((sample.until - START + 1, len(POWERS), len(sample.states)))
    known = ~np.isnan(data["share"]) & (data["year"] <= sample.until)
    for i, state_ in enumerate(sample.states):
        for p, power in enumerate(POWERS):
            pair = known & (data["country"] == state_) & (data["partner"] == power)
            for source in ("comtrade4", "unctad"):
                mine = pair & (data["source"] == source)
                if mine.any():
                    break
            else:
                continue
            order = np.argsort(data["year"][mine])
            years, shares = data["year"][mine][order], data["share"][mine][order]
            for year in range(len(result)):
                last = max(int(np.searchsorted(years, START + year, side="right")) - 1, 0)
                result[year, p, i] = shares[last]
    return result
