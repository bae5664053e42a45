"""The classroom as an ASGI application: pages, their files, and questions about scenarios."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Hashable
from functools import cache, partial
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ...compiled.kernels import chosen, prepare
from ...errors import Busy, Refused
from ...model.simulate import NotFinite
from ...scenario import ScenarioError
from .answers import Answer, Engine
from .asked import QUICK, RUNS, Asked, base_of, described, read
from .board import Board, class_of
from .cache import Kept
from .content import FREE, PAGES, SHARED, addresses, content, takes_gzip
from .files import Table, Text
from .games import GAMES, SCENARIOS, Told, ready
from .pool import ALONE, Load, Pool, Work
from .presets import BASE, GROUPS, PRESETS, texts
from .security import CLIENT, COOKIE, Guard, Limits, after, gone
from .shares import Client
from .sources import arms, told
from .why import Why

ANSWERS = 16_000_000
"""Bytes of answers that are kept, about 50 kB each."""

PATIENCE = 5.0
"""Seconds that the first answers wait for the compiled kernel before they do without."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Classroom:
    """What the addresses share.

    Attributes:
        engine: plays runs. pool: of threads. kept: answers by question. board: of the class.
        loaded: names of what has been loaded.
    """

    def __init__(self, workers: int = 2, locked: bool = False) -> None:
        self.engine = Engine()
        self.pool = Pool(workers, reserve=locked)
        self.kept: Kept[bytes] = Kept(ANSWERS, len)
        self.ready = asyncio.Event()
        self.guard: Guard | None = None
        self.board = Board()
        self.loaded: set[Hashable] = set()

    async def load(self, request: Request, name: Hashable, load: Callable[[], Any]) -> None:
        """Load what a question is about, once for all who ask, and where work is shared."""
        if name not in self.loaded:
            client = request.scope.get(CLIENT, ALONE)
            await self.pool.ask(("load", name), Load(load), True, client)
            self.loaded.add(name)

    async def ask(self, request: Request, key: Any, work: Work, urgent: bool) -> bytes | None:
        """Return an answer, kept or worked out; None where the client has gone meanwhile."""
        known = self.kept.get(key)
        if known is not None:
            return known
        client = request.scope.get(CLIENT, ALONE)
        asking = asyncio.ensure_future(self.pool.ask(key, work, urgent, client))
        leaving = asyncio.ensure_future(gone(request.receive))
        try:
            await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                return None
            found = asking.result()
        finally:
            for task in (asking, leaving):
                task.cancel()
            await asyncio.gather(asking, leaving, return_exceptions=True)
        self.kept.put(key, found)
        return found


def hosts(names: Collection[str], port: int) -> list[str]:
    """Return the values of a Host header that mean one of the names at a port."""
    bare = list(names) if port == 80 else []
    return [*bare, *(f"{name}:{port}" for name in names)]


def application(
    allowed: Collection[str],
    code: str = "",
    limits: Limits | None = None,
    workers: int = 2,
    kernel: str | None = None,
) -> Guard:
    """Return the classroom.

    In a class, which is where there is a code, one of the threads is kept for first answers.

    Args:
        allowed: values of the Host header that are answered.
        code: class code that every request needs; none where empty.
        limits: of clients.
        workers: threads that play runs.
        kernel: what plays them; by default the fastest that works here, made ready in the
            background, and plain NumPy meanwhile.
    """
    room = Classroom(workers, bool(code))
    if kernel is not None:
        room.engine.kernel = kernel

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        warming = asyncio.create_task(_warmed(room, kernel))
        try:
            yield
        finally:
            warming.cancel()
            room.pool.close()

    routes = [
        Route("/join", _join(room)),
        *(Route(to, _file(name)) for to, name in addresses().items() if to != "/join"),
        *(Route(to, _file(name)) for to, name in SHARED.items()),
        *(Route(address, _api(room, answer)) for address, answer in {**API, **GAMES}.items()),
        Route("/api/class", _api(room, class_of), methods=["GET", "HEAD", "POST"]),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={404: _missing, 405: _wrong_method, 500: _fault},
    )
    app.router.redirect_slashes = False
    free = FREE if code else ()
    room.guard = Guard(app, [host.lower() for host in allowed], code, free, "/join", limits)
    return room.guard


