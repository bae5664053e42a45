"""The page as people use it: in a real browser, by keyboard, on a phone, in another language."""

import io
import subprocess
import sys
import tomllib
from urllib.parse import parse_qs, urlparse

import matplotlib.image
import pytest
from cli.folders import compiled
from serve.waiting import settled

from hedgerow.classroom.serve.levers import LEVERS

ALIGNMENT = "#figure-alignment [role='img']"
ARMS = "#figure-arms [role='img']"


def press(page, selector, key, times=1):
    page.focus(selector)
    for _ in range(times):
        page.keyboard.press(key)
    settled(page)


def said(page, selector=ALIGNMENT):
    return page.get_attribute(selector, "aria-label")


def rows(page, figure):
    """The table behind a chart, opened if need be."""
    if not page.locator(f"#{figure} details[open]").count():
        page.click(f"#{figure} summary")
        page.wait_for_selector(f"#{figure} tbody tr")
    return page.locator(f"#{figure} tbody tr").all_inner_texts()


def state_of(page):
    return {name: value[0] for name, value in parse_qs(urlparse(page.url).query).items()}


def test_a_slider_moved_by_keyboard_moves_chart_sentence_and_address(visit):
    page = visit("/?lang=en")
    before = page.inner_text("#sentence"), said(page), rows(page, "figure-arms")
    assert before[0].startswith("Nothing is changed yet")
    press(page, "#lever-capacity", "Home")
    assert page.input_value("#lever-capacity") == "0"
    assert page.inner_text("#lever-capacity-value").startswith("0.00")
    after = page.inner_text("#sentence")
    assert "Russian arms capacity during the war from 0.40 to 0.00" in after
    assert "Russia's share of arms orders falls by" in after
    assert said(page) != before[1]
    assert rows(page, "figure-arms") != before[2]
    assert state_of(page)["capacity"] == "0"
    # The dashed baseline has not moved.
    last = [row.split("\t")[-1] for row in rows(page, "figure-arms")]
    assert last == [row.split("\t")[-1] for row in before[2]]
    press(page, "#reset", "Enter")
    assert page.inner_text("#sentence") == before[0]
    assert rows(page, "figure-arms") == before[2]


def test_a_link_opens_the_same_answer(visit):
    page = visit("/?lang=en&preset=no-war")
    press(page, "#lever-threat", "ArrowRight", 5)
    page.focus("#switch-no_alliance")
    page.keyboard.press("Space")
    press(page, "#year", "ArrowLeft", 3)
    page.check("#arms-orders")
    page.click("#why")
    page.wait_for_selector("#why-body svg")
    settled(page)
    wanted = {"lang": "en", "preset": "no-war", "threat": "1.1", "no_alliance": "0"}
    assert state_of(page) == wanted | {"year": "2027", "arms": "orders", "why": "1"}
    other = visit("/?" + urlparse(page.url).query)
    other.wait_for_selector("#why-body svg")
    for selector in ("#sentence", "#why-body .legend", "#lever-threat-value", "#year-value"):
        assert other.inner_text(selector) == page.inner_text(selector)
    for selector in (ALIGNMENT, ARMS, "#figure-votes .plot", "#figure-why [role='img']"):
        assert said(other, selector) == said(page, selector)
    for figure in ("figure-alignment", "figure-arms", "figure-tiers", "figure-portfolio"):
        assert rows(other, figure) == rows(page, figure)
    assert "ES-11/1" not in other.inner_text("#figure-votes")
    assert not other.is_checked("#switch-no_alliance") and other.is_checked("#arms-orders")
    page.go_back()  # nothing but replaced addresses lies between


