"""What every request must pass before anything is worked out for it, and what every answer bears.

In order: a host name of ours, a method and a size that are allowed, no more requests than a client
may send, the class code where there is one, and a whole body in time.

Who has shown the class code has a seat: a random name that the server knows again. It tells apart
the pupils of a class behind one address, so that what one of them does is not held against another.
"""

import asyncio
import hmac
import json
import logging
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from math import ceil
from typing import Any

from .connections import Connections
from .shares import Client

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "hedgerow-seat"
HEADER = "x-class-code"
CLIENT = "hedgerow.client"
"""Key of a request's `Client` in its scope."""

_SHARED = "shared-"
"""How the seat begins that all have who join an address when it has no other left."""

_LOG = logging.getLogger("hedgerow.classroom.serve")

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from elsewhere, and no script or style inside the page."""

HEADERS = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
)


@dataclass(frozen=True)
class Limits:
    """What a client may ask of the server.

    Attributes:
        body: bytes of a request's body. query: bytes of its query. path: bytes of its path.
        rate: questions a second that a client may ask for long. burst: at once.
        sure: part of both that each seat has, whatever the others of its address ask.
        address: how many times as much as one client the seats of an address may ask for together,
            beyond what each has for sure.
        files: how many times as many files all of these may fetch.
        guesses: wrong class codes that an address may send at once; it regains one every 5 s, and
            until then no code of it is read.
        joins: seats that an address may take at once; it regains one every 5 s. Who joins when
            there is none left shares one with all who do.
        at_once: requests of a client that are answered at once.
        seconds: that a client may take to send a body, or to take an answer.
        pause: seconds until a client that asks too often is told so; its connection can ask nothing
            meanwhile.
    """

    body: int = 16_384
    query: int = 2_048
    path: int = 256
    rate: float = 60.0
    burst: float = 240.0
    sure: float = 0.05
    address: float = 1.0
    files: float = 12.0
    guesses: float = 8.0
    joins: float = 100.0
    at_once: int = 64
    seconds: float = 20.0
    pause: float = 1.0


class Buckets:
    """Token buckets by client; the clients seen longest ago are forgotten.

    Args:
        rate: tokens a second. burst: tokens that a bucket holds.
        most: clients remembered.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        rate: float,
        burst: float,
        most: int = 4096,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate, self._burst, self._most, self._clock = rate, burst, most, clock
        self._held: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, client: Hashable, take: float = 1.0, need: float | None = None) -> float:
        """Take from a client's bucket; return the seconds to wait where it holds too little.

        Args:
            client: whose bucket. take: tokens. need: tokens that must be there [default: `take`].
        """
        now = self._clock()
        held, since = self._held.pop(client, (self._burst, now))
        held = min(self._burst, held + (now - since) * self._rate)
        short = (take if need is None else need) - held
        if short <= 0.0:
            held -= take
        self._held[client] = (held, now)
        while len(self._held) > self._most:
            self._held.popitem(last=False)
        return max(short, 0.0) / self._rate


class Rates:
    """How often clients may ask: each seat, and the seats of an address together.

    So a machine gains little by taking many seats, and no seat is refused because others of its
    address, such as the class behind one router, ask too much.

    Args:
        limits: of clients. times: how many times the rate and burst of questions is meant.
    """

    def __init__(self, limits: Limits, times: float = 1.0) -> None:
        def buckets(part: float) -> Buckets:
            return Buckets(times * part * limits.rate, max(times * part * limits.burst, 1.0))

        self._each, self._sure = buckets(1.0), buckets(limits.sure)
        self._address = buckets(limits.address)

    def wait(self, client: Client) -> float:
        """Count a request; return the seconds to wait where it is one too many."""
        wait = self._each.wait(client)
        if wait or not self._sure.wait(client):
            return wait
        return self._address.wait(client.address)


