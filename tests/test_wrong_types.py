"""Arguments of the wrong type: one message that names the argument and what was expected."""

import ast
import builtins
import inspect

import numpy as np
import pytest

import hedgerow
from hedgerow.analysis.saving import Analysis
from hedgerow.arguments import checked
from hedgerow.errors import WrongType, is_ours
from hedgerow.results.plots import Plots
from hedgerow.runs.inmemory import InMemory

CALLS = {
    name: getattr(hedgerow, name)
    for name in hedgerow.__all__
    if name not in ("__version__", "scenarios")
} | {
    f"{kind.__name__}.{name}": method
    for kind in (hedgerow.Scenario, hedgerow.Results, InMemory, Plots)
    for name, method in inspect.getmembers(kind, inspect.isfunction)
    if not name.startswith("_") and len(inspect.signature(method).parameters) > 1
}
CALLS["Analysis.save"] = Analysis.save
CASES = [
    (call, parameter.name, str(parameter.annotation))
    for call, function in CALLS.items()
    for parameter in inspect.signature(function).parameters.values()
    if parameter.name != "self" and parameter.kind is not parameter.VAR_KEYWORD
]


def _told(call, name, value):
    """Return the message of a call with one argument; it comes before any other is looked at."""
    inside = {"self": None} if "." in call else {}
    with pytest.raises(WrongType) as error:
        CALLS[call](**inside, **{name: value})
    assert is_ours(error.value)
    return str(error.value)


@pytest.mark.parametrize(("call", "name", "annotation"), CASES)
def test_what_is_of_no_use_anywhere_is_refused_by_name(call, name, annotation):
    assert annotation != "<class 'inspect._empty'>"
    for value in (object(), [object()], {5: object()}, b"text", 1j):
        assert _told(call, name, value).startswith(f"{name} must be ")


@pytest.mark.parametrize("call", CALLS)
def test_what_type_checkers_alone_import_is_a_public_class(call):
    """Of a name that a module lacks when it runs, nothing but the name of the class is known."""
    function = inspect.unwrap(CALLS[call])
    if isinstance(function, type):
        function = inspect.unwrap(function.__init__)
    known = function.__globals__ | vars(builtins)
    for hint in function.__annotations__.values():
        if isinstance(hint, str):
            names = {n.id for n in ast.walk(ast.parse(hint)) if isinstance(n, ast.Name)}
            later = names - known.keys() - {"pd", "xr", "Figure"}  # of what is returned
            assert all(isinstance(getattr(hedgerow, name), type) for name in later), later


LISTS = [
    (call, name)
    for call, name, annotation in CASES
    if "Sequence[str" in annotation
    and not {part.strip(" '\"") for part in annotation.split("|")} & {"str", "Sequence[str"}
]


@pytest.mark.parametrize(("call", "name"), LISTS)
def test_a_text_where_a_list_belongs_is_not_read_by_letters(call, name):
    said = _told(call, name, "xy")
    assert "a list of texts" in said and said.endswith(f"not 'xy'; write {name}=['xy']")


@pytest.fixture(scope="module")
def result():
    return hedgerow.run("vietnam", runs=2, seed=1, until=1997)


@pytest.mark.parametrize(
    ("call", "name", "said"),
    [
        (lambda r: hedgerow.open(r), "path", "a text or a path"),
        (lambda r: hedgerow.status(r), "folder", "a text or a path"),
        (lambda r: hedgerow.resume(r), "folder", "a text or a path"),
        (lambda r: hedgerow.run(r), "scenario", "a scenario, a text or a path"),
        (lambda r: hedgerow.check(r), "scenario", "a scenario, a text or a path"),
        (lambda r: hedgerow.load(r), "name_or_path", "a text or a path"),
        (lambda r: hedgerow.load("vietnam", {5: 1}), "overrides", "a dict whose keys are texts"),
        (lambda r: hedgerow.load("vietnam").with_(5), "overrides", "a dict whose keys are texts"),
        (lambda r: hedgerow.load("vietnam").find(3), "text", "a text"),
        (lambda r: hedgerow.compare(r, r, years=1997), "years", "a list of whole numbers"),
        (lambda r: hedgerow.compare(r, r, years=["1997"]), "years", "a list of whole numbers"),
        (lambda r: hedgerow.tournament("vietnam", rivalry=1), "rivalry", "a list of numbers"),
        (lambda r: hedgerow.tournament("vietnam", strategies="random"), "strategies", "a list"),
        (lambda r: hedgerow.explain("vietnam", tiers="USA"), "tiers", "a list of texts"),
        (lambda r: hedgerow.evidence(country=5), "country", "a text or None"),
        (lambda r: hedgerow.evidence(year="x"), "year", "a whole number or None"),
        (lambda r: hedgerow.plot(r, country=5), "country", "a text or None"),
        (lambda r: hedgerow.plot(r, [5]), "names", "a list of texts"),
        (lambda r: hedgerow.plot(r, "alignment"), "names", "a list of texts"),
        (lambda r: hedgerow.plot(r, formats="pdf"), "formats", "a list of texts"),
        (lambda r: hedgerow.plot(r, width=[1]), "width", "a number, a text or None"),
        (lambda r: hedgerow.map(r, "x", "y", "m", at=5), "at", "a dict"),
        (lambda r: hedgerow.reproduce(5), "experiment", "an Experiment or a text"),
        (lambda r: hedgerow.run("vietnam", executor=3), "executor", "an executor or None"),
        (lambda r: hedgerow.run("vietnam", out=5), "out", "a text, a path or None"),
        (lambda r: hedgerow.run("vietnam", measure=5), "measure", "a text, a function"),
        (lambda r: hedgerow.run("vietnam", countries="VNM"), "countries", "a dict"),
        (lambda r: hedgerow.run("vietnam", force="no"), "force", "True or False"),
        (lambda r: hedgerow.run("vietnam", runs=True), "runs", "a whole number or None"),
        (lambda r: hedgerow.HedgingModel("vietnam", replicate="x"), "replicate", "a whole"),
        (lambda r: r.countries(columns="year"), "columns", "a list of texts or None"),
        (lambda r: r.plot.alignment(5), "country", "a text or None"),
    ],
)
def test_the_message_says_what_was_expected(result, monkeypatch, tmp_path, call, name, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WrongType) as error:
        call(result)
    assert str(error.value).startswith(f"{name} must be {said}")
    assert len(str(error.value)) < 200 and "\n" not in str(error.value)
    assert isinstance(error.value, ValueError) and isinstance(error.value, TypeError)
    assert not list(tmp_path.iterdir())


def test_values_of_numpy_and_other_iterables_are_taken(result):
    years = hedgerow.compare(
        result, result, years=np.array([1997]), measures=iter(["threat"])
    ).years
    assert years == (1997,)
    runs = hedgerow.run(
        "vietnam", runs=np.int64(1), seed=3.0, until=np.int32(1996), measure="threat"
    )
    assert runs.shape == (1, 1, 1)
    assert len(result.countries(columns=np.array(["run", "year"]), run=[0])) == 2
    assert list(hedgerow.plot(result, {"arms": 1}.keys(), bare=np.True_)) == ["arms"]


def test_an_annotation_of_a_type_checker_alone_is_known_by_its_name():
    @checked
    def play(model: "HedgingModel | None", many: "list[int]" = ()):  # noqa: F821
        return model, many

    model = hedgerow.HedgingModel("vietnam")
    assert play(model, (1, 2.0)) == (model, (1, 2))
    with pytest.raises(WrongType, match=r"^model must be a HedgingModel or None, not 'x'"):
        play("x")
