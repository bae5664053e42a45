"""Checks groups of numbers of which at least one must be above 0, since the model divides by it.

Beliefs need a future with a positive prior. A critical rivalry needs an instrument with both
salience and curvature. Since shocks may set such numbers to 0 one after the other, every moment at
which they change is checked.
"""

from collections.abc import Callable, Iterator

from ...model.parameters import Kind
from ..document import Plain
from ..keys import join
from ..positions import KeyPath
from ..quantity import Quantity
from .report import Report
from .shocks import Dated, base, dated, targets

Target = tuple[str, ...]
Best = Callable[..., float]
"""`min` or `max`."""


class Course:
    """The highest values that numbers can have over time, with the shocks that change them."""

    def __init__(self, resolved: Plain, numbers: dict[str, Quantity]) -> None:
        self._numbers = numbers
        self._start = float(resolved["time"]["start"])
        self._stop = float(resolved["time"]["end"] + 1)
        self._moving: dict[Target, list[Dated]] = {}
        for shock in dated(resolved, numbers):
            for target in targets(resolved, shock.path):
                self._moving.setdefault(target, []).append(shock)

    def moments(self, wanted: list[Target]) -> list[float]:
        """Return the start, and every date at which a shock of these numbers may begin or end."""
        shocks = [shock for target in wanted for shock in self._moving.get(target, ())]
        dates = {date for shock in shocks for date in (*shock.first, *shock.last)}
        return [self._start, *sorted(date for date in dates if self._start < date < self._stop)]

    def top(self, target: Target, moment: float, best: Best) -> float:
        """Return the highest value that a number can have at a moment.

        Shocks that may or may not have come are chosen so that the number is lowest (`best` is
        `min`) or highest (`max`). One after the other can be chosen, since every operation keeps
        the order of numbers.
        """
        height = base(self._numbers, target).support()[1]
        for shock in self._moving.get(target, ()):
            if shock.first[0] <= moment < shock.last[1]:
                after = shock.apply((height, height))[1]
                surely = shock.comes and shock.first[1] <= moment < shock.last[0]
                height = after if surely else best(height, after)
        return height

    def latest(self, wanted: list[Target], moment: float) -> KeyPath | None:
        """Return the path of the value of the last shock that may be in force at a moment."""
        found = [
            shock
            for target in wanted
            for shock in self._moving.get(target, ())
            if shock.first[0] <= moment < shock.last[1]
        ]
        if not found:
            return None
        return ("shocks", max(found, key=lambda shock: shock.first).label, "value")


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check the priors of futures, and that a critical rivalry can be reached."""
    course = Course(resolved, numbers)
    priors = [numbers[join(("futures", code, "prior"))] for code in resolved["futures"]]
    if not any(prior.support()[1] > 0.0 for prior in priors):  # returns follow from these
        text = "no future has a prior above 0"
        report.error(("futures",), text, "", "give the first a prior", True)
        return
    _priors(report, resolved, course)
    _critical_rivalry(report, resolved, numbers, course)


def _priors(report: Report, resolved: Plain, course: Course) -> None:
    priors: list[Target] = [("futures", code, "prior") for code in resolved["futures"]]
    for moment in course.moments(priors):
        if any(course.top(prior, moment, min) > 0.0 for prior in priors):
            continue
        where = course.latest(priors, moment)
        if where is not None:
            text = "brings the sum of all futures' priors to 0, or may do so"
            report.error(where, text, "one future at least with a prior above 0")
        return


def _critical_rivalry(
    report: Report, resolved: Plain, numbers: dict[str, Quantity], course: Course
) -> None:
    steps = [k for k, table in resolved["instruments"].items() if table["kind"] == Kind.STEPS]
    give = [tuple(("instruments", k, name) for name in ("salience", "curvature")) for k in steps]
    for wanted in _critical(resolved):
        of_it = [wanted, *(target for pair in give for target in pair)]
        for moment in course.moments(of_it):
            needed = course.top(wanted, moment, max) > 0.0
            if not needed or any(_gives(course, pair, moment) for pair in give):
                continue
            text = "critical_rivalry needs an instrument of steps that gives way, and "
            where = course.latest(of_it, moment)
            if where is None:
                text += "none has both salience and curvature above 0"
                where = wanted if join(wanted) in numbers else wanted[2:]
            else:
                text += "with this shock none has, or may have, both salience and curvature above 0"
            hint = "give an instrument both, or set critical_rivalry = 0 and use cross_pressure"
            report.error(where, text, "", hint)
            return


def _critical(resolved: Plain) -> Iterator[Target]:
    for country in resolved["countries"]:
        yield "countries", country, "behaviour", "critical_rivalry"


def _gives(course: Course, pair: tuple[Target, ...], moment: float) -> bool:
    return all(course.top(target, moment, min) > 0.0 for target in pair)
