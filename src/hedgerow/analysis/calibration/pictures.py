"""The figures of a calibration."""

from typing import TYPE_CHECKING

import numpy as np

from ... import figures
from ...progress import counted
from ...results.columns import explained
from ..saving import source_of
from .posterior import information, limits
from .predictive import Band
from .reference import values_of
from .sbc import DRAWS
from .statistics import BOUND, NUMBER, Column

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...figures.calibration import Row
    from .fitting import Calibration

_SHOWN = 12  # parameters in the figure of priors and posteriors
_NAMED = 30  # in that of all parameters
_RECOVERED = 6


def pictures(result: "Calibration") -> "dict[str, Figure]":
    """Return its figures by the names of their files."""
    before, after = result.bands
    found, paths = result.posterior, result.table.paths
    sets, replicates, _ = result.table.simulated.shape
    about = (
        f"{result.scenario.title} · {sets} parameter sets × {counted(replicates, 'run')}, "
        f"effective {found.ess:.0f}, noise and errors × {found.widening:.2f}, seed {result.seed}"
        f"{result.hindsight.footer()}"
    )
    name = f"{result.scenario.name}, record to {result.until}"
    sources = source_of(column.target for column in result.columns)
    order = np.argsort(-information(found.mean, found.sd), kind="stable").tolist()
    best = order[:_SHOWN]
    priors, values = values_of(result.scenario, paths, result.table.scores), result.values
    drawn = {
        "parameters": figures.calibration.marginals(
            {paths[i]: priors[paths[i]] for i in best},
            {paths[i]: values[paths[i]] for i in best},
            f"{name}: the parameters that moved most",
            about,
            explained(paths[i] for i in best),
        ),
        "information": figures.calibration.information(
            paths,
            found.mean,
            found.sd,
            result.informed,
            found.ess,
            limits(found.weights, len(paths)),
            f"{name}: what it tells of the parameters",
            about,
            explained(paths[i] for i in order[:_NAMED]),
        ),
    }
    rows: dict[str, list[Row]] = {}
    for column, prior, posterior in zip(result.columns, before, after, strict=True):
        rows.setdefault(column.target.country, []).append(_row(column, prior, posterior))
    for country, these in rows.items():
        title = f"{name}: {result.scenario.title_of(country)}, said and seen"
        measures = {c.measure for c in result.columns if c.target.country == country}
        terms = f"{explained(sorted(measures))}\n{sources}"
        drawn[f"targets-{country}"] = figures.calibration.record(these, title, about, terms)
    if result.proof is not None:
        drawn |= _proven(result, about)
    return drawn


def _proven(result: "Calibration", about: str) -> "dict[str, Figure]":
    proof = result.proof
    assert proof is not None
    order = np.argsort(-proof.recovered, kind="stable")
    paths = [proof.paths[i] for i in order]
    count = f"{len(proof.truths)} records made up from known parameters"
    few = order[:_RECOVERED]
    return {
        "sbc": figures.calibration.ranks(
            paths,
            proof.ranks[:, order],
            DRAWS,
            f"Where do truths lie? {count}",
            about,
            explained(paths[:4]),
        ),
        "recovery": figures.calibration.recovery(
            paths[:_RECOVERED],
            proof.truths[:, few],
            proof.means[:, few],
            proof.sds[:, few],
            f"What is found again? {count}",
            about,
            explained(paths[:_RECOVERED]),
        ),
    }


def _row(column: Column, prior: Band, posterior: Band) -> "Row":
    target = column.target
    first, last = target.years
    when = str(first) if first == last else f"{first}–{last}"
    label = f"{column.measure} {when}"
    if target.kind == "tier":
        label = f"{column.measure} ≥ {target.values[0]:g} ({when})"
    elif column.kind == BOUND:
        label = f"{column.measure} > {column.observed:g} {when}"
    elif target.kind == "choice":
        label = f"{column.measure}: {target.value}"
    elif column.kind != NUMBER:
        label = f"no {column.measure.removeprefix('event:')} {when}"
    observed = column.observed if column.kind == NUMBER else float("nan")
    error = float(np.hypot(column.error, target.bias)) if column.kind == NUMBER else 1.0
    return figures.calibration.Row(
        label,
        observed,
        error,
        (prior.low, prior.middle, prior.high),
        (posterior.low, posterior.middle, posterior.high),
    )
