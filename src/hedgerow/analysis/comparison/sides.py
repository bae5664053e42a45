"""One side of a comparison: a scenario, or a result on disk."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from ...results import Results
from ...results.layout import MANIFEST, SCENARIO, SWEEP
from ...results.points import described
from ...runs.own import Own
from ...scenario import Scenario, load
from ...scenario.document import names
from ...scenario.write import value_text


class Layout(NamedTuple):
    """The points of a side.

    Attributes:
        paths: the swept paths; empty without a sweep.
        rows: the values of each point, in the order of `paths`.
        common: whether all points share their random numbers.
    """

    paths: list[str]
    rows: list[list[Any]]
    common: bool

    def points(self) -> tuple[dict[str, Any], ...]:
        """Return the values of each point by path, without paths that it does not change."""
        return tuple(
            {path: value for path, value in zip(self.paths, row, strict=True) if value is not None}
            for row in self.rows
        )


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes:
        source: the scenario or the result.
        name: short name for messages.
        title: title in one line, with what was changed.
    """

    source: Scenario | Results
    name: str
    title: str

    @staticmethod
    def of(
        what: "Side | Scenario | Results | str | os.PathLike[str]",
        settings: Mapping[str, Any] | None = None,
    ) -> "Side":
        """Return the side that a scenario, a result, a path or the name of a scenario stands for.

        Args:
            what: the name of a shipped scenario; else a path, which is a result if it is a folder.
            settings: changes of the scenario by path, as for `hedgerow.load`.

        Raises:
            ScenarioError, ResultError: it does not exist, or is not right.
            ValueError: `settings` were given for a result, or a sweep is not finished.
        """
        if isinstance(what, Side):
            return what
        if isinstance(what, Scenario):
            source: Scenario | Results = what.replace(settings) if settings else what
        elif isinstance(what, Results):
            source = what
        elif Path(what).expanduser().is_dir() and not _is_shipped(what):
            source = _opened(Path(what).expanduser())
        else:
            source = load(what if isinstance(what, str) else Path(what), settings)
        if isinstance(source, Results):
            if not source.finished:
                raise _unfinished(source.path)
            if settings:
                what = "a result" if source.in_memory else "a result folder"
                raise ValueError(
                    f"{source.name}: is {what}, so nothing of it can be set; name the scenario "
                    "instead"
                )
            return Side(source, source.name, str(source.manifest["title"]))
        changes = ", ".join(f"{path}={value_text(v)}" for path, v in (settings or {}).items())
        more = f" with {changes}" if changes else ""
        return Side(source, source.name, source.title + more)

    @property
    def manifest(self) -> dict[str, Any] | None:
        """Manifest of a result; None for a scenario."""
        return self.source.manifest if isinstance(self.source, Results) else None

    @property
    def replicates(self) -> int | None:
        """Number of runs of each point of a result; None for a scenario."""
        about = self.manifest
        return None if about is None else int(about.get("replicates", about["runs_planned"]))

    @property
    def span(self) -> tuple[int, int]:
        """First and last year."""
        if isinstance(self.source, Scenario):
            return self.source.start, self.source.end
        return int(self.source.manifest["start"]), int(self.source.manifest["end"])

    def named(self, section: str) -> dict[str, str]:
        """Return the names of countries, partners or futures, by code."""
        if isinstance(self.source, Scenario):
            return {code: self.source.title_of(code) for code in self.source.resolved[section]}
        return dict(self.source.manifest[section])

    def layout(self) -> Layout:
        """Return the points.

        Raises:
            Damaged: the description of a sweep cannot be read, or was changed.
        """
        if isinstance(self.source, Scenario) or "swept" not in self.source.manifest:
            return Layout([], [[]], True)
        about = described(self.source.path, self.source.manifest)
        return Layout(about["paths"], about["rows"], about["common"])

    def again(self, seed: int | None = None) -> str:
        """Return the command that runs a result again and keeps all single runs."""
        assert isinstance(self.source, Results)
        if self.source.in_memory:
            return "hedgerow.run(scenario, …)" if seed is None else f"hedgerow.run(…, {seed=})"
        place = self.source.path
        kind = "sweep" if (place / SWEEP).exists() else "run"
        words = ["hedgerow", kind, str(place / SCENARIO), "--keep", "ties"]
        words += ["--seed", str(seed)] if seed is not None else []
        return shlex.join([*words, "--out", f"{place}-{'ties' if seed is None else seed}"])


def stem_of(side: str | os.PathLike[str]) -> str:
    """Return the name of a side, a scenario or a path for the name of a folder."""
    path = Path(side)
    name = path.stem if path.suffix == ".toml" else path.resolve().name
    return re.sub(r"[^\w.-]+", "-", name) or "root"


def played(side: Side, own: Own) -> Side:
    """Return a side in which countries and payoff terms of the user's own play.

    Raises:
        ValueError: the side is a result, which cannot be played again.
    """
    if not own.plays:
        return side
    if not isinstance(side.source, Scenario):
        raise ValueError(f"{side.name}: is a result, so nobody can play in it anew")
    players = [f"{e['what']} as {e['name']}" for e in own.entries() if e["kind"] == "country"]
    players += [f"the term {name}" for name in own.terms]
    return replace(side, title=f"{side.title} with {', '.join(players)}")


def _is_shipped(what: str | os.PathLike[str]) -> bool:
    return isinstance(what, str) and what in names()


def _opened(place: Path) -> Results:
    if (place / SWEEP).exists() and not (place / MANIFEST).exists():
        raise _unfinished(place)
    return Results(place)


def _unfinished(place: Path) -> ValueError:
    again = shlex.join(["hedgerow", "resume", str(place)])
    return ValueError(f"{place}: this sweep is not finished; go on with it first: {again}")
