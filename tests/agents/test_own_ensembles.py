"""Countries and measures of one's own in ensembles, sweeps, comparisons and calibrations."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from agents.worlds import DESKS_ALONE, SMALL, small

import hedgerow
from hedgerow.agents import register
from hedgerow.agents.loading import load_file
from hedgerow.agents.registry import MEASURES, OWN
from hedgerow.analysis.comparison import compare
from hedgerow.cli.main import main
from hedgerow.errors import CountryFileError, KernelMissing, NotInMenu, ResultError, SweepRefused
from hedgerow.runs import Workers, prepare, resume, sweep
from hedgerow.runs.own import Own, settle
from hedgerow.runs.rerun import rerun

FILE = '''
import numpy as np

import hedgerow


class Cautious(hedgerow.CountryAgent):
    """Deepens no tie with the power that it is nearer to, and rests every fourth quarter."""

    plays = "VNM"

    def choose(self, menu):
        usa, china = self.alignment["USA"], self.alignment["CHN"]
        nearer = "USA" if usa > china else "CHN"
        if menu.quarter == 4:
            return menu.hold
        moves = [m for m in menu if not (m.partner == nearer and m.direction > 0)]
        return menu.sample(among=moves, purpose="cautious")

    @classmethod
    def choose_many(cls, menus):
        usa, china = (menus.partners.index(code) for code in ("USA", "CHN"))
        nearer = np.where(menus.alignment[usa] > menus.alignment[china], usa, china)
        deepens = np.array([menus.where(partner=p, direction=1) for p in menus.partners])
        moves = menus.sample(among=~deepens[nearer].T, purpose="cautious")
        return np.zeros_like(moves) if menus.quarter == 4 else moves


@hedgerow.register("pull")
def pull(yearly):
    """How much more China weighs than the USA."""
    return yearly["alignment:CHN"] - yearly["alignment:USA"]
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("own")
    (path / "own.py").write_text(
        FILE.replace("hedgerow.register", "register").replace(
            "import hedgerow\n", "import hedgerow\nfrom hedgerow.agents import register\n", 1
        )
    )
    return path


@pytest.fixture(scope="module")
def scenario(folder):
    return small(folder)


@pytest.fixture(scope="module")
def loaded(folder):
    return load_file(folder / "own.py")


@pytest.fixture(scope="module")
def cautious(loaded):
    return loaded.countries["Cautious"]


@pytest.fixture(autouse=True)
def forgotten():
    yield
    for name in ("still", "spread"):
        OWN.pop(name, None), MEASURES.pop(name, None)


class Still(hedgerow.CountryAgent):
    @classmethod
    def choose_many(cls, menus):
        return np.zeros(menus.runs, dtype=int)


def without_many(cautious):
    return lambda model, code: cautious(model, code)


# playing ---------------------------------------------------------------------------------------
def test_many_runs_at_a_time_are_those_that_are_played_one_by_one(scenario, cautious):
    many = hedgerow.run(scenario, runs=5, countries={"VNM": cautious})
    one = hedgerow.run(scenario, runs=5, countries={"VNM": without_many(cautious)})
    for table in ("countries", "ties", "events", "choices"):
        first, second = (getattr(results, table)() for results in (many, one))
        pd.testing.assert_frame_equal(first, second, check_categorical=False, rtol=1e-9)
    plain = hedgerow.run(scenario, runs=5, kernel="numpy")
    assert not many.ties(country="VNM").equals(plain.ties(country="VNM"))
    model = hedgerow.HedgingModel(scenario, 11, 3, {"VNM": cautious}, collect=False)
    while model.running:
        model.step()
    index = many.countries(run=3, country="VNM")["alignment_index"].to_numpy()
    i = scenario.countries.index("VNM")
    np.testing.assert_allclose(model.record.countries["alignment_index"][:, i, 0], index)


def test_a_country_that_does_as_its_strategy_does_changes_nothing(scenario):
    class Same(hedgerow.CountryAgent):
        @classmethod
        def choose_many(cls, menus):
            assert menus.feasible.shape == menus.appeals.shape == menus.payoffs.shape
            chances = menus.probabilities
            np.testing.assert_allclose(chances.sum(axis=0), 1.0)
            terms = sum(menus.by_term.values())
            np.testing.assert_allclose(terms, menus.payoffs, atol=1e-9)
            again = menus.sample(among=np.ones(len(menus.labels), dtype=bool))
            assert np.array_equal(again, menus.sample())
            return menus.sample()

    own = hedgerow.run(scenario, runs=6, countries={"VNM": Same, "LAO": Same})
    plain = hedgerow.run(scenario, runs=6, kernel="numpy")
    assert own.digest == plain.digest


def test_choose_many_plays_in_a_single_run_too(scenario):
    model = hedgerow.HedgingModel(scenario, countries={"VNM": Still})
    model.step()
    assert model.countries["VNM"].move == "hold" and model.has_own_countries


def test_memory_lasts_from_round_to_round(scenario):
    class Counts(hedgerow.CountryAgent):
        @classmethod
        def choose_many(cls, menus):
            since = menus.memory.setdefault("rounds", set())
            since.add((menus.year, menus.quarter))
            assert len(since) == 4 * (menus.year - 2000) + menus.quarter
            return menus.best()

    desks = scenario.replace(DESKS_ALONE)
    best = hedgerow.run(desks, runs=3, countries={"VNM": Counts})
    strategy = hedgerow.run(desks, runs=3, kernel="numpy", countries={"VNM": "best_reply"})
    assert best.manifest["runs_failed"] == 0
    assert best.ties(country="VNM").equals(strategy.ties(country="VNM"))


def test_a_strategy_or_a_registered_name_may_play(scenario):
    register("still")(Still)
    desks = scenario.replace(DESKS_ALONE)
    still = hedgerow.run(desks, runs=3, countries={"VNM": "still"})
    quo = hedgerow.run(desks, runs=3, kernel="numpy", countries={"VNM": "status_quo"})
    assert still.ties().equals(quo.ties())
    assert "own" not in quo.manifest
    assert quo.scenario().resolved["countries"]["VNM"]["strategy"] == "status_quo"


def test_workers_and_blocks_do_not_show(scenario, cautious):
    how = {"runs": 260, "until": 2000, "countries": {"VNM": cautious}, "keep": "countries"}
    one = hedgerow.run(scenario, workers=1, block=100, **how)
    assert hedgerow.run(scenario, workers=2, **how).digest == one.digest


def test_what_workers_cannot_find_plays_in_one_process(scenario):
    class Here(Still):
        pass

    own = Own({"VNM": Here})
    assert own.processes(4) == 1
    with ProcessPoolExecutor(1) as pool, pytest.raises(ValueError, match="define it in a module"):
        own.processes(4, pool)
    assert hedgerow.run(scenario, runs=2, until=2000, workers=2, countries={"VNM": Here}).digest


def test_own_countries_play_in_numpy(scenario):
    with pytest.raises(KernelMissing, match="play in the numpy kernel"):
        hedgerow.run(scenario, runs=2, countries={"VNM": Still}, kernel="compiled")
    assert hedgerow.run(scenario, runs=2, countries={"VNM": Still}).manifest["kernel"] == "numpy"


# mistakes --------------------------------------------------------------------------------------
def wrong(result):
    class Wrong(hedgerow.CountryAgent):
        @classmethod
        def choose_many(cls, menus):
            return result(menus)

    return Wrong


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (lambda menus: None, r"choose_many returned None; did it forget to return"),
        (lambda menus: 3, r"returned an array \(\) of int"),
        (lambda menus: menus.best() + 0.5, r"returned an array \(1,\) of float64"),
        (lambda menus: menus.best() * 0 + 10**6, r"move 1000000, which run 0 may not make"),
        (lambda menus: (~menus.feasible).argmax(axis=0), r"move \d+, '.*', which run 0 may not"),
        (lambda menus: menus.sample(among=[0, 1]), r"among is an array of True and False"),
        (lambda menus: menus.where(partner="XXX"), r"no partner 'XXX'"),
    ],
)
def test_mistakes_of_the_first_year_are_told_before_anything_is_written(
    scenario, tmp_path, result, said
):
    with pytest.raises((CountryFileError, NotInMenu, TypeError, KeyError), match=said):
        hedgerow.run(scenario, runs=2, out=tmp_path / "out", countries={"VNM": wrong(result)})
    assert list(tmp_path.iterdir()) == []


def test_choose_many_must_be_of_the_class(scenario):
    class Mine(hedgerow.CountryAgent):
        def choose_many(self, menus):
            return menus.best()

    with pytest.raises(CountryFileError, match="put @classmethod above it"):
        hedgerow.run(scenario, runs=2, countries={"VNM": Mine})


def test_only_the_guilty_runs_fail(scenario):
    def late(menus):
        moves = menus.sample()
        if menus.year == 2002 and (menus._block.world.replicates == 3).any():
            return 1 / 0
        return moves

    results = hedgerow.run(scenario, runs=5, countries={"VNM": wrong(late)})
    failed = results.runs(status="failed")
    assert list(failed["run"]) == [3]
    where = re.escape(f"{__file__}:")
    assert re.search(rf"{where}\d+: ZeroDivisionError", failed["reason"].iloc[0])


def test_processes_cannot_be_registered():
    with pytest.raises(ValueError, match="kind is one of country, measure, term, not 'process'"):
        register("mine", kind="process")


@pytest.mark.parametrize("name", [Still, 5])
def test_a_name_is_asked_for(name):
    with pytest.raises(TypeError, match="name must be a text"):
        register(name)


def test_only_countries_and_measures_are_registered():
    with pytest.raises(TypeError, match="subclass of CountryAgent, or above a function"):
        register("mine")(int)
    with pytest.raises(ValueError, match="small letters"):
        register("My measure")(lambda yearly: yearly["threat"])


# measures --------------------------------------------------------------------------------------
def pull(yearly):
    return yearly["alignment:CHN"] - yearly["alignment:USA"]


def test_a_measure_is_stored_and_summarised(scenario, tmp_path):
    results = hedgerow.run(
        scenario, runs=7, measures={"pull": pull}, out=tmp_path / "out", progress=False
    )
    plain = hedgerow.run(scenario, runs=7)
    ties = plain.ties(columns=["run", "year", "country", "partner", "alignment"])
    wide = ties.pivot_table("alignment", ["run", "year", "country"], "partner", observed=True)
    wanted = (wide["CHN"] - wide["USA"]).reset_index(name="pull")
    table = results.countries(columns=["run", "year", "country", "pull"])
    keys = ["run", "year", "country"]
    both = table.astype({"country": str}).merge(wanted.astype({"country": str}), on=keys)
    assert len(both) == len(table) and np.array_equal(both["pull_x"], both["pull_y"])
    rows = results.summary(measure="pull", country="VNM")
    mean = table[table["country"] == "VNM"].groupby("year")["pull"].mean()
    np.testing.assert_allclose(rows["mean"], mean)
    assert results.countries().drop(columns="pull").equals(plain.countries())
    assert results.verify() == [] and results.to_xarray("countries")["pull"].size
    (told,) = results.manifest["own"]
    assert (told["kind"], told["name"], told["file"]) == (
        "measure",
        "pull",
        "test_own_ensembles.py",
    )
    assert len(told["sha256"]) == 64
    again = hedgerow.run(results.scenario(), measures={"pull": pull})
    assert again.digest == results.digest
    assert np.array_equal(
        hedgerow.run(scenario, 7, measure="pull", measures={"pull": pull}),
        hedgerow.run(scenario, 7, measure=pull),
    )


def test_a_registered_measure_is_asked_for_by_name(scenario):
    register("spread")(lambda yearly: yearly["trade"].std(axis=-1))
    results = hedgerow.run(scenario, runs=2, measures=["spread"])
    assert (results.countries()["spread"] > 0).all()
    assert hedgerow.run(scenario, runs=2, measure="spread").shape == (2, 5, 2)


@pytest.mark.parametrize(
    ("measures", "error", "said"),
    [
        ({"threat": pull}, ValueError, "the name is taken"),
        ({"belief_mine": pull}, ValueError, "the name is taken"),
        ({"concentration_mine": pull}, ValueError, "the name is taken"),
        ({"Pull": pull}, ValueError, "small letters"),
        ({"pull": 3}, TypeError, "expected a function"),
        (["nothing"], ValueError, "unknown measure 'nothing'"),
        ("pull", TypeError, "a list of texts"),
        ({"pull": lambda y: y["threat"].mean()}, ValueError, r"returned an array \(\)"),
        ({"pull": lambda y: y["thret"]}, CountryFileError, r"test_own_ensembles\.py:\d+: KeyError"),
    ],
)
def test_measures_that_cannot_be(scenario, tmp_path, measures, error, said):
    with pytest.raises(error, match=said):
        hedgerow.run(scenario, runs=2, measures=measures, out=tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def _notes(folder):
    schema = pq.read_schema(next((folder / "tables" / "countries").glob("*.parquet")))
    return {
        name: {k.decode(): v.decode() for k, v in schema.field(name).metadata.items()}
        for name in ("pull", "wide", "threat")
    }


@pytest.mark.parametrize("swept", [False, True])
def test_a_measure_has_its_meaning_and_its_unit_wherever_it_is(tmp_path, swept):
    @register("wide", meaning="spread of trade", unit="depth")
    def wide(yearly):
        """Something else."""
        return yearly["trade"].std(axis=-1)

    def pull(yearly):
        """How much China weighs.

        More than a line.
        """
        return yearly["alignment:CHN"]

    path = tmp_path / "s.toml"
    path.write_text(SMALL + (SWEEP if swept else ""))
    call = hedgerow.sweep if swept else hedgerow.run
    own = {"pull": pull, "wide": wide}
    how = {"keep": "ties", "out": tmp_path / "out", "progress": False}
    results = call(path, runs=2, measures=own, **how)
    found = _notes(results.path)
    assert found["pull"] == {"label": "How much China weighs", "unit": ""}
    assert found["wide"] == {"label": "spread of trade", "unit": "depth"}
    assert found["threat"]["label"].startswith("perceived threat")
    told = {each["name"]: (each["meaning"], each["unit"]) for each in results.manifest["own"]}
    assert told == {"pull": ("How much China weighs", ""), "wide": ("spread of trade", "depth")}
    assert results.to_xarray("countries")["wide"].attrs == {
        "long_name": "spread of trade",
        "units": "depth",
    }
    assert results.to_xarray()["pull"].attrs == {"long_name": "How much China weighs"}
    nameless = hedgerow.run(path, runs=1, measures={"my_pull": lambda y: y["threat"]})
    assert nameless.manifest["own"][0]["meaning"] == "my pull"


def test_a_country_has_no_unit():
    with pytest.raises(ValueError, match="only a measure has a meaning and a unit"):
        register("united", unit="depth")(Still)


def test_a_measure_that_is_not_finite_fails_its_run(scenario, capfd):
    def broken(yearly):
        found = yearly["threat"].copy()
        index = yearly["alignment_index"][:, 4, 1]
        found[index > np.median(index)] = np.inf
        return found

    results = hedgerow.run(scenario, runs=6, measures={"broken": broken})
    assert set(results.runs(status="failed")["reason"]) == {"broken is not finite"}
    assert results.manifest["runs_failed"] == 3
    bad = list(results.runs(status="failed")["run"])
    array = hedgerow.run(scenario, runs=6, measure=broken)
    assert np.isnan(array[bad]).all() and np.isfinite(np.delete(array, bad, axis=0)).all()
    assert f"3 of 6 runs failed and are NaN: run {bad[0]} failed" in capfd.readouterr().err
    both = hedgerow.run(scenario, runs=6, measure=["threat", broken])
    assert np.isnan(both["threat"][bad]).all() and np.array_equal(
        both["broken"], array, equal_nan=True
    )


# sweeps ----------------------------------------------------------------------------------------
SWEEP = """
[sweep]
replicates = 3
measures = ["threat"]
[sweep.over]
"relations.rivalry.USA.CHN" = [0.2, 0.9]
"""


@pytest.fixture(scope="module")
def swept(folder):
    path = folder / "swept.toml"
    path.write_text(SMALL + SWEEP)
    return hedgerow.load(path)


QUIET = Workers(processes=1, progress=False)


def test_a_sweep_has_own_countries_and_measures(swept, cautious, loaded, tmp_path):
    own = {"countries": {"VNM": cautious}, "measures": loaded.measures}
    results = sweep(swept, out=tmp_path / "s", keep="countries", team=QUIET, **own)
    assert results.verify() == []
    assert [(o["kind"], o["name"], o["what"], o["file"]) for o in results.manifest["own"]] == [
        ("country", "VNM", "Cautious", "own.py"),
        ("measure", "pull", "pull", "own.py"),
    ]
    assert set(results.summary()["measure"]) == {"threat", "pull"}
    for point, rivalry in enumerate((0.2, 0.9)):
        alone = hedgerow.run(
            swept.replace({"relations.rivalry.USA.CHN": rivalry}), runs=3, kernel="numpy", **own
        )
        table = results.countries(point=point).reset_index(drop=True)
        table["run"] -= 3 * point
        pd.testing.assert_frame_equal(table, alone.countries(), check_categorical=False)
    again = sweep(
        swept,
        out=tmp_path / "t",
        keep="countries",
        team=Workers(processes=2, progress=False),
        **own,
    )
    assert again.digest == results.digest


def test_a_sweep_is_resumed_with_what_it_was_begun_with(swept, cautious, tmp_path):
    mine, other = Own({"VNM": cautious}), Own({"VNM": Still})
    place = prepare(swept, out=tmp_path / "s", own=mine)
    with pytest.raises(
        SweepRefused,
        match=r"begun with country VNM \(Cautious, own\.py, .*name the same countries and measures",
    ):
        resume(place, QUIET)
    with pytest.raises(SweepRefused, match=r"not with country VNM \(Still"):
        resume(place, QUIET, own=other)
    assert resume(place, QUIET, own=mine).verify() == []
    assert rerun(place, 4, mine).reason == ""
    with pytest.raises(ResultError, match=r"was run with Cautious of own\.py"):
        rerun(place, 4)
    assert json.loads((place / "sweep.json").read_text())["own"][0]["name"] == "VNM"


def test_the_public_sweep_has_and_resumes_what_is_ones_own(swept, cautious, loaded, tmp_path):
    own = {"countries": {"VNM": cautious}, "measures": loaded.measures}
    quiet = {"workers": 1, "progress": False}
    known = sweep(swept, out=tmp_path / "known", team=QUIET, **own)
    result = hedgerow.sweep(swept, out=tmp_path / "s", **quiet, **own)
    assert result.digest == known.digest
    assert hedgerow.sweep(swept, **quiet, **own).digest == known.digest
    place = prepare(swept, out=tmp_path / "begun", own=settle(swept, **own)[1])
    with pytest.raises(SweepRefused, match="countries and measures"):
        hedgerow.resume(place, **quiet)
    with pytest.raises(ValueError, match="a strategy cannot be put into a sweep that has begun"):
        hedgerow.resume(place, **quiet, countries={"VNM": "random"})
    assert hedgerow.resume(place, **quiet, **own).digest == known.digest
    saved = hedgerow.sweep(swept, **quiet, **own).save(tmp_path / "saved")
    assert saved.digest == known.digest and saved.verify() == []


# comparisons -----------------------------------------------------------------------------------
def test_own_countries_play_in_the_other_alone(scenario, cautious):
    found = compare(scenario, scenario, countries={"VNM": cautious}, runs=4)
    t = found.table
    assert (t[(t["measure"] == "diplomacy:CHN") & (t["country"] == "VNM")]["difference"] != 0).any()
    assert found.titles[1].endswith(" with Cautious as VNM")
    same = compare(scenario, scenario, countries={"VNM": "quantal"}, runs=4)
    assert (same.table["difference"] == 0).all()
    held = hedgerow.run(scenario, runs=4)
    with pytest.raises(ValueError, match="nobody can play in it anew"):
        compare(scenario, held, countries={"VNM": cautious})


def test_own_measures_are_compared(scenario):
    found = compare(scenario, scenario.replace({"terms.loyalty": False}), {"pull": pull}, runs=4)
    assert set(found.table["measure"]) == {"pull"}


# command line ----------------------------------------------------------------------------------
def call(*words):
    return main([str(word) for word in words])


def test_a_file_is_added_on_the_command_line(folder, scenario, tmp_path, capsys, cautious):
    words = (folder / "small.toml", "--with", folder / "own.py", "--quiet")
    assert call("run", *words, "--runs", 3, "--no-figures", "--out", tmp_path / "r") == 0
    results = hedgerow.open(tmp_path / "r")
    python = hedgerow.run(
        scenario,
        runs=3,
        countries={"VNM": cautious},
        measures=load_file(folder / "own.py").measures,
    )
    assert results.digest == python.digest and "pull" in results.countries()
    assert "country VNM: Cautious of own.py" in (tmp_path / "r" / "log.txt").read_text()
    again = ("run", "--rerun", f"{tmp_path / 'r'}:1")
    assert call(*again, "--with", folder / "own.py") == 0
    assert call(*again) == 2 and "was run with Cautious of own.py" in capsys.readouterr().err
    pair = ("compare", folder / "small.toml", *words, "--runs", 3)
    assert call(*pair, "--out", tmp_path / "c") == 0
    assert "pull" in (tmp_path / "c" / "comparison.csv").read_text()


def test_a_sweep_is_begun_and_resumed_with_a_file(folder, swept, tmp_path, capsys):
    words = ("--with", folder / "own.py", "--quiet", "--workers", 1)
    assert call("sweep", folder / "swept.toml", *words, "--out", tmp_path / "s") == 0
    assert call("resume", tmp_path / "s", *words) == 0
    place = prepare(swept, out=tmp_path / "t", own=settle(swept, {"VNM": Still})[1])
    assert call("resume", place, *words) == 2
    assert "was begun with country VNM (Still" in capsys.readouterr().err


def test_all_countries_of_a_file_play_in_a_tournament(folder, scenario, capsys):
    words = ("--runs", 2, "--rivalry", 1, "--strategy", "random", "--quiet")
    assert call("tournament", folder / "small.toml", *words, "--with", folder / "own.py") == 0
    assert re.search(r"^ *Cautious\b", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "holds neither a subclass of CountryAgent nor a function under"),
        ("1 / 0\n", r"bad\.py:1: ZeroDivisionError"),
        ("def f(:\n", r"bad\.py:1: "),
        (
            "import hedgerow\nclass A(hedgerow.CountryAgent):\n    pass\n",
            r'A does not say which country it plays; write plays = "CODE" in the class, '
            "of LAO, VNM",
        ),
        (
            'import hedgerow\nclass A(hedgerow.CountryAgent):\n    plays = "KOR"\n',
            "A plays KOR; write",
        ),
        (
            'import hedgerow\nclass A(hedgerow.CountryAgent):\n    plays = "VNM"\n'
            "    def choose(self, menu):\n        return menu.best().nothing\n",
            r"bad\.py:5: AttributeError",
        ),
        (
            "from hedgerow.agents import register\n@register('bad')\ndef bad(yearly):\n"
            "    return yearly['nothing']\n",
            r"bad\.py:4: KeyError",
        ),
    ],
)
def test_mistakes_are_told_in_a_line(folder, scenario, tmp_path, capsys, text, said):
    (tmp_path / "bad.py").write_text(text)
    words = ("--with", tmp_path / "bad.py", "--runs", 2, "--quiet", "--out", tmp_path / "out")
    assert call("run", folder / "small.toml", *words) == 2
    told = capsys.readouterr()
    assert re.search(said, told.err) and "Traceback" not in told.err and not told.out
    assert [path.name for path in tmp_path.iterdir()] == ["bad.py"]
    MEASURES.pop("bad", None)


def test_packages_offer_countries_and_measures_by_entry_points(scenario, folder, tmp_path):
    (tmp_path / "garden.py").write_text(FILE.replace('@hedgerow.register("pull")\n', ""))
    about = tmp_path / "garden-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: garden\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[hedgerow]\nwary = garden:Cautious\ntug = garden:pull\nlost = garden:Nobody\n"
    )
    code = f"""
import hedgerow
scenario = {str(folder / "small.toml")!r}
how = dict(runs=2, until=2000)
results = hedgerow.run(scenario, countries={{"VNM": "wary"}}, measures=["tug"], **how)
print(results.manifest["own"][0]["what"], results.manifest["own"][1]["name"])
print(hedgerow.run(scenario, measure="tug", **how).shape)
try:
    hedgerow.run(scenario, countries={{"VNM": "lost"}}, **how)
except ValueError as error:
    print(error)
from hedgerow.cli.main import main
words = ["run", scenario, "--with", "wary", "--with", "tug", "--runs", "2", "--until", "2000"]
print(main([*words, "--quiet", "--no-figures", "--out", {str(tmp_path / "out")!r}]))
"""
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    lines = done.stdout.splitlines()
    assert lines[:2] == ["Cautious tug", "(2, 1, 2)"], done.stderr
    assert lines[2].startswith("entry point 'lost' of the group 'hedgerow' (garden:Nobody): ")
    assert lines[-1] == "0", done.stderr
