"""Finds boxes with PRIM, the patient rule induction method (Friedman and Fisher 1999; Bryant and
Lempert 2010, doi:10.1016/j.techfore.2009.08.002).

A box is ranges of a few paths that contain most of the cases of interest (coverage), and few others
(density). Starting from the whole space, PRIM cuts off a twentieth of the cases at a time, where
that raises the density most. Of the boxes on this way, the one with the largest coverage among
those of the wanted density is chosen. Limits that may be due to chance are then dropped.
"""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import NoBox, argument, how
from ..sensitivities.design import Axis

if TYPE_CHECKING:
    import pandas as pd

Flags = NDArray[np.bool_]

FEWEST_CASES, FEWEST_OF_INTEREST = 40, 8
PEEL = 0.05
LEAST_MASS = 0.05
"""Least share of the cases in a box."""

CLEAR = 0.05
"""Largest quasi-p-value of a limit that is called clear."""

_WORTH = 0.05  # least coverage of boxes after the first


@dataclass(frozen=True)
class Limit:
    """The limits of a box on one path.

    Attributes:
        path: the path.
        low, high: limits of the box. Not used for labels.
        least, largest: least and largest value of all cases. Not used for labels.
        kept, labels: the labels in the box, and all labels; empty for numbers.
        p_low, p_high: quasi-p-value of each limit: the probability that the box is as dense if the
            limit is due to chance; NaN if there is no limit. Labels have only the first.
    """

    path: str
    low: float
    high: float
    least: float
    largest: float
    p_low: float
    p_high: float
    kept: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def p(self) -> float:
        """The smaller of the two quasi-p-values."""
        return float(np.nanmin([self.p_low, self.p_high]))


@dataclass(frozen=True)
class Step:
    """A box on the way of the search.

    Attributes:
        coverage: share of the cases of interest that are in it.
        density: share of the cases in it that are of interest.
        mass: share of all cases that are in it.
        restricted: number of paths with a limit.
    """

    coverage: float
    density: float
    mass: float
    restricted: int


@dataclass(frozen=True)
class Box:
    """A box that was found.

    Attributes:
        limits: its limits, the clearest first.
        final: its coverage, density and mass.
        steps: all boxes on the way, which starts with the cases outside earlier boxes.
        taken: index of the chosen step, from which limits that may be due to chance were dropped.
        dropped: paths whose limits were dropped.
        inside: (N,) bool, which cases are in it but not in earlier boxes.
        cases, hits: number of cases in it, and of those among them that are of interest.
    """

    limits: tuple[Limit, ...]
    final: Step
    steps: tuple[Step, ...]
    taken: int
    dropped: tuple[str, ...]
    inside: Flags
    cases: int
    hits: int


