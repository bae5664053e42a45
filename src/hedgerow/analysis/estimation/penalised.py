"""Penalised maximum likelihood: partial pooling, errors clustered by state, score tests.

Effects of one kind (of states, of suppliers, of resolutions) are pooled by a Gaussian penalty with
mean 0. Its variance is chosen by the marginal likelihood in Laplace's approximation (Tierney and
Kadane 1986), by the fixed point of MacKay (1992): τ² = Σ b² / (effective number of effects).

Errors are those of the sandwich (Huber 1967; Liang and Zeger 1986) with states as clusters. Effects
of a state are integrated over (profiled out) first. The penalties of effects that states share, as
those of a resolution, enter the filling as what they are, the scores of a prior. Scores of a
cluster are corrected for its leverage as by Bell and McCaffrey (2002), without which intervals are
too short where clusters are few.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from .report import Row, linear

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

ROUNDS = 100
"""Most rounds in which variances and effects are fitted in turn."""

STEPS = 100
"""Most steps of scoring."""

LEAST_SD = 0.05
"""A standard deviation that falls below this is at its edge, 0, and is left there."""


class Likelihood:
    """The likelihood of one kind of choice; each kind defines its names, its start and `scores`.

    Attributes:
        names: of the parameters (p,).
        start: where to begin (p,); 0 for effects and for terms that are left out.
        cluster: whose each row is (n,): places in the list of states.
        groups: places of the effects that share a variance, by the name of its root.
        nested: (p,) True for effects of one state alone.
        left_out: (p,) True for terms that stay 0, and are tested by their score.
        prior_sd: (p,) of a stated prior with mean 0; infinite for none.
        scale: place of the logarithm of a residual standard deviation; None if there is none. What
            was fitted beside it is taken off its degrees of freedom (REML; Patterson and Thompson
            1971), as its marginal likelihood has it.
    """

    names: tuple[str, ...]
    start: Floats
    cluster: Places
    groups: Mapping[str, Places]
    nested: NDArray[np.bool_]
    left_out: NDArray[np.bool_]
    prior_sd: Floats
    scale: int | None = None

    def _named(
        self,
        names: tuple[str, ...],
        start: Mapping[str, float],
        groups: Mapping[str, tuple[str, ...]],
        nested: tuple[str, ...] = (),
        left_out: tuple[str, ...] = (),
        prior_sd: Mapping[str, float] | None = None,
    ) -> None:
        """Set all attributes but `cluster` from names."""
        at = {name: place for place, name in enumerate(names)}
        self.names = names
        self.start = np.array([start.get(name, 0.0) for name in names])
        self.groups = {
            root: np.array([at[name] for name in members]) for root, members in groups.items()
        }
        own = {name for root in nested for name in groups[root]}
        self.nested = np.array([name in own for name in names])
        self.left_out = np.array([name in left_out for name in names])
        prior = prior_sd or {}
        self.prior_sd = np.array([prior.get(name, np.inf) for name in names])

    def report(self) -> list[Row]:
        """Return the rows of the table."""
        raise NotImplementedError

    def plain(self, names: Mapping[str, str], form: str = "") -> list[Row]:
        """Return rows of single parameters. names: of the row by that of the parameter."""
        places = {name: place for place, name in enumerate(self.names)}
        size = len(self.names)
        return [Row(row, linear(size, {places[name]: 1.0}), form) for name, row in names.items()]

    @cached_property
    def weights(self) -> Floats:
        """What of the parameters is told, without standard deviations of effects: (m, p)."""
        return np.array([row.weights for row in self.report() if not row.group])

    def rows(self, theta: Floats) -> Floats:
        """Return the log-likelihood of each row: (n,)."""
        raise NotImplementedError

    def scores(self, theta: Floats) -> Any:
        """Return the gradient of each row, dense or sparse: (n, p)."""
        raise NotImplementedError

    def gradient(self, theta: Floats) -> Floats:
        """Return the gradient of the log-likelihood: (p,)."""
        return np.asarray(self.scores(theta).sum(axis=0)).reshape(-1)

    def information(self, theta: Floats, of: Places | None = None) -> Floats:
        """Return the expected information of all rows or of some: (p, p)."""
        raise NotImplementedError

    def redrawn(self, theta: Floats, rng: np.random.Generator) -> Self:
        """Return the same design with answers drawn from the model at `theta`."""
        raise NotImplementedError

    def permuted(self, order: Places) -> Self:
        """Return the same, but the term ``politics`` of each state is that of another.

        Args:
            order: (S,) whose politics each state gets.
        """
        raise NotImplementedError

    def by_cluster(self, theta: Floats) -> Floats:
        """Return scores summed by state: (states, p)."""
        from scipy import sparse

        size = len(self.cluster)
        pick = sparse.csr_array((np.ones(size), (self.cluster, np.arange(size))))
        summed = pick @ self.scores(theta)
        dense = summed.toarray() if sparse.issparse(summed) else np.asarray(summed)
        return dense[np.unique(self.cluster)]


@dataclass(frozen=True)
class Test:
    """A score test of a term that was left out: χ² of one degree, with errors clustered by state.

    `step` is what the term would be after one step, and `error` its standard error.
    """

    name: str
    chi2: float
    p: float
    step: float
    error: float


@dataclass(frozen=True)
class Fit:
    """What was fitted.

    Attributes:
        likelihood: what was fitted to what.
        theta: (p,) the parameters.
        sd: the standard deviations of pooled effects, by name.
        sd_error: relative standard errors of these.
        at_edge: names of those that went to 0.
        covariance: (p, p), 0 for terms that are left out.
        degrees: (m,) degrees of freedom of the errors of what is told.
        gradient: largest element of the penalised gradient, against its standard error.
        rounds: rounds of variances; loglik: of all rows; marginal: Laplace's approximation.
        converged: whether all that was asked of it holds.
        why: what does not, else empty.
    """

    likelihood: Likelihood
    theta: Floats
    sd: Mapping[str, float]
    sd_error: Mapping[str, float]
    at_edge: tuple[str, ...]
    covariance: Floats
    degrees: Floats
    gradient: float
    rounds: int
    loglik: float
    marginal: float
    converged: bool
    why: str

    @property
    def clusters(self) -> int:
        """How many states have rows."""
        return len(np.unique(self.likelihood.cluster))

    @property
    def told(self) -> Floats:
        """Return the estimates, their errors and how far 95 % intervals reach: (3, m).

        The reach is the error times a quantile of Student's t, whose degrees of freedom are those
        of the variance of states' scores (Satterthwaite 1946; Bell and McCaffrey 2002).
        """
        from scipy.stats import t

        weights = self.likelihood.weights
        error = np.sqrt(np.einsum("mp,pq,mq->m", weights, self.covariance, weights))
        reach = error * t.ppf(0.975, np.maximum(self.degrees, 1.0))
        return np.stack([weights @ self.theta, error, reach])

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """Score tests of the terms that were left out."""
        return tuple(
            self.test(place) for place in np.flatnonzero(self.likelihood.left_out).tolist()
        )

    def test(self, place: int) -> Test:
        """Return the score test of the term at a place (Rao 1948; Boos 1992 for clusters)."""
        from scipy.stats import chi2

        model, free = self.likelihood, np.flatnonzero(~self.likelihood.left_out)
        information = model.information(self.theta) + np.diag(_penalty(model, self.sd))
        weights = np.linalg.solve(information[np.ix_(free, free)], information[free, place])
        scores = model.by_cluster(self.theta)
        scores = np.where(model.nested, 0.0, scores)  # with their penalty, those of a state are 0
        adjusted = scores[:, place] - scores[:, free] @ weights
        total = model.gradient(self.theta)[place]
        shared = np.where(model.nested, 0.0, _penalty(model, self.sd))[free]
        variance = (adjusted**2).sum() * self.clusters / (self.clusters - 1)
        variance += (weights**2 * shared).sum()
        curvature = information[place, place] - information[place, free] @ weights
        found = float(total**2 / variance) if variance > 0.0 else 0.0
        step, error = total / curvature, np.sqrt(variance) / curvature
        return Test(model.names[place], found, float(chi2.sf(found, 1)), float(step), float(error))

    def draws(self, number: int, rng: np.random.Generator) -> Floats:
        """Return joint draws of the parameters, normal: (number, p)."""
        values, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        return self.theta + rng.standard_normal((number, len(self.theta))) @ root.T


def _penalty(model: Likelihood, sd: Mapping[str, float]) -> Floats:
    """Return 1/τ² of each parameter: (p,)."""
    weight = model.prior_sd**-2.0
    for name, places in model.groups.items():
        weight[places] += sd[name] ** -2.0
    return weight


def maximised(model: Likelihood, theta: Floats, penalty: Floats, lift: Floats) -> Floats:
    """Return the parameters that maximise ln L − ½ Σ penalty θ² + lift·θ, from a start (p,).

    By Fisher scoring with halved steps, which needs few steps for many effects.
    """
    from scipy.linalg import cho_factor, cho_solve

    free = np.flatnonzero(~model.left_out)

    def value(at: Floats) -> float:
        with np.errstate(all="ignore"):
            return float(model.rows(at).sum() - 0.5 * (penalty * at**2).sum() + lift @ at)

    now = value(theta)
    for _ in range(STEPS):
        slope = (model.gradient(theta) - penalty * theta + lift)[free]
        precision = model.information(theta)[np.ix_(free, free)] + np.diag(penalty[free])
        step = np.zeros(len(theta))
        step[free] = cho_solve(cho_factor(precision), slope)
        gain = float(slope @ step[free])
        size, then = 1.0, value(theta + step)
        while not then >= now and size > 1e-6:
            size /= 2.0
            then = value(theta + size * step)
        if not then >= now:
            break
        theta, now = theta + size * step, then
        if gain < 1e-12:
            break
    return theta


def fit(model: Likelihood) -> Fit:
    """Fit the parameters, and the variances of pooled effects by their marginal likelihood."""
    theta = model.start.copy()
    sd = dict.fromkeys(model.groups, 0.5)
    effective: dict[str, float] = {}
    free = np.flatnonzero(~model.left_out)
    settled, rounds, lift = False, 0, np.zeros(len(theta))
    while not settled and rounds < ROUNDS:
        rounds += 1
        penalty = _penalty(model, sd)
        theta = maximised(model, theta, penalty, lift)
        precision = model.information(theta) + np.diag(penalty)
        spread = np.zeros(len(theta))
        spread[free] = np.diag(np.linalg.inv(precision[np.ix_(free, free)]))
        before, moved = dict(sd), 0.0
        for name, places in model.groups.items():
            shrunk = spread[places].sum() / sd[name] ** 2
            effective[name] = max(len(places) - shrunk, 1e-6)
            new = np.sqrt((theta[places] ** 2).sum() / effective[name])
            if before[name] > LEAST_SD:
                sd[name] = max(float(np.clip(new, 0.2 * sd[name], 5.0 * sd[name])), LEAST_SD)
        if model.scale is not None:
            beside = len(free) - 1 - (spread * penalty)[free].sum()
            moved = abs(lift[model.scale] - beside)
            lift[model.scale] = beside
        change = max((abs(np.log(sd[name] / before[name])) for name in sd), default=0.0)
        settled = change < 1e-3 and moved < 1e-2
    penalty = _penalty(model, sd)
    theta = maximised(model, theta, penalty, lift)
    precision = model.information(theta) + np.diag(penalty)
    inverse = np.linalg.inv(precision[np.ix_(free, free)])
    rows = model.rows(theta)
    covariance, degrees = _sandwich(model, theta, precision, penalty, lift)
    sd_error = {name: float(np.sqrt(0.5 / effective[name])) for name in sd}
    for name, places in model.groups.items():
        # What follows from not knowing a variance (Kass and Steffey 1989).
        follows = np.zeros(len(theta))
        follows[free] = (
            2.0 * inverse[:, np.searchsorted(free, places)] @ (penalty[places] * theta[places])
        )
        if sd[name] > LEAST_SD:
            covariance += np.outer(follows, follows) * sd_error[name] ** 2
    slope = (model.gradient(theta) - penalty * theta + lift)[free]
    gradient = float(np.abs(slope * np.sqrt(np.diag(inverse))).max(initial=0.0))
    sign, logdet = np.linalg.slogdet(precision[np.ix_(free, free)])
    prior = -0.5 * (penalty * theta**2).sum() + 0.5 * np.log(penalty[penalty > 0.0]).sum()
    why = "" if settled else f"the variances still move after {ROUNDS} rounds"
    if gradient > 1e-3:
        why = "the gradient is not 0"
    if sign <= 0.0 or np.diag(inverse).min() < 0.0:
        why = "the penalised likelihood is not at a maximum"
    return Fit(
        likelihood=model,
        theta=theta,
        sd=sd,
        sd_error=sd_error,
        at_edge=tuple(name for name in sd if sd[name] <= LEAST_SD),
        covariance=covariance,
        degrees=degrees,
        gradient=gradient,
        rounds=rounds,
        loglik=float(rows.sum()),
        marginal=float(rows.sum() + prior - 0.5 * logdet),
        converged=not why,
        why=why,
    )


def _sandwich(
    model: Likelihood, theta: Floats, precision: Floats, penalty: Floats, lift: Floats
) -> tuple[Floats, Floats]:
    """Return the covariance of the parameters (p, p), and degrees of freedom of what is told (m,).

    See the head of the file.
    """
    free = np.flatnonzero(~model.left_out)
    shared, own = free[~model.nested[free]], free[model.nested[free]]
    h_sb, within = precision[np.ix_(shared, own)], np.linalg.inv(precision[np.ix_(own, own)])
    response = -within @ h_sb.T  # how effects of states follow the others
    bread = np.linalg.inv(precision[np.ix_(shared, shared)] + h_sb @ response)
    filling = np.diag(penalty[shared])
    # What is told, in terms of the shared ones, and what effects of states add by themselves.
    told, rest = model.weights[:, shared] + model.weights[:, own] @ response, model.weights[:, own]
    reached = told @ bread
    expected = ((reached**2) * penalty[shared]).sum(axis=1)
    expected = expected + np.einsum("mp,pq,mq->m", rest, within, rest)
    squares = np.zeros(len(told))
    clusters, size = np.unique(model.cluster, return_counts=True)
    scores = model.by_cluster(theta) + lift * (size / size.sum())[:, None]
    for place, cluster in enumerate(clusters):
        part = model.information(theta, np.flatnonzero(model.cluster == cluster))
        mine = np.flatnonzero(np.diag(part)[own] > 0.0)
        across = part[np.ix_(shared, own[mine])]
        own_part = precision[np.ix_(own[mine], own[mine])]
        profiled = part[np.ix_(shared, shared)] - across @ np.linalg.solve(own_part, across.T)
        leverage = np.eye(len(shared)) - profiled @ bread
        score = np.linalg.solve(leverage, scores[place, shared]) if len(clusters) > 1 else 0.0
        filling += np.outer(score, score)
        share = np.einsum("mp,pq,mq->m", reached, profiled, reached)
        expected, squares = expected + share, squares + share**2
    if len(clusters) == 1:  # which tells nothing of how states differ
        filling, squares = np.linalg.inv(bread), np.zeros(len(told))
    v_ss = bread @ filling @ bread
    covariance = np.zeros_like(precision)
    covariance[np.ix_(shared, shared)] = v_ss
    covariance[np.ix_(own, shared)] = response @ v_ss
    covariance[np.ix_(shared, own)] = (response @ v_ss).T
    covariance[np.ix_(own, own)] = within + response @ v_ss @ response.T
    return covariance, expected**2 / np.maximum(squares, 1e-300)
