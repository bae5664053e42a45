"""``hedgerow play``: take a country from year to year, at a terminal or from a pipe."""

import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...classroom.play import (
    BadGame,
    Pick,
    briefing,
    cards,
    debrief,
    decode,
    encode,
    start,
    step,
    text,
    typed_card,
)
from ...classroom.play.debrief import names_of
from ...classroom.play.messages import Language, Message
from ...classroom.play.sheet import save, sheet
from ..options import (
    complete_scenario,
    country_option,
    parse_settings,
    seed_option,
    settings_option,
    terminal_width,
)
from ..state import debug_option

if TYPE_CHECKING:
    from ...classroom.play import Game, Pick
    from ...classroom.play.cards import Hand


class _Stopped(Exception):
    """The player asked to stop, or the input came to its end."""


@click.command("play")
@click.argument("scenario", required=False, shell_complete=complete_scenario, metavar="[SCENARIO]")
@country_option
@click.option("--from", "first", type=int, metavar="YEAR", help="First year to decide.")
@click.option("--until", type=int, metavar="YEAR", help="Last year to decide, inclusive.")
@seed_option
@click.option(
    "--world",
    "replicate",
    type=click.IntRange(0, 2**56 - 1),
    help="Which run of the ensemble to play in [default: 0].",
)
@settings_option
@click.option(
    "--language", type=click.Choice(["en", "vi"]), default="en", show_default=True, help="To read."
)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the debrief to hand in, as Markdown.",
)
@click.option("--resume", metavar="CODE", help="Go on with a game by its code.")
@click.option(
    "--runs",
    type=click.IntRange(1, 10_000),
    default=1000,
    show_default=True,
    help="Bamboo paths to be set against.",
)
@debug_option
def command(
    scenario: str | None,
    country: str | None,
    first: int | None,
    until: int | None,
    seed: int | None,
    replicate: int | None,
    settings: tuple[str, ...],
    language: str,
    sheet: Path | None,
    resume: str | None,
    runs: int,
) -> None:
    """Play a country: one pick a year, against powers that react.

    Every year brings a briefing, a few cards with what each would do, and sometimes a question to
    answer. Type the number of a card; q stops and prints a code to go on with later. At the end
    your path is set against bamboo paths of the model.

    hedgerow play vietnam --from 2014 --until 2024
    """
    if sheet is not None:
        _require_writable(sheet)
    given = {
        "--country": country,
        "--from": first,
        "--until": until,
        "--seed": seed,
        "--world": replicate,
        "--set": settings or None,
    }
    if resume is not None:
        fixed = [name for name, value in given.items() if value is not None]
        if fixed:
            raise click.UsageError(f"{fixed[0]} does not go with --resume: the code says it")
        game = decode(resume, scenario)
    elif scenario is None:
        raise click.UsageError("Missing argument 'SCENARIO' (or --resume CODE).")
    else:
        overrides = parse_settings(settings)
        game = start(scenario, country, first, until, seed, replicate or 0, overrides)
    _Table(game, language, runs, sheet).play()


def _require_writable(sheet: Path) -> None:
    if sheet.exists():
        raise click.UsageError(f"--sheet {sheet}: this file exists; choose another name")
    if not sheet.parent.is_dir():
        raise click.UsageError(f"--sheet {sheet}: there is no folder {sheet.parent}; make it first")


class _Table:
    """A game on the terminal."""

    def __init__(self, game: "Game", language: str, runs: int, sheet: Path | None) -> None:
        self.game = game
        self.runs = runs
        self.sheet = sheet
        self.say: Language = Language(language, names_of(game))
        self.width = max(terminal_width(), 60)

    def play(self) -> None:
        """Play to the end, or until the player stops."""
        try:
            while not self.game.over:
                self.game = step(self.game, self._year())
            self._debrief()
        except _Stopped:
            self._print_code()
            if self.sheet is not None:
                click.echo("the sheet is written when the game is over", err=True)
        except KeyboardInterrupt:
            click.echo()
            self._print_code()
            raise

    def _year(self) -> "Pick":
        """Brief, ask, and return the pick of a year."""
        self._print(text.briefing(briefing(self.game), self.say, self.width))
        hand = cards(self.game)
        answers: list[int | None] = []
        for asked in hand.questions:
            self._print(text.question(asked, self.say, self.width))
            count = len(asked.options)
            options = [*(str(n) for n in range(1, count + 1)), "m"]
            said = self._ask(self.say.text("ui.ask.answer"), options)
            answers.append(None if said == "m" else int(said) - 1)
        self._print(text.cards(hand, self.say, self.width))
        return self._pick(hand).answering(*answers)

    def _pick(self, hand: "Hand") -> "Pick":
        options = [*(str(n) for n in range(1, len(hand.cards) + 1)), "m"]
        prompt = self.say.say(Message("ui.ask.pick", {"year": str(hand.year)}))
        while True:
            said = self._ask(prompt, options, free=lambda word: word[:1] in "+-±")
            if said == "m":
                return Pick.model()
            if said in options:
                return hand.cards[int(said) - 1].pick
            try:
                card = typed_card(self.game, said)
            except BadGame as error:
                click.echo(str(error))
                continue
            for line in (self.say.say(card.title), *text.of_card(card, self.say)):
                click.echo(f"    {line}")
            return card.pick

    def _ask(
        self, prompt: str, options: Sequence[str], free: Callable[[str], bool] = lambda word: False
    ) -> str:
        """Return what the player types, once it is one of the options or `free` takes it."""
        while True:
            click.echo(f"{prompt} [{options[0]}–{options[-2]}, m, q]: ", nl=False)
            sys.stdout.flush()
            line = sys.stdin.readline()
            if not line:
                click.echo()
                raise _Stopped
            word = line.strip().lower()
            if not sys.stdin.isatty():
                click.echo(word)  # as a terminal would have shown it
            if word in ("q", "quit"):
                raise _Stopped
            if word in options or (word and free(word)):
                return word
            shown = word[:40]
            known = ", ".join((*options, "q"))
            click.echo(self.say.say(Message("ui.unknown", {"text": shown, "options": known})))

    def _debrief(self) -> None:
        click.echo(f"setting your path against {self.runs:,} bamboo paths", err=True)
        review = debrief(self.game, self.runs)
        self._print(text.debrief(review, self.say, self.width))
        click.echo()
        if self.sheet is not None:
            save(sheet(self.game, review, self.say, self._command()), self.sheet)
        self._print_code()
        if self.sheet is not None:
            click.echo(self.sheet)

    def _command(self) -> str:
        """The command that opens this game again."""
        words: list[Any] = ["hedgerow", "play"]
        if "/" in self.game.scenario or self.game.scenario.endswith(".toml"):
            words.append(self.game.scenario)
        return shlex.join([*words, "--resume", encode(self.game)])

    def _print_code(self) -> None:
        key = "ui.replay" if self.game.over else "ui.code"
        click.echo(self.say.say(Message(key, {"command": self._command()})))

    def _print(self, lines: Sequence[str]) -> None:
        click.echo("\n".join(lines))
