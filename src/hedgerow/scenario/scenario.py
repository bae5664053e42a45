"""The class `Scenario`: the complete, checked input of a run."""

import hashlib
import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

from ..errors import NoPath, ScenarioError, checked
from .base import base_table, based
from .checks import check
from .document import DATED, Merged, Plain, copied, listed_form
from .draws import KEY, Draws
from .draws import read as read_draws
from .knowledge import later
from .layers import format_problems
from .merge import overlay
from .notebook import html_facts
from .overrides import override_layer, plain_value, wanted
from .problems import Problem
from .quantity import Quantity
from .resolve import BASE, quantities
from .schema import ALWAYS, VERSION
from .sections import Codes, Entries, at, find
from .sources import Sourced, provenance
from .write import to_toml


@dataclass(frozen=True, repr=False)
class Scenario:
    """A scenario, merged with the files that it extends, complete and checked. It is immutable.

    >>> import hedgerow
    >>> scenario = hedgerow.load("vietnam")
    >>> scenario.partners.RUS.name, scenario["time.start"]
    ('Russia', 1996)
    >>> scenario["partners.RUS.trust"].text()
    'triangular(low 0.6, value 0.8, high 1)'
    >>> scenario.with_({"partners.RUS.trust": 0.5})["partners.RUS.trust"]
    0.5

    Attributes:
        name: name of the file without its ending.
        title, description, question: texts of the file; the question may be empty.
        document: the merged document, as it would be written in a file.
        resolved: the complete document, keyed by labels, with every default (see `to_toml`).
        quantities: every number that may be uncertain, by path.
        warnings: warnings and notes of the check, which differ in `Problem.severity`.
        sha256: hash of the resolved document without its number of runs and its seed.
        draws: joint draws that replace priors; None if all numbers come from their priors.
    """

    name: str
    document: Plain
    resolved: Plain
    quantities: dict[str, Quantity]
    warnings: tuple[Problem, ...] = ()
    merged: Merged = field(default_factory=Merged, repr=False, compare=False)
    sha256: str = ""
    draws: Draws | None = None

    @property
    def title(self) -> str:
        """Title in one line."""
        return str(self.resolved["title"])

    @property
    def description(self) -> str:
        """Description of the scenario; may be empty."""
        return str(self.resolved.get("description", ""))

    @property
    def question(self) -> str:
        """Question of the scenario; may be empty."""
        return str(self.resolved.get("question", ""))

    @property
    def runs(self) -> int:
        """Number of replicates."""
        return int(self.resolved["ensemble"]["runs"])

    @property
    def seed(self) -> int | None:
        """Seed; None if every call of `run` draws a new one."""
        seed = self.resolved["ensemble"].get("seed")
        return None if seed is None else int(seed)

    @property
    def level(self) -> int:
        """1 if countries take the actions of powers as given, 2 if they expect powers to answer."""
        return int(self.resolved["ensemble"]["level"])

    @property
    def poles(self) -> tuple[str, str]:
        """The two partners between which alignment is measured."""
        first, second = self.resolved["ensemble"]["poles"]
        return first, second

    @property
    def start(self) -> int:
        """First year."""
        return int(self.resolved["time"]["start"])

    @property
    def end(self) -> int:
        """Last year, inclusive."""
        return int(self.resolved["time"]["end"])

    @property
    def partners(self) -> Codes:
        """Codes of the powers, a tuple; ``scenario.partners.RUS`` is the section of one of them."""
        return Codes.of(self, "partners")

    @property
    def countries(self) -> Codes:
        """Codes of the hedging countries; ``scenario.countries.VNM`` is the section of one."""
        return Codes.of(self, "countries")

    @property
    def instruments(self) -> Codes:
        """Names of the instruments; ``scenario.instruments.arms`` is the section of one."""
        return Codes.of(self, "instruments")

    @property
    def events(self) -> tuple[str, ...]:
        """Names of the events, what powers may do."""
        return tuple(self.resolved["events"])

    @property
    def until(self) -> int | None:
        """Last year of which facts may be known; None if there is no such date."""
        return self.resolved.get("knowledge", {}).get("until")

    @property
    def conditions(self) -> tuple[str, ...]:
        """Paths of the shocks, choices and embargoes that begin after what may be known.

        They are inputs of a run, and no forecasts.
        """
        if self.until is None:
            return ()
        return tuple(later(self.resolved, self.quantities, self.until))

    @property
    def band(self) -> tuple[float, float]:
        """Alignment between the poles that counts as hedging."""
        low, high = self.resolved["ensemble"]["band"]
        return low, high

    @property
    def rungs(self) -> tuple[str, ...]:
        """Names of the five rungs of a partnership."""
        return tuple(self.resolved["labels"]["names"])

    @property
    def recalibrates(self) -> bool:
        """Whether returns follow from the numbers at every point of a sweep."""
        return self.resolved.get("recalibrate") == ALWAYS

    @cached_property
    def base(self) -> "Scenario | None":
        """The scenario whose ties at the start reveal the returns; None if it is this one.

        It is the file that extends no other, or the last that says ``recalibrate = true``, before
        any change, with the countries, partners and instruments that were added since.
        """
        table = self.resolved.get(BASE)
        return (
            None
            if table is None
            else replace(
                self,
                resolved=(resolved := based(self.resolved)),
                quantities=quantities(resolved),
                sha256=digest(resolved),
            )
        )

    @property
    def futures(self) -> tuple[str, ...]:
        """Names of the futures; the first is that of today, the others stand by name."""
        return tuple(self.resolved["futures"])

    @property
    def sampled_paths(self) -> tuple[str, ...]:
        """Paths of the numbers that each replicate draws from priors."""
        return tuple(path for path, number in self.quantities.items() if number.is_prior)

    @property
    def expect(self) -> tuple[Plain, ...]:
        """The expected differences from its parent, the entries of ``[expect]``."""
        return tuple(self.resolved.get("expect", ()))

    @property
    def parent(self) -> str | None:
        """Name of the scenario that it extends, as written in the file; None if it extends none."""
        for layer in reversed(self.merged.layers):
            if layer.positions is not None:
                return layer.document.get("extends")
        return None

    @checked
    def title_of(self, code: str) -> str:
        """Return the name of a country, partner or future; its code if it has none."""
        for section in ("countries", "partners", "futures"):
            name = self.resolved[section].get(code, {}).get("name")
            if name:
                return str(name)
        return code

    __iter__: ClassVar[None] = None
    """A scenario cannot be iterated; `find` returns a table of its paths."""

    def __getitem__(self, path: str) -> Any:
        """Return the value at a dotted path: ``scenario["partners.RUS.trust"]``.

        A fixed number is a float. A prior is a `Quantity` with ``value`` (its middle), ``text()``
        and ``support()``. Switches are bool, names and rules are texts or lists, and a section is a
        dict. The reference of the scenario format gives the unit of each number.

        Raises:
            NoPath: there is no such path; the message names the closest. It is a KeyError.
        """
        return at(self, path)

    def __contains__(self, path: object) -> bool:
        try:
            at(self, path)  # type: ignore[arg-type]
        except NoPath:
            return False
        return True

    @checked
    def find(self, text: str = "") -> Entries:
        """Return every path that contains a text, with its value, its label and its source.

        Args:
            text: any part of a path, in any case; if empty, all paths are returned.

        Returns:
            A tuple of entries with path, value, label and source, which is shown as a table and
            has ``to_frame()``. It is empty if no path fits.

        >>> import hedgerow
        >>> hedgerow.load("vietnam").find("RUS.tolerance")
        path                    value                                     label       source
        partners.RUS.tolerance  triangular(low 0.4, value 0.8, high 1.2)  assumption  assumption
        """
        return find(self, text)

    @checked
    def with_(self, overrides: Mapping[str, Any] | None = None, **changes: Any) -> "Scenario":
        """Return the scenario with some numbers, priors, switches or rules changed.

        Args:
            overrides: values by path, as in ``{"partners.RUS.trust": 0.5}``; a prior is a table as
                in a file, ``{"dist": "uniform", "low": 0.1, "high": 0.7}``.
            **changes: the same for paths without quotes, with ``__`` for the dots
                (``partners__RUS__trust=0.5``), and ``runs``, ``seed`` and ``level``.

        Raises:
            ScenarioError: a path does not exist or is given twice, or a value does not fit.
        """
        return finish(self.name, self.merged, wanted(overrides, changes))

    @checked
    def replace(self, overrides: Mapping[str, Any]) -> "Scenario":
        """Return the scenario with some numbers or switches changed, as `with_` does.

        Raises:
            ScenarioError: a path does not exist, or a value does not fit.
        """
        return finish(self.name, self.merged, overrides)

    def __repr__(self) -> str:
        return (
            f"<Scenario {self.name} · {self.title} · {self._sizes()} · {self.start}–{self.end} · "
            f"{len(self.sampled_paths)} numbers drawn · {self.sha256[:8]}>"
        )

    def _sizes(self) -> str:
        many, powers = len(self.countries), len(self.partners)
        return f"{many} {'country' if many == 1 else 'countries'} × {powers} partners"

    def _repr_html_(self) -> str:
        """Return the HTML that a notebook shows."""
        drawn = [path.partition(".")[0] for path in self.sampled_paths]
        kinds = ", ".join(f"{drawn.count(one)} of {one}" for one in dict.fromkeys(drawn))
        rows = [
            ("question", self.question),
            ("countries", ", ".join(f"{self.title_of(code)} ({code})" for code in self.countries)),
            ("partners", ", ".join(f"{self.title_of(code)} ({code})" for code in self.partners)),
            ("years", f"{self.start} to {self.end}"),
            ("drawn in each run", f"{len(drawn)} numbers: {kinds}" if drawn else "nothing"),
            ("draws from", self.draws.name if self.draws else ""),
            ("hash", self.sha256),
        ]
        return html_facts(self.title, [row for row in rows if row[1]], f"scenario {self.name}")

    def to_toml(self) -> str:
        """Return the resolved scenario as TOML. Loaded again, it has the same hash and runs."""
        return to_toml(listed_form(self.resolved))

    def provenance(self) -> list[Sourced]:
        """Return every number with its value or prior, its source and its label."""
        return provenance(self)


