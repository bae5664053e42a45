"""``hedgerow explain``."""

import json
import re

import pytest
from cli.folders import listing

from hedgerow.results.lock import LOCK

TIER = ["explain", "vietnam", "--year", "1997", "--tier", "USA"]


def test_why_a_label_was_raised_or_not_is_one_command(process, here):
    done = process("explain", "vietnam", "--year", "2023", "--tier", "USA")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[1].startswith("VNM in 2023, run 0 (seed 1)")
    start = next(n for n, line in enumerate(lines) if line.startswith("Label with USA, 2023"))
    said = " ".join(lines[start : lines.index("", start)])
    assert "a visit came" in said or "no visit came; stayed" in said
    assert "A visit in the year had a chance of" in said
    assert re.search(r"chance +habit +value +what each part adds, log-odds", said)
    assert "parity" in said and "Forbidden by rule no_alliance" in said
    assert listing(here) == {}


def test_without_a_visit_it_says_what_would_have_been(call):
    done = call(*TIER, "--set", "processes.visits=false")
    assert done.code == 0
    assert "Label with USA, 1997 Q1: no visit came; stayed none" in done.out
    assert "chance of 0.0 %" in done.out


def test_the_star_marks_what_was_taken_and_terms_add_up(call):
    done = call("explain", "vietnam", "--year", "1997", "--replicate", "3", "--json")
    explained = json.loads(done.out)
    printed = call("explain", "vietnam", "--year", "1997", "--replicate", "3").out
    starred = [line for line in printed.splitlines() if line.startswith("*")]
    assert len(explained["moves"]) == 4
    for menu, star in zip(explained["moves"], starred, strict=False):
        (taken,) = (option for option in menu["options"] if option["chosen"])
        assert taken["label"].replace(" with ", " ") in star
        assert f"{menu['title']}, Q1: took {taken['label']}" in printed
        for option in menu["options"]:
            if option["parts"]:
                assert sum(option["parts"].values()) == pytest.approx(option["value"])


def test_json_is_json_and_whole(call):
    done = call(*TIER, "--json")
    assert (done.code, done.err) == (0, "")

    def refuse(text):
        raise AssertionError(text)

    explained = json.loads(done.out, parse_constant=refuse)
    for menu in [*explained["moves"], *explained["choices"]]:
        for chance in ("probability", "habit"):
            assert sum(option[chance] for option in menu["options"]) == pytest.approx(1.0)
    assert any(o["forbidden_by"] for menu in explained["tiers"] for o in menu["options"])
    assert explained["wanted"] == ["USA"]


@pytest.mark.parametrize("name", ["e.png", "e.svg", "E.SVG"])
def test_a_figure_is_written_and_its_caption_beside_it(call, here, name):
    (here / "x").mkdir()
    done = call(*TIER, "--figure", f"x/{name}")
    assert (done.code, done.err) == (0, f"figure: x/{name}\n")
    caption = f"{name.partition('.')[0]}.txt"
    assert sorted(path.name for path in (here / "x").iterdir()) == sorted([name, caption])
    start = (here / "x" / name).read_bytes()[:8]
    assert start.startswith(b"<?xml" if name.lower().endswith("svg") else b"\x89PNG")


def test_a_figure_that_cannot_be_drawn_leaves_nothing(call, here, monkeypatch):
    from hedgerow.figures import style

    def full(figure, folder, name, formats):
        (folder / f"{name}.{formats[0]}").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(style, "save", full)
    done = call(*TIER, "--figure", "e.png")
    assert done.code == 2 and "disk is full" in done.err and done.out == ""
    assert listing(here) == {}


YEAR = ["explain", "vietnam", "--year", "1997"]


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        (["explain", "vietnam"], "--year"),
        (["explain", "nowhere", "--year", "1997"], "nowhere"),
        ([*YEAR, "--country", "XYZ"], "country 'XYZ': expected VNM"),
        (["explain", "vietnam", "--year", "1995"], "year 1995: expected 1996 to 2035"),
        (["explain", "vietnam", "--year", "2036"], "year 2036: expected 1996 to 2035"),
        ([*YEAR, "--quarter", "5"], ["--quarter", "1<=x<=4"]),
        ([*YEAR, "--quarter", "0"], ["--quarter", "1<=x<=4"]),
        ([*YEAR, "--replicate", "-1"], ["--replicate", "-1"]),
        ([*YEAR, "--replicate", str(2**64)], "--replicate"),
        ([*YEAR, "--seed", "-1"], "--seed"),
        (
            [*YEAR, "--tier", "XYZ"],
            ["partner 'XYZ' of VNM", "AUS, CHN, EU, IND, JPN, KOR, RUS, USA"],
        ),
        ([*YEAR, "--figure", "e.gif"], ["--figure e.gif", ".svg, .png, .pdf or .eps"]),
        ([*YEAR, "--figure", "e"], ["--figure e", ".svg, .png, .pdf or .eps"]),
        ([*YEAR, "--figure", "no/where/e.png"], ["--figure no/where/e.png", "no folder no/where"]),
        ([*YEAR, "--set", "partners.XYZ.trust=1"], "XYZ"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_explained_is_refused(refused, arguments, telling):
    refused(*arguments, telling=telling)


def test_a_real_process_refuses_without_a_traceback(process, here):
    done = process(*YEAR, "--tier", "XYZ", "--figure", "e.png")
    assert done.code == 2 and done.out == ""
    assert len(done.err.strip().splitlines()) == 1 and done.err.startswith("error: partner 'XYZ'")
    assert listing(here) == {}


def test_a_figure_of_ours_is_drawn_again_and_no_other_file_is_replaced(call, refused, here):
    options = [*TIER, "--figure"]
    for _ in range(2):
        assert call(*options, "mine.png").code == 0
    assert sorted(path.name for path in here.iterdir()) == ["mine.png", "mine.txt"]
    for name in ("mine.txt", "mine.png"):  # the caption is no other's file either
        (here / name).write_bytes(b"mine")
        refused(*options, "mine.png", telling=f"{name}: is there already, and no figure")


def test_what_a_killed_command_left_beside_a_figure_is_removed(call, here):
    stage = here / ".hedgerow-0123456789ab"
    stage.mkdir()
    (stage / LOCK).write_text(json.dumps({"process": 1, "host": "elsewhere", "plain": False}))
    assert call(*TIER, "--figure", "mine.svg").code == 0
    assert sorted(path.name for path in here.iterdir()) == ["mine.svg", "mine.txt"]


def test_a_label_asked_for_is_told_in_full_once(call):
    said = call("explain", "vietnam", "--year", "2012", "--tier", "RUS", "--tier", "CHN").out
    for code in ("RUS", "CHN"):
        (told,) = re.findall(rf"^Label with {code}, 2012 Q(\d): a visit came", said, re.MULTILINE)
        others = re.findall(rf"^   {code} Q(\d): ", said.partition("Other visits")[2], re.MULTILINE)
        assert sorted([told, *others]) == ["1", "2", "3", "4"]
