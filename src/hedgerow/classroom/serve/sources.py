"""Where the numbers and dots of the page come from, for people to read."""

from typing import Any

from ...facts import Fact, classify
from ...facts.facts import shipped_evidence
from ...figures.series import facts, moment
from .levers import COUNTRY
from .measures import SUPPLIER


def told(source: str) -> dict[str, Any]:
    """Return what stands behind a source of a scenario: its words, the facts it cites.

    Of a number that follows from facts the words are the rule, of an assumption its reason (its
    facts are those that were known when it was made), of an entry of external sources
    what it is and how the number is derived from it.
    """
    evidence = shipped_evidence()
    if not source:
        return {"text": "", "facts": []}
    found = classify(source, evidence)
    if found.external:
        entry = evidence.externals[found.external]
        text = f"{entry.name}: {entry.table}. {entry.derivation}"
    else:
        text = found.rule or source.partition(":")[2].strip()
    return {"text": text, "facts": [fact(evidence.facts[name]) for name in found.facts]}


def fact(entry: Fact) -> dict[str, Any]:
    """Return a fact with the article that it is from."""
    article = next(a for a in shipped_evidence().articles if a.id == entry.article)
    return {
        "id": entry.id,
        "note": entry.note,
        "doubt": entry.doubt,
        "coded": entry.coded,
        "date": entry.date,
        "line": entry.line,
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published,
    }


def arms() -> list[dict[str, Any]]:
    """Return the facts about the share of `SUPPLIER` in the arsenal, as dots of the chart.

    A dot has its value with its range in fractions of 1, and the year it stands at; null where the
    article gives no date.
    """
    dots = []
    for entry in facts("arms", "share of arsenal", COUNTRY):
        if entry.partner != SUPPLIER:
            continue
        value = float(entry.value)
        dots.append(
            {
                "year": None if entry.years is None else moment(entry),
                "value": value,
                "low": value if entry.low is None else entry.low,
                "high": value if entry.high is None else entry.high,
                **fact(entry),
            }
        )
    return dots
