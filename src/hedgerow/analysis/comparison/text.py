"""A comparison as text for a terminal."""

from math import floor, isnan, log10
from textwrap import wrap
from typing import TYPE_CHECKING

from ...results.naming import words
from ...scenario.write import value_text
from .differences import LEVEL

if TYPE_CHECKING:
    import pandas as pd

    from .comparison import Comparison

_MOST = 12
"""Most changes of a year that are shown."""


def text(result: "Comparison", width: int = 100) -> str:
    """Return the largest clear changes as lines of at most `width` columns where names allow."""
    lines = [*_heading(result, width)]
    for year in result.years:
        lines += ["", *_changes(result, result.largest(year), f"Clear changes in {year}")]
    choices = result.largest()
    if len(choices):
        lines += ["", *_changes(result, choices, "Clear changes of choices", dated=True)]
    if result.each is not None:
        lines += ["", *_points(result)]
    lines += ["", *wrap(_honesty(result), width)]
    for note in result.notes:
        lines += wrap(f"Note: {note}", width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(line.rstrip() for line in lines)


def number(value: float, half: float = float("nan"), sign: str = "") -> str:
    """Return a number with two digits of its uncertainty `half`; a dash if it is undefined."""
    if isnan(value):
        return "–"
    size = half if half > 0.0 else abs(value) / 10.0
    digits = min(max(1 - floor(log10(size)), 0), 6) if size > 0.0 else 2
    return f"{round(value, digits) + 0.0:{sign}.{digits}f}"


def _heading(result: "Comparison", width: int) -> list[str]:
    lines = []
    for mark, name, title in zip("AB", (result.base, result.other), result.titles, strict=True):
        heading = title if name == title else f"{name}: {title}"
        lines += wrap(f"{mark}  {heading}", width, subsequent_indent="   ")
    what = "pairs of runs" if result.paired else "runs of each side"
    seeds = " and ".join(str(seed) for seed in dict.fromkeys(result.seeds))
    places = f" at each of {result.points} points" if result.points > 1 else ""
    of = ", ".join(result.countries.values())
    how = "" if result.paired else " taken as independent,"
    about = f"{of}: {result.runs} {what}{places},{how} seed {seeds}, {result.start} to {result.end}"
    return [*lines, *wrap(about, width)]


def _changes(
    result: "Comparison", rows: "pd.DataFrame", title: str, dated: bool = False
) -> list[str]:
    """Return a table of changes, the largest first."""
    if not len(rows):
        return [f"{title}: none"]
    heading = (f"{title}, largest first", "A", "B", "B − A", "95 %", "in sd", "")
    table = [heading]
    for row in rows.head(_MOST).to_dict("records"):
        label, unit = words(row["measure"], result.names)
        label = f"{row['year']} {label}" if dated else label
        if len(result.countries) > 1:
            label = f"{row['country']}  {label}"
        half = (row["high"] - row["low"]) / 2.0
        table.append(
            (
                f"  {label} ({unit})",
                number(row["base_mean"], half),
                number(row["other_mean"], half),
                number(row["difference"], half, "+"),
                f"±{number(half, half)}",
                f"{row['size']:+.2f}".replace("inf", "∞"),
                "*" if row["survives"] else "",
            )
        )
    wide = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        f"{first:<{wide[0]}}" + "".join(f"  {c:>{w}}" for c, w in zip(rest, wide[1:], strict=True))
        for first, *rest in table
    ]
    if len(rows) > _MOST:
        lines.append(f"  and {len(rows) - _MOST} more")
    return lines


def _points(result: "Comparison") -> list[str]:
    """Return the change at each point of the measure that changes most."""
    assert result.each is not None
    year = result.years[0]
    largest = result.largest(year).to_dict("records")
    measure, country = result.courses[0].measure, result.courses[0].country
    if largest:
        measure, country = largest[0]["measure"], largest[0]["country"]
    rows = result.each
    rows = rows[(rows["measure"] == measure) & (rows["country"] == country)]
    there = {row["point"]: row for row in rows[rows["year"] == year].to_dict("records")}
    label, unit = words(measure, result.names)
    label = f"{country}  {label}" if len(result.countries) > 1 else label
    lines = [f"{label} ({unit}) in {year}, by point"]
    for point, swept in enumerate(result.swept):
        where = ", ".join(f"{path} = {value_text(value)}" for path, value in swept.items())
        gap = "–"
        if point in there:
            row = there[point]
            half = (row["high"] - row["low"]) / 2.0
            gap = f"{number(row['difference'], half, '+')} ±{number(half, half)}"
            gap += " *" if row["survives"] else ""
        lines.append(f"  {point:>2}  {gap:<18} {where}")
    return lines


def _honesty(result: "Comparison") -> str:
    """Return how many differences were examined, and how many are expected by chance."""
    looked, differing = len(result.table), result.differing
    clear, sure = int(result.table["clear"].sum()), int(result.table["survives"].sum())
    equal = looked - differing
    if not differing:
        return f"{looked} differences were looked at: " + (
            "every pair of runs is the same." if result.paired else "nothing differs."
        )
    same = f", {equal} of them the same in every pair of runs" if result.paired and equal else ""
    return (
        f"{looked} differences were looked at{same}. Of {clear} the 95 % interval leaves zero out "
        f"(clear), which luck alone would do for about {LEVEL * differing:.0f}; {sure} of all are "
        f"left (*) when false discoveries are held at {100 * LEVEL:.0f} % (Benjamini and "
        "Hochberg). In sd: B − A against the spread of runs on the side that varies more."
    )
