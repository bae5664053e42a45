"""The kinds of data that can be imported, and what reads them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from ... import files
from ...errors import DataError, UnknownState
from .. import states
from . import alliances, gdp, ideal_points, own, sanctions, sipri, trade, un_votes
from .asked import EU, PARTNERS, Asked, Found


@dataclass(frozen=True)
class Kind:
    """A kind of data.

    Attributes:
        name: its name, as ``sipri``.
        about: what it is, in words.
        read: what reads its files.
    """

    name: str
    about: str
    read: Callable[[Sequence[Path], Asked], Found]


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(sipri.KIND, "arms deliveries and orders", sipri.read),
        Kind(un_votes.KIND, "agreement in the General Assembly", un_votes.read),
        Kind(ideal_points.KIND, "ideal points in the General Assembly", ideal_points.read),
        Kind(trade.KIND, "shares of trade", trade.read),
        Kind(alliances.KIND, "promises in treaties of alliance", alliances.read),
        Kind(sanctions.KIND, "sanctions", sanctions.read),
        Kind(gdp.KIND, "gross domestic product", gdp.read),
        Kind(own.KIND, "a tidy table of your own", own.read),
    )
}


@dataclass(frozen=True)
class Origin:
    """A file that was imported: its name and the SHA-256 of its bytes."""

    name: str
    sha256: str


def asked(
    countries: Sequence[str],
    partners: Sequence[str],
    columns: Mapping[str, str],
    until: int | None = None,
) -> Asked:
    """Return what is asked for, with names of states as codes.

    Raises:
        DataError: a name is no state, or a country is named twice over as a bloc.
    """
    return Asked(
        frozenset(_code("country", name) for name in countries),
        tuple(dict.fromkeys(_code("partner", name) for name in partners)) or PARTNERS,
        dict(columns),
        until,
    )


def read(kind: str, paths: Sequence[Path], what: Asked) -> tuple[Found, tuple[Origin, ...]]:
    """Return what files of a kind hold, and where that is from.

    Raises:
        OSError: a file cannot be read.
        DataError: there is no such kind or no file, two files are the same, or one is not as its
            register exports it.
    """
    if kind not in KINDS:
        close = get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"kinds: {', '.join(KINDS)}"
        raise DataError(f"there is no kind {files.plain(kind)[:40]!r}; {hint}")
    if not paths:
        raise DataError(f"no file to import; name the files of {kind!r} that you downloaded")
    if what.columns and kind != own.KIND:
        raise DataError(f"columns are told for kind {own.KIND!r} alone; {kind!r} knows its own")
    origins = tuple(_origin(path) for path in paths)
    for number, origin in enumerate(origins):
        for before in origins[:number]:
            if origin.sha256 == before.sha256:
                raise DataError(f"{origin.name}: is the same as {before.name}; leave one out")
    found = KINDS[kind].read(paths, what)
    for name, table in found.tables.items():
        if not table.rows:
            until = "" if what.until is None else f" until {what.until}"
            raise DataError(f"{origins[0].name}: there is nothing for table {name} in it{until}")
    return found, origins


def _origin(path: Path) -> Origin:
    with files.opened(path) as file:
        return Origin(files.plain(path.name), hashlib.file_digest(file, "sha256").hexdigest())


def _code(what: str, name: str) -> str:
    try:
        found = states.find(name.strip())
    except UnknownState as error:
        raise DataError(f"{what}: {error}") from None
    if found.kind == "bloc" and (what == "country" or found.code != EU):
        raise DataError(f"{what}: {found.name} is no state; name its members")
    return found.code
