"""Checks that everything a scenario names exists: partners, countries, futures, rules, paths."""

import re
from typing import Any

from ...model.numbers import INITIAL, Field
from ...model.parameters import Effect, Kind, Role
from ..document import Plain
from ..fields import TREE, Tree, applies, axes_of, find, kinds_of
from ..keys import split
from ..overrides import NOUNS, known_paths, members_of, path_fault
from ..positions import KeyPath
from ..problems import closest, listed
from ..quantity import quantity
from ..schema import CODE, OPTION, RESERVED, VOTE, VOTE_ONLY
from . import sweep
from .report import Report

_FUTURE_PATHS = (
    "partners.P.capacity.K, partners.P.trust, partners.P.will, threat or countries.I.threat.level"
)
_FUTURE_ARRAYS = ("capacity", "trust", "will", "threat_level")


def country_measures(document: Plain) -> list[str]:
    """Return the measures of a country."""
    return [
        *("alignment_index", "kuik_score", "hedging_index", "autonomy", "payoff", "tail_loss"),
        *("threat", "price_of_autonomy", "premium", "payout", "premium_held", "payout_held"),
        *("insured", "rules_bound"),
        *(f"concentration_{name}" for name in members_of(document, "k")),
        *(f"belief_{name}" for name in members_of(document, "w")),
    ]


def tie_measures(document: Plain) -> list[str]:
    """Return the measures of a tie of a country with a partner."""
    columns: list[str] = []
    for name in members_of(document, "k"):
        if document["instruments"][name].get("kind") == Kind.PROGRAMMES:
            columns += [f"{name}_{what}" for what in ("stock", "deliveries", "orders")]
        else:
            columns.append(name)
    return [*columns, "tier", "alignment", "exposure", "pressure", "inducement"]


def check(report: Report) -> None:
    """Check all references of a document."""
    document = report.document
    _time(report, document)
    needed = (("partners", "partner"), ("countries", "country"), ("instruments", "instrument"))
    for section, noun in needed:
        if not members_of(document, _AXIS[section]):
            report.error((), f"a scenario needs {_a(noun)}: no [{section}.CODE]")
            report.usable = False
    for section in ("partners", "countries", "instruments", "events", "futures"):
        for code in list(document.get(section, {})):
            if not re.fullmatch(CODE, code) or code in RESERVED:
                text = f"'{code}' is not a code"
                rule = "a letter, then letters, digits, '-' and '_'; not 'source' or 'none'"
                report.error((section, code), text, rule, "", True, (section, code))
    _newcomers(report)
    _instruments(report, document)
    if not report.usable:
        return
    _poles(report, document)
    for section in TREE:
        _members(report, document, document.get(section, {}), TREE[section], (section,), ())
    _pairs(report, document)
    _rules(report, document)
    _events(report, document)
    _countries(report, document)
    _paths(report, document)
    _futures(report, document)
    _shocks(report, document)
    _choices(report, document)
    _embargoes(report, document)
    _expectations(report, document)
    _sweep(report, document)


_AXIS = {"partners": "p", "countries": "i", "instruments": "k"}
_TAKEN = (*OPTION, "position", "labels", "votes", "offers", "file")
"""Names that no instrument may have, since they are keys beside those of instruments."""

_ROLES = {Role.ARSENAL: Kind.PROGRAMMES, Role.SETTLES: Kind.STEPS}
"""Roles that only instruments of one kind can have."""


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _instruments(report: Report, document: Plain) -> None:
    for name in members_of(document, "k"):
        table, path = document["instruments"][name], ("instruments", name)
        if name in _TAKEN:
            report.error(path, f"no instrument can be called '{name}'", "another name", "", True)
            report.usable = False
        kind = table.get("kind")
        if kind is None:
            report.usable = False
            if report.merged.tried((*path, "kind")):
                continue  # it is not right, which has been told
            text = f"the instrument {name} has no kind, so nothing says how its ties change"
            kinds = "kind = " + " or ".join(f'"{one}"' for one in Kind)
            others = [k for k, one in document["instruments"].items() if one.get("kind")]
            report.error(path, text, kinds, closest(name, others), True)
            continue
        for number, role in enumerate(table.get("roles", [])):
            if _ROLES.get(role, kind) != kind:
                text = f"{name} is of kind '{kind}' and cannot have the role '{role}'"
                where = (*path, "roles", number)
                report.error(where, text, f"an instrument of kind '{_ROLES[role]}'")


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
    layers = [
        layer for layer in report.merged.layers if layer.positions is not None and not layer.habits
    ]
    for section in ("partners", "countries", "futures", "instruments", "events"):
        known: list[str] = []
        for layer in layers:
            new = [code for code in layer.document.get(section, {}) if code not in known]
            for code in new:
                hint = closest(code, known) if code != "source" and not layer.part else ""
                if hint:
                    text = (
                        f"'{code}' is new here: nothing that this file extends or includes knows it"
                    )
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
    if isinstance(tree, Field):
        named = dict(zip(axes_of(tree, path), members, strict=True))
        if not applies(tree, named, document["instruments"]):
            kind = document["instruments"][named["k"]]["kind"]
            text = f"{named['k']} is of kind '{kind}', which has no number '{path[-1]}'"
            kinds = " or ".join(f"'{one}'" for one in kinds_of(tree))
            report.error(path, text, f"an instrument of kind {kinds}", "", True, path)
        return
    if not isinstance(node, dict):
        return
    brace = next((key for key in tree if key.startswith("{")), None)
    defines = (len(path) == 1 and path[0] != "habits") or brace == "{c}"
    for key, value in node.items():
        child = tree.get(key)
        here = (*path, key)
        if key == "source" or (path == ("habits",) and key == "file"):
            continue
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


