"""A real server on real sockets: crowds, slow clients, fuzz, and the command that starts it."""

import asyncio
import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from cli.folders import compiled

import hedgerow.classroom.serve.protocol as protocol
from hedgerow import files
from hedgerow.classroom.serve import content
from hedgerow.classroom.serve.asked import SWITCHES
from hedgerow.classroom.serve.levers import LEVERS
from hedgerow.classroom.serve.presets import PRESETS
from hedgerow.compiled import kernels

ROOT = Path(__file__).resolve().parents[2]
STATIC = Path(content.__file__).parent / "static"


def test_thirty_students_at_once_get_the_answers_of_one(classroom):
    """Each its own question, then all the same."""

    async def student(client, number):
        own = {"loyalty": f"{number / 2:g}", "runs": "128"}
        first = await client.get("/api/answer", params=own)
        same = await client.get("/api/answer", params={"threat": "1.1", "runs": "128"})
        return first.json(), same.content

    async def lesson():
        limits = httpx.Limits(max_connections=30)
        async with httpx.AsyncClient(
            base_url=classroom.home, limits=limits, timeout=60, trust_env=False
        ) as client:
            together = await asyncio.gather(*(student(client, n) for n in range(30)))
            alone = await client.get("/api/answer", params={"loyalty": "3.5", "runs": "128"})
            return together, alone.json()

    together, alone = asyncio.run(lesson())
    assert len({same for _, same in together}) == 1
    asked = [first["asked"] for first, _ in together]
    assert asked == [{} if n == 12 else {"loyalty": f"{n / 2:g}"} for n in range(30)]
    assert together[7][0] == alone
    near = [first["series"]["alignment:RUS"]["mean"][30] for first, _ in together]
    assert near[0] < near[15] < near[29]


def test_the_refined_answer_is_another_size_of_the_same(classroom):
    with httpx.Client(base_url=classroom.home, timeout=300, trust_env=False) as client:
        quick, refined = (
            client.get("/api/answer", params={"loyalty": "0", "runs": runs}).json()
            for runs in ("128", "1000")
        )
        why = client.get("/api/why", params={"loyalty": "0", "year": "2030"}).json()
    assert (quick["runs"], refined["runs"]) == (128, 1000)
    wide, narrow = (a["effects"]["diplomacy:RUS"]["half"][34] for a in (quick, refined))
    assert narrow < wide
    assert refined["effects"]["diplomacy:RUS"]["mean"][34] < 0
    loyalty = why["terms"]["loyalty"]  # what is left is that to India
    assert 0.0 < loyalty["mean"] < 0.5 * loyalty["base"]


def test_slow_clients_are_let_go_and_others_served(classroom, monkeypatch):
    monkeypatch.setattr(protocol, "SECONDS", 0.3)
    address = ("127.0.0.1", classroom.place.port)
    begun = [b"", b"GE", b"GET / HTTP/1.1\r\nHost: ", b"POST / HTTP/1.1\r\nX: 1\r\n"]
    slow = [socket.create_connection(address, timeout=10) for _ in begun]
    for connection, text in zip(slow, begun, strict=True):
        connection.sendall(text)
    assert httpx.get(classroom.home, trust_env=False).status_code == 200
    for connection in slow:
        assert connection.recv(100) == b""  # closed by the server
        connection.close()
    # One who asks, and then dawdles over the next question.
    host = f"127.0.0.1:{classroom.place.port}"
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(f"GET /static/icon.svg HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        time.sleep(0.1)
        connection.sendall(b"GET /")
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b"</svg>\n")


def test_who_leaves_frees_the_place(classroom):
    """A question whose client is gone does not keep the others waiting."""
    host = f"127.0.0.1:{classroom.place.port}"
    for number in range(40):
        with socket.create_connection(("127.0.0.1", classroom.place.port)) as connection:
            query = f"threat={number % 20 / 10}&autonomy={number / 10}&runs=1000"
            line = f"GET /api/answer?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n"
            connection.sendall(line.encode())
    reply = httpx.get(
        f"{classroom.home}/api/answer?market=0.12&runs=128", timeout=30, trust_env=False
    )
    assert reply.status_code == 200


