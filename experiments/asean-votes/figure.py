"""Probabilities of the answers of ten states to six resolutions."""

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hedgerow.figures import style

NAMES = {
    "VNM": "Vietnam",
    "LAO": "Laos",
    "MMR": "Myanmar",
    "KHM": "Cambodia",
    "IDN": "Indonesia",
    "MYS": "Malaysia",
    "BRN": "Brunei",
    "THA": "Thailand",
    "SGP": "Singapore",
    "PHL": "Philippines",
}
QUESTIONS = {
    "ES-11/1": "aggression\nMarch 2022",
    "ES-11/2": "humanitarian\nMarch 2022",
    "ES-11/3": "Rights Council\nApril 2022",
    "ES-11/4": "integrity\nOctober 2022",
    "ES-11/5": "reparation\nNovember 2022",
    "ES-11/6": "peace\nFebruary 2023",
}
ANSWERS = {"for": style.OKABE_ITO[1], "abstain": "#D9D9D9", "against": style.OKABE_ITO[0]}
HATCHES = {"for": "", "abstain": "", "against": "////"}


SOURCES = {"coded": "uncoded", "to-2014": "to-2014-uncoded"}
"""Upper and lower half of a bar, each with its variant without the coding."""


def draw(table) -> Figure:
    title = "How ASEAN would vote on Russia's war, by the model"
    title += f"; false in part by {', '.join(table.attrs['contradicted'])}"
    figure = style.paper(title, table.attrs["about"], 7.7)
    panels = figure.subplots(2, 3, sharex=True, sharey=True).ravel()
    votes = table[table.part == "votes"]
    for axes, (question, title) in zip(panels, QUESTIONS.items(), strict=True):
        for line, country in enumerate(NAMES):
            own = votes[votes.country == country]
            for half, (coded, plain) in enumerate(SOURCES.items()):
                place = line + 0.42 * (half - 0.5)
                _bar(axes, own[own.variant == coded], question, place)
                _mark(axes, own[own.variant == plain], question, place)
        _record(axes, table[table.part == "record"], question)
        axes.set_title(f"{question}, {title}", fontsize=8.5, loc="left")
        axes.set_xlim(0, 1)
        axes.grid(False)
        axes.set_yticks(range(len(NAMES)), list(NAMES.values()))
        axes.set_ylim(len(NAMES) - 0.5, -0.5)
    for axes in panels[3:]:
        axes.set_xlabel("probability")
    handles = [
        Patch(facecolor=colour, edgecolor="white", hatch=HATCHES[answer])
        for answer, colour in ANSWERS.items()
    ]
    handles.append(panels[0].plot([], [], "|", color=style.INK, markersize=7)[0])
    handles.append(panels[0].plot([], [], "*", color=style.INK, markersize=8)[0])
    handles.append(Patch(alpha=0.0))
    labels = [*ANSWERS, "the same without the coding", "what an article tells"]
    labels.append("upper: priors; lower: record to 2014")
    style.legend(figure, handles, labels, columns=3)
    return figure


def _value(rows, question: str, answer: str) -> float:
    return float(rows[rows.measure == f"choice:{question}:{answer}"].value.iloc[0])


def _bar(axes, rows, question: str, place: float) -> None:
    left = 0.0
    for answer, colour in ANSWERS.items():
        width = _value(rows, question, answer)
        axes.barh(place, width, 0.4, left, color=colour, edgecolor="white", linewidth=0.4,
                  hatch=HATCHES[answer])  # fmt: skip
        left += width


def _mark(axes, rows, question: str, place: float) -> None:
    edges = (_value(rows, question, "for"), 1.0 - _value(rows, question, "against"))
    axes.plot(edges, (place, place), "|", color=style.INK, markersize=5.5, linestyle="none")


def _record(axes, record, question: str) -> None:
    place = {"for": 0.04, "abstain": 0.5, "against": 0.96}
    for row in record[record.measure.str.startswith(f"choice:{question}:")].itertuples():
        answer = row.measure.rpartition(":")[2]
        axes.plot(place[answer], list(NAMES).index(row.country), "*", color=style.INK,
                  markersize=8, markeredgecolor="white", clip_on=False)  # fmt: skip