def _rules(report: Report, document: Plain) -> None:
    for rule, table in document.get("rules", {}).items():
        for name in table.get("tie_max", {}):
            where: KeyPath = ("rules", rule, "tie_max", name)
            report.known(where, "instrument", name, members_of(document, "k"), where, True)


def _events(report: Report, document: Plain) -> None:
    partners, pairs = members_of(document, "p"), document.get("sanctions", {})
    powers: dict[str, KeyPath] = {}
    for name in members_of(document, "e"):
        path: KeyPath = ("events", name)
        table = document["events"][name]
        missing = [key for key in ("power", "effect") if not table.get(key)]
        if missing:
            report.failed.append(path)
            unsaid = [key for key in missing if not report.merged.tried((*path, key))]
            if unsaid:  # what was written and is not right has been told
                expected = "power = a partner, effect = " + " or ".join(Effect)
                text = f"the event {name} has no {' and no '.join(unsaid)}"
                report.error(path, text, expected, "", True)
            continue
        power, effect = table["power"], Effect(table["effect"])
        if not report.known((*path, "power"), "partner", power, partners, path):
            continue
        powers.setdefault(power, path)
        _of_effect(report, table, path, effect)
        target = table.get("target")
        if effect is Effect.DESIGNATION and target and target not in pairs.get(power, {}):
            known = [f"{p} → {q}" for p, row in pairs.items() for q in row]
            text = f"{power} has no sanctions against the friends of {target}"
            hint = f"give [sanctions.{power}.{target}]"
            report.error((*path, "target"), text, listed(known), hint, False, path)
        _bundle(report, document, table.get("offers", {}), (*path, "offers"), path)
    for power, path in powers.items():
        attention = document["partners"][power].get("attention")
        if attention is None or quantity(attention).support()[1] <= 0.0:
            text = f"{power} has events, and no attention to act with"
            hint = f"partners.{power}.attention says how many acts a quarter it has"
            where = (*path, "power") if attention is None else ("partners", power, "attention")
            report.error(where, text, "a number above 0", hint)


def _of_effect(report: Report, table: Plain, path: KeyPath, effect: Effect) -> None:
    """Check that an event has what its effect needs, and nothing else."""
    for key, of in (("target", Effect.DESIGNATION), ("offers", Effect.OFFER)):
        if effect is of and not table.get(key):
            text = f"{_a(effect)} without '{key}'"
            report.error(path, text, f"{key} = …", "", True, path)
        if effect is not of and table.get(key):
            report.error(
                (*path, key), f"{_a(effect)} has no '{key}'", f"effect = '{of}'", "", True, path
            )
    if table.get("pledge") and effect is not Effect.OFFER:
        report.error((*path, "pledge"), f"{_a(effect)} pledges nothing", "an offer")


def _bundle(report: Report, document: Plain, table: Plain, where: KeyPath, drop: KeyPath) -> None:
    """Check the names in a bundle of whole steps by instrument and partner."""
    for instrument, row in table.items():
        here = (*where, instrument)
        if not report.known(here, "instrument", instrument, members_of(document, "k"), drop, True):
            continue
        if document["instruments"][instrument].get("kind") == Kind.POSITION:
            text = f"nothing moves a position, and {instrument} is one"
            report.error(here, text, "another instrument", "", True, drop)
        for partner in row:
            where_ = (*here, partner)
            report.known(where_, "partner", partner, members_of(document, "p"), drop, True)


