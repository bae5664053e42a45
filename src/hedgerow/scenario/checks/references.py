"""Checks that everything a scenario names exists: partners, countries, futures, rules, paths."""

import re
from typing import Any

from ...model.numbers import INITIAL, Field
from ...model.parameters import INSTRUMENTS
from ..document import Plain
from ..fields import TREE, Tree, find
from ..keys import split
from ..overrides import NOUNS, known_paths, members_of, path_fault
from ..positions import KeyPath
from ..problems import closest
from ..schema import CODE, RESERVED
from . import sweep
from .report import Report

_FUTURE_PATHS = (
    "partners.P.capacity.K, partners.P.trust, partners.P.will, threat or countries.I.threat.level"
)
_FUTURE_ARRAYS = ("capacity", "trust", "will", "threat_level")
COUNTRY_MEASURES = (
    *("alignment_index", "kuik_score", "hedging_index", "autonomy", "premium", "payout"),
    *("tail_loss", "threat", "payoff"),
    *(f"concentration_{name}" for name in INSTRUMENTS),
)
TIE_MEASURES = (
    *("arms_stock", "arms_deliveries", "arms_orders", "trade", "energy", "diplomacy"),
    *("defence", "voice", "settlement", "tier", "alignment", "exposure", "pressure"),
    "inducement",
)


def check(report: Report) -> None:
    """Check all references of a document."""
    document = report.document
    _time(report, document)
    for section, noun in (("partners", "partner"), ("countries", "country")):
        if not document.get(section):
            report.error((), f"a scenario needs a {noun}: no [{section}.CODE]")
            report.usable = False
        for code in list(document.get(section, {})):
            if not re.fullmatch(CODE, code) or code in RESERVED:
                text = f"'{code}' is not a code"
                rule = "a letter, then letters, digits, '-' and '_'; not 'source' or 'none'"
                report.error((section, code), text, rule, "", True, (section, code))
    _newcomers(report)
    _poles(report, document)
    for section in TREE:
        _members(report, document, document.get(section, {}), TREE[section], (section,), ())
    _pairs(report, document)
    _countries(report, document)
    _futures(report, document)
    _shocks(report, document)
    _choices(report, document)
    _embargoes(report, document)
    _expectations(report, document)
    _sweep(report, document)


def _time(report: Report, document: Plain) -> None:
    time = document.get("time", {})
    missing = [key for key in ("start", "end") if key not in time]
    for key in missing:
        report.error(("time",), f"missing key '{key}' in [time]", "a year, such as 1996", "", True)
    if missing:
        report.usable = False
    elif time["end"] < time["start"]:
        report.error(("time", "end"), f"ends in {time['end']}, before it starts in {time['start']}")
        report.usable = False


def _newcomers(report: Report) -> None:
    """Warn of a partner, country or future that a child file adds and that looks misspelt."""
    layers = [layer for layer in report.merged.layers if layer.positions is not None]
    for section in ("partners", "countries", "futures"):
        known: list[str] = []
        for layer in layers:
            new = [code for code in layer.document.get(section, {}) if code not in known]
            for code in new:
                hint = closest(code, known) if code != "source" else ""
                if hint:
                    text = f"'{code}' is new here: nothing that this file extends knows it"
                    problem = layer.problem((section, code), text, "", hint, True, "warning")
                    report.problems.append(problem)
            known += new


def _poles(report: Report, document: Plain) -> None:
    partners = list(document.get("partners", {}))
    given = document.get("ensemble", {}).get("poles")
    poles = given or ["USA", "CHN"]
    path = ("ensemble", "poles")
    if given is None and not set(poles) <= set(partners):
        hint = 'add poles = ["A", "B"] to [ensemble]'
        report.error(path, "no poles, and USA and CHN are not both partners", "", hint)
        return
    for number, code in enumerate(poles):
        report.known((*path, number), "partner", code, partners, path)
    if poles[0] == poles[1]:
        report.error(path, "the two poles are the same", "two different partners", "", False, path)


def _members(
    report: Report,
    document: Plain,
    node: Any,
    tree: "Tree | Field",
    path: tuple[str, ...],
    members: tuple[str, ...],
) -> None:
    """Check the keys of a table that stand for partners, countries or futures."""
    if isinstance(tree, Field) or not isinstance(node, dict):
        return
    brace = next((key for key in tree if key.startswith("{")), None)
    defines = len(path) == 1 and path[0] in ("partners", "countries", "futures")
    for key, value in node.items():
        child = tree.get(key)
        here = (*path, key)
        if child is None and brace is not None:
            child = tree[brace]
            axis = brace[1:-1]
            names = members_of(document, axis)
            if not defines and not report.known(here, NOUNS[axis], key, names, here, True):
                continue
            if key in members and axis in "pqj" and path[0] != "sanctions":
                text = (
                    f"{key} with itself"
                    if path[0] != "countries"
                    else f"a tie of {key} with itself"
                )
                report.error(here, text, f"another {NOUNS[axis]}", "", True, here)
                continue
            _members(report, document, value, child, here, (*members, key))
        elif child is not None:
            _members(report, document, value, child, here, members)


def _pairs(report: Report, document: Plain) -> None:
    for p, table in document.get("sanctions", {}).items():
        if p in table:
            path = ("sanctions", p, p)
            report.error(
                path, f"{p} cannot sanction the friends of {p}", "another partner", "", True, path
            )


