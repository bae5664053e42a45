"""Checks that the covariance of partners' failures is positive semi-definite at all times.

With positive volatilities the covariance is positive semi-definite exactly if the correlation is.
Its smallest eigenvalue is a concave function of the entries, so over ranges of entries it is
smallest at a corner. If there are few corners, all of them are tried; otherwise the lowest is found
by descent.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..document import Plain
from ..positions import KeyPath
from ..quantity import Quantity
from .report import Report
from .shocks import Dated, Span, base, dated, targets

_FEW = 8
_SLACK = 1e-9
Matrix = NDArray[np.float64]


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check the covariance at the start, and after every shock with any set of those before."""
    partners = list(resolved["partners"])
    spans = _spans(partners, numbers)
    pair = _broken(partners, spans)
    if pair is not None:
        where = _written(report, resolved, pair)
        report.error(where, _text(*pair), "correlations that fit together")
        return
    moving = [
        shock
        for shock in dated(resolved, numbers)
        if shock.path.startswith("relations.correlation") or shock.path.endswith(".volatility")
    ]
    for number, shock in enumerate(moving):
        active = [earlier for earlier in moving[:number] if earlier.overlaps(shock)]
        pair = _broken(partners, _after(resolved, spans, [*active, shock]))
        if pair is not None:
            text = f"after this shock {_text(*pair)}"
            report.error(("shocks", shock.label, "value"), text)


def _text(one: str, other: str) -> str:
    return (
        "the covariance of failures is not positive semi-definite: "
        f"the correlation of {one} and {other} does not fit the others"
    )


def _spans(partners: list[str], numbers: dict[str, Quantity]) -> dict[tuple[str, ...], Span]:
    """Return ranges of correlations and volatilities by path."""
    paths: list[tuple[str, ...]] = [("partners", p, "volatility") for p in partners]
    for number, p in enumerate(partners):
        for q in partners[number + 1 :]:
            paths.append(("relations", "correlation", *sorted((p, q))))
    return {path: base(numbers, path).support() for path in paths}


def _after(
    resolved: Plain, spans: dict[tuple[str, ...], Span], shocks: list[Dated]
) -> dict[tuple[str, ...], Span]:
    """Return the ranges while the last of some shocks is in force; those before it may be too."""
    result = dict(spans)
    for shock in shocks:
        surely = shock.outlasts(shocks[-1]) or shock is shocks[-1]
        for target in targets(resolved, shock.path):
            result[target] = shock.apply(result[target], surely)
    return result


def _broken(partners: list[str], spans: dict[tuple[str, ...], Span]) -> tuple[str, str] | None:
    """Return the pair at fault if the matrix can have a negative eigenvalue."""
    fickle = [p for p in partners if spans["partners", p, "volatility"][1] > 0]
    size = len(fickle)
    low, high = np.eye(size), np.eye(size)
    for a, b in product(range(size), repeat=2):
        if a < b:
            span = spans[("relations", "correlation", *sorted((fickle[a], fickle[b])))]
            low[a, b] = low[b, a] = max(span[0], -1.0)
            high[a, b] = high[b, a] = min(span[1], 1.0)
    if not (low - np.eye(size)).any() and not (high - np.eye(size)).any():
        return None
    value, vector = _smallest(low, high)
    if value >= -_SLACK:
        return None
    weight = np.abs(np.outer(vector, vector) * np.maximum(np.abs(low), np.abs(high)))
    np.fill_diagonal(weight, 0.0)
    first, second = divmod(int(weight.argmax()), size)
    return fickle[first], fickle[second]


def _smallest(low: Matrix, high: Matrix) -> tuple[float, Matrix]:
    """Return the smallest eigenvalue over the box of matrices, and its eigenvector."""
    free = [(a, b) for a, b in zip(*np.nonzero(np.triu(high - low)), strict=True)]
    if len(free) <= _FEW:
        corners = np.array([low] * 2 ** len(free))
        for corner, ends in zip(corners, product((0, 1), repeat=len(free)), strict=True):
            for (a, b), end in zip(free, ends, strict=True):
                if end:
                    corner[a, b] = corner[b, a] = high[a, b]
        return _lowest(corners[np.linalg.eigvalsh(corners)[:, 0].argmin()])
    found = [_descend(start, low, high) for start in (0.5 * (low + high), low, high)]
    return min(found, key=lambda pair: pair[0])


def _descend(matrix: Matrix, low: Matrix, high: Matrix) -> tuple[float, Matrix]:
    """Move to the corner that is lowest for the lowest eigenvector, until it does not change."""
    value, vector = _lowest(matrix)
    for _ in range(50):
        worst = np.where(np.outer(vector, vector) > 0, low, high)
        next_value, next_vector = _lowest(worst)
        if next_value >= value - 1e-15:
            break
        value, vector = next_value, next_vector
    return value, vector


def _lowest(matrix: Matrix) -> tuple[float, Matrix]:
    values, vectors = np.linalg.eigh(matrix)
    return float(values[0]), vectors[:, 0]


def _written(report: Report, resolved: Plain, pair: tuple[str, str]) -> KeyPath:
    p, q = pair
    for path in (("relations", "correlation", p, q), ("relations", "correlation", q, p)):
        if report.merged.layer_of(path) is not None:
            return path
    return ("relations", "correlation")
