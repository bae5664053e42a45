"""A calibration as text for a terminal."""

from typing import TYPE_CHECKING

import numpy as np

from ...errors import argument
from ...progress import counted
from .posterior import information

if TYPE_CHECKING:
    from .fitting import Calibration

_MOST_NAMED = 8  # most parameters that are named


def text(result: "Calibration") -> str:
    """Return a summary of a calibration in some lines."""
    found, paths, informed = result.posterior, result.table.paths, result.informed
    sets, replicates, count = result.table.simulated.shape
    held = [
        sum(band.holds(column) for band, column in zip(these, result.columns, strict=True))
        for these in result.bands
    ]
    targets = len({column.target.id for column in result.columns})
    noise, between = result.likelihood.spreads()
    wide = "as they are" if found.widening == 1.0 else f"widened by {found.widening:.2f}"
    lines = [
        f"{result.scenario.title}",
        f"record to {result.until}: {count} numbers of {targets} targets",
        *result.hindsight.lines(),
        f"{sets} parameter sets, {counted(replicates, 'run')} each; noise and errors {wide}: "
        f"effective {found.ess:.0f}",
        f"numbers on record within the 90 % band: {held[0]} of the prior's, "
        f"{held[1]} of the posterior's, of {count}",
        f"numbers that parameters move more than noise does: {int((between > noise).sum())} of "
        f"{noise.size}",
        "",
        f"informed: {int(informed.sum())} of {len(paths)} parameters; the others are as their "
        "priors have them",
    ]
    order = np.argsort(-information(found.mean, found.sd), kind="stable")
    best = [i for i in order.tolist() if informed[i]]
    lines += [
        f"  {found.mean[i]:+5.2f} sd, spread × {found.sd[i]:.2f}  {paths[i]}"
        for i in best[:_MOST_NAMED]
    ]
    if len(best) > _MOST_NAMED:
        lines.append(f"  … and {len(best) - _MOST_NAMED} more in parameters.csv")
    if result.proof is not None:
        proof = result.proof
        lines += [
            "",
            f"proof on {len(proof.truths)} made-up records: ranks of the truths are "
            f"{'even' if proof.uniform else 'NOT even: the posterior is not to be trusted'}; "
            f"90 % intervals hold {100 * proof.coverage(0.9).mean():.0f} % of them",
        ]
    return "\n".join(lines)


def warnings(result: "Calibration") -> list[str]:
    """Return warnings for readers of a calibration."""
    found = []
    if not result.enough:
        found.append(
            "no widening of noise and errors gives the effective number of sets; "
            f"{result.posterior.ess:.0f} is what there is: take more "
            f"{argument('sets')}, or look which target "
            "no run can reach"
        )
    if result.table.failed:
        runs = result.table.simulated.shape[0] * result.table.simulated.shape[1]
        found.append(f"{result.table.failed} of {runs} runs failed and count for nothing")
    return found
