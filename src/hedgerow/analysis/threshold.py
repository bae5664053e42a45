"""The critical rivalry of a scenario, at which ties with both rivals no longer hold."""

import os

import numpy as np
from numpy.typing import NDArray

from ..arguments import checked
from ..model import threshold
from ..model.streams import key_of
from ..scenario import Scenario, scenario_of
from ..scenario.compile import world


@checked
def critical_rivalry(
    scenario: "Scenario | str | os.PathLike[str]",
    runs: int | None = None,
    seed: int | None = None,
) -> NDArray[np.float64]:
    """Return the multiple of rivalry beyond which it pays a country between rivals to lean to one.

    Args:
        scenario: a scenario, its file, or the name of a shipped one.
        runs: number of draws of the uncertain numbers; that of the scenario by default.
        seed: seed of the draws; that of the scenario by default, else 0.

    Returns:
        (countries, runs), in the order of ``scenario.countries``; infinite if there is no such
        multiple. Below 1, the rivalry of the scenario exceeds it from the start.

    Raises:
        ScenarioError: the scenario is not right.
        ValueError: `runs` is not positive, or `seed` out of range.

    >>> import hedgerow
    >>> hedgerow.critical_rivalry("vietnam", runs=4, seed=1).shape
    (1, 4)
    """
    scenario = scenario_of(scenario)
    count = scenario.runs if runs is None else runs
    if count < 1:
        raise ValueError(f"runs must be at least 1, not {count}")
    key = seed if seed is not None else scenario.seed or 0
    key_of(key)  # raises an error for a seed out of range, even if nothing is drawn
    replicates = np.arange(count, dtype=np.uint64)
    return threshold.critical_rivalry(world(scenario, replicates, key))