def _paths(report: Report, document: Plain) -> None:
    for partner in document.get("paths", {}):
        if partner not in ("file", "source"):
            path: KeyPath = ("paths", partner)
            report.known(path, "partner", partner, members_of(document, "p"), path, True)


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
        records = table.get("records", {})
        for name in records.get("class", {}):
            where = (*path, "records", "class", name)
            report.known(where, "class", name, members_of(document, "c"), where, True)
        votes = [one for one in document.get("choices", {}).values() if one.get("kind") == VOTE]
        issues = sorted({str(one.get("issue")) for one in votes})
        for name in records:
            if name not in ("class", "source"):
                where = (*path, "records", name)
                report.known(where, "issue", name, issues, where, True)


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
    countries = members_of(document, "i")
    for question, entry in document.get("choices", {}).items():
        path: KeyPath = ("choices", question)
        for number, code in enumerate(entry["countries"]):
            report.known((*path, "countries", number), "country", code, countries, path)
        if len(set(entry["countries"])) < len(entry["countries"]):
            report.error((*path, "countries"), "a country stands here twice", "", "", False, path)
        if entry.get("kind") == VOTE:
            _vote(report, document, entry, path)
        else:
            _options(report, document, entry, path)


def _vote(report: Report, document: Plain, entry: Plain, path: KeyPath) -> None:
    partners = members_of(document, "p")
    if "options" in entry:
        text = "a vote has the options for, abstain and against, and no table of options"
        report.error((*path, "options"), text, "", "", True, path)
    for key in ("issue", "class"):
        if not entry.get(key):
            report.error(path, f"a vote needs {_a(key)}", f'{key} = "…"', "", True, path)
    if entry.get("class"):
        where = (*path, "class")
        report.known(where, "class", entry["class"], members_of(document, "c"), path)
    report.known(
        (*path, "subject"), "partner", entry.get("subject", "none"), [*partners, "none"], path
    )
    for number, code in enumerate(entry.get("sponsors", [])):
        report.known((*path, "sponsors", number), "partner", code, partners, path)
    for code in entry.get("votes", {}):
        report.known((*path, "votes", code), "partner", code, partners, path, True)


def _options(report: Report, document: Plain, entry: Plain, path: KeyPath) -> None:
    partners = members_of(document, "p")
    for key in VOTE_ONLY:
        if entry.get(key) is not None:
            text = f"'{key}' belongs to a vote"
            report.error((*path, key), text, f'kind = "{VOTE}"', "", True, path)
    options = entry.get("options") or {}
    if len(options) < 2:
        where = (*path, "options") if options else path
        report.error(where, "a choice needs two options or more", "", "", True, path)
    for option, table in options.items():
        here = (*path, "options", option)
        bundle = {key: row for key, row in table.items() if key not in OPTION}
        _bundle(report, document, bundle, here, path)
        for key in ("offered", "pledge"):
            if table.get(key) is not None:
                report.known((*here, key), "partner", table[key], partners, path)
        for code in table.get("cover", {}):
            report.known((*here, "cover", code), "partner", code, partners, path, True)
        if table.get("provokes") is not None:
            events = members_of(document, "e")
            report.known((*here, "provokes"), "event", table["provokes"], events, path)
        if (table.get("provokes") is None) != (table.get("risk") is None):
            text = "an option that may provoke an event says which and how likely"
            report.error(here, text, 'provokes = "EVENT", risk = …', "", True, path)


def _embargoes(report: Report, document: Plain) -> None:
    partners = list(document.get("partners", {}))
    countries = list(document.get("countries", {}))
    for label, entry in document.get("embargoes", {}).items():
        path: KeyPath = ("embargoes", label)
        report.known((*path, "partner"), "partner", entry["partner"], partners, path)
        instrument = entry.get("instrument", "arms")
        programmes = [
            k
            for k in members_of(document, "k")
            if document["instruments"][k]["kind"] == Kind.PROGRAMMES
        ]
        report.known(
            (*path, "instrument"), "instrument of programmes", instrument, programmes, path
        )
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
        if report.known(path, "measure", column, tie_measures(document), path):
            report.known(path, "partner", rest, partners, path)
        return
    ties = (f"{name}:PARTNER" for name in tie_measures(document))
    known = [*country_measures(document), *ties]
    report.known(path, "measure", measure, known, path)


def _sweep(report: Report, document: Plain) -> None:
    sweep.check(report, document)
    measures = document.get("sweep", {}).get("measures", [])
    for number, measure in enumerate(measures):
        if measure not in tie_measures(document):  # without a partner, it stands for every partner
            _measure(report, document, measure, ("sweep", "measures", number))
