"""When the sources of numbers were known, and which numbers know more than a cut allows.

A *cut* is the last year of what may be known: 2014 for scores, the end of the record for a
calibration, the year before the first for a forecast. Shocks, choices and embargoes that begin
after the cut, and the later end of one that began before, are *conditions*: a run is told of them
when they come. All other numbers are *static*: a run has them by the cut. These may not have later
sources, or none at all, and no number but the date of a shock, choice or embargo may rest on what
is a target as well.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ..errors import HindsightError
from ..facts.provenance import classify
from ..facts.records import MARK, Evidence, External, Fact
from .keys import join, split
from .sources import evidence_of

if TYPE_CHECKING:
    from ..facts.targets import Target
    from . import Scenario


CONDITIONS = ("shocks", "choices", "embargoes")
"""Tables of a scenario whose entries have dates, and are conditions where these are late."""

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
        path: of the number or entry; the id of the target.
        source: as written, "" where there is none; of an entry all sources of what is told later,
            joined by "; ".
        year: the last year that the source tells of; None where an outside source names no year,
            or there is no source. Of an entry: that or its own date, whichever is later.
    """

    path: str
    source: str
    year: int | None


@dataclass(frozen=True)
class Shared:
    """A target that stands on what a number of the scenario stands on.

    Attributes:
        target: its id.
        path: of the number.
        source: the id of the fact, or the series of years, that both cite.
    """

    target: str
    path: str
    source: str


