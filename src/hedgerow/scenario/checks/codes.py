"""Checks that codes differ: those of countries and partners in any case, those of streams."""

from ...model.streams import code_of
from ..document import Plain
from ..quantity import Quantity
from .report import Report


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check the codes of countries and partners, and of the random streams of each purpose."""
    countries, partners = list(resolved["countries"]), list(resolved["partners"])
    written: dict[str, str] = {}
    for section, code in (
        *(("partners", p) for p in partners),
        *(("countries", i) for i in countries),
    ):
        other = written.setdefault(code.casefold(), code)
        if other != code:
            text = f"'{code}' and '{other}' differ in case only"
            report.error((section, code), text, "codes that differ", "rename one of them", True)
    purposes = [
        [path for path, number in numbers.items() if number.is_prior],
        [f"shocks.{label}" for label in resolved["shocks"]],
        [f"{i}|{p}" for i in countries for p in partners],
        [f"{i}|{name}" for i in countries for name in (*resolved["events"], *resolved["choices"])],
        [f"{i}|{k}|{p}" for i in countries for k in resolved["instruments"] for p in partners],
    ]
    for names in purposes:
        taken: dict[int, str] = {}
        for name in names:
            other = taken.setdefault(code_of(name), name)
            if other != name:
                text = f"'{name}' and '{other}' would draw the same random numbers"
                report.error((), text, suggestion="rename one of them")
