"""``hedgerow play``: whole games through a pipe and on a real terminal."""

import os
import re
import select
import signal
import subprocess
import sys
import time

import pytest
from cli.folders import compiled, listing

from hedgerow.classroom.play import decode, encode, start, step
from hedgerow.classroom.play.cards import cards

GAME = ["play", "vietnam", "--from", "2015", "--until", "2016", "--world", "3", "--runs", "16"]
PROMPT = "m, q]: "


@pytest.fixture
def typed(here):
    """Play with the lines of a pipe; return exit code, standard output and standard error."""

    def player(text, *arguments):
        return subprocess.run(
            [sys.executable, "-m", "hedgerow", *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd=here,
            env=compiled(COLUMNS="90"),
        )

    return player


def code_in(text):
    (code,) = re.findall(r"--resume '?([\w.~-]+)'?", text)
    return code


def test_a_game_through_a_pipe_ends_in_a_debrief_and_a_sheet(typed, here):
    done = typed("1\n1\n2\n2\n", *GAME, "--sheet", "sheet.md")
    assert done.returncode == 0, done.stderr
    game = start("vietnam", first=2015, last=2016, replicate=3)
    game = step(game, cards(game).cards[0].pick)
    game = step(game, cards(game).cards[1].pick.answering(0, 1))
    assert decode(code_in(done.stdout)) == game
    assert "— Vietnam, 2015 —" in done.stdout and "— What it came to —" in done.stdout
    assert done.stdout.splitlines()[-1] == "sheet.md"
    assert max(map(len, done.stdout.split("--resume")[0].splitlines())) <= 90
    assert listing(here).keys() == {"sheet.md"}
    sheet = (here / "sheet.md").read_text(encoding="utf-8")
    assert sheet.startswith("# Vietnam, 2015 to 2016\n")
    assert encode(game) in sheet and "- **2016**: You " in sheet
    for number in "123":
        assert re.search(rf"^{number}\. [A-Z]", sheet, re.MULTILINE)


def test_what_is_not_on_offer_is_asked_again_and_the_end_of_the_input_stops(typed):
    said = ("9", "hello", "+energy atlantis", "+trade usa", "+energy usa extra", "+energy usa", "1")
    done = typed("\n".join(said) + "\n", *GAME)
    assert done.returncode == 0
    assert done.stdout.count("is not on offer") == 2
    assert done.stdout.count("expected +1 or -1, one of defence, diplomacy, energy") == 2
    assert "+energy usa extra: one instrument and one partner" in done.stdout
    game = decode(code_in(done.stdout))
    assert game.year == 2016
    (pick,) = game.picks
    assert pick.moves[0] == 1 + 3 * 8 + 7  # energy is the fourth instrument, the USA the last


def test_a_stopped_game_goes_on_where_it_was(typed):
    stopped = typed("3\nq\n", *GAME)
    assert stopped.returncode == 0
    code = code_in(stopped.stdout)
    whole = typed("3\nm\nm\n4\n", *GAME)
    rest = typed("m\nm\n4\n", "play", "--resume", code, "--runs", "16")
    assert rest.returncode == 0
    assert code_in(rest.stdout) == code_in(whole.stdout)
    assert whole.stdout.endswith(rest.stdout[rest.stdout.index("— What it came to —") :])


def test_a_game_that_is_over_is_told_again(typed):
    whole = typed("m\nm\nm\nm\n", *GAME)
    again = typed("", "play", "--resume", code_in(whole.stdout), "--runs", "16", "--sheet", "a.md")
    assert again.returncode == 0
    assert "— What it came to —" in again.stdout
    assert again.stdout.splitlines()[-1] == "a.md"


def test_vietnamese_is_vietnamese(typed):
    done = typed("q\n", *GAME, "--language", "vi")
    assert "— Việt Nam, 2015 —" in done.stdout
    assert "Lựa chọn của bạn cho 2015" in done.stdout
    assert "Where you stand" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        (["play"], "Missing argument"),
        (["play", "nowhere"], "nowhere"),
        (["play", "vietnam", "--from", "1066"], "1996 to 2035"),
        (["play", "vietnam", "--from", "2020", "--until", "2019"], "2020 to 2035"),
        (["play", "vietnam", "--country", "FRA"], "has VNM"),
        (["play", "vietnam", "--resume", "abc"], "no code of a game"),
        (["play", "--resume", "abc", "--from", "2000"], "does not go with --resume"),
        (["play", "vietnam", "--sheet", "no/such/file.md"], "make it first"),
        (["play", "vietnam", "--set", "terms.nothing=false"], "terms.nothing"),
    ],
)
def test_bad_input_is_refused(refused, arguments, telling):
    refused(*arguments, telling=telling)


def test_a_sheet_does_not_replace_a_file(refused, here):
    (here / "mine.md").write_text("mine", encoding="utf-8")
    refused(*GAME, "--sheet", "mine.md", telling="exists")


class Terminal:
    """``hedgerow play`` on a terminal of its own."""

    def __init__(self, here, *arguments):
        self.master, slave = os.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hedgerow", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=here,
            env=compiled(COLUMNS="90", TERM="xterm"),
            start_new_session=True,
        )
        os.close(slave)
        self.seen = ""

    def until(self, text, seconds=120):
        """Read until `text` comes; return what came before it."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            assert time.monotonic() < end, self.seen
            if select.select([self.master], [], [], 1.0)[0]:
                try:
                    self.seen += os.read(self.master, 65536).decode("utf-8", "replace")
                except OSError:  # the other side is closed
                    assert text in self.seen, self.seen
        before, self.seen = self.seen.split(text, 1)
        return before

    def type(self, text):
        os.write(self.master, text.encode())

    def interrupt(self):
        """Press Ctrl-C until it is heard: just before it begins to read, a process may miss it."""
        for _ in range(20):
            os.killpg(self.process.pid, signal.SIGINT)
            if select.select([self.master], [], [], 3.0)[0]:
                return

    def ended(self, seconds=120):
        """Wait for the end; return the exit code and the rest of what was said."""
        rest, end = "", time.monotonic() + seconds
        while True:
            assert select.select([self.master], [], [], max(0.0, end - time.monotonic()))[0], rest
            try:
                piece = os.read(self.master, 65536)
            except OSError:
                piece = b""
            if not piece:
                break
            rest += piece.decode("utf-8", "replace")
        os.close(self.master)
        return self.process.wait(60), self.seen + rest


@pytest.fixture
def terminal(here):
    """Start a game on a terminal; it is ended with the test."""
    started = []

    def starter(*arguments):
        started.append(Terminal(here, *arguments))
        return started[-1]

    yield starter
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def test_a_whole_game_on_a_terminal(terminal):
    game = terminal(*GAME)
    told = game.until(PROMPT)
    assert "\x1b[1m" in told  # headings are bold on a terminal
    game.type("1\n")
    for answer in ("1", "m", "q"):
        game.until(PROMPT)
        game.type(f"{answer}\n")
    code, rest = game.ended()
    assert code == 0
    assert decode(code_in(rest)).year == 2016
    assert "Traceback" not in rest


def test_an_interrupt_prints_the_code_and_exits_with_130(terminal):
    game = terminal(*GAME)
    game.until(PROMPT)
    game.type("2\n")
    game.until(PROMPT)
    game.interrupt()
    code, rest = game.ended()
    assert code == 130
    assert decode(code_in(rest)).year == 2016
    assert "interrupted" in rest and "Traceback" not in rest
