"""Conditions such as ``hedging_index@2035 < 0.2``."""

import re
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from ...errors import NoBox, argument
from ...scenario.schema import BAND

Floats = NDArray[np.float64]

HOW = (
    'expected MEASURE@YEAR and what holds of it, as in "hedging_index@2035 < 0.2", '
    '"alignment_index@2035 outside band", "tier:USA@2023 >= 3"; or something that happens, as in '
    '"event:hedging_broken", "event:tier:USA@2020..2025", "not choice:ES-11/1:abstain"'
)

_COMPARED = re.compile(r"(?P<what>.*?)\s*(?P<op><=|>=|==|=|<|>)\s*(?P<value>[^<>=]*)")
_RANGED = re.compile(r"(?P<what>.*?)\s+(?P<op>inside|outside)\s+(?P<value>.*)")
_YEARS = re.compile(r"(?P<first>\d{4})(\.\.(?P<last>\d{4}))?")
_HAPPENS = ("event:", "choice:")


@dataclass(frozen=True)
class Condition:
    """A condition, which holds in a run or does not.

    Attributes:
        text: the condition as it was written.
        measure: name as in the summary.
        years: first and last year. None means the last year or, for an event or choice, any year.
        op: ``"<"``, ``"<="``, ``">"``, ``">="``, ``"="``, ``"inside"`` or ``"outside"``; empty for
            an event or a choice.
        low, high: the range that values are compared with; twice the same number for a comparison.
        negated: whether the condition is that it does not hold.
    """

    text: str
    measure: str
    years: tuple[int, int] | None
    op: str
    low: float = 0.0
    high: float = 0.0
    negated: bool = False

    @property
    def happens(self) -> bool:
        """Whether it is about an event or a choice, not about a number."""
        return not self.op

    def of_band(self, band: tuple[float, float]) -> "Condition":
        """Return the condition with the hedger's band of a scenario, where it speaks of one."""
        return replace(self, low=band[0], high=band[1]) if self.text.endswith(" band") else self

    def holds(self, values: Floats) -> NDArray[np.bool_]:
        """Return for which values the condition holds; never for undefined ones.

        The value of an event or a choice is 1 if it happened, else 0.
        """
        with np.errstate(invalid="ignore"):
            found = {
                "": values > 0.5,
                "<": values < self.low,
                "<=": values <= self.low,
                ">": values > self.low,
                ">=": values >= self.low,
                "=": values == self.low,
                "inside": (values >= self.low) & (values <= self.high),
                "outside": (values < self.low) | (values > self.high),
            }[self.op]
        return np.asarray((found ^ self.negated) & ~np.isnan(values))


def condition(text: str) -> Condition:
    """Return the condition that a text describes.

    Raises:
        NoBox: the text is not a condition.
    """
    rest = " ".join(text.split())
    negated = rest.startswith("not ")
    rest = rest.removeprefix("not ")
    happens = rest.startswith(_HAPPENS)
    found = None if happens else _COMPARED.fullmatch(rest) or _RANGED.fullmatch(rest)
    if not rest or (found is None and not happens):
        raise _wrong(text, HOW)
    what, op = (rest, "") if found is None else (found["what"], found["op"])
    measure, at, when = what.rpartition("@")
    if not at:
        measure, when = what, ""
    years = _years(text, when) if at else None
    if not measure or set(measure) & set("<>=") or (happens and " inside " in measure):
        raise _wrong(text, HOW)
    if years is not None and years[0] != years[1] and not happens:
        raise _wrong(text, "a span of years is for events and choices; name one year")
    low, high = (0.0, 0.0) if found is None else _bounds(text, measure, op, found["value"])
    return Condition(text, measure, years, op.replace("==", "="), low, high, negated)


def _wrong(text: str, why: str) -> NoBox:
    """Return the error for a text that is not a condition."""
    return NoBox(f"{argument('where')} {text!r}: {why}")


def _years(text: str, when: str) -> tuple[int, int]:
    found = _YEARS.fullmatch(when)
    if found is None:
        raise _wrong(text, f"{when!r} is no year; expected 2035, or 2030..2035 of events")
    first, last = int(found["first"]), int(found["last"] or found["first"])
    if last < first:
        raise _wrong(text, f"{last} is before {first}")
    return first, last


def _bounds(text: str, measure: str, op: str, value: str) -> tuple[float, float]:
    value = value.strip()
    if op in ("inside", "outside"):
        if value == "band":
            if measure != "alignment_index":
                raise _wrong(text, "only alignment_index has a band; write LOW..HIGH")
            return BAND
        low, dots, high = value.partition("..")
        ends = (_number(low), _number(high)) if dots else (None, None)
        if ends[0] is None or ends[1] is None or ends[1] < ends[0]:
            raise _wrong(text, f"expected a range after {op}, as in {op} 45..55")
        return ends[0], ends[1]
    number = _number(value)
    if number is None:
        raise _wrong(text, f"{value!r} is no number")
    return number, number


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
