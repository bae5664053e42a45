"""One run of a scenario as a Mesa model."""

import inspect
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arguments import as_written, checked
from ..errors import CountryFileError, RunOver, WrongType
from ..model.measures import of_countries
from ..model.parameters import ROUNDS_A_YEAR, Floats, World
from ..model.record import Record
from ..model.simulate import Block
from ..model.strategies import STRATEGIES
from ..scenario import Scenario, load
from ..scenario import compile as compiling
from .country import CountryAgent
from .desk import Desks
from .library import mesa
from .menu import Menu
from .menus import Menus
from .power import PowerAgent
from .registry import registered
from .reporters import collector

_MOST_REPLICATES = 2**56

Player = Callable[["HedgingModel", str], CountryAgent]
"""A subclass of `CountryAgent`, or a function of the model and a code that returns an agent."""


class HedgingModel(mesa.Model):
    """One run of a scenario as a Mesa model. It equals the same replicate of an ensemble.

    ``step()`` plays one quarter. Mesa's ``time`` counts the quarters, and ``running`` becomes False
    after the last.

    Args:
        scenario: a scenario, its file, or the name of a shipped one.
        rng: the seed, a whole number in [0, 2⁶⁴); by default that of the scenario, or 0.
        replicate: number of the run in an ensemble.
        countries: what plays a country, by its code: a subclass of `CountryAgent` (or a callable
            that makes one from the model and the code), a registered name, or the name of a
            built-in strategy. Other countries use the strategy of the scenario.
        collect: whether ``datacollector`` records every round.
        world: arrays to run in place of those of the scenario and replicate.

    Attributes:
        scenario: the scenario that is run. Mesa's own attribute of this name is not used.
        seed, replicate: the seed, and the number of the run.
        block: the arrays of the model, see `hedgerow.model.simulate.Block`.
        countries, powers: agents by code.
        datacollector: the values of every round, see `hedgerow.agents.reporters`.

    Raises:
        ScenarioError: the scenario is not right.
        ValueError: an unknown country or name, or a number out of range.
        WrongType: an argument is of the wrong type, or what plays a country is no `CountryAgent`.

    >>> import hedgerow
    >>> model = hedgerow.HedgingModel("vietnam", rng=7)
    >>> model.step()
    >>> model.time, model.running, list(model.countries)
    (1.0, True, ['VNM'])
    """

    @checked
    def __init__(
        self,
        scenario: Scenario | str | os.PathLike[str],
        rng: int | None = None,
        replicate: int = 0,
        countries: Mapping[str, Player | str] | None = None,
        collect: bool = True,
        world: World | None = None,
    ) -> None:
        if not isinstance(scenario, Scenario):
            scenario = load(Path(scenario) if isinstance(scenario, os.PathLike) else scenario)
        makers, strategies = players(scenario, countries or {})
        if strategies:
            scenario = scenario.replace(strategies)
        self._case = scenario
        self.seed = _seed(rng, scenario)
        self.replicate = _replicate(replicate)
        super().__init__(rng=self.seed)
        if world is None:
            replicates = np.array([self.replicate], dtype=np.uint64)
            world = compiling.world(scenario, replicates, self.seed)
        self.block = Block(world)
        self.block.override = self._ask
        self._desks = Desks(world.structure)
        self.chosen: dict[int, NDArray[np.int64]] | None = None
        self._choosing: dict[int, NDArray[np.int64]] = {}
        self._asking = False
        self._stopped = ""
        self._measured: tuple[int, dict[str, Floats]] | None = None
        self.countries = {
            code: _made(makers.get(code, CountryAgent), self, code) for code in scenario.countries
        }
        self.powers = {code: PowerAgent(self, code) for code in scenario.partners}
        self._memories: dict[str, dict[str, Any]] = {code: {} for code in self.countries}
        self._collect = collect
        self.datacollector = collector()
        # Mesa's step advances the time before anything is played; refuse before it does.
        self._advance = self.step
        self.step = self._checked_step  # type: ignore[method-assign]

    @property
    def scenario(self) -> Scenario:
        """The scenario that is run."""
        return self._case

    @scenario.setter
    def scenario(self, mesas: Any) -> None:
        self._mesa_scenario = mesas  # Mesa sets it for every model; it is not used

    @property
    def rounds(self) -> int:
        """Number of rounds from the first to the last."""
        return self.block.world.structure.rounds

    @property
    def round(self) -> int:
        """Number of the round that is being played, or else was played last; 0 before the first."""
        return self.block.round if self._asking else max(self.block.round - 1, 0)

    @property
    def year(self) -> int:
        """Year of `round`."""
        return self._case.start + self.round // ROUNDS_A_YEAR

    @property
    def quarter(self) -> int:
        """Quarter of `round`, 1–4."""
        return 1 + self.round % ROUNDS_A_YEAR

    @property
    def record(self) -> Record:
        """The yearly record of the run so far, as in an ensemble; NaN in years to come."""
        return self.block.record

    @property
    def has_own_countries(self) -> bool:
        """Whether a country overrides `CountryAgent.choose` or `CountryAgent.choose_many`."""
        return any(_chooses(country) for country in self.countries.values())

    def step(self) -> None:
        """Play one quarter: shocks, powers, offers, choices, labels, desks, programmes.

        Raises:
            RunOver: the last round has been played, or an error stopped the run.
            NotInMenu: a country of your own chose a move that is not on its menu.
        """
        self._require_open()
        self._choosing = {}
        try:
            self.block.step()
        except BaseException as error:
            # The round was only partly played, so that going on would give a different run.
            self.running = False
            self._stopped = f"{type(error).__name__} in {self._date()}"
            raise
        self.chosen = self._choosing
        if self.block.round == self.rounds:
            self.running = False
        if self._collect:
            self.datacollector.collect(self)

    def measures(self) -> dict[str, Floats]:
        """Current values of the measures of countries but for insurance, (countries,) by name."""
        block = self.block
        if self._asking or self._measured is None or self._measured[0] != block.round:
            form = replace(block.form, foreseen=np.zeros_like(block.form.foreseen))
            structure, q, s = block.world.structure, block.frame, block.state
            self._measured = block.round, of_countries(structure, q, s, form, block.ties)
        return self._measured[1]

    @property
    def alignments(self) -> Floats:
        """Weight of each power in the portfolio now, Σ_k γ_k x_kp: (partners, countries)."""
        return (self.block.frame["salience"][:, None] * self.block.ties).sum(axis=0)

    def _checked_step(self) -> None:
        self._require_open()
        self._advance()

    def _require_open(self) -> None:
        if self._stopped:
            raise RunOver(f"this run was stopped by {self._stopped}; make a new HedgingModel")
        if self.block.round >= self.rounds:
            raise RunOver(
                f"this run is over: {self._case.name} ends with {self._case.end} "
                f"({self.rounds} rounds); step only while model.running"
            )

    def _date(self) -> str:
        year, quarter = divmod(self.block.round, ROUNDS_A_YEAR)
        return f"{self._case.start + year} Q{quarter + 1}"

    def _ask(self, block: Block, instrument: int, chosen: NDArray[np.int64]) -> None:
        """Let agents that override `choose` choose; others keep the move that was drawn."""
        own = [country for country in self.countries.values() if _chooses(country)]
        if own:
            desk = self._desks.asked(block, instrument, chosen, kept=True)
            self._asking = True
            try:
                for country in own:
                    i, said = country.index, f"{type(country).__name__}.choose"
                    menus = Menus(desk, i, self._memories[country.code])
                    if not _chooses_alone(country):
                        many = country.choose_many(menus)
                        chosen[i] = menus.checked(many, f"{said}_many returned")[0] - 1
                        continue
                    menu = Menu(menus)
                    chosen[i] = menu.number_of(country.choose(menu), f"{said} returned") - 1
            finally:
                self._asking = False
        self._choosing[instrument] = chosen.copy()


