"""Morris' elementary effects, a cheap method to find which paths matter, and which act linearly.

An effect is the change of the response by one step of a path, relative to the length of the step in
the unit cube, so that steps of priors and logarithmic scales are comparable. μ is the mean of the
effects of a path, μ* the mean of their absolute values (Campolongo et al. 2007), and σ their
standard deviation, which is large if the effect depends on other paths or on the path itself.
"""

import numpy as np
from numpy.typing import NDArray

from ...errors import NoIndices, how
from ...runs.design import problem
from .design import Design, Floats

RESAMPLES = 1000
_SEED = 1
_95 = 1.959963984540054


def morris(design: Design, values: Floats, used: NDArray[np.bool_]) -> dict[str, Floats]:
    """Return μ*, μ and σ; μ* and μ with 95 % intervals.

    Args:
        design: a design of Morris.
        values: (B,) responses of complete trajectories.
        used: (P,) bool, which points these are.

    Raises:
        NoIndices: SALib is missing.
    """
    try:
        from SALib.analyze import morris as salib
    except ImportError:
        raise NoIndices(f"this needs the library SALib; {how('analysis')}") from None

    assert design.unit is not None
    found = salib.analyze(
        problem(len(design.paths)),
        design.unit[used],
        values,
        num_resamples=RESAMPLES,
        num_levels=design.levels,
        seed=_SEED,
    )
    star, mu, sigma, half = (
        np.asarray(found[key], dtype=np.float64)
        for key in ("mu_star", "mu", "sigma", "mu_star_conf")
    )
    error = _95 * sigma / np.sqrt(values.size / design.block)
    return {
        "mu_star": star,
        "mu_star_low": star - half,
        "mu_star_high": star + half,
        "mu": mu,
        "mu_low": mu - error,
        "mu_high": mu + error,
        "sigma": sigma,
    }
