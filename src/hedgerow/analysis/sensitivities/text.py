"""Sensitivity indices as text for a terminal."""

from math import floor, isnan, log10
from textwrap import wrap
from typing import TYPE_CHECKING

from ...errors import argument
from ...progress import counted
from .design import DRAWN
from .noise import replicates_for

if TYPE_CHECKING:
    from .analyse import Finding, Sensitivity
    from .indices import Indices

SHOWN = 12
"""Most responses that are shown in full."""

CLEAR = 0.05
"""Largest rate of false discoveries at which a rank correlation is called clear."""

PATHS = 24
"""Most paths of a response that are shown, those with the largest indices first."""

_PAIRS = 5
_LEGENDS = {
    "sobol": (
        "First: share of the variance between points that the path brings about alone; total: with "
        "all it does together with others. ± half of the 95 % interval."
    ),
    "morris": (
        "Effects of a step, per whole range of the path, in units of the measure. μ*: mean size; "
        "μ: mean, ± half of the 95 % interval; σ: how much they differ, large where the effect "
        "depends on other paths or on where the path itself stands."
    ),
    "pawn": (
        "Distance (0 to 1) between the distribution of all points and that of points with nearly "
        "the same value of the path: median, and least to largest, over values. Dummy: what a path "
        "that does nothing stays below 19 times in 20."
    ),
}
_METHODS = {"sobol": "Sobol' indices", "morris": "Morris' elementary effects", "pawn": "PAWN"}


def text(result: "Sensitivity", width: int = 100) -> str:
    """Return the analysis as lines of at most `width` columns, unless names are longer."""
    design = result.design
    numbers = "common random numbers" if result.common else "independent random numbers"
    what = {"mean": "means", "sd": "standard deviations"}.get(result.statistic, result.statistic)
    drawn = design.name == DRAWN
    head = (
        f"{_METHODS[design.method]} of a {design.name} design: {design.points} points of "
        f"{counted(result.replicates, 'run')} each, {numbers}; "
        f"{what} over runs"
    )
    if drawn:
        head = (
            f"PAWN of {len(design.paths)} numbers that a plain run draws: {design.points} runs, "
            "each with draws and luck of its own"
        )
    lines = [str(result.manifest["title"]), *wrap(head, width), "", *wrap(_legend(result), width)]
    for finding in result.findings[:SHOWN]:
        lines += ["", *_finding(finding, result, width)]
    more = len(result.findings) - SHOWN
    if more > 0:
        lines += ["", f"{more} more in the table and the figures."]
    if result.left_out:
        lines += ["", *_left_out(result, width)]
    return "\n".join(lines)


def _legend(result: "Sensitivity") -> str:
    axes = result.design.axes
    categories = any(axis.labels for axis in axes) and result.design.method == "morris"
    if result.design.name == DRAWN:
        lone = len(axes) // 20
        many = f": of {len(axes)} such paths about {lone} lie above by chance" if lone else ""
        return (
            _LEGENDS["pawn"].rstrip(".") + f"{many}. Rank: Spearman's correlation, ± half of the "
            "95 % interval, near 0 too where a path acts up and down; clear where one in 20 of all "
            "that are called so is so by chance."
        )
    note = " Of categories only sizes mean something." if categories else ""
    return _LEGENDS[result.design.method] + note


def _finding(finding: "Finding", result: "Sensitivity", width: int) -> list[str]:
    title = (
        f"{finding.measure} · {finding.country} · {finding.year}: {finding.mean:.3g} on average, "
        f"standard deviation between points {finding.sd:.2g}"
    )
    lines = [title, *_table(finding.indices)]
    if finding.indices.method == "sobol":
        lines += _wrapped(_sum(finding.indices), width)
        pairs = [pair for pair in finding.indices.pairs if pair.low > 0.0 or pair.high < 0.0]
        for pair in pairs[:_PAIRS]:
            half = (pair.high - pair.low) / 2.0
            both = f"{pair.first} with {pair.second}"
            line = f"together beyond each alone: {both} {pair.value:.2f} ±{half:.2f}"
            lines += _wrapped(line, width)
        if finding.indices.pairs and not pairs:
            lines += _wrapped("no pair does more together than is clear of 0", width)
    lines += _wrapped(chance(finding, result), width)
    for warning in finding.warnings:
        lines += _wrapped(f"! {warning}", width)
    return lines


