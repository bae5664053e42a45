"""Texts as keys and values, so that a terminal and a page say the same in every language.

A catalogue is a flat table of templates, ``locales/LANGUAGE.json``. A place in a template is
``{name}`` (as it is), ``{name:@}`` (a key of the catalogue, or several), ``{name:2}`` and
``{name:+2}`` (so many decimals, with its sign), ``{name:%}`` and ``{name:%1}`` (per cent).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import isfinite

LANGUAGES = ("en", "vi")

Value = str | int | float | list[str]

_PLACE = re.compile(r"\{(\w+)(?::([^{}]*))?\}")


@dataclass(frozen=True)
class Message:
    """A text to be said: a key of the catalogues and what fills its places.

    Attributes:
        key: of the template. values: numbers, texts, keys or lists of keys.
        head: key of a heading that is said before it where the catalogue has one.
    """

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    head: str = ""


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the templates of a language.

    Raises:
        ValueError: there is no such language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r}: there is {' and '.join(LANGUAGES)}")
    text = (files(__package__) / "locales" / f"{language}.json").read_text("utf-8")
    templates: dict[str, str] = json.loads(text)
    return templates


class Language:
    """A language to say messages in.

    Args:
        code: of the language.
        names: what the catalogue does not know by itself, by key: names of a scenario's own
            partners and countries.
    """

    def __init__(self, code: str = "en", names: Mapping[str, str] | None = None) -> None:
        self.code = code
        self._templates = catalogue(code)
        self._names = names or {}

    def knows(self, key: str) -> bool:
        """Whether there is a text under a key."""
        return key in self._templates or key in self._names

    def text(self, key: str) -> str:
        """Return the text of a key; of an unknown one, its last part in words."""
        if key in self._templates:
            return self._templates[key]
        if key in self._names:
            return self._names[key]
        return key.rpartition(".")[2].replace("_", " ")

    def say(self, message: Message) -> str:
        """Return a message as a text."""
        template = self._templates.get(message.key)
        if template is None:
            return self.text(message.key)
        said = _PLACE.sub(
            lambda place: self._filled(message.values.get(place[1], ""), place[2] or ""), template
        )
        said = said[:1].upper() + said[1:]
        return f"{self.text(message.head)}. {said}" if self.knows(message.head) else said

    def phrase(self, key: str, **values: Value) -> str:
        """Return a text of the page and the terminal that goes on in a line, not capitalised."""
        said = self.say(Message(f"ui.{key}", values))
        start = self.text(f"ui.{key}")[:1]
        return said if start.isupper() or start == "{" else said[:1].lower() + said[1:]

    def number(self, value: float, form: str) -> str:
        """Return a number with the decimals and signs of a form: ``2``, ``+1``, ``%``, ``%1``."""
        if not isfinite(value):
            return "–"
        percent, signed = form.startswith("%"), form.startswith("+")
        digits = int(form.lstrip("%+") or 0)
        text = f"{100 * value if percent else value:{'+' if signed else ''}.{digits}f}"
        if float(text) == 0.0:
            text = text.lstrip("+-")
        text = text.replace("-", "−").replace(".", self.text("decimal"))
        return text + (self.text("percent") if percent else "")

    def _filled(self, value: Value, form: str) -> str:
        if form == "@":
            keys = value if isinstance(value, list) else [str(value)]
            return ", ".join(self.text(key) for key in keys)
        if form and isinstance(value, int | float):
            return self.number(value, form)
        return str(value)
