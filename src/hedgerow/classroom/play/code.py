"""A game as a short text that goes into an address, a chat or a sheet of paper.

``1~vietnam~VNM~2014~2035~1~0~1f0c9d2e~2a5.h-01.m~~k3v9qa``: format, scenario, country, years, seed
and replicate (base 36), the scenario's hash, one word a year, what was changed in the scenario
(base64 of JSON), and a check sum of all before. A word is ``h`` (hold), ``m`` (left to the model),
a digit and a move of two characters (so many steps of it), ``t`` and a move (a rule tested) or
``x`` and four moves; answers follow a dash, a character each, ``_`` where the model answers.
"""

import base64
import binascii
import json
import os
import re
import zlib
from dataclasses import replace
from pathlib import Path

from ...errors import BadCode, BadGame
from ...files import shallow
from ...model.parameters import ROUNDS_A_YEAR
from ...scenario.document import names
from .game import Game, Pick, require_sound
from .moves import HOLD

FORMAT = "1"
LONGEST = 4000
"""Characters of the longest code that is read."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_OPEN = "_"  # left to the model
_PARTS = 11
_SAFE = re.compile(r"[A-Za-z0-9._~-]*")
_WORD = re.compile(
    r"(?:(?P<plain>[hm])|(?P<steps>[1-4])(?P<move>[0-9a-z]{2})|t(?P<tested>[0-9a-z]{2})"
    r"|x(?P<each>(?:[0-9a-z]{2}|__){4}))(?:-(?P<answers>[0-9a-z_]{1,64}))?"
)


def encode(game: Game) -> str:
    """Return the code of a game: letters, digits and ``.-_~`` alone."""
    changed = base64.urlsafe_b64encode(game.changes.encode()).decode().rstrip("=")
    body = "~".join(
        (
            FORMAT,
            Path(game.scenario).stem if _is_file(game.scenario) else game.scenario,
            game.country,
            str(game.first),
            str(game.last),
            _number(game.seed),
            _number(game.replicate),
            game.digest,
            ".".join(word_of(pick) for pick in game.picks),
            changed,
        )
    )
    return f"{body}~{_check(body)}"


def decode(code: str, scenario: str | os.PathLike[str] | None = None) -> Game:
    """Return the game of a code.

    Args:
        code: as `encode` returned it; spaces and line breaks do not matter.
        scenario: the file that the game was played in, where it is not a shipped scenario.

    Raises:
        BadCode: the code is damaged, or its game cannot be played here; the message says why.
        ScenarioError: the scenario is not right (any more).
    """
    if len(code) > 2 * LONGEST:
        raise BadCode(f"a code has at most {LONGEST} characters; this has {len(code)}")
    code = "".join(code.split())
    if len(code) > LONGEST:
        raise BadCode(f"a code has at most {LONGEST} characters; this has {len(code)}")
    if not _SAFE.fullmatch(code):
        strange = next(c for c in code if not _SAFE.fullmatch(c))
        raise BadCode(f"this is no code of a game: {strange!r} is not in its alphabet")
    parts = code.split("~")
    if parts[0] != FORMAT or len(parts) != _PARTS:
        raise BadCode(
            f"this is no code of a game: expected {_PARTS} parts with ~ between them, the first "
            f"{FORMAT}; copy all of it"
        )
    body = code.rpartition("~")[0]
    if parts[-1] != _check(body):
        raise BadCode("this code is damaged: its check sum does not fit; copy it again, all of it")
    try:
        game = Game(
            scenario=_scenario(parts[1], scenario),
            changes=_changes(parts[9]),
            digest=parts[7],
            country=parts[2],
            first=int(parts[3]),
            last=int(parts[4]),
            seed=int(parts[5], 36),
            replicate=int(parts[6], 36),
        )
        words = parts[8].split(".") if parts[8] else []
        game = replace(game, picks=tuple(pick_of(word) for word in words))
    except BadGame:
        raise
    except ValueError as error:
        raise BadCode(f"this code is damaged: {error}") from error
    try:
        require_sound(game)
    except BadCode:
        raise
    except BadGame as error:
        raise BadCode(str(error)) from error
    if encode(game) != code:
        raise BadCode("this code is damaged: its numbers are not written as in a code")
    return game


def _scenario(name: str, given: str | os.PathLike[str] | None) -> str:
    if given is not None:
        text = os.fspath(given)
        if (Path(text).stem if _is_file(text) else text) != name:
            raise BadCode(f"this game was played in {name}, not in {text}")
        return text
    if name not in names():
        raise BadCode(
            f"this game was played in {name}, which is no shipped scenario; name its file"
        )
    return name


def _is_file(scenario: str) -> bool:
    return "/" in scenario or scenario.endswith(".toml") or os.sep in scenario


def _changes(text: str) -> str:
    if not text:
        return ""
    try:
        padded = text + "=" * (-len(text) % 4)
        found = shallow(json.loads(base64.b64decode(padded, altchars=b"-_", validate=True)))
    except (binascii.Error, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadCode("this code is damaged: its changes cannot be read") from error
    if not isinstance(found, dict) or not found:
        raise BadCode("this code is damaged: its changes are no table")
    return json.dumps(found, sort_keys=True)


def word_of(pick: Pick) -> str:
    """Return the word of a pick, as it stands in a code."""
    moves = pick.moves
    if pick.tested:
        word = f"t{_pair(pick.tested)}"
    elif all(m is None for m in moves):
        word = "m"
    elif not any(moves) and None not in moves:
        word = "h"
    else:
        steps = next((n for n, m in enumerate(moves) if m != moves[0]), ROUNDS_A_YEAR)
        course = moves[0] is not None and all(m == HOLD for m in moves[steps:])
        word = f"{steps}{_pair(moves[0])}" if course else "x" + "".join(map(_pair, moves))
    if any(answer is not None for answer in pick.answers):
        word += "-" + "".join(_OPEN if a is None else _DIGITS[a] for a in pick.answers)
    return word


def pick_of(word: str) -> Pick:
    """Return the pick of a word.

    Raises:
        BadCode: no pick is written so.
    """
    found = _WORD.fullmatch(word)
    if found is None:
        raise BadCode(f"this code is damaged: no pick is written {word!r}")
    if found["plain"]:
        pick = Pick.hold() if found["plain"] == "h" else Pick.model()
    elif found["steps"]:
        pick = Pick.course(int(found["move"], 36), int(found["steps"]))
    elif found["tested"]:
        pick = Pick.test(int(found["tested"], 36))
    else:
        pairs = [found["each"][n : n + 2] for n in range(0, 2 * ROUNDS_A_YEAR, 2)]
        pick = Pick(tuple(None if pair == 2 * _OPEN else int(pair, 36) for pair in pairs))
    letters = found["answers"] or ""
    return pick.answering(*(None if c == _OPEN else int(c, 36) for c in letters))


def _pair(move: int | None) -> str:
    if move is None:
        return 2 * _OPEN
    return _DIGITS[move // 36] + _DIGITS[move % 36]


def _number(value: int) -> str:
    text = ""
    while value or not text:
        value, digit = divmod(value, 36)
        text = _DIGITS[digit] + text
    return text


def _check(body: str) -> str:
    return _number(zlib.crc32(body.encode())).rjust(7, "0")
