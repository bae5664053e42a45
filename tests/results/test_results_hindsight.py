"""What is made from draws that were made with hindsight bears the mark."""

import pytest

import hedgerow
from hedgerow.analysis.comparison import compare
from hedgerow.cli.main import main
from hedgerow.figures import comparison as drawing
from hedgerow.figures import style

DRAWS = "posterior/vietnam-2024.parquet"
WHY = f"{DRAWS} was made with hindsight"


@pytest.fixture(scope="module")
def results():
    """Two runs from the priors, and two from shipped draws."""
    scenario = hedgerow.load("vietnam")
    drawn = scenario.replace({"parameters": DRAWS})
    return [hedgerow.run(s, runs=2, seed=1, until=1997) for s in (scenario, drawn)]


def test_a_result_says_it_in_its_manifest_and_below_its_figures(results):
    plain, drawn = results
    assert "hindsight" not in plain.manifest
    assert drawn.manifest["hindsight"] == WHY
    assert not style.footer(plain).endswith("hindsight")
    assert style.footer(drawn).endswith(" · hindsight")


def test_a_comparison_says_which_side(results):
    found = compare(*results, unpaired=True)
    assert [note for note in found.notes if note.startswith("hindsight in ") and WHY in note]
    assert drawing._about(found).endswith(" · hindsight")


def test_a_sweep_and_its_map_say_it(tmp_path):
    path = tmp_path / "swept.toml"
    path.write_text(
        f'schema = 2\nextends = "vietnam"\ntitle = "Swept"\nparameters = "{DRAWS}"\n'
        "[time]\nend = 1997\n[ensemble]\nruns = 2\nseed = 1\n"
        '[sweep]\ndesign = "grid"\n'
        'over = { "relations.intensity" = [0.5, 1.0], "behaviour.autonomy" = [1.0, 2.0] }\n',
        encoding="utf-8",
    )
    out = tmp_path / "out"
    assert main(["sweep", str(path), "--out", str(out), "--quiet"]) == 0
    assert hedgerow.open(out).manifest["hindsight"] == WHY


@pytest.mark.parametrize("words", [["run", "--runs=2", "--until=1997"], ["explain", "--year=1997"]])
def test_the_terminal_shows_it(words, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    for setting, told in (([], False), (["--set", f"parameters={DRAWS}"], True)):
        assert main([words[0], "vietnam", *words[1:], *setting]) == 0
        caught = capfd.readouterr()
        assert (f"hindsight: {WHY}" in caught.out + caught.err) is told
