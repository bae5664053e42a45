"""Explanations with tables and a figure: why a country chose as it did in one year of one run."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, fields
from math import isinf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import figures
from ..explanation import reasons
from ..explanation.menus import Act, Explanation, Menu
from ..explanation.text import text
from ..scenario import Scenario
from .saving import Analysis, save_figure, write_figures, write_tables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Explained(Explanation, Analysis):
    """An explanation that has tables and a figure, and can be saved."""

    __repr__ = Analysis.__repr__

    @property
    def stem(self) -> str:
        """``explain-COUNTRY-YEAR``."""
        return f"explain-{self.country}-{self.year}"

    def tables(self) -> "dict[str, pd.DataFrame]":
        """Return ``options``, with a row for each option of every menu.

        Its columns are ``menu`` (the title), ``quarter``, ``option``, ``value`` (what politics
        adds, log-odds), ``habit`` (probability were politics off), ``probability``, ``chosen``
        (1 or 0),
        ``forbidden_by`` (names, separated by semicolons), and the contribution of each term by
        name, undefined if the option lacks it. ``acts`` has a row for each thing that a power did:
        ``event``, ``kind``, ``partner``, ``quarter``, ``provoked_by``, ``value``, ``until``.
        """
        import pandas as pd

        return {
            "options": pd.DataFrame([row for menu in self._menus() for row in _rows(menu)]),
            "acts": pd.DataFrame(
                [asdict(act) for act in self.acts], columns=[field.name for field in fields(Act)]
            ),
        }

    def _menus(self) -> tuple[Menu, ...]:
        return (*self.moves, *self.orders, *self.choices, *self.tiers)

    def text(self, width: int = 100) -> str:
        """Return the menus as lines of at most `width` columns (80 or more)."""
        return text(self, width)

    def json(self) -> str:
        """Return the whole explanation as JSON; the value of an impossible option is null."""
        return json.dumps(_plain(asdict(self)), indent=2, ensure_ascii=False)

    def plot(self) -> "Figure":
        """Draw the likeliest options of each menu as stacked contributions of their terms."""
        return figures.explanation.draw(self)

    def write(self, folder: Path) -> None:
        """Write ``explanation.json``, ``options.csv``, ``acts.csv``, and the figure.

        Raises:
            OSError: the disk is full.
        """
        (folder / "explanation.json").write_text(self.json() + "\n", encoding="utf-8")
        write_tables(folder, self.tables())
        write_figures(folder, {"explanation": self.plot()})

    def save_figure(self, path: str | os.PathLike[str]) -> Path:
        """Write the figure alone, as `hedgerow.analysis.saving.save_figure` does."""
        return save_figure(self.plot(), path)


def explain(
    scenario: Scenario,
    country: str | None = None,
    year: int | None = None,
    replicate: int = 0,
    quarter: int = 1,
    tiers: Sequence[str] = (),
    seed: int | None = None,
) -> Explained:
    """Replay one run up to a year, and return its menus there.

    Args:
        scenario: the scenario.
        country: code of a hedging country; the first by default.
        year: a year of the scenario; its first by default.
        replicate: number of the run. It is the same run as in an ensemble of any size.
        quarter: quarter whose desks are explained, 1 to 4.
        tiers: partners whose label is explained even if it did not change in the year.
        seed: the seed; that of the scenario by default, else 0.

    Raises:
        ValueError: an unknown country or partner, or a moment outside the scenario.
    """
    found = reasons.explain(
        scenario,
        scenario.countries[0] if country is None else country,
        scenario.start if year is None else year,
        *(replicate, quarter, tiers, seed),
    )
    return Explained(**vars(found))


def _rows(menu: Menu) -> list[dict[str, Any]]:
    return [
        {
            "menu": menu.title,
            "quarter": menu.quarter,
            "option": option.label,
            "value": option.value,
            "habit": option.habit,
            "probability": option.probability,
            "chosen": int(option.chosen),
            "forbidden_by": "; ".join(option.forbidden_by),
            **option.parts,
        }
        for option in menu.options
    ]


def _plain(value: Any) -> Any:
    """Return a value in a form that JSON can hold."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return None if isinstance(value, float) and isinf(value) else value
