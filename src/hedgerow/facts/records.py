"""The records of the evidence: articles, facts, conflicts, mechanisms."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DOMAINS = frozenset(
    {
        "arms",
        "trade",
        "energy",
        "diplomacy",
        "defence",
        "voice",
        "settlement",
        "sanctions",
        "tier",
        "threat",
        "coercion",
        "loyalty",
        "norm",
        "rules",
        "domestic",
        "structure",
        "aid",
        "health",
        "investment",
        "people",
        "bloc",
    }
)
"""The subjects that a fact may have."""

CODINGS = ("stated", "words", "inferred", "external")
"""How the value or date of a fact is known, from strongest to weakest: a figure in the article, a
coding of its words, a date inferred from its context, knowledge from elsewhere."""


@dataclass(frozen=True)
class Article:
    """One of the five articles. `dating` says how its date of publication is known."""

    id: str
    title: str
    publisher: str
    published: str
    dating: str
    kind: str
    stance: str
    author: str = ""


@dataclass(frozen=True)
class Mechanism:
    """A mechanism that the articles describe and that the model must be able to show."""

    id: str
    title: str


@dataclass(frozen=True)
class Fact:
    """One figure or statement of an article, coded.

    `actor` and `partner` are ISO 3166 alpha-3 codes or names of blocs. `date` is a year, month or
    day, a span ``"2004/2024"``, or ``"undated"``. Shares in `value`, `low` and `high` are
    fractions of 1; a qualitative value is a short string. `line` counts from 1 in the article.
    `speaks_for` are codes of further states and blocs about which it says something.
    """

    id: str
    article: str
    domain: str
    actor: str
    partner: str
    date: str
    value: float | str
    unit: str
    line: int
    coded: str
    note: str
    mechanisms: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    doubt: str = ""
    speaks_for: tuple[str, ...] = ()

    @property
    def quarters(self) -> tuple[int, int] | None:
        """First and last quarter of the date, counted from the year 0; None if it is undated."""
        if self.date == "undated":
            return None
        first, last = self.date.split("/")[0], self.date.split("/")[-1]
        return _quarter(first, 0), _quarter(last, 3)

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year of the date, or None if it is undated."""
        if self.date == "undated":
            return None
        parts = self.date.split("/")
        return int(parts[0][:4]), int(parts[-1][:4])


def _quarter(date: str, otherwise: int) -> int:
    """Return the quarter of a date; for a year alone, quarter `otherwise` of it."""
    month = date[5:7]
    return 4 * int(date[:4]) + ((int(month) - 1) // 3 if month else otherwise)


@dataclass(frozen=True)
class Conflict:
    """Facts that contradict each other or other knowledge, and how the model treats them."""

    id: str
    facts: tuple[str, ...]
    disagreement: str
    treatment: str


@dataclass(frozen=True)
class External:
    """A source other than the articles (a register, series or event), cited by its id.

    `table` is the part that was read, `vintage` its version, `read` the day of reading
    (``"2026-11-29"``, a month or a year) or ``"not recorded"``, `derivation` how a number follows
    from it, and `as_of` the last year that it covers. `doi` is empty if there is none.
    """

    id: str
    name: str
    table: str
    vintage: str
    read: str
    derivation: str
    as_of: int
    doi: str = ""


@dataclass(frozen=True)
class Evidence:
    """All evidence. `facts` and `externals` are keyed by id; the rest is as in the files."""

    articles: tuple[Article, ...]
    facts: Mapping[str, Fact]
    conflicts: tuple[Conflict, ...]
    mechanisms: tuple[Mechanism, ...]
    externals: Mapping[str, External] = field(default_factory=dict)


MARK = "hindsight"
"""The word that marks every output that uses knowledge from after its cut-off year."""