NAMES = ["preset", "runs", "year", "code", *SWITCHES, *(lever.id for lever in LEVERS)]
VALUES = ["", "0", "1", "-1", "1e308", "NaN", "inf", "0x1", "9" * 60, "../../etc/passwd", "%00"]
VALUES += ["<script>alert(1)</script>", "' OR 1=1 --", "\u0663", "128,128", "{}", "no-war"]
PATHS = ["/api/answer", "/api/levers", "/api/why", "/api/presets", "/join", "/", "/api/table.csv"]
PATHS += ["/static/../../../etc/passwd", "/static/%2e%2e/%2e%2e/app.py", "//etc/passwd", "/api/"]
PATHS += ["/static/js/..\\..\\app.py", "/\u2025/app.py", "/static/style.css", "*", "http://a/b"]


def hostile(rng, host):
    """One request out of a world of nonsense; never one that plays runs."""
    pick = rng.choice
    query = [
        f"{pick([*NAMES, 'zz', ''])}={pick([*VALUES, str(rng.uniform(-99, 999))])}"
        for _ in range(rng.choice([1, 1, 2, 3, 40]))
    ]
    query.append("hostile=1")  # so that nothing is ever answered with runs
    target = pick(PATHS) + "?" + pick("&;?").join(query)
    if rng.random() < 0.1:
        target = "".join(chr(rng.randrange(33, 127)) for _ in range(rng.randrange(1, 300)))
        target += "?hostile=1"
    method = pick(["GET"] * 8 + ["POST", "HEAD", "PUT", "DELETE", "OPTIONS", "BREW"])
    lines = [f"{method} {target.replace(' ', '+')} HTTP/1.1"]
    lines.append(f"Host: {pick([host] * 9 + ['evil.example', '', '[::1', host + ','])}")
    if rng.random() < 0.2:
        lines.append(f"Cookie: {pick(['hedgerow-code=x', '=', ';;;', chr(1), 'a=' * 300])}")
    if rng.random() < 0.2:
        lines.append(
            f"{pick(['Range', 'Accept', 'If-None-Match', 'X-Class-Code'])}: {pick(VALUES)}"
        )
    body = b""
    if rng.random() < 0.1:
        body = rng.randbytes(rng.choice([1, 500, 20_000]))
        lines.append(f"Content-Length: {len(body)}")
    elif rng.random() < 0.05:
        lines.append(
            pick(["Content-Length: -1", "Content-Length: 1\r\nContent-Length: 2", ":", "x"])
        )
    text = "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + body
    return rng.randbytes(rng.randrange(1, 400)) if rng.random() < 0.05 else text


async def converse(port, requests, statuses):
    """Send requests one after another, on a new connection where the server closes the last."""
    reader = writer = None
    for request in requests:
        if writer is None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            status = int(head.split(b" ", 2)[1])
            length = re.search(rb"(?i)content-length: (\d+)", head)
            bodiless = request.startswith(b"HEAD") or status == 304
            if length and not bodiless:
                body = await asyncio.wait_for(reader.readexactly(int(length[1])), 5)
                assert b"root:" not in body and b"Traceback" not in body
            statuses.append(status)
            keep = status < 500 and b"connection: close" not in head.lower() and length
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, ValueError):
            statuses.append(0)  # closed, or waiting for more of a request that makes no sense
            keep = False
        if not keep or bodiless or b"Content-Length" in request:
            writer.close()
            writer = None
    if writer is not None:
        writer.close()


opened = []
watching = threading.Event()


def note(event, arguments):
    if event == "open" and watching.is_set() and isinstance(arguments[0], (str, bytes)):
        opened.append(os.fsdecode(arguments[0]))


def test_ten_thousand_hostile_requests_get_refusals_and_nothing_else(patient, monkeypatch):
    monkeypatch.setattr(protocol, "SECONDS", 0.5)
    sys.addaudithook(note)
    rng = random.Random(20140314)
    host = f"127.0.0.1:{patient.place.port}"
    crowd = [[hostile(rng, host) for _ in range(400)] for _ in range(25)]
    statuses: list[int] = []

    async def siege():
        await asyncio.gather(*(converse(patient.place.port, r, statuses) for r in crowd))

    watching.set()
    try:
        asyncio.run(siege())
    finally:
        watching.clear()
    assert len(statuses) == 10_000
    assert set(statuses) <= {0, 200, 303, 304, 400, 404, 405, 413, 414, 421}
    assert statuses.count(400) > 2000 and statuses.count(404) > 500 and statuses.count(421) > 100
    mine = [STATIC, files.folder("seeds"), files.folder("scenarios"), Path(sys.prefix)]
    mine += [Path(sys.base_prefix), Path(content.__file__).parents[1]]
    outside = [name for name in opened if not any(Path(name).is_relative_to(m) for m in mine)]
    assert outside == []
    assert httpx.get(f"{patient.home}/api/presets", trust_env=False).status_code == 200