def _chooses(country: CountryAgent) -> bool:
    return _chooses_alone(country) or chooses_many(type(country))


def _chooses_alone(country: CountryAgent) -> bool:
    return getattr(country.choose, "__func__", None) is not CountryAgent.choose


def chooses_many(player: Player) -> bool:
    """Whether a class that plays a country overrides ``choose_many``.

    Raises:
        CountryFileError: its ``choose_many`` is no class method.
    """
    if not (isinstance(player, type) and issubclass(player, CountryAgent)):
        return False
    if inspect.isfunction(inspect.getattr_static(player, "choose_many")):
        raise CountryFileError(
            f"{player.__name__}.choose_many plays many runs at once, so it has no self: put "
            "@classmethod above it, and write choose_many(cls, menus)"
        )
    mine = getattr(player.choose_many, "__func__", player.choose_many)
    return mine is not CountryAgent.choose_many.__func__  # type: ignore[attr-defined]


def players(
    scenario: Scenario, countries: Mapping[str, Player | str]
) -> tuple[dict[str, Player], dict[str, str]]:
    """Return the classes that play countries, by code, and the strategies to set, by path.

    Args:
        scenario: the scenario to play.
        countries: what plays a country, by its code, as of `HedgingModel`.

    Raises:
        ValueError: an unknown country or name.
        WrongType: what plays a country is no `CountryAgent`.
    """
    makers: dict[str, Player] = {}
    strategies: dict[str, str] = {}
    seen: set[str] = set()
    for asked, player in countries.items():
        code = as_written(asked, scenario.countries)
        if code not in scenario.countries:
            known = ", ".join(scenario.countries)
            raise ValueError(f"countries: no country {code!r}; {scenario.name} has {known}")
        if code in seen:
            raise ValueError(f"countries: {code} is played by two")
        seen.add(code)
        if isinstance(player, str) and player in STRATEGIES:
            strategies[f"countries.{code}.strategy"] = player
        elif isinstance(player, str):
            makers[code] = registered(player)
        elif callable(player):
            makers[code] = player
        else:
            raise WrongType(
                f"countries: {code} is played by {player!r}; expected a subclass of CountryAgent, "
                "a registered name or the name of a strategy"
            )
        if code in makers:
            chooses_many(makers[code])  # raises an error if it is no class method
    return makers, strategies


def _made(maker: Player, model: HedgingModel, code: str) -> CountryAgent:
    agent = maker(model, code)
    if not isinstance(agent, CountryAgent):
        raise WrongType(f"countries: {code} is played by {agent!r}, which is no CountryAgent")
    return agent


def _seed(rng: int | None, scenario: Scenario) -> int:
    if rng is None:
        return scenario.seed or 0
    if not 0 <= rng < 2**64:
        raise ValueError(f"rng is a seed in [0, 2**64), not {rng}")
    return rng


def _replicate(replicate: int) -> int:
    if not 0 <= replicate < _MOST_REPLICATES:
        raise ValueError(f"replicate is a number of a run in [0, 2**56), not {replicate}")
    return replicate
