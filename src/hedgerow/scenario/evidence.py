"""`evidence` returns the facts of the articles as a table."""

from dataclasses import fields
from typing import TYPE_CHECKING

from ..arguments import checked
from ..facts import Fact, facts_frame, load_evidence, select
from ..facts.countries import state_frame
from ..facts.panel import shipped_panel
from ..facts.query import require_known

if TYPE_CHECKING:
    import pandas as pd


@checked
def evidence(
    country: str | None = None,
    partner: str | None = None,
    domain: str | None = None,
    year: int | None = None,
    text: str | None = None,
    panel: str | None = None,
) -> "pd.DataFrame":
    """Return the facts of the articles that meet all given conditions.

    For the numbers of a scenario with their labels and sources, see ``load(name).find()``.

    Args:
        country: code of a state or bloc that is one of the two sides of a fact.
        partner: likewise; together with `country`, facts between the two in either direction.
        domain: subject of a fact: ``"arms"``, ``"trade"``, …
        year: a year that the date of a fact falls in or spans.
        text: a text in its id, note, unit or doubt, in any case.
        panel: code of a state of the panel, alone: what its tables tell of that state, instead.

    Returns:
        A row for each fact, in the order of the articles: its id, the line of the article, date,
        actor, partner, domain, value and unit, and how certain it is. No rows if no fact fits.
        With `panel`, a row for each figure of the state: what, partner, when, value and source.

    Raises:
        ValueError: no fact has such a country, partner or domain; the message names the closest.
        NoState: the panel has no such state, or it is a power.

    >>> import hedgerow
    >>> facts = hedgerow.evidence(country="VNM", partner="RUS", domain="arms")
    >>> "S2-arms-share-2000" in set(facts["id"])
    True
    """
    import pandas as pd

    if panel is not None:
        if any(value is not None for value in (country, partner, domain, year, text)):
            raise ValueError(
                "panel names a state whose figures are listed, not facts; give it alone"
            )
        return pd.DataFrame(state_frame(shipped_panel(), panel))
    known = load_evidence()
    for name, value in (("country", country), ("partner", partner), ("domain", domain)):
        require_known(known, name, value)
    found = facts_frame(select(known.facts, country, partner, domain, year, text))
    return pd.DataFrame(found, columns=[field.name for field in fields(Fact)])
