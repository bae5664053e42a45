"""Calibrations: the record under prior and posterior, and a test of the method."""

from math import isnan

from ...analysis.calibration import calibrate, prove
from ...analysis.calibration.predictive import bands
from ..experiment import CalibrateStep
from ..setting import Setting
from ..statistics import of_share
from ..table import Cell, Key, Rows

REPLICATES = 10
"""Number of runs of each parameter set."""

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Probabilities of the central intervals whose coverage is reported."""


def planned(step: CalibrateStep, setting: Setting) -> int:
    """Return how many runs it takes."""
    return (setting.runs(step) + step.draws) * REPLICATES


def compute(part: str, step: CalibrateStep, setting: Setting) -> Rows:
    """Return bands of the record under prior and posterior, and coverage on made-up records.

    * For each number on record: ``q05``, ``q50``, ``q95``, ``below`` (its rank among predictions,
      the PIT) and ``observed``. Variants are ``prior:TARGET`` and ``posterior:TARGET``. Under the
      prior, also the standard deviations due to ``noise`` and to ``parameters``.
    * For the whole fit: the number of ``effective`` sets, the factor by which noise and errors are
      ``widened``, and the number of parameters ``informed``.
    * For the test of the method: ``coverage`` over all parameters; x is the probability of the
      interval.

    Raises:
        ScenarioError, CalibrationError: the scenario has no record, or the sizes do not fit.
        HindsightError: there is hindsight, and the step does not allow it.
    """
    reported = 0

    def progress(done: int, total: int) -> None:
        nonlocal reported
        setting.tick(done - reported)
        reported = done

    result = calibrate(
        setting.scenario(step),
        step.until,
        None,
        setting.runs(step),
        REPLICATES,
        step.draws,
        step.ess,
        setting.seed,
        setting.workers,
        setting.kernel,
        progress,
        allow_hindsight=step.allow_hindsight,
    )
    setting.used(column.target for column in result.columns)
    if result.hindsight:
        setting.hindsight.add(part)
    rows: Rows = {}
    for name, found in zip(("prior", "posterior"), bands(result), strict=True):
        for column, band in zip(result.columns, found, strict=True):
            if isnan(band.below):
                continue
            year = column.target.years[1]
            variant = f"{name}:{column.target.id}"
            key = Key(part, variant, column.target.country, column.measure, year)
            numbers = {"q05": band.low, "q50": band.middle, "q95": band.high, "below": band.below}
            rows |= {key._replace(statistic=s): Cell(float(v)) for s, v in numbers.items()}
            rows[key._replace(statistic="observed")] = Cell(float(column.observed))
    places = [result.columns[place] for place in result.likelihood.numbers]
    for column, *spreads in zip(places, *result.likelihood.spreads(), strict=True):
        variant, year = f"prior:{column.target.id}", column.target.years[1]
        key = Key(part, variant, column.target.country, column.measure, year)
        for name, value in zip(("noise", "parameters"), spreads, strict=True):
            rows[key._replace(statistic=name)] = Cell(float(value))
    told_of = {
        "effective": (result.posterior.ess, 0.1 * result.posterior.ess),
        "widened": (result.posterior.widening, 0.02),
        "informed": (float(result.informed.sum()), float(result.informed.sum()) ** 0.5),
    }
    for name, (value, error) in told_of.items():
        rows[Key(part, "posterior", "", "sets", statistic=name)] = Cell(value, error)
    proof = prove(result, step.records).proof
    assert proof is not None
    known = proof.ranks.size
    for share in SHARES:
        hits = float(proof.coverage(share).mean())
        key = Key(part, "proof", "", "coverage", None, share, None, "share")
        rows[key] = of_share(hits * known, known)
    return rows
