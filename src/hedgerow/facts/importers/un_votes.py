"""Agreement in the General Assembly from single votes.

Layouts:

- ``UN Digital Library``: the voting data of the Dag Hammarskjöld Library, a row for each member
  and resolution, with *undl_id, ms_code, ms_name, ms_vote* (Y, N, A or X), since 2026 with
  *vote_note*. Votes of the Security Council (*resolution* ``S/RES/…``) are left out.
  digitallibrary.un.org, record 4060887.
- ``Voeten``: the roll calls of Voeten, Strezhnev and Bailey, with *rcid, ccode* (number in the
  list of the Correlates of War) and *vote* (1 yes, 2 abstains, 3 no, 8 absent, 9 no member), as
  CSV, RDS or RData. Votes on paragraphs and amendments (*para*, *amend*) are left out, and on
  motions, which have what the President said as *descr*. Harvard Dataverse 10.7910/DVN/LEJUQZ, with
  its code book.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError, UnknownState, how
from ...progress import counted
from .. import states
from .asked import EU, Asked, Cell, Found, LeftOut, Tidy, code_in
from .reading import Layout, Table, from_frame, open_table

if TYPE_CHECKING:
    import pandas as pd

KIND = "un-votes"
LIBRARY = Layout("UN Digital Library", ("undl_id", "ms_code", "ms_vote", "date"))
VOETEN = Layout("Voeten", ("rcid", "ccode", "vote", "year"))
LAYOUTS = (LIBRARY, VOETEN)

SETS = {"usa_rus": ("USA", "RUS"), "usa_chn": ("USA", "CHN")}
"""Sets of the roll calls in which these two cast different votes."""

_OF_R = frozenset({"rcid", "ccode", "vote", "year", "amend", "para", "descr"})
_MOTION = re.compile(r"The (?:Acting )?President")  # what was said, in place of a title
_COUNCIL = "S/RES/"
_NONE = -1
_VOTES = {"Y": 0, "A": 1, "N": 2, "X": _NONE, "": _NONE}
_NUMBERED = {"1": 0, "2": 1, "3": 2, "8": _NONE}
_NO_MEMBER = "9"


class _Votes:
    """Single votes as they are read: roll call, state and vote, in columns."""

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}
        self.years = array("h")
        self.states: dict[str, int] = {}
        self.call, self.state, self.vote = array("i"), array("h"), array("b")
        self.line = array("i")
        self.totals: dict[str, tuple[int, list[float | None]]] = {}

    def add(self, line: int, call: str, code: str, year: int, vote: int) -> bool:
        """Add a vote, and return whether it is the first in its roll call."""
        number = self.calls.setdefault(call, len(self.calls))
        first = number == len(self.years)
        if first:
            self.years.append(year)
        self.call.append(number)
        self.state.append(self.states.setdefault(code, len(self.states)))
        self.vote.append(vote)
        self.line.append(line)
        return first

    def uneven(self) -> list[int]:
        """Return the lines of roll calls with more votes of some kind than their totals say."""
        call, vote = np.asarray(self.call), np.asarray(self.vote)
        counts = [np.bincount(call[vote == kind], minlength=len(self.calls)) for kind in range(3)]
        return [
            line
            for name, (line, told) in self.totals.items()
            for number in [self.calls[name]]
            if any(t is not None and n[number] > t for n, t in zip(counts, told, strict=True))
        ]


def read(files: Sequence[Path], asked: Asked) -> Found:
    """Return the agreement of each state with each partner, by year and set of roll calls.

    Raises:
        OSError: a file cannot be read.
        DataError: a file is not of these layouts, or has a vote twice.
    """
    left, votes = LeftOut(), _Votes()
    layouts = set()
    for file in files:
        table = _open(file)
        layouts.add(table.layout.name)
        if len(layouts) > 1:
            raise DataError(f"{table.file}: two sources are not mixed; import one of them")
        (_library if table.layout is LIBRARY else _voeten)(table, votes, left)
        _require_once(table, votes)
    asked.require({code for code in votes.states if asked.wants(code)}, files[0].name)
    notes = [*left.notes()]
    if uneven := votes.uneven():
        notes.append(
            f"{counted(len(uneven), 'roll call')} with more votes than the totals say, the first "
            f"in line {uneven[0]}; votes are taken as they stand"
        )
    return Found(layouts.pop(), {"un_agreement": _agreement(votes, asked)}, notes)


def _open(file: Path) -> Table:
    """Open a file of votes; R's own formats are read with pyreadr."""
    if file.suffix.lower() not in (".rds", ".rda", ".rdata"):
        return open_table(file, LAYOUTS, KIND)
    try:
        import pyreadr
    except ImportError:
        raise DataError(
            f"{file.name}: R's formats need pyreadr, an extra: {how('importing')}; or write the "
            "table as CSV in R"
        ) from None
    if not file.is_file():
        raise FileNotFoundError(2, "No such file or directory", str(file))
    try:
        frames = pyreadr.read_r(file)
    except (pyreadr.LibrdataError, pyreadr.PyreadrError, ValueError) as error:
        raise DataError(f"{file.name}: no RDS or RData: {error}") from None
    for frame in frames.values():
        names = [str(name) for name in frame.columns if str(name).lower() in _OF_R]
        return from_frame(file.name, LAYOUTS, KIND, names, [_texts(frame[name]) for name in names])
    raise DataError(f"{file.name}: there is no table in it")