def _countries(report: Report, document: Plain) -> None:
    rules = document.get("rules", {})
    partners = list(document.get("partners", {}))
    for code, table in document.get("countries", {}).items():
        path: KeyPath = ("countries", code)
        for number, rule in enumerate(table.get("rules", [])):
            where = (*path, "rules")
            report.known((*where, number), "rule", rule, rules, where)
        source = table.get("threat", {}).get("source", "none")
        if source != "none":
            where = (*path, "threat", "source")
            if (
                report.known(where, "partner", source, [*partners, "none"], where)
                and source == code
            ):
                report.error(where, f"{code} cannot be its own threat", "", "", False, where)


def _futures(report: Report, document: Plain) -> None:
    for code, table in document.get("futures", {}).items():
        both = set(table.get("set", {})) & set(table.get("multiply", {}))
        for operation in ("set", "multiply"):
            for path in table.get(operation, {}):
                where = ("futures", code, operation, path)
                if path == "threat":
                    continue
                if not number_path(report, document, path, where, where, at_key=True):
                    continue
                found = find(split(path))
                if found is not None and found[0].array not in _FUTURE_ARRAYS:
                    text = f"a future cannot change {path}"
                    report.error(where, text, _FUTURE_PATHS, "", True, where)
        for path in sorted(both):
            where = ("futures", code, "multiply", path)
            report.error(where, f"{path} is both set and multiplied", "one of the two", "", True)


def number_path(
    report: Report,
    document: Plain,
    path: str,
    where: KeyPath,
    drop: KeyPath,
    at_key: bool = False,
) -> bool:
    """Return whether `path` is that of a number of the document; note an error if not."""
    try:
        parts = split(path)
    except ValueError:
        report.error(where, f"'{path}' is not a path", "", "", at_key, drop)
        return False
    if parts == ("threat",):
        return True
    found = find(parts)
    fault = path_fault(document, parts) if found else None
    if found is None:
        known = ["threat", *known_paths(document)]
        hint = closest(path, known)
        report.error(where, f"'{path}' is not the path of a number", "", hint, at_key, drop)
        return False
    if fault is not None:
        message, expected, hint = fault
        report.error(where, f"{message} in '{path}'", expected, hint, at_key, drop)
        return False
    return True


def _shocks(report: Report, document: Plain) -> None:
    for label, entry in document.get("shocks", {}).items():
        drop: KeyPath = ("shocks", label)
        where = (*drop, "path")
        if not number_path(report, document, entry["path"], where, drop):
            continue
        found = find(split(entry["path"]))
        if found is not None and (found[0].fixed or found[0].array in INITIAL):
            text = f"{entry['path']} only says how a run starts or is built; no shock can change it"
            report.error(where, text, "another number", "", False, drop)


def _choices(report: Report, document: Plain) -> None:
    partners = list(document.get("partners", {}))
    countries = list(document.get("countries", {}))
    for question, entry in document.get("choices", {}).items():
        path: KeyPath = ("choices", question)
        for number, code in enumerate(entry["countries"]):
            report.known((*path, "countries", number), "country", code, countries, path)
        if len(set(entry["countries"])) < len(entry["countries"]):
            report.error((*path, "countries"), "a country stands here twice", "", "", False, path)
        if len(entry["options"]) < 2:
            where = (*path, "options")
            report.error(where, "a choice needs two options or more", "", "", True, path)
        for option, table in entry["options"].items():
            for key in (*INSTRUMENTS, "reward"):
                for code in table.get(key, {}):
                    where = (*path, "options", option, key, code)
                    report.known(where, "partner", code, partners, where, True)


def _embargoes(report: Report, document: Plain) -> None:
    partners = list(document.get("partners", {}))
    countries = list(document.get("countries", {}))
    for label, entry in document.get("embargoes", {}).items():
        path: KeyPath = ("embargoes", label)
        report.known((*path, "partner"), "partner", entry["partner"], partners, path)
        instrument = entry.get("instrument", "arms")
        report.known((*path, "instrument"), "instrument", instrument, INSTRUMENTS, path)
        for number, code in enumerate(entry["countries"]):
            report.known((*path, "countries", number), "country", code, countries, path)


def _expectations(report: Report, document: Plain) -> None:
    for number, entry in enumerate(document.get("expect", [])):
        path: KeyPath = ("expect", number)
        where = (*path, "country")
        report.known(where, "country", entry["country"], document.get("countries", {}), path)
        _measure(report, document, entry["measure"], (*path, "measure"))


def _measure(report: Report, document: Plain, measure: str, path: KeyPath) -> None:
    column, colon, rest = measure.partition(":")
    partners = list(document.get("partners", {}))
    if column in ("choice", "event") and colon:
        question = rest.rpartition(":")[0]
        if column == "choice":
            report.known(path, "question", question, document.get("choices", {}), path)
        return
    if colon:
        if report.known(path, "measure", column, TIE_MEASURES, path):
            report.known(path, "partner", rest, partners, path)
        return
    beliefs = [f"belief_{future}" for future in document.get("futures", {})]
    known = [*COUNTRY_MEASURES, *beliefs, *(f"{name}:PARTNER" for name in TIE_MEASURES)]
    report.known(path, "measure", measure, known, path)


def _sweep(report: Report, document: Plain) -> None:
    sweep.check(report, document)
    measures = document.get("sweep", {}).get("measures", [])
    for number, measure in enumerate(measures):
        if measure not in TIE_MEASURES:  # without a partner, it stands for every partner
            _measure(report, document, measure, ("sweep", "measures", number))
