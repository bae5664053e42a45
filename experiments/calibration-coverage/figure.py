"""Does the method of calibration know how little it knows, and does the record lie in the bands?"""

import numpy as np
from matplotlib.figure import Figure

from hedgerow.figures import style

AHEAD = {"prior:listed": "shocks as listed", "prior:drawn": "shocks drawn"}
FAMILIES = {
    "numbers:crps": "numbers",
    "portfolios:energy": "portfolio",
    "rungs:ranked_probability": "rungs",
    "dates:survival_log": "dates of rungs",
    "votes:ranked_probability": "votes",
}
OTHERS = {
    "diversifier:listed": "diversifier",
    "persistence:": "persistence",
    "base rates:": "base rates",
    "constant hazard:": "constant hazard",
}


CAPTION = (
    "First: of truths that are known because the model made the record, how many lie in intervals "
    "of each size, with 95 % intervals; on the line is as it should be. Second: numbers on record "
    "to 2024 in half widths of the prior's 90 % band, in order, with the 90 % band of the "
    "calibrated draws. Third: numbers on record from 2015 to 2024 in forecasts of a scenario that "
    "starts in 2014, from its priors: the rank of each in its forecast (probability integral "
    "transform, PIT), which is evenly spread where the forecast is right; shocks are listed as "
    "they came, or drawn without knowing them. Fourth: skill of these forecasts against "
    "forecasters of four kinds, the share of their score that is saved (1 perfect, 0 as good, "
    "below 0 worse), with rough 90 % intervals: the diversifier that spreads its ties, "
    "persistence of the last value, base rates of answers, and a constant hazard of a higher "
    "rung. Scores: of numbers, of the portfolio as a whole, of rungs, of dates of rungs, of votes."
)


def draw(table) -> Figure:
    figure = style.paper(
        "Calibration: coverage, and what came after", table.attrs["about"], 7.2, CAPTION
    )
    coverage, bands, pit, skill = figure.panels(4, 2.4, 2)
    _coverage(coverage, table[table.measure == "coverage"])
    record = table[(table.part == "record") & table.variant.str.contains(":")]
    _inside(bands, *(_bands(record[record.variant.str.startswith(s)]) for s in ("prior", "post")))
    score = table[table.part == "score"]
    for number, (variant, name) in enumerate(AHEAD.items()):
        own = score[(score.variant == variant) & (score.statistic == "pit")]
        _ranks(pit, np.sort(own.value.dropna().to_numpy()), style.look(number), name)
    pit.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1)
    pit.set_xlabel("rank of the record in the forecast (PIT)")
    pit.set_ylabel("share of the record below")
    style.key(pit, "2015 to 2024, from 2014", 2)
    _skill(skill, score[(score.statistic == "skill") & (score.x == 1.0)])
    return figure


def _bands(rows):
    keys = ["country", "measure", "year"]
    own = rows.assign(target=rows.variant.str.partition(":")[2])
    return own.pivot_table(index=["target", *keys], columns="statistic", values="value")


def _coverage(axes, rows) -> None:
    axes.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1)
    axes.errorbar(rows.x, rows.value, yerr=1.96 * rows.se, color=style.OKABE_ITO[1], marker="o",
                  markersize=4, capsize=2, linestyle="none")  # fmt: skip
    axes.set_xlabel("what an interval claims to hold")
    axes.set_ylabel("truths that it holds")
    axes.set_title("coverage on made-up records", loc="left")


def _ranks(axes, ranks, look, name: str) -> None:
    shares = np.arange(1, len(ranks) + 1) / len(ranks)
    axes.step(ranks, shares, where="post", color=look.colour, linestyle=look.dash, label=name)


def _inside(axes, prior, posterior) -> None:
    """Numbers on record, standardised by the prior's band, and where the posterior's band lies."""
    half = (prior["q95"] - prior["q05"]) / 2
    middle = (prior["q95"] + prior["q05"]) / 2
    order = ((prior["observed"] - middle) / half).to_numpy().argsort()
    place = np.arange(len(order))
    axes.axhspan(-1, 1, color=style.FAINT, zorder=0, label="prior, 90 %")
    low, high = (((posterior[s] - middle) / half).to_numpy()[order] for s in ("q05", "q95"))
    axes.vlines(place, low, high, color=style.OKABE_ITO[1], linewidth=1.4, label="fitted, 90 %")
    axes.plot(place, ((prior["observed"] - middle) / half).to_numpy()[order], ".",
              color=style.OKABE_ITO[0], label="record")  # fmt: skip
    axes.set_xlabel("numbers, in order of where they lie in the prior")
    axes.set_ylabel("half widths of the prior's band")
    style.key(axes, "numbers on record to 2024", 2)


def _skill(axes, rows) -> None:
    for number, (variant, name) in enumerate(OTHERS.items()):
        look = style.look(number)
        own = rows[rows.variant == variant].set_index("measure")
        label: str | None = name
        for line, measure in enumerate(FAMILIES):
            if measure not in own.index:
                continue
            value, error = own.loc[measure].value, own.loc[measure].se
            known = np.isfinite(error) and value > -2.2
            axes.errorbar(
                max(value, -2.2),
                line + 0.13 * (number - 2),
                xerr=1.645 * error if known else None,
                fmt=look.marker,
                color=look.colour,
                markersize=4.5,
                linewidth=1,
                label=label,
            )
            label = None
    axes.axvline(0.0, color=style.MUTED, linewidth=1)
    axes.set_yticks(range(len(FAMILIES)), list(FAMILIES.values()))
    axes.set_ylim(len(FAMILIES) - 0.5, -0.5)
    axes.set_xlim(-2.4, 1.05)
    axes.set_xlabel("skill, 90 % (0: as good; left edge: −2.2 or worse)")
    style.key(axes, "skill against …", 1 if style.across(2, 2.2, 2) == 2 else 2)
