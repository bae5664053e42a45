"""Selects facts by country, partner, domain, year and text."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from .records import Evidence, Fact


def select(
    facts: Mapping[str, Fact] | Iterable[Fact],
    country: str | None = None,
    partner: str | None = None,
    domain: str | None = None,
    year: int | None = None,
    text: str | None = None,
) -> list[Fact]:
    """Return the facts that meet all given conditions, in their order.

    Args:
        facts: facts, or a mapping of fact ids to facts.
        country: code of a state or bloc that must be one of the fact's two sides.
        partner: likewise; together with `country`, facts between the two in either direction.
        domain: the domain of the fact.
        year: a year that the date of the fact falls in or spans; undated facts never match.
        text: a text to find in the id, note, unit or doubt, in any case.
    """
    pool = facts.values() if isinstance(facts, Mapping) else facts
    return [
        fact
        for fact in pool
        if _is_side(fact, country)
        and _is_side(fact, partner)
        and (domain is None or fact.domain == domain.lower())
        and (year is None or _covers(fact, year))
        and (text is None or _mentions(fact, text))
    ]


def known(evidence: Evidence, condition: str) -> set[str]:
    """Return the values that ``"domain"``, ``"country"`` or ``"partner"`` of `select` can take."""
    facts = evidence.facts.values()
    if condition == "domain":
        return {fact.domain for fact in facts}
    return {side for fact in facts for side in (fact.actor, fact.partner)}


def require_known(evidence: Evidence, condition: str, value: str | None) -> None:
    """Check that some fact has a value, in any case of letters; None is always right.

    Raises:
        ValueError: no fact has it. The message names similar values, or all.
    """
    values = known(evidence, condition)
    if value is not None and value.upper() not in {each.upper() for each in values}:
        close = get_close_matches(value.lower(), values, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(values))}"
        raise ValueError(f"{condition} {value}: no fact has it; {hint}")


def _is_side(fact: Fact, code: str | None) -> bool:
    return code is None or code.upper() in (fact.actor, fact.partner)


def _covers(fact: Fact, year: int) -> bool:
    years = fact.years
    return years is not None and years[0] <= year <= years[1]


def _mentions(fact: Fact, text: str) -> bool:
    needle = text.casefold()
    return any(needle in part.casefold() for part in (fact.id, fact.note, fact.unit, fact.doubt))
