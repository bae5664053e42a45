"""``experiment.toml``: its sizes, and every problem told with its place."""

import re
from pathlib import Path

import pytest

from hedgerow.experiment import FULL, QUICK, ExperimentError, find, read
from hedgerow.experiment.experiment import _MODELS, Variant, _Step
from hedgerow.experiment.setting import Setting


def test_the_quick_size_takes_the_place_of_what_it_names(toy):
    full, quick = read(toy, FULL), read(toy, QUICK)
    assert (full.runs, quick.runs) == (12, 6)
    for experiment, runs in ((full, 12), (quick, 5)):
        step = experiment.content.steps["price"]
        assert Setting(experiment, "numpy").runs(step) == runs
    assert full.document != quick.document


@pytest.mark.parametrize(
    ("old", "new", "telling"),
    [
        ('title = "A toy"', 'title = "A toy"\n"" = 1', ["'': is not known here"]),
        ('title = "A toy"', 'title = "A toy"\nstr = 1', ["str: is not known here"]),
        ('title = "A toy"', 'titel = "A toy"', ["titel: is not known here", "title: is missing"]),
        ('kind = "runs"', 'kind = "run"', ["steps.paths.kind: expected one of runs, compare"]),
        ('country = "VNM"\nmeasures = ["payoff"]', 'measures = ["payoff"]', ["price.country"]),
        ("statistics =", "statistic =", ["steps.paths.statistic:", "did you mean 'statistics'?"]),
        ('"mean", "q50"', '"mean", "median"', ["steps.paths.statistics.1:", "'q50'"]),
        ("years = [2001, 2002]", 'years = "2001"', ["steps.paths.years"]),
        ("quick.runs = 5", "quick.runs = 0", ["steps.price.runs: "]),
        ("at = {", "pairs = true\nat = {", ["steps.price: takes one of base, pairs and at"]),
        (
            '[40.0, 60.0] }\nat = { "behaviour.cross_pressure"',
            '[40.0] }\nat = { "behaviour.autonomy"',
            ["at names values of paths of over"],
        ),
        ("seed = 3", "seed = -3", ["seed: "]),
        ("full = 12", "full = twelve", ["cannot be read", "line 8"]),
    ],
)
def test_problems_are_told_with_their_place(toy, change, old, new, telling):
    change("experiment.toml", old, new)
    with pytest.raises(ExperimentError) as caught:
        read(toy, QUICK)
    message = str(caught.value)
    assert all(str(toy / "experiment.toml") in line for line in message.splitlines())
    for text in telling:
        assert text in message


def test_all_problems_are_told_at_once(toy, change):
    change("experiment.toml", "seed = 3", "")
    change("experiment.toml", "full = 12", "full = 0")
    with pytest.raises(ExperimentError) as caught:
        read(toy)
    assert len(str(caught.value).splitlines()) == 2


def test_paths_that_go_together_are_as_long(toy, change):
    change("experiment.toml", "over = {", 'zip = true\nover = { "behaviour.autonomy" = [1.0],')
    with pytest.raises(ExperimentError, match="zip needs as many values"):
        read(toy)


def test_an_experiment_without_a_figure_is_none(toy):
    (toy / "figure.py").unlink()
    with pytest.raises(ExperimentError, match=r"figure\.py: is not there"):
        read(toy)


def test_experiments_are_found_or_the_way_to_them_is_told(toy, tmp_path):
    assert find(None) == {"toy": toy.relative_to(tmp_path)}
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(ExperimentError, match="folder="):
            find(place)


def test_paths_need_no_quotes(toy, change):
    change(
        "experiment.toml",
        'over = { "behaviour.cross_pressure" = [40.0, 60.0] }\n'
        'at = { "behaviour.cross_pressure" = 40.0 }\n',
        "over = { behaviour.cross_pressure = [40.0, 60.0] }\n"
        "at = { behaviour.cross_pressure = 40.0 }\n"
        "set = { terms.loyalty = false, shocks.a-b.value = 1.0, "
        "partners.USA.need = { value = 0.5, source = 'assumption' } }\n",
    )
    step = read(toy).content.steps["price"]
    assert step.over == {"behaviour.cross_pressure": [40.0, 60.0]}
    assert step.at == {"behaviour.cross_pressure": 40.0}
    assert step.set == {
        "terms.loyalty": False,
        "shocks.a-b.value": 1.0,
        "partners.USA.need": {"value": 0.5, "source": "assumption"},
    }


def test_every_kind_of_step_and_every_key_is_documented():
    text = (Path(__file__).parents[2] / "experiments" / "README.md").read_text(encoding="utf-8")

    def named(told):
        return {
            word for code in re.findall(r"`([^`]+)`", told) for word in re.findall(r"\w+", code)
        }

    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE))
    for name, model in {"every step": _Step, "Variant": Variant}.items():
        (told,) = re.findall(rf"^- \*\*{name}\*\*(.+?)(?=^- |\n\n)", text, re.M | re.S)
        assert set(model.model_fields) <= named(told), name
    for kind, model in _MODELS.items():
        own = set(model.model_fields) - set(_Step.model_fields) - {"kind"}
        assert own <= named(rows[kind]), kind
