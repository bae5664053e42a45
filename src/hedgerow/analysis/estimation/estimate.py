"""Estimates: habits fitted to the panel, with their errors, tests and proofs."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import figures, files
from ...errors import EstimationError
from ...facts.dictionary import FOLDER
from ...facts.panel import panel as read_panel
from ...progress import Callback
from ...scenario.draws import Knowledge, to_bytes
from ...scenario.write import to_toml
from .. import saving
from ..latex import to_latex
from . import habits, text
from .kinds import KINDS
from .penalised import Fit, Floats, fit
from .proof import Placebo, Proof, placebo, prove
from .sample import FIRST, UNSEEN, Sample, sample_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Line:
    """A line of the table: a number with its error, on the scale on which it was fitted.

    Attributes:
        kind, name: of the number.
        scale: ``"log"`` where the logarithm was fitted, else ``""``.
        estimate, error, low, high: with a 95 % interval, on that scale.
        value: in the unit of the model.
        degrees: degrees of freedom of the error; NaN for a standard deviation of pooled effects.
    """

    kind: str
    name: str
    scale: str
    estimate: float
    error: float
    low: float
    high: float
    value: float
    degrees: float


@dataclass(frozen=True, repr=False)
class Estimate(saving.Analysis):
    """What was fitted to the panel.

    Attributes:
        sample: the states and years.
        fits: by kind; each has `theta`, `covariance`, `sd` of pooled effects and `tests`.
        seed, number: of the draws.
        digest: SHA-256 of the panel's files.
        proofs: how often intervals covered in panels that the model made up, by kind.
        placebos: ω with politics permuted over states, by kind.
    """

    sample: Sample
    fits: Mapping[str, Fit]
    seed: int
    number: int
    digest: str
    proofs: Mapping[str, Proof]
    placebos: Mapping[str, Placebo]

    @property
    def stem(self) -> str:
        """Default name of its folder."""
        return "estimate"

    @property
    def converged(self) -> bool:
        """Whether all fits did."""
        return all(found.converged for found in self.fits.values())

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the table, by kind."""
        return tuple(line for kind, found in self.fits.items() for line in _lines(kind, found))

    @cached_property
    def draws(self) -> dict[str, Floats]:
        """Joint draws of all numbers of habits (number,), by path."""
        return habits.columns(self.fits, self.number, self.seed)

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return the tables ``estimates`` and ``fits``; ``tests`` and proofs if there are any."""
        return saving.frames(self._tables())

    def text(self, width: int = 100) -> str:
        """Return the table as a journal prints it."""
        return text.text(self, width)

    def plot(self) -> "Figure":
        """Return the figure: each number with its 95 % interval."""
        rows = [line for line in self.lines if not line.name.startswith("countries.")]
        about = (
            f"{len(self.sample.states)} states, to {self.sample.until} · panel {self.digest[:8]} · "
            f"hedgerow {version('hedgerow')}"
        )
        return figures.estimates.draw(rows, {name: KINDS[name].title for name in self.fits}, about)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The file of habits, as a document."""
        states, until = len(self.sample.states), self.sample.until
        sources = {}
        for kind, found in self.fits.items():
            rows = f"{len(found.likelihood.cluster)} rows ({KINDS[kind].row}) of {states} states"
            sources[kind] = f"estimated: {kind}, {rows} of the panel to {until}"
        return habits.document(
            self.fits,
            self.sample,
            self.draws,
            sources,
            f"Habits, estimated on {states} states to {until}",
            f"Fitted: {', '.join(self.fits)}; other numbers are guesses of {habits.BASE}.",
        )

    def write(self, folder: Path) -> None:
        """Write the file of habits, its draws, tables and the figure into an existing folder."""
        name = f"habits-{self.sample.until}"
        (folder / f"{name}.toml").write_text(to_toml(self.document), encoding="utf-8")
        known = Knowledge(self.sample.until, hindsight=False)
        numbers = habits.quantities(self.document, self.draws)
        about = {"hedgerow.estimate": json.dumps(self.about)}
        (folder / f"{name}.parquet").write_bytes(to_bytes(self.draws, numbers, known, about))
        tables = self._tables()
        saving.write_rows(folder, tables)
        latex = to_latex(tables["estimates"], f"estimates · hedgerow {version('hedgerow')}")
        (folder / "estimates.tex").write_text(latex, encoding="utf-8")
        saving.write_manifest(folder / "estimate.json", self.about)
        saving.write_figures(folder, {"estimates": self.plot()})

    @property
    def about(self) -> dict[str, Any]:
        """How it came about: version, panel, options, and whether it converged."""
        return {
            "version": version("hedgerow"),
            "panel_sha256": self.digest,
            "kinds": list(self.fits),
            "states": list(self.sample.states),
            "until": self.sample.until,
            "orders": [FIRST, self.sample.until - UNSEEN],
            "seed": self.seed,
            "draws": self.number,
            "converged": {kind: found.converged for kind, found in self.fits.items()},
        }

    def _tables(self) -> dict[str, list[list[object]]]:
        head = ["kind", "name", "scale", "estimate", "error", "low", "high", "value", "degrees"]
        estimates: list[list[object]] = [list(head)]
        estimates += [[getattr(line, name) for name in head] for line in self.lines]
        fits: list[list[object]] = [
            ["kind", "row", "rows", "states", "parameters", "loglik", "marginal", "rounds",
             "gradient", "converged"]
        ]  # fmt: skip
        tests: list[list[object]] = [["kind", "term", "chi2", "p", "step", "error"]]
        for kind, found in self.fits.items():
            size = len(found.likelihood.cluster), found.clusters, len(found.theta)
            sums = found.loglik, found.marginal, found.rounds, found.gradient
            fits.append([kind, KINDS[kind].row, *size, *sums, int(found.converged)])
            tests += [[kind, *vars(test).values()] for test in found.tests]
        result = {"estimates": estimates, "fits": fits}
        if len(tests) > 1:
            result["tests"] = tests
        if self.proofs:
            result["proof"] = [
                ["kind", "name", "panels", "failed", "coverage", "bias", "bias_error"]
            ]
            for kind, proof in self.proofs.items():
                parts = zip(proof.rows, proof.coverage, proof.bias, proof.error, strict=True)
                result["proof"] += [
                    [kind, row.name, proof.panels, proof.failed, *map(float, found)]
                    for row, *found in parts
                ]
        if self.placebos:
            result["placebo"] = [["kind", "omega", "error", "mean", "sd", "larger"]]
            result["placebo"] += [
                [kind, *vars(one).values()] for kind, one in self.placebos.items()
            ]
        return result