async def _warmed(room: Classroom, kernel: str | None) -> None:
    try:
        await asyncio.to_thread(warm, room.engine, kernel)
    finally:
        room.ready.set()
    if room.guard is not None and room.guard.locked:
        await _loaded(room)


async def _loaded(room: Classroom) -> None:
    """Load what a class may ask about, one by one and behind all that is asked meanwhile."""
    loads: dict[Hashable, Callable[[], Any]] = {
        (preset, war): partial(base_of, preset, war) for preset in PRESETS for war in (True, False)
    }
    loads |= {("game", name): partial(ready, name) for name in SCENARIOS}
    for name, load in loads.items():
        if name not in room.loaded:
            await room.pool.ask(("load", name), Load(load))
            room.loaded.add(name)


def warm(engine: Engine, kernel: str | None) -> None:
    """Make the kernel ready and play the baseline, so that the first answers need not wait."""
    best = chosen(kernel)
    if best != engine.kernel:
        prepare(best)
        engine.kernel = best
    engine.base(best, RUNS[-1])


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with a file of the package."""

    async def answer(request: Request) -> Response:
        found = content(name)
        headers = {"etag": found.tag, "cache-control": "no-cache", "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == found.tag:
            return Response(status_code=304, headers=headers)
        body = found.plain
        if takes_gzip(",".join(request.headers.getlist("accept-encoding"))):
            body = found.packed
            headers["content-encoding"] = "gzip"
        return Response(body, media_type=found.kind, headers=headers)

    return answer


def _join(room: Classroom) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers the join page: the code comes in the address, and goes into a cookie."""
    page = _file(PAGES["/join"])

    async def answer(request: Request) -> Response:
        code = request.query_params.get("code", "")
        guard = room.guard
        if guard is None or not guard.locked:
            return RedirectResponse("/", status_code=303)
        if not code:
            return await page(request)
        client: Client = request.scope[CLIENT]
        wait = guard.guess(code, client)
        if wait is None:
            return RedirectResponse("/join?try=wrong", status_code=303)
        if wait:
            return RedirectResponse("/join?try=slow", status_code=303, headers=after(wait))
        guard.connections.joined(tuple(request.scope["client"]))
        response = RedirectResponse("/", status_code=303)
        response.set_cookie(COOKIE, guard.join(client), httponly=True, samesite="lax")
        return response

    return answer


async def _presets(room: Classroom, request: Request) -> Response:
    if request.query_params:
        raise Refused("unknown parameter", next(iter(request.query_params))[:40], "none")
    await room.load(request, "about", _about)
    return Response(_about(), media_type="application/json")


@cache
def _about() -> bytes:
    """Return what does not change: presets, partners, years, facts."""
    base = base_of(BASE, True)
    titles = texts()
    told = {
        "base": BASE,
        "presets": [
            {"name": name, "group": group, **titles[name]}
            for group, names in GROUPS.items()
            for name in names
        ],
        "start": base.start,
        "end": base.end,
        "poles": base.poles,
        "band": base.band,
        "rungs": base.rungs,
        "partners": {code: base.title_of(code) for code in base.partners},
        "facts": arms(),
    }
    return json.dumps(told).encode()


async def _levers(room: Classroom, request: Request) -> Response:
    more = {"preset": PRESETS, "war": ("0", "1")}
    pairs = request.query_params.multi_items()
    for name, _ in pairs:
        if name not in more:
            raise Refused("unknown parameter", name[:40], "preset or war")
    asked, _ = await _read(room, request)
    key = ("levers", asked.preset, asked.war)
    return _answered(
        await room.ask(request, key, Told(lambda: _described(asked)), True), "application/json"
    )


def _described(asked: Asked) -> dict[str, Any]:
    """Return levers and switches of a preset, and what stands behind their numbers."""
    found = described(asked.preset, asked.war)
    sources = {entry.get("source", "") for key in ("levers", "switches") for entry in found[key]}
    return {**found, "sources": {source: told(source) for source in sources}}


