"""What is made from draws that were made with hindsight bears the mark."""

import numpy as np
import pytest

import hedgerow
from hedgerow.analysis.comparison import compare
from hedgerow.cli.main import main
from hedgerow.figures import comparison as drawing
from hedgerow.figures import style
from hedgerow.scenario.draws import Knowledge, to_bytes

WHY = "was made with hindsight"
TRUST = "partners.RUS.trust"


@pytest.fixture(scope="module")
def draws(tmp_path_factory):
    """A file of draws that were made with hindsight."""
    priors = hedgerow.load("vietnam").quantities
    file = tmp_path_factory.mktemp("draws") / "drawn.parquet"
    known = Knowledge(2024, hindsight=True)
    file.write_bytes(to_bytes({TRUST: np.full(4, 0.8)}, priors, known))
    return file


@pytest.fixture(scope="module")
def results(draws):
    """Two runs from the priors, and two from draws."""
    scenario = hedgerow.load("vietnam")
    drawn = scenario.replace({"parameters": str(draws)})
    return [hedgerow.run(s, runs=2, seed=1, until=1997) for s in (scenario, drawn)]


def test_a_result_says_it_in_its_manifest_and_below_its_figures(results):
    plain, drawn = results
    assert "hindsight" not in plain.manifest
    assert drawn.manifest["hindsight"].endswith(WHY)
    assert not style.footer(plain).endswith("hindsight")
    assert style.footer(drawn).endswith(" · hindsight")


def test_a_comparison_says_which_side(results):
    found = compare(*results, unpaired=True)
    assert [note for note in found.notes if note.startswith("hindsight in ") and WHY in note]
    assert drawing._about(found).endswith(" · hindsight")


def test_a_sweep_and_its_map_say_it(draws, tmp_path):
    path = tmp_path / "swept.toml"
    path.write_text(
        f'schema = 2\nextends = "vietnam"\ntitle = "Swept"\nparameters = "{draws.as_posix()}"\n'
        "[time]\nend = 1997\n[ensemble]\nruns = 2\nseed = 1\n"
        '[sweep]\ndesign = "grid"\n'
        'over = { "relations.intensity" = [0.5, 1.0], "behaviour.autonomy" = [1.0, 2.0] }\n',
        encoding="utf-8",
    )
    out = tmp_path / "out"
    assert main(["sweep", str(path), "--out", str(out), "--quiet"]) == 0
    assert hedgerow.open(out).manifest["hindsight"].endswith(WHY)


@pytest.mark.parametrize("words", [["run", "--runs=2", "--until=1997"], ["explain", "--year=1997"]])
def test_the_terminal_shows_it(words, draws, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    for setting, told in (([], False), (["--set", f"parameters={draws}"], True)):
        assert main([words[0], "vietnam", *words[1:], *setting]) == 0
        caught = capfd.readouterr()
        assert (WHY in caught.out + caught.err) is told