def chance(finding: "Finding", result: "Sensitivity") -> str:
    """Return a sentence on the share of the variance between points that is due to chance."""
    noise, method = finding.noise, finding.indices.method
    if isnan(noise.share):
        return "how much of the variance is chance cannot be told from one run a point"
    share = f"{100.0 * noise.share:.1f} %" if noise.share < 0.1 else f"{100.0 * noise.share:.0f} %"
    if noise.open:
        most = "all" if noise.share >= 0.95 else share
        more = "ties" if ":" in finding.measure else "countries"
        return (
            f"! chance may be {most} of the variance, or far less: points share their random "
            "numbers, and what these do to all points alike cancels; how much that is, single runs "
            f"tell (sweep with {argument(f'keep={more!r}', f'--keep {more}')})"
        )
    if noise.bound:
        return (
            f"at most {share} of the variance is chance (less, for points share their random "
            "numbers, and what these do to all points alike cancels)"
        )
    if not noise.much:
        return f"{share} of the variance is chance"
    holds = "may hold up to that much of it" if result.common else "holds about that much of it"
    blurred = {
        "sobol": f"a total index {holds}, a first index none",
        "morris": "a path that does nothing has effects too",
        "pawn": "it blurs all distances",
    }[method]
    enough = replicates_for(noise.share, result.replicates)
    most = "nearly all" if enough is None else share
    runs = f"many more {argument('runs')}"
    if enough is not None:
        runs = f"{argument(f'runs={enough}', f'--runs {enough}')} to have a tenth of chance"
    return f"! {most} of the variance is chance: {blurred}; sweep with {runs}"


def _sum(found: "Indices") -> str:
    total = float(found.columns["first"].sum())
    rest = 1.0 - total
    tail = f"; the other {rest:.2f} is what paths do together, and chance" if rest > 0.05 else ""
    return f"first indices add up to {total:.2f}{tail}"


def _wrapped(sentence: str, width: int) -> list[str]:
    return wrap(sentence, width, initial_indent="   ", subsequent_indent="     ")


def _table(found: "Indices") -> list[str]:
    heads = {
        "sobol": ["path", "first", "total"],
        "morris": ["path", "μ*", "μ", "σ"],
        "pawn": ["path", "median", "least–largest", "dummy", ""],
    }[found.method]
    cells = {"sobol": _shares, "morris": _effects, "pawn": _distances}[found.method]
    if "rank" in found.columns:
        heads.insert(-1, "rank")
    order = found.order()
    rows = [[found.paths[i], *cells(found, i)] for i in order[:PATHS]]
    wide = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    return [
        f"   {row[0]:<{wide[0]}}"
        + "".join(f"  {cell:>{w}}" for cell, w in zip(row[1:], wide[1:], strict=True)).rstrip()
        for row in [heads, *rows]
    ] + ([f"   … and {len(order) - PATHS} more in sensitivity.csv"] if len(order) > PATHS else [])


def _shares(found: "Indices", path: int) -> list[str]:
    c = found.columns
    return [
        f"{round(float(c[name][path]), 2) + 0.0:.2f} ±{c[f'{name}_high'][path] - c[name][path]:.2f}"
        for name in ("first", "total")
    ]


def _effects(found: "Indices", path: int) -> list[str]:
    """Return μ*, μ and σ, rounded to the precision of the interval of μ*."""
    c = found.columns
    half = c["mu_star_high"][path] - c["mu_star"][path]
    digits = max(0, 1 - floor(log10(half))) if half > 0.0 else 3
    return [
        *(
            f"{c[name][path]:.{digits}f} ±{c[f'{name}_high'][path] - c[name][path]:.{digits}f}"
            for name in ("mu_star", "mu")
        ),
        f"{c['sigma'][path]:.{digits}f}",
    ]


def _distances(found: "Indices", path: int) -> list[str]:
    c = found.columns
    ranks = []
    if "rank" in c:
        half = (c["rank_high"][path] - c["rank_low"][path]) / 2.0
        ranks = [f"{c['rank'][path]:+.2f} ±{half:.2f}"]
    if isnan(c["median"][path]):
        return ["–", "", "", *ranks, "too few points at each value"]
    verdict = "" if c["median"][path] > c["dummy"][path] else "no clearer than chance"
    if "rank" in c and c["rank_chance"][path] <= CLEAR:
        verdict = ""
    elif "rank" in c and not verdict:
        verdict = "no clearer than chance by rank"
    return [
        f"{c['median'][path]:.2f}",
        f"{c['min'][path]:.2f}–{c['max'][path]:.2f}",
        f"{c['dummy'][path]:.2f}",
        *ranks,
        verdict,
    ]


def _left_out(result: "Sensitivity", width: int) -> list[str]:
    lines = ["Left out:"]
    for title, reason in result.left_out[:SHOWN]:
        lines += _wrapped(f"{title}: {reason}", width)
    more = len(result.left_out) - SHOWN
    return [*lines, f"   and {more} more"] if more > 0 else lines
