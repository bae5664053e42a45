"""Ten what-ifs of one number each, and how paired runs compare with independent ones."""

import numpy as np

from model.worlds import ARMS, RUS, STEPS, USA, with_numbers


def place(*index, by):
    """Multiply one place of an array."""

    def change(array):
        result = array.copy()
        result[index] = result[index] * by
        return result

    return change


def times(by):
    return lambda array: array * by


WHAT_IFS = {
    "enforcement x 1.5": {"enforcement": times(1.5)},
    "Russian capacity x 0.8": {"capacity": place(ARMS, RUS, by=0.8)},
    "American need x 2": {"need": place(USA, by=2.0)},
    "threat + 0.2": {"threat_level": lambda level: level + 0.2},
    "rivalry x 1.25": {"rivalry": times(1.25)},
    "autonomy x 0.5": {"autonomy": times(0.5)},
    "returns of the US + 1": {"returns": lambda b: b + (np.arange(4) == USA)[:, None, None]},
    "pace of desks x 1.2": {"rate": place(list(STEPS), by=1.2)},
    "labels x 1.2": {"label_hazard": times(1.2)},
    "programmes x 1.2": {"programmes": times(1.2)},
}

MEASURES = {
    "alignment index": lambda record: record.countries["alignment_index"][-1, 0],
    "Russian arsenal": lambda record: record.ties["arms_stock"][-1, 0, RUS],
    "American rung": lambda record: record.ties["tier"][-1, 0, USA],
}


def changed(base, name):
    """The world of a what-if, returns held."""
    return with_numbers(base, **WHAT_IFS[name])


def ratio_of(before, after, measure):
    """Variance of paired differences over that of independent ones, and the effect in sd."""
    a, b = MEASURES[measure](before), MEASURES[measure](after)
    both = a.var(ddof=1) + b.var(ddof=1)
    return float((b - a).var(ddof=1) / both), float((b - a).mean() / np.sqrt(both / 2))