def _texts(column: "pd.Series[Any]") -> list[str]:
    """Return a column as texts: whole numbers without decimals, what is not known empty."""
    known = column.astype(object).where(column.notna(), "")
    texts = {
        cell: f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in known.unique()
    }
    return [texts[cell] for cell in known]


def _library(table: Table, votes: _Votes, left: LeftOut) -> None:
    """Read votes of the UN Digital Library."""
    of_call, of_code = table.need("undl_id"), table.need("ms_code")
    of_name, of_vote, of_date = table.column("ms_name"), table.need("ms_vote"), table.need("date")
    of_name = of_code if of_name is None else of_name
    totals = [table.column(f"total_{name}") for name in ("yes", "abstentions", "no")]
    of_resolution = table.column("resolution")
    known: dict[tuple[str, str, str], tuple[str, int]] = {}  # for speed: few of many rows differ
    for line, cells in table.rows():
        vote = _VOTES.get(cells[of_vote].strip().upper())
        if vote is None:
            raise table.fault(line, f"vote {cells[of_vote]!r} is unknown; expected: Y, N, A or X")
        if of_resolution is not None and cells[of_resolution].startswith(_COUNCIL):
            left.add("votes of the Security Council")
            continue
        key = (cells[of_name], cells[of_code], cells[of_date][:4])
        if key not in known:
            year = table.year(line, key[2])
            if _contradict(*key[:2], year):
                left.add("votes whose name and code are of two states", f"{key[0]} as {key[1]}")
                continue
            code = code_in(key[0] if _is_known(key[0]) else key[1], year, left)
            if code is None:
                continue
            known[key] = code, year
        if votes.add(line, cells[of_call], *known[key], vote) and None not in totals:
            told = [table.number(line, "total", cells[n]) for n in totals if n is not None]
            votes.totals[cells[of_call]] = line, told


def _voeten(table: Table, votes: _Votes, left: LeftOut) -> None:
    """Read the roll calls of Voeten, Strezhnev and Bailey."""
    of_call, of_code = table.need("rcid"), table.need("ccode")
    of_vote, of_year = table.need("vote"), table.need("year")
    of_words = table.column("descr")
    parts = [n for n in (table.column("amend"), table.column("para")) if n is not None]
    for line, cells in table.rows():
        text = cells[of_vote].strip().removesuffix(".0")
        if text == _NO_MEMBER:
            continue
        if text not in _NUMBERED:
            raise table.fault(line, f"vote {text!r} is unknown; expected: 1, 2, 3, 8 or 9")
        if any(cells[n].strip() in ("1", "1.0") for n in parts):
            left.add("votes on a paragraph or an amendment")
            continue
        if of_words is not None and _MOTION.search(cells[of_words]):
            left.add("votes on a motion")
            continue
        year = table.year(line, cells[of_year])
        code = code_in(cells[of_code], year, left, by="cow")
        if code is not None:
            votes.add(line, cells[of_call], code, year, _NUMBERED[text])


