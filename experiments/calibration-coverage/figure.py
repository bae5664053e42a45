"""Does the method of calibration know how little it knows, and does the record lie in the bands?"""

import numpy as np
from matplotlib.figure import Figure

from hedgerow.figures import style

SIDES = {"prior": "prior", "posterior": "posterior"}


def draw(table) -> Figure:
    figure = style.paper(
        "Calibration: coverage, and where the record lies", table.attrs["about"], 6.4
    )
    (coverage, pit), (width, shift) = figure.subplots(2, 2)
    _coverage(coverage, table[table.measure == "coverage"])
    bands = table[table.variant.str.contains(":")]
    sides = {side: _bands(bands[bands.variant.str.startswith(f"{side}:")]) for side in SIDES}
    for number, (side, rows) in enumerate(sides.items()):
        _ranks(pit, np.sort(rows["below"].to_numpy()), style.look(number), side)
    pit.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1)
    pit.set_xlabel("rank of the number on record (PIT)")
    pit.set_ylabel("share of numbers on record below")
    pit.set_title("the record in the bands", loc="left")
    pit.legend(loc="upper left")
    _inside(width, sides)
    _narrower(shift, sides)
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


def _inside(axes, sides) -> None:
    """Numbers on record, standardised by the prior's band: where it lies outside of it."""
    prior, posterior = sides["prior"], sides["posterior"]
    half = (prior["q95"] - prior["q05"]) / 2
    middle = (prior["q95"] + prior["q05"]) / 2
    order = ((prior["observed"] - middle) / half).to_numpy().argsort()
    place = np.arange(len(order))
    axes.axhspan(-1, 1, color=style.FAINT, zorder=0, label="prior, 90 %")
    scaled = {
        name: ((posterior[name] - middle) / half).to_numpy()[order] for name in ("q05", "q95")
    }
    axes.vlines(place, scaled["q05"], scaled["q95"], color=style.OKABE_ITO[1], linewidth=1.4,
                label="posterior, 90 %")  # fmt: skip
    axes.plot(place, ((prior["observed"] - middle) / half).to_numpy()[order], ".",
              color=style.OKABE_ITO[0], label="record")  # fmt: skip
    axes.set_xlabel("numbers on record, in order")
    axes.set_ylabel("in half widths of the prior's band")
    axes.legend(
        loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, handlelength=1.0, columnspacing=0.8
    )


def _narrower(axes, sides) -> None:
    prior, posterior = sides["prior"], sides["posterior"]
    ratio = ((posterior["q95"] - posterior["q05"]) / (prior["q95"] - prior["q05"])).to_numpy()
    axes.hist(ratio, bins=np.arange(0.0, 1.45, 0.1), color=style.OKABE_ITO[1], edgecolor="white")
    axes.axvline(1.0, color=style.OKABE_ITO[0], linewidth=1.2)
    axes.set_xlabel("width of the band, posterior to prior")
    axes.set_ylabel("numbers on record")
    axes.set_title("what the record teaches", loc="left")
