"""Warns of numbers that are far larger than those that the model is used to."""

from ..document import Plain
from ..fields import find
from ..keys import split
from ..quantity import Quantity
from .report import Report

LARGE = 1000.0
"""More than ten times the largest number of all shipped scenarios, dates apart."""


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Warn of each number whose value, range or deviation is above `LARGE`, dates apart."""
    for path, number in numbers.items():
        parts = split(path)
        if parts[0] == "shocks" and parts[-1] in ("at", "until"):
            continue
        sizes = [abs(n) for n in (number.value, number.low, number.high, number.sd) if n]
        if max(sizes, default=0.0) > LARGE:
            field = find(parts)
            usual = f"the default is {field[0].default:g}, and " if field else ""
            report.warn(
                parts,
                f"{path} is very large: {max(sizes):g}",
                f"{usual}no shipped scenario has a number above 100",
            )
