"""The last years of the panel, observed and as runs of the states' own scenarios have them.

Each state starts in 2005 with its ties of 2004, and is run to 2014. Habits were estimated on these
years: scenarios are shown to be of the right size, not to foresee.
"""

from collections.abc import Iterator, Sequence
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arguments import checked
from ..facts.panel import Panel, shipped_panel
from ..facts.profile import AS_OF, Profile, profile
from ..model.state import nearness
from ..runs.ensemble import run
from ..scenario.new import new
from .estimation.frames import frame

START = 2005
RUNS = 100
REACH = 4.0
"""The distance of ideal points at which voice is nothing, as in ``seeds/habits``."""
MARKS = ("<!-- panel years: made by hedgerow.analysis.panel_years; do not edit -->", "<!-- end -->")


class Observed(NamedTuple):
    """One observation beside the runs of it.

    Attributes:
        country, kind, partner, year: what was observed: the share of a supplier in five years of
            deliveries (``arms``), √ of a share of trade (``trade``), or nearness to the United
            States in the General Assembly (``voice``).
        observed: the figure of the panel.
        low, median, high: of the runs, with 90 % of them between low and high.
        before: the figure at the start.
    """

    country: str
    kind: str
    partner: str
    year: int
    observed: float
    low: float
    median: float
    high: float
    before: float

    @property
    def inside(self) -> bool:
        """Whether 90 % of runs hold what was observed, to a hundredth."""
        return self.low - 0.01 <= self.observed <= self.high + 0.01


@checked
def panel_years(countries: Sequence[str] | None = None, runs: int = RUNS) -> list[Observed]:
    """Return observations of the panel's last years, each beside the runs of its state.

    Args:
        countries: codes of states; by default all of the panel.
        runs: runs of each state.

    Raises:
        NoState: the panel has no such state.
    """
    panel = shipped_panel()
    chosen = panel.states() if countries is None else countries
    return [one for code in chosen for one in _of_state(panel, code, runs)]


def _of_state(panel: Panel, code: str, runs: int) -> Iterator[Observed]:
    scenario = new(code, start=START).replace({"time.end": AS_OF})
    before, after = profile(panel, code, START - 1), profile(panel, code)
    wanted = list(_wanted(before, after, scenario.partners))
    measures = [f"{name}:{partner}" for name, partner, *_ in wanted]
    found = run(scenario, runs=runs, progress=False, measure=measures)
    for measure, (name, partner, year, seen, was) in zip(measures, wanted, strict=True):
        values: NDArray[np.float64] = found[measure][:, year - START, 0]
        low, median, high = np.nanquantile(values, (0.05, 0.5, 0.95)).tolist()
        kind = name.partition("_")[0]
        yield Observed(code, kind, partner, year, seen, low, median, high, was)


def _wanted(
    before: Profile, after: Profile, partners: Sequence[str]
) -> Iterator[tuple[str, str, int, float, float]]:
    """Yield measure, partner, year, figure and figure at the start of what can be compared."""
    then, now = _window(before), _window(after)
    for partner in partners:
        if partner in now:
            yield "arms_deliveries", partner, AS_OF, now[partner], then.get(partner, np.nan)
    source = after.trade.when.partition(" ")[2]
    year = int(after.trade.when[:4])
    if year > START and before.trade.when.partition(" ")[2] == source:
        for partner in partners:
            if partner in after.trade.of and partner in before.trade.of:
                at_end, at_start = after.trade.of[partner], before.trade.of[partner]
                yield "trade", partner, year, sqrt(at_end), sqrt(at_start)
    if before.code in before.position.of:
        pole = before.position.of["USA"]
        q = frame(1, partner_position=np.array([[pole]]), reach=np.array([REACH]))
        at_end, at_start = (
            nearness(q, np.array([known.position.of[known.code]])).item()
            for known in (after, before)
        )
        yield "voice", "USA", AS_OF, at_end, at_start


def _window(known: Profile) -> dict[str, float]:
    """Return the shares of deliveries in the five years up to that of a profile."""
    columns = shipped_panel().columns("arms_deliveries")
    here = (columns["country"] == known.code) & (columns["window_end"] == known.year)
    shares = zip(columns["partner"][here].tolist(), columns["share"][here].tolist(), strict=True)
    return {partner: share for partner, share in shares if share == share}


def text(found: Sequence[Observed]) -> str:
    """Return a table of all states in Markdown, and how often the runs hold what was observed."""
    lines = [
        "| kind | observations | in the 90 % band | median below | RMSE of medians | of no change |"
    ]
    lines.append("|---|---|---|---|---|---|")
    kinds = {kind: [one for one in found if one.kind == kind] for kind in _KINDS}
    states = dict.fromkeys(one.country for one in found)
    first = [_largest([one for one in kinds["arms"] if one.country == code]) for code in states]
    kinds["arms, the largest supplier"] = [one for one in first if one is not None]
    for kind, rows in kinds.items():
        known = [one for one in rows if one.before == one.before]
        errors = [one.observed - one.median for one in known]
        still = [one.observed - one.before for one in known]
        inside = sum(one.inside for one in rows) / len(rows)
        below = sum(one.median < one.observed - 0.01 for one in rows) / len(rows)
        rms = [np.sqrt(np.mean(np.square(each))) for each in (errors, still)]
        lines.append(
            f"| {kind} | {len(rows)} | {100 * inside:.0f} % | {100 * below:.0f} % "
            f"| {rms[0]:.3f} | {rms[1]:.3f} |"
        )
    lines += ["", "| state | largest supplier | largest trade | nearness to the USA | outside |"]
    lines.append("|---|---|---|---|---|")
    for code in states:
        rows = [one for one in found if one.country == code]
        cells = [_cell([one for one in rows if one.kind == kind]) for kind in _KINDS]
        outside = [f"{one.kind} {one.partner}" for one in rows if not one.inside]
        lines.append(f"| {code} | {' | '.join(cells)} | {', '.join(outside)} |")
    return "\n".join(lines)


_KINDS = ("arms", "trade", "voice")


def _largest(rows: Sequence[Observed]) -> Observed | None:
    """Return the row of the partner that has most; None if none has anything."""
    one = max(rows, key=lambda row: row.observed, default=None)
    return one if one is not None and one.observed > 0.0 else None


def _cell(rows: Sequence[Observed]) -> str:
    if not rows:
        return "not known"
    one = rows[0] if rows[0].kind == "voice" else _largest(rows)
    if one is None:
        return "none"
    of = "" if one.kind == "voice" else f"{one.partner} "
    return f"{of}{one.observed:.2f}: {one.median:.2f} ({one.low:.2f}–{one.high:.2f})"


def main() -> None:
    """Write the table into its page in the folder ``docs`` of a checkout."""
    page = Path(__file__).resolve().parents[3] / "docs" / "background" / "own-cases.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    parts = [before + MARKS[0], text(panel_years()), MARKS[1] + after]
    page.write_text("\n\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
