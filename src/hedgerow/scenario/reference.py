"""Writes the tables of the documentation that follow from the model's table of numbers.

``python -m hedgerow.scenario.reference`` updates them, and the JSON Schema, in a checkout.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from math import inf
from pathlib import Path

from ..facts import classify, load_evidence
from ..model.numbers import FIELDS, Field
from ..model.parameters import PROCESSES, TERMS
from .fields import axes_of, find
from .jsonschema import json_schema_text
from .keys import split
from .loading import load
from .overrides import NOUNS

PAGES = ("reference/scenario-format.md", "background/ODD.md")
"""Pages below ``docs`` with such tables."""

_HEAD = ("number", "default", "range", "unit", "meaning")
_ODD_HEAD = (
    *("parameter", "meaning", "unit", "default", "range", "equation", "in vietnam", "stands on"),
)
_SCENARIOS = ("vietnam", "asean")
"""Scenarios whose sources the ODD document lists."""


def fields_table() -> str:
    """Return Markdown tables of all numbers, one for each section of the file."""
    sections: dict[str, list[Field]] = {}
    for field in FIELDS:
        sections.setdefault(_section(field), []).append(field)
    return "\n\n".join(
        f"### `[{name}]`\n\n{_table(_HEAD, map(_row, fields))}" for name, fields in sections.items()
    )


def switches() -> str:
    """Return a list of the switches of ``[terms]``, and one of those of ``[processes]``."""
    terms, processes = (", ".join(f"`{name}`" for name in names) for names in (TERMS, PROCESSES))
    return f"Terms of the payoff: {terms}.\n\nProcesses: {processes}."


def odd_table() -> str:
    """Return the ODD document's table of parameters."""
    sources, values = _sources(), _values()
    rows = (_odd_row(field, values[field.path], sources[field.path]) for field in FIELDS)
    return _table(_ODD_HEAD, rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "numbers": fields_table,
    "switches": switches,
    "parameters": odd_table,
}
"""Functions that return the text between two marks of a page, by the name in the marks."""


def updated(text: str) -> str:
    """Return the text of a page with its tables up to date.

    Raises:
        ValueError: the text has no marks.
    """
    found = False
    for name, made in BLOCKS.items():
        start = f"<!-- {name}: made by hedgerow.scenario.reference; do not edit -->"
        end = f"<!-- end of {name} -->"
        if start in text and end in text:
            before, after = text.split(start)[0], text.split(end)[1]
            text, found = f"{before}{start}\n\n{made()}\n\n{end}{after}", True
    if not found:
        raise ValueError(f"the page has no place for any of {', '.join(BLOCKS)}")
    return text


def _sources() -> dict[str, set[str]]:
    """Return the sources that the shipped scenarios give for each number, by path."""
    evidence = load_evidence()
    named: dict[str, set[str]] = defaultdict(set)
    for name in _SCENARIOS:
        for path, quantity in load(name).quantities.items():
            found = find(split(path))
            if found is not None and quantity.source:
                source = classify(quantity.source, evidence)
                facts = () if source.kind == "assumption" else source.facts
                named[found[0].path].update(facts or [source.kind])
    return named


def _values() -> dict[str, dict[str, list[str]]]:
    """Return what `vietnam` gives each number: path → value → members with that value.

    ≈ stands before the middle of a prior.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path, quantity in load(_SCENARIOS[0]).quantities.items():
        known = find(split(path))
        if known is not None:
            field, members = known
            told = [
                m
                for m, axis in zip(members, axes_of(field, split(path)), strict=True)
                if axis not in "ij"
            ]
            text = _printed(float(f"{quantity.value:.3g}"))
            found[field.path]["≈" * quantity.is_prior + text].append(" ".join(told))
    return found


def _told(field: Field, values: dict[str, list[str]]) -> str:
    """Return the values of a number in a cell; those that are the default are left out."""
    given = {text: who for text, who in values.items() if text != _printed(field.default)}
    if given and len(values) == 1:
        return next(iter(given))
    return "; ".join(f"{', '.join(who)} {text}" for text, who in given.items()) or "default"


def _odd_row(field: Field, values: dict[str, list[str]], sources: set[str]) -> tuple[str, ...]:
    return (
        f"`{field.path}`",
        field.meaning,
        field.unit or "1",
        _printed(field.default),
        f"{_printed(field.low)} to {_printed(field.high)}",
        ", ".join(name.replace("_", " ") for name in field.used),
        _told(field, values),
        ", ".join(sorted(sources)) or "default",
    )


def _printed(number: float) -> str:
    return f"{number:g}".replace("inf", "∞").replace("-", "−")


def _section(field: Field) -> str:
    parts = _named(field).split(".")
    if field.parts[0] in ("relations", "politics"):
        return parts[0]
    return ".".join(parts[: 3 if field.parts[0] == "sanctions" else 2])


_AXES = {"k": "K", "p": "P", "q": "Q", "i": "I", "j": "J", "w": "W", "e": "E", "c": "C"}


def _named(field: Field) -> str:
    return ".".join(_AXES[part[1:-1]] if part[0] == "{" else part for part in field.parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (" | ".join(row) for row in (head, *rows))
    first, *rest = (f"| {line} |" for line in lines)
    return "\n".join([first, "|" + "---|" * len(head), *rest])


def _row(field: Field) -> tuple[str, ...]:
    name = _named(field).removeprefix(_section(field) + ".")
    fixed = "; no prior" if field.fixed else ""
    return f"`{name}`", f"{field.default:g}", _range(field) + fixed, field.unit, field.meaning


def _range(field: Field) -> str:
    if field.low == -inf and field.high == inf:
        return "any"
    if field.high == inf:
        return f"≥ {field.low:g}"
    return f"{field.low:g} to {field.high:g}"


def letters() -> str:
    """Return the meaning of the capital letters in paths, in one line."""
    return ", ".join(f"`{_AXES[axis]}` a {noun}" for axis, noun in NOUNS.items())


def main() -> None:
    """Update the pages and the JSON Schema in the folder ``docs`` of a checkout."""
    docs = Path(__file__).resolve().parents[3] / "docs"
    for page in PAGES:
        path = docs / page
        path.write_text(updated(path.read_text(encoding="utf-8")), encoding="utf-8")
    (docs / "scenario.schema.json").write_text(json_schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
