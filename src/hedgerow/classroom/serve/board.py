"""The board of a class: groups by nickname, and the paths that they played.

It is held in memory and gone when the server stops. A group that comes back shows the key that it
was given first, so that nobody else can write under its name. What comes from this machine itself
is the teacher's, who can take a group off the board.
"""

import json
import secrets
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from ...errors import Refused
from ..play import Game, encode
from ..play.replay import is_near, replay
from .games import Told, about, parameters, plain, read_game, replay_cost
from .lookalike import alike, is_unseen, skeleton
from .pool import ALONE
from .security import CLIENT
from .shares import Client

if TYPE_CHECKING:
    from .app import Classroom

MOST = 60
"""Groups that the board holds."""
EACH = 3
"""Groups of one seat; the teacher may have any number."""
LONGEST = 24
"""Characters of a nickname."""

_FIELDS = {"nickname", "game", "key", "remove"}
_MARKS = " .-_'’"
_TEACHER = frozenset(("127.0.0.1", "::1"))


@dataclass
class Group:
    """One group: its key, what the board shows of it, and who brought it."""

    key: str
    told: dict[str, Any]
    client: Client


class Board:
    """The groups of a class by nickname, in the order in which they came."""

    def __init__(self) -> None:
        self._groups: dict[str, Group] = {}

    def put(self, nickname: str, key: str, told: dict[str, Any], client: Client = ALONE) -> str:
        """Put a group on the board, or its new path in place of the old; return its key.

        Where the board is full, whoever has the most groups loses the oldest.

        Raises:
            Refused: the nickname is another group's or looks like it, its client has as many as it
                may have, or the board is full and nobody has more.
        """
        known = self._groups.get(nickname.casefold())
        if known is None:
            like = next((name for name in self._names() if alike(name, nickname)), None)
            if like is not None:
                raise Refused(f"this looks like the nickname {like}", "nickname", "another one")
            self._make_place(client)
            known = Group(secrets.token_urlsafe(12), told, client)
            self._groups[nickname.casefold()] = known
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

    def _make_place(self, newcomer: Client) -> None:
        """Make place for one more group: addresses share the board, and the seats of each."""
        seats = Counter(group.client for group in self._groups.values())
        if newcomer.address not in (*_TEACHER, ALONE.address) and seats[newcomer] >= EACH:
            raise Refused("this is one group too many of yours", "nickname", f"at most {EACH}")
        if len(self._groups) < MOST:
            return
        addresses = Counter(group.client.address for group in self._groups.values())
        most = max(seats, key=lambda one: (addresses[one.address], seats[one]))
        if most.address == newcomer.address:
            ahead = seats[most] - seats[newcomer]
        else:
            ahead = addresses[most.address] - addresses[newcomer.address]
        if ahead < 2:
            raise Refused("the board is full", "nickname", f"at most {MOST} groups")
        del self._groups[next(name for name, g in self._groups.items() if g.client == most)]

    def _names(self) -> list[str]:
        return [group.told["nickname"] for group in self._groups.values()]

    def groups(self) -> list[dict[str, Any]]:
        """What the board shows of every group."""
        return [group.told for group in self._groups.values()]


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
    low, high = replay(game).scenario.band
    inside = sum(low <= value <= high for value in index)
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
    game = await read_game(room, request, code)
    if not game.picks:
        raise Refused("nothing has been picked yet", "game", "a game with a year or more")
    work = Told(lambda: told_path(game), replay_cost(game))
    found = await room.ask(request, ("path", game), work, is_near(game))
    if found is None:
        return Response(status_code=499)
    await room.load(request, "lookalikes", lambda: skeleton(nickname))
    client = request.scope.get(CLIENT, ALONE)
    key = room.board.put(nickname, key, json.loads(found), client)
    return _json({"nickname": nickname, "key": key})


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
