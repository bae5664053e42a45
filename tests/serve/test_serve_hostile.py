"""A real server, a class, and one who means harm: nobody else is refused or left waiting.

Clients come from addresses of their own, which on one machine only Linux has.
"""

import asyncio
import contextlib
import json
import resource
import select
import socket
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import httpx
import pytest
from serve.conftest import run

import hedgerow.classroom.serve.protocol as protocol
from hedgerow.classroom.play import Pick, encode, start, step
from hedgerow.classroom.serve.connections import Connections, Most
from hedgerow.classroom.serve.launch import allow_files, bind
from hedgerow.classroom.serve.security import COOKIE, Limits

CODE = "ABC234"
BAD = "127.0.0.66"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="one address for each client")


@pytest.fixture(autouse=True)
def files():
    """Let this process hold both ends of hundreds of connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4096 if hard == resource.RLIM_INFINITY else min(4096, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def lesson():
    """Start a classroom with a class code; one at a time."""
    stops = []

    def starter(limits=None, most=None):
        running, stop = run(replace(bind(port=0), code=CODE), limits, most)
        stops.append(stop)
        return running

    yield starter
    for stop in stops:
        stop()


def visitor(room, address, joined=True):
    """A client from an address of its own."""
    client = httpx.Client(
        base_url=room.home,
        transport=httpx.HTTPTransport(local_address=address),
        timeout=120,
        trust_env=False,
    )
    if joined:
        assert client.get(f"/join?code={CODE}").headers["location"] == "/"
    return client


def connect(room, address, text=b""):
    made = socket.create_connection(
        ("127.0.0.1", room.place.port), timeout=60, source_address=(address, 0)
    )
    made.sendall(text)
    return made


def head(room, line, *more):
    lines = [f"{line} HTTP/1.1", f"Host: 127.0.0.1:{room.place.port}", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def taken(connection):
    """Read until the server closes."""
    answer = b""
    with contextlib.suppress(ConnectionError):
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def status(answer):
    return int(answer.split(b" ", 2)[1])


def test_silent_connections_without_the_code_keep_nobody_out(lesson):
    room = lesson()
    student = visitor(room, "127.0.0.2")
    assert student.get("/api/presets").status_code == 200
    with contextlib.ExitStack() as stack:
        for _ in range(520):
            stack.enter_context(connect(room, BAD))
        for _ in range(3):
            assert student.get("/api/presets").status_code == 200
        newcomer = stack.enter_context(closing(visitor(room, "127.0.0.3")))
        assert newcomer.get("/").status_code == 200
        # Those that were silent longest had to go, so that there is an end to what is held.
        assert len(room.server.server_state.connections) <= Most().each + 3
        # From the same address too: the silent ones pay.
        beside = stack.enter_context(closing(visitor(room, BAD)))
        assert beside.get("/api/presets").status_code == 200
    student.close()


def test_half_sent_requests_without_the_code_keep_nobody_out(lesson):
    room = lesson()
    with contextlib.ExitStack() as stack:
        for _ in range(100):
            half = head(room, "POST /join", "Content-Length: 100") + b"x"
            stack.enter_context(connect(room, BAD, half))
        for address in (BAD, "127.0.0.2"):
            newcomer = stack.enter_context(closing(visitor(room, address)))
            assert newcomer.get("/api/presets").status_code == 200


def test_silent_connections_from_everywhere_leave_places_for_the_class(lesson):
    room = lesson(most=Most(all=40, strangers=20, each=8))
    with contextlib.ExitStack() as stack:
        students = [
            stack.enter_context(closing(visitor(room, f"127.0.0.{n}"))) for n in range(2, 17)
        ]
        for n in range(60):
            stack.enter_context(connect(room, f"127.0.1.{n}"))
        for student in students:
            assert student.get("/api/presets").status_code == 200
        newcomer = stack.enter_context(closing(visitor(room, "127.0.0.40")))
        assert newcomer.get("/api/presets").status_code == 200


def test_one_who_has_joined_takes_no_more_than_what_is_free(lesson):
    room = lesson(most=Most(all=40, strangers=20, each=8))
    with contextlib.ExitStack() as stack:
        seat = stack.enter_context(closing(visitor(room, BAD))).cookies[COOKIE]
        student = stack.enter_context(closing(visitor(room, "127.0.0.2")))
        ask = head(room, "GET /api/presets", f"Cookie: {COOKIE}={seat}")
        for _ in range(60):
            stack.enter_context(connect(room, BAD, ask)).recv(100)
        assert student.get("/api/presets").status_code == 200
        newcomer = stack.enter_context(closing(visitor(room, "127.0.0.3")))
        assert newcomer.get("/api/presets").status_code == 200


class Line:
    def __init__(self, busy=False):
        self.busy, self.dropped = busy, False

    def drop(self):
        self.dropped = True


def test_who_holds_the_most_pays_and_first_what_is_silent():
    room = Connections(Most(all=5, strangers=5, each=5))
    lines = [Line(busy=n == 0) for n in range(6)]
    for n, line in enumerate(lines[:4]):
        room.add(("a", n), line)
    room.add(("b", 1), lines[4])
    room.spoke(("a", 1))  # silent for the shortest time
    room.add(("c", 1), lines[5])
    assert [line.dropped for line in lines] == [False, False, True, False, False, False]
    assert len(room) == 5
    room.remove(("a", 2))  # twice does no harm
    busy = Connections(Most(all=1, strangers=1, each=1))
    first, second = Line(busy=True), Line()
    busy.add(("a", 1), first), busy.add(("b", 1), second)
    assert (first.dropped, second.dropped, len(busy)) == (True, False, 1)


def test_where_few_files_may_be_open_more_are_asked_for():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    allow_files(512)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (512, hard)
    allow_files(300)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (512, hard)


def test_slow_and_silent_connections_are_closed(lesson, monkeypatch, capfd):
    for name in ("SECONDS", "IDLE", "LINGER"):
        monkeypatch.setattr(protocol, name, 0.5)
    room = lesson(Limits(seconds=0.5))
    seat = visitor(room, BAD).cookies[COOKIE]
    cookie = f"Cookie: {COOKIE}={seat}"
    body = ("Content-Type: application/json", "Content-Length: 100")
    post = head(room, "POST /api/class", cookie, *body)
    chunked = head(room, "POST /api/class", cookie, body[0], "Transfer-Encoding: chunked")
    begun = {
        "silent": b"",
        "half a head": b"GET /api/pre",
        "no body": post,
        "half a body": post + b"{",
        "half a chunk": chunked + b"5\r\n{",
        "idle after an answer": head(room, "GET /api/presets", cookie),
        "half a head after a whole one": head(room, "GET /api/presets", cookie) + b"GET /api",
        "a body after a refusal": head(room, "POST /api/class", *body) + b"{",
    }
    ends = {}
    for name, text in begun.items():
        with connect(room, BAD, text) as connection:
            ends[name] = taken(connection)
    assert ends["silent"] == ends["half a head"] == b""
    for name in ("no body", "half a body", "half a chunk"):
        assert status(ends[name]) == 408, name
        assert b"did not come in time" in ends[name]
    assert status(ends["idle after an answer"]) == 200
    assert status(ends["half a head after a whole one"]) == 200
    assert status(ends["a body after a refusal"]) == 401
    assert capfd.readouterr() == ("", "")


def test_who_sends_drop_by_drop_is_closed(lesson, monkeypatch):
    monkeypatch.setattr(protocol, "SECONDS", 1.0)
    room = lesson(Limits(seconds=1.0))
    with connect(room, BAD) as connection, pytest.raises(ConnectionError):
        for byte in b"x" * 10_000:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)


def test_who_does_not_take_an_answer_is_closed(lesson, monkeypatch, capfd):
    for name in ("SECONDS", "IDLE", "LINGER"):
        monkeypatch.setattr(protocol, name, 0.5)
    room = lesson(Limits(seconds=0.5, rate=1e6, burst=1e6))
    seat = visitor(room, BAD).cookies[COOKIE]
    ask = head(room, "GET /static/vendor/uplot/uPlot.iife.min.js", f"Cookie: {COOKIE}={seat}")
    connections = room.server.server_state.connections
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.bind((BAD, 0))
        connection.connect(("127.0.0.1", room.place.port))
        own = connection.getsockname()
        with contextlib.suppress(BlockingIOError, ConnectionError):
            connection.setblocking(False)
            for _ in range(400):
                connection.send(ask)
        until = time.monotonic() + 60
        while any(one.client == own for one in list(connections)):
            assert time.monotonic() < until, "still open"
            time.sleep(0.05)
    assert capfd.readouterr() == ("", "")


def test_an_answer_is_sent_at_once(lesson):
    """Nagle's algorithm would hold its last part back until the first has arrived."""
    room = lesson()
    with closing(visitor(room, BAD)) as student:
        assert student.get("/api/presets").status_code == 200
        lines = [
            one.transport.get_extra_info("socket")
            for one in list(room.server.server_state.connections)
        ]
        told = [line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for line in lines]
    assert told and all(told)


