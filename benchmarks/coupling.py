"""How much less do paired runs differ than independent ones? Three ways to draw a desk's move.

For ten what-ifs of a small world, each of one number, prints for three measures

    variance of paired differences / variance of differences of independent runs,

and the time of a run. The ways are the model's (Gumbel numbers of all options, doing nothing
among them), one inverse-CDF draw over the whole menu, and first whether anything is done, by one
number, then which option, by Gumbel numbers of the options.

    uv run python benchmarks/coupling.py [REPLICATES]
"""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from model.coupling import MEASURES, WHAT_IFS, changed, ratio_of
from model.worlds import world

from hedgerow.model import desks, programmes
from hedgerow.model.choice import hold_or_pick, in_order, pick
from hedgerow.model.simulate import simulate


def with_hold(log_weight, allowed):
    """Odds of doing nothing, of weight 1, and of what is allowed."""
    hold = np.zeros((1, log_weight.shape[1]))
    weight = np.concatenate([hold, np.where(allowed, log_weight, -np.inf)])
    return np.exp(weight - weight.max(axis=0))


def uniform(g):
    """The uniform number behind a Gumbel number."""
    return np.exp(-np.exp(-g))


def inverse(log_weight, possible, allowed, g, g_hold):
    """One draw over the menu in its order, doing nothing first."""
    option = in_order(with_hold(log_weight, allowed), uniform(g_hold)) - 1
    return option, np.zeros(option.shape, dtype=bool)


def first_whether(log_weight, possible, allowed, g, g_hold):
    """Whether anything is done by one number, and then which option by those of the options."""
    odds = with_hold(log_weight, allowed)
    acts = uniform(g_hold) * odds.sum(axis=0) >= odds[0]
    which = np.where(allowed, log_weight + g, -np.inf).argmax(axis=0)
    option = np.where(acts, which, -1)
    return option, np.zeros(option.shape, dtype=bool)


def inverse_pick(log_weight, allowed, g):
    """One draw of a supplier, from the uniform number behind the first Gumbel number."""
    weight = np.where(allowed, log_weight, -np.inf)
    return in_order(np.exp(weight - weight.max(axis=0)), uniform(g[0]))


SCHEMES = {
    "model": (hold_or_pick, pick),
    "inverse CDF": (inverse, inverse_pick),
    "first whether": (first_whether, pick),
}


def use(scheme: str) -> None:
    """Let the model draw as a scheme does."""
    desks.hold_or_pick, programmes.pick = SCHEMES[scheme]


def seconds(base, repeats: int = 3) -> dict[str, float]:
    """Processor time of a run in each scheme, the best of some that take turns."""
    best = dict.fromkeys(SCHEMES, np.inf)
    for _ in range(repeats):
        for scheme in SCHEMES:
            use(scheme)
            began = time.process_time()
            simulate(base, insured=99)
            best[scheme] = min(best[scheme], time.process_time() - began)
    return best


def main(replicates: int) -> None:
    base = world(replicates, years=10)
    ratios = {}
    for scheme in SCHEMES:
        use(scheme)
        before = simulate(base, insured=99)
        print(f"\n{scheme}: ratio of variances (effect in sd)")
        print(f"{'':24}" + "".join(f"{measure:>18}" for measure in MEASURES))
        for name in WHAT_IFS:
            after = simulate(changed(base, name), insured=99)
            found = [ratio_of(before, after, measure) for measure in MEASURES]
            ratios[scheme, name] = [ratio for ratio, _ in found]
            print(f"{name:24}" + "".join(f"{ratio:10.3f} ({size:+.2f})" for ratio, size in found))
    print(f"\n{'':24}{'seconds':>10}" + "".join(f"{m + ', mean':>24}" for m in MEASURES))
    for scheme, cost in seconds(base).items():
        each = np.array([ratios[scheme, name] for name in WHAT_IFS])
        cells = "".join(f"{mean:24.3f}" for mean in each.mean(axis=0))
        print(f"{scheme:24}{cost:10.2f}{cells}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
