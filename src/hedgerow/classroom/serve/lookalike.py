"""Which names look alike: the skeleton of Unicode Technical Standard 39, section 4.

Two names with the same skeleton can be taken for one another, such as ``Anna`` and a name with the
Cyrillic letter of that shape, or ``Team 1`` and ``Team l``.
"""

import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

_MARK = "\u200e"
"""Direction mark, with which the list of lookalikes sets off what is written from right to left."""

_UNSEEN = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0x13441, 0x13442),
    (0x16FE4, 0x16FE4),
    (0xE0100, 0xE01EF),
)
"""Letters and marks of which nothing is drawn.

They have the property Default_Ignorable_Code_Point, or are the blanks and the filler of a script.
"""


def is_unseen(character: str) -> bool:
    """Tell whether a letter or mark is drawn as nothing."""
    return any(low <= ord(character) <= high for low, high in _UNSEEN)


@cache
def _prototypes() -> dict[str, str]:
    """Return for each character that looks like another what it looks like.

    The list names for a character all that look like it: for most that is the one prototype of
    their shape, for a prototype all others.
    """
    from confusable_homoglyphs.confusables import confusables_data

    listed = {
        text.replace(_MARK, ""): [entry["c"].replace(_MARK, "") for entry in entries]
        for text, entries in confusables_data.items()
    }
    found = {}
    for text, others in listed.items():
        if len(text) == len(others) == 1:
            (other,) = others
            back = listed.get(other, [])
            if len(back) > 1 or len(other) > 1 or other < text:
                found[text] = other
    return found


@lru_cache(maxsize=4096)
def skeleton(name: str) -> str:
    """Return what all names that look like a name have in common; it is not to be shown."""
    prototypes = _prototypes()
    return unicodedata.normalize("NFD", "".join(prototypes.get(c, c) for c in _seen(name)))


@lru_cache(maxsize=4096)
def _seen(name: str) -> str:
    """Return the letters of a name, each with those of its marks that tell it from others.

    A letter in another width or place, such as ``１`` or ``²``, is the plain one. The marks of a
    letter come in one order, each once, without those that make no letter of it, such as the line
    below in ``A̲``.
    """
    prototypes = _prototypes()
    seen: list[str] = []
    base, marks = "", set[str]()
    for character in unicodedata.normalize("NFD", name):
        plain = character if character in prototypes else unicodedata.normalize("NFKD", character)
        for c in plain:
            if is_unseen(c):
                continue
            if not base or not _is_accent(c):
                seen += base, *sorted(marks)
                base, marks = c, set()
            elif c in _accents().get(base, "") or c in _accents().get(prototypes.get(base, ""), ""):
                marks.add(c)
    return "".join((*seen, base, *sorted(marks)))


def _is_accent(character: str) -> bool:
    """Tell whether a mark goes with letters of several scripts, unlike the vowel signs of one."""
    return unicodedata.name(character, "").startswith("COMBINING ")


@cache
def _accents() -> dict[str, str]:
    """Return for each letter the marks with which Unicode has a letter made of it."""
    found: dict[str, str] = {}
    for number in range(0x80, 0x10000):
        letter = unicodedata.normalize("NFD", chr(number))
        found[letter[0]] = found.get(letter[0], "") + letter[1:]
    return found


def _long(name: str) -> str:
    """Return a name with characters that look like several, such as m like rn, written as those."""
    prototypes = _prototypes()
    return "".join(prototypes[c] if len(prototypes.get(c, c)) > 1 else c for c in _seen(name))


def alike(one: str, other: str) -> bool:
    """Tell whether two names can be taken for one another, as written or whatever their case.

    So can two of which each letter can, such as ``Team I`` and ``team l``; but ``Ian`` and ``Lan``
    look alike only where one is written with the wrong case, ``lan``.
    """
    if _same(one, other):
        return True
    pairs = ((_seen(one), _seen(other)), (_long(one), _long(other)))
    return any(len(a) == len(b) and all(map(_same, a, b)) for a, b in pairs)


def _same(one: str, other: str) -> bool:
    cases: tuple[Callable[[str], str], ...] = (str, str.casefold, str.upper)
    return any(skeleton(case(one)) == skeleton(case(other)) for case in cases)
