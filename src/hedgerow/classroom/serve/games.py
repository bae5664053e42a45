"""Games over the wire: a game is its code, and every answer is worked out from it anew."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from math import isnan
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from ...errors import Refused
from ..play import BadGame, Game, any_card, briefing, cards, debrief, decode, encode, start, step
from ..play.bamboo import Block, Paths, bamboo
from ..play.code import pick_of, word_of
from ..play.debrief import names_of
from ..play.game import Pick, moves_of, questions, scenario_of
from ..play.replay import is_near
from .pool import Work
from .presets import PRESETS

if TYPE_CHECKING:
    from .app import Classroom

SCENARIOS = (*PRESETS, "asean")
"""Scenarios that a class can play."""

RUNS = 1000
"""Bamboo paths of a debrief."""

_WORLDS = 10_000  # replicates that a game can be started in
_REPLAY = 64  # what a year of a game costs by country, in runs of one
_WORD = 80  # characters of the longest pick


class Told:
    """The work of one answer (see `pool.Work`).

    Args:
        answer: works it out.
        cost: of it, in runs of one country.
    """

    parts = 1

    def __init__(self, answer: Callable[[], dict[str, Any]], cost: int = 1) -> None:
        self._answer, self.cost = answer, cost

    def part(self, number: int) -> dict[str, Any]:
        """Work out the whole answer."""
        return self._answer()

    def finish(self, found: list[dict[str, Any]]) -> bytes:
        """Return it as JSON."""
        return json.dumps(plain(found[0]), allow_nan=False).encode()


class Against:
    """The work of an answer that sets bamboo paths against a game (see `pool.Work`).

    A part is a block of paths.

    Args:
        game: of which the paths are.
        kernel: that computes them.
        tell: works out the rest, once they are known.
    """

    def __init__(self, game: Game, kernel: str, tell: Callable[[], dict[str, Any]]) -> None:
        self._paths, self._tell = Paths(game, RUNS, kernel), tell
        self.parts = self._paths.blocks
        self.cost = _countries(game) * RUNS

    def part(self, number: int) -> Block | None:
        """Play one block of paths, if they are not known yet."""
        return None if self._paths.known else self._paths.block(number)

    def finish(self, found: list[Block | None]) -> bytes:
        """Return the answer as JSON."""
        blocks = [block for block in found if block is not None]
        if len(blocks) == self.parts:
            self._paths.joined(blocks)
        return json.dumps(plain(self._tell()), allow_nan=False).encode()


def _countries(game: Game) -> int:
    return len(scenario_of(game).countries)


def plain(value: Any) -> Any:
    """Return what JSON can hold: picks are their words, and what is undefined is null."""
    if isinstance(value, Pick):
        return word_of(value)
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return None if isinstance(value, float) and isnan(value) else value


def parameters(request: Request, *names: str) -> dict[str, str]:
    """Return the parameters of a request.

    Raises:
        Refused: one that is none of `names`, or given twice.
    """
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in names:
            raise Refused("unknown parameter", name[:40], f"one of {', '.join(names)}")
        if name in found:
            raise Refused("given twice", name, "once")
        found[name] = value
    return found


def game_of(code: str) -> Game:
    """Return the game of a code, if the class can play it.

    Raises:
        Refused: it is damaged, or of a game that is played elsewhere.
    """
    parts = "".join(code.split()).split("~")
    if len(parts) == 11 and parts[9]:
        raise Refused("a game with changes of its own is played at the terminal", "game", "")
    if len(parts) == 11 and parts[1] not in SCENARIOS:
        raise Refused(f"{parts[1][:40]!r} is not played in class", "game", ", ".join(SCENARIOS))
    try:
        return decode(code)
    except BadGame as error:
        raise Refused(str(error), "game", "the code of a game, all of it") from error


def told_year(game: Game) -> dict[str, Any]:
    """Return what a page shows of the year that waits for its pick."""
    told: dict[str, Any] = about(game)
    if not game.over:
        hand = cards(game)
        told |= {"briefing": _as_dict(briefing(game)), "hand": _as_dict(hand)}
    return told


def about(game: Game) -> dict[str, Any]:
    """Return what is known of a game without playing it."""
    return {
        "code": encode(game),
        "scenario": game.scenario,
        "country": game.country,
        "first": game.first,
        "last": game.last,
        "year": game.year,
        "world": game.replicate,
        "over": game.over,
        "band": scenario_of(game).band,
        "names": names_of(game),
    }


def _as_dict(told: Any) -> dict[str, Any]:
    """As `dataclasses.asdict`, but picks stay picks."""
    found: dict[str, Any] = asdict(told)
    for card, entry in zip(getattr(told, "cards", ()), found.get("cards", ()), strict=True):
        entry["pick"] = card.pick
    return found


def told_card(game: Game, direction: int, instrument: str, partner: str) -> dict[str, Any]:
    """Return the card of any move.

    Raises:
        Refused: there is none.
    """
    try:
        card = any_card(game, direction, instrument, partner)
    except BadGame as error:
        raise Refused(str(error), "partner", "") from error
    return {**asdict(card), "pick": card.pick}


def told_debrief(game: Game, kernel: str) -> dict[str, Any]:
    """Return the debrief of a game that is over, for a page."""
    return {**about(game), **asdict(debrief(game, RUNS, kernel))}


def told_bamboo(game: Game, kernel: str) -> dict[str, Any]:
    """Return the index of bamboo paths over the years of a game."""
    found = bamboo(replace(game, picks=()), RUNS, kernel)
    rows = found.quantiles["alignment_index"].tolist()
    quantiles = dict(zip(map(str, found.levels), rows, strict=True))
    return {"years": list(found.years), "runs": found.runs, "alignment_index": quantiles}


# Addresses


async def _about(room: "Classroom", request: Request) -> Response:
    """What can be played."""
    parameters(request)
    return await _told(room, request, ("about",), Told(_choices), True)


def _choices() -> dict[str, Any]:
    """Return scenarios with their countries and years; presets have those of the first."""
    found = {}
    for name in (SCENARIOS[0], SCENARIOS[-1]):
        scenario = scenario_of(start(name))
        countries = {code: scenario.title_of(code) for code in scenario.countries}
        found[name] = {"countries": countries, "start": scenario.start, "end": scenario.end}
    each = [{"name": name, **found.get(name, found[SCENARIOS[0]])} for name in SCENARIOS]
    moves = moves_of(start(SCENARIOS[0]))
    return {
        "scenarios": each,
        "partners": moves.partners,
        "instruments": [moves.instruments[k] for k in moves.desks],
        "worlds": _WORLDS,
    }


async def _start(room: "Classroom", request: Request) -> Response:
    given = parameters(request, "scenario", "country", "from", "until", "world")
    scenario = given.get("scenario", SCENARIOS[0])
    if scenario not in SCENARIOS:
        raise Refused(f"no scenario {scenario[:40]!r}", "scenario", ", ".join(SCENARIOS))
    years = [_number(given, name, 0, 9999) for name in ("from", "until")]
    world = _number(given, "world", 0, _WORLDS - 1) or 0
    await _load(room, request, scenario)
    try:
        game = start(scenario, given.get("country"), years[0], years[1], replicate=world)
        return _json(about(game))
    except BadGame as error:
        raise Refused(str(error)) from error


async def _year(room: "Classroom", request: Request) -> Response:
    game = await _game(room, request, parameters(request, "game"))
    return await _moment(room, request, ("year", game), game, lambda: told_year(game))


async def _pick(room: "Classroom", request: Request) -> Response:
    given = parameters(request, "game", "pick")
    game, word = await _game(room, request, given), given.get("pick", "")
    if not 0 < len(word) <= _WORD:
        raise Refused("missing or too long", "pick", "a card's pick, and answers after a dash")
    try:
        then = step(game, pick_of(word))
    except BadGame as error:
        raise Refused(str(error), "pick", "a card's pick, and answers after a dash") from error
    return await _moment(room, request, ("year", then), then, lambda: told_year(then))


async def _move(room: "Classroom", request: Request) -> Response:
    given = parameters(request, "game", "direction", "instrument", "partner")
    game = await _game(room, request, given)
    direction = _number(given, "direction", -1, 1)
    instrument, partner = (given.get(name, "")[:20] for name in ("instrument", "partner"))
    key = ("move", game, direction, instrument, partner)
    return await _moment(
        room, request, key, game, lambda: told_card(game, direction or 0, instrument, partner)
    )


async def _debrief(room: "Classroom", request: Request) -> Response:
    game = await _game(room, request, parameters(request, "game"))
    if not game.over:
        raise Refused(f"this game is not over: {game.year} waits for its pick", "game", "")
    kernel = room.engine.kernel
    work = Against(game, kernel, lambda: told_debrief(game, kernel))
    return await _told(room, request, ("debrief", game), work, False)


async def _bamboo(room: "Classroom", request: Request) -> Response:
    game = replace(await _game(room, request, parameters(request, "game")), picks=())
    kernel = room.engine.kernel
    work = Against(game, kernel, lambda: told_bamboo(game, kernel))
    return await _told(room, request, ("bamboo", game), work, False)


GAMES = {
    "/api/play": _about,
    "/api/play/start": _start,
    "/api/play/year": _year,
    "/api/play/pick": _pick,
    "/api/play/move": _move,
    "/api/play/debrief": _debrief,
    "/api/play/bamboo": _bamboo,
}
"""Questions about games by their address, and what answers them."""


async def _game(room: "Classroom", request: Request, given: dict[str, str]) -> Game:
    if "game" not in given:
        raise Refused("missing", "game", "the code of a game")
    return await read_game(room, request, given["game"])


async def read_game(room: "Classroom", request: Request, code: str) -> Game:
    """Return the game of a code; a scenario that nobody has played yet is loaded before.

    Raises:
        Refused: as `game_of`.
    """
    scenario = "".join(code.split()).partition("~")[2].partition("~")[0]
    if scenario in SCENARIOS:
        await _load(room, request, scenario)
    return game_of(code)


async def _load(room: "Classroom", request: Request, scenario: str) -> None:
    await room.load(request, ("game", scenario), lambda: ready(scenario))


def ready(scenario: str) -> None:
    """Load a scenario and make its world, after which a game of it is read at once."""
    game = start(scenario)
    questions(game, game.first)


def _number(given: dict[str, str], name: str, low: int, high: int) -> int | None:
    """Return a whole number among the parameters; None where it is not given.

    Raises:
        Refused: it is no number, or out of range.
    """
    text = given.get(name)
    if text is None:
        return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
        raise Refused(f"not a whole number: {text[:40]!r}", name, f"{low} to {high}")
    if not low <= int(text) <= high:
        raise Refused(f"out of range: {text}", name, f"{low} to {high}")
    return int(text)


async def _moment(
    room: "Classroom", request: Request, key: Any, game: Game, answer: Callable[[], dict[str, Any]]
) -> Response:
    """Answer about a year of a game; what must be replayed from afar is not urgent."""
    return await _told(room, request, key, Told(answer, replay_cost(game)), is_near(game))


def replay_cost(game: Game) -> int:
    """Return about what a question about a game costs, in runs of one country."""
    return _REPLAY * _countries(game)


async def _told(
    room: "Classroom", request: Request, key: Any, work: Work, urgent: bool
) -> Response:
    found = await room.ask(request, ("play", *key), work, urgent)
    if found is None:  # nobody is there to read it
        return Response(status_code=499)
    return Response(found, media_type="application/json", headers={"cache-control": "no-store"})


def _json(told: dict[str, Any]) -> Response:
    return Response(
        json.dumps(plain(told)).encode(),
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )
