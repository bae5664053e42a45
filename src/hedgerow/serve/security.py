"""What every request must pass before anything is worked out for it, and what every answer bears.

In order: a host name of ours, a method and a size that are allowed, the class code where there is
one, no more requests than a client may send, no more at once than the server can hold.
"""

import asyncio
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "hedgerow-code"
HEADER = "x-class-code"

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
        files: how many times as many files it may fetch.
        guesses: wrong class codes that a client may send at once; it regains one every 5 s.
        at_once: requests of all clients that are worked on at once.
        seconds: that a client may take to send a body, or to take an answer.
    """

    body: int = 16_384
    query: int = 2_048
    path: int = 256
    rate: float = 60.0
    burst: float = 240.0
    files: float = 12.0
    guesses: float = 8.0
    at_once: int = 256
    seconds: float = 20.0


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
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, take: float = 1.0) -> float:
        """Take from a client's bucket; return the seconds to wait where it holds too little."""
        now = self._clock()
        held, since = self._held.pop(client, (self._burst, now))
        held = min(self._burst, held + (now - since) * self._rate)
        short = take - held
        if short <= 0.0:
            held -= take
        self._held[client] = (held, now)
        while len(self._held) > self._most:
            self._held.popitem(last=False)
        return max(short, 0.0) / self._rate


class Guard:
    """ASGI middleware.

    Args:
        app: what answers.
        hosts: values of the Host header that are ours, in lower case.
        code: class code that every request needs; empty for none.
        free: paths that need no code: where it is entered.
        join: where a browser without a code is sent.
        limits: of clients.
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
        self._app, self._hosts, self._code = app, frozenset(hosts), code
        self._free, self._join = frozenset(free), join
        many = self.limits.files
        self._questions = Buckets(self.limits.rate, self.limits.burst)
        self._files = Buckets(many * self.limits.rate, many * self.limits.burst)
        self._guesses = Buckets(0.2, self.limits.guesses)
        self._now = 0

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
        client = (scope.get("client") or ("", 0))[0]
        send = _Timed(_with_headers(send), self.limits.seconds)
        refusal = self._refused(scope, client)
        if refusal is not None:
            return await refuse(send, *refusal)
        if self._now >= self.limits.at_once:
            message = "too many requests at once; try again in a second"
            return await refuse(send, 503, message, {"retry-after": "1"})
        self._now += 1
        try:
            return await self._app(scope, _Limited(receive, self.limits), send)
        except TooLarge:
            return await refuse(send, 413, f"a body of more than {self.limits.body} bytes")
        except TimeoutError:  # the client is too slow to talk to
            return None
        finally:
            self._now -= 1

    def _refused(self, scope: Scope, client: str) -> tuple[Any, ...] | None:
        """Return status, message and headers of a refusal, or None where all is well."""
        limits, headers = self.limits, _headers(scope)
        if len(headers.get("host", [])) != 1 or headers["host"][0].lower() not in self._hosts:
            return 421, "this server does not answer to that host name"
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "only GET, HEAD and POST", {"allow": "GET, HEAD, POST"}
        if len(scope.get("raw_path") or scope["path"].encode()) > limits.path:
            return 414, f"a path of more than {limits.path} bytes"
        if len(scope["query_string"]) > limits.query:
            return 414, f"a query of more than {limits.query} bytes"
        length = headers.get("content-length", ["0"])[0]
        if not length.isdecimal() or int(length[:9]) > limits.body or len(length) > 9:
            return 413, f"a body of more than {limits.body} bytes"
        asking = scope["path"].startswith("/api/")
        wait = (self._questions if asking else self._files).wait(client)
        if wait:
            seconds = {"retry-after": str(int(wait) + 1)}
            return 429, "too many requests; try again in a moment", seconds
        if self._code and scope["path"] not in self._free:
            return self._without_code(scope, headers, client)
        return None

    def _without_code(
        self, scope: Scope, headers: Mapping[str, list[str]], client: str
    ) -> tuple[Any, ...] | None:
        given = _given_code(headers)
        if given and self._guesses.wait(client, 0.0) == 0.0 and same(given, self._code):
            return None
        if given and self._guesses.wait(client):
            return 429, "too many wrong class codes; wait a little", {"retry-after": "5"}
        if "text/html" in headers.get("accept", [""])[0]:
            return 303, "the class code first", {"location": self._join}
        return 401, "this needs the class code; open the join page and enter it"

    def right(self, code: str, client: str) -> bool | None:
        """Tell whether a code is the class code; None where a client has guessed too often."""
        if self._guesses.wait(client, 1.0 if not same(code, self._code) else 0.0):
            return None
        return same(code, self._code)


def same(given: str, code: str) -> bool:
    """Compare codes, whatever their case, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(given.strip().upper().encode(), code.upper().encode())


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _given_code(headers: Mapping[str, list[str]]) -> str:
    if HEADER in headers:
        return headers[HEADER][0][:64]
    for line in headers.get("cookie", []):
        try:
            morsel = SimpleCookie(line).get(COOKIE)
        except CookieError:
            continue
        if morsel is not None:
            return morsel.value[:64]
    return ""


class TooLarge(Exception):
    """A body that is longer than it said or than is allowed."""


class _Limited:
    """Takes a body only up to a size, and only for so long."""

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self._receive, self._limits = receive, limits
        self._taken, self._whole = 0, False
        self._until = asyncio.get_running_loop().time() + limits.seconds

    async def __call__(self) -> Message:
        if self._whole:  # only the end of the connection is left to come
            return await self._receive()
        async with asyncio.timeout_at(self._until):
            message = await self._receive()
        self._taken += len(message.get("body", b""))
        if self._taken > self._limits.body:
            raise TooLarge
        self._whole = not message.get("more_body", False)
        return message


class _Timed:
    """Gives up on a client that does not take its answer."""

    def __init__(self, send: Send, seconds: float) -> None:
        self._send, self._seconds = send, seconds

    async def __call__(self, message: Message) -> None:
        async with asyncio.timeout(self._seconds):
            await self._send(message)


def _with_headers(send: Send) -> Send:
    """Add the headers that every answer bears."""
    extra = [(name.encode(), value.encode()) for name, value in HEADERS]

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *extra]}
        await send(message)

    return wrapped


async def refuse(
    send: Send, status: int, message: str, headers: Mapping[str, str] | None = None
) -> None:
    """Send a refusal as JSON."""
    body = json.dumps({"error": {"message": message, "parameter": "", "expected": ""}}).encode()
    own = {"content-type": "application/json", "content-length": str(len(body))}
    lines = [(k.encode(), v.encode()) for k, v in {**own, **(headers or {})}.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
