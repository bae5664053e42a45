"""A map as text for a terminal."""

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any

from ...progress import counted
from ...scenario.wording import shown

if TYPE_CHECKING:
    from .critical import Curve
    from .diagram import Phase


def text(phase: "Phase") -> str:
    """Return the main results of a map in a few lines."""
    table = phase.table
    about = phase.manifest
    place = about["countries"].get(phase.country, phase.country)
    runs = f"{counted(about['replicates'], 'run')} each"
    lines = [f"{place} in {phase.year}: {phase.words}, {len(table)} points, {runs}"]
    low, high, spread = table["mean"].min(), table["mean"].max(), table["sd"].max()
    sd = f"; sd across runs up to {spread:.3g}" if spread == spread else ""
    lines.append(f"mean                {low:.3g} to {high:.3g}{sd}")
    if phase.against is not None:
        sign = phase.sign()
        moved = table[phase.x.path] != phase.x.find(phase.against)
        lines.append(
            f"change              rose at {(sign > 0).sum()} points, fell at {(sign < 0).sum()}, "
            f"open at {((sign == 0) & moved).sum()}"
        )
    if phase.band:
        inside = (table["in_band"] >= 0.5).sum()
        lines.append(
            f"hedger's band       half of the runs or more at {inside} points; open at "
            f"{phase.undecided().sum()}"
        )
    for panel in phase.panels:
        if panel.curve is not None:
            lines.append(f"critical rivalry    {_breaks(phase, panel.at, panel.curve)}")
    return "\n".join(lines)


def _breaks(phase: "Phase", slice_: Mapping[str, Any], curve: "Curve") -> str:
    """Return the critical rivalry of a slice at both ends of the other axis, in words."""
    other = phase.y if phase.along == "x" else phase.x
    ends = (0, -1) if len(curve.at) > 1 else (0,)
    parts = [f"{_rivalry(curve.median[i])} where {other.path} = {shown(curve.at[i])}" for i in ends]
    at = ", ".join(f"{path} = {shown(value)}" for path, value in slice_.items())
    return ", ".join(parts) + (f" ({at})" if at else "")


def _rivalry(value: float) -> str:
    return f"{value:.3g}" if isfinite(value) else "none"
