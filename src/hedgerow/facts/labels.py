"""Labels of numbers, which say how well the evidence supports them.

A fact has a coding of its own: stated, words, inferred or external. The label of a number does not
follow from the coding of the fact that it cites. For example, if a fact says that a country buys
its arms from one supplier, a weight of 24 is not a figure of an article: the fact supports that the
weight is positive, and its size is an assumption of the scenario.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ..errors import RuleError
from .provenance import Provenance
from .records import Evidence, Fact
from .rules import evaluate, follows, idle, uses_year

Label = Literal[
    "from fact",
    "date from fact",
    "sign from fact",
    "estimated",
    "external",
    "assumption",
    "convention",
    "default",
    "missing",
]

LABELS: dict[Label, str] = {
    "from fact": "a written rule turns the figure of a fact into the number; its spread is ours",
    "date from fact": "the year is a fact's; the quarter is ours where the fact names no month",
    "sign from fact": "a fact says that it is so; the size is ours",
    "estimated": "fitted to targets",
    "external": "from a register, a series or an event of record beyond the articles",
    "assumption": "a guess",
    "convention": "a choice of units or of scale",
    "default": "left at the value of the model",
    "missing": "no source is given",
}
"""Every label, from the strongest, with its meaning."""

ANYONE = "ALL"
"""The partner of a fact about one state towards all others."""


@dataclass(frozen=True)
class Number:
    """The properties of a number that its label depends on.

    Attributes:
        value: the number, or the middle of its prior.
        about: groups of codes of states that the number is about. For each group, one of the facts
            must speak of all its members. Empty if it is about no country and no partner.
        date: ``"start"`` or ``"end"`` if it is a date in years; None otherwise.
        own: if it is a number that a power has towards all countries, the codes of these powers.
        powers: in that case, the codes of all powers. A fact that speaks only of powers, and of
            those in `own`, speaks of the number too.
    """

    value: float
    about: tuple[frozenset[str], ...] = ()
    date: Literal["start", "end"] | None = None
    own: frozenset[str] = frozenset()
    powers: frozenset[str] = frozenset()


class Verdict(NamedTuple):
    """A label, and what is wrong with the source of the number, if anything.

    Attributes:
        label: the label, a key of `LABELS`.
        problem, hint: what is wrong, and what to do; empty if nothing is.
        severity: ``"warning"`` if the facts do not support the number, which then counts as an
            assumption; ``"error"`` if a rule gives another number than the one that is written.
    """

    label: Label
    problem: str = ""
    hint: str = ""
    severity: str = ""


def label(found: Provenance, number: Number, evidence: Evidence) -> Verdict:
    """Return the label of a number, given what its source says (`classify`)."""
    if found.kind != "fact" and found.kind != "from fact":
        return Verdict(found.kind)
    facts = [evidence.facts[name] for name in found.facts]
    away = _elsewhere(facts, number)
    if away:
        hint = "cite a fact that speaks of them, or write 'assumption: why'"
        return Verdict("assumption", f"{away}; this counts as an assumption", hint, "warning")
    dated: Label = "date from fact" if number.date else "from fact"
    if found.kind == "from fact":
        return _by_rule(found.rule, number, facts, dated)
    if not number.date:
        return Verdict("sign from fact")
    if any(gives_date(fact, number.value, number.date == "end") for fact in facts):
        return Verdict(dated)
    dates = ", ".join(
        f"{fact.id} is of {fact.date.replace('/', ' to ')}{', inferred' * _is_inferred(fact)}"
        for fact in facts
    )
    problem = f"{number.value:g} is no date of its source: {dates}; this counts as an assumption"
    hint = "cite a fact that gives this date, or write 'assumption, knowing FACT: why'"
    return Verdict("assumption", problem, hint, "warning")


def speaks_of(fact: Fact, codes: frozenset[str]) -> bool:
    """Whether a fact speaks of all these states and blocs.

    If the partner of the fact is "ALL", one of them need not be named.
    """
    named = {fact.actor, fact.partner, *fact.speaks_for}
    unnamed = codes - named
    return not unnamed or (ANYONE in named and len(unnamed) == 1 and len(codes) > 1)


def gives_date(fact: Fact, date: float, end: bool = False) -> bool:
    """Whether a date lies in the time of a fact, which may be a year, a month, a day or a span.

    False if the date of the fact was only inferred.

    Args:
        fact: the fact.
        date: a date in years, such as 2022.25.
        end: whether the date is an end, which may also lie in the first quarter after that time.
    """
    span = fact.quarters
    return span is not None and not _is_inferred(fact) and span[0] <= int(date * 4) <= span[1] + end


def _is_inferred(fact: Fact) -> bool:
    return fact.coded == "inferred"


def _elsewhere(facts: Sequence[Fact], number: Number) -> str:
    """Return the message that facts do not speak of the states that a number is about."""
    about = number.about

    def speaks(fact: Fact, codes: frozenset[str]) -> bool:
        named = {fact.actor, fact.partner, *fact.speaks_for}
        return speaks_of(fact, codes) or number.own <= named <= number.powers

    for fact in facts:
        if about and not any(speaks(fact, codes) for codes in about):
            named = " and ".join(dict.fromkeys((fact.actor, fact.partner, *fact.speaks_for)))
            wanted = " or ".join(" and ".join(sorted(codes)) for codes in about[:3])
            return f"{fact.id} speaks of {named}, not of {wanted}"
    for codes in about:
        if not any(speaks(fact, codes) for fact in facts):
            return f"no fact here speaks of {' and '.join(sorted(codes))}"
    return ""


def _by_rule(rule: str, number: Number, facts: Sequence[Fact], good: Label) -> Verdict:
    try:
        if number.date is None and uses_year(rule, len(facts)):
            raise RuleError(f"the rule {rule!r} uses a year, but the number is no date")
        useless = idle(rule, facts)
        if useless is not None:
            raise RuleError(f"the rule {rule!r} does not change with {useless.id}")
        inferred = [fact.id for fact in facts if _is_inferred(fact)]
        if number.date and inferred and uses_year(rule, len(facts)):
            problem = f"the date of {inferred[0]} is inferred; this counts as an assumption"
            return Verdict(
                "assumption", problem, "write 'assumption, knowing FACT: why'", "warning"
            )
        if follows(number.value, rule, facts):
            return Verdict(good)
        problem = f"the rule {rule!r} gives {evaluate(rule, facts):g}, not {number.value:g}"
    except RuleError as error:
        problem = str(error)
    return Verdict("assumption", problem, "mend the number, the rule or the facts", "error")
