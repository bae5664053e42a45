"""Countries, measures and payoff terms that users write themselves.

A country is a class of agents. It plays in the NumPy kernel: many runs at a time if it has a method
``choose_many``, else one run after the other. A measure is a function of the yearly arrays of some
runs (`hedgerow.results.yearly.Yearly`) that returns a number for every run, year and country. A
term (`hedgerow.model.terms.Term`) adds its coefficients to the payoff, in the NumPy kernel.
"""

import hashlib
import inspect
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .. import agents
from ..agents.loading import blame, file_of, line_in, load_file
from ..agents.registry import (
    described,
    registered_measure,
    registered_term,
    require_name,
    require_new_term,
)
from ..arguments import as_written
from ..compiled import kernels
from ..errors import CountryFileError, KernelMissing, NotInMenu, WrongType
from ..model.parameters import World
from ..model.record import Record
from ..model.terms import Term
from ..results import records
from ..results.columns import expected, instruments_of, noted
from ..results.yearly import Yearly
from ..scenario import Scenario
from ..scenario.compile import world

if TYPE_CHECKING:
    from ..agents import Player

Floats = NDArray[np.float64]
Measure = Callable[[Yearly], Floats]
"""A function of the yearly arrays of R runs that returns (R, years, countries), NaN where it is
undefined. Its values for a run must depend on that run alone, since runs come in blocks of any
size."""

Countries = Mapping[str, "Player | str"]
Measures = Mapping[str, Measure] | Sequence[str]
Terms = Mapping[str, Term] | Sequence[str]
Given = Mapping[str, Floats]


