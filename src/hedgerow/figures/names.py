"""Names of the figures of a result, where help, completion and folders find them at no cost."""

NAMES = (
    "alignment",
    "alignment_overview",
    "arms",
    "tiers",
    "votes",
    "events",
    "portfolio",
    "beliefs_threat",
)
