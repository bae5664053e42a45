"""Reads the evidence in ``seeds/``: a file for each article, and files for what they share.

The shared files list mechanisms, conflicts between facts, and external sources. Each table of the
panel is an external source too.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from .. import files
from ..errors import EvidenceError
from .dictionary import FILE, FOLDER, read_dictionary
from .entries import (
    check_keys,
    check_names,
    check_texts,
    entries,
    label,
    read,
    read_external,
    read_fact,
)
from .records import Article, Conflict, Evidence, External, Fact, Mechanism

__all__ = [
    "Article",
    "Conflict",
    "Evidence",
    "EvidenceError",
    "External",
    "Fact",
    "Mechanism",
    "load_evidence",
]

_ARTICLE = ("id", "title", "publisher", "published", "dating", "kind", "stance")
_CONFLICT = ("id", "facts", "disagreement", "treatment")


def load_evidence(folder: Path | None = None) -> Evidence:
    """Read and check all files of evidence in a folder, by default the shipped one.

    Raises:
        EvidenceError: a file is missing or not TOML, a key is missing or unknown, an id is used
            twice, a domain, coding or mechanism is unknown, a value lies outside its range, a
            line is below 1, or a conflict names an unknown fact. The message names file and entry.
    """
    folder = files.folder("seeds") if folder is None else folder
    mechanisms = tuple(_mechanisms(folder / "mechanisms.toml"))
    paths = sorted(folder.glob("S[0-9].toml"))
    if not paths:
        raise EvidenceError(folder.name, "", "no article file S0.toml, S1.toml, …")
    articles: dict[str, Article] = {}
    facts: dict[str, Fact] = {}
    for file in paths:
        known = {mechanism.id for mechanism in mechanisms}
        article, found = _article(file.name, read(file, ("article", "facts")), known)
        if article.id in articles:
            raise EvidenceError(file.name, article.id, "this article id is used twice")
        articles[article.id] = article
        facts |= found
    conflicts = tuple(_conflicts(folder / "conflicts.toml", facts))
    return Evidence(tuple(articles.values()), facts, conflicts, mechanisms, _externals(folder))


def with_own(evidence: Evidence, data: Mapping[str, Any], file: str) -> Evidence:
    """Return the evidence with the facts of the user's own file, in the form of an article's.

    Args:
        evidence: the evidence to add them to.
        data: the tables ``article``, ``facts`` and, if there are any, ``external``. Facts need not
            name mechanisms.
        file: name of the file in messages.

    Raises:
        EvidenceError: as for `load_evidence`, or an id is taken already.
    """
    check_keys(file, "", data, ("article", "facts"), ("external",))
    known = {mechanism.id for mechanism in evidence.mechanisms}
    article, facts = _article(file, data, known, own=True)
    external = entries(file, data, "external") if "external" in data else ()
    externals = {found.id: found for found in (read_external(file, *entry) for entry in external)}
    for name in (article.id, *externals):
        if name in {other.id for other in evidence.articles} or name in evidence.externals:
            raise EvidenceError(file, name, "this id is taken; choose another")
    return replace(
        evidence,
        articles=(*evidence.articles, article),
        facts={**evidence.facts, **facts},
        externals={**evidence.externals, **externals},
    )


def _article(
    file: str, data: Mapping[str, Any], mechanisms: Collection[str], own: bool = False
) -> tuple[Article, dict[str, Fact]]:
    head = data["article"]
    if not isinstance(head, dict):
        raise EvidenceError(file, "article", "must be a table, [article]")
    check_keys(file, "article", head, _ARTICLE, ("author",))
    check_texts(file, "article", head, (*_ARTICLE, "author"))
    # Every fact id starts with its article's id, so ids cannot clash between files.
    found = (
        read_fact(file, place, head["id"], entry, mechanisms, own)
        for place, entry in entries(file, data, "facts")
    )
    return Article(**head), {fact.id: fact for fact in found}


def _mechanisms(file: Path) -> Iterator[Mechanism]:
    for place, entry in entries(file.name, read(file, ("mechanisms",)), "mechanisms"):
        name = label(entry, place)
        check_keys(file.name, name, entry, ("id", "title"))
        check_texts(file.name, name, entry, ("id", "title"))
        yield Mechanism(**entry)


def _externals(folder: Path) -> dict[str, External]:
    file, panel = folder / "external.toml", folder / FOLDER / FILE
    found = [
        read_external(file.name, place, entry)
        for place, entry in entries(file.name, read(file, ("external",)), "external")
    ]
    if panel.exists():
        found += read_dictionary(panel).externals()
    externals: dict[str, External] = {}
    for each in found:
        if each.id in externals:
            raise EvidenceError(panel.name, each.id, "this id is used twice")
        externals[each.id] = each
    return externals


def _conflicts(file: Path, facts: Collection[str]) -> Iterable[Conflict]:
    for place, entry in entries(file.name, read(file, ("conflicts",)), "conflicts"):
        name = label(entry, place)
        check_keys(file.name, name, entry, _CONFLICT)
        check_texts(file.name, name, entry, ("id", "disagreement", "treatment"))
        named = check_names(file.name, name, entry, "facts")
        for fact in named:
            if fact not in facts:
                raise EvidenceError(file.name, name, f"unknown fact {fact!r}")
        yield Conflict(**{**entry, "facts": named})


def shipped_evidence() -> "Evidence":
    """Return the shipped evidence. It is kept, and read again only if its files have changed."""
    seeds = sorted(files.folder("seeds").rglob("*.toml"))
    return _evidence(tuple((str(file), file.stat().st_mtime_ns) for file in seeds))


@lru_cache(maxsize=2)
def _evidence(stamps: tuple[tuple[str, int], ...]) -> "Evidence":
    return load_evidence()
