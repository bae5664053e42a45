"""A game as a sheet to hand in: Markdown that prints on two or three pages."""

from typing import TYPE_CHECKING

from ...classroom.play.messages import Message
from .play import by_term, rules, strip

if TYPE_CHECKING:
    from ...classroom.play.debrief import Debrief
    from ...classroom.play.game import Game
    from ...classroom.play.messages import Language

_ROOM = 4  # empty lines for an answer


def sheet(game: "Game", told: "Debrief", say: "Language", command: str) -> str:
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
