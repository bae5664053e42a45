"""Games and the board of a class over the wire: what is asked is checked, what is told is right."""

import json
import random
import re
from functools import cache

import pytest
from starlette.testclient import TestClient

from hedgerow.classroom.play import cards, debrief, decode, encode, start, step
from hedgerow.classroom.play import code as code_module
from hedgerow.classroom.play.code import pick_of, word_of
from hedgerow.classroom.play.messages import catalogue
from hedgerow.classroom.serve import games
from hedgerow.classroom.serve.app import application
from hedgerow.classroom.serve.board import EACH, LONGEST, MOST, Board, nickname_of
from hedgerow.classroom.serve.content import addresses, content
from hedgerow.classroom.serve.security import Limits
from hedgerow.classroom.serve.shares import Client
from hedgerow.errors import Refused

AT = "http://127.0.0.1:8765"
WIDE = Limits(rate=1e6, burst=1e6)


@pytest.fixture(scope="module")
def client():
    """A client on this machine of a classroom without a class code."""
    app = application(["127.0.0.1:8765"], limits=WIDE, kernel="numpy")
    return TestClient(app, base_url=AT, client=("127.0.0.1", 50000))


UNSEEN = (0x200B, 0x200D, 0xFEFF, 0x00AD, 0x034F, 0x115F, 0x3164, 0xFE0F, 0xFFA0, 0xE0100)
UNSEEN = (*UNSEEN, 0x13441, 0x13442, 0x16FE4)
"""Characters of which nothing is seen: one of each kind."""


@cache
def played(picks=2, first=2016, last=2017, replicate=3):
    game = start("vietnam", first=first, last=last, replicate=replicate)
    for _ in range(picks):
        game = step(game, cards(game).cards[0].pick)
    return game


def refusal(reply, status=400):
    assert reply.status_code == status, reply.text
    return reply.json()["error"]


def test_a_game_begins_goes_on_and_is_that_of_the_terminal(client):
    asked = {"scenario": "vietnam", "country": "VNM", "from": 2016, "until": 2017, "world": 3}
    begun = client.get("/api/play/start", params=asked).json()
    assert decode(begun["code"]) == played(0)
    year = client.get("/api/play/year", params={"game": begun["code"]}).json()
    hand = cards(played(0))
    assert [card["pick"] for card in year["hand"]["cards"]] == [word_of(c.pick) for c in hand.cards]
    assert [card["value"] for card in year["hand"]["cards"]] == [c.value for c in hand.cards]
    assert [q["name"] for q in year["hand"]["questions"]] == ["cam-ranh", "eaeu-fta"]
    pick = f"{year['hand']['cards'][0]['pick']}-0_"
    then = client.get("/api/play/pick", params={"game": begun["code"], "pick": pick}).json()
    game = step(played(0), hand.cards[0].pick.answering(0, None))
    assert decode(then["code"]) == game
    assert (then["year"], then["over"]) == (2017, False)
    assert then["briefing"]["year"] == 2017


def test_a_debrief_is_that_of_the_terminal(client, monkeypatch):
    monkeypatch.setattr(games, "RUNS", 24)
    game = played()
    told = client.get("/api/play/debrief", params={"game": encode(game)}).json()
    own = debrief(game, 24, "numpy")
    assert told["paths"]["alignment_index"]["you"] == list(own.paths["alignment_index"].you)
    assert told["paths"]["alignment_index"]["bamboo"]["0.95"] == list(
        own.paths["alignment_index"].bamboo[0.95]
    )
    assert [message["key"] for message in told["questions"]] == [q.key for q in own.questions]


def test_any_move_has_a_card_and_what_is_forbidden_says_so(client):
    def card(game, partner):
        asked = {"game": encode(game), "direction": 1, "instrument": "defence", "partner": partner}
        return client.get("/api/play/move", params=asked).json()

    game = start("vietnam", first=1998, last=2006, replicate=1)
    while not (found := card(game, "USA"))["forbidden"]:
        assert found["pick"][0] in "1234"
        game = step(game, pick_of(found["pick"]))
    assert found["forbidden"][0].startswith("rule ") and found["pick"].startswith("t")


