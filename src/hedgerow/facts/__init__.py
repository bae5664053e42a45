"""The evidence: facts of the five articles with their lines, and the rules for citing them."""

from ..errors import EvidenceError, TargetError
from .facts import load_evidence, with_own
from .labels import LABELS, Label, Number, Verdict, label
from .provenance import Provenance, UnknownSource, classify
from .query import select
from .records import Article, Conflict, Evidence, External, Fact, Mechanism
from .tables import conflicts_text, facts_frame, facts_table
from .targets import Target

__all__ = [
    "LABELS",
    "Article",
    "Conflict",
    "Evidence",
    "EvidenceError",
    "External",
    "Fact",
    "Label",
    "Mechanism",
    "Number",
    "Provenance",
    "Target",
    "TargetError",
    "UnknownSource",
    "Verdict",
    "classify",
    "conflicts_text",
    "facts_frame",
    "facts_table",
    "label",
    "load_evidence",
    "select",
    "with_own",
]
