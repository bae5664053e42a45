"""Reads and checks ``experiment.toml``, which describes what an experiment computes.

The top level has ``schema``, ``title``, ``seed`` and ``[runs]``. ``[[contradicted]]`` names facts
that contradict a part of the claim. Each table below ``[steps]`` is a step, of one of the kinds
below. A step may have a table ``quick``, whose entries replace its own in the quick size.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ..errors import ExperimentError, argument
from ..facts import load_evidence
from ..files import read_toml
from ..scenario.keys import join
from ..scenario.quantity import is_quantity_table

FILE = "experiment.toml"
FIGURE = "figure.py"
FOLDER = "experiments"

QUICK, FULL = "quick", "full"

Plain = dict[str, Any]
Name = Annotated[str, Field(min_length=1)]
Positive = Annotated[int, Field(ge=1)]


def _by_path(value: Any) -> Any:
    """Return changes by path; without quotes, ``terms.loyalty = false`` is a table in a table."""
    return dict(_leaves(value, "")) if isinstance(value, Mapping) else value


def _leaves(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        place = f"{path}.{join((key,))}" if path else key
        whole = is_quantity_table(value) and path != "shocks"  # a shock has a key `value` itself
        if isinstance(value, Mapping) and value and not whole:
            yield from _leaves(value, place)
        else:
            yield place, value


Changes = Annotated[Plain, BeforeValidator(_by_path)]
"""Changed values by path."""

Statistic = Literal["mean", "sd", "q05", "q25", "q50", "q75", "q95", "n"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Years(_Table):
    """Years from `first` to `last`, every `step` of them."""

    first: int
    last: int
    step: Positive = 1

    def listed(self) -> list[int]:
        return list(range(self.first, self.last + 1, self.step))


class Variant(_Table):
    """A change of the scenario of a step.

    Attributes:
        scenario: the scenario, if it is not that of the step.
        set: numbers, switches and rules to change, by path.
        uncoded: whether all votes get the coding of the first
            (`hedgerow.scenario.votes.uncoded`).
    """

    scenario: Name | None = None
    set: Changes = Field(default_factory=dict)
    uncoded: bool = False


class _Step(_Table):
    """A step of any kind.

    Attributes:
        scenario: path from the folder of the experiment, or the name of a shipped scenario.
        set: numbers, switches and rules to change, by path.
        runs: number of replicates; that of the experiment by default.
    """

    scenario: Name
    set: Changes = Field(default_factory=dict)
    runs: Positive | None = None


class _Measured(_Step):
    """A step that measures runs.

    Attributes:
        country: code of the country, or a list of codes.
        measures: names as in ``summary.csv``, which may be joined by " + " and " - ".
        years: years whose values are taken.
        average: whether to take the mean over the years.
        variants: variants of the scenario by name; without any, only the scenario itself is run.
        over: at most two paths, each with a list of values; the first is x, the second y.
        zip: whether the two paths take their values in parallel, instead of all combinations.
    """

    country: Name | list[Name]
    measures: Annotated[list[Name], Field(min_length=1)]
    years: Annotated[list[int], Field(min_length=1)] | Years
    average: bool = False
    variants: dict[Name, Variant] = Field(default_factory=dict)
    over: Annotated[
        dict[Name, Annotated[list[Any], Field(min_length=1)]],
        BeforeValidator(_by_path),
        Field(max_length=2),
    ] = Field(default_factory=dict)
    zip: bool = False

    @model_validator(mode="after")
    def _zipped(self) -> "_Measured":
        if self.zip and len({len(values) for values in self.over.values()}) > 1:
            raise ValueError("zip needs as many values of each path of over")
        return self

    @property
    def countries(self) -> list[str]:
        return [self.country] if isinstance(self.country, str) else self.country

    @property
    def when(self) -> list[int]:
        return self.years.listed() if isinstance(self.years, Years) else self.years


class RunsStep(_Measured):
    """Statistics of measures over runs."""

    kind: Literal["runs"]
    statistics: list[Statistic] = ["mean", "sd", "q05", "q25", "q50", "q75", "q95"]


class CompareStep(_Measured):
    """Paired differences between variants, also as effects in standard deviations of the base.

    Attributes:
        base: the variant that others are compared with; by default the scenario of the step.
        pairs: compare every variant with every later one instead.
        at: values of one or both swept paths; compare every point with the point there instead.
    """

    kind: Literal["compare"]
    base: Variant | None = None
    pairs: bool = False
    at: Annotated[Plain | None, BeforeValidator(_by_path)] = None

    @model_validator(mode="after")
    def _one_base(self) -> "CompareStep":
        if (self.base is not None) + self.pairs + (self.at is not None) > 1:
            raise ValueError("takes one of base, pairs and at, not several")
        if self.pairs and len(self.variants) < 2:
            raise ValueError("pairs needs two variants or more")
        if self.at is not None and not self.at.keys() <= self.over.keys():
            raise ValueError("at names values of paths of over, and of no other")
        if self.at is None and not self.variants and not self.over:
            raise ValueError("has nothing to compare: give variants, or over")
        return self


class SweepStep(_Step):
    """A scenario with a ``[sweep]``, run as ``hedgerow sweep`` does.

    Attributes:
        country, measures, years: as of other steps.
        axes: one or two of the swept paths, x and y.
        at: a value for each of the other swept paths; the points with the nearest value are taken.
        statistics: statistics over runs.
    """

    kind: Literal["sweep"]
    country: Name
    measures: Annotated[list[Name], Field(min_length=1)]
    years: Annotated[list[int], Field(min_length=1)]
    axes: Annotated[list[Name], Field(min_length=1, max_length=2)]
    at: Annotated[dict[Name, float], BeforeValidator(_by_path)] = Field(default_factory=dict)
    statistics: list[Statistic] = ["mean"]


class ThresholdStep(_Step):
    """Critical rivalry: its quantiles over draws, and shares of draws ``below`` some levels (y).

    Attributes:
        country: code of the country.
        variants, over: as of a step of runs, with at most one path, x.
        year: the year whose shocks and embargoes are in force. Levels are multiples of the rivalry
            of that year.
        levels: multiples of rivalry.
    """

    kind: Literal["threshold"]
    country: Name
    variants: dict[Name, Variant] = Field(default_factory=dict)
    over: Annotated[
        dict[Name, Annotated[list[Any], Field(min_length=1)]],
        BeforeValidator(_by_path),
        Field(max_length=1),
    ] = Field(default_factory=dict)
    year: int
    levels: list[float] = Field(default_factory=list)


class TournamentStep(_Step):
    """Strategies in the same worlds (``hedgerow tournament``); x is the multiple of rivalry."""

    kind: Literal["tournament"]
    country: Name
    strategies: Annotated[list[Name], Field(min_length=1)]
    rivalry: list[float] = Field(default_factory=list)


class SensitivityStep(_Step):
    """Sensitivity indices of the swept paths of a scenario with a ``[sweep]`` for such indices."""

    kind: Literal["sensitivity"]
    country: Name
    measures: Annotated[list[Name], Field(min_length=1)]
    years: Annotated[list[int], Field(min_length=1)]


class ForecastStep(_Step):
    """Probabilities of events by the end of a year (``hedgerow forecast``).

    Attributes:
        date: date on which the forecast was made, which is shown below the figure.
        first: first year that is forecast.
        until: last year that is forecast.
        variants: as of a step of runs.
        allow_hindsight: as of the command.
    """

    kind: Literal["forecast"]
    date: Date
    first: int
    until: int
    variants: dict[Name, Variant] = Field(default_factory=dict)
    allow_hindsight: bool = False


class CalibrateStep(_Step):
    """A calibration and a test of its method (``hedgerow calibrate``).

    Attributes:
        until: last year of the record.
        runs: number of parameter sets from the prior, each of which is run ten times.
        draws: number of draws from the posterior.
        ess: the effective number of sets to reach.
        records: number of made-up records with which the method is tested.
        allow_hindsight: as of the command.
    """

    kind: Literal["calibrate"]
    until: int
    draws: Positive
    ess: Annotated[float, Field(gt=0.0)]
    records: Positive
    allow_hindsight: bool = False


class ScoreStep(_Step):
    """Scores of forecasts of the years after 2014 (``hedgerow score``).

    Attributes:
        allow_hindsight: as of the command.
    """

    kind: Literal["score"]
    allow_hindsight: bool = False


class FactsStep(_Table):
    """Figures of the record: targets of ``seeds/targets.toml`` that are numbers, by their ids."""

    kind: Literal["facts"]
    targets: Annotated[list[Name], Field(min_length=1)]


Step = Annotated[
    RunsStep
    | CompareStep
    | SweepStep
    | ThresholdStep
    | TournamentStep
    | SensitivityStep
    | ForecastStep
    | CalibrateStep
    | ScoreStep
    | FactsStep,
    Field(discriminator="kind"),
]


class Sizes(_Table):
    """Number of replicates of a step that gives none itself, in the two sizes."""

    quick: Positive
    full: Positive


class Contradicted(_Table):
    """A part of the claim that a fact contradicts.

    Attributes:
        fact: id of the fact.
        what: a sentence on what is false in the claim.
    """

    fact: Name
    what: Name


class Content(_Table):
    """The content of ``experiment.toml``."""

    schema_: Literal[1] = Field(alias="schema")
    title: Name
    seed: Annotated[int, Field(ge=0, lt=2**64)]
    runs: Sizes
    contradicted: list[Contradicted] = Field(default_factory=list)
    steps: Annotated[dict[Name, Step], Field(min_length=1)]


@dataclass(frozen=True)
class Experiment:
    """One experiment, in one size.

    Attributes:
        folder: its folder.
        size: `QUICK` or `FULL`.
        content: the checked content of ``experiment.toml``, in this size.
        document: the same as it was read, on which a reference depends.
    """

    folder: Path
    size: str
    content: Content
    document: Plain = field(repr=False)

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.name

    @property
    def runs(self) -> int:
        """Number of replicates of a step that gives none itself."""
        return int(getattr(self.content.runs, self.size))


def find(folder: Path | None) -> dict[str, Path]:
    """Return the folders of experiments by name.

    Args:
        folder: the folder that holds them; ``experiments`` in the current folder by default.

    Raises:
        ExperimentError: there are none.
    """
    place = Path(FOLDER) if folder is None else folder
    found = {path.parent.name: path.parent for path in sorted(place.glob(f"*/{FILE}"))}
    if found:
        return found
    what = f"holds no folder with an {FILE}" if place.is_dir() else "is not there"
    raise ExperimentError(
        f"{place}: {what}; experiments belong to the source of hedgerow: "
        f"call this in a checkout of it, or name their folder with "
        f"{argument('folder=', '--experiments')}"
    )


def read(folder: Path, size: str = FULL) -> Experiment:
    """Read and check an experiment.

    Args:
        folder: the folder of the experiment.
        size: `QUICK` or `FULL`.

    Raises:
        ExperimentError: it is not right. The message lists all problems of the file.
    """
    path = folder / FILE
    try:
        document = read_toml(path)
    except (OSError, ValueError) as error:
        raise ExperimentError(f"{path}: cannot be read: {error}") from error
    sized = _sized(document, size)
    try:
        content = Content.model_validate(sized)
    except ValidationError as error:
        lines = [f"{path}: {line}" for line in _problem_lines(error, sized)]
        raise ExperimentError("\n".join(lines)) from None
    _check_facts(path, content)
    if not (folder / FIGURE).is_file():
        raise ExperimentError(f"{folder / FIGURE}: is not there; it must define draw(table)")
    return Experiment(folder, size, content, sized)


def _check_facts(path: Path, content: Content) -> None:
    if not content.contradicted:
        return

    known = load_evidence().facts
    for entry in content.contradicted:
        if entry.fact not in known:
            close = get_close_matches(entry.fact, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise ExperimentError(f"{path}: contradicted: no fact {entry.fact!r}{hint}")


def _sized(document: Plain, size: str) -> Plain:
    """Return the document after applying the entries of a size to its steps."""
    steps = document.get("steps")
    if not isinstance(steps, Mapping):
        return document
    found = {}
    for name, step in steps.items():
        if isinstance(step, Mapping) and isinstance(step.get(QUICK), Mapping):
            own = {key: value for key, value in step.items() if key != QUICK}
            step = own | step[QUICK] if size == QUICK else own
        found[name] = step
    return document | {"steps": found}


def _problem_lines(error: ValidationError, document: Plain) -> list[str]:
    """Return a line for each problem: its place, what is expected, what to do."""
    lines = []
    for problem in error.errors():
        kind = problem["type"]
        place = _place(problem["loc"], document)
        if kind == "extra_forbidden":
            *table, key = problem["loc"]  # the key itself may be any text
            place = [*_place(tuple(table), document), str(key) or "''"]
            lines.append(f"{'.'.join(place)}: is not known here{_close(place, document)}")
        elif kind == "missing":
            lines.append(f"{'.'.join(place)}: is missing")
        elif kind in ("union_tag_not_found", "union_tag_invalid"):
            lines.append(f"{'.'.join(place)}.kind: expected one of {', '.join(_MODELS)}")
        else:
            text = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{'.'.join(place)}: {text[:1].lower()}{text[1:]}")
    return list(dict.fromkeys(lines))


_MODELS: dict[str, type[BaseModel]] = {
    "runs": RunsStep,
    "compare": CompareStep,
    "sweep": SweepStep,
    "threshold": ThresholdStep,
    "tournament": TournamentStep,
    "sensitivity": SensitivityStep,
    "forecast": ForecastStep,
    "calibrate": CalibrateStep,
    "score": ScoreStep,
    "facts": FactsStep,
}
"""The model of each kind of step."""


def _place(found: tuple[int | str, ...], document: Plain) -> list[str]:
    """Return the keys of a problem as in the file, without the kind that pydantic inserts."""
    place = [str(key) for key in found if key != ""]
    if len(place) > 2 and place[0] == "steps" and place[2] in _MODELS:
        del place[2]
    return [key for key in place if key not in ("str", "list[constrained-str]", "Years")]


def _close(place: list[str], document: Plain) -> str:
    known: list[str] = list(Content.model_fields)
    if len(place) == 3 and place[0] == "steps":
        model = _MODELS[document["steps"][place[1]]["kind"]]
        known = list(model.model_fields)
    close = get_close_matches(place[-1], known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(known)}"