@dataclass(frozen=True)
class Own:
    """Countries, measures and payoff terms of the user's own; false if there are none.

    It can be sent to another process if that process can find what it holds: in a file that was
    loaded by its name, or in a module that can be imported.

    Attributes:
        countries: the class, or a function that makes the agent, of each country by its code.
        measures: functions by the names of their columns.
        terms: functions by the names of the terms that they are.
    """

    countries: "Mapping[str, Player]" = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.countries or self.measures or self.terms)

    @property
    def plays(self) -> bool:
        """Whether runs are others with it: a measure only looks at them."""
        return bool(self.countries or self.terms)

    # playing -------------------------------------------------------------------------------------
    def simulate(
        self,
        scenario: Scenario,
        replicates: NDArray[np.uint64],
        seed: int,
        kernel: str | None = None,
        given: Given | None = None,
        drawn: Given | None = None,
        years: int | None = None,
        played: Callable[[], object] = lambda: None,
    ) -> Record:
        """Run some replicates and measure them.

        Args:
            scenario, replicates, seed, given, drawn: as of `hedgerow.scenario.compile.world`.
            kernel: as of `hedgerow.compiled.kernels.simulate`; used only if no country and no
                term of one's own plays.
            years: number of years to simulate; all by default.
            played: a function that is called after every run if a country of one's own plays.

        Raises:
            CountryFileError: a country, measure or term of a file failed; the message names the
                line.
            NotInMenu: a country chose a move that it may not make.
        """

        def of(place: int | None = None) -> Any:
            some = slice(None) if place is None else slice(place, place + 1)
            cut = [
                None if n is None else {k: v[some] for k, v in n.items()} for n in (given, drawn)
            ]
            whole = self._with_terms(world(scenario, replicates[some], seed, *cut))
            if years is None:
                return whole
            return replace(whole, structure=replace(whole.structure, years=years))

        with _Blaming((*self.countries.values(), *self.terms.values())):
            if self.countries:
                record = records.join(agents.play(scenario, self.countries, of(), of, played))
            else:
                record = kernels.simulate(of(), "numpy" if self.terms else kernel)
        return self.measured(record, scenario)

    def _with_terms(self, world: World) -> World:
        if not self.terms:
            return world
        structure = world.structure
        names = structure.terms | self.terms.keys()
        return replace(world, structure=replace(structure, terms=names, own=self.terms))

    def measured(self, record: Record, scenario: Scenario) -> Record:
        """Return a record to which the columns of these measures are added.

        Raises:
            CountryFileError: a measure of a file failed; the message names the line.
            ValueError: a measure returned no number for every run, year and country.
        """
        if not self.measures:
            return record
        yearly = Yearly(record, scenario)
        columns = {
            name: np.moveaxis(measure_of(yearly, name, measure), 0, -1)
            for name, measure in self.measures.items()
        }
        return replace(record, countries=record.countries | columns)

    def require_sound(self, scenario: Scenario, seed: int) -> None:
        """Play the first year of one run, to find most mistakes before the work begins.

        Raises:
            CountryFileError, NotInMenu, ValueError: as of `simulate`.
        """
        if not self:
            return
        first, total = np.zeros(1, dtype=np.uint64), scenario.end - scenario.start + 1
        with np.errstate(all="ignore"):
            record = replace(self, measures={}).simulate(scenario, first, seed, "numpy", years=1)
            # A measure may use any year; here all of them are copies of the first.
            countries, ties = (
                {name: np.repeat(array, total, axis=0) for name, array in columns.items()}
                for columns in (record.countries, record.ties)
            )
            self.measured(replace(record, countries=countries, ties=ties), scenario)

    def kernel(self, name: str | None) -> str:
        """Return the name of the kernel to use, as `kernels.chosen` does.

        Raises:
            KernelMissing: a country or term of one's own plays, but the compiled kernel was asked
                for.
        """
        if not self.plays:
            return kernels.chosen(name)
        if name == "compiled":
            raise KernelMissing(
                f"{'countries' if self.countries else 'payoff terms'} of your own play in the "
                "numpy kernel; leave the kernel out"
            )
        return kernels.chosen("numpy")

    # other processes -----------------------------------------------------------------------------
    def processes(self, workers: int, executor: Executor | None = None) -> int:
        """Return how many worker processes to use: one if others could not load what they need.

        Raises:
            ValueError: the workers of `executor` could not load it.
        """
        workers = kernels.processes(workers, executor)
        if not self or self._travels():
            return workers
        if executor is not None and not isinstance(executor, ThreadPoolExecutor):
            raise ValueError(
                "the workers of an executor cannot find a country, measure or term that is defined "
                "in a notebook, at a prompt, in a function or in the script that is run; define it "
                "in a module of its own, or leave the executor out"
            )
        return 1

    def _travels(self) -> bool:
        try:
            pickle.dumps(self)
        except Exception:
            return False
        parts = (*self.countries.values(), *self.measures.values(), *self.terms.values())
        return all(file_of(part) or _importable(part.__module__) for part in parts)

    def __reduce__(self) -> tuple[Any, ...]:
        packed = [
            {name: _packed(part) for name, part in parts.items()}
            for parts in (self.countries, self.measures, self.terms)
        ]
        return _unpacked, tuple(packed)

    # noted ---------------------------------------------------------------------------------------
    def entries(self) -> list[dict[str, str]]:
        """Return the entries of a manifest: kind, name, what it is, its file and digest.

        ``sha256`` is that of the file; without a file that of the source code, or empty. A measure
        also has its meaning and its unit.
        """
        countries = [
            {"kind": "country", "name": name, "what": _name(part), **_origin(part)}
            for name, part in self.countries.items()
        ]
        measures = [
            {"kind": "measure", "name": name, "what": _name(part), **_origin(part)}
            | described(name, part)
            for name, part in self.measures.items()
        ]
        terms = [
            {"kind": "term", "name": name, "what": _name(part), **_origin(part)}
            for name, part in self.terms.items()
        ]
        return countries + measures + terms

    def is_that_of(self, entries: Iterable[Mapping[str, str]]) -> bool:
        """Whether these are the countries, measures and terms of some entries of a manifest."""

        def identity(entry: Mapping[str, str]) -> list[str | None]:
            return [entry.get(key) for key in ("kind", "name", "what", "file", "sha256")]

        return [*map(identity, entries)] == [*map(identity, self.entries())]

    def notes(self) -> dict[str, dict[str, str]]:
        """Return the ``label`` and the ``unit`` of the columns of the measures, by name."""
        return noted({"name": name} | described(name, part) for name, part in self.measures.items())

    def slow(self) -> str:
        """Return a sentence on the countries that play one run at a time; empty if none do."""
        names = [_name(p) for p in self.countries.values() if not agents.chooses_many(p)]
        if not names:
            return ""
        return (
            f"{', '.join(names)} without choose_many: runs are played one by one, which takes "
            "a second or two each"
        )


