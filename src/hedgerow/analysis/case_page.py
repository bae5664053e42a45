"""What a scenario rests on and what it says, as one page to look at before anybody believes it."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from .. import figures
from ..arguments import checked
from ..figures.case import Start, draw_bands, draw_ties
from ..files import located
from ..scenario import Scenario
from ..scenario.checking import check
from ..scenario.loading import scenario_of
from ..scenario.new import write_new
from ..scenario.notebook import html_table
from ..scenario.why import GROUPS, MEANING, Why, why
from .sense import RUNS, Sense, range_of, sense

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEADING = 4
"""How many partners the bands of one instrument are drawn of."""

_LOOK = """
body { font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #222; max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; font-size: 0.85rem; }
th, td { text-align: left; padding: 0.15rem 0.8rem 0.15rem 0; vertical-align: top;
  border-bottom: 1px solid #ddd; }
td:first-child { white-space: nowrap; }
summary { cursor: pointer; margin: 0.5rem 0; }
figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; }
figcaption, .made { color: #555; font-size: 0.85rem; }
"""


@dataclass(frozen=True, repr=False)
class CasePage:
    """What a scenario rests on and what it says; `html` is the page.

    Attributes:
        why: what its numbers rest on.
        sense: ten years of runs without its shocks, and what looks odd.
        warnings: what `check` warns of.
    """

    why: Why
    sense: Sense
    warnings: tuple[str, ...]

    @property
    def html(self) -> str:
        """The page: one document without scripts, which loads nothing."""
        title = escape(f"What {self.sense.name} rests on, and what it says")
        body = "\n".join(
            ["<h2>What it rests on</h2>", *_rests(self.why), *self._odd(), *self._pictures()]
        )
        return (
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f"<title>{title}</title>\n<style>{_LOOK}</style>\n</head>\n<body>\n"
            f'<h1>{title}</h1>\n<p>{escape(self.sense.calm.title)}</p>\n<p class="made">'
            f"{escape(self._about())}</p>\n{body}\n</body>\n</html>\n"
        )

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> Path:
        """Write the page, and return where.

        Raises:
            OutputError: there is such a file, or it cannot be written.
        """
        target = located(path)
        write_new(self.html, target, force=force)
        return target

    def drawn(self) -> "dict[str, Figure]":
        """Return the figures: ``ties-CODE`` and ``bands-CODE`` of each country."""
        found = {}
        for code in self.sense.calm.countries:
            frame = self.sense.summary[self.sense.summary["country"] == code]
            name = str(self.sense.calm.resolved["countries"][code].get("name") or code)
            starts = self._starts(code)
            found[f"ties-{code}"] = draw_ties(
                frame, f"{name}: ties at the start, and without shocks", starts, self._about()
            )
            panels, tops = self._panels(starts)
            found[f"bands-{code}"] = draw_bands(
                frame, f"{name}: what the priors say", panels, tops, self._about()
            )
        return found

    def _about(self) -> str:
        return f"{self.sense.runs} runs without shocks, seed 1 · hedgerow {version('hedgerow')}"

    def _odd(self) -> Iterator[str]:
        yield "<h2>What looks odd</h2>"
        if found := [*self.sense.odd, *self.warnings]:
            yield "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in found) + "</ul>"
        else:
            yield "<p>Nothing.</p>"

    def _pictures(self) -> Iterator[str]:
        yield "<h2>Years without shocks</h2>"
        for name, figure in self.drawn().items():
            caption = str(getattr(figure, "caption", ""))
            yield f"<figure>{_svg(figure, name)}<figcaption>{escape(caption)}</figcaption></figure>"
        head = ("country", "measure", "year", "median", "5 %", "95 %")
        rows = [
            (*(row[name] for name in head[:3]), *(f"{row[q]:.3g}" for q in ("q50", "q05", "q95")))
            for row in self.sense.picture.to_dict("records")
        ]
        yield f"<details><summary>Figures as a table</summary>{html_table(head, rows)}</details>"

    def _starts(self, code: str) -> dict[str, list[Start]]:
        """Return the ties of a country at the start, by instrument."""
        calm, known = self.sense.calm, {number.path for number in self.why.own["data"]}
        found: dict[str, list[Start]] = {}
        for instrument, about in calm.resolved["instruments"].items():
            table = {"programmes": "stocks", "steps": "ties", "flow": "ties"}.get(about["kind"])
            after = f"{instrument}_stock" if table == "stocks" else instrument
            for partner in calm.partners if table else ():
                path = f"countries.{code}.{table}.{instrument}.{partner}"
                if path in calm.quantities:
                    number = calm.quantities[path]
                    tie = Start(
                        partner,
                        f"{after}:{partner}",
                        number.value,
                        *range_of(number),
                        path in known,
                    )
                    found.setdefault(after.replace("_stock", ": arsenal"), []).append(tie)
        return found

    def _panels(
        self, starts: Mapping[str, list[Start]]
    ) -> tuple[dict[str, dict[str, str]], dict[str, float]]:
        """Return the measures of each panel of bands with their names, and the ends of axes."""
        calm = self.sense.calm
        panels: dict[str, dict[str, str]] = {}
        for name, ties in starts.items():
            if "stock" in ties[0].measure or calm.resolved["instruments"][name]["kind"] == "flow":
                leading = sorted(ties, key=lambda tie: -tie.value)[:LEADING]
                panels[name] = {tie.measure: tie.partner for tie in leading}
        poles = [*calm.poles]
        voices = [n for n, t in calm.resolved["instruments"].items() if t["kind"] == "position"]
        for voice in voices:
            panels["nearness in votes"] = {f"{voice}:{pole}": pole for pole in poles}
        panels["rung of title"] = {f"tier:{pole}": pole for pole in poles}
        return panels, {"rung of title": float(len(calm.resolved["labels"]["names"]) - 1)}


@checked
def case_page(scenario: Scenario | str | os.PathLike[str], runs: int = RUNS) -> CasePage:
    """Look at a scenario before anybody believes it: what it rests on, and what it says.

    Args:
        scenario: a scenario, its file, its name, or the code of a state.
        runs: how many, for ten years without shocks.
    """
    loaded = scenario_of(scenario)
    warnings = [one for one in check(loaded).warnings if one.severity == "warning"]
    return CasePage(why(loaded), sense(loaded, runs), tuple(one.message for one in warnings))


def _rests(found: Why) -> Iterator[str]:
    """Yield the counts, and the lists of the countries' own numbers."""
    counts = found.counts()
    rows = [(group, *counts[group], MEANING[group]) for group in GROUPS]
    yield html_table(("", "of countries", "shared", ""), rows)
    for group in ("data", "pooled", "assumptions"):
        if numbers := found.own[group]:
            table = html_table(
                ("number", "value", "source"), [(n.path, n.value, n.source) for n in numbers]
            )
            yield (
                f"<details{' open' * (group == 'assumptions')}><summary>{len(numbers)} {group} of "
                f"countries</summary>{table}</details>"
            )


def _svg(figure: "Figure", name: str) -> str:
    """Return a figure as an element of a page."""
    with TemporaryDirectory() as folder:
        (path, *_) = figures.style.save(figure, Path(folder), name, ("svg",))
        text = path.read_text(encoding="utf-8")
    return re.sub(r"^.*?<svg ", f'<svg role="img" aria-label="{escape(name)}" ', text, flags=re.S)
