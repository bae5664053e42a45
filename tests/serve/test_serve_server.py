"""What the server lets in, what it refuses and how, and the files it has."""

import asyncio
import json
import re
from pathlib import Path

import httpx
import pytest

from hedgerow.classroom.serve import content
from hedgerow.classroom.serve.app import API, application
from hedgerow.classroom.serve.asked import SWITCHES
from hedgerow.classroom.serve.cache import Kept
from hedgerow.classroom.serve.launch import _LETTERS, bind, lan_address, new_code
from hedgerow.classroom.serve.levers import LEVERS
from hedgerow.classroom.serve.measures import TOLD
from hedgerow.classroom.serve.pool import ALONE, Pool
from hedgerow.classroom.serve.presets import GROUPS, PRESETS, texts
from hedgerow.classroom.serve.security import HEADERS, Buckets, Guard, Limits, Rates, same
from hedgerow.classroom.serve.shares import Client as Visitor
from hedgerow.errors import NoAddress
from hedgerow.facts import LABELS
from hedgerow.model.parameters import Vote
from hedgerow.scenario import load

HOST = "127.0.0.1:8765"
STATIC = Path(content.__file__).parent / "static"


class Client:
    """Asks an application without any network; keeps cookies."""

    def __init__(self, app, address="10.0.0.7"):
        self.app, self.address, self.cookies = app, address, {}

    def request(self, method, path, **more):
        async def ask():
            transport = httpx.ASGITransport(self.app, client=(self.address, 5))
            options = {"base_url": f"http://{HOST}", "cookies": self.cookies}
            async with httpx.AsyncClient(transport=transport, **options) as client:
                return await client.request(method, path, **more)

        reply = asyncio.run(ask())
        self.cookies.update(reply.cookies)
        return reply

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, **more):
        return self.request("POST", path, **more)


def client(code="", limits=None):
    return Client(application([HOST], code, limits, kernel="numpy"))


@pytest.fixture(scope="module")
def page():
    """A client of a classroom; without its life, so that nothing is played in the background."""
    return client()


def refused(reply, status):
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/json"
    return reply.json()["error"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1", "", HOST + "0"])
def test_a_foreign_host_is_refused(page, host):
    assert "host" in refused(page.get("/", headers={"host": host}), 421)["message"]
    assert page.get("/", headers={"host": HOST.upper()}).status_code == 200


def test_every_answer_bears_the_same_protection(page):
    for path in ("/", "/static/style.css", "/api/presets", "/api/answer?x=1", "/nothing"):
        reply = page.get(path)
        assert {name: reply.headers[name] for name, _ in HEADERS} == dict(HEADERS)
    assert "unsafe" not in dict(HEADERS)["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/js/..%5c..%5capp.py",
        "/static//etc/passwd",
        "/static/",
        "/static/js",
        "/static/style.css/",
        "/static/style.css%00",
        "/etc/passwd",
        "/index.html",
        "/api",
    ],
)
def test_nothing_but_named_files_is_there(page, path):
    reply = page.get(path)
    assert reply.status_code == 404, path
    assert b"import" not in reply.content


def test_files_are_those_of_the_package_and_all_of_them():
    there = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    assert there == set(content.addresses().values())
    with pytest.raises(KeyError):
        content.content("../app.py")


def test_files_come_packed_and_once(page):
    for address, name in content.addresses().items():
        if address == "/join":  # nothing to enter here
            assert page.get(address).headers["location"] == "/"
            continue
        reply = page.get(address)
        assert reply.content == (STATIC / name).read_bytes()
        again = page.get(address, headers={"if-none-match": reply.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert page.get("/").headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("br", False),
        ("GZIP;q=0.5", True),
        ("br, *;q=0.1", True),
    ],
)
def test_files_come_packed_to_those_who_take_it(page, accepted, packed):
    reply = page.get("/", headers={"accept-encoding": accepted})
    assert (reply.headers.get("content-encoding") == "gzip") is packed
    assert reply.content == (STATIC / "index.html").read_bytes()


def test_the_page_is_light_and_asks_nobody_else():
    names = [name for name in content.addresses().values() if name != "locales/vi.json"]
    assert sum((STATIC / name).stat().st_size for name in names) < 300_000
    for name in names:
        if not name.startswith("vendor/") and name != "icon.svg":
            text = (STATIC / name).read_text("utf-8").replace("http://www.w3.org/", "")
            assert not re.search(r"https?://", text), name


def test_unknown_methods_and_sizes_are_refused(page):
    assert refused(page.request("DELETE", "/api/answer"), 405)
    assert refused(page.request("PATCH", "/"), 405)
    assert refused(page.post("/api/answer", content=b"x"), 405)
    assert "2048" in refused(page.get("/api/answer?" + "x" * 3000), 414)["message"]
    assert "256" in refused(page.get("/" + "x" * 300), 414)["message"]
    assert "16384" in refused(page.post("/", content=b"x" * 20_000), 413)["message"]
    long = page.post("/", content=b"", headers={"content-length": "9" * 30})
    assert refused(long, 413)