class Guard:
    """ASGI middleware.

    Args:
        app: what answers.
        hosts: values of the Host header that are ours, in lower case.
        code: class code that every request needs; empty for none.
        free: paths that need no code: where it is entered.
        join: where a browser without a code is sent.
        limits: of clients.

    Attributes:
        connections: that are open.
    """

    def __init__(
        self,
        app: App,
        hosts: Collection[str],
        code: str = "",
        free: Collection[str] = (),
        join: str = "/join",
        limits: Limits | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.connections = Connections(locked=bool(code))
        self._app, self._hosts, self._code = app, frozenset(hosts), code
        self._free, self._join = frozenset(free), join
        self._questions = Rates(self.limits)
        self._files = Rates(self.limits, self.limits.files)
        self._guesses = Buckets(0.2, self.limits.guesses)
        self._joins = Buckets(0.2, self.limits.joins)
        self._secret = secrets.token_bytes(32)
        self._now: Counter[Client] = Counter()

    @property
    def locked(self) -> bool:
        """Whether requests need a class code."""
        return bool(self._code)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":  # no web sockets here
            return None
        reply = _Reply(send, self.limits.seconds)
        try:
            await self._answer(scope, receive, reply)
        except TimeoutError:  # the client does not take its answer
            await self._hang_up(scope, receive)
        except Exception as error:
            _LOG.error("a fault of hedgerow at %r: %r", scope["path"], error)
            if reply.started and not reply.whole:
                await self._hang_up(scope, receive)
            elif not reply.started:
                await refuse(reply, 500, "a fault of hedgerow, not of your input")

    async def _hang_up(self, scope: Scope, receive: Receive) -> None:
        """End a connection whose answer cannot be completed."""
        if self.connections.drop(tuple(scope.get("client") or ("", 0))):
            await gone(receive)

    async def _answer(self, scope: Scope, receive: Receive, reply: "_Reply") -> None:
        address, port = scope.get("client") or ("", 0)
        headers = _headers(scope)
        seat = self._seat(headers)
        client = Client(address, seat)
        wait = (self._questions if scope["path"].startswith("/api/") else self._files).wait(client)
        if wait:
            await asyncio.sleep(self.limits.pause)
            message = "too many requests; try again in a moment"
            return await refuse(reply, 429, message, after(wait))
        refusal = self._refused(scope, headers, client)
        if refusal is not None:
            return await refuse(reply, *refusal)
        scope[CLIENT] = client
        if seat or scope["path"] not in self._free:
            self.connections.joined((address, port))
        body = await self._body(receive)
        if body is None:
            return None
        if isinstance(body, int):
            why = _too_long(self.limits) if body == 413 else "the body did not come in time"
            return await refuse(reply, body, why, {"connection": "close"})
        if self._now[client] >= self.limits.at_once:
            message = "too many requests at once; try again in a second"
            return await refuse(reply, 429, message, {"retry-after": "1"})
        self._now[client] += 1
        try:
            return await self._app(scope, _given(body, receive), reply)
        finally:
            self._now[client] -= 1
            if not self._now[client]:
                del self._now[client]

    async def _body(self, receive: Receive) -> bytes | int | None:
        """Return a whole body, the status of its refusal, or None where the client has gone."""
        body, more = b"", True
        try:
            async with asyncio.timeout(self.limits.seconds):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
                    if len(body) > self.limits.body:
                        return 413
        except TimeoutError:
            return 408
        return body

    def _refused(
        self, scope: Scope, headers: Mapping[str, list[str]], client: Client
    ) -> tuple[Any, ...] | None:
        """Return status, message and headers of a refusal, or None where all is well."""
        limits = self.limits
        if len(headers.get("host", [])) != 1 or headers["host"][0].lower() not in self._hosts:
            return 421, "this server does not answer to that host name"
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "only GET, HEAD and POST", {"allow": "GET, HEAD, POST"}
        if len(scope.get("raw_path") or scope["path"].encode()) > limits.path:
            return 414, f"a path of more than {limits.path} bytes"
        if len(scope["query_string"]) > limits.query:
            return 414, f"a query of more than {limits.query} bytes"
        length = headers.get("content-length", ["0"])[0].lstrip("0") or "0"
        if not length.isdecimal() or int(length[:9]) > limits.body or len(length) > 9:
            return 413, _too_long(limits), {"connection": "close"}
        if self._code and scope["path"] not in self._free:
            return self._without_code(headers, client)
        return None

    def _without_code(
        self, headers: Mapping[str, list[str]], client: Client
    ) -> tuple[Any, ...] | None:
        if client.seat:
            return None
        if HEADER in headers:
            wait = self.guess(headers[HEADER][0], client)
            if wait:
                return 429, "too many wrong class codes; wait a little", after(wait)
            if wait == 0.0:
                return None
        if "text/html" in headers.get("accept", [""])[0]:
            return 303, "the class code first", {"location": self._join}
        return 401, "this needs the class code; open the join page and enter it"

    def guess(self, code: str, client: Client) -> float | None:
        """Tell whether a code is the class code: 0 where it is, None where it is not.

        An address that has guessed wrong too often is told nothing for so many seconds, whatever
        it sends.
        """
        right = same(code[:64], self._code)
        wait = self._guesses.wait(client.address, 0.0 if right else 1.0, need=1.0)
        return wait or (0.0 if right else None)

    def join(self, client: Client) -> str:
        """Return the seat of a client who has shown the code.

        Where its address has taken too many, it is the one that all share who join there
        meanwhile: nobody is kept out, and nobody gains by joining over and over.
        """
        shared = f"{_SHARED}{self._mark(client.address)[:12]}"
        if client.seat and not client.seat.startswith(f"{shared}."):
            return client.seat
        name = shared if self._joins.wait(client.address) else secrets.token_urlsafe(9)
        return f"{name}.{self._mark(name)}"

    def _mark(self, name: str) -> str:
        return hmac.digest(self._secret, name.encode(), "sha256").hex()[:32]

    def _seat(self, headers: Mapping[str, list[str]]) -> str:
        """Return the seat that a request shows, if it is one of this lesson."""
        found = _cookie(headers)
        name, _, mark = found.partition(".")
        known = bool(name) and hmac.compare_digest(mark.encode(), self._mark(name).encode())
        return found if known else ""


def after(seconds: float) -> dict[str, str]:
    """Return the header that says when to try again."""
    return {"retry-after": str(max(ceil(seconds), 1))}


def _too_long(limits: Limits) -> str:
    return f"a body of more than {limits.body} bytes"


def same(given: str, code: str) -> bool:
    """Compare codes, whatever their case, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(given.strip().upper().encode(), code.upper().encode())


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _cookie(headers: Mapping[str, list[str]]) -> str:
    for line in headers.get("cookie", []):
        try:
            morsel = SimpleCookie(line).get(COOKIE)
        except CookieError:
            continue
        if morsel is not None:
            return morsel.value[:64]
    return ""


async def gone(receive: Receive) -> None:
    """Wait until the client has gone."""
    message: Message = {}
    while message.get("type") != "http.disconnect":
        message = await receive()


def _given(body: bytes, receive: Receive) -> Receive:
    """Return what gives the body first, and then what is left to come: the end."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def wrapped() -> Message:
        return left.pop() if left else await receive()

    return wrapped


class _Reply:
    """Sends an answer with the headers that every answer bears, to who takes it in time.

    Attributes:
        started: whether some of it has been sent. whole: whether all of it has.
    """

    _EXTRA = tuple((name.encode(), value.encode()) for name, value in HEADERS)

    def __init__(self, send: Send, seconds: float) -> None:
        self._send, self._seconds = send, seconds
        self.started = self.whole = False

    async def __call__(self, message: Message) -> None:
        self.started = True
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *self._EXTRA]}
        async with asyncio.timeout(self._seconds):
            await self._send(message)
        self.whole = message["type"] == "http.response.body" and not message.get("more_body")


async def refuse(
    send: Send, status: int, message: str, headers: Mapping[str, str] | None = None
) -> None:
    """Send a refusal as JSON."""
    body = json.dumps({"error": {"message": message, "parameter": "", "expected": ""}}).encode()
    own = {"content-type": "application/json", "content-length": str(len(body))}
    lines = [(k.encode(), v.encode()) for k, v in {**own, **(headers or {})}.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
