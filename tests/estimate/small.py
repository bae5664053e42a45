"""A part of the panel that is fitted in a moment, and a likelihood that is solved by hand."""

from functools import cache

import numpy as np

from hedgerow.analysis.estimation.penalised import Likelihood
from hedgerow.analysis.estimation.report import Row, linear
from hedgerow.analysis.estimation.sample import sample_of
from hedgerow.facts.panel import panel


@cache
def shipped():
    return panel()


@cache
def sample(until=None, states=(), leave_out=()):
    return sample_of(shipped(), until, states, leave_out)


class Groups(Likelihood):
    """y_ij = μ + b_i + σ ε_ij with as many j for each i; b_i of one state each."""

    scale = 1

    def __init__(self, y):
        self.y = y.reshape(-1)
        number, each = y.shape
        self.cluster = np.repeat(np.arange(number), each)
        names = tuple(f"b{i}" for i in range(number))
        self._named(("mean", "ln sd", *names), {}, {"spread": names}, nested=("spread",))
        own = np.eye(number)[self.cluster]
        self.design = np.column_stack([np.ones(y.size), np.zeros(y.size), own])

    def _rest(self, theta):
        return (self.y - self.design @ theta) / np.exp(theta[1])

    def rows(self, theta):
        return -0.5 * self._rest(theta) ** 2 - theta[1]

    def scores(self, theta):
        rest = self._rest(theta)
        result = self.design * (rest / np.exp(theta[1]))[:, None]
        result[:, 1] = rest**2 - 1.0
        return result

    def information(self, theta, of=None):
        design = self.design[slice(None) if of is None else of]
        result = design.T @ design * np.exp(-2.0 * theta[1])
        result[1, 1] = 2.0 * len(design)
        return result

    def report(self):
        return [Row("mean", linear(len(self.names), {0: 1.0}))]