@pytest.mark.parametrize(
    ("path", "query", "telling"),
    [
        ("/api/play", {"x": "1"}, "unknown parameter"),
        ("/api/play/start", {"scenario": "../../etc/passwd"}, "no scenario"),
        ("/api/play/start", {"scenario": "threshold"}, "no scenario"),
        ("/api/play/start", {"country": "FRA"}, "has VNM"),
        ("/api/play/start", {"from": "1e9"}, "not a whole number"),
        ("/api/play/start", {"from": "1900"}, "1996 to 2035"),
        ("/api/play/start", {"world": "10000"}, "out of range"),
        ("/api/play/start", {"world": "-1"}, "out of range"),
        ("/api/play/year", {}, "missing"),
        ("/api/play/year", {"game": "x" * 1000}, "no code of a game"),
        ("/api/play/year", {"game": "\x00~é"}, "alphabet"),
        ("/api/play/pick", {"game": encode(start("vietnam"))}, "missing"),
        ("/api/play/pick", {"game": encode(start("vietnam")), "pick": "h-0"}, "0 questions"),
        ("/api/play/pick", {"game": encode(start("vietnam")), "pick": "<script>"}, "no pick"),
        ("/api/play/pick", {"game": encode(start("vietnam")), "pick": "h" * 81}, "too long"),
        ("/api/play/move", {"game": encode(start("vietnam")), "direction": "2"}, "out of range"),
        ("/api/play/move", {"game": encode(start("vietnam")), "direction": "1"}, "expected"),
        ("/api/play/debrief", {"game": encode(start("vietnam"))}, "not over"),
        ("/api/class", {"x": "1"}, "unknown parameter"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(client, path, query, telling):
    assert telling in refusal(client.get(path, params=query))["message"]


@pytest.mark.parametrize(
    "overrides", [{"time.end": 2034}, {"ensemble.runs": 10**6}, {"terms.loyalty": False}]
)
def test_a_game_with_changes_is_not_played_in_class(client, overrides):
    code = encode(start("vietnam", overrides=overrides))
    assert "changes" in refusal(client.get("/api/play/year", params={"game": code}))["message"]


def test_a_game_of_a_scenario_that_is_not_for_classes_is_refused(client):
    code = encode(start("threshold"))
    reply = client.get("/api/play/year", params={"game": code})
    assert "not played in class" in refusal(reply)["message"]


def test_whatever_is_asked_of_a_game_is_answered_or_refused(client, monkeypatch):
    """Codes with a letter changed, cut, doubled or sealed anew around nonsense: never a fault."""
    monkeypatch.setattr(games, "RUNS", 2)
    rng = random.Random(7)
    good = encode(played(1))
    letters = "abcdefghijklmnopqrstuvwxyz0123456789~.-_%\u00e9 \x00"
    for _ in range(600):
        code = list(good)
        for _ in range(rng.randint(0, 3)):
            code[rng.randrange(len(code))] = rng.choice(letters) * rng.choice((0, 1, 1, 2, 40))
        text = "".join(code)
        if rng.random() < 0.5:  # past the check sum
            body = text.rpartition("~")[0]
            text = f"{body}~{code_module._check(body)}"
        query = {"game": text, rng.choice(("pick", "direction", "x")): rng.choice(letters) * 5}
        path = rng.choice(("year", "pick", "move", "debrief", "bamboo"))
        reply = client.get(
            f"/api/play/{path}", params=query if rng.random() < 0.7 else {"game": text}
        )
        assert reply.status_code in (200, 400, 414), (path, text, reply.text)


# The board


def test_a_group_comes_to_the_board_goes_on_and_is_taken_off(client):
    sent = {"nickname": " Tre  xanh ", "game": encode(played(1))}
    first = client.post("/api/class", json=sent)
    assert first.status_code == 200 and first.json()["nickname"] == "Tre xanh"
    key = first.json()["key"]
    (shown,) = client.get("/api/class").json()["groups"]
    assert shown["years"] == [2016] and len(shown["index"]) == 1
    assert key not in json.dumps(shown)
    more = {**sent, "nickname": "tre XANH", "game": encode(played())}
    assert "another group" in refusal(client.post("/api/class", json=more))["message"]
    assert client.post("/api/class", json={**more, "key": key}).json()["key"] == key
    (shown,) = client.get("/api/class").json()["groups"]
    assert shown["years"] == [2016, 2017]
    own = debrief(played(), 8).paths["alignment_index"].you
    assert shown["index"] == list(own)
    assert client.post("/api/class", json={"remove": "Tre xanh"}).json() == {"removed": True}
    assert client.get("/api/class").json()["groups"] == []


@pytest.mark.parametrize(
    ("body", "telling"),
    [
        ({}, "missing"),
        ({"nickname": "A"}, "no code of a game"),
        ({"nickname": "A", "game": 5}, "not a text"),
        ({"nickname": "A", "game": encode(start("vietnam"))}, "nothing has been picked"),
        ({"nickname": "A", "game": "x", "more": 1}, "unknown fields"),
        ({"nickname": "", "game": "x"}, "nickname"),
        ({"nickname": "x" * (LONGEST + 1), "game": "x"}, "nickname"),
        ({"nickname": "<b>bold</b>", "game": "x"}, "nickname"),
        ({"nickname": "a\u202eb", "game": "x"}, "nickname"),
        *(({"nickname": f"a{chr(unseen)}b", "game": "x"}, "nickname") for unseen in UNSEEN),
        ({"remove": "nobody"}, "no such group"),
        ([], "unknown fields"),
    ],
)
def test_what_does_not_belong_on_the_board_is_refused(client, body, telling):
    assert telling in refusal(client.post("/api/class", json=body))["message"]


def test_the_board_takes_json_alone(client):
    """So that a page of another site cannot write on it unasked."""
    sent = json.dumps({"nickname": "A", "game": encode(played(1))})
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        reply = client.post("/api/class", content=sent, headers={"content-type": kind})
        assert "not JSON" in refusal(reply)["message"]
    for body in ("{", "[" * 5000, "\x00", "NaN"):
        reply = client.post(
            "/api/class", content=body, headers={"content-type": "application/json"}
        )
        refusal(reply)
    assert client.get("/api/class").json()["groups"] == []


def test_others_than_the_teacher_take_nobody_off():
    app = application(["10.0.0.5:8765"], code="ABCDEF", limits=WIDE, kernel="numpy")
    headers = {"x-class-code": "ABCDEF"}
    base = "http://10.0.0.5:8765"
    pupil = TestClient(app, base_url=base, client=("10.0.0.9", 1), headers=headers)
    game = {"nickname": "A", "game": encode(played(1))}
    assert pupil.post("/api/class", json=game).status_code == 200
    assert "only the teacher" in refusal(pupil.post("/api/class", json={"remove": "A"}))["message"]
    assert pupil.get("/api/class").json()["teacher"] is False
    del pupil.headers["x-class-code"]
    refusal(pupil.get("/api/class"), 401)
    refusal(pupil.post("/api/class", json=game), 401)
    refusal(pupil.get("/api/play/year", params={"game": encode(played(1))}), 401)


def test_a_board_is_bounded():
    board = Board()
    for n in range(MOST):
        board.put(f"Group {n}", "", {})
    with pytest.raises(Refused, match="full"):
        board.put("One more", "", {})
    assert len(board.groups()) == MOST


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Anna", "\u0410nna"),  # Cyrillic
        ("Team 1", "Team l"),
        ("TEAM 1", "TEAM I"),
        ("Team 0", "Team O"),
        ("Nhóm 1", "Nh\u00f3m \u0661"),  # Arabic figure
        ("Tom", "Torn"),
        ("LOTUS", "\u216cOTU\u0405"),
        ("O'Neil", "O’Neil"),
        ("scope", "\u0455\u0441\u043e\u0440\u0435"),
        ("anna", "\u0391\u039d\u039d\u0391"),  # Greek capitals
        ("team", "\u0422\u0415\u0410\u041c"),  # Cyrillic capitals
        ("Team I", "team l"),
        ("Tom I", "torn l"),
        ("Team 1", "Team \uff11"),  # full width
        ("Team 2", "Team \u00b2"),
        ("Team 1", "\uff34eam l"),
        ("L\u1ea5n", "La\u0301\u0302n"),  # accents in another order
        ("Anna", "A\u0332nna"),  # a line below
        ("Anna", "An\u20ddna"),  # a circle around
        ("\u00c1nna", "A\u0301\u0301nna"),
        ("Anna", "\u0410\u0332nna"),
    ],
)
def test_a_nickname_that_looks_like_another_is_refused(first, second):
    for one, other in ((first, second), (second, first)):
        board = Board()
        key = board.put(nickname_of(one), "", {})
        with pytest.raises(Refused, match="looks like the nickname"):
            board.put(nickname_of(other), key, {})
        assert board.put(nickname_of(one), key, {}) == key
        board.remove(nickname_of(one))
        board.put(nickname_of(other), "", {})


def test_no_seat_fills_the_board_and_no_address_does():
    board, hostile = Board(), Client("10.0.0.66", "one")
    for n in range(EACH):
        board.put(f"Zed {n * 7919}", "", {}, hostile)
    with pytest.raises(Refused, match="too many"):
        board.put("Zed", "", {}, hostile)
    board.put("Early", "", {}, Client("10.0.0.3", "a"))
    for n in range(EACH, MOST - 1):
        board.put(f"Zed {n * 7919}", "", {}, Client("10.0.0.66", f"seat {n}"))
    for n in range(10):  # one after the other finds a place, at the cost of who has the most
        board.put(f"Honest {n * 7919}", "", {}, Client(f"10.0.1.{n}", "b"))
    names = [group["nickname"] for group in board.groups()]
    assert len(names) == MOST and "Early" in names
    assert sum(name.startswith("Honest") for name in names) == 10
    assert "Zed 0" not in names


def test_behind_one_address_the_seat_with_the_most_groups_loses_the_oldest():
    board = Board()
    for n in range(MOST // EACH):
        for k in range(EACH):
            board.put(f"Zed {(EACH * n + k) * 7919}", "", {}, Client("10.0.0.1", f"seat {n}"))
    board.put("Honest", "", {}, Client("10.0.0.1", "honest"))
    names = [group["nickname"] for group in board.groups()]
    assert len(names) == MOST and "Honest" in names and "Zed 0" not in names


def test_a_seat_has_so_many_groups_over_the_wire_and_the_teacher_any_number(client):
    app = application(["127.0.0.1:8765"], "ABC234", WIDE, kernel="numpy")
    pupil = TestClient(app, base_url=AT, client=("10.0.0.7", 50000), follow_redirects=False)
    assert pupil.get("/join?code=ABC234").status_code == 303
    code = encode(played())
    answers = [
        pupil.post("/api/class", json={"nickname": f"P {n * 7919}", "game": code})
        for n in range(EACH + 1)
    ]
    assert [one.status_code for one in answers] == [200] * EACH + [400]
    for n in range(EACH + 1):
        sent = {"nickname": f"T {n * 7919}", "game": code}
        assert client.post("/api/class", json=sent).status_code == 200
        assert client.post("/api/class", json={"remove": f"T {n * 7919}"}).status_code == 200


def test_nicknames_that_do_not_look_alike_are_taken():
    board = Board()
    names = ["Lan", "Ian", "Lân", "Làn", "Team 1", "Team 10", "Tre xanh", "Tre xánh", "竹", "Лиса"]
    names += ["Dan", "Đan", "Lần", "Lẫn", "Lận", "กา", "กำ", "กิ", "はな", "ばな", "한나", "하나"]
    for name in names:
        board.put(nickname_of(name), "", {})
    assert [group["nickname"] for group in board.groups()] == names


def test_nicknames_of_all_scripts_are_taken():
    for name in ("Tre xanh", "Nhóm 1", "Лиса", "竹", "O’Neil", "a.b_c-d"):
        assert nickname_of(name) == name


def test_texts_of_games_are_served_and_every_key_the_pages_use_is_there(client):
    for language in ("en", "vi"):
        served = client.get(f"/static/play/{language}.json")
        assert served.json() == catalogue(language)
    known = catalogue("en")
    for name in ("play.html", "class.html"):
        page = content(name).plain.decode()
        assert "style=" not in page and "onclick" not in page
        for key in re.findall(r'data-p(?:-label)?="([^"]+)"', page):
            assert key in known, key
        bare = re.sub(r"<noscript>.*?</noscript>|<title>.*?</title>|<[^>]+>|<!.*?>", " ", page)
        assert not re.sub(r"[\s:]", "", bare), bare
    for name in ("js/play.js", "js/class.js"):
        script = content(name).plain.decode()
        for prefix, key in re.findall(r'\b(page|ui)\("([\w.]+)"', script):
            assert f"{prefix}.{key}" in known, key
    assert {"/play", "/class"} <= addresses().keys()
