"""The board of a class: groups by nickname, and the paths that they played.

It is held in memory and gone when the server stops. A group that comes back shows the key that it
was given first, so that nobody else can write under its name. What comes from this machine itself
is the teacher's, who can take a group off the board.
"""

import asyncio
import json
import secrets
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from ..model.measures import BAND
from ..play import Game, encode
from ..play.replay import is_near, replay
from .errors import Refused
from .games import Told, about, game_of, parameters, plain, replay_cost
from .lookalike import is_unseen, skeleton

if TYPE_CHECKING:
    from .app import Classroom

MOST = 60
"""Groups that the board holds."""
LONGEST = 24
"""Characters of a nickname."""

_FIELDS = {"nickname", "game", "key", "remove"}
_MARKS = " .-_'’"
_TEACHER = frozenset(("127.0.0.1", "::1"))


@dataclass
class Group:
    """One group: its key, and what the board shows of it."""

    key: str
    told: dict[str, Any]


class Board:
    """The groups of a class by nickname, in the order in which they came."""

    def __init__(self) -> None:
        self._groups: dict[str, Group] = {}

    def put(self, nickname: str, key: str, told: dict[str, Any]) -> str:
        """Put a group on the board, or its new path in place of the old; return its key.

        Raises:
            Refused: the nickname is another group's or looks like it, or the board is full.
        """
        known = self._groups.get(nickname.casefold())
        if known is None:
            like = next((name for name in self._names() if alike(name, nickname)), None)
            if like is not None:
                raise Refused(f"this looks like the nickname {like}", "nickname", "another one")
            if len(self._groups) >= MOST:
                raise Refused("the board is full", "nickname", f"at most {MOST} groups")
            known = self._groups[nickname.casefold()] = Group(secrets.token_urlsafe(12), told)
        elif not secrets.compare_digest(known.key.encode(), key.encode(errors="replace")):
            raise Refused("another group has this nickname", "nickname", "another one")
        known.told = {"nickname": nickname, **told}
        return known.key

    def remove(self, nickname: str) -> None:
        """Take a group off the board.

        Raises:
            Refused: there is none of that name.
        """
        if self._groups.pop(nickname.casefold(), None) is None:
            raise Refused("no such group", "remove", "a nickname on the board")

    def _names(self) -> list[str]:
        return [group.told["nickname"] for group in self._groups.values()]

    def groups(self) -> list[dict[str, Any]]:
        """What the board shows of every group."""
        return [group.told for group in self._groups.values()]


def alike(one: str, other: str) -> bool:
    """Tell whether two nicknames can be taken for one another, as written or whatever the case."""
    return skeleton(one) == skeleton(other) or (
        skeleton(one.casefold()) == skeleton(other.casefold())
    )


def nickname_of(text: Any) -> str:
    """Return a nickname as it is shown.

    Raises:
        Refused: it is empty, too long, or of other than letters, digits and ``.-_'``, or has
            letters of which nothing is seen.
    """
    expected = f"1 to {LONGEST} letters, digits, spaces and .-_'"
    if not isinstance(text, str):
        raise Refused("missing", "nickname", expected)
    name = " ".join(unicodedata.normalize("NFC", text[: 4 * LONGEST]).split())
    fits = all(unicodedata.category(c)[0] in "LMN" or c in _MARKS for c in name)
    fits = fits and not any(map(is_unseen, name))
    if not 0 < len(name) <= LONGEST or not fits or len(text) > 4 * LONGEST:
        raise Refused("this nickname cannot be used", "nickname", expected)
    return name


def told_path(game: Game) -> dict[str, Any]:
    """Return what the board shows of a game: its path and what it comes to so far."""
    years = replay(game).years[game.first - replay(game).scenario.start :]
    index = [year.measures["alignment_index"] for year in years]
    inside = sum(BAND[0] <= value <= BAND[1] for value in index)
    told = {
        **about(game),
        "code": encode(game),
        "years": [year.year for year in years],
        "index": index,
        "inside": inside,
        "payoff": sum(year.payoff for year in years) / len(years) if years else None,
        "tested": sum(bool(year.refused) for year in years),
    }
    del told["names"]
    return told


async def class_of(room: "Classroom", request: Request) -> Response:
    """Answer ``/api/class``: the board to a GET, a group's new path to a POST."""
    client = request.client.host if request.client else ""
    teacher = client in _TEACHER
    if request.method != "POST":
        parameters(request)
        return _json({"groups": room.board.groups(), "most": MOST, "teacher": teacher})
    given = await _body(request)
    if "remove" in given:
        if not teacher:
            raise Refused("only the teacher, at the server, can take a group off", "remove", "")
        room.board.remove(nickname_of(given["remove"]))
        return _json({"removed": True})
    nickname = nickname_of(given.get("nickname"))
    code, key = given.get("game", ""), given.get("key", "")
    if not isinstance(code, str) or not isinstance(key, str) or len(key) > 64:
        raise Refused("not a text", "game", "the code of a game")
    game = await asyncio.to_thread(game_of, code)
    if not game.picks:
        raise Refused("nothing has been picked yet", "game", "a game with a year or more")
    work = Told(lambda: told_path(game), await asyncio.to_thread(replay_cost, game))
    found = await room.ask(request, ("path", game), work, is_near(game))
    if found is None:
        return Response(status_code=499)
    await asyncio.to_thread(skeleton, nickname)  # the first reads the list of lookalikes
    return _json({"nickname": nickname, "key": room.board.put(nickname, key, json.loads(found))})


async def _body(request: Request) -> dict[str, Any]:
    """Return the JSON of a body.

    Raises:
        Refused: it is none. A page of another site cannot send this type without being asked.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused("a body that is not JSON", "content-type", "application/json")
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise Refused("a body that is not JSON", "", "an object") from error
    if not isinstance(found, dict) or not found.keys() <= _FIELDS:
        raise Refused("unknown fields", "", f"an object with {', '.join(sorted(_FIELDS))}")
    return found


def _json(told: dict[str, Any]) -> Response:
    body = json.dumps(plain(told)).encode()
    headers = {"cache-control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)