NONE = Own()
"""Nothing of one's own."""


def settle(
    scenario: Scenario,
    countries: Countries | None = None,
    measures: Measures | None = None,
    terms: Terms | None = None,
) -> tuple[Scenario, Own]:
    """Sort what plays the countries into strategies, which the scenario holds, and own classes.

    Args:
        scenario: the scenario to run.
        countries: what plays a country, by its code: a subclass of `CountryAgent` (or a callable
            that makes one), a registered name or entry point, or the name of a strategy.
        measures, terms: functions by name, or a list of registered names and entry points.

    Returns:
        The scenario with the strategies that were named, and what is the user's own.

    Raises:
        ValueError: an unknown country or name, or a name that a measure or term cannot have.
        WrongType: what plays a country, or a measure or term, is nothing of the kind.
    """
    players: Mapping[str, Player] = {}
    if countries:
        players, strategies = agents.players(scenario, countries)
        scenario = scenario.replace(strategies) if strategies else scenario
    found = Own(
        dict(players),
        _functions("measure", measures or {}, registered_measure),
        _functions("term", terms or {}, registered_term),
    )
    for name in found.terms:
        require_name(name, "term")
        require_new_term(name)
    kinds = instruments_of(scenario)
    taken = {"choice", "event"}.union(*(expected(t, (), kinds) for t in ("countries", "ties")))
    for name in found.measures:
        require_name(name)
        if name in taken or name.startswith(("belief_", "concentration_")):
            raise ValueError(f"measure {name!r}: the name is taken; choose another")
    return scenario, found


def _functions[F: Callable[..., Any]](
    kind: str, given: Mapping[str, F] | Sequence[str], registered: Callable[[str], F | None]
) -> dict[str, F]:
    """Return measures or terms by name, given so or as registered names."""
    if isinstance(given, Mapping):
        for name, function in given.items():
            if not callable(function):
                raise WrongType(f"{kind}s: {name} is {function!r}; expected a function")
        return dict(given)
    found = {}
    for name in given:
        known = registered(name)
        if known is None:
            raise ValueError(f"unknown {kind} {name!r}; register a function, or give it by name")
        found[name] = known
    return found


def from_files(places: Iterable[str], scenario: Scenario) -> Own:
    """Load countries, measures and terms from the places that the option ``--with`` names.

    Args:
        places: Python files, or names of entry points.
        scenario: the scenario that they are for. A class plays the country that its attribute
            `plays` names, or the only country of the scenario.

    Raises:
        CountryFileError: a place holds neither, cannot be loaded, or does not say which country
            its class plays.
        ValueError: two play one country, or two measures or terms have one name.
    """
    players: dict[str, Player] = {}
    measures: dict[str, Measure] = {}
    terms: dict[str, Term] = {}
    for place in places:
        countries, functions, own_terms = offered(place)
        for name, country in countries.items():
            only = scenario.countries[0] if len(scenario.countries) == 1 else ""
            code = as_written(country.plays or only, scenario.countries)
            if code not in scenario.countries:
                known = ", ".join(scenario.countries)
                what = f"plays {code}" if code else "does not say which country it plays"
                raise CountryFileError(
                    f'{place}: {name} {what}; write plays = "CODE" in the class, of {known}'
                )
            if code in players:
                raise ValueError(f"{place}: {name} plays {code}, which another plays already")
            players[code] = country
        for name, function in functions.items():
            if measures.setdefault(name, function) is not function:
                raise ValueError(f"{place}: the measure {name!r} is there already")
        for name, term in own_terms.items():
            if terms.setdefault(name, term) is not term:
                raise ValueError(f"{place}: the term {name!r} is there already")
    return settle(scenario, players, measures, terms)[1]


