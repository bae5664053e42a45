"""What kind of source stands behind a number of a scenario."""

import difflib
import re
from dataclasses import dataclass
from typing import Literal, cast

from hedgerow.evidence.records import CODINGS, Evidence

Kind = Literal["stated", "words", "inferred", "external", "assumption", "convention"]

_FACT_LIKE = re.compile(r"S[0-9]-")
_REASONED = re.compile(r"(assumption|convention)(?:\s*:\s*\S.*)?", re.DOTALL)
_EXTERNAL = re.compile(r"external\s*:\s*[^\s,][^,]*,\s*\S.*", re.DOTALL)
_GRAMMAR = (
    "a list of fact ids, 'assumption', 'assumption: reason', 'convention', "
    "'convention: reason' or 'external: NAME, what'"
)


@dataclass(frozen=True)
class Provenance:
    """The kind of a source, and the ids of the facts it cites, if it cites any."""

    kind: Kind
    facts: tuple[str, ...] = ()


class UnknownSource(ValueError):
    """A source that is no known fact and follows none of the other forms."""

    def __init__(self, source: str, matches: tuple[str, ...] = ()) -> None:
        if matches:
            hint = f"did you mean {' or '.join(matches)}?"
        elif _FACT_LIKE.match(source):
            hint = "no fact has this id"
        else:
            hint = f"a source is {_GRAMMAR}"
        super().__init__(f"unknown source {source!r}: {hint}")
        self.source = source
        self.matches = matches


def classify(source: str, evidence: Evidence) -> Provenance:
    """Tell what kind of source stands behind a number.

    Several facts count as the weakest of them: stated, then words, inferred, external.

    Raises:
        UnknownSource: the string names no known fact (the error holds similar ids), or follows
            none of the forms a source may take.
    """
    text = source.strip()
    if reasoned := _REASONED.fullmatch(text):
        return Provenance(cast(Kind, reasoned[1]))
    if _EXTERNAL.fullmatch(text):
        return Provenance("external")
    cited = tuple(part.strip() for part in text.split(","))
    if not all(_FACT_LIKE.match(name) for name in cited):
        raise UnknownSource(source)
    for name in cited:
        if name not in evidence.facts:
            raise UnknownSource(name, tuple(difflib.get_close_matches(name, evidence.facts)))
    weakest = max((evidence.facts[name].coded for name in cited), key=CODINGS.index)
    return Provenance(cast(Kind, weakest), cited)
