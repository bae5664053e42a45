"""Every number written in a shipped scenario says where it comes from, and says so truly."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import tomli_w

from hedgerow import files
from hedgerow.cli.main import main
from hedgerow.facts import LABELS, classify, load_evidence
from hedgerow.facts.labels import gives_date
from hedgerow.scenario import ScenarioError, load
from hedgerow.scenario.compile import world
from hedgerow.scenario.fields import find
from hedgerow.scenario.keys import join

FILES = sorted(files.folder("scenarios").glob("*.toml"))
PARTS = sorted((files.folder("scenarios") / "library").glob("*.toml"))
KINDS = {"fact", "from fact", "estimated", "external", "assumption", "convention"}
FACT = re.compile(r"S[0-9]-[A-Za-z0-9-]+")
NOT_OF_THE_WORLD = {"schema", "time", "knowledge", "expect", "sweep"}
SETTINGS = {("ensemble", key) for key in ("runs", "seed", "level", "band")}


def user_of(part):
    """Name of a scenario that includes a part."""
    return "KAZ" if part.stem in ("generic", "suppliers") else "asean"


each_file = pytest.mark.parametrize("file", [*FILES, *PARTS], ids=lambda file: file.stem)


class Written(NamedTuple):
    """A number as a file has it: where, what, and the source that holds for it."""

    path: tuple[str | int, ...]
    value: Any
    source: str | None

    @property
    def is_uncertain(self) -> bool:
        """True if it has a prior or an honest range."""
        table = self.value if isinstance(self.value, dict) else {}
        return "dist" in table or {"low", "high"} <= set(table)

    @property
    def is_offer(self) -> bool:
        """True if it is whole steps that a power offers, or votes of the past."""
        return self.path[2:3] in (("offers",), ("records",))

    @property
    def may_be_uncertain(self) -> bool:
        """True if the format lets it have a range, and time means something by it.

        What options and offers change and what rules bound are bare; the dates of shocks are round
        years; a tie at the start is known to a step, which the model draws.
        """
        if self.path[0] in ("choices", "rules", "embargoes") or self.is_offer:
            return False
        if self.path[0] == "countries" and self.path[2] == "ties":
            return False
        if self.path[0] == "shocks":
            return self.path[2] in ("value", "probability")
        found = find(tuple(str(part) for part in self.path))
        return found is None or not found[0].fixed


def numbers(
    node: Any, path: tuple[str | int, ...] = (), source: str | None = None
) -> Iterator[Written]:
    """Walk a file as TOML reads it; the nearest source above a number is its own."""
    if isinstance(node, list):
        for place, part in enumerate(node):
            yield from numbers(part, (*path, place), source)
    elif isinstance(node, dict):
        if "dist" in node or ("value" in node and "op" not in node):
            yield Written(path, node, node.get("source", source))
            return
        if path[::2] != ("countries", "threat"):  # there the source is a power
            source = node.get("source", source)
        own = node.get("sources", {})
        for key, part in node.items():
            if (path or key not in NOT_OF_THE_WORLD) and (*path, key) not in SETTINGS:
                yield from numbers(part, (*path, key), own.get(key, source))
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield Written(path, node, source)


@cache
def written(file: Path) -> tuple[Written, ...]:
    return tuple(numbers(tomllib.loads(file.read_text(encoding="utf-8"))))


def whole(name: str) -> list[Written]:
    """The numbers of a scenario that extends no other: its own, and those of its parts."""
    (file,) = (file for file in FILES if file.stem == name)
    named = tomllib.loads(file.read_text(encoding="utf-8"))["include"]
    found: dict[tuple[object, ...], Written] = {}
    for each in (*(part for part in PARTS if part.stem in named), file):
        for number in written(each):
            dated = isinstance(number.path[1], int)  # the place of an entry, in each file anew
            found[(*number.path, each.stem) if dated else number.path] = number
    return list(found.values())


def shown_by(file: Path) -> str:
    """The scenario that shows what a file says: itself, or for a part one that takes all."""
    return user_of(file) if file in PARTS else str(file)


@cache
def evidence():
    return load_evidence()


def cited(file: Path) -> list[str]:
    """Facts that the numbers of a file name, in order."""
    found = [fact for number in written(file) for fact in FACT.findall(number.source or "")]
    return list(dict.fromkeys(found))


def own_facts(file: Path) -> list[str]:
    """Facts on which a number of a file rests; to be contrary to one is not to rest on it."""
    known = (classify(number.source, evidence()) for number in written(file))
    return list(dict.fromkeys(fact for source in known for fact in source.facts))


def test_there_is_something_to_look_at():
    assert {"vietnam", "asean", "threshold"} <= {file.stem for file in FILES}
    count = {file.stem: len(written(file)) for file in (*FILES, *PARTS)}
    assert len(whole("vietnam")) > 400 and count["events"] > 80 and count["powers"] > 60
    assert len({*chain(*(cited(file) for file in (*FILES, *PARTS)))}) > 40


def test_a_number_without_a_source_would_be_found():
    text = 'a = 1\n[t]\nsource = "assumption"\nb = 2\nc = { value = 3, source = "x" }\nd.e = [4]\n'
    found = [(number.path, number.source) for number in numbers(tomllib.loads(text))]
    assert found == [
        (("a",), None),
        (("t", "b"), "assumption"),
        (("t", "c"), "x"),
        (("t", "d", "e", 0), "assumption"),
    ]


@each_file
def test_every_number_has_a_source_of_an_allowed_kind(file):
    for number in written(file):
        assert number.source, f"{number.path} has no source"
        assert classify(number.source, evidence()).kind in KINDS, number


@each_file
def test_the_loader_sees_the_same_sources(file):
    """What `hedgerow evidence` tells of a number is what the file says of it."""
    told = {row.path: row for row in load(shown_by(file)).provenance()}
    rows = [number for number in written(file) if all(isinstance(p, str) for p in number.path)]
    for number in rows:
        parts = [str(part) for part in number.path]
        row = told.get(join(tuple(parts)))
        if number.is_offer:
            continue
        if row is None:  # a relation may be written in either order, a shaped number is told apart
            row = told[join((*parts[:2], parts[3], parts[2]))]
        assert row.source == number.source, number.path
        assert row.kind in set(LABELS) - {"default", "missing"}, row


@each_file
def test_guesses_tell_how_wrong_they_may_be(file):
    """An assumption has a prior or a range, unless it is what a fact says, or its contrary."""
    for number in written(file):
        kind = classify(number.source, evidence()).kind
        if kind != "assumption" or not number.may_be_uncertain or number.is_uncertain:
            continue
        known = r"assumption, knowing S[0-9]-[^:]*: (contrary to it|told of Vietnam, taken for all)"
        assert re.fullmatch(known, number.source), number


@each_file
def test_guessed_dates_are_round_years_or_in_the_time_of_a_fact_that_they_know(file):
    for number in written(file):
        dated = number.path[0] == "shocks" and number.path[2] in ("at", "until")
        if dated and classify(number.source, evidence()).kind == "assumption":
            entry = number.value
            known = [evidence().facts[name] for name in classify(number.source, evidence()).facts]
            in_time = any(
                gives_date(replace(fact, coded="stated"), entry, number.path[2] == "until")
                for fact in known
                if not isinstance(entry, dict)
            )
            assert (
                isinstance(entry, dict)
                or in_time
                or (entry == int(entry) and "a round year" in number.source)
            ), number


@each_file
def test_an_assumption_that_names_a_fact_knows_it(file):
    for number in written(file):
        if str(number.source).startswith("assumption"):
            named = FACT.findall(str(number.source))
            assert named == list(classify(number.source, evidence()).facts), number


@pytest.mark.parametrize("name", ["vietnam", "asean"])
def test_options_were_coded_by_who_knew_what_was_chosen(name):
    file = next(file for file in FILES if file.stem == name)
    options = [n for n in written(file) if n.path[0] == "choices" and n.path[2] == "options"]
    assert options
    for number in options:
        assert classify(number.source, evidence()).facts, number


@each_file
def test_every_fact_that_is_named_exists(file):
    assert [fact for fact in cited(file) if fact not in evidence().facts] == []


# labels ---------------------------------------------------------------------------------------


def label_of(number: Written) -> str:
    """The label of a number, from the text of the file alone."""
    source = str(number.source)
    if source.startswith(("assumption", "convention", "estimated", "external")):
        return re.match(r"\w+", source)[0]  # type: ignore[index]
    dated = {"shocks": 2, "choices": 2, "embargoes": 2}.get(str(number.path[0]), 99)
    if len(number.path) > dated and number.path[dated] in ("at", "from", "until"):
        return "date from fact"
    return "from fact" if source.startswith("from fact:") else "sign from fact"


def test_the_numbers_of_vietnam_are_counted_honestly():
    mine = [number for number in whole("vietnam") if not number.is_offer]
    counts = Counter(label_of(number) for number in mine)
    assert counts == {
        "assumption": 297,
        "sign from fact": 37,
        "external": 30,
        "convention": 28,
        "date from fact": 25,
        "from fact": 2,
        "estimated": 1,
    }
    # The file of habits and the panel add to these, and what the file leaves out has a default.
    told = load("vietnam").provenance()
    for table in ("shocks", "choices", "instruments", "partners", "relations", "behaviour"):
        here = Counter(label_of(number) for number in mine if number.path[0] == table)
        rows = [row for row in told if row.path.startswith(f"{table}.")]
        assert Counter(row.kind for row in rows if row.kind != "default") == here, table
    habits = Counter(row.kind for row in told if row.path.startswith("habits."))
    assert habits["estimated"] > 60 and not habits["missing"]


@each_file
def test_the_labels_are_those_that_the_text_of_the_file_gives(file):
    """For files on their own; a what-if shows what it inherits as well."""
    told = {row.path: row for row in load(shown_by(file)).provenance()}
    for number in written(file):
        if all(isinstance(part, str) for part in number.path) and not number.is_offer:
            row = told.get(join(tuple(map(str, number.path))))
            assert row is None or row.kind == label_of(number), row


RULES = {"value": lambda v: v, "1 - value": lambda v: 1.0 - v}


def figures() -> dict[str, float]:
    """The figures of the facts, read from the seeds."""
    found = {}
    for file in files.folder("seeds").glob("S[0-9].toml"):
        for fact in tomllib.loads(file.read_text(encoding="utf-8"))["facts"]:
            found[fact["id"]] = fact["value"]
    return found


def test_a_number_from_a_fact_is_what_its_rule_gives():
    seen = set()
    for file in FILES:
        for number in written(file):
            if not str(number.source).startswith("from fact:"):
                continue
            fact, rule = str(number.source).removeprefix("from fact:").split(";")
            table = number.value if isinstance(number.value, dict) else {"value": number.value}
            assert table["value"] == pytest.approx(RULES[rule.strip()](figures()[fact.strip()]))
            seen.add(".".join(str(part) for part in number.path if not isinstance(part, int)))
    assert seen == {"countries.VNM.ties.arms.RUS", "countries.VNM.others.arms"}


@each_file
def test_no_fact_is_cited_for_those_of_whom_it_does_not_speak(file):
    warnings = [str(warning) for warning in load(shown_by(file)).warnings]
    assert [text for text in warnings if "counts as an assumption" in text] == []


@pytest.mark.parametrize(
    "table", [*FILES, *PARTS, "targets", "record-2014"], ids=lambda table: Path(table).stem
)
def test_what_is_external_is_an_entry_of_its_own(table):
    file = table if isinstance(table, Path) else files.folder("seeds") / f"{table}.toml"
    sources = set(re.findall(r'"(external: [^"]*)"', file.read_text(encoding="utf-8")))
    for source in sources:
        entry = classify(source, evidence()).external
        assert entry in evidence().externals, source
        year = re.search(r"-(\d{4})$", entry)
        assert year is None or int(year[1]) == evidence().externals[entry].as_of


def without_sources(node: Any, path: tuple[str, ...] = ()) -> Any:
    if isinstance(node, list):
        return [without_sources(part, path) for part in node]
    if not isinstance(node, dict):
        return node
    threat = path[::2] == ("countries", "threat")  # there the source is a power
    dropped = {"sources", "note"} | (set() if threat else {"source"})
    return {k: without_sources(v, (*path, k)) for k, v in node.items() if k not in dropped}


def test_sources_change_no_number_of_a_run(tmp_path):
    vietnam = load("vietnam")
    bare = tmp_path / "bare.toml"
    whole = tomllib.loads(vietnam.to_toml())
    table = without_sources(whole) | {"paths": whole["paths"]}  # which say how far they are known
    bare.write_text(tomli_w.dumps(table), encoding="utf-8")
    replicates = np.arange(4, dtype=np.uint64)
    with_, without = (world(each, replicates, 3) for each in (vietnam, load(str(bare))))
    assert with_.values.keys() == without.values.keys()
    for name, array in with_.values.items():
        assert np.array_equal(array, without.values[name]), name
    assert np.array_equal(with_.market, without.market)


# without a fact -------------------------------------------------------------------------------


@pytest.fixture
def drop(tmp_path, monkeypatch):
    """Take facts out of the evidence, and out of the conflicts that name them."""

    def dropper(*facts: str) -> None:
        seeds = tmp_path / "seeds"
        seeds.mkdir(exist_ok=True)
        for name in ("habits", "panel"):
            (seeds / name).symlink_to(files.folder("seeds") / name)
        for file in files.folder("seeds").glob("*.toml"):
            data = tomllib.loads(file.read_text(encoding="utf-8"))
            if "facts" in data:
                data["facts"] = [fact for fact in data["facts"] if fact["id"] not in facts]
            if "conflicts" in data:
                data["conflicts"] = [
                    conflict
                    for conflict in data["conflicts"]
                    if not set(facts) & set(conflict["facts"])
                ]
            (seeds / file.name).write_text(tomli_w.dumps(data), encoding="utf-8")
        known = files.folder
        monkeypatch.setattr(files, "folder", lambda n: seeds if n == "seeds" else known(n))

    return dropper


def test_a_copy_of_the_evidence_will_do(drop, capfd):
    drop()
    assert set(load_evidence().facts) == set(evidence().facts)
    assert main(["check", "vietnam"]) == 0


CITING = [file for file in (*FILES, *PARTS) if own_facts(file)]


@pytest.mark.parametrize("file", CITING, ids=[file.stem for file in CITING])
def test_check_fails_without_a_fact_that_is_cited(file, drop, capfd):
    fact = own_facts(file)[0]
    drop(fact)
    assert main(["check", user_of(file) if file in PARTS else file.stem]) == 2
    told = capfd.readouterr()
    assert f"unknown source '{fact}'" in told.err and f"{file.name}:" in told.err
    assert told.out == ""


@pytest.mark.parametrize("name", ["vietnam", "asean"])
def test_every_fact_that_is_cited_is_missed(name, drop):
    file = next(file for file in FILES if file.stem == name)
    facts = own_facts(file)
    drop(*facts)
    with pytest.raises(ScenarioError) as caught:
        load(name)
    missed = {fact for problem in caught.value.problems for fact in FACT.findall(problem.message)}
    lists = [number.source for number in written(file) if "," in (number.source or "")]
    behind = {fact for source in lists for fact in FACT.findall(source)[1:]}
    assert set(facts) - behind <= missed  # of a list the first is told