def offered(place: str) -> "tuple[dict[str, Any], dict[str, Measure], dict[str, Term]]":
    """Return countries by class, and measures and terms by name, of a file or an entry point.

    Raises:
        CountryFileError: there are none, or they cannot be loaded.
    """
    if not place.endswith(".py") and "/" not in place and not Path(place).exists():
        if (term := registered_term(place)) is not None:
            return {}, {}, {place: term}
        if (measure := registered_measure(place)) is not None:
            return {}, {place: measure}, {}
        try:
            country = agents.registered(place)
        except ValueError:
            raise CountryFileError(
                f"{place}: expected a file ending in .py, or the name of an entry point of the "
                "group 'hedgerow' of an installed package"
            ) from None
        return {country.__name__: country}, {}, {}
    loaded = load_file(Path(place))
    if not loaded.countries and not loaded.measures and not loaded.terms:
        raise CountryFileError(
            f"{place}: holds neither a subclass of CountryAgent nor a function under "
            '@hedgerow.register("name")'
        )
    return loaded.countries, loaded.measures, loaded.terms


def measure_of(yearly: Yearly, name: str, measure: Measure) -> Floats:
    """Return the values of a measure for some runs: (R, years, countries).

    Raises:
        CountryFileError: a measure of a file failed; the message names the line.
        ValueError: it returned something else.
    """
    with _Blaming([measure]):
        found = np.asarray(measure(yearly), dtype=np.float64)
    shape = (yearly.runs, yearly.years.size, len(yearly.countries))
    if found.shape != shape:
        raise ValueError(
            f"measure {name!r} returned an array {found.shape}; expected (runs, years, countries), "
            f"here {shape}"
        )
    return found


_OWN_CODE = Path(agents.__file__).resolve().parents[1]
"""What is defined here is no code of the user's."""


class _Blaming:
    """Turns an error in the user's code into one message that names the line of the file."""

    def __init__(self, parts: Iterable[Any]) -> None:
        self._parts = parts

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Exception) or isinstance(error, CountryFileError):
            return
        for part in self._parts:
            file = _file(part)
            if file and file.resolve().is_relative_to(_OWN_CODE):
                continue
            if file and (line_in(file, error) is not None or isinstance(error, NotInMenu)):
                raise CountryFileError(blame(file, error)) from error


def _file(part: Any) -> Path | None:
    try:
        path = inspect.getsourcefile(part)
    except (OSError, TypeError):  # defined in a notebook or at a prompt, or a callable object
        return None
    return Path(path) if path else None


def _importable(module: str) -> bool:
    try:
        return module != "__main__" and find_spec(module) is not None
    except ValueError:  # a code object without a source file
        return False


def _name(part: Any) -> str:
    return str(getattr(part, "__qualname__", type(part).__qualname__))


def _origin(part: Any) -> dict[str, str]:
    if loaded := file_of(part):
        return {"file": loaded[0].name, "sha256": loaded[1]}
    path = _file(part)
    if path is not None and path.is_file():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return {"file": path.name, "sha256": digest}
    try:
        source = inspect.getsource(part)
    except (OSError, TypeError):
        return {"file": "", "sha256": ""}
    return {"file": "", "sha256": hashlib.sha256(source.encode()).hexdigest()}


def _packed(part: Any) -> tuple[Any, ...]:
    loaded = file_of(part)
    if loaded is None:
        return (part,)
    return str(loaded[0].resolve()), loaded[1], part.__qualname__


def _unpacked(*packed: dict[str, tuple[Any, ...]]) -> Own:
    return Own(*({name: _found(*part) for name, part in parts.items()} for parts in packed))


def _found(part: Any, digest: str = "", name: str = "") -> Any:
    if not digest:
        return part
    loaded = load_file(Path(part))
    if loaded.sha256 != digest:
        raise CountryFileError(f"{part}: was changed while runs with it were going on")
    found: Any = loaded.module
    for each in name.split("."):
        found = getattr(found, each)
    return found
