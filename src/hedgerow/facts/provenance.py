"""The grammar of sources: the texts in scenario files that say where a number comes from."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from ..errors import RuleError
from .entries import EXTERNAL_ID
from .records import Evidence
from .rules import parse

Kind = Literal["fact", "from fact", "estimated", "external", "assumption", "convention"]

_FACT_LIKE = re.compile(r"[A-Z][A-Za-z0-9]*-[a-z0-9]")
_REASONED = re.compile(r"(assumption|convention)(?:\s*:\s*\S.*)?", re.DOTALL)
_KNOWING = re.compile(r"assumption\s*,\s*knowing\s+([^:;]+):\s*\S.*", re.DOTALL)
_NO_WHY = re.compile(r"assumption\s*,\s*knowing\s+([^:;]+?)\s*:?", re.DOTALL)
_ESTIMATED = re.compile(r"estimated\s*:\s*\S.*", re.DOTALL)
_FROM_FACT = re.compile(r"from fact\s*:\s*([^;]*);\s*(\S.*)", re.DOTALL)
_EXTERNAL = re.compile(r"external\s*:\s*([^\s,][^,]*)(?:,\s*(\S.*))?", re.DOTALL)
_YEAR = re.compile(r"\b[12]\d{3}[a-z]?\b")
_DOI = re.compile(r"doi\s*:\s*10\.\d{4,9}/\S+(?:\s+\S.*)?", re.DOTALL)
_AUTHOR_YEAR = re.compile(r"[^\W\d_a-z][^;:\d]*\s[12]\d{3}[a-z]?(?:,\s*\S.*)?", re.DOTALL)
_LONGEST_ID = 80
_GRAMMAR = (
    "a list of fact ids, 'from fact: IDS; RULE', 'estimated: how', 'external: NAME, what', "
    "'doi:…', 'Author YEAR', 'assumption', 'assumption: why', 'assumption, knowing IDS: why', "
    "'convention' or 'convention: why'"
)


@dataclass(frozen=True)
class Provenance:
    """A source, taken apart.

    Attributes:
        kind: its form. ``"fact"`` is a list of facts alone, ``"from fact"`` one with a rule.
        facts: ids of the facts that it cites. An assumption may name those known when it was made.
        rule: how the number follows from the facts, as of `hedgerow.facts.rules`; may be empty.
        external: id of the external source that it cites; may be empty.
    """

    kind: Kind
    facts: tuple[str, ...] = ()
    rule: str = ""
    external: str = ""


class UnknownSource(ValueError):
    """A source that names no known fact and has none of the other forms."""

    def __init__(
        self, source: str, matches: tuple[str, ...] = (), hint: str = "", what: str = "unknown"
    ) -> None:
        if matches:
            hint = f"did you mean {' or '.join(matches)}?"
        elif not hint and _FACT_LIKE.match(source):
            hint = "no fact has this id"
        hint = hint or f"a source is {_GRAMMAR}"
        super().__init__(f"{what} source {source!r}: {hint}")
        self.source = source
        self.matches = matches


def classify(source: str, evidence: Evidence) -> Provenance:
    """Return the parts of a source. `label` then decides what it means for a number.

    Raises:
        UnknownSource: the text names no known fact or external source (the error holds similar
            ids), has a rule that cannot be read, or has none of the forms.
    """
    text = source.strip()
    if reasoned := _REASONED.fullmatch(text):
        return Provenance(cast(Kind, reasoned[1]))
    if knowing := _KNOWING.fullmatch(text):
        return Provenance("assumption", _facts(source, knowing[1], evidence))
    if unreasoned := _NO_WHY.fullmatch(text):
        cited = ", ".join(_facts(source, unreasoned[1], evidence))
        hint = f"the why is missing; write 'assumption, knowing {cited}: why'"
        raise UnknownSource(source, hint=hint, what="incomplete")
    if _ESTIMATED.fullmatch(text):
        return Provenance("estimated")
    if derived := _FROM_FACT.fullmatch(text):
        facts = _facts(source, derived[1], evidence)
        try:
            parse(derived[2], len(facts))
        except RuleError as error:
            raise UnknownSource(source, hint=str(error)) from None
        return Provenance("from fact", facts, derived[2])
    if external := _EXTERNAL.fullmatch(text):
        return _external(source, external[1].strip(), bool(external[2]), evidence)
    if _DOI.fullmatch(text) or _AUTHOR_YEAR.fullmatch(text):
        return Provenance("external")
    return Provenance("fact", _facts(source, text, evidence))


def _facts(source: str, text: str, evidence: Evidence) -> tuple[str, ...]:
    cited = tuple(part.strip() for part in text.split(","))
    if not all(_FACT_LIKE.match(name) for name in cited):
        raise UnknownSource(source)
    for name in cited:
        if name not in evidence.facts:
            raise UnknownSource(name, _close(name, evidence.facts))
    return cited


def _external(source: str, name: str, described: bool, evidence: Evidence) -> Provenance:
    if name in evidence.externals:
        return Provenance("external", external=name)
    if EXTERNAL_ID.fullmatch(name):
        close = _close(name, evidence.externals)
        raise UnknownSource(source, close, "no external source has this id")
    if described or _YEAR.search(name):
        return Provenance("external")
    raise UnknownSource(source, hint="say what, as in 'external: NAME, what', or its year")


def _close(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the ids most similar to a name; none if the name is far too long for an id."""
    return tuple(difflib.get_close_matches(name, known)) if len(name) <= _LONGEST_ID else ()
