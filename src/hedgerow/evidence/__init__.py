"""What the five articles say: facts with their lines, their conflicts, and who may cite them."""

from hedgerow.evidence.facts import load_evidence, with_own
from hedgerow.evidence.labels import LABELS, Label, Number, Verdict, label
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
    "load_targets",
    "select",
    "with_own",
]
