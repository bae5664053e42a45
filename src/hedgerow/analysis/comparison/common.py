"""Settles what two sides of a comparison have in common, and runs those that are scenarios."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ...arguments import as_written, whole
from ...errors import argument
from ...progress import Callback, Progress, counted
from ...results import Results
from ...results.cells import GROUPS, Cells, Grid
from ...results.means import measures as summarised
from ...results.naming import group_of, meant, partner_of, unknown
from ...runs.ensemble import run
from ...runs.own import NONE, Own
from ...runs.pairs import RUNS
from ...scenario import Scenario
from .sides import Side

_MOST_NAMED = 6  # most measures that a note names


class Common:
    """What the two sides of a comparison have in common.

    Attributes:
        sides: base and other.
        unpaired: whether runs are treated as independent.
        seed: seed of the scenarios among them; if runs are paired, that of both sides.
        points: number of points of both; 1 unless they are sweeps.
        runs: number of runs of each point.
        grid: years and countries.
        notes: what was left out, and warnings.

    Raises:
        ValueError: the two cannot be compared; the message says what can be done.
    """

    def __init__(
        self,
        sides: tuple[Side, Side],
        countries: Sequence[str],
        runs: int | None,
        seed: int | None,
        until: int | None,
        unpaired: bool,
        own: Own = NONE,
    ) -> None:
        self.sides, self.unpaired = sides, unpaired
        self._kernel = own.kernel(None) if own.plays else None
        self._own = (replace(own, countries={}, terms={}), own)  # these play in the other side only
        self.notes: list[str] = []
        self._folders = [side for side in sides if isinstance(side.source, Results)]
        self.points = self._same_points()
        self.seed = self._settled_seed(seed)
        self.runs = self._settled_runs(runs)
        self.grid = Grid(*self._years(until), self._countries(countries))
        for side in sides:
            if isinstance(side.source, Scenario) and side.source.resolved.get("sweep"):
                self.notes.append(
                    f"the [sweep] of {side.name} does not count: run it, and compare its folder"
                )

    def names(self, section: str) -> dict[str, str]:
        """Return the names of all countries, partners or futures, by code."""
        return self.sides[1].named(section) | self.sides[0].named(section)

    # settling ------------------------------------------------------------------------------------
    def _same_points(self) -> int:
        first, second = (side.layout() for side in self.sides)
        if (first.paths, first.rows) != (second.paths, second.rows):
            counts = [len(layout.rows) for layout in (first, second)]
            sizes = " and ".join(
                f"{side.name} has {counted(count, 'point')}"
                for side, count in zip(self.sides, counts, strict=True)
            )
            why = "their points are not the same" if counts[0] == counts[1] else sizes
            raise ValueError(
                f"cannot compare point by point: {why}; sweep both over the same points, with the "
                "same [sweep] in both scenarios"
            )
        if len(first.rows) > 1 and first.common != second.common and not self.unpaired:
            alone = self.sides[1 if first.common else 0].name
            raise ValueError(
                f"{alone}: has common_random_numbers = false and the other has not, so runs cannot "
                f"be paired; take them as independent, with wider intervals: {_unpaired()}"
            )
        return len(first.rows)

    def _settled_seed(self, seed: int | None) -> int:
        seed = None if seed is None else whole("seed", seed)
        if seed is not None and not 0 <= seed < 2**64:
            raise ValueError(f"a seed lies in [0, 2**64), not {seed}")
        found = [int((side.manifest or {})["seed"]) for side in self._folders]
        for side, own in zip(self._folders, found, strict=True):
            if seed not in (None, own):
                raise ValueError(f"{side.name}: was run with seed {own}, so it cannot be {seed}")
        if len(set(found)) > 1 and not self.unpaired:
            raise ValueError(
                f"{self._folders[0].name} has seed {found[0]} and {self._folders[1].name} has seed "
                f"{found[1]}, so their runs cannot be paired. Run one again with the other's "
                f"seed:\n  {self._folders[1].again(found[0])}\nor take runs as independent, with "
                f"wider intervals: {_unpaired()}"
            )
        if found:
            return found[0]
        base = self.sides[0].source
        assert isinstance(base, Scenario)
        return seed if seed is not None else base.seed or 0

    def _settled_runs(self, runs: int | None) -> int:
        runs = None if runs is None else whole("runs", runs)
        if runs is not None and runs < 1:
            raise ValueError(f"runs must be at least 1, not {runs}")
        there = {side.name: side.replicates or 0 for side in self._folders}
        if not there:
            return runs or RUNS
        least = min(there, key=lambda name: there[name])
        most = max(there, key=lambda name: there[name])
        if self.unpaired:
            if runs is not None and len(self._folders) == 2:
                raise ValueError(
                    f"summaries are of all runs: give no number of runs with {_unpaired()}"
                )
            return runs or there[least]
        if runs is not None and runs > there[least]:
            raise ValueError(f"{least}: has {there[least]} runs, so {runs} cannot be paired")
        if runs is None and there[least] < there[most]:
            self.notes.append(
                f"{most} has {there[most]} runs and {least} has {there[least]}: the first "
                f"{there[least]} are paired"
            )
        return runs or there[least]

    def _years(self, until: int | None) -> tuple[int, int]:
        spans = [side.span for side in self.sides]
        start, end = max(span[0] for span in spans), min(span[1] for span in spans)
        if start > end:
            years = " and ".join(f"{first} to {last}" for first, last in spans)
            raise ValueError(f"they have no year in common: {years}")
        until = None if until is None else whole("until", until)
        if until is not None and not start <= until <= end:
            raise ValueError(f"until must lie in the years of both, {start} to {end}, not {until}")
        if spans[0][0] != spans[1][0]:
            self.notes.append("they start in different years: random numbers differ by date")
        if until is None and spans[0] != spans[1]:
            self.notes.append(f"years that only one has were left out: compared {start} to {end}")
        return start, end if until is None else until

    def _countries(self, asked: Sequence[str]) -> tuple[str, ...]:
        first, second = (side.named("countries") for side in self.sides)
        both = tuple(code for code in first if code in second)
        if not both:
            listed = " and ".join(", ".join(codes) for codes in (first, second))
            raise ValueError(f"they have no hedging country in common: {listed}")
        asked = [as_written(code, both) for code in asked]
        for code in asked:
            if code not in both:
                raise ValueError(f"no country {code!r} in both; there is {', '.join(both)}")
        if not asked:
            self._left_out("countries", list(first), list(second))
        partners = [list(side.named("partners")) for side in self.sides]
        self._left_out("partners", partners[0], partners[1])
        return tuple(dict.fromkeys(asked)) or both

    def _left_out(self, what: str, first: Sequence[str], second: Sequence[str]) -> None:
        """Add a note on what only one side has."""
        only = sorted({*first} ^ {*second})
        if only:
            more = f" and {len(only) - _MOST_NAMED} more" if len(only) > _MOST_NAMED else ""
            names = ", ".join(only[:_MOST_NAMED]) + more
            self.notes.append(f"{what} that only one has were left out: {names}")

    # runs ----------------------------------------------------------------------------------------
    def look_for(self, measures: Sequence[str]) -> None:
        """Check, by one run of one year before long runs, that measures exist.

        Raises:
            ValueError: a measure of countries or ties does not exist.
        """
        asked = [name for name in measures if group_of(f"{name}:") not in ("choices", "events")]
        for side in self.sides:
            source = side.source
            if not asked or not isinstance(source, Scenario):
                continue
            more = self._own[0].measures
            how = (source.start, 1, self._kernel, "ties")
            trial = run(source, 1, self.seed, *how, progress=False, measures=more)
            names = [n for group in ("countries", "ties") for n in Cells(trial).measures(group)]
            for name in asked:
                if not any(meant(known, [name]) for known in names):
                    raise ValueError(unknown(name, names))
            return

    def results(
        self,
        measures: Sequence[str],
        folder: Path,
        workers: int | None,
        progress: "bool | Callback",
    ) -> tuple[Results, Results]:
        """Return the results of both sides; those that are scenarios are run into a folder."""
        light = all(group_of(f"{name}:") in ("choices", "events") for name in measures)
        keep = "summary" if self.unpaired or (measures and light) else "ties"
        planned = self.runs * (2 - len(self._folders))
        report = Progress(planned, progress if planned else False)
        found = []
        try:
            for name, side, own in zip(("base", "other"), self.sides, self._own, strict=True):
                if isinstance(side.source, Results):
                    found.append(side.source)
                    continue
                done = [0]

                def tell(now: int, total: int, done: list[int] = done) -> None:
                    report.add(now - done[0])
                    done[0] = now

                found.append(
                    run(
                        side.source,
                        self.runs,
                        self.seed,
                        self.grid.end,
                        workers,
                        self._kernel,
                        keep=keep,
                        out=folder / name,
                        progress=tell if progress else False,
                        countries=own.countries,
                        terms=own.terms,
                        measures=own.measures,
                    )
                )
        finally:
            report.close()
        return found[0], found[1]

    # measures ------------------------------------------------------------------------------------
    def measures(
        self, results: tuple[Results, Results], asked: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """Return the measures to compare by table, and note those that are left out.

        Args:
            results: the results of the two sides.
            asked: names, or parts of names before a colon; empty for all.

        Raises:
            ResultError: a result cannot be read.
            ValueError: a measure that was asked for is not there, or single runs are not kept.
        """
        listed = [self._listed(one) for one in results]
        partners = [side.named("partners") for side in self.sides]
        found: dict[str, tuple[str, ...]] = {}
        only: list[str] = []
        for group in GROUPS:
            first, second = (names.get(group) for names in listed)
            if first is None or second is None:
                found[group] = ()
                continue
            names = list(dict.fromkeys([*first, *second]))
            names = [n for n in names if all(partner_of(n) in ("", *codes) for codes in partners)]
            if group != "events":  # events without rows on one side have a share of 0 there
                one = {_subject(name) for name in first} ^ {_subject(name) for name in second}
                only += [_subject(name) for name in names if _subject(name) in one]
                names = [name for name in names if _subject(name) not in one]
            found[group] = tuple(name for name in names if not asked or meant(name, asked))
        self._miss(listed, found, results, asked)
        if not asked:
            self._left_out("measures", only, [])
        return found

    def _listed(self, one: Results) -> dict[str, tuple[str, ...]]:
        """Return the measures of a result by table, for the tables that it keeps."""
        if self.unpaired:
            return summarised(one)
        cells = Cells(one)
        return {group: cells.measures(group) for group in GROUPS if cells.kept(group)}

    def _miss(
        self,
        listed: Sequence[dict[str, tuple[str, ...]]],
        found: dict[str, tuple[str, ...]],
        results: tuple[Results, Results],
        asked: Sequence[str],
    ) -> None:
        """Raise an error if a measure that was asked for is not there."""
        known = [name for names in listed[0].values() for name in names]
        for name in asked:
            if any(meant(one, [name]) for names in found.values() for one in names):
                continue
            for side, names, result in zip(self.sides, listed, results, strict=True):
                every = [one for group in summarised(result).values() for one in group]
                lost = {group_of(one) for one in every if meant(one, [name])} - names.keys()
                if lost:
                    raise ValueError(_not_kept(side, f"keeps no table of {min(lost)}"))
            for side, names in zip(self.sides, listed, strict=True):
                if not any(meant(one, [name]) for group in names.values() for one in group):
                    why = unknown(name, known) if side is self.sides[0] else f"no {name!r} there"
                    raise ValueError(f"{side.name}: {why}")
            raise ValueError(f"{name} is not the same thing in both, so it cannot be compared")
        for side, names in zip(self.sides, listed, strict=True):
            if not asked and "countries" not in names:
                raise ValueError(_not_kept(side, "keeps summaries, but no single runs"))
            if not asked and "ties" not in names:
                self.notes.append(
                    f"ties were left out: {side.name} keeps none; to have them: {side.again()}"
                )


def _subject(measure: str) -> str:
    """Return the part of a measure that both sides must have: for a choice, its question."""
    return measure.rpartition(":")[0] if group_of(measure) == "choices" else measure


def _unpaired() -> str:
    return argument("unpaired=True", "--unpaired")


def _not_kept(side: Side, why: str) -> str:
    return (
        f"{side.name}: {why}, so runs cannot be paired. Run it again and keep them:\n"
        f"  {side.again()}\nor take runs as independent, with wider intervals: "
        f"{_unpaired()}"
    )