def test_what_is_wrong_is_refused_and_the_terminal_stays_clean(lesson, capfd):
    room = lesson()
    student = visitor(room, "127.0.0.2")
    seat = student.cookies[COOKIE]
    game = encode(step(start("vietnam", first=2030), Pick.hold()))
    kind = {"content-type": "application/json"}

    def post(text):
        return student.post("/api/class", content=text, headers=kind).status_code

    assert post(json.dumps({"nickname": "A", "game": game})) == 200
    lone = "\\ud800"
    for text in (
        f'{{"nickname": "{lone}", "game": "{game}"}}',
        f'{{"nickname": "A", "game": "{game}", "key": "{lone}"}}',
        f'{{"nickname": "B", "game": "{lone}"}}',
        f'{{"remove": "{lone}"}}',
        f'{{"{lone}": 1}}',
        f'{{"nickname": 1, "game": "{game}"}}',
        f'{{"nickname": "C", "game": ["{game}"]}}',
        f'{{"nickname": "C", "game": "{game}", "key": 5}}',
        '{"nickname": {}, "game": null}',
        "\"text\"", "1", "null", "true", "[]", "{", "", "[" * 8000, "9" * 9000, "NaN",
        b"\xff\xfe{", b"{\"nickname\": \"\xed\xa0\x80\"}",
    ):  # fmt: skip
        assert post(text) == 400, text[:80]
    body = b'{"remove": 1}'
    for length in ("13", "0" * 20 + "13"):
        length_kind = (f"Content-Length: {length}", f"Cookie: {COOKIE}={seat}", "Connection: close")
        ask = head(room, "POST /api/class", *length_kind, "Content-Type: application/json")
        with connect(room, BAD, ask + body) as c:
            assert status(taken(c)) == 400
    for query in ("game=%ED%A0%80", "game=%00", f"game={game[:-1]}", "game=1~~~~~~~~~~"):
        assert student.get(f"/api/play/year?{query}").status_code == 400
    for cookie in (b"\xff", b"hedgerow-seat=\xff.\xff", b"=", b"hedgerow-seat=" + b"x" * 4000):
        reply = httpx.get(f"{room.home}/api/presets", headers={"cookie": cookie}, trust_env=False)
        assert reply.status_code == 401
    chunks = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    own = (f"Cookie: {COOKIE}={seat}", "Content-Type: application/json")
    with connect(room, BAD, head(room, "POST /api/class", *own, "Transfer-Encoding: chunked")) as c:
        with contextlib.suppress(ConnectionError):
            for _ in range(100):
                c.sendall(chunks)
        # What was sent after the refusal may have reset the connection before it was read.
        answer = taken(c)
        assert answer == b"" or status(answer) == 413
    with connect(room, BAD, head(room, "POST /api/class", *own, "Content-Length: 99999")) as c:
        assert status(taken(c)) == 413
    with connect(room, BAD, b"\x16\x03\x01 not HTTP\r\n\r\n") as c:
        assert status(taken(c)) == 400
    assert student.get("/api/presets").status_code == 200
    student.close()
    assert capfd.readouterr() == ("", "")


