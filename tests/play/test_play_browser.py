"""The pages of the game in a real browser: a whole game by keyboard, the sheet, the board."""

import threading
import time

import pytest

from hedgerow.classroom.play import debrief, decode, encode, start, step
from hedgerow.classroom.play.cards import any_card, cards


@pytest.fixture(scope="module")
def home():
    """The address of a classroom that runs while the module does."""
    from hedgerow.classroom.serve.launch import bind, server_of

    place = bind(port=0)
    server = server_of(place)
    thread = threading.Thread(target=server.run, kwargs={"sockets": place.sockets}, daemon=True)
    thread.start()
    yield place.home.rstrip("/")
    server.should_exit = True
    thread.join(30)
    for one in place.sockets:
        one.close()


@pytest.fixture
def page(browser, home):
    """A fresh page on which nothing may go wrong, and that reaches our server alone."""
    wrong = []
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.route(
        lambda url: not url.startswith(home), lambda route: (wrong.append(route), route.abort())
    )
    made = context.new_page()
    made.set_default_timeout(60_000)
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda said: wrong.append(said.text) if _bad(said) else None)
    yield made
    context.close()
    assert not wrong


def _bad(said):
    """Whether the console said something that it should not; a refusal of ours may be there."""
    return said.type == "error" and "status of 400" not in said.text


