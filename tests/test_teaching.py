"""The answers of the worksheets are what the commands beside them print."""

import csv
import io
import re
import shlex
import sys
from pathlib import Path

import pytest

import hedgerow
from hedgerow.classroom.play import cards, start, step
from hedgerow.classroom.play.bamboo import bamboo
from hedgerow.classroom.play.replay import replay
from hedgerow.classroom.serve.presets import texts
from hedgerow.cli.main import main

FOLDER = Path(__file__).parents[1] / "docs" / "teaching"
LABELS = Path(hedgerow.__file__).parent / "classroom" / "serve" / "static" / "locales"
PAGES = sorted(FOLDER.glob("worksheet-*.md"))
ANSWER = re.compile(r"```text answer\n\$ (.*?)\n(.*?)```", re.DOTALL)
NUMBER = re.compile(r"(\S+) (\d{4}) (mean|sd|q05|q25|q50|q75|q95) = (\S+) ± (\S+)")


def answers():
    """Every block of every page: page, command, the lines below it."""
    for page in PAGES:
        for command, lines in ANSWER.findall(page.read_text(encoding="utf-8")):
            yield page.stem, command, tuple(lines.splitlines())


RUNS = sorted({command for _, command, _ in answers() if command.startswith("hedgerow run")})
GAMES = sorted(
    {
        (command, tuple(line for line in lines if line.startswith("> ")))
        for _, command, lines in answers()
        if command.startswith("hedgerow play")
    }
)


def test_every_page_has_answers_and_every_line_of_them_is_checked():
    assert [page.stem for page in PAGES] == ["worksheet-20", "worksheet-45", "worksheet-90"]
    for page, command, lines in answers():
        assert command.startswith(("hedgerow run ", "hedgerow play ")), (page, command)
        for line in lines:
            fits = NUMBER.fullmatch(line) if " run " in command else line[:2] in ("> ", "sa")
            assert fits, (page, line)
    for page in PAGES:
        assert "text answer" in page.read_text(encoding="utf-8")
    assert len(RUNS) >= 5 and len(GAMES) >= 3


@pytest.mark.parametrize("command", RUNS)
def test_numbers_of_runs(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command)[1:]
    assert main([*words, "--quiet"]) == 0
    folder = Path(capsys.readouterr().out.split()[-1])
    with (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["measure"], row["year"]): row for row in csv.DictReader(file)}
    checked = 0
    for page, own, lines in answers():
        if own != command:
            continue
        for line in lines:
            measure, year, statistic, value, tolerance = NUMBER.fullmatch(line).groups()
            found = float(rows[measure, year][statistic])
            assert abs(found - float(value)) <= float(tolerance) + 1e-9, (page, line, found)
            checked += 1
    assert checked


@pytest.mark.parametrize(("command", "typed"), GAMES)
def test_what_games_say(command, typed, monkeypatch, capsys):
    lines = [line[2:] for line in typed]
    if lines == ["m, whatever is asked"]:
        lines = ["m"] * 99
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    monkeypatch.setenv("COLUMNS", "100")
    assert main(shlex.split(command)[1:]) == 0
    said = " ".join(capsys.readouterr().out.replace("\u00a0", " ").split())
    for page, own, wanted in answers():
        if own != command or tuple(w for w in wanted if w.startswith("> ")) != typed:
            continue
        for line in wanted:
            if line.startswith("says: "):
                assert line.removeprefix("says: ") in said, (page, line)


AIMS = {
    "stay in the band": lambda card: abs(card.index[1] - 50.0),
    "side with China": lambda card: card.index[1],
    "side with the United States": lambda card: -card.index[1],
    "the highest payoff": lambda card: -card.value,
}
"""What a group that keeps to an aim makes as small as it can, of what its cards say."""


@pytest.mark.parametrize("aim", AIMS)
def test_the_table_of_aims(aim):
    game = start("vietnam", first=2014, last=2024)
    while not game.over:
        hand = cards(game)
        card = min((c for c in hand.cards if not c.forbidden), key=AIMS[aim])
        best = [
            max(range(len(q.options)), key=lambda n: q.options[n].value) for q in hand.questions
        ]
        game = step(game, card.pick.answering(*best))
    years = replay(game).years[-11:]
    index = [year.measures["alignment_index"] for year in years]
    page = (FOLDER / "worksheet-90.md").read_text(encoding="utf-8")
    told = re.search(rf"^\| {aim} \| (\S+) \| (\S+) \| (\S+) \|$", page, re.MULTILINE)
    assert abs(index[-1] - float(told[1])) <= 5.0
    assert abs(sum(45 <= value <= 55 for value in index) - int(told[2])) <= 2
    assert abs(sum(year.payoff for year in years) / 11 - float(told[3])) <= 4.0
    if aim == "side with the United States":
        assert index[-1] > bamboo(game).quantiles["alignment_index"][-1][-1]


def test_questions_of_the_page_are_called_as_the_page_calls_them():
    titles = {entry["title"] for entry in texts().values()}
    for page in PAGES:
        text = " ".join(page.read_text(encoding="utf-8").split())
        for asked in re.findall(r"\*(What if [^*?]+\?)\*", text):
            assert asked in titles, (page.stem, asked)


def test_files_of_the_page_are_called_as_the_page_calls_them():
    (labels,) = (path.read_text("utf-8") for path in LABELS.glob("en.json"))
    named = {
        name
        for page in (*PAGES, FOLDER.parent / "how-to" / "classroom.md")
        for text in [" ".join(page.read_text(encoding="utf-8").split())]
        for name in re.findall(r"\*([^*]+ (?:\([A-Z]+\)|scenario))\*", text)
    }
    assert len(named) == 2 and all(f'"{name}"' in labels for name in named), named


def test_pages_that_are_named_are_there():
    for page in FOLDER.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (FOLDER / target).exists(), (page.name, target)
