"""Morris' elementary effects: a cheap look at which paths matter, and which act in a plain way.

An effect is the change of the response by one step, per whole range of the path: in the unit cube,
so that a step in a prior or on a logarithmic scale counts as what it is there. μ is the mean of a
path's effects, μ* that of their sizes (Campolongo et al. 2007), σ their standard deviation: large
where the effect depends on other paths or on where the path itself is.
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
        design: of Morris.
        values: (B,) responses of whole trajectories.
        used: (P,) which points these are.

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
