"""Tables for LaTeX, as ``NAME.tex`` beside ``NAME.csv``."""

from collections.abc import Sequence
from math import isfinite, isnan
from numbers import Integral, Real

_SPECIAL = {mark: f"\\{mark}" for mark in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def to_latex(rows: Sequence[Sequence[object]], about: str) -> str:
    """Return a table for LaTeX: a longtable in the style of booktabs, numbers to four digits.

    Args:
        rows: head first; columns without any value are left away, and those of numbers are set
            to the right.
        about: the line on where it comes from, as a comment.
    """
    head, *body = rows
    columns = [column for column in zip(head, *body, strict=True) if any(map(_text, column[1:]))]
    kinds = "".join("r" if all(map(_fits, column[1:])) else "l" for column in columns)
    lines = [" & ".join(map(_text, line)) + r" \\" for line in zip(*columns, strict=True)]
    start = f"% {' '.join(about.split())}\n% \\usepackage{{booktabs,longtable}}\n"
    return "\n".join(
        [
            f"{start}\\begin{{longtable}}{{{kinds}}}\n\\toprule",
            *lines[:1],
            "\\midrule\n\\endhead\n\\bottomrule\n\\endfoot",
            *lines[1:],
            "\\end{longtable}\n",
        ]
    )


def _is_number(cell: object) -> bool:
    return isinstance(cell, Real) and not isinstance(cell, bool)


def _fits(cell: object) -> bool:
    """Whether a cell may stand in a column of numbers: it is one, or empty."""
    return _is_number(cell) or not _text(cell)


def _text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and isnan(cell)):
        return ""
    if isinstance(cell, bool):  # as in CSV
        return "true" if cell else "false"
    if not _is_number(cell):
        return "".join(_SPECIAL.get(letter, letter) for letter in " ".join(str(cell).split()))
    number = float(cell)  # type: ignore[arg-type]
    if isinstance(cell, Integral):
        shown = str(cell)
    elif not isfinite(number):
        shown = "\\infty" if number > 0.0 else "-\\infty"
        return f"${shown}$"
    else:
        shown, mark, power = f"{number:.4g}".partition("e")
        if mark:
            return f"${shown} \\times 10^{{{int(power)}}}$"
    return f"${shown}$" if number < 0.0 else shown