@dataclass(frozen=True)
class Hindsight:
    """What a command knows that it should not; false where that is nothing.

    Attributes:
        scenario: its name.
        cut: last year that may be known.
        late: static numbers whose sources are later, name no year, or are missing.
        shared: targets that stand on what a number of the scenario stands on.
        draws: why the draws in place of priors know too much; empty where they do not.
        conditions: entries of conditions that are later than the cut. They are no hindsight.
        fitted: targets that are fitted, and whose sources are later.
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
        """Return all of it for JSON."""
        return asdict(self)

    def footer(self) -> str:
        """Return what the foot of a figure says of it, to be added to its line."""
        return f" · {MARK}" if self else ""

    def lines(self) -> list[str]:
        """Return the mark and the number of conditions, in one line each; none where nothing is."""
        lines = [f"{MARK}: {'; '.join(self._counts())}"] if self else []
        if self.conditions:
            counts = [
                _count(count, _SINGULAR[name], name)
                for name in CONDITIONS
                if (count := sum(c.path.startswith(f"{name}.") for c in self.conditions))
            ]
            lines.append(f"told as conditions, later than {self.cut}: {', '.join(counts)}")
        return lines

    def text(self) -> str:
        """Return everything that is hindsight, grouped by source and by target."""
        parts = []
        if self.late:
            told = f"numbers whose source is later than {self.cut}, names no year, or is missing:"
            parts.append(told)
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
            told = f"{_count(len(self.late), 'number')} with sources later than {self.cut}"
            yield told + ("" if dated else ", or of no known date")
        if self.fitted:
            yield f"{_count(len(self.fitted), 'fitted target')} with sources later than {self.cut}"
        if self.shared:
            targets = len({each.target for each in self.shared})
            numbers = len({each.path for each in self.shared})
            yield f"{_count(targets, 'target')} on the same sources as {_count(numbers, 'number')}"
        if self.draws:
            yield self.draws


def as_of(source: str, evidence: Evidence) -> int | None:
    """Return the last year of what a source tells.

    Of a fact the last year of its date, or the year in which its article was published where it is
    undated or tells of years to come; of several facts the latest. Of an entry of
    ``seeds/external.toml`` its `as_of`; of any other outside source the latest year that it names,
    where "1995-23" is a span to 2023. Of an assumption that of the facts that it knows. None for
    other assumptions, conventions and defaults, and where no year is named.

    Args:
        source: of a number, as a scenario or a target has it; may be empty.
        evidence: that the source may cite.

    Raises:
        UnknownSource: the source follows none of the forms a source may take.
    """
    if not source:
        return None
    found = classify(source, evidence)
    if found.facts:
        known = [_year_of(evidence.facts[name], evidence) for name in found.facts]
        return None if None in known else max(year for year in known if year is not None)
    if found.kind in _REASONED:
        return None
    entry = _entry(source, evidence)
    return max(_years(source), default=None) if entry is None else entry.as_of


def is_condition(path: str, scenario: "Scenario", cut: int) -> bool:
    """Tell whether a number is a condition, of which a run is told after the cut.

    It is of a shock, choice or embargo that begins after the cut, or the later end of one that
    began before. Of a date that is drawn the earliest counts.

    Args:
        path: of the number.
        scenario: that has it.
        cut: last year that may be known.
    """
    table, *rest = split(path)
    if table not in CONDITIONS or len(rest) < 2:
        return False
    dates = dict(_dates(scenario, table, rest[0]))
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
    """Return what a scenario knows beyond a cut, or of its own targets.

    Args:
        scenario: a checked scenario.
        targets: on which it is fitted or scored; none for a forecast.
        cut: last year that may be known.
        draws: why its draws in place of priors know too much, if they do.
        fitted: those of the targets that are fitted. Where a source of theirs names no year, the
            last year of the target counts.
    """
    evidence = evidence_of(scenario.resolved)
    priors = replace(scenario, draws=None)  # what draws know is told by `draws`
    rows = priors.provenance()
    numbers = [(row.path, row.source) for row in rows if row.source or row.kind == "missing"]
    years = {source: as_of(source, evidence) for _, source in numbers}
    told = {path for path, _ in numbers if is_condition(path, scenario, cut)}
    late = [
        Known(path, source, years[source])
        for path, source in numbers
        if path not in told and _is_late(source, years[source], cut, evidence)
    ]
    cited = [number for number in numbers if number[1]]
    shared = _shared(cited, targets, evidence)
    conditions = _conditions(scenario, [row for row in cited if row[0] in told], years, cut)
    later = [
        Known(target.id, target.source, year)
        for target in fitted
        if (year := as_of(target.source, evidence) or target.years[1]) > cut
    ]
    return Hindsight(
        scenario.name, cut, tuple(late), tuple(shared), draws, tuple(conditions), tuple(later)
    )


def refuse(found: Hindsight, allow: bool) -> Hindsight:
    """Return what was found, unless it is hindsight that is not allowed.

    Raises:
        HindsightError: it is.
    """
    if found and not allow:
        raise HindsightError(found)
    return found


def _year_of(fact: Fact, evidence: Evidence) -> int | None:
    (article,) = (each for each in evidence.articles if each.id == fact.article)
    last = [] if fact.years is None else [fact.years[1]]
    return min([*_years(article.published), *last], default=None)


def _entry(source: str, evidence: Evidence) -> External | None:
    """Return the entry that an outside source cites, if it cites one."""
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
    """Yield what targets share with numbers: facts, or the same years of a series of a country."""
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
    """Return the name of an outside series with the first and last year that is taken from it.

    Parts of one series differ in their years alone.
    """
    found = classify(source, evidence)
    if found.facts or found.kind in _REASONED:
        return None
    entry = _entry(source, evidence)
    if entry is None:
        name, years = _FORM.sub("", source).partition(",")[0], _years(source)
    else:
        name, years = f"{entry.name} {entry.table}", [*_years(entry.table), entry.as_of]
    words = re.findall(r"\w+", _YEAR.sub("", name).casefold())
    return (" ".join(words), min(years), max(years)) if years and words else None


def _is_of(path: str, target: "Target") -> bool:
    """Tell whether a number is of the country of a target, and of a partner that it measures.

    What a country has from all others is the rest of what it has from each.
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
    """Yield the entries of which something is told after the cut."""
    for table in CONDITIONS:
        for label in scenario.resolved[table]:
            path = join((table, label))
            dates = [int(year) for _, year in _dates(scenario, table, label) if year >= cut + 1]
            if dates:
                own = dict.fromkeys(s for p, s in cited if p.startswith(f"{path}."))
                known = [year for source in own if (year := years[source]) is not None]
                yield Known(path, "; ".join(own), max(dates + known))


def _dates(scenario: "Scenario", table: str, label: str) -> Iterator[tuple[str, float]]:
    """Yield the dates of a shock, choice or embargo, in years; of one drawn the earliest."""
    entry = scenario.resolved[table][label]
    for date in _DATES:
        drawn = scenario.quantities.get(join((table, label, date)))
        if drawn is not None or date in entry:
            yield date, float(entry[date] if drawn is None else drawn.support()[0])


def _folded(paths: Iterable[str]) -> list[str]:
    """Return lines of paths; those that differ in their last part alone are one line."""
    tables: dict[str, list[str]] = {}
    for path in paths:
        *table, name = split(path)
        tables.setdefault(join(tuple(table)), []).append(join((name,)))
    return [
        f"    {table}.{names[0] if len(names) == 1 else '{' + ', '.join(names) + '}'}"
        for table, names in tables.items()
    ]


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"