def test_what_is_downloaded_runs_on_the_command_line_with_equal_numbers(visit, tmp_path):
    page = visit("/?lang=en&preset=russia-recovers&enforcement=9&no_siding=0&year=2034")
    for link, name in (("#toml", "own.toml"), ("#csv", "own.csv")):
        with page.expect_download() as download:
            page.click(link)
        download.value.save_as(tmp_path / name)
    assert tomllib.loads((tmp_path / "own.toml").read_text("utf-8"))["ensemble"]["runs"] == 1000
    command = [sys.executable, "-m", "hedgerow", "run", "own.toml", "--no-figures", "--quiet"]
    done = subprocess.run(
        [*command, "--keep", "summary", "--out", "result"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=compiled(),
    )
    assert done.returncode == 0, done.stderr
    summary = (tmp_path / "result" / "summary.csv").read_bytes()
    assert (tmp_path / "own.csv").read_bytes() == summary
    # And what the page shows is in it, to the printed digit.
    table = {}
    for line in summary.decode().splitlines()[1:]:
        _, year, _, measure, mean, _, *levels, _ = line.split(",")
        table[measure, int(year)] = mean, levels
    assert len(rows(page, "figure-alignment")) == len(rows(page, "figure-tiers")) == 40
    for row in rows(page, "figure-alignment"):
        year, *shown = row.split("\t")
        levels = table["alignment_index", int(year)][1]
        assert shown[:5] == [f"{float(value):.1f}" for value in levels]
    column = page.locator("#figure-tiers thead th").all_inner_texts().index("Russia")
    for row in rows(page, "figure-tiers"):
        year, *ranks = row.split("\t")
        mean = float(table["tier:RUS", int(year)][0])  # of whole ranks: it may end in a 5
        assert abs(float(ranks[column - 1]) - mean) <= 0.005 + 1e-9


def test_a_chart_is_taken_home_as_a_picture_with_all_it_needs(visit, tmp_path):
    page = visit("/?lang=en&preset=us-retreats&why=1")
    page.wait_for_selector("#why-body svg")
    for figure in ("alignment", "arms", "tiers", "portfolio", "votes", "why"):
        with page.expect_download() as download:
            page.click(f"#figure-{figure} figcaption button")
        path = tmp_path / f"{figure}.svg"
        download.value.save_as(path)
        text = path.read_text("utf-8")
        title = page.inner_text(f"#title-{figure}")
        for words in (title.partition("'")[0], "baseline", "1,000 runs, seed 1", "five articles"):
            assert words in text, (figure, words)
        assert text.count("<path") > 5
        for forbidden in ("NaN", "undefined", "null", "<script", "style="):
            assert forbidden not in text, (figure, forbidden)
        picture = page.context.new_page()
        try:
            size = picture.evaluate(
                """(text) => new Promise((done, fail) => {
                    const image = new Image();
                    image.onload = () => done([image.naturalWidth, image.naturalHeight]);
                    image.onerror = () => fail("not an image");
                    image.src = "data:image/svg+xml," + encodeURIComponent(text);
                })""",
                text,
            )
        finally:
            picture.close()
        assert size[0] == 800 and size[1] > 200


def test_every_slider_switch_and_dot_says_where_it_comes_from(visit):
    page = visit("/?lang=en")
    for lever in LEVERS:
        page.focus(f"#lever-{lever.id}-value + .i")
        text = page.inner_text("[role='tooltip']")
        assert "run draws it anew" in text or "In the scenario" in text
        assert "assumption" in text.lower() or "article" in text or "convention" in text
    page.focus("#lever-enforcement-value + .i")
    assert "S3-caatsa-2017" in page.inner_text("[role='tooltip']")
    page.keyboard.press("Escape")
    assert page.locator("[role='tooltip']").count() == 0
    page.focus("#lever-need")
    page.keyboard.press("Tab")  # on to what comes next, and back: focus that can be seen
    page.keyboard.press("Shift+Tab")
    assert "looks away" in page.inner_text("[role='tooltip']")
    dots = page.locator("#figure-arms .dot")
    assert dots.count() == 4
    dots.nth(1).hover()
    assert "Asia Times" in page.inner_text("[role='tooltip']")
    page.mouse.move(5, 5)
    dots.nth(2).focus()
    assert "Eurasia Review" in page.inner_text("[role='tooltip']")
    page.locator("label[for='lever-loyalty']").hover()
    assert "S2-soviet-aid-1985" in page.inner_text("[role='tooltip']")


def test_a_question_is_picked_and_left_again(visit):
    page = visit("/?lang=en")
    assert page.locator("#preset option").count() == 16
    page.select_option("#preset", "sanctions-waived")
    settled(page)
    assert page.is_disabled("#lever-enforcement")
    assert page.inner_text("#sentence").startswith("What if Washington waived")
    page.select_option("#preset", "four-nos-dropped")
    settled(page)
    assert not page.is_checked("#switch-no_force")
    page.go_back()
    settled(page)
    assert page.input_value("#preset") == "sanctions-waived"
    page.uncheck("#switch-war")
    settled(page)
    assert page.is_disabled("#lever-capacity")
    assert page.evaluate("document.activeElement.id") == "switch-war"


def test_the_other_language_is_one_choice_away(visit):
    page = visit("/?lang=en&loyalty=12")
    page.select_option("#language", "vi")
    page.wait_for_selector("html[lang='vi']")
    settled(page)
    assert page.inner_text("h1") == "Nếu như?"
    assert "Tình nghĩa với Nga từ 6,0 thành 12,0" in page.inner_text("#sentence")
    assert state_of(page) == {"lang": "vi", "loyalty": "12", "year": "2030"}
    assert page.input_value("#lever-loyalty") == "12"
    again = visit("/?loyalty=12", locale="vi-VN")
    assert again.inner_text("#sentence") == page.inner_text("#sentence")


@pytest.mark.parametrize("size", [(360, 740), (390, 844), (1366, 768), (1920, 1080)])
def test_nothing_runs_over_the_edge(visit, size):
    page = visit("/?lang=vi&preset=sanctions-enforced&why=1", *size)
    page.wait_for_selector("#why-body svg")
    for figure in ("alignment", "votes", "why"):
        rows(page, f"figure-{figure}")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    over = page.evaluate(
        """() => [...document.querySelectorAll("main *:not(.scroll *):not(svg *)")]
            .filter((node) => !node.closest(".hidden, [hidden]"))
            .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
            .map((node) => node.id || node.className || node.tagName)"""
    )
    assert over == []
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".plot.free svg")].flatMap((svg) => {
            const edge = svg.getBoundingClientRect();
            return [...svg.querySelectorAll("text")].filter((text) => {
                const box = text.getBoundingClientRect();
                return box.right > edge.right + 2 || box.left < edge.left - 2;
            }).map((text) => text.textContent);
        })"""
    )
    assert cut == []


@pytest.mark.parametrize(
    ("address", "size"),
    [("/?lang=en&threat=1&why=1", (1366, 768)), ("/?lang=vi&preset=no-war", (390, 844))],
)
def test_no_barrier_that_axe_knows(visit, address, size):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(address, *size)
    for figure in ("figure-alignment", "figure-votes"):
        rows(page, figure)
    if "why" in address:
        page.wait_for_selector("#why-body svg")
    page.focus("#lever-threat-value + .i")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["impact"], [n["html"] for n in v["nodes"]][:3]) for v in found] == []


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_what_a_finger_aims_at_is_large_enough_and_lies_on_nothing_else(visit, size):
    from axe_playwright_python.sync_playwright import Axe

    page = visit("/?lang=en", *size)
    found = Axe().run(page, options={"runOnly": {"type": "rule", "values": ["target-size"]}})
    nodes = [n["html"] for v in found.response["violations"] for n in v["nodes"]]
    assert nodes == []
    boxes = page.eval_on_selector_all(
        "#figure-arms .dot",
        "nodes => nodes.map(n => n.getBoundingClientRect()).map(b => [b.left, b.top, b.width])",
    )
    assert len(boxes) == 4
    for n, (left, top, width) in enumerate(boxes):
        for other_left, other_top, _ in boxes[:n]:
            assert max(abs(left - other_left), abs(top - other_top)) >= width


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_what_says_where_a_number_comes_from_leaves_the_chart_in_sight(visit, size):
    page = visit("/?lang=en", *size)
    for lever in LEVERS:
        page.focus(f"#lever-{lever.id}-value + .i")
        covered = page.evaluate(
            """() => {
                const box = document.querySelector("[role='tooltip']").getBoundingClientRect();
                const hides = (other) => box.left < other.right && other.left < box.right
                    && box.top < other.bottom && other.top < box.bottom;
                return [...document.querySelectorAll("#figure-alignment, .told")]
                    .filter((node) => hides(node.getBoundingClientRect())).map((node) => node.id);
            }"""
        )
        assert covered == [], lever.id


def test_a_table_that_goes_on_says_so(visit):
    """A shadow lies at an edge behind which there is more, and at no other."""
    page = visit("/?lang=en")
    page.set_viewport_size({"width": 390, "height": 844})
    rows(page, "figure-arms")
    box = page.locator("#figure-arms .scroll")

    def darkness():
        """How dark the lowest line of the table is in the middle, 0 to 255."""
        box.scroll_into_view_if_needed()
        picture = matplotlib.image.imread(io.BytesIO(box.screenshot()), format="png")
        return 255 * (1 - float(picture[-3:-1, 5:9, :3].mean()))

    dark = darkness()
    box.evaluate("node => { node.scrollTop = node.scrollHeight; }")
    page.wait_for_timeout(100)
    assert dark > darkness() + 10


def test_the_whole_page_can_be_walked_by_key(visit):
    page = visit("/?lang=en")
    names = []
    for _ in range(120):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
                const node = document.activeElement;
                const box = node.getBoundingClientRect();
                const label = node.labels?.[0]?.textContent || node.ariaLabel || node.textContent;
                const seen = getComputedStyle(node).outlineStyle !== "none";
                return [node.tagName, node.id, label.trim(), seen, box.width > 0];
            }"""
        )
        if found[0] == "BODY":
            break
        names.append(found)
    ids = [name for _, name, *_ in names]
    order = ["language", "preset", "lever-enforcement", "switch-war", "reset", "year", "toml"]
    assert [name for name in ids if name in order] == order
    assert all(label and seen and there for _, _, label, seen, there in names)
