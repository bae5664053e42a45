"""Finds hindsight: numbers whose sources are later than what a run is allowed to know.

The *cut* is the last year whose events may be known: 2014 for scores, the end of the record for a
calibration, the year before the first one for a forecast. Numbers are of two kinds:

* *Conditions* are the numbers of shocks, choices and embargoes that begin after the cut, and the
  end, if it is after the cut, of those that began before. Runs get them when they happen. They are
  counted, but are no hindsight.
* *Static* numbers are all others. It is hindsight if their sources are later than the cut, or name
  no year, or are missing.

It is also hindsight if a number other than the date of a shock, choice or embargo rests on the same
source as a target.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ..errors import HindsightError
from ..facts.provenance import classify
from ..facts.records import MARK, Evidence, External, Fact
from ..progress import counted
from .document import Plain
from .keys import join, split
from .quantity import Quantity
from .sources import evidence_of

if TYPE_CHECKING:
    from ..facts.targets import Target
    from . import Scenario


CONDITIONS = ("shocks", "choices", "embargoes")
"""Tables of a scenario whose entries have dates, and are conditions if these are late."""

_SINGULAR = {"shocks": "shock", "choices": "choice", "embargoes": "embargo"}
_DATES = ("at", "from", "until")
_REASONED = ("assumption", "convention", "default")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_SPAN = re.compile(r"(?<![\d.])((?:1[89]|20)\d\d) ?[-–/] ?(\d\d)(?![\d/–-])")
_FORM = re.compile(r"\s*\w+\s*:")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


@dataclass(frozen=True)
class Known:
    """A number, a target, or an entry of conditions, with its source.

    Attributes:
        path: path of the number or entry, or id of the target.
        source: the source as written, empty if there is none. For an entry, the sources of all its
            conditions, joined by "; ".
        year: the last year that the source covers; None if it names no year, or there is no
            source. For an entry, that year or its own date, whichever is later.
    """

    path: str
    source: str
    year: int | None


@dataclass(frozen=True)
class Shared:
    """A target that rests on the same source as a number of the scenario.

    Attributes:
        target: id of the target.
        path: path of the number.
        source: the id of the fact, or the series and its years, that both cite.
    """

    target: str
    path: str
    source: str


@dataclass(frozen=True)
class Hindsight:
    """The hindsight of a command: knowledge from after the cut. False if there is none.

    Attributes:
        scenario: name of the scenario.
        cut: last year that may be known.
        late: static numbers whose sources are later, name no year, or are missing.
        shared: targets that rest on the same source as a number of the scenario.
        draws: why the draws that replace priors know too much; empty if they do not.
        conditions: shocks, choices and embargoes later than the cut, which are no hindsight.
        fitted: fitted targets whose sources are later.
    """

    scenario: str
    cut: int
    late: tuple[Known, ...] = ()
    shared: tuple[Shared, ...] = ()
    draws: str = ""
    conditions: tuple[Known, ...] = ()
    fitted: tuple[Known, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.late or self.shared or self.draws or self.fitted)

    def plain(self) -> dict[str, Any]:
        """Return everything as dictionaries and lists, for JSON."""
        return asdict(self)

    def footer(self) -> str:
        """Return the text to add to the footer of a figure; empty without hindsight."""
        return f" · {MARK}" if self else ""

    def lines(self) -> list[str]:
        """Return a line that counts hindsight and one that counts conditions, if there are any."""
        lines = [f"{MARK}: {'; '.join(self._counts())}"] if self else []
        if self.conditions:
            counts = [
                counted(count, _SINGULAR[name], name)
                for name in CONDITIONS
                if (count := sum(c.path.startswith(f"{name}.") for c in self.conditions))
            ]
            lines.append(f"told as conditions, later than {self.cut}: {', '.join(counts)}")
        return lines

    def text(self) -> str:
        """Return a list of all hindsight, grouped by source and by target."""
        parts = []
        if self.late:
            heading = (
                f"numbers whose source is later than {self.cut}, names no year, or is missing:"
            )
            parts.append(heading)
            groups: dict[tuple[int, str], list[str]] = {}
            for number in self.late:
                groups.setdefault((number.year or 0, number.source), []).append(number.path)
            for (year, source), paths in sorted(groups.items()):
                head = f"{year or 'no year'}  {source}" if source else "no source"
                parts += [f"  {head}", *_folded(paths)]
        if self.fitted:
            parts.append(f"fitted targets whose source is later than {self.cut}:")
            parts += [f"  {each.path}: {each.year}  {each.source}" for each in self.fitted]
        if self.shared:
            parts.append("targets that stand on the same as a number of the scenario:")
            pairs: dict[tuple[str, str], list[str]] = {}
            for each in self.shared:
                pairs.setdefault((each.target, each.source), []).append(each.path)
            for (target, source), paths in pairs.items():
                parts += [f"  {target}: {source}", *_folded(paths)]
        if self.draws:
            parts.append(self.draws)
        return "\n".join(parts)

    def _counts(self) -> Iterator[str]:
        if self.late:
            dated = all(number.year for number in self.late)
            late = f"{counted(len(self.late), 'number')} with sources later than {self.cut}"
            yield late + ("" if dated else ", or of no known date")
        if self.fitted:
            yield f"{counted(len(self.fitted), 'fitted target')} with sources later than {self.cut}"
        if self.shared:
            targets = counted(len({each.target for each in self.shared}), "target")
            numbers = counted(len({each.path for each in self.shared}), "number")
            yield f"{targets} on the same sources as {numbers}"
        if self.draws:
            yield self.draws


def as_of(source: str, evidence: Evidence) -> int | None:
    """Return the last year that a source covers.

    * For a fact it is the last year of its date, or the year in which its article was published if
      it is undated or about the future; for several facts, the latest of these.
    * For an entry of ``seeds/external.toml`` or a table of the panel it is the latest year that is
      named beside it, if any ("external: panel-trade, shares of 1996"), else its `as_of`.
    * For any other outside source it is the latest year that it names; "1995-23" ends in 2023.
    * For an assumption it is that of the facts that it names.
    * It is None for other assumptions, conventions and defaults, and if no year is named.

    Args:
        source: the source of a number or a target, as written; may be empty.
        evidence: the evidence that the source may cite.

    Raises:
        UnknownSource: the source has none of the forms that a source may have.
    """
    if not source:
        return None
    found = classify(source, evidence)
    if found.facts:
        known = [_year_of(evidence.facts[name], evidence) for name in found.facts]
        return None if None in known else max(year for year in known if year is not None)
    if found.kind in _REASONED:
        return None
    entry = external_of(source, evidence)
    if entry is None:
        return max(_years(source), default=None)
    return min(max(_years(source.partition(",")[2]), default=entry.as_of), entry.as_of)


def is_condition(
    path: tuple[str, ...], resolved: Plain, quantities: Mapping[str, Quantity], cut: int
) -> bool:
    """Whether a number is a condition, which runs get only after the cut.

    Conditions are the numbers of a shock, choice or embargo that begins after the cut, and the end,
    if it is after the cut, of one that began before. If a date is drawn, its earliest value counts.

    Args:
        path: path of the number.
        resolved, quantities: the complete document of a scenario, and its numbers.
        cut: last year that may be known.
    """
    table, *rest = path
    if table not in CONDITIONS or len(rest) < 2:
        return False
    dates = dict(_dates(resolved, quantities, table, rest[0]))
    if max(dates.get("at", 0.0), dates.get("from", 0.0)) >= cut + 1:
        return True
    return rest[1] == "until" and dates.get("until", 0.0) >= cut + 1


def hindsight(
    scenario: "Scenario",
    targets: Iterable["Target"],
    cut: int,
    draws: str = "",
    fitted: Iterable["Target"] = (),
) -> Hindsight:
    """Return what a scenario knows from after a cut, or from its own targets.

    Args:
        scenario: a checked scenario.
        targets: the targets that it is fitted to or scored on; none for a forecast.
        cut: last year that may be known.
        draws: why its draws that replace priors know too much, if they do.
        fitted: the fitted ones among the targets. If the source of one names no year, the last
            year of the target counts.
    """
    evidence = evidence_of(scenario.resolved)
    priors = replace(scenario, draws=None)  # the argument `draws` covers what draws know
    rows = priors.provenance()
    numbers = [(row.path, row.source) for row in rows if row.source or row.kind == "missing"]
    years = {source: as_of(source, evidence) for _, source in numbers}
    conditional = {
        path
        for path, _ in numbers
        if is_condition(split(path), scenario.resolved, scenario.quantities, cut)
    }
    late = [
        Known(path, source, years[source])
        for path, source in numbers
        if path not in conditional and _is_late(source, years[source], cut, evidence)
    ]
    cited = [number for number in numbers if number[1]]
    shared = _shared(cited, targets, evidence)
    conditions = _conditions(scenario, [row for row in cited if row[0] in conditional], years, cut)
    later = [
        Known(target.id, target.source, year)
        for target in fitted
        if (year := as_of(target.source, evidence) or target.years[1]) > cut
    ]
    return Hindsight(
        scenario.name, cut, tuple(late), tuple(shared), draws, tuple(conditions), tuple(later)
    )


def refuse(found: Hindsight, allow: bool) -> Hindsight:
    """Return what was found if it is no hindsight, or if hindsight is allowed.

    Raises:
        HindsightError: there is hindsight, and it is not allowed.
    """
    if found and not allow:
        raise HindsightError(found)
    return found


def _year_of(fact: Fact, evidence: Evidence) -> int | None:
    (article,) = (each for each in evidence.articles if each.id == fact.article)
    last = [] if fact.years is None else [fact.years[1]]
    return min([*_years(article.published), *last], default=None)


def external_of(source: str, evidence: Evidence) -> External | None:
    """Return the external source that a source cites, if it cites one."""
    return evidence.externals.get(source.partition(":")[2].partition(",")[0].strip())


def _years(text: str) -> list[int]:
    """Return the years that a text names, and the ends of spans such as 1995-23."""
    text = _DOI.sub("", text)
    years = [int(year) for year in _YEAR.findall(text)]
    for first, last in _SPAN.findall(text):
        end = int(first) // 100 * 100 + int(last)
        end += 100 * (end <= int(first))
        if end < 2100:  # "2014-05" is a month
            years.append(end)
    return years


def _is_late(source: str, year: int | None, cut: int, evidence: Evidence) -> bool:
    if year is None:
        return not source or classify(source, evidence).kind not in _REASONED
    return year > cut


def _shared(
    numbers: Sequence[tuple[str, str]], targets: Iterable["Target"], evidence: Evidence
) -> Iterator[Shared]:
    """Yield the targets that share a fact, or years of a series, with a number of their country."""
    facts = {source: classify(source, evidence).facts for _, source in numbers}
    series = {source: _series(source, evidence) for _, source in numbers}
    for target in targets:
        own = classify(target.source, evidence).facts
        mine = _series(target.source, evidence)
        for path, source in numbers:
            if path.partition(".")[0] in CONDITIONS and path.rpartition(".")[2] in _DATES:
                continue
            yield from (Shared(target.id, path, fact) for fact in own if fact in facts[source])
            theirs = series[source]
            if mine and theirs and mine[0] == theirs[0] and _is_of(path, target):
                first, last = max(mine[1], theirs[1]), min(mine[2], theirs[2])
                if first <= last:
                    yield Shared(target.id, path, f"{source} ({first} to {last})")


def _series(source: str, evidence: Evidence) -> tuple[str, int, int] | None:
    """Return the name of an outside series, and the first and last year that are taken from it.

    Two sources are parts of the same series if they differ only in their years.
    """
    found = classify(source, evidence)
    if found.facts or found.kind in _REASONED:
        return None
    entry = external_of(source, evidence)
    if entry is None:
        name, years = _FORM.sub("", source).partition(",")[0], _years(source)
    else:
        name, years = f"{entry.name} {entry.table}", [*_years(entry.table), entry.as_of]
    words = re.findall(r"\w+", _YEAR.sub("", name).casefold())
    return (" ".join(words), min(years), max(years)) if years and words else None


def _is_of(path: str, target: "Target") -> bool:
    """Whether a number belongs to the country of a target and to a partner that it measures.

    A share of all other partners counts for any partner, since it is the rest of their shares.
    """
    parts = path.split(".")
    partners = {"others", *(measure.rpartition(":")[2] for measure in target.measures)}
    return parts[:2] == ["countries", target.country] and bool(partners & set(parts[2:]))


def _conditions(
    scenario: "Scenario",
    cited: Sequence[tuple[str, str]],
    years: dict[str, int | None],
    cut: int,
) -> Iterator[Known]:
    """Yield the shocks, choices and embargoes with conditions after the cut."""
    for table in CONDITIONS:
        for label in scenario.resolved[table]:
            path = join((table, label))
            found = _dates(scenario.resolved, scenario.quantities, table, label)
            dates = [int(year) for _, year in found if year >= cut + 1]
            if dates:
                own = dict.fromkeys(s for p, s in cited if p.startswith(f"{path}."))
                known = [year for source in own if (year := years[source]) is not None]
                yield Known(path, "; ".join(own), max(dates + known))


def later(resolved: Plain, quantities: Mapping[str, Quantity], cut: int) -> list[str]:
    """Return the paths of the shocks, choices and embargoes that begin after a cut."""
    return [
        join((table, label))
        for table in CONDITIONS
        for label in resolved[table]
        if is_condition((table, label, "begins"), resolved, quantities, cut)
    ]


def _dates(
    resolved: Plain, quantities: Mapping[str, Quantity], table: str, label: str
) -> Iterator[tuple[str, float]]:
    """Yield the dates of a shock, choice or embargo in years; the earliest if one is drawn."""
    entry = resolved[table][label]
    for date in _DATES:
        drawn = quantities.get(join((table, label, date)))
        if drawn is not None or date in entry:
            yield date, float(entry[date] if drawn is None else drawn.support()[0])


def _folded(paths: Iterable[str]) -> list[str]:
    """Return paths in lines; those that differ only in their last part share a line."""
    tables: dict[str, list[str]] = {}
    for path in paths:
        *table, name = split(path)
        tables.setdefault(join(tuple(table)), []).append(join((name,)))
    return [
        f"    {table}.{names[0] if len(names) == 1 else '{' + ', '.join(names) + '}'}"
        for table, names in tables.items()
    ]