HEAVY = [
    "/api/answer?market=0.06&runs=1000",
    "/api/table.csv?market=0.07",
    "/api/why?market=0.08&year=2030",
    "/api/scenario.toml?market=0.09",
    "/api/play/bamboo?game={}",
    "/api/levers?preset=us-retreats&war=0",
    "/api/play/start?scenario=asean&world=7",
]


def test_a_class_with_one_who_means_harm_gets_all_its_answers(lesson):
    """Heavy questions, silent connections and wrong guesses at once: nobody else is refused."""
    room = lesson()
    asean = encode(start("asean", first=2030, last=2031))
    with contextlib.ExitStack() as stack:
        students = [
            stack.enter_context(closing(visitor(room, f"127.0.0.{n}"))) for n in range(2, 32)
        ]
        bad = stack.enter_context(closing(visitor(room, BAD))).cookies[COOKIE]
        for _ in range(300):
            stack.enter_context(connect(room, "127.0.0.67"))
        asks = [f"/api/answer?runs=1000&autonomy={1 + n / 10}&threat=1.5" for n in range(40)]
        asks += [address.format(asean) for address in HEAVY]
        heavy = []
        for address in asks:
            text = head(room, f"GET {address}", f"Cookie: {COOKIE}={bad}")
            heavy.append(stack.enter_context(connect(room, BAD, text)))

        async def ask(client, number):
            async with httpx.AsyncClient(
                base_url=room.home,
                transport=httpx.AsyncHTTPTransport(local_address=f"127.0.0.{number + 2}"),
                cookies=dict(client.cookies),
                timeout=300,
                trust_env=False,
            ) as own:
                query = {"loyalty": f"{number / 2:g}", "runs": "128"}
                return (await own.get("/api/answer", params=query)).status_code

        async def guess(number):
            async with httpx.AsyncClient(
                base_url=room.home,
                transport=httpx.AsyncHTTPTransport(local_address="127.0.0.68"),
                timeout=300,
                trust_env=False,
            ) as own:
                reply = await own.get("/api/presets", headers={"x-class-code": f"W{number}"})
                return reply.status_code

        async def everybody():
            asked = (ask(client, number) for number, client in enumerate(students))
            return await asyncio.gather(
                asyncio.gather(*asked), asyncio.gather(*(guess(n) for n in range(60)))
            )

        answered, guessed = asyncio.run(everybody())
        assert answered == [200] * 30
        # The class did not wait for all that the hostile one had asked before.
        over = select.select(heavy, [], [], 0)[0]
        assert len(over) < len(heavy) / 2
        assert not any(b" 400 " in one.recv(32) for one in over)  # they were worth asking
        assert guessed.count(401) == 8 and guessed.count(429) == 52


