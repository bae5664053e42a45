"""States, their names in many sources, and their codes, each with its first and last year.

The table is ``seeds/codes.csv``, a row for a period of a state, so that one code may have several:

- ``code``: ISO 3166 alpha-3, the one that hedgerow uses. ``XKX`` is Kosovo, ``RVN`` South Vietnam,
  ``EU`` the European Union; ``YUG``, ``CSK``, ``DDR`` and ``YMD`` are the old codes of states that
  are no more. The Soviet Union is ``RUS``, Serbia and Montenegro ``SRB`` and North Vietnam ``VNM``.
- ``kind``: ``state`` for what is on the lists of the Correlates of War or of Gleditsch and Ward,
  ``territory`` for the rest of ISO 3166, ``bloc``.
- ``first_year``, ``last_year``: years of the period, both included; empty where it has no end.
- ``cow``, ``gw``: numbers in these two lists; ``un``: those of the United Nations (M49) and of UN
  Comtrade, between ``|``.
- ``eu28``: ``yes`` for those whom code ``EU`` means, the members of July 2013.
- ``names``: further names, between ``|``. Case, accents, points, "the" and the order of
  "Korea, Rep. of" do not matter.
"""

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal

from .. import files
from ..errors import UnknownState

FILE = "codes.csv"

Scheme = Literal["name", "cow", "gw", "un"]

_SHORT = {
    "rep": "republic",
    "dem": "democratic",
    "fed": "federated",
    "sts": "states",
    "st": "saint",
    "is": "islands",
    "pr": "peoples republic",
    "pdr": "peoples democratic republic",
}
_DROPPED = frozenset({"of", "the", "and"})
_LONGEST = 100


@dataclass(frozen=True)
class State:
    """A state, territory or bloc in one period; see the columns above.

    Attributes:
        code: its ISO 3166 alpha-3 code, or one of ours.
        name: its usual English name in that period.
        kind: ``"state"``, ``"territory"`` or ``"bloc"``.
        first_year, last_year: both included; None where there is no limit.
        cow, gw: its numbers in the two lists; None if it is not there.
        un: its numbers in those of the United Nations; may be empty.
        eu28: whether code ``EU`` means it, too.
        names: other names.
    """

    code: str
    name: str
    kind: str
    first_year: int | None
    last_year: int | None
    cow: int | None
    gw: int | None
    un: tuple[int, ...]
    eu28: bool
    names: tuple[str, ...]

    def covers(self, year: int) -> bool:
        """Whether the period has this year."""
        return self.distance(year) == 0

    def distance(self, year: int) -> int:
        """Return how many years a year lies outside the period; 0 if it lies within."""
        before = 0 if self.first_year is None else self.first_year - year
        after = 0 if self.last_year is None else year - self.last_year
        return max(before, after, 0)


def find(name: str | int, year: int | None = None, by: Scheme = "name") -> State:
    """Return the state of a name or code, in a year if one is given, else the latest.

    Args:
        name: a code or name of any of the sources, or a number where `by` asks for one.
        year: a calendar year.
        by: what `name` is: ``"name"`` (or code), ``"cow"``, ``"gw"`` or ``"un"``, numbers in the
            lists of the Correlates of War, of Gleditsch and Ward, and of the United Nations.

    Raises:
        UnknownState: there is no such name or number, or not in that year. The message names what
            is closest.

    >>> from hedgerow.facts import states
    >>> states.find("Viet Nam").code, states.find("Korea, Rep. of").cow
    ('VNM', 732)
    >>> states.find("Yugoslavia", 1980).code, states.find("Yugoslavia", 2000).code
    ('YUG', 'SRB')
    >>> states.find(260, 1980, by="cow").name
    'West Germany'
    """
    found = nearest(name, year, by)
    if year is not None and not found.covers(year):
        raise UnknownState(f"there was no {found.name} in {year}; {span(found)}")
    return found


@cache
def nearest(name: str | int, year: int | None = None, by: Scheme = "name") -> State:
    """Return the state as `find` does, but if there was none in that year, the nearest period.

    Raises:
        UnknownState: there is no such name or number.
    """
    periods = _index(by).get(key(name) if by == "name" else str(name).strip().lstrip("0"))
    if not periods:
        raise UnknownState(_unknown(str(name), by))
    if year is None:  # a code is that of the state that has it, not of its successor
        own = [state for state in periods if state.code == name]
        return (own or periods)[-1]
    return min(reversed(periods), key=lambda state: state.distance(year))


@cache
def all_states() -> tuple[State, ...]:
    """Return all rows of the table, by code and first year."""
    rows = csv.DictReader(io.StringIO(files.read_text(files.folder("seeds") / FILE)))
    return tuple(_state(row) for row in rows)


@cache
def eu28() -> frozenset[str]:
    """Return the codes of the 28 members that ``EU`` means in every year."""
    return frozenset(state.code for state in all_states() if state.eu28)


def span(state: State) -> str:
    """Return from when to when a period lasted, in words."""
    if state.last_year is None:
        return f"{state.name} begins in {state.first_year}"
    return f"{state.name} lasted from {state.first_year} to {state.last_year}"


def key(name: str | int) -> str:
    """Return a name as it is compared: small letters, no accents, "X, Rep. of" turned round.

    >>> key("Korea, Rep. of") == key("THE REPUBLIC OF KOREA")
    True
    """
    text = unicodedata.normalize("NFKD", str(name).casefold().replace("ı", "i"))
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"[.'’`*]", "", text)
    if turned := re.fullmatch(r"([^,(]+)[,(]\s*([^,()]+)\)?\s*", text):
        text = f"{turned[2]} {turned[1]}"
    words = " ".join(_SHORT.get(word, word) for word in re.findall(r"[a-z0-9]+", text)).split()
    return " ".join(word for word in words if word not in _DROPPED) or " ".join(words)


@cache
def _index(by: Scheme) -> Mapping[str, Sequence[State]]:
    """Return the periods of each name or number; those that go on stand last."""
    index: dict[str, list[State]] = defaultdict(list)
    for state in sorted(all_states(), key=lambda state: state.last_year or 9999):
        if by == "name":
            keys = {key(text) for text in (state.code, state.name, *state.names)}
        elif by == "un":
            keys = {str(number) for number in state.un}
        else:
            number = state.cow if by == "cow" else state.gw
            keys = set() if number is None else {str(number)}
        for each in keys:
            index[each].append(state)
    return index


def _state(row: Mapping[str, str]) -> State:
    def number(name: str) -> int | None:
        return int(row[name]) if row[name] else None

    return State(
        row["code"],
        row["name"],
        row["kind"],
        number("first_year"),
        number("last_year"),
        number("cow"),
        number("gw"),
        tuple(int(each) for each in row["un"].split("|") if each),
        row["eu28"] == "yes",
        tuple(each for each in row["names"].split("|") if each),
    )


def _unknown(name: str, by: Scheme) -> str:
    """Return the words for a name that is not there, with the closest that is."""
    name = files.plain(name)
    if by != "name":
        return f"{name!r} is no number of a state by {by!r}"
    known = {
        key(text): text if text != state.code else f"{text} ({state.name})"
        for state in all_states()
        for text in (*state.names, state.name, state.code)
    }
    close = get_close_matches(key(name[:_LONGEST]), known, n=1)
    hint = f"did you mean {known[close[0]]}?" if close else "use a code as VNM or a usual name"
    return f"unknown state {name[:_LONGEST]!r}; {hint}"