@pytest.fixture
def started(tmp_path):
    """``hedgerow serve`` as a process; what it said by the time it was open."""
    running = []

    def starter(*options):
        process = subprocess.Popen(
            [sys.executable, "-m", "hedgerow", "serve", "--port", "0", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=compiled(),
        )
        running.append(process)
        assert process.stderr is not None
        said = []
        while not said or not said[-1].startswith("Ctrl-C"):
            line = process.stderr.readline()
            assert line, said
            said.append(line)
        return process, "".join(said)

    yield starter
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def test_the_command_opens_a_page_and_ctrl_c_ends_it(started, tmp_path):
    process, said = started()
    home = re.search(r"http://127\.0\.0\.1:\d+/", said)[0]
    assert "code" not in said.lower()
    assert "<html" in httpx.get(home, timeout=30, trust_env=False).text
    taken = subprocess.run(
        [sys.executable, "-m", "hedgerow", "serve", "--port", home.rpartition(":")[2][:-1]],
        capture_output=True,
        text=True,
        check=False,
        env=compiled(),
    )
    assert taken.returncode == 2
    assert "taken" in taken.stderr and "Traceback" not in taken.stderr
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert err.removeprefix(f"{kernels._COMPILING}\n") == "the lesson is over\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read as Linux tells it")
def test_the_memory_of_the_server_is_as_the_page_on_it_says(started):
    """At most half as much again: at the start, with all questions opened, and later."""
    page = (ROOT / "docs" / "how-to" / "classroom.md").read_text(encoding="utf-8")
    row = re.search(r"\| memory: .*\| (\d+), (\d+), (\d+), \d+ MB \|", page)
    allowed = [1.5 * float(size) for size in row.groups()]
    process, said = started()
    home = re.search(r"http://127\.0\.0\.1:\d+/", said)[0]

    def resident():
        told = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmRSS:\s+(\d+) kB", told)[1]) * 1024 / 1e6

    with httpx.Client(base_url=home, timeout=300, trust_env=False) as client:

        def ask(address, **query):
            reply = client.get(address, params=query)
            assert reply.status_code == 200, reply.text
            return reply

        ask("/")
        found = [resident()]
        for preset in PRESETS:
            for war in (1, 0):
                ask("/api/levers", preset=preset, war=war)
            ask("/api/answer", preset=preset, runs=1000)
        found.append(resident())
        for n in range(20):
            ask("/api/answer", market=f"{(1 + n) / 100:g}", runs=1000)
        for world in range(3):
            code = ask("/api/play/start", scenario="asean", world=world).json()["code"]
            ask("/api/play/year", game=code)
        found.append(resident())
    assert all(size <= most for size, most in zip(found, allowed, strict=True)), (found, allowed)


def test_in_a_network_the_command_prints_address_code_and_picture(started):
    from hedgerow.classroom.serve.launch import lan_address
    from hedgerow.errors import NoAddress

    try:
        lan_address()
    except NoAddress:
        pytest.skip("this machine is in no network")
    _, said = started("--lan")
    code = re.search(r"Class code: (\w{6})", said)[1]
    join = re.search(r"To join: (\S+)", said)[1]
    assert join.endswith(f"/join?code={code}")
    assert said.count("\n") > 15  # the picture
    home = join.partition("join?")[0]
    with httpx.Client(base_url=home, timeout=30, trust_env=False) as client:
        assert client.get("/api/presets").status_code == 401
        assert client.get("/", headers={"host": "evil.example"}).status_code == 421
        assert client.get(f"/join?code={code}").status_code == 303
        assert json.loads(client.get("/api/presets").text)["base"] == "vietnam"
        assert set(PRESETS) == {p["name"] for p in client.get("/api/presets").json()["presets"]}
