"""Codes of games: what is written is read again, and nothing else is."""

import string
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hedgerow.classroom.play import BadCode, Pick, decode, encode, start
from hedgerow.classroom.play.code import LONGEST, _check

STEPS = st.one_of(st.integers(9, 40), st.integers(65, 96))  # of desks, up and down
MOVES = st.one_of(st.just(0), STEPS)
ANSWERS = st.lists(st.one_of(st.none(), st.integers(0, 1)), min_size=2, max_size=2)


@cache
def game():
    return start("vietnam", first=2016, last=2035)


@st.composite
def games(draw):
    """Games of 2016 and a few years that ask nothing of 2016's kind."""
    first = draw(
        st.one_of(
            st.just(Pick.model()),
            st.just(Pick.hold()),
            st.builds(Pick.course, STEPS, st.integers(1, 4)),
            st.builds(Pick.test, STEPS),
            st.lists(st.one_of(st.none(), MOVES), min_size=4, max_size=4).map(
                lambda moves: Pick(tuple(moves))
            ),
        )
    )
    return replace(
        game(),
        seed=draw(st.integers(0, 2**64 - 1)),
        replicate=draw(st.integers(0, 2**56 - 1)),
        picks=(first.answering(*draw(ANSWERS)), *draw(st.lists(st.just(Pick.hold()), max_size=5))),
    )


@given(games())
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_again(some):
    code = encode(some)
    assert set(code) <= set(string.ascii_letters + string.digits + "-._~")
    assert decode(code) == some
    assert decode(f" {code[:30]}\n {code[30:]}\n") == some


@given(games(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_damaged_code_is_refused(some, data):
    code = encode(some)
    place = data.draw(st.integers(0, len(code) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase + string.digits + "~.-"))
    damaged = code[:place] + letter + code[place + 1 :]
    if damaged != code:
        with pytest.raises(BadCode):
            decode(damaged)
    with pytest.raises(BadCode):
        decode(code[:place])


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_refused_without_surprise(text):
    with pytest.raises(BadCode):
        decode(text)


def sealed(*parts):
    """A code with a check sum that fits, whatever its parts."""
    body = "~".join(parts)
    return f"{body}~{_check(body)}"


def parts_of(some=None):
    return encode(some or game()).split("~")[:-1]


@pytest.mark.parametrize(
    ("place", "text", "telling"),
    [
        (1, "../../etc/passwd", "alphabet"),
        (1, "no-such", "no shipped scenario"),
        (2, "RUS", "has VNM"),
        (3, "1066", "not in 1066"),
        (3, "x", "damaged"),
        (4, "9999", "until"),
        (5, "-1", "seed"),
        (6, "zzzzzzzzzzzzzzzz", "replicate"),
        (7, "00000000", "another version"),
        (8, "h.h.h.h-7", "answers|options|no 7"),
        (8, "h-99", "no 9"),
        (8, "h-012345", "6 answers to 2"),
        (8, "1zz", "numbered 0 to 112"),
        (8, "5aa", "no pick is written"),
        (8, ".".join("h" * 30), "30 picks for 20 years"),
        (9, "!!", "alphabet"),
        (9, "bm90IGpzb24", "changes cannot be read"),
        (9, "WzFd", "no table"),
    ],
)
def test_a_code_whose_parts_do_not_fit_says_which(place, text, telling):
    parts = parts_of()
    parts[place] = text
    with pytest.raises(BadCode, match=telling):
        decode(sealed(*parts))


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (3, "20_16"),
        (3, "02016"),
        (4, "2_035"),
        (5, "0_1"),
        (5, "01"),
        (6, "00"),
        (6, "1_0"),
        (6, "A"),
        (8, "x00000000"),
        (8, "x__" + 3 * "__"),
        (8, "400"),
        (8, "h-__"),
        (9, "eyJ0ZXJtcy5sb3lhbHR5IjpmYWxzZX0"),
    ],
)
def test_a_number_is_written_one_way_only(place, text):
    parts = parts_of(replace(game(), seed=1))
    assert decode(sealed(*parts)).seed == 1
    parts[place] = text
    with pytest.raises(BadCode, match=r"damaged|version"):
        decode(sealed(*parts))


def test_a_huge_code_is_refused_at_once():
    with pytest.raises(BadCode, match="at most"):
        decode("a" * (LONGEST + 1))
    with pytest.raises(BadCode, match="at most"):
        decode("a" * 10_000_000)


def test_a_game_of_a_file_asks_for_the_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('schema = 2\ntitle = "Mine"\nextends = "vietnam"\n', encoding="utf-8")
    own = start(path, first=2030)
    code = encode(own)
    assert str(tmp_path) not in code and "~mine~" in code
    assert decode(code, path) == own
    with pytest.raises(BadCode, match="name its file"):
        decode(code)
    with pytest.raises(BadCode, match="played in mine"):
        decode(code, "vietnam")
    path.write_text(
        'schema = 2\ntitle = "Mine"\nextends = "vietnam"\n[terms]\nloyalty = false\n', "utf-8"
    )
    from hedgerow.classroom.play import game as games_module

    games_module._load.cache_clear()
    with pytest.raises(BadCode, match="another version of mine"):
        decode(code, path)


def test_changes_travel_with_the_code():
    changed = start("vietnam", overrides={"terms.loyalty": False, "partners.RUS.trust": 0.5})
    assert decode(encode(changed)) == changed
    assert changed.digest != game().digest
