"""The short report at the end of a run or a sweep, with the facts of the articles beside it."""

import shlex
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..facts import load_evidence, select
from ..facts.records import MARK
from ..files import read_toml
from ..model.parameters import Vote
from ..progress import counted
from .layout import SCENARIO

if TYPE_CHECKING:
    import pandas as pd

    from .results import Results

_MOST_VOTES = 6
_LABEL = 25
_WIDTH = 97


def report(results: "Results") -> str:
    """Return the report of a plain run: its first country in the first, middle and last year.

    It has medians and 90 % bands over runs of the main supplier's share of the arsenal, the
    alignment index and the rungs of partnerships, the arsenal according to the articles, and the
    last votes.

    Raises:
        ResultError: the summary cannot be read.
    """
    manifest = results.manifest
    country = next(iter(manifest["countries"]))
    frame = results.summary(country=country, point=0)
    years = _years(manifest["start"], manifest["end"])
    stored, failed = manifest["runs_stored"], manifest["runs_failed"]
    lines = [
        f"{_title(manifest, country)}, {manifest['start']} to {manifest['end']}, "
        f"{stored} run{'s' if stored > 1 else ''}, seed {manifest['seed']}; "
        "median and 90 % band over runs",
        "",
        _row("", [str(year) for year in years]),
    ]
    supplier = _main_supplier(frame, manifest)
    if supplier:
        measure, name = f"arms_stock:{supplier}", manifest["partners"][supplier]
        lines.append(_row(f"arsenal: {name}", [_share(frame, measure, y) for y in years]))
        others = [_others(frame, list(manifest["partners"]), year) for year in years]
        if others[0] is not None and others[0] > 0.5:
            cells = [
                "undefined" if each is None else f"{100 * each:.0f} % (mean)" for each in others
            ]
            lines.append(_row("arsenal: no partner", cells))
    near, far = manifest["poles"]
    index = [_band(frame, "alignment_index", year) for year in years]
    lines.append(_row(f"alignment 0 {far} 100 {near}", index))
    shown = [code for code in dict.fromkeys((supplier, near, far)) if code and code != country]
    lines.append(_row("partnership rungs", [_rungs(frame, shown, year) for year in years]))
    if supplier:
        lines += _against_facts(frame, country, supplier)
    lines += _votes(results, frame)
    if manifest.get(MARK):
        lines.append(f"{MARK}: {manifest[MARK]}")
    if failed:
        lines.append(f"{failed} of {manifest['runs_planned']} runs failed; log.txt says why")
    return "\n".join([*(line.rstrip() for line in lines), ""])


def sweep_report(results: "Results") -> tuple[str, list[str]]:
    """Return the report of a sweep in two lines, and a line for each kind of failure."""
    about = results.manifest
    failed = f", {about['runs_failed']} failed" if about["runs_failed"] else ""
    words = (
        f"{about['title']}\n{counted(about['points'], 'point')}, "
        f"{counted(about['replicates'], 'run')} each, seed {about['seed']}: "
        f"{counted(about['runs_stored'], 'run')} stored{failed}"
    )
    reasons = list(about.get("failures", {}).items()) if failed else []
    lines = [f"run {number} failed: {reason}" for number, reason in reasons[:3]]
    if reasons:
        again = shlex.quote(f"{results.path}:{reasons[0][0]}")
        lines.append(f"Repeat one alone with: hedgerow run --rerun {again} --debug")
    return words, lines


def _title(manifest: dict[str, Any], country: str) -> str:
    name, count = manifest["countries"][country], len(manifest["countries"])
    return name if count == 1 else f"{name} (first of {count} countries)"


