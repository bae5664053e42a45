"""Describes a score: the coverage of bands, where the model loses, and what it did not foresee."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .predictive import RULES, Mark, Scored
from .shocks import DRAWN, LISTED
from .skill import ALL, Skill, of

if TYPE_CHECKING:
    from .scored import Score

KNOWN = ("vote-es-11-1", "vote-es-11-3")
"""Votes that were known when resolutions were coded, see ``docs/background/votes.md``."""

NUMBERS = ("numbers", "portfolios")
"""Families of targets that have bands."""

SLIGHT = 0.005
"""Size of a skill that may be due to the limited number of runs."""

UNLIKELY = 0.05
"""Share of runs below which an outcome counts as not foreseen."""


@dataclass(frozen=True)
class Cover:
    """How often bands contain the numbers on record.

    Attributes:
        numbers: number of numbers on record.
        inside: how many of them lie in the bands, by 50 and 90 (%).
        width: mean width of the bands, by 50 and 90 (%).
    """

    numbers: int
    inside: dict[int, int]
    width: dict[int, float]


def cover(scored: Sequence[Scored], forecaster: str, shocks: str) -> Cover:
    """Return the coverage and width of a forecaster's bands."""
    marks = numbers_of(scored, forecaster, shocks)
    return Cover(
        len(marks),
        {band: sum(mark.inside(band) for mark in marks) for band in (50, 90)},
        {
            band: float(np.mean([mark.width(band) for mark in marks])) if marks else float("nan")
            for band in (50, 90)
        },
    )


def own_forecasts(result: "Score") -> list[tuple[str, str]]:
    """Return (forecaster, shocks) of the forecasts that the model itself makes."""
    names = dict.fromkeys([result.model, "prior"])
    return [(who, shocks) for who in names for shocks in (LISTED, DRAWN)]


def numbers_of(scored: Sequence[Scored], forecaster: str, shocks: str) -> list[Mark]:
    """Return all numbers that a forecaster forecasts."""
    own = of(scored, forecaster, shocks)
    return [mark for s in own if s.family in NUMBERS for mark in s.marks]


def lost(result: "Score", shocks: str = LISTED) -> list[tuple[str, str, list[Skill]]]:
    """Return family, rule and the forecasters that are better than the model there, best first.

    Only the first rule of each family is used. The model with its priors is left out.
    """
    found = []
    for family, rules in RULES.items():
        better = [
            skill
            for skill in result.skills
            if (skill.forecaster, skill.shocks) == (result.model, shocks)
            and (skill.family, skill.rule) == (family, rules[0])
            and skill.against not in ("prior", result.model)
            and skill.skill < -SLIGHT
        ]
        if better:
            found.append((family, rules[0], sorted(better, key=lambda skill: skill.skill)))
    return found


def against_priors(result: "Score", shocks: str = LISTED) -> Skill | None:
    """Return the skill of the posterior over the priors, for all families together."""
    for skill in result.skills:
        if (skill.forecaster, skill.shocks, skill.against, skill.family) == (
            *("posterior", shocks, "prior"),
            ALL,
        ):
            return skill
    return None


def unforeseen(result: "Score", shocks: str = LISTED) -> list[str]:
    """Return in words the targets outside the model's 90 % bands, or with less than 5 %."""
    found = []
    for s in of(result.scored, result.model, shocks):
        for mark in s.marks:
            if s.family in NUMBERS:
                low, high = mark.ends(90)
                if not mark.inside(90):
                    band = f"said {low:.2f} to {high:.2f}"
                    found.append(f"{name(s, mark)}: {mark.observed:.3g}, {band}")
            elif mark.score < UNLIKELY:
                found.append(f"{name(s, mark)}: {came(s)}, said with {100 * mark.score:.1f} %")
    return found


def name(scored: Scored, mark: Mark) -> str:
    """Return the name of a number of a target, with its country and years."""
    first, last = scored.target.years
    when = f"{first}" if first == last else f"{first}–{last}"
    if scored.family == "dates":
        return f"{scored.target.country} {mark.measure} ≥ {scored.target.values[0]:g}"
    return f"{scored.target.country} {mark.measure} {when}"


def came(scored: Scored) -> str:
    """Return the outcome or date of a target on record, in a word or two."""
    target = scored.target
    if target.kind == "choice":
        return str(target.value)
    if target.kind == "rung":
        return f"rung {target.values[0]:g}"
    if target.kind == "tier":
        return f"in {target.years[0]}"
    return "never" if target.kind == "never" else f"above {target.values[0]:g}"
