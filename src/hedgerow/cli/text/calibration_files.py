"""What a calibration leaves: its draws, tables, figures and a manifest, and a summary in words."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...analysis.calibration.posterior import information, limits
from ...analysis.calibration.predictive import Band, bands
from ...analysis.calibration.reference import values_of
from ...analysis.calibration.sbc import DRAWS
from ...analysis.calibration.statistics import BOUND, NUMBER, Column
from ...figures import calibration as figures
from ...figures import style
from ...results.manifest import surroundings
from .analysis_files import marked, write_table

if TYPE_CHECKING:
    from ...analysis.calibration import Calibration
    from ...analysis.calibration.sbc import Sbc
    from ...figures.calibration import Row

POSTERIOR = "posterior.parquet"
_SHOWN = 12  # parameters in the figure of priors and posteriors
_TOLD = 8  # parameters in the summary
_RECOVERED = 6


def write(result: "Calibration", folder: Path, seconds: float, kernel: str, precision: str) -> None:
    """Write all files of a calibration, and what simulated its runs in how many seconds.

    Raises:
        OSError: the place cannot be written.
    """
    (folder / POSTERIOR).write_bytes(result.parquet())
    before, after = bands(result)
    tables = {
        "targets.csv": _targets(result, before, after),
        "parameters.csv": _parameters(result),
    }
    if result.proof is not None:
        tables["sbc.csv"] = _proof(result.proof)
    for name, rows in tables.items():
        write_table(folder / name, marked(rows, bool(result.hindsight)))
    fields = json.dumps(
        _manifest(result, seconds) | {"kernel": kernel, "precision": precision},
        indent=2,
        ensure_ascii=False,
    )
    (folder / "calibration.json").write_text(fields + "\n", encoding="utf-8")
    _draw(result, before, after, folder)


def _targets(result: "Calibration", before: list[Band], after: list[Band]) -> list[list[object]]:
    names = [f"{of}_{q}" for of in ("prior", "posterior") for q in ("q05", "q50", "q95", "below")]
    head = ["target", "country", "measure", "first", "last", "kind", "observed", "error"]
    head += ["noise", "of_parameters"]
    rows: list[list[object]] = [[*head, *names, "in_prior", "in_posterior"]]
    noise, between = result.likelihood.spreads()
    places = {int(place): i for i, place in enumerate(result.likelihood.numbers)}
    for place, (column, prior, posterior) in enumerate(
        zip(result.columns, before, after, strict=True)
    ):
        i = places.get(place)
        spread = ("", "") if i is None else (float(noise[i]), float(between[i]))
        target = column.target
        rows.append(
            [
                *(target.id, target.country, column.measure, *target.years, target.kind),
                *(target.value if target.kind == "choice" else column.observed, column.error),
                *spread,
                *(prior.low, prior.middle, prior.high, prior.below),
                *(posterior.low, posterior.middle, posterior.high, posterior.below),
                *(int(prior.holds(column)), int(posterior.holds(column))),
            ]
        )
    return rows


def _parameters(result: "Calibration") -> list[list[object]]:
    found, values = result.posterior, result.values
    priors = values_of(result.scenario, result.table.paths, result.table.scores)
    bits, chance = information(found.mean, found.sd), result.chances
    head = ["path", "prior", "prior_mean", "prior_sd", "mean", "sd", "q05", "q50", "q95"]
    rows: list[list[object]] = [
        [*head, "shift", "shift_error", "sd_ratio", "sd_ratio_error", "bits", "p", "informed"]
    ]
    root = np.sqrt(found.ess)
    for i in np.argsort(-bits, kind="stable").tolist():
        path = result.table.paths[i]
        prior, draws = priors[path], values[path]
        mean, sd = float(found.mean[i]), float(found.sd[i])
        rows.append(
            [
                *(path, result.scenario.quantities[path].text()),
                *(float(prior.mean()), float(prior.std()), float(draws.mean()), float(draws.std())),
                *np.quantile(draws, [0.05, 0.5, 0.95]).tolist(),
                *(mean, float(sd / root), sd, float(sd / (np.sqrt(2.0) * root))),
                *(float(bits[i]), float(chance[i]), int(result.informed[i])),
            ]
        )
    return rows


def _proof(proof: "Sbc") -> list[list[object]]:
    half, most = proof.coverage(0.5), proof.coverage(0.9)
    rows: list[list[object]] = [["path", "recovered", "p", "coverage_50", "coverage_90", "mean_sd"]]
    for i in np.argsort(-proof.recovered, kind="stable").tolist():
        numbers = (proof.recovered[i], proof.p_values[i], half[i], most[i], proof.sds[:, i].mean())
        rows.append([proof.paths[i], *map(float, numbers)])
    return rows


def _manifest(result: "Calibration", seconds: float) -> dict[str, object]:
    found, proof = result.posterior, result.proof
    sets, replicates, _ = result.table.simulated.shape
    fields: dict[str, object] = {
        "name": result.scenario.name,
        "title": result.scenario.title,
        "until": result.until,
        "hindsight": bool(result.hindsight),
        "knowledge": result.hindsight.plain(),
        **surroundings(),
        "scenario_sha256": result.scenario.sha256,
        "seed": result.seed,
        "sets": sets,
        "replicates": replicates,
        "runs_failed": result.table.failed,
        "draws": len(result.scores),
        "targets": list(dict.fromkeys(column.target.id for column in result.columns)),
        "numbers": len(result.columns),
        "widening": round(found.widening, 4),
        "effective_sets": round(found.ess, 1),
        "parameters": len(result.table.paths),
        "informed": [
            path for path, told in zip(result.table.paths, result.informed, strict=True) if told
        ],
        "seconds": round(seconds, 1),
    }
    if proof is not None:
        fields["sbc"] = {
            "records": len(proof.truths),
            "uniform": proof.uniform,
            "smallest_p": float(proof.p_values.min()),
            "share_below_0.05": float((proof.p_values < 0.05).mean()),
            "coverage_50": float(proof.coverage(0.5).mean()),
            "coverage_90": float(proof.coverage(0.9).mean()),
            "median_widening": float(np.median(proof.widenings)),
        }
    return fields


def _draw(result: "Calibration", before: list[Band], after: list[Band], folder: Path) -> None:
    found, paths = result.posterior, result.table.paths
    sets, replicates, _ = result.table.simulated.shape
    about = (
        f"{result.scenario.title} · {sets} parameter sets × {replicates} runs, effective "
        f"{found.ess:.0f}, noise and errors × {found.widening:.2f}, seed {result.seed}"
        f"{result.hindsight.footer()}"
    )
    name = f"{result.scenario.name}, record to {result.until}"
    best = np.argsort(-information(found.mean, found.sd), kind="stable")[:_SHOWN].tolist()
    priors, values = values_of(result.scenario, paths, result.table.scores), result.values
    drawn = {
        "parameters": figures.marginals(
            {paths[i]: priors[paths[i]] for i in best},
            {paths[i]: values[paths[i]] for i in best},
            f"{name}: the parameters that moved most",
            about,
        ),
        "information": figures.information(
            paths,
            found.mean,
            found.sd,
            result.informed,
            found.ess,
            limits(found.weights, len(paths)),
            f"{name}: what it tells of the parameters",
            about,
        ),
    }
    rows: dict[str, list[figures.Row]] = {}
    for column, prior, posterior in zip(result.columns, before, after, strict=True):
        rows.setdefault(column.target.country, []).append(_row(column, prior, posterior))
    for country, these in rows.items():
        title = f"{name}: {result.scenario.title_of(country)}, said and seen"
        drawn[f"targets-{country}"] = figures.record(these, title, about)
    if result.proof is not None:
        drawn |= _proven(result, about)
    for file, figure in drawn.items():
        style.save(figure, folder, file, ["svg", "png"])


def _proven(result: "Calibration", about: str) -> dict:
    proof = result.proof
    assert proof is not None
    order = np.argsort(-proof.recovered, kind="stable")
    paths = [proof.paths[i] for i in order]
    count = f"{len(proof.truths)} records made up from known parameters"
    few = order[:_RECOVERED]
    return {
        "sbc": figures.ranks(
            paths, proof.ranks[:, order], DRAWS, f"Where do truths lie? {count}", about
        ),
        "recovery": figures.recovery(
            paths[:_RECOVERED],
            proof.truths[:, few],
            proof.means[:, few],
            proof.sds[:, few],
            f"What is found again? {count}",
            about,
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
    return figures.Row(
        label,
        observed,
        error,
        (prior.low, prior.middle, prior.high),
        (posterior.low, posterior.middle, posterior.high),
    )


def text(result: "Calibration") -> str:
    """Return what came of a calibration, in some lines."""
    found, paths, told = result.posterior, result.table.paths, result.informed
    sets, replicates, count = result.table.simulated.shape
    before, after = bands(result)
    held = [
        sum(band.holds(column) for band, column in zip(these, result.columns, strict=True))
        for these in (before, after)
    ]
    targets = len({column.target.id for column in result.columns})
    noise, between = result.likelihood.spreads()
    wide = "as they are" if found.widening == 1.0 else f"widened by {found.widening:.2f}"
    lines = [
        f"{result.scenario.title}",
        f"record to {result.until}: {count} numbers of {targets} targets",
        *result.hindsight.told(),
        f"{sets} parameter sets, {replicates} runs each; noise and errors {wide}: effective "
        f"{found.ess:.0f}",
        f"numbers on record within the 90 % band: {held[0]} of the prior's, "
        f"{held[1]} of the posterior's, of {count}",
        f"numbers that parameters move more than noise does: {int((between > noise).sum())} of "
        f"{noise.size}",
        "",
        f"informed: {int(told.sum())} of {len(paths)} parameters; the others are as their priors "
        "have them",
    ]
    order = np.argsort(-information(found.mean, found.sd), kind="stable")
    best = [i for i in order.tolist() if told[i]]
    lines += [
        f"  {found.mean[i]:+5.2f} sd, spread × {found.sd[i]:.2f}  {paths[i]}" for i in best[:_TOLD]
    ]
    if len(best) > _TOLD:
        lines.append(f"  … and {len(best) - _TOLD} more in parameters.csv")
    if result.proof is not None:
        proof = result.proof
        lines += [
            "",
            f"proof on {len(proof.truths)} made-up records: ranks of the truths are "
            f"{'even' if proof.uniform else 'NOT even: the posterior is not to be trusted'}; "
            f"90 % intervals hold {100 * proof.coverage(0.9).mean():.0f} % of them",
        ]
    return "\n".join(lines)
