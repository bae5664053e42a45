"""Regions as text for a terminal."""

from math import isnan
from textwrap import wrap
from typing import TYPE_CHECKING

from ...errors import argument

if TYPE_CHECKING:
    from .boxes import Box, Limit
    from .cases import Cases
    from .discovery import Discovery


def text(result: "Discovery", width: int = 100) -> str:
    """Return the boxes as lines of at most `width` columns, unless names are longer."""
    cases, regions, density = result.cases, result.boxes, result.density
    about = cases.manifest
    total, hits = cases.interest.size, int(cases.interest.sum())
    kind = "points (half of whose runs or more)" if cases.kind == "points" else "runs"
    head = (
        f"{about['countries'][cases.country]}, {cases.question}: {hits} of {total} {kind}, "
        f"{hits / total:.0%}"
    )
    lines = [str(about["title"]), *wrap(head, width)]
    lines += [line for note in _notes(cases, result.searched) for line in wrap(note, width)]
    for number, box in enumerate(regions, 1):
        lines += ["", *_box(box, number, density, cases.kind, width)]
    missed = hits - sum(box.hits for box in regions)
    if missed:
        lines += ["", f"in no box: {missed} of {hits} {cases.kind} as looked for"]
    return "\n".join(lines)


def _notes(cases: "Cases", searched: int) -> list[str]:
    notes = []
    if searched < len(cases.inputs):
        notes.append(
            f"told in {searched} of {len(cases.inputs)} paths: those that are clearly otherwise "
            f"where the cases are as looked for ({argument('paths', '--path')} names others)"
        )
    if cases.undefined:
        notes.append(
            f"undefined at {cases.undefined} {cases.kind}, which count as not as looked for"
        )
    if cases.left_out:
        what = "without a run left" if cases.kind == "points" else "that failed"
        notes.append(f"without {cases.left_out} {cases.kind} {what}")
    if cases.kind == "runs" and cases.manifest.get("swept"):
        notes.append(
            "runs of one point share what is swept, so that quasi-p-values are too good; compare "
            f"with {argument('cases="points"', '--cases points')}"
        )
    return notes


def _box(box: "Box", number: int, density: float, kind: str, width: int) -> list[str]:
    final = box.final
    lines = [
        f"box {number}: {box.hits} of its {box.cases} {kind} are as looked for (density "
        f"{final.density:.0%}); coverage {final.coverage:.0%}, mass {final.mass:.0%}"
    ]
    rows = [_cells(limit) for limit in box.limits]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines += [
        "   " + "  ".join(f"{cell:<{w}}" for cell, w in zip(row, wide, strict=True)).rstrip()
        for row in rows
    ]
    if box.dropped:
        dropped = ", ".join(box.dropped)
        lines += _wrapped(f"dropped, for it may be chance: limits of {dropped}", width)
    if final.density < density:
        lines += _wrapped(
            f"! no box has the density of {density:.0%} that was asked for; this one balances "
            "coverage and density",
            width,
        )
    return lines


def _cells(limit: "Limit") -> list[str]:
    p = f"quasi-p {limit.p:.2g}" if limit.p >= 0.001 else "quasi-p < 0.001"
    if limit.labels:
        kept = ", ".join(limit.kept)
        return [limit.path, kept, f"of {', '.join(limit.labels)}", p]
    if isnan(limit.p_low):
        says = f"up to {limit.high:.4g}"
    elif isnan(limit.p_high):
        says = f"from {limit.low:.4g}"
    else:
        says = f"{limit.low:.4g} to {limit.high:.4g}"
    return [limit.path, says, f"of {limit.least:.4g} to {limit.largest:.4g}", p]


def _wrapped(sentence: str, width: int) -> list[str]:
    return wrap(sentence, width, initial_indent="   ", subsequent_indent="     ")
