"""The table of estimates as text for a terminal."""

from typing import TYPE_CHECKING

from ...progress import counted
from .kinds import KINDS

if TYPE_CHECKING:
    from .estimate import Estimate

_LEGEND = (
    "Estimates with standard errors in brackets, clustered by state, and 95 % intervals. log: the\n"
    "logarithm was fitted; the last column is the number itself. Left out: score tests of terms."
)


def text(found: "Estimate", width: int = 100) -> str:
    """Return the table, kind by kind, then what was left out, proved and permuted."""
    sample = found.sample
    lines = [f"Habits of {counted(len(sample.states), 'state')}, years to {sample.until}"]
    for kind, fitted in found.fits.items():
        rows = len(fitted.likelihood.cluster)
        state = f"converged in {fitted.rounds}" if fitted.converged else f"NOT FITTED: {fitted.why}"
        lines += [
            "",
            f"{kind}: {KINDS[kind].title}",
            f"  {rows:,} rows ({KINDS[kind].row}), {counted(fitted.clusters, 'state')}, "
            f"log-likelihood {fitted.loglik:.1f}, {state}",
        ]
        for line in found.lines:
            if line.kind == kind:
                span = f"[{line.low:.3f}, {line.high:.3f}]"
                value = f"{line.value:9.4g}" if line.scale else ""
                lines.append(
                    f"  {line.name[:46]:46} {line.scale:3} {line.estimate:8.3f} "
                    f"{f'({line.error:.3f})':>8} {span:>18} {value}".rstrip()
                )
        for name in fitted.at_edge:
            lines.append(f"  {name}: its standard deviation went to 0")
        for test in fitted.tests:
            lines.append(
                f"  left out: {test.name[:36]:36} χ² {test.chi2:6.2f}, p {test.p:.3f}; "
                f"one step {test.step:.3f} ({test.error:.3f})"
            )
        if kind in found.placebos:
            one = found.placebos[kind]
            lines.append(
                f"  ω {one.omega:.3f} ({one.error:.3f}); politics of other states: {one.mean:.3f} "
                f"(sd {one.sd:.3f}), as large in {one.larger:.1%} of permutations"
            )
        if kind in found.proofs:
            proof = found.proofs[kind]
            lines.append(
                f"  {counted(proof.panels, 'panel')} made up: 95 % intervals cover "
                f"{proof.coverage.mean():.1%} on average, {proof.coverage.min():.1%} to "
                f"{proof.coverage.max():.1%} each; largest bias {abs(proof.bias).max():.2f} sd; "
                f"{proof.failed} not fitted"
            )
    return "\n".join([*lines, "", _LEGEND])
