"""Sensitivity indices of swept numbers, as of ``hedgerow sensitivity``."""

from math import nan

import numpy as np

from ...analysis.sensitivities.analyse import analyse
from ..experiment import SensitivityStep
from ..setting import Setting
from ..table import Cell, Key, Rows
from .sweep import swept


def compute(part: str, step: SensitivityStep, setting: Setting) -> Rows:
    """Return a row for each path (the variant), measure, year and index.

    Each measure also has a row ``chance``: the share of the variance between points that is due to
    the limited number of runs.

    Raises:
        ScenarioError, NoSweep, NoIndices: there is no such sweep, or too little of it.
    """
    with swept(step, setting) as folder:
        found = analyse(folder, step.measures, [step.country], step.years)
    rows: Rows = {}
    for finding in found.findings:
        columns = finding.indices.columns
        key = Key(part, "", finding.country, finding.measure, finding.year)
        for name, values in columns.items():
            if f"{name}_low" not in columns:
                continue
            errors = (columns[f"{name}_high"] - columns[f"{name}_low"]) / 3.92
            for path, value, error in zip(finding.indices.paths, values, errors, strict=True):
                cell = Cell(float(value), float(error) if np.isfinite(error) else nan)
                rows[key._replace(variant=path, statistic=name)] = cell
        rows[key._replace(statistic="chance")] = Cell(finding.noise.share)
        rows[key._replace(statistic="sd")] = Cell(finding.sd)
    return rows
