"""Letters of every script, titles of every length, and what no SVG can hold."""

import warnings
from xml.etree import ElementTree

import pytest
from matplotlib import font_manager

from hedgerow.figures import style

SCRIPTS = {
    "Thai": "เวียดนาม",
    "Khmer": "កម្ពុជា",
    "Burmese": "အမေရိကန်",
    "Chinese": "越南",
}


def drawn(tmp_path, title, name="figure"):
    with style.looks():
        figure = style.canvas(5.0, 3.0, title, "a line on where it comes from")
        figure.add_subplot().plot([0, 1], [0, 1])
    style.save(figure, tmp_path, name, ["svg", "png"])
    return figure, tmp_path / f"{name}.svg"


def has(letters):
    """Whether one of the fonts that the style knows is installed here and has the letters."""
    installed = {entry.name: entry.fname for entry in font_manager.fontManager.ttflist}
    return all(
        any(
            ord(letter) in font_manager.get_font(installed[name]).get_charmap()
            for name in (style.FONT, *style.SCRIPTS)
            if name in installed
        )
        for letter in letters
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_letter_has_a_font_or_is_told(tmp_path, script):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure, svg = drawn(tmp_path, SCRIPTS[script])
    told = [warning for warning in caught if warning.category is style.MissingLetters]
    assert len(caught) == len(told)
    assert bool(told) is not has(SCRIPTS[script])
    title = figure.get_suptitle()
    assert title == SCRIPTS[script]
    assert SCRIPTS[script] in "".join(ElementTree.parse(svg).getroot().itertext())


def test_letters_that_no_font_has_are_told_once_and_by_name(tmp_path):
    with pytest.warns(style.MissingLetters, match="no font of this machine has \U0010fffd:"):
        drawn(tmp_path, "\U0010fffd and \U0010fffd")


def test_latin_text_keeps_its_one_font(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure, _ = drawn(tmp_path, "Việt Nam – Україна, 45–55 °")
    assert {tuple(text.get_fontfamily()) for text in figure.texts} == {(style.FONT,)}


def test_a_long_title_is_broken_and_cut_within_the_figure(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure, _ = drawn(tmp_path, "a title without an end " * 400)
    title = next(text for text in figure.texts if text.get_text().startswith("a title"))
    assert title.get_text().count("\n") == 2
    assert title.get_text().endswith("…")
    figure.draw_without_rendering()
    assert title.get_window_extent().x1 <= figure.bbox.x1


def test_control_characters_make_no_broken_svg(tmp_path):
    _, svg = drawn(tmp_path, "a\x07b\x1b]0;c\x00\ufffe")
    assert "ab]0;c" in "".join(ElementTree.parse(svg).getroot().itertext())


def test_a_long_foot_keeps_the_mark_at_its_end():
    with style.looks():
        about = f"{'a scenario ' * 90} · 1,000 runs, seed 1 · hindsight"
        figure = style.paper("A title", about, 3.0)
        figure.subplots()
    figure.draw_without_rendering()
    said = figure.foot.get_text().replace("\n", " ")
    assert said.startswith("a scenario a scenario")
    assert said.endswith("… · 1,000 runs, seed 1 · hindsight")
    assert figure.foot.get_window_extent().x1 <= figure.bbox.x1
