"""What powers aim at in a country, by its alignment: `hedgerow.model.aims`."""

from typing import Any

from .lanes import Lanes, jit, maximum, splat, where
from .portfolio import times_at


@jit
def tilt(h: Any, p: int) -> Lanes:
    """How far the country leans to a power's rivals."""
    return times_at(h, h.f.rivalry, h.s.a, p) - h.f.feud[p] * h.s.a[p]


@jit
def excess(h: Any, p: int) -> Lanes:
    """Tilt to rivals beyond what the power tolerates."""
    return maximum(tilt(h, p) - h.q.tolerance[p], 0.0)


@jit
def lead(h: Any, p: int) -> Lanes:
    """How far rivals lead in the country's alignment."""
    w, f, s = h.w, h.f, h.s
    total = splat(0.0)
    for r in range(w.p):
        total = total + f.rivalry[p * w.p + r] * maximum(s.a[r] - s.a[p], 0.0)
    return total


@jit
def foremost(h: Any, p: int) -> Lanes:
    """The rival that the country leans to most, as a power sees it; −1 if to none."""
    w, f, s = h.w, h.f, h.s
    best, which = splat(0.0), splat(-1.0)
    for r in range(w.p):
        ahead = f.rivalry[p * w.p + r] * maximum(s.a[r] - s.a[p], 0.0)
        better = ahead > best
        best = where(better, ahead, best)
        which = where(better, float(r), which)
    return which
