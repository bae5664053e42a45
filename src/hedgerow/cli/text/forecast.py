"""What came of a forecast, in words."""

from typing import TYPE_CHECKING

from ...analysis.forecasts import PRIORS

if TYPE_CHECKING:
    from ...analysis.forecasts import Forecast


def text(result: "Forecast") -> str:
    """Return the probabilities of the last year, the likeliest first."""
    last = max(row.year for row in result.rows)
    rows = [row for row in result.rows if row.year == last and row.runs]
    rows.sort(key=lambda row: (-row.probability, row.event))
    lines = [
        f"{result.scenario.title}",
        *result.hindsight.told(),
        f"by the end of {last}, as of {result.date}, numbers from {result.parameters or PRIORS}:",
        "",
    ]
    for row in rows:
        name, country, partner = row.event
        share = f"{row.probability:5.2f}  ({row.low:.2f}–{row.high:.2f})"
        lines.append(f"  {share}  {country}  {name:11}  {partner}".rstrip())
    void = [" ".join(filter(None, r.event[1::-1] + r.event[2:])) for r in result.rows
            if r.year == last and not r.runs]  # fmt: skip
    if void:
        why = "forbidden by a rule, on record already, or nobody is asked"
        lines += ["", f"no question in any run ({why}):", f"  {', '.join(void)}"]
    return "\n".join(lines)
