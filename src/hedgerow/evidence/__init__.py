"""What the five articles say: facts with their lines, their conflicts, and who may cite them."""

from hedgerow.evidence.facts import load_evidence
from hedgerow.evidence.provenance import Provenance, UnknownSource, classify
from hedgerow.evidence.query import select
from hedgerow.evidence.records import (
    Article,
    Conflict,
    Evidence,
    EvidenceError,
    External,
    Fact,
    Mechanism,
)
from hedgerow.evidence.tables import conflicts_text, facts_frame, facts_table
from hedgerow.evidence.targets import Target, TargetError, load_targets

__all__ = [
    "Article",
    "Conflict",
    "Evidence",
    "EvidenceError",
    "External",
    "Fact",
    "Mechanism",
    "Provenance",
    "Target",
    "TargetError",
    "UnknownSource",
    "classify",
    "conflicts_text",
    "facts_frame",
    "facts_table",
    "load_evidence",
    "load_targets",
    "select",
]