def _lines(kind: str, found: Fit) -> list[Line]:
    estimates, errors, reaches = found.told
    told = iter(zip(estimates, errors, reaches, found.degrees, strict=True))
    lines = []
    for row in found.likelihood.report():
        if row.group:
            sd = found.sd[row.group]
            estimate, error, degrees = np.log(sd), found.sd_error[row.group], np.nan
            reach = 1.96 * error
        else:
            estimate, error, reach, degrees = next(told)
        logged = bool(row.form or row.group)
        value = np.exp(estimate) if logged else estimate
        ends = estimate - reach, estimate + reach
        numbers = map(float, (estimate, error, *ends, value, degrees))
        lines.append(Line(kind, row.name, "log" if logged else "", *numbers))
    return lines


def estimate(
    kinds: Sequence[str],
    until: int | None,
    states: Sequence[str],
    leave_out: Sequence[str],
    panel: Path | None,
    draws: int,
    seed: int,
    panels: int,
    permutations: int,
    tick: Callback | None,
) -> Estimate:
    """Fit kinds of habits; see `hedgerow.estimate`."""
    for kind in kinds:
        if kind not in KINDS:
            raise EstimationError(f"kind {kind!r}: expected some of {', '.join(KINDS)}")
    asked = [kind for kind in KINDS if kind in kinds or not kinds]
    sample = sample_of(read_panel(panel), until, states, leave_out)
    models = {kind: KINDS[kind].of(sample) for kind in asked}  # so that nothing is fitted in vain
    fits: dict[str, Fit] = {}
    proofs: dict[str, Proof] = {}
    placebos: dict[str, Placebo] = {}
    total = len(asked) * (1 + panels + permutations)
    done = 0

    def step(finished: int = 0, planned: int = 0) -> None:
        nonlocal done
        done += 1
        if tick is not None:
            tick(done, total)

    for kind in asked:
        place = list(KINDS).index(kind)
        try:
            fits[kind] = fit(models[kind])
        except np.linalg.LinAlgError:
            raise EstimationError(
                f"{kind}: too little is left of the panel to tell its numbers apart; leave this "
                "kind out, or ask for more states or a later year"
            ) from None
        step()
        if panels:
            proofs[kind] = prove(fits[kind], panels, seed, place, step)
        if permutations:
            found = placebo(fits[kind], permutations, seed, place, step)
            if found is not None:
                placebos[kind] = found
    return Estimate(sample, fits, seed, draws, digest_of(panel), proofs, placebos)


def digest_of(panel: Path | None) -> str:
    """Return the SHA-256 of the files of a panel, by their names in order."""
    folder = files.folder("seeds") / FOLDER if panel is None else panel
    whole = hashlib.sha256()
    for path in sorted((*folder.glob("*.csv"), *folder.glob("*.toml"))):
        whole.update(f"{path.name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
