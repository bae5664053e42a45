"""Every strategy in the same worlds."""

from math import nan

from ...analysis.tournaments import ESTIMATES, Estimate, tournament
from ..experiment import TournamentStep
from ..setting import Setting
from ..table import Cell, Key, Rows


def planned(step: TournamentStep, setting: Setting) -> int:
    """Return how many runs it takes."""
    worlds = 1 + sum(multiple != 1.0 for multiple in set(step.rivalry))
    return worlds * len({"quantal", *step.strategies}) * setting.runs(step)


def compute(part: str, step: TournamentStep, setting: Setting) -> Rows:
    """Return a row for each strategy (the variant) and measure, and ``against`` by rivalry (x).

    Raises:
        ScenarioError, ValueError: there is no such scenario, country or strategy.
    """
    runs = setting.runs(step)

    def progress(done: int, total: int) -> None:
        setting.tick(runs)

    found = tournament(
        setting.scenario(step),
        step.country,
        step.strategies,
        runs,
        setting.seed,
        step.rivalry,
        progress=progress,
        kernel=setting.kernel,
    )
    rows: Rows = {}
    for row in sorted(found.rows, key=lambda row: row.strategy):
        for measure in ESTIMATES:
            key = Key(part, row.strategy, step.country, measure)
            rows[key] = _cell(getattr(row, measure))
    for multiple, by_strategy in found.by_rivalry.items():
        for strategy, gap in sorted(by_strategy.items()):
            rows[Key(part, strategy, step.country, "against", None, multiple)] = _cell(gap)
    return rows


def _cell(estimate: Estimate) -> Cell:
    width = estimate.high - estimate.low
    return Cell(estimate.mean, width / 3.92 if width == width else nan)