def test_many_seats_of_one_address_get_few_answers_between_those_of_others(lesson):
    """However many ask for what is kept, and however often: what each seat has, and one part."""
    limits = Limits(rate=20.0, burst=20.0)
    room = lesson(limits)
    with contextlib.ExitStack() as stack:
        seats = [
            stack.enter_context(closing(visitor(room, BAD))).cookies[COOKIE] for _ in range(40)
        ]
        student = stack.enter_context(closing(visitor(room, "127.0.0.2")))
        beside = stack.enter_context(closing(visitor(room, BAD)))
        over = threading.Event()
        told = Counter()

        def flood(seat):
            ask = head(room, "GET /api/presets", f"Cookie: {COOKIE}={seat}", "Connection: close")
            while not over.is_set():
                with connect(room, BAD, ask) as connection:
                    told[status(taken(connection))] += 1

        began = time.monotonic()
        with ThreadPoolExecutor(len(seats)) as crowd:
            done = [crowd.submit(flood, seat) for seat in seats]
            try:
                for _ in range(2):
                    assert student.get("/api/answer?runs=128").status_code == 200
                    asked = (beside.get("/api/presets").status_code for _ in range(20))
                    assert 200 in asked  # a refusal comes after a pause
                until = time.monotonic() + 60
                while told[429] < 40:
                    assert time.monotonic() < until, told
                    time.sleep(0.05)
            finally:
                over.set()
        for one in done:
            one.result()
        seconds = time.monotonic() - began
    parts = 40 * limits.sure + limits.address
    assert told[200] <= parts * (limits.burst + limits.rate * seconds)
    assert told[429] <= 40 * (1 + seconds / limits.pause)  # each seat has one connection here
    assert set(told) == {200, 429}
