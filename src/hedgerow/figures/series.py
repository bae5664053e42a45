"""What figures read: lines of the summary, and facts to set against them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..arguments import as_written
from ..errors import NoMeasure
from ..facts import load_evidence
from ..model.parameters import Kind
from ..scenario.schema import BAND, USUAL

if TYPE_CHECKING:
    import pandas as pd

    from ..facts import Fact
    from .drawable import Drawable


@dataclass(frozen=True)
class Series:
    """One measure of one country by year; ``series["q50"]`` is (Y,), NaN where undefined."""

    years: NDArray[np.int64]
    columns: dict[str, NDArray[np.float64]]

    def __getitem__(self, column: str) -> NDArray[np.float64]:
        return self.columns[column]

    def at(self, year: int, column: str = "mean") -> float:
        """Return a statistic of a year; NaN where there is none."""
        where = np.flatnonzero(self.years == year)
        return float(self.columns[column][where[0]]) if where.size else float("nan")


def country_of(results: "Drawable", country: str | None) -> str:
    """Return the country, by default the first of the scenario.

    Raises:
        ValueError: the result has no such country.
    """
    known = list(results.manifest["countries"])
    if country is None:
        return known[0]
    country = as_written(country, known)
    if country not in known:
        held = getattr(results, "in_memory", False)
        place = "result in memory" if held else results.path
        raise ValueError(f"{place}: has no country {country!r}; there is {', '.join(known)}")
    return country


def name_of(results: "Drawable", code: str) -> str:
    """Return the name of a country, partner or future."""
    for section in ("countries", "partners", "futures"):
        if code in results.manifest[section]:
            return str(results.manifest[section][code])
    return code


def rows_of(results: "Drawable", **where: Any) -> "pd.DataFrame":
    """Return the rows of a summary that fit; none where it has no such measure."""
    try:
        return results.summary(**where)
    except NoMeasure:
        return results.summary(**where | {"measure": []})


def series(results: "Drawable", country: str, measure: str, point: int = 0) -> Series | None:
    """Return a measure by year, None where the result does not have it."""
    frame = rows_of(results, point=point, country=country, measure=measure)
    if frame.empty:
        return None
    frame = frame.sort_values("year")
    columns = ("mean", "sd", "q05", "q25", "q50", "q75", "q95", "n")
    return Series(
        frame["year"].to_numpy(dtype=np.int64),
        {name: frame[name].to_numpy(dtype=np.float64) for name in columns},
    )


def band_of(manifest: Mapping[str, Any]) -> tuple[float, float]:
    """Return the hedger's band of a result; version 0.1 had the same for all."""
    low, high = manifest.get("band", BAND)
    return float(low), float(high)


def instruments_of(results: "Drawable") -> Mapping[str, str]:
    """Return the kind of each instrument by its name; version 0.1 had the same for all."""
    found: Mapping[str, str] = results.manifest.get("instruments", USUAL)
    return found


def programmes_of(results: "Drawable") -> list[str]:
    """Return the instruments that are bought by programmes."""
    return [name for name, kind in instruments_of(results).items() if kind == Kind.PROGRAMMES]


def window_of(results: "Drawable") -> str:
    """Return over which time orders and deliveries are counted; in version 0.1 it was a year."""
    return "the last five years" if "instruments" in results.manifest else "the year"


def partners_of(results: "Drawable", country: str) -> list[str]:
    """Return the partners of a country: all but itself."""
    return [partner for partner in results.manifest["partners"] if partner != country]


def main_supplier(results: "Drawable", country: str, instrument: str = "arms") -> str | None:
    """Return the partner with the largest share of an arsenal at the start."""
    first = results.manifest["start"]
    shares = {}
    for partner in partners_of(results, country):
        found = series(results, country, f"{instrument}_stock:{partner}")
        if found is not None and found.at(first) > 0.0:
            shares[partner] = found.at(first)
    return max(shares, key=lambda partner: shares[partner]) if shares else None


def sources(known: "list[Fact]") -> str:
    """Return, for a caption, which facts are drawn and from which articles they are."""
    if not known:
        return ""
    articles = {article.id: article for article in load_evidence().articles}
    lines = []
    for name in sorted({fact.article for fact in known}):
        article = articles[name]
        ids = ", ".join(sorted(fact.id for fact in known if fact.article == name))
        lines.append(f"“{article.title}”, {article.publisher}, {article.published} ({ids})")
    return f"Facts of the articles that are drawn: {'; '.join(lines)}."


def facts(domain: str, unit: str, actor: str) -> "list[Fact]":
    """Return the facts of the articles with a number, by date and id; undated ones last."""
    found = [
        fact
        for fact in load_evidence().facts.values()
        if fact.domain == domain
        and fact.unit.startswith(unit)
        and fact.actor == actor
        and isinstance(fact.value, (int, float))
    ]
    return sorted(found, key=lambda fact: (fact.years is None, fact.years or (0, 0), fact.id))


def moment(fact: "Fact") -> float:
    """Return the place of a dated fact on the axis of years, where a year stands for its end.

    The value of a year is that of its fourth quarter, so a fact of a whole year lies on the year.
    """
    assert fact.years is not None
    return (fact.years[0] + fact.years[1]) / 2
