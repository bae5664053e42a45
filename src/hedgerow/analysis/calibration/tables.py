"""The tables of a calibration, with prior beside posterior, and its manifest."""

from typing import TYPE_CHECKING

import numpy as np

from ...results.manifest import surroundings
from ..saving import marked
from .posterior import information
from .reference import values_of

if TYPE_CHECKING:
    from .fitting import Calibration
    from .sbc import Sbc

Rows = list[list[object]]


def tables(result: "Calibration") -> dict[str, Rows]:
    """Return the rows of its tables, first the head, by name: ``targets``, ``parameters``, ``sbc``.

    The last is there only if the method was tested.
    """
    found = {"targets": _targets(result), "parameters": _parameters(result)}
    if result.proof is not None:
        found["sbc"] = _proof(result.proof)
    return {name: marked(rows, bool(result.hindsight)) for name, rows in found.items()}


def _targets(result: "Calibration") -> Rows:
    before, after = result.bands
    names = [f"{of}_{q}" for of in ("prior", "posterior") for q in ("q05", "q50", "q95", "below")]
    head = ["target", "country", "measure", "first", "last", "kind", "observed", "error"]
    head += ["noise", "of_parameters"]
    rows: Rows = [[*head, *names, "in_prior", "in_posterior"]]
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


def _parameters(result: "Calibration") -> Rows:
    found, values = result.posterior, result.values
    priors = values_of(result.scenario, result.table.paths, result.table.scores)
    bits, chance = information(found.mean, found.sd), result.chances
    head = ["path", "prior", "prior_mean", "prior_sd", "mean", "sd", "q05", "q50", "q95"]
    rows: Rows = [
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


def _proof(proof: "Sbc") -> Rows:
    half, most = proof.coverage(0.5), proof.coverage(0.9)
    rows: Rows = [["path", "recovered", "p", "coverage_50", "coverage_90", "mean_sd"]]
    for i in np.argsort(-proof.recovered, kind="stable").tolist():
        numbers = (proof.recovered[i], proof.p_values[i], half[i], most[i], proof.sds[:, i].mean())
        rows.append([proof.paths[i], *map(float, numbers)])
    return rows


def manifest(result: "Calibration") -> dict[str, object]:
    """Return the content of ``calibration.json``."""
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
            path
            for path, is_informed in zip(result.table.paths, result.informed, strict=True)
            if is_informed
        ],
        "seconds": round(result.seconds, 1),
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
    return fields | {"kernel": result.kernel}
