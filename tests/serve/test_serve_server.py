"""What the server lets in, what it refuses and how, and the files it has."""

import asyncio
import json
import re
from pathlib import Path

import httpx
import pytest

from hedgerow.evidence import LABELS
from hedgerow.scenario import load
from hedgerow.serve import content
from hedgerow.serve.app import API, application
from hedgerow.serve.asked import SWITCHES
from hedgerow.serve.cache import Kept
from hedgerow.serve.errors import Busy
from hedgerow.serve.launch import _LETTERS, NoAddress, bind, lan_address, new_code
from hedgerow.serve.levers import LEVERS
from hedgerow.serve.measures import TOLD
from hedgerow.serve.pool import Pool
from hedgerow.serve.presets import GROUPS, PRESETS, texts
from hedgerow.serve.security import HEADERS, Buckets, Limits, same

HOST = "127.0.0.1:8765"
STATIC = Path(content.__file__).parent / "static"


class Client:
    """Asks an application without any network; keeps cookies."""

    def __init__(self, app):
        self.app, self.cookies = app, {}

    def request(self, method, path, **more):
        async def ask():
            transport = httpx.ASGITransport(self.app, client=("10.0.0.7", 5))
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
        ("enforcement=1000", "enforcement", "from 0 to 36"),
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


def test_who_guesses_codes_is_slowed_down():
    room = client("ABC234")
    statuses = [room.get("/", headers={"x-class-code": f"A{n}"}).status_code for n in range(12)]
    assert statuses == [401] * 8 + [429] * 4
    right = room.get("/api/presets", headers={"x-class-code": "ABC234"})
    assert right.status_code == 200  # who knows the code is not kept out by who does not
    assert room.get("/join?code=XXXXXX").headers["location"].endswith("slow")


def test_a_flood_of_one_client_is_stemmed():
    room = client(limits=Limits(rate=1.0, burst=5.0, files=2.0))
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
    buckets.wait("b"), buckets.wait("c")
    assert [buckets.wait("a") for _ in range(3)] == [0.0] * 3  # forgotten, so full again


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


class Task:
    """Work that says in which order its parts were done."""

    def __init__(self, name, parts, log, gate=None):
        self.name, self.parts, self.log, self.gate = name, parts, log, gate

    def part(self, number):
        if self.gate is not None:
            self.gate.wait(5)
        self.log.append(f"{self.name}{number}")
        return number

    def finish(self, found):
        assert found == list(range(self.parts))
        return self.name.encode()


def test_what_is_urgent_goes_first_and_what_nobody_wants_is_dropped():
    import threading

    async def scene():
        pool, log, gate = Pool(workers=1, most=3), [], threading.Event()
        slow = asyncio.create_task(pool.ask("a", Task("a", 2, log, gate)))
        await asyncio.sleep(0.1)
        fast = asyncio.create_task(pool.ask("b", Task("b", 1, log), urgent=True))
        same_again = asyncio.create_task(pool.ask("a", Task("never", 1, log)))
        unwanted = asyncio.create_task(pool.ask("c", Task("c", 3, log)))
        await asyncio.sleep(0.1)
        with pytest.raises(Busy):
            await pool.ask("d", Task("d", 1, log))
        unwanted.cancel()
        await asyncio.sleep(0)
        gate.set()
        assert await asyncio.gather(slow, fast, same_again) == [b"a", b"b", b"a"]
        assert log == ["a0", "b0", "a1"]
        pool.close()

    asyncio.run(scene())


def test_a_fault_in_the_work_reaches_who_asked_and_nobody_else():
    class Bad(Task):
        def part(self, number):
            raise ZeroDivisionError

    async def scene():
        pool, log = Pool(workers=2), []
        with pytest.raises(ZeroDivisionError):
            await pool.ask("bad", Bad("bad", 3, log))
        assert await pool.ask("good", Task("good", 5, log)) == b"good"
        pool.close()

    asyncio.run(scene())


def test_what_is_kept_is_bounded():
    kept = Kept(2)
    kept.put("a", 1), kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]
    assert len(kept) == 2


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
        wanted += [f"option.{name}" for name in entry["options"]]
    wanted += [f"term.{name}" for name in set(scenario.resolved["terms"]) - {"move_cost"}]
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