Scenario.__init__ = checked(Scenario.__init__)  # type: ignore[method-assign]


def digest(resolved: Plain) -> str:
    """Return the SHA-256 of a resolved document without ``ensemble.runs`` and ``ensemble.seed``."""
    document: Plain = {
        key: list(value.values()) if key in DATED else value
        for key, value in resolved.items()
        if value or key not in DATED
    }
    document["ensemble"] = {
        key: value for key, value in resolved["ensemble"].items() if key not in ("runs", "seed")
    }
    orders = [list(resolved["futures"])[:1]]
    orders += [list(entry.get("options", ())) for entry in resolved["choices"].values()]
    if isinstance(over := resolved.get("sweep", {}).get("over"), dict):
        orders.append(list(over))
    text = json.dumps([document, orders], sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def finish(name: str, base: Merged, overrides: Mapping[str, Any]) -> Scenario:
    """Return the scenario of a merged document after applying overrides.

    Raises:
        ScenarioError: the scenario is not right; the error lists all problems.
    """
    merged = copy(base)
    if overrides:
        merged = copy(base)
        merged.document, merged.origins = copied(base.document), dict(base.origins)
        merged.layers = list(base.layers)
        plain = {path: plain_value(value) for path, value in overrides.items()}
        layer, problems = override_layer(merged, plain)
        found, _ = format_problems(layer)
        problems += found
        if problems:
            raise ScenarioError(problems)
        overlay(merged, layer, problems)
        if problems:
            raise ScenarioError(problems)
    checked = check(merged)
    if checked.errors:
        raise ScenarioError(_ordered(checked.errors))
    drawn, notes = read_draws(merged, checked.quantities)
    if drawn is not None:
        checked.resolved[KEY] = drawn.name
    table = base_table(merged, checked.resolved)
    checked.resolved.pop(BASE, None)
    if table is not None:
        checked.resolved[BASE] = table
    return Scenario(
        name=name,
        document={"schema": VERSION} | listed_form(merged.document),
        resolved=checked.resolved,
        quantities=checked.quantities,
        warnings=tuple(_ordered([*checked.problems, *notes])),
        merged=merged,
        sha256=digest(checked.resolved),
        draws=drawn,
    )


def _ordered(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))
