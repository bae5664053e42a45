"""A game as a sheet to hand in: Markdown that prints on two or three pages."""

from math import ceil, floor
from pathlib import Path as FilePath

from ...results.folder import Added
from .debrief import Debrief, Path
from .game import Game
from .messages import Language, Message

_ROOM = 4  # empty lines for an answer
_STRIP = 50  # characters of the picture of a path


def sheet(game: Game, told: Debrief, say: Language, command: str) -> str:
    """Return the sheet of a game that is over.

    Args:
        game, told: the game and its debrief. say: the language of the sheet.
        command: that opens the game again.
    """

    def text(key: str, **values: str | int | float | list[str]) -> str:
        return say.say(Message(f"ui.{key}", values))

    title = text("sheet", country=f"name.{told.country}", first=told.years[0], last=told.years[-1])
    name, group, date = (say.text(f"ui.{key}") for key in ("name", "class", "date"))
    lines = [
        f"# {title}",
        "",
        f"{name}: ____________________   {group}: __________   {date}: __________",
        "",
        text("world", scenario=game.scenario, seed=str(game.seed), replicate=str(game.replicate)),
        "",
        f"## {say.text('ui.debrief')}",
        "",
        *(f"- {say.say(message)}" for message in told.summary),
        "",
        f"## {say.text('ui.index.path')}",
        "",
        "```text",
        *strip(told.paths["alignment_index"], told.years, say),
        text("legend", runs=told.runs),
        "```",
        "",
        f"## {say.text('ui.by_term')} ({say.text('ui.mean')})",
        "",
        "```text",
        *by_term(told, say),
        "```",
        "",
        f"## {say.text('ui.rules')}",
        "",
        *(f"- {line}" for line in rules(told, say)),
        "",
        f"## {say.text('ui.story')}",
        "",
    ]
    for year in told.story:
        said = " ".join(say.say(message) for message in (*year.did, *year.happened))
        lines.append(f"- **{year.year}**: {said}")
    lines += ["", f"## {say.text('ui.write')}", ""]
    for number, message in enumerate(told.questions, 1):
        lines += [f"{number}. {say.say(message)}", *["   <br>"] * _ROOM]
    lines += ["", text("replay", command=f"`{command}`"), ""]
    return "\n".join(lines)


def save(text: str, path: FilePath) -> None:
    """Write a sheet under its name, whole or not at all.

    Raises:
        OutputError: the place cannot be written.
    """
    with Added(path.parent) as stage:
        (stage / path.name).write_text(text, encoding="utf-8")


def rules(told: Debrief, say: Language) -> list[str]:
    """A line for each rule that was tested or stood in the way."""
    lines = []
    for rule in told.rules:
        key = rule.name.replace(" ", ".", 1)
        if rule.tested:
            years = ", ".join(map(str, rule.tested))
            lines.append(say.phrase("rule.tested", rule=key, years=years))
        if rule.bound:
            count = len(rule.bound)
            lines.append(say.phrase("rule.bound", rule=key, count=count, years=len(told.years)))
    return lines or [say.text("ui.rules.none")]


def by_term(told: Debrief, say: Language) -> list[str]:
    """Mean payoff by term of the player and of the model, the largest difference first."""
    years = len(told.years)
    terms = {term for year in (*told.by_term, *told.model_by_term) for term in year}
    rows = []
    for term in terms:
        mine, own = (
            sum(year.get(term, 0.0) for year in split) / years
            for split in (told.by_term, told.model_by_term)
        )
        rows.append((say.text(f"term.{term}"), mine, own))
    rows.sort(key=lambda row: (-abs(row[1] - row[2]), row[0]))
    wide = max(len(row[0]) for row in rows)
    you, own_head = say.text("ui.you"), say.text("ui.own")
    lines = [f"{'':<{wide}}  {you:>8}  {own_head}"]
    for name, mine, own in rows:
        lines.append(f"{name:<{wide}}  {say.number(mine, '+1'):>8}  {say.number(own, '+1'):>8}")
    return lines


def strip(path: Path, years: tuple[int, ...], say: Language) -> list[str]:
    """A path by year as characters: bamboo's bands, the model's place and the player's."""
    rows = (path.you, path.model, path.bamboo[0.05], path.bamboo[0.95])
    every = [value for row in rows for value in row if value is not None]
    if not every:
        return []
    low, high = 10 * floor(min(every) / 10), 10 * ceil(max(every) / 10)
    high = max(high, low + 10)

    def place(value: float | None) -> int | None:
        return None if value is None else round((value - low) / (high - low) * (_STRIP - 1))

    ends = f"{say.number(low, '0')}{'':{_STRIP - 4}}{say.number(high, '0'):>2}"
    lines = [f"{'':11}{ends}"]
    for n, year in enumerate(years):
        cells = [" "] * _STRIP
        for mark, first, last in (("░", 0.05, 0.95), ("▒", 0.25, 0.75)):
            start, stop = place(path.bamboo[first][n]), place(path.bamboo[last][n])
            if start is not None and stop is not None:
                cells[start : stop + 1] = mark * (stop + 1 - start)
        for mark, value in (("○", path.model[n]), ("●", path.you[n])):
            at = place(value)
            if at is not None:
                cells[at] = mark
        shown = "–" if path.you[n] is None else say.number(path.you[n] or 0.0, "1")
        lines.append(f"{year} {shown:>5} {''.join(cells)}".rstrip())
    return lines
