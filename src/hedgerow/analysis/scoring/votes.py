"""The probabilities of votes, which are not scored, with and without the coding of questions."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .backcast import Runs

CODED, UNCODED = "coded", "uncoded"


@dataclass(frozen=True)
class Vote:
    """The probability of one answer.

    Attributes:
        country, question, option: code of the country, the question, and the answer.
        coding: `CODED` as in ``docs/background/votes.md``, `UNCODED` if all questions have the
            coding of the first.
        shocks: ``listed`` or ``drawn``.
        probability: share of runs.
        low, high: 90 % interval of the share, due to the limited number of runs (Jeffreys).
        runs: number of runs in which the question was put.
    """

    country: str
    question: str
    option: str
    coding: str
    shocks: str
    probability: float
    low: float
    high: float
    runs: int


def votes_of(runs: Runs, questions: tuple[str, ...], coding: str, shocks: str) -> Iterator[Vote]:
    """Yield the probabilities of all options of some questions, country by country."""
    from scipy.stats import beta

    for country in runs.scenario.countries:
        for question in questions:
            if (country, question) not in runs.answers:
                continue
            options, chosen = runs.answers[country, question]
            n = int((chosen >= 0).sum())
            for number, option in enumerate(options):
                k = int(np.count_nonzero(chosen == number))
                low = float(beta.ppf(0.05, k + 0.5, n - k + 0.5)) if k else 0.0
                high = float(beta.ppf(0.95, k + 0.5, n - k + 0.5)) if k < n else 1.0
                share = k / n if n else float("nan")
                yield Vote(country, question, option, coding, shocks, share, low, high, n)