def _years(start: int, end: int) -> list[int]:
    return sorted({start, (start + end) // 2, end})


def _row(label: str, cells: list[str]) -> str:
    if len(label) >= _LABEL:
        label = f"{label[: _LABEL - 3].rstrip()}… "
    return f"{label:{_LABEL}}" + "  ".join(f"{cell:22}" for cell in cells)


def _cell(frame: "pd.DataFrame", measure: str, year: int) -> "pd.Series | None":
    """Return the row of a measure in a year; None if it is undefined in every run."""
    rows = frame[(frame["measure"] == measure) & (frame["year"] == year)]
    if rows.empty or rows["q50"].isna().all():
        return None
    return rows.iloc[0]


def _others(frame: "pd.DataFrame", partners: list[str], year: int) -> float | None:
    """Return the mean share of the arsenal that is from no partner; None if it is undefined."""
    cells = [_cell(frame, f"arms_stock:{partner}", year) for partner in partners]
    means = [float(cell["mean"]) for cell in cells if cell is not None]
    return 1.0 - sum(means) if means else None


def _band(frame: "pd.DataFrame", measure: str, year: int) -> str:
    row = _cell(frame, measure, year)
    if row is None:
        return "undefined"
    return f"{row['q50']:.0f} ({row['q05']:.0f} to {row['q95']:.0f})"


def _share(frame: "pd.DataFrame", measure: str, year: int) -> str:
    row = _cell(frame, measure, year)
    if row is None:
        return "undefined"
    low, middle, high = (100 * row[name] for name in ("q05", "q50", "q95"))
    return f"{middle:.0f} % ({low:.0f} to {high:.0f})"


def _rungs(frame: "pd.DataFrame", partners: list[str], year: int) -> str:
    """Return the median rungs of some partners: ``RUS 3, USA 2, CHN 1``."""
    cells = {partner: _cell(frame, f"tier:{partner}", year) for partner in partners}
    return ", ".join(f"{p} {cell['q50']:.0f}" for p, cell in cells.items() if cell is not None)


def _main_supplier(frame: "pd.DataFrame", manifest: dict[str, Any]) -> str:
    """Return the power with the largest share of the arsenal at the start, if any has one."""
    shares = {
        partner: row["q50"]
        for partner in manifest["partners"]
        if (row := _cell(frame, f"arms_stock:{partner}", manifest["start"])) is not None
    }
    return max(shares, key=lambda partner: shares[partner]) if any(shares.values()) else ""


def _against_facts(frame: "pd.DataFrame", country: str, supplier: str) -> Iterator[str]:
    """Yield a line with the articles' figures on the arsenal, to compare with those of the run."""
    measure = f"arms_stock:{supplier}"
    facts = select(load_evidence().facts, country=country, partner=supplier, domain="arms")
    shares = []
    for fact in sorted(facts, key=lambda fact: fact.date):
        first, last = fact.years or (0, -1)
        if fact.unit != "share of arsenal" or isinstance(fact.value, str) or first != last:
            continue
        if _cell(frame, measure, first) is not None:
            here = _share(frame, measure, first)
            shares.append(f"{first}: {100 * fact.value:.0f} %, simulated {here}")
    if shares:
        label = f"{'arsenal in the articles':{_LABEL}}"
        yield from textwrap.wrap(label + "; ".join(shares), _WIDTH, subsequent_indent=" " * _LABEL)


def _votes(results: "Results", frame: "pd.DataFrame") -> Iterator[str]:
    """Yield a line for each vote; if there are many, only for the last ones."""
    scenario = read_toml(results.path / SCENARIO)
    votes = [each for each in scenario.get("choices", []) if each.get("kind") == "vote"]
    votes.sort(key=lambda vote: vote["at"])
    lines = []
    for vote in votes:
        shares = {}
        for option in Vote.options:
            measure = f"choice:{vote['question']}:{option}"
            rows = frame[frame["measure"] == measure]
            if not rows.empty:
                shares[option] = float(rows["mean"].iloc[0])
        if shares:
            ordered = sorted(shares.items(), key=lambda item: -item[1])
            options = ", ".join(f"{option} {100 * share:.0f} %" for option, share in ordered)
            lines.append(f"{vote['question']} ({int(vote['at'])}): {options}")
    shown = lines[-_MOST_VOTES:]
    for number, line in enumerate(shown):
        yield f"{'votes' if number == 0 else '':{_LABEL}}{line}"
    if len(shown) < len(lines):
        more = counted(len(lines) - len(shown), "earlier one")
        yield f"{'':{_LABEL}}and {more}, in summary.csv"