def _is_known(name: str) -> bool:
    try:
        return bool(states.nearest(name))
    except UnknownState:
        return False


def _contradict(name: str, code: str, year: int) -> bool:
    """Whether a name and a code are known in a year, but of different states."""
    if not (_is_known(name) and _is_known(code)):
        return False
    return states.nearest(name, year).code != states.nearest(code, year).code


def _require_once(table: Table, votes: _Votes) -> None:
    """Refuse two votes of one state in one roll call."""
    keys = np.asarray(votes.call, np.int64) * (len(votes.states) + 1) + np.asarray(votes.state)
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(np.diff(keys[order]) == 0)
    if len(same):
        first, second = order[same[0]], order[same[0] + 1]
        code = list(votes.states)[votes.state[second]]
        problem = f"{code} has a vote on this already, in line {votes.line[first]}"
        raise table.fault(votes.line[second], f"{problem}; leave one of them out")


def _agreement(votes: _Votes, asked: Asked) -> Tidy:
    """Return mean agreement: 1 for the same vote, 0.5 if just one abstains, 0 for opposed votes."""
    codes = list(votes.states)
    cast = np.full((len(votes.calls), len(codes)), _NONE, np.int8)
    seat = np.zeros(cast.shape, bool)
    call, state = np.asarray(votes.call), np.asarray(votes.state)
    cast[call, state] = np.asarray(votes.vote)
    seat[call, state] = True
    years = np.asarray(votes.years)
    union = np.array([code in states.eu28() for code in codes])
    rows: list[tuple[Cell, ...]] = []
    for country in sorted(codes):
        if not asked.wants(country):
            continue
        me = votes.states[country]
        for year in filter(asked.knows, np.unique(years[seat[:, me]])):
            here = years == year
            block = cast[here]
            for partner, name, n, mean in _of_year(block, me, codes, union, asked.partners):
                rows.append((country, partner, int(year), name, mean, n))
    return Tidy(("country", "partner", "year", "set", "agreement", "n"), rows)


def _of_year(
    cast: NDArray[np.int8],
    me: int,
    codes: Sequence[str],
    union: NDArray[np.bool_],
    partners: Sequence[str],
) -> Iterator[tuple[str, str, int, float | None]]:
    """Yield partner, set, roll calls in which both took part, and mean agreement, of a year."""
    place = {code: number for number, code in enumerate(codes)}
    sets: dict[str, Any] = {"all": np.ones(len(cast), bool)}
    for name, (one, other) in SETS.items():
        if one in place and other in place:
            a, b = cast[:, place[one]], cast[:, place[other]]
            sets[name] = (a != b) & (a != _NONE) & (b != _NONE)
    mine = cast[:, me]
    for partner in partners:
        if partner == codes[me] or (partner != EU and partner not in place):
            continue
        if partner == EU:
            members = union.copy()
            members[me] = False
            theirs = majority(cast[:, members])
        else:
            theirs = cast[:, place[partner]]
        both = (mine != _NONE) & (theirs != _NONE)
        for name, those in sets.items():
            if name == "all" or partner in SETS[name]:
                use = both & those
                n = int(use.sum())
                gap = np.abs(mine[use].astype(int) - theirs[use]) / 2.0
                yield partner, name, n, round(float(1.0 - gap.mean()), 4) if n else None


def majority(cast: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the vote of most members in each roll call; none where two votes are equally many.

    Args:
        cast: votes of the members, (roll calls, members): 0 yes, 1 abstains, 2 no, -1 none.
    """
    counts = np.stack([(cast == vote).sum(axis=1) for vote in range(3)])
    most = counts.max(axis=0)
    alone = (counts == most).sum(axis=0) == 1
    return np.where(alone & (most > 0), counts.argmax(axis=0), _NONE).astype(np.int8)
