"""Lists of targets, and of the numbers of a scenario with their sources, as text and as rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import argument
from ..facts import LABELS, Target
from .sources import Sourced


def targets_frame(targets: Iterable[Target]) -> list[dict[str, Any]]:
    """Return a dictionary for each target, by field; several values are joined by spaces."""
    rows = []
    for target in targets:
        first, last = target.years
        values = target.values or (target.value,)
        rows.append(
            {
                "id": target.id,
                "use": target.use,
                "country": target.country,
                "years": str(first) if first == last else f"{first}-{last}",
                "kind": target.kind,
                "measures": " ".join(target.measures),
                "value": " ".join(v if isinstance(v, str) else f"{v:g}" for v in values),
                "error": f"{target.error:g}" if target.error else "",
                "bias": f"{target.bias:g}" if target.bias else "",
                "source": target.source,
                "reason": target.reason,
            }
        )
    return rows


def targets_text(targets: Iterable[Target]) -> str:
    """Return targets as a table of text, with their measures, values and number."""
    rows = targets_frame(targets)
    columns = ("id", "use", "country", "years", "kind", "error")
    rooms = {key: max(len(key), *(len(row[key]) for row in rows)) for key in columns}
    lines = ["  ".join(f"{key:{rooms[key]}}" for key in columns) + "  value"]
    for row in rows:
        pairs = zip(row["measures"].split(), row["value"].split(), strict=False)
        values = ", ".join(f"{measure} {value}" for measure, value in pairs)
        if row["kind"] == "ratio":
            values = f"{row['measures'].replace(' ', '/')} {row['value']}"
        lines.append("  ".join(f"{row[key]:{rooms[key]}}" for key in columns) + f"  {values}")
    how = argument("targets_frame", "--format csv or json")
    return "\n".join([*lines, f"\n{len(rows)} targets; sources and reasons: {how}"])


def numbers_text(name: str, numbers: Sequence[Sourced]) -> str:
    """Return the numbers of a scenario as a table of text, and the share of each label."""
    kinds = Counter(number.kind for number in numbers)
    counts = ", ".join(f"{kinds[label]} {label}" for label in LABELS if kinds[label])
    rooms = [max(len(number[k]) for number in numbers) for k in range(4)]
    lines = [f"{name}: {len(numbers)} numbers: {counts}", ""]
    lines += [
        f"{path:{rooms[0]}}  {value:{rooms[1]}}  {kind:{rooms[3]}}  {source}".rstrip()
        for path, value, source, kind in numbers
    ]
    lines.append("")
    for label, meaning in LABELS.items():
        if count := kinds[label]:
            share = f"{100 * count / len(numbers):5.1f} %"
            lines.append(f"{label:{rooms[3]}}  {count:5}  {share}  {meaning}")
    return "\n".join(lines)
