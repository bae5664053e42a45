"""Checks returns: that they follow from one thing, and that something holds the ties."""

from ...model.parameters import Kind
from ..document import Plain
from ..keys import join, split
from ..quantity import Quantity
from .report import Report


def check(report: Report, resolved: Plain, numbers: dict[str, Quantity]) -> None:
    """Check explicit returns, and the curvature of instruments that desks move."""
    given = [path for path in numbers if path.startswith("countries.") and ".returns." in path]
    layers = report.merged.layers
    anew = report.merged.layer_of(("recalibrate",)) if report.document.get("recalibrate") else None
    before = [
        path
        for path in given
        if anew
        and (by := report.merged.layer_of(split(path)))
        and layers.index(by) <= layers.index(anew)
    ]
    if before:
        text = "returns are given here, and recalibrate solves them from the ties at the start"
        report.error(split(before[0]), text, "one of the two", "drop recalibrate or the returns")
    elif given:
        report.note(
            split(given[0]),
            f"{len(given)} returns are given here ({', '.join(given[:3])}"
            f"{', …' * (len(given) > 3)}) and do not follow from the ties at the start",
        )
    if any("base" in layer.document and "extends" in layer.document for layer in layers):
        text = "a file that extends another has no table [base]: returns follow from that one"
        report.error(("base",), text, "", "", True)
    if not resolved["terms"]["returns"]:
        return
    for k, table in resolved["instruments"].items():
        if table["kind"] == Kind.STEPS and numbers[f"instruments.{k}.curvature"].support()[1] <= 0:
            text = f"nothing holds ties of {k}: returns do not fall with depth"
            hint = f"give {join(('instruments', k, 'curvature'))}"
            report.warn(("instruments", k, "curvature"), text, hint)
