"""Reads and checks files of targets; all problems are reported at once, with their lines."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from sys import float_info
from typing import Any

from ..errors import ScenarioError, TargetError
from ..facts.facts import load_evidence
from ..facts.provenance import UnknownSource, classify
from ..facts.records import Evidence
from ..facts.targets import ALLIANCE, FILE, KINDS, USES, Target
from ..files import folder
from ..progress import counted
from .faults import kind_of
from .layers import Layer, read
from .problems import Problem, closest, listed

_TEXTS = ("id", "country", "source", "reason")
_REQUIRED = ("id", "country", "measures", "years", "kind", "value", "use", "source", "reason")
_OPTIONAL = ("scenarios", "error", "bias", "bias_of")
_WITHOUT_ERROR = ("never", "choice")
_LAST_FIT, _LAST = 2014, 2024
_RUNGS = {"tier": range(1, 5), "rung": range(5)}


def read_targets(path: Path, label: str, evidence: Evidence) -> tuple[Target, ...]:
    """Return the targets of a file.

    Args:
        path: path of the file.
        label: name of the file in messages.
        evidence: the evidence that sources may cite.

    Raises:
        TargetError: the file is not right; the error lists all problems.
    """
    try:
        layer = read(path, label)
    except ScenarioError as error:
        hint = "a file of targets has tables [[targets]]"
        raise TargetError(
            replace(each, suggestion=hint) if "empty" in each.message else each
            for each in error.problems
        ) from None
    problems = [
        layer.problem(
            (key,), f"unknown key '{key}'", "[[targets]]", closest(key, ["targets"]), True
        )
        for key in layer.document
        if key != "targets"
    ]
    entries = layer.document.get("targets")
    if not isinstance(entries, list) or not entries:
        message = "there are no targets" if entries in (None, []) else f"found {kind_of(entries)}"
        problems.append(layer.problem(("targets",), message, "tables [[targets]]"))
        entries = []
    found: list[_Entry] = []
    lines: dict[str, int] = {}
    for number, table in enumerate(entries):
        entry = _Entry(layer, number, table, evidence)
        if entry.id in lines:
            entry.report(("id",), f"this id is used twice, first on line {lines[entry.id]}")
        elif entry.id:
            lines[entry.id] = layer.problem(("targets", number, "id"), "").line
        problems += entry.problems
        found.append(entry)
    if problems:
        raise TargetError(sorted(problems, key=lambda each: (each.line, each.column)))
    return tuple(entry.target() for entry in found)


class _Entry:
    """Checks one ``[[targets]]`` table and turns it into a target.

    Args:
        layer: the file.
        number: number of the table, from 0.
        entry: the table.
        evidence: the evidence that its source may cite.
    """

    def __init__(self, layer: Layer, number: int, entry: Any, evidence: Evidence) -> None:
        self.problems: list[Problem] = []
        self._layer, self._number = layer, number
        self._entry: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
        if not isinstance(entry, dict):
            self.report((), f"found {kind_of(entry)}", "a table [[targets]]")
            return
        self._keys()
        for key in (*_TEXTS, "bias_of"):
            if key in entry:
                self._text(key)
        for key in ("scenarios", "measures"):
            if key in entry:
                self._names(key)
        self._one_of("kind", KINDS)
        self._one_of("use", USES)
        if "years" in entry:
            self._years()
        if entry.get("kind") in KINDS:
            self._value(entry["kind"])
            self._error(entry["kind"])
        if _is_text(entry.get("source")):
            self._source(evidence)

    @property
    def id(self) -> str:
        """Its id; empty if it has none."""
        found = self._entry.get("id")
        return found if isinstance(found, str) and found.strip() else ""

    def report(
        self,
        where: tuple[str | int, ...],
        message: str,
        expected: str = "",
        suggestion: str = "",
        at_key: bool = False,
    ) -> None:
        """Note a problem at a key of the table."""
        path = ("targets", self._number, *where)
        name = f"target {self.id}: " if self.id else ""
        problem = self._layer.problem(path, name + message, expected, suggestion, at_key)
        self.problems.append(problem)

    def target(self) -> Target:
        """Return the target; to be called only if there are no problems."""
        entry, value = self._entry, self._entry["value"]
        if isinstance(value, list):
            value = tuple(map(float, value))
        elif not isinstance(value, str):
            value = float(value)
        lists = {key: tuple(entry.get(key, ())) for key in ("scenarios", "measures")}
        origin = self._layer.problem(("targets", self._number, "id"), "")
        first, last = entry["years"]
        return Target(
            **{**entry, **lists, "value": value, "years": (first, last), "origin": origin}
        )

    def _keys(self) -> None:
        known = (*_REQUIRED, *_OPTIONAL)
        for key in self._entry:
            if key not in known:
                message = f"unknown key '{key}'"
                self.report((key,), message, listed(known), closest(key, known), at_key=True)
        missing = [key for key in _REQUIRED if key not in self._entry]
        if missing:
            self.report((), f"missing key{'s' if missing[1:] else ''} {', '.join(missing)}")

    def _text(self, key: str) -> None:
        if not _is_text(self._entry[key]):
            self.report((key,), f"found {kind_of(self._entry[key])}", "text that is not empty")

    def _names(self, key: str) -> None:
        names = self._entry[key]
        if not isinstance(names, list) or not names:
            self.report((key,), f"found {kind_of(names)}", "a list of names, one or more")
        else:
            self._each(key, names, _is_text, "a name")
            again = next((n for n, name in enumerate(names) if name in names[:n]), None)
            if again is not None and _is_text(names[again]):
                self.report((key, again), f"{names[again]!r} is named twice")

    def _each(self, key: str, items: list[Any], good: Callable[[Any], bool], wanted: str) -> None:
        """Note a problem for each item of a list that is not as it should be."""
        for place, item in enumerate(items):
            if not good(item):
                self.report((key, place), _found(item), wanted)

    def _one_of(self, key: str, known: tuple[str, ...]) -> None:
        value = self._entry.get(key, known[0])
        if value not in known:
            self.report(
                (key,), f"unknown {key} {value!r}", listed(known), closest(str(value), known)
            )

    def _years(self) -> None:
        years = self._entry["years"]
        wanted = "[FIRST, LAST], two whole numbers"
        if not isinstance(years, list):
            self.report(("years",), f"found {kind_of(years)}", wanted)
        elif len(years) != 2:
            count = counted(len(years), "item")
            self.report(("years",), f"found a list of {count}", wanted)
        elif not all(map(_is_whole, years)):
            self._each("years", years, _is_whole, "a year, a whole number")
        elif years[0] > years[1]:
            self.report(("years",), "the first year is after the last", "[FIRST, LAST]")
        elif self._entry.get("use") == "fit" and years[1] > _LAST_FIT:
            hint = 'a later target is to be checked: use = "check"'
            self.report(("years", 1), f"a target to fit ends by {_LAST_FIT}", "", hint)
        elif years[1] > _LAST:
            self.report(("years", 1), f"nothing after {_LAST} is a target", f"at most {_LAST}")

    def _value(self, kind: str) -> None:
        measures = self._entry.get("measures")
        names = measures if isinstance(measures, list) and all(map(_is_text, measures)) else None
        wanted = 2 if kind == "ratio" else 1
        if names and kind != "portfolio" and len(names) != wanted:
            message = f"a {kind} has {counted(wanted, 'measure')}, and not {len(names)}"
            self.report(("measures",), message)
        elif names:
            self._measures(kind, names)
        if "value" not in self._entry:
            return
        value = self._entry["value"]
        if kind == "choice":
            if not _is_text(value):
                self.report(("value",), f"found {kind_of(value)}", "the name of the option taken")
        elif kind == "portfolio":
            if not isinstance(value, list):
                self.report(
                    ("value",), f"found {kind_of(value)}", "a list of numbers, one a measure"
                )
            elif not all(map(_is_number, value)):
                self._each("value", value, _is_number, "a number")
            elif names and len(value) != len(names):
                message = f"{len(value)} numbers for {len(names)} measures"
                self.report(("value",), message, "a list of numbers, one a measure")
        elif not _is_number(value):
            self.report(("value",), _found(value), "a number")
        elif kind in _RUNGS and value not in _RUNGS[kind]:
            rungs = listed([str(rung) for rung in _RUNGS[kind]])
            self.report(("value",), f"{value:g} is no rung of a {kind}", rungs)
        elif kind == "never" and value != 0:
            self.report(("value",), f"{value:g} of what never happened", "0")

    def _measures(self, kind: str, names: list[str]) -> None:
        """Check the form of measures. Whether a scenario has them is checked when one is used."""
        for place, name in enumerate(names):
            head, colon, rest = name.partition(":")
            partner = rest.partition(":")[2]
            if kind == "choice":
                if head != "choice" or not rest:
                    self.report(("measures", place), f"{name!r} is no choice", "choice:QUESTION")
            elif kind == "never":
                if name != ALLIANCE and (head != "event" or not partner or ":" in partner):
                    expected = f"{ALLIANCE} or event:NAME:PARTNER"
                    self.report(("measures", place), f"{name!r} is no event", expected)
            elif head in ("choice", "event") or (colon and not rest) or ":" in rest:
                expected = "COLUMN:PARTNER, or a column of a country"
                self.report(("measures", place), f"{name!r} is no measure of a {kind}", expected)

    def _error(self, kind: str) -> None:
        if "error" not in self._entry and kind not in _WITHOUT_ERROR:
            self.report((), f"missing key error: a {kind} is known with an error")
        elif "error" in self._entry and kind in _WITHOUT_ERROR:
            self.report(("error",), f"a {kind} has no error", "", "leave it out", at_key=True)
        for key in ("error", "bias"):
            value = self._entry.get(key, 1.0)
            if not (_is_number(value) and value > 0.0):
                self.report((key,), _found(value), "a number above 0")
        if ("bias" in self._entry) != ("bias_of" in self._entry):
            key = "bias" if "bias" in self._entry else "bias_of"
            self.report((key,), "bias and bias_of go together", at_key=True)

    def _source(self, evidence: Evidence) -> None:
        try:
            classify(self._entry["source"], evidence)
        except UnknownSource as error:
            self.report(("source",), str(error))


def _found(value: object) -> str:
    large = _is_whole(value) and not _is_number(value)
    return "too large a number" if large else f"found {kind_of(value)}"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) <= float_info.max
    )


def load_targets(
    scenario: str | None = None,
    uses: Iterable[str] = USES,
    file: Path | None = None,
    evidence: Evidence | None = None,
) -> tuple[Target, ...]:
    """Read and check the targets, in the order of the file.

    Args:
        scenario: name of a scenario, to return only its targets; by default those of all.
        uses: return only targets with these uses.
        file: the file of targets; by default the shipped one.
        evidence: the evidence that sources may cite; by default the shipped one.

    Raises:
        TargetError: the file is missing or not TOML, an id is used twice, or an entry is not right.
            The error lists all problems with file, line and column.
    """
    path, label = (file, str(file)) if file is not None else (folder("seeds") / FILE, FILE)
    wanted = set(uses)
    return tuple(
        target
        for target in read_targets(path, label, evidence or load_evidence())
        if target.use in wanted
        and (scenario is None or not target.scenarios or scenario in target.scenarios)
    )
