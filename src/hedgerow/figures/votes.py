"""Votes and other dated choices: the share of runs that took each option."""

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from ..scenario.target_file import load_targets
from . import style
from .series import country_of, name_of

if TYPE_CHECKING:
    from .drawable import Drawable

_HATCHES = ("", "....", "////", "xxxx", "----")
_COLOURS = ("#56B4E9", "#F2F2F2", "#E69F00", "#CC79A7", "#009E73")
_CAPTION = (
    "Shares of runs that took each option of what the scenario asks the country at a date: votes, "
    "with the class of the resolution, offers and demands. With {runs} runs the 95 % interval of a "
    "share is ± {points:.0f} points at most. Options of less room than their name stand at the "
    "right.{told}"
)
_TOLD = " Diamonds mark what articles say was chosen."


def draw(results: "Drawable", country: str | None = None) -> Figure:
    """Draw one bar a question, in the order of time."""
    country = country_of(results, country)
    questions = _questions(results, country)
    told = _told(country)
    known = any(told.get(key) in dict(options) for key, options in questions.items())
    with style.looks():
        title = f"{name_of(results, country)}: votes and other dated choices, {style.span(results)}"
        runs = results.manifest["runs_stored"] - results.manifest.get("runs_failed", 0)
        caption = _CAPTION.format(
            runs=runs, points=98.0 / max(runs, 1) ** 0.5, told=_TOLD if known else ""
        )
        width, height = style.narrowed(8.6), 1.5 + 0.42 * max(len(questions), 2)
        figure = style.canvas(width, height, title, results, caption=caption)
        size = style.points(8.0)
        names = [_name(results, year, question) for year, question in questions]
        letters = max((len(line) for name in names for line in name.split("\n")), default=0)
        room = figure.get_figwidth() - 0.6 * style.points(9.0) / 72.0 * letters - 0.8
        axes = figure.add_subplot()
        for row, (asked, options) in enumerate(questions.items()):
            left = 0.0
            slight = [_label(o, s) for o, s in options if s > 0.0 and not _fits(o, s, room, size)]
            axes.text(1.01, row, ",\n".join(slight), ha="left", va="center", fontsize=size)
            for place, (option, share) in enumerate(options):
                axes.barh(
                    row,
                    share,
                    left=left,
                    height=0.72,
                    color=_COLOURS[place % len(_COLOURS)],
                    hatch=_HATCHES[place % len(_HATCHES)],
                    edgecolor=style.MUTED,
                    linewidth=0.6,
                )
                if _fits(option, share, room, size):
                    axes.text(
                        left + share / 2,
                        row,
                        _label(option, share),
                        ha="center",
                        va="center",
                        fontsize=size,
                        color=style.INK,
                        in_layout=False,
                        bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1.5},
                    )
                if option == told.get(asked):
                    marks = axes.plot(left + share / 2, row - 0.36, **style.FACT)
                left += share
        if known:
            style.legend(figure, marks, ["articles on what was chosen"])
        axes.set_yticks(range(len(questions)), names)
        axes.set_ylim(max(len(questions), 1) - 0.5, -0.5)
        axes.set_xlim(0.0, 1.0)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["0", "25 %", "50 %", "75 %", "100 %"])
        axes.set_xlabel(
            "share of runs that chose the option\n"
            f"(95 % interval: ± {98.0 / max(runs, 1) ** 0.5:.0f} points at most)"
        )
        axes.grid(axis="y", visible=False)
        if not questions:
            axes.text(0.5, 0, "nothing was asked of this country", ha="center", va="center")
            axes.set_yticks([])
    return figure


def _told(country: str) -> dict[tuple[int, str], str]:
    """Return the option that articles say was taken by (year, question)."""
    return {
        (target.years[0], target.measures[0].removeprefix("choice:")): str(target.value)
        for target in load_targets()
        if target.kind == "choice" and target.country == country
    }


def _name(results: "Drawable", year: int, question: str) -> str:
    """Return the name of a question with its year and, of a vote, its class."""
    known = results.manifest.get("classes", {}).get(question)
    kind = f"\n{known.replace('_', ' ')}" if known else ""
    return f"{question} ({year}){kind}"


def _fits(option: str, share: float, room: float, size: float) -> bool:
    """Tell whether the share of a bar of `room` inches holds its label, in letters of `size`."""
    return share * room > 0.62 * len(_label(option, share)) * size / 72.0 + 0.16


def _label(option: str, share: float) -> str:
    percent = f"{100 * share:.0f} %" if share >= 0.01 else "<1 %"
    return f"{option.replace('_', ' ')} {percent}"


def _questions(results: "Drawable", country: str) -> dict[tuple[int, str], list[tuple[str, float]]]:
    """Return the options and their shares by (year, question)."""
    frame = results.summary(country=country)
    frame = frame[frame["measure"].str.startswith("choice:")]
    found: dict[tuple[int, str], list[tuple[str, float]]] = {}
    for year, measure, share in zip(frame["year"], frame["measure"], frame["mean"], strict=True):
        question, _, option = str(measure).removeprefix("choice:").rpartition(":")
        found.setdefault((int(year), question), []).append((option, float(share)))
    return found
