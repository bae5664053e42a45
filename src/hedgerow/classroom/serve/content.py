"""The files of the page: each named here, so that nothing else can be asked for."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

_KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}

PAGES = {"/": "index.html", "/play": "play.html", "/class": "class.html", "/join": "join.html"}
"""Pages by their address."""

FILES = (
    "style.css",
    "join.css",
    "play.css",
    "icon.svg",
    "js/api.js",
    "js/bars.js",
    "js/charts.js",
    "js/class.js",
    "js/dom.js",
    "js/evidence.js",
    "js/header.js",
    "js/i18n.js",
    "js/join.js",
    "js/levers.js",
    "js/page.js",
    "js/path.js",
    "js/play.js",
    "js/sentence.js",
    "js/state.js",
    "js/svg.js",
    "js/tables.js",
    "js/telling.js",
    "js/why.js",
    "locales/en.json",
    "locales/vi.json",
    "vendor/uplot/LICENSE.txt",
    "vendor/uplot/VERSION.txt",
    "vendor/uplot/uPlot.iife.min.js",
    "vendor/uplot/uPlot.min.css",
)
"""What the pages need, below ``/static/``."""

SHARED = {f"/static/play/{name}.json": f"play/{name}.json" for name in ("en", "vi")}
"""Texts that the page shares with the terminal: they lie with the game."""

FREE = ("/join", "/static/join.css", "/static/icon.svg", "/static/js/join.js")
"""Addresses that need no class code: where it is entered."""


@dataclass(frozen=True)
class Content:
    """One file: its type, its bytes as they are and packed, and a tag that changes with them."""

    kind: str
    plain: bytes
    packed: bytes
    tag: str


def addresses() -> dict[str, str]:
    """Return the file of every address, pages and what they need."""
    return {**PAGES, **{f"/static/{name}": name for name in FILES}}


@cache
def content(name: str) -> Content:
    """Return a file of the package.

    Args:
        name: one of the values of `addresses` or `SHARED`.

    Raises:
        KeyError: it is none of them.
    """
    if name not in (*addresses().values(), *SHARED.values()):
        raise KeyError(name)
    if name in SHARED.values():
        place = resources.files("hedgerow.classroom.play").joinpath(
            "locales", name.partition("/")[2]
        )
    else:
        place = resources.files(__package__).joinpath("static", *name.split("/"))
    plain = place.read_bytes()
    tag = '"' + hashlib.sha256(plain).hexdigest()[:20] + '"'
    return Content(_KINDS[name.rpartition(".")[2]], plain, gzip.compress(plain, 9, mtime=0), tag)


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header allows gzip: by name or by ``*``, and not with ``q=0``."""
    allowed: dict[str, bool] = {}
    for entry in accepted.lower().replace(" ", "").split(","):
        name, *parameters = entry.split(";")
        allowed[name] = not any(re.fullmatch(r"q=0(\.0*)?", one) for one in parameters)
    return allowed.get("gzip", allowed.get("*", False))
