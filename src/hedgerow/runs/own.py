"""Runs in which a country of your own plays, measured as `hedgerow.runs.pairs.Sample` measures."""

import inspect
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..agents.country import CountryAgent
from ..agents.loading import blame, line_in
from ..agents.model import HedgingModel
from ..errors import CountryFileError, NotInMenu
from ..model.record import Record
from ..results.records import join
from ..scenario import Scenario
from .pairs import Sample


class OwnSample(Sample):
    """Runs one by one: the slow path, for what cannot be played in a block.

    Args:
        country: code of the country that is played. player: who plays it.
        played: called after every run.

    The others are those of `Sample`.
    """

    def __init__(
        self,
        scenario: Scenario,
        country: str,
        player: type[CountryAgent],
        runs: int,
        seed: int | None = None,
        played: Callable[[], None] | None = None,
    ) -> None:
        self._players = {country: player}
        self._played = played
        super().__init__(scenario, runs, seed)

    def _simulate(self, replicates: NDArray[np.uint64]) -> Record:
        return join([self._play(int(replicate)) for replicate in replicates])

    def _play(self, replicate: int) -> Record:
        try:
            model = HedgingModel(
                self.scenario, self.seed, replicate, countries=self._players, collect=False
            )
            while model.running:
                model.step()
        except Exception as error:
            (player,) = self._players.values()
            file = _file_of(player)
            if file is None or (line_in(file, error) is None and not isinstance(error, NotInMenu)):
                raise
            raise CountryFileError(blame(file, error)) from error
        if self._played is not None:
            self._played()
        return model.record


def _file_of(player: type) -> Path | None:
    try:
        return Path(inspect.getfile(player))
    except (OSError, TypeError):  # defined in a notebook or at a prompt
        return None