@pytest.mark.parametrize(
    ("query", "parameter", "expected"),
    [
        ("enforcement=1000", "enforcement", "from 0 to 12"),
        ("runs=100000", "runs", "128, 1000"),
        ("year=2030", "year", "preset"),
        ("preset=<script>", "preset", "vietnam"),
        ("war=2", "war", "0 (off) or 1 (on)"),
        ("need=0.1&need=0.2", "need", "once"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_right(page, query, parameter, expected):
    error = refused(page.get(f"/api/answer?{query}"), 400)
    assert error["parameter"] == parameter
    assert expected in error["expected"]


def test_every_question_minds_its_parameters(page):
    for path in API:
        assert refused(page.get(f"{path}?hostile=1"), 400)["parameter"] == "hostile"
    assert refused(page.get("/api/why"), 400)["parameter"] == "year"
    assert refused(page.get("/api/why?year=1995"), 400)["expected"] == "1996 to 2035"


def test_with_a_code_nothing_is_there_without_it():
    room = client("ABC234")
    for path in ("/api/presets", "/static/style.css", "/", "/nothing"):
        assert "class code" in refused(room.get(path), 401)["message"]
    reply = room.get("/", headers={"accept": "text/html"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/join")
    for path in content.FREE:
        assert room.get(path).status_code == 200
    assert room.get("/api/presets", headers={"x-class-code": "abc234"}).status_code == 200
    wrong = room.get("/api/presets", headers={"x-class-code": "ABC235"})
    assert refused(wrong, 401)


def test_the_code_goes_into_a_cookie_and_no_further():
    room = client("ABC234")
    reply = room.get("/join?code=wrong")
    assert reply.headers["location"] == "/join?try=wrong"
    assert "set-cookie" not in reply.headers
    reply = room.get("/join?code=abc234")
    assert (reply.status_code, reply.headers["location"]) == (303, "/")
    assert "httponly" in reply.headers["set-cookie"].lower()
    assert room.get("/").status_code == 200


def test_who_guesses_codes_is_told_nothing_for_a_while():
    app = application([HOST], "ABC234", kernel="numpy")
    room, pupil, other = (Client(app, address) for address in ("10.0.0.7", "10.0.0.7", "10.0.0.8"))
    pupil.get("/join?code=abc234")
    statuses = [room.get("/", headers={"x-class-code": f"A{n}"}).status_code for n in range(12)]
    assert statuses == [401] * 8 + [429] * 4
    right = room.get("/api/presets", headers={"x-class-code": "ABC234"})
    assert refused(right, 429) and 1 <= int(right.headers["retry-after"]) <= 5
    reply = room.get("/join?code=ABC234")
    assert reply.headers["location"].endswith("slow") and int(reply.headers["retry-after"]) >= 1
    assert "set-cookie" not in reply.headers
    # Who has joined stays, behind the same address too; others come in from another one.
    assert pupil.get("/api/presets").status_code == 200
    assert other.get("/join?code=ABC234").headers["location"] == "/"
    assert other.get("/api/presets").status_code == 200


def test_after_the_wait_that_was_told_the_right_code_counts_again():
    app = application([HOST], "ABC234", Limits(guesses=2.0), kernel="numpy")
    now = [0.0]
    app._guesses = Buckets(0.2, 2.0, clock=lambda: now[0])
    room = Client(app)
    for wrong in ("X", "Y"):
        assert room.get(f"/join?code={wrong}").headers["location"].endswith("wrong")
    reply = room.get("/join?code=ABC234")
    assert reply.headers["location"].endswith("slow")
    now[0] += int(reply.headers["retry-after"])
    assert room.get("/join?code=ABC234").headers["location"] == "/"


def test_a_seat_is_of_this_lesson_and_cannot_be_made():
    room, yesterday = client("ABC234"), client("ABC234")
    yesterday.get("/join?code=ABC234")
    for cookie in (*yesterday.cookies.values(), "ABC234", "a.b", ".", "\u00e9.\u00e9"):
        headers = {"cookie": f"hedgerow-seat={cookie}".encode("latin-1")}
        assert refused(room.get("/api/presets", headers=headers), 401)
    # An old cookie is no guess: a class that comes back is not kept waiting.
    assert room.get("/join?code=ABC234").headers["location"] == "/"
    (seat,) = room.cookies.values()
    room.get("/join?code=ABC234")
    assert list(room.cookies.values()) == [seat]
    assert "ABC234" not in seat


def test_who_joins_where_an_address_has_all_its_seats_gets_in_and_shares_one():
    limits = Limits(joins=3.0, rate=1e-3, burst=3.0, files=1e6, pause=0.0)
    app, now = application([HOST], "ABC234", limits, kernel="numpy"), [0.0]
    app._joins = Buckets(0.2, 3.0, clock=lambda: now[0])

    def joined(pupil):
        assert pupil.get("/join?code=ABC234").headers["location"] == "/"
        (seat,) = pupil.cookies.values()
        return seat

    pupils = [Client(app) for _ in range(6)]
    seats = [joined(pupil) for pupil in pupils]
    assert len(set(seats)) == 4 and seats[3] == seats[4] == seats[5]
    statuses = [pupil.get("/api/presets").status_code for pupil in pupils[2:] + pupils[:1] * 2]
    assert statuses == [200] * 6  # three of them with the one seat
    assert refused(pupils[3].get("/api/presets"), 429)
    other = Client(app, "10.0.0.9")
    assert joined(other) not in seats and other.get("/api/presets").status_code == 200
    now[0] += 5.0  # the address has one more
    assert joined(pupils[5]) not in seats and joined(pupils[0]) == seats[0]
    assert pupils[5].get("/api/presets").status_code == 200
    assert joined(pupils[4]) == seats[4]


def test_many_seats_of_one_address_ask_little_more_than_one():
    rates = Rates(Limits(rate=1e-9, burst=10.0, sure=0.2, address=2.0))
    seats = [Visitor("10.0.0.66", f"seat {n}") for n in range(40)]
    taken = sum(not rates.wait(seat) for seat in seats for _ in range(100))
    assert taken == 40 * 2 + 20
    # Neither another seat of that address nor another address is refused for it.
    quiet, alone = Visitor("10.0.0.66", "quiet"), Visitor("10.0.0.7", "alone")
    assert [not rates.wait(quiet) for _ in range(3)] == [True, True, False]
    assert [not rates.wait(alone) for _ in range(11)] == [True] * 10 + [False]


def test_a_flood_of_one_client_is_stemmed():
    room = client(limits=Limits(rate=1.0, burst=5.0, files=2.0, pause=0.0))
    statuses = [room.get("/api/presets").status_code for _ in range(8)]
    assert statuses == [200] * 5 + [429] * 3
    assert int(room.get("/api/presets").headers["retry-after"]) >= 1
    assert room.get("/").status_code == 200


def test_buckets_fill_again_and_forget():
    now = [0.0]
    buckets = Buckets(2.0, 3.0, most=2, clock=lambda: now[0])
    assert [buckets.wait("a") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    now[0] = 0.5
    assert [buckets.wait("a"), buckets.wait("a")] == [0.0, 0.5]
    now[0] = 1000.0  # a bucket holds no more than it did, however long nobody took from it
    assert [buckets.wait("a") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    buckets.wait("b"), buckets.wait("c")
    assert [buckets.wait("a") for _ in range(3)] == [0.0] * 3  # forgotten, so full again


def test_a_fault_is_one_line_for_the_teacher_and_a_refusal_for_the_pupil(caplog):
    async def broken(scope, receive, send):
        raise KeyError("a\x1b[31mfault\n")

    room = Client(Guard(broken, [HOST]))
    assert "a fault of hedgerow" in refused(room.get("/api/x"), 500)["message"]
    said = [
        record.getMessage()
        for record in caplog.records
        if record.name == "hedgerow.classroom.serve"
    ]
    assert len(said) == 1 and "KeyError" in said[0] and "/api/x" in said[0]
    assert all(line.isprintable() for line in said)
    assert not any(record.exc_info for record in caplog.records)


def test_codes_are_compared_whole_and_drawn_from_plain_letters():
    assert same(" abc ", "ABC") and not same("ABCD", "ABC") and not same("", "ABC")
    assert not same("é", "E")
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 6 and set(code) <= set(_LETTERS) for code in codes)
    assert not set(_LETTERS) & set("O0I1L")


def test_a_taken_port_is_told():
    place = bind(port=0)
    try:
        with pytest.raises(NoAddress, match=f"--port {place.port}: taken"):
            bind(port=place.port)
        assert place.host == "127.0.0.1" and place.code == ""
    finally:
        for one in place.sockets:
            one.close()


def test_in_a_network_others_need_the_code():
    try:
        address = lan_address()
    except NoAddress:
        pytest.skip("this machine is in no network")
    place = bind(lan=True, port=0)
    try:
        assert [one.getsockname()[0] for one in place.sockets] == ["127.0.0.1", address]
        assert place.join == f"http://{address}:{place.port}/join?code={place.code}"
        assert len(place.code) == 6
    finally:
        for one in place.sockets:
            one.close()


def test_what_is_kept_is_bounded():
    kept = Kept(2)
    kept.put("a", 1), kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]
    assert len(kept) == 2


def test_what_is_kept_is_bounded_by_its_size():
    kept = Kept(10, len)
    kept.put("a", "1234"), kept.put("b", "5678"), kept.put("a", "12")
    assert [kept.get(key) for key in "ba"] == ["5678", "12"]
    kept.put("c", "90123")
    assert [kept.get(key) for key in "abc"] == ["12", None, "90123"]
    kept.put("d", "x" * 11)  # larger than the store
    assert kept.get("d") is None


# ---- texts


LOCALES = {
    name: json.loads((STATIC / "locales" / f"{name}.json").read_text("utf-8"))
    for name in ("en", "vi")
}
STYLES = ("lever idle", "plot free")
"""Names of styles, which look like words."""
SCRIPTS = sorted((STATIC / "js").glob("*.js"))


def test_both_languages_say_the_same_things():
    english, vietnamese = LOCALES["en"], LOCALES["vi"]
    assert list(english) == list(vietnamese)
    for key, text in english.items():
        assert text.strip() and vietnamese[key].strip(), key
        holes = [set(re.findall(r"\{(\w+)\}", words)) for words in (text, vietnamese[key])]
        assert holes[0] == holes[1], key


def test_every_text_that_the_server_names_is_there():
    scenario = load("vietnam")
    wanted = [f"{kind}.{lever.id}" for lever in LEVERS for kind in ("lever", "hint")]
    wanted += [f"unit.{lever.unit}" for lever in LEVERS]
    wanted += [f"{kind}.{name}" for name in SWITCHES for kind in ("switch", "hint")]
    wanted += [f"change.{name}.{how}" for name in SWITCHES for how in ("on", "off")]
    wanted += [f"measure.{name}" for name in TOLD]
    wanted += [f"kind.{name}" for name in ("fact", *LABELS)]
    wanted += [f"partner.{code}" for code in scenario.partners]
    wanted += [f"group.{name}" for name in GROUPS]
    wanted += [f"preset.{name}" for name in PRESETS]
    wanted += [f"question.{name}" for name in scenario.resolved["choices"]]
    for entry in scenario.resolved["choices"].values():
        wanted += [f"option.{name}" for name in entry.get("options", Vote.options)]
    wanted += [f"term.{name}" for name in scenario.resolved["terms"]]
    wanted += [f"rung.{name}" for name in scenario.rungs]
    assert set(wanted) <= set(LOCALES["en"])
    for name in PRESETS:  # in English the page says what the file says
        assert LOCALES["en"][f"preset.{name}"] == texts()[name]["title"]
        assert LOCALES["en"][f"description.{name}"] == texts()[name]["description"]


def test_every_key_that_the_page_uses_is_there():
    for path in [*SCRIPTS, STATIC / "index.html"]:
        text = path.read_text("utf-8")
        used = re.findall(r"""\bt\(\s*"([^"]+)"|data-t(?:-label)?="([^"]+)\"""", text)
        for key in (one or other for one, other in used):
            assert key in LOCALES["en"], f"{path.name}: {key}"


def test_no_text_is_written_into_the_page():
    html = (STATIC / "index.html").read_text("utf-8")
    html = re.sub(r"<noscript>.*?</noscript>|<title>Hedgerow</title>", "", html, flags=re.DOTALL)
    assert re.sub(r"<[^>]*>", "", html).split() == []
    assert set(re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', html)) <= {""}
    for path in SCRIPTS:
        code = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        for one in re.findall(r'"([^"\n]*)"', code):
            words = one in STYLES or not re.search(r"[A-Za-z]{3,} [a-z]{2,}", one)
            assert words, f"{path.name}: {one}"


def test_what_a_question_is_about_is_loaded_once_and_as_work_of_who_asks(monkeypatch):
    asked, ask = [], Pool.ask

    async def noted(self, key, work, urgent=False, client=ALONE):
        asked.append((key, client.address))
        return await ask(self, key, work, urgent, client)

    monkeypatch.setattr(Pool, "ask", noted)
    pupil = client()
    for address in ("/api/levers?preset=us-retreats", "/api/play/start?scenario=asean&world=7"):
        answers = [pupil.get(address) for _ in range(2)]
        assert [one.status_code for one in answers] == [200, 200]
        assert answers[0].content == answers[1].content
    game = answers[0].json()["code"]
    assert pupil.get(f"/api/play/year?game={game}").status_code == 200
    assert [(key[:2], address) for key, address in asked] == [
        (("load", ("us-retreats", True)), pupil.address),
        (("load", ("us-retreats", False)), pupil.address),
        (("levers", "us-retreats"), pupil.address),
        (("load", ("game", "asean")), pupil.address),
        (("play", "year"), pupil.address),
    ]