async def _read(
    room: Classroom, request: Request, more: dict[str, list[str]] | None = None
) -> tuple[Asked, dict[str, str]]:
    """Read the parameters; a preset that nobody has asked for yet is loaded before."""
    pairs = request.query_params.multi_items()
    preset = next((value for name, value in pairs if name == "preset"), BASE)
    for war in (True, False) if preset in PRESETS else ():
        await room.load(request, (preset, war), partial(base_of, preset, war))
    return read(pairs, more)


async def _answer(room: Classroom, request: Request) -> Response:
    sizes = [str(size) for size in RUNS]
    asked, more = await _read(room, request, {"runs": sizes})
    runs = int(more.get("runs", QUICK))
    with contextlib.suppress(TimeoutError):  # the kernel compiles: plain NumPy answers meanwhile
        await asyncio.wait_for(room.ready.wait(), PATIENCE)
    key = ("answer", asked, runs, room.engine.kernel)
    urgent = runs == QUICK
    found = await room.ask(request, key, Answer(room.engine, asked, runs), urgent)
    return _answered(found, "application/json")


async def _why(room: Classroom, request: Request) -> Response:
    await room.load(request, (BASE, True), partial(base_of, BASE, True))
    base = base_of(BASE, True)
    years = [str(year) for year in range(base.start, base.end + 1)]
    asked, more = await _read(room, request, {"year": years})
    if "year" not in more:
        raise Refused("missing", "year", f"{years[0]} to {years[-1]}")
    year = int(more["year"])
    found = await room.ask(request, ("why", asked, year), Why(asked, year), False)
    return _answered(found, "application/json")


async def _scenario(room: Classroom, request: Request) -> Response:
    asked, _ = await _read(room, request)
    found = await room.ask(request, ("scenario", asked), Text(asked), False)
    if found is None:
        return _answered(None, "")
    return _download(found, "application/toml", f"{asked.preset}-classroom.toml")


async def _table(room: Classroom, request: Request) -> Response:
    asked, _ = await _read(room, request)
    key = ("table", asked, room.engine.kernel)
    found = await room.ask(request, key, Table(room.engine, asked), False)
    if found is None:
        return _answered(None, "")
    return _download(found, "text/csv; charset=utf-8", f"{asked.preset}-classroom.csv")


API: dict[str, Callable[[Classroom, Request], Awaitable[Response]]] = {
    "/api/presets": _presets,
    "/api/levers": _levers,
    "/api/answer": _answer,
    "/api/why": _why,
    "/api/scenario.toml": _scenario,
    "/api/table.csv": _table,
}
"""Questions by their address, and what answers them."""


def _answered(found: bytes | None, kind: str) -> Response:
    if found is None:  # nobody is there to read it
        return Response(status_code=499)
    return Response(found, media_type=kind, headers={"cache-control": "no-store"})


def _download(body: bytes, kind: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type=kind, headers=headers)


def _api(
    room: Classroom, answer: Callable[[Classroom, Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint whose refusals are clear."""

    async def endpoint(request: Request) -> Response:
        try:
            return await answer(room, request)
        except Refused as error:
            return _error(400, str(error), error.parameter, error.expected)
        except ScenarioError as error:
            return _error(400, str(error.problems[0]))
        except NotFinite as error:
            return _error(422, f"these numbers lead nowhere: {error}")
        except Busy as error:
            return _error(429, str(error), headers={"retry-after": "1"})

    return endpoint


def _error(
    status: int,
    message: str,
    parameter: str = "",
    expected: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    told = {"message": message, "parameter": parameter, "expected": expected}
    return Response(json.dumps({"error": told}), status, headers, "application/json")


async def _missing(request: Request, error: Exception) -> Response:
    return _error(404, "there is nothing at this address")


async def _wrong_method(request: Request, error: Exception) -> Response:
    return _error(405, "this address does not take that method")


async def _fault(request: Request, error: Exception) -> Response:
    return _error(500, "a fault of hedgerow, not of your input")