def boxes(
    inputs: tuple[Axis, ...], interest: Flags, density: float = 0.8, most: int = 3
) -> list[Box]:
    """Return boxes, each of which is found among the cases outside the ones before.

    Args:
        inputs: the paths, each with N values.
        interest: (N,) bool, which cases are of interest.
        density: the wanted density. The first box is always returned, others only if they have
            this density and cover a twentieth of the cases of interest.
        most: most boxes to return.

    Raises:
        NoBox: there are too few cases, or the library is missing.
    """
    _enough(interest, density)
    prim_class = _library()
    frame = _frame(inputs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of one library by another
        prim = prim_class(frame, interest, peel_alpha=PEEL, paste_alpha=PEEL, mass_min=LEAST_MASS)
        found: list[Box] = []
        while len(found) < most:
            search = prim.find_box()
            if search is None or len(search.peeling_trajectory) < 2:
                break
            box = _settled(search, inputs, interest, density)
            worth = box.final.density >= density and box.final.coverage >= _WORTH
            if not box.limits or (found and not worth):
                break
            found.append(box)
            if interest[search.prim.yi_remaining].sum() <= box.hits:
                break  # no case of interest is left
    if not found:
        raise NoBox("no region stands out: no limit of any path is clearer than chance")
    return found


def choose(steps: tuple[Step, ...], density: float) -> int:
    """Return the index of the step with the largest coverage among those of a density or more.

    Of equal ones the one with the fewest limits, then the densest, is chosen. If no step has the
    density, it is the one with the largest harmonic mean of coverage and density.
    """
    dense = [i for i, step in enumerate(steps) if step.density >= density]
    if dense:
        return max(dense, key=lambda i: (steps[i].coverage, -steps[i].restricted, steps[i].density))
    return max(range(len(steps)), key=lambda i: (_balance(steps[i]), -steps[i].restricted, -i))


def _balance(step: Step) -> float:
    total = step.coverage + step.density
    return 2.0 * step.coverage * step.density / total if total else 0.0


def _enough(interest: Flags, density: float) -> None:
    hits = int(interest.sum())
    if interest.size < FEWEST_CASES:
        raise NoBox(
            f"{interest.size} cases are too few to find a region in; that takes {FEWEST_CASES} or "
            "more, better some hundreds"
        )
    if hits < FEWEST_OF_INTEREST:
        few = "no case is" if hits == 0 else f"only {hits} of {interest.size} cases are"
        raise NoBox(f"{few} as looked for; loosen {argument('where')}, or sample more")
    if interest.size - hits < FEWEST_OF_INTEREST:
        few = "all cases are" if hits == interest.size else f"all but {interest.size - hits} are"
        raise NoBox(
            f"{few} as looked for, so that no region stands out; tighten {argument('where')}"
        )
    if hits >= density * interest.size:
        raise NoBox(
            f"{hits / interest.size:.0%} of all cases are as looked for, where a box is to have "
            f'{density:.0%}; look for the contrary ("not …"), or for a higher '
            f"{argument('density')}"
        )


def _library() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of optional parts that are not needed here
            from ema_workbench.analysis.prim import Prim
    except ImportError as error:
        raise NoBox(f"this needs the library ema_workbench ({error}); {how('discovery')}") from None
    return Prim


def _frame(inputs: tuple[Axis, ...]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        {
            axis.path: np.array(axis.labels, dtype=object)[axis.values.astype(int)]
            if axis.labels
            else axis.values
            for axis in inputs
        }
    )


def _settled(search: Any, inputs: tuple[Axis, ...], interest: Flags, density: float) -> Box:
    """Choose a step of a search, and drop limits that may be due to chance.

    In small boxes all limits look like chance. So two steps are tried: the best of all, and the
    best of those whose limits are all clear.
    """
    steps = tuple(_steps(search))
    clear = [i for i in range(len(steps)) if not _weak(search, i)]
    tried = {choose(steps, density): 0, clear[choose(tuple(steps[i] for i in clear), density)]: 0}
    dropped: dict[int, tuple[str, ...]] = {}
    for taken in tried:
        tried[taken], dropped[taken] = _pruned(search, taken)
    after = _steps(search)
    taken = list(tried)[choose(tuple(after[place] for place in tried.values()), density)]
    now = tried[taken]
    search.select(now)
    inside = np.zeros(interest.size, dtype=bool)
    inside[search.yi] = True
    values = search.p_values[now]
    limits = [
        _limit(axis, search.box_lims[now][axis.path], values[axis.path])
        for axis in inputs
        if axis.path in values
    ]
    return Box(
        limits=tuple(sorted(limits, key=lambda limit: limit.p)),
        final=after[now],
        steps=steps,
        taken=taken,
        dropped=dropped[taken],
        inside=inside,
        cases=int(inside.sum()),
        hits=int(interest[inside].sum()),
    )


def _pruned(search: Any, place: int) -> tuple[int, tuple[str, ...]]:
    """Drop limits that may be due to chance, the least clear first; return the step and paths."""
    dropped: list[str] = []
    while weak := _weak(search, place):
        worst = max(weak, key=lambda path: (weak[path], path))
        search.drop_restriction(worst, place)
        place = len(search.box_lims) - 1
        dropped.append(worst)
    return place, tuple(dropped)


def _weak(search: Any, place: int) -> dict[str, float]:
    """Return the quasi-p-values of limits of a step that may be due to chance, by path."""
    found = {path: _p(pair) for path, pair in search.p_values[place].items()}
    return {path: p for path, p in found.items() if p > CLEAR}


def _steps(search: Any) -> list[Step]:
    return [_step(row) for row in search.peeling_trajectory.to_dict("records")]


def _p(pair: list[float]) -> float:
    """Return the smaller quasi-p-value of two limits; −1 means that there is no limit."""
    there = [float(p) for p in pair if p >= 0.0]
    return min(there) if there else 1.0


def _step(row: dict[str, Any]) -> Step:
    coverage, density, mass = (float(row[name]) for name in ("coverage", "density", "mass"))
    return Step(coverage, density, mass, int(row["res_dim"]))


def _limit(axis: Axis, ends: Any, pair: list[float]) -> Limit:
    low, high = (float(p) if p >= 0.0 else float("nan") for p in pair)
    nan = float("nan")
    if axis.labels:
        kept = tuple(label for label in axis.labels if label in ends.iloc[0])
        return Limit(axis.path, nan, nan, nan, nan, low, high, kept, axis.labels)
    least, largest = float(axis.values.min()), float(axis.values.max())
    return Limit(axis.path, float(ends.iloc[0]), float(ends.iloc[1]), least, largest, low, high)
