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


CAPTION = (
    "Probabilities of the answers to six resolutions of the United Nations on the war, as shares "
    "of runs. The habit of voting is estimated on other states to 2013. The resolutions: ES-11/1 "
    "on aggression, ES-11/2 on humanitarian consequences, ES-11/3 on membership in the Human "
    "Rights Council, ES-11/4 on territorial integrity, ES-11/5 on reparation, ES-11/6 on peace. "
    "All are coded by class, subject and sponsors; ticks show the same shares where every "
    "resolution is coded like the first. Stars stand at the answers that articles tell. Shares are"
    " sure to ± {sure:.2f} at most (95 %)."
)


def draw(table) -> Figure:
    title = "How ASEAN would vote on Russia's war, by the model"
    title += "; false in part by a fact at hand" * bool(table.attrs["contradicted"])
    votes = table[table.part == "votes"]
    told = CAPTION.format(sure=1.96 * votes.se.max())
    figure = style.paper(title, table.attrs["about"], 7.7, told)
    panels = figure.panels(len(QUESTIONS), 1.6, 3, sharex=True, sharey=True)
    for axes, (question, title) in zip(panels, QUESTIONS.items(), strict=True):
        for line, country in enumerate(NAMES):
            own = votes[votes.country == country]
            _bar(axes, own[own.variant == "coded"], question, line)
            _mark(axes, own[own.variant == "uncoded"], question, line)
        _record(axes, table[table.part == "record"], question)
        axes.set_title(f"{question}, {title}", fontsize=style.points(8.5), loc="left")
        axes.set_xlim(0, 1)
        axes.grid(False)
        axes.set_yticks(range(len(NAMES)), list(NAMES.values()))
        axes.set_ylim(len(NAMES) - 0.5, -0.5)
    for axes in panels[-style.across(len(QUESTIONS), 1.6, 3) :]:
        axes.set_xlabel("probability")
    handles = [
        Patch(facecolor=colour, edgecolor="white", hatch=HATCHES[answer])
        for answer, colour in ANSWERS.items()
    ]
    handles.append(panels[0].plot([], [], "|", color=style.INK, markersize=7)[0])
    handles.append(panels[0].plot([], [], "*", color=style.INK, markersize=8)[0])
    labels = [*ANSWERS, "the same without the coding", "what an article tells"]
    style.legend(figure, handles, labels, columns=3)
    return figure


def _value(rows, question: str, answer: str) -> float:
    return float(rows[rows.measure == f"choice:{question}:{answer}"].value.iloc[0])


def _bar(axes, rows, question: str, place: float) -> None:
    left = 0.0
    for answer, colour in ANSWERS.items():
        width = _value(rows, question, answer)
        axes.barh(place, width, 0.8, left, color=colour, edgecolor="white", linewidth=0.4,
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
