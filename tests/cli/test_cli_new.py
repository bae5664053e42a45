"""``hedgerow new``, states named by their codes, and ``hedgerow check --why``."""

import pytest

import hedgerow
from hedgerow.facts.panel import shipped_panel


def test_a_scenario_is_written_checked_and_read_again(call, here):
    done = call("new", "KAZ", "--partners", "RUS,CHN,USA,EU,TUR", "--out", "kazakhstan.toml")
    assert (done.code, done.out) == (0, "kazakhstan.toml\n") and "19 data" in done.err
    assert (here / "kazakhstan.toml").read_text(encoding="utf-8").count("\n") <= 150
    assert hedgerow.load(here / "kazakhstan.toml").countries == ("KAZ",)
    assert call("check", "--strict", "kazakhstan.toml").code == 0


def test_without_a_place_it_is_printed(call):
    done = call("new", "srb", "--like", "vietnam")
    assert done.code == 0 and done.err == ""
    assert 'title = "How might Serbia hedge' in done.out and "no_foreign_base" in done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("KAZ", "--out", "there.toml"), "there.toml exists"),
        (("KAZ", "--start", "1990"), "outside what the panel covers"),
        (("KAZ", "--partners", "RUS,RUS"), "named twice"),
        (("KAZ", "--partners", "RUS,GBR"), "no figure of 'GBR'"),
        (("RUS",), "is a power"),
        (("KAX",), "did you mean KAZ"),
        (("KAZ", "--like", "vietnm"), "did you mean 'vietnam'"),
        (("KAZ", "--out", "no/such.toml"), "cannot be written"),
    ],
)
def test_bad_input_ends_in_one_message(refused, here, arguments, told):
    (here / "there.toml").write_text("", encoding="utf-8")
    refused("new", *arguments, telling=told)


def test_a_run_says_what_it_rests_on(call, here):
    done = call("run", "SRB", "--runs", "4", "--until", "2015", "--no-figures", "--workers", "1")
    assert done.code == 0 and "SRB is made from the panel" in done.out
    assert "arsenal: no partner" in done.out  # Serbia's own, and others'
    line = hedgerow.check(hedgerow.load("SRB", {"time.end": 2015})).why.line()
    assert line in " ".join(done.out.split())
    (folder,) = (here / "results").iterdir()
    assert line in (folder / "log.txt").read_text(encoding="utf-8")


def test_other_commands_take_a_code(call):
    assert call("check", "EGY").code == 0
    assert "Egypt" in call("explain", "EGY", "--year", "2014").out
    done = call("check", "--why", "EGY")
    assert "data of the country:" in done.out and "panel-arms-memory" in done.out


def test_a_file_goes_before_a_state(call, here):
    call("new", "KAZ", "--partners", "RUS,CHN", "--out", "KAZ.toml")
    done = call("check", "KAZ")
    assert "2 partners" in done.out and "KAZ.toml is read, and not the state" in done.err


def test_states_complete(process):
    from cli.test_cli_main import completions

    listed = completions(process, "hedgerow run KA")
    assert "plain,KAZ" in listed and "KAZ" in shipped_panel().states()


def test_sense_tells_what_is_odd(call, here):
    call("new", "KAZ", "--partners", "RUS,CHN,USA", "--out", "kaz.toml")
    text = (here / "kaz.toml").read_text(encoding="utf-8").replace("tier_max = 3", "tier_max = 4")
    text = text.replace(
        "position = { value = -0.369, low = -0.479, high = -0.259", "position = { value = 4.0"
    )
    (here / "odd.toml").write_text(text, encoding="utf-8")
    done = call("check", "--sense", "odd.toml")
    assert done.code == 0
    assert "odd: KAZ: no rule ever forbids what would have been done" in done.out
    assert "odd: KAZ: position is 4" in done.out and "nothing is odd" not in done.out
    assert "KAZ trade:CHN" in done.out