def accessible(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    bad = [v for v in found if v["impact"] in ("serious", "critical")]
    assert not bad, [(v["id"], [n["target"] for n in v["nodes"]]) for v in bad]


def heading(page):
    return page.inner_text("h1:visible")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_a_whole_game_by_keyboard_to_its_debrief(page, home):
    page.goto(f"{home}/play?lang=en")
    page.wait_for_selector("#begin:not([hidden])")
    accessible(page)
    code = encode(start("vietnam", first=2015, last=2017, replicate=3))
    page.focus("#code")
    page.keyboard.type(code)
    press(page, "Enter")
    page.wait_for_selector("#year:not([hidden])")
    assert heading(page) == "Vietnam, 2015"
    assert page.evaluate("document.activeElement.id") == "year-title"
    accessible(page)
    game = decode(code)
    for year in (2015, 2016, 2017):
        hand = cards(game)
        if hand.questions:
            page.focus("#questions input:checked")
            press(page, "ArrowDown")  # from the last option, the model's, to the first
        page.focus("#hand input")
        press(page, "Space")
        assert page.is_checked("#hand input >> nth=0")
        page.keyboard.press("Enter")
        answers = (0, *(None for _ in hand.questions[1:])) if hand.questions else ()
        game = step(game, hand.cards[0].pick.answering(*answers))
        after = "What it came to" if year == 2017 else f"Vietnam, {year + 1}"
        page.wait_for_function(
            "t => [...document.querySelectorAll('h1')].some(h => h.offsetParent"
            " && h.innerText.startsWith(t))",
            arg=after,
        )
    assert page.evaluate("new URLSearchParams(location.search).get('game')") == encode(game)
    assert page.inner_text("#codetext") == encode(game)
    assert page.locator("#write textarea").count() == 3
    assert page.locator("#summary li").count() >= 6
    assert page.get_attribute("#index svg", "role") == "img"
    page.click("#index-table summary")
    page.wait_for_selector("#index-table tbody tr >> nth=2")
    accessible(page)
    terms = {term for year in debrief(game, runs=8).by_term for term in year}
    for width in (1366, 390):  # the payoff by term is there whole
        page.set_viewport_size({"width": width, "height": 844})
        assert page.locator("#terms tbody tr").count() == len(terms)
        size = (
            "node => [node.scrollHeight - node.clientHeight, node.scrollWidth - node.clientWidth]"
        )
        assert page.eval_on_selector("#terms", size) == [0, 0]
    page.emulate_media(media="print")
    assert page.is_visible(".sheet-lines") and not page.is_visible("#print")
    assert not page.is_visible("header")


def test_a_link_opens_the_same_year_and_back_goes_back(page, home):
    game = step(start("vietnam", first=2020), cards(start("vietnam", first=2020)).cards[1].pick)
    page.goto(f"{home}/play?game={encode(game)}&lang=en")
    page.wait_for_selector("#year:not([hidden])")
    assert heading(page) == "Vietnam, 2021"
    shown = page.inner_text("#briefing")
    page.check("#hand input >> nth=0")
    page.click("#decide button.main")
    page.wait_for_function(
        "() => document.getElementById('year-title').innerText === 'Vietnam, 2022'"
    )
    page.go_back()
    page.wait_for_function(
        "() => document.getElementById('year-title').innerText === 'Vietnam, 2021'"
    )
    assert page.inner_text("#briefing") == shown
    page.select_option("#language", "vi")
    page.wait_for_function(
        "() => document.getElementById('year-title').innerText === 'Việt Nam, 2021'"
    )
    assert page.evaluate("document.documentElement.lang") == "vi"
    assert "Vị thế của bạn" in page.inner_text("#briefing")


def forbidden():
    """A game in which a card of the hand is forbidden, and that card."""
    for replicate in range(20):
        game = start("vietnam", first=2022, replicate=replicate)
        for card in cards(game).cards:
            if card.forbidden:
                return game, any_card(game, card.direction, card.instrument, card.partner)
    raise AssertionError("no rule forbids anything")


def test_any_move_can_be_dealt_and_a_year_without_a_pick_is_not_decided(page, home):
    game, card = forbidden()
    page.goto(f"{home}/play?game={encode(game)}&lang=en")
    page.wait_for_selector("#year:not([hidden])")
    page.click("#decide button.main")
    assert page.inner_text("#said") == "Choose a card first."
    assert heading(page) == "Vietnam, 2022"
    page.click("#other summary")
    page.select_option("#direction", str(card.direction))
    page.select_option("#instrument", card.instrument)
    page.select_option("#partner", card.partner)
    page.click("#add")
    page.wait_for_selector("#hand .own")
    own = page.inner_text("#hand .own")
    assert "Forbidden: " in own and "you are refused and the year passes" in own
    assert page.is_checked("#hand .own input")


def test_a_broken_code_is_said_and_a_new_game_offered(page, home):
    page.goto(f"{home}/play?game=broken&lang=en")
    page.wait_for_selector("#trouble:not([hidden])")
    assert "no code of a game" in page.inner_text("#trouble")
    assert page.is_visible("#begin")


def test_groups_meet_on_the_board(page, home):
    first = start("vietnam", first=2015, last=2016, replicate=3)
    page.goto(f"{home}/class?lang=en")
    page.wait_for_selector("#none:not([hidden])")
    accessible(page)
    for n, name in enumerate(("Tre", "Mai")):
        game = step(first, cards(first).cards[n].pick)
        page.goto(f"{home}/play?game={encode(game)}&lang=en")
        page.fill("#nickname", name)
        page.click("#send button")
        page.wait_for_function(
            "n => document.getElementById('nickname-note').innerText.includes(n)", arg=name
        )
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{home}/class?lang=en")
    page.wait_for_selector("#groups tbody tr >> nth=1")
    assert page.locator("#paths path[stroke-width='2.5']").count() == 2
    label = page.get_attribute("#paths svg", "aria-label")
    assert "Tre" in label and "Mai" in label
    accessible(page)
    with page.expect_download() as waiting:
        page.click("#save-csv")
    lines = waiting.value.path().read_text("utf-8").splitlines()
    assert len(lines) == 3 and lines[1].startswith('"Tre","vietnam","VNM"')
    page.click("button[aria-label='Remove Tre']")
    page.wait_for_function("() => document.querySelectorAll('#groups tbody tr').length === 1")


@pytest.mark.parametrize("width", [360, 768, 1920])
def test_nothing_is_wider_than_the_screen(page, home, width):
    page.set_viewport_size({"width": width, "height": 800})
    game = start("vietnam", first=2022, last=2022)
    for code in ("", encode(game), encode(step(game, cards(game).cards[0].pick))):
        page.goto(f"{home}/play?game={code}&lang=vi")
        page.wait_for_selector("h1:visible")
        page.wait_for_function("() => document.getElementById('main').hidden === false")
        time.sleep(0.2)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
