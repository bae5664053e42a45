"""Quantities: a fixed number, perhaps with a range of uncertainty, or a prior to draw it from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

PRIORS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "uniform": (("low", "high"), ()),
    "triangular": (("low", "value", "high"), ()),
    "normal": (("value", "sd"), ("low", "high")),
    "half_normal": (("sd",), ()),
    "lognormal": (("value", "sigma"), ()),
    "beta": (("a", "b"), ("low", "high")),
}
"""Required and optional parameters of each prior; the value of a lognormal is its median."""

NOTES = ("source", "note")
_SMALLEST = 2.0**-54
"""Used in place of a uniform number of exactly 0, so that no prior returns an infinity."""


@dataclass(frozen=True)
class Quantity:
    """One number of a scenario.

    Attributes:
        value: the number, or the middle of its prior (mode, mean or median).
        low, high: range of uncertainty of a fixed number, or bounds of the prior; None if not
            given.
        dist: name of the prior; empty for a fixed number.
        sd, sigma, a, b: further parameters of the prior.
        source: where it comes from, in the form of `hedgerow.facts.provenance`.
        note: a remark.
    """

    value: float
    low: float | None = None
    high: float | None = None
    dist: str = ""
    sd: float | None = None
    sigma: float | None = None
    a: float | None = None
    b: float | None = None
    source: str | None = None
    note: str | None = None

    @property
    def is_prior(self) -> bool:
        """Whether each replicate draws its own value."""
        return bool(self.dist)

    def support(self) -> tuple[float, float]:
        """Return the closed range in which draws lie; both ends are the value of a fixed number."""
        match self.dist:
            case "":
                return self.value, self.value
            case "half_normal" | "lognormal":
                return 0.0, inf
            case "beta":
                return self.low or 0.0, 1.0 if self.high is None else self.high
        return (
            -inf if self.low is None else self.low,
            inf if self.high is None else self.high,
        )

    def sample(self, uniforms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return draws: the quantiles at uniform numbers in [0, 1), an array of the same shape."""
        if not self.dist:
            return np.full(np.shape(uniforms), self.value)
        return _quantiles(self, np.maximum(uniforms, _SMALLEST))

    def plain(self) -> Any:
        """Return the quantity as it is written in a file: a float or a table."""
        table: dict[str, Any] = {}
        if self.dist:
            required, optional = PRIORS[self.dist]
            table["dist"] = self.dist
            for name in (*required, *optional):
                if getattr(self, name) is not None:
                    table[name] = getattr(self, name)
        else:
            table["value"] = self.value
            for name in ("low", "high"):
                if getattr(self, name) is not None:
                    table[name] = getattr(self, name)
        for name in NOTES:
            if getattr(self, name) is not None:
                table[name] = getattr(self, name)
        return table["value"] if set(table) == {"value"} else table

    def text(self) -> str:
        """Return the quantity in one short line, without its source."""
        if not self.dist:
            span = "" if self.low is None and self.high is None else f" ({_span(self)})"
            return f"{self.value:g}{span}"
        required, optional = PRIORS[self.dist]
        parts = [
            f"{name} {getattr(self, name):g}"
            for name in (*required, *optional)
            if getattr(self, name) is not None
        ]
        return f"{self.dist}({', '.join(parts)})"


def quantity(value: Any, source: str | None = None) -> Quantity:
    """Return the quantity that is written as `value`, which must be free of `faults`.

    Args:
        value: a number or a table.
        source: the source if the table names none.
    """
    items = tuple(value.items()) if isinstance(value, dict) else (("value", value),)
    return _quantity(items, source)


@lru_cache(maxsize=2**13)
def _quantity(items: tuple[tuple[str, Any], ...], source: str | None) -> Quantity:
    """Return the quantity of a table. It is cached, since the same ones are needed repeatedly."""
    value = dict(items)
    numbers = {
        name: float(number) + 0.0  # turns -0.0, which is the same key as 0.0, into 0.0
        for name, number in items
        if name not in (*NOTES, "dist")
    }
    if "value" not in numbers:
        numbers["value"] = _middle(value["dist"], numbers)
    return Quantity(
        **numbers,
        dist=value.get("dist", ""),
        source=value.get("source", source),
        note=value.get("note"),
    )


def sample_all(numbers: Sequence[Quantity], uniforms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return draws of several quantities: (Q, R).

    The result is that of `Quantity.sample` for each row, but the most common priors are computed
    together.

    Args:
        numbers: (Q,) quantities.
        uniforms: (Q, R) uniform numbers in [0, 1).
    """
    drawn = np.empty_like(uniforms)
    together: dict[str, list[int]] = {"uniform": [], "triangular": []}
    for row, number in enumerate(numbers):
        if number.dist in together:
            together[number.dist].append(row)
        else:
            drawn[row] = number.sample(uniforms[row])
    for dist, rows in together.items():
        if rows:
            bounds = np.array([(*numbers[row].support(), numbers[row].value) for row in rows])
            low, high, value = bounds.T[..., None]
            above = np.maximum(uniforms[rows], _SMALLEST)
            drawn[rows] = (
                _uniform(low, high, above)
                if dist == "uniform"
                else _triangular(low, value, high, above)
            )
    return drawn


def is_quantity_table(value: object) -> bool:
    """Whether a table describes one number (with its source or prior), not several numbers."""
    return isinstance(value, dict) and ("value" in value or "dist" in value)


def _span(number: Quantity) -> str:
    low = "…" if number.low is None else f"{number.low:g}"
    high = "…" if number.high is None else f"{number.high:g}"
    return f"{low} to {high}"


def _middle(dist: str, numbers: dict[str, float]) -> float:
    if dist == "uniform":
        return 0.5 * (numbers["low"] + numbers["high"])
    if dist == "half_normal":
        return 0.6744897501960817 * numbers["sd"]
    low, high = numbers.get("low", 0.0), numbers.get("high", 1.0)
    return low + (high - low) * numbers["a"] / (numbers["a"] + numbers["b"])


def _quantiles(prior: Quantity, uniforms: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = prior.support()
    if prior.dist == "uniform":
        return _uniform(low, high, uniforms)
    if prior.dist == "triangular":
        return _triangular(low, prior.value, high, uniforms)
    from scipy import special  # slow to import, and only these priors need it

    if prior.dist == "beta":
        return low + (high - low) * special.betaincinv(prior.a, prior.b, uniforms)
    if prior.dist == "half_normal":
        return (prior.sd or 0.0) * sqrt(2.0) * special.erfinv(uniforms)
    if prior.dist == "lognormal":
        return prior.value * np.exp((prior.sigma or 0.0) * special.ndtri(uniforms))
    sd = prior.sd or 1.0
    bottom = special.ndtr((low - prior.value) / sd)
    top = special.ndtr((high - prior.value) / sd)
    drawn = prior.value + sd * special.ndtri(bottom + uniforms * (top - bottom))
    return np.clip(drawn, low, high)


def _uniform[N: (float, NDArray[np.float64])](
    low: N, high: N, uniforms: NDArray[np.float64]
) -> NDArray[np.float64]:
    return low + (high - low) * uniforms


def _triangular[N: (float, NDArray[np.float64])](
    low: N, mode: N, high: N, uniforms: NDArray[np.float64]
) -> NDArray[np.float64]:
    rising = low + np.sqrt(uniforms * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - uniforms) * (high - low) * (high - mode))
    return np.where(uniforms < (mode - low) / (high - low), rising, falling)
