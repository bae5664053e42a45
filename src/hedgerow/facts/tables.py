"""Facts, conflicts and sources as plain text for a terminal, and as rows for CSV and JSON."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .records import Evidence, Fact

if TYPE_CHECKING:
    from .panel import Panel

_NARROWEST = 20
_TABLE_FROM = 110  # least width of a table; below it, the column of notes would be too narrow
_HEAD = ("fact", "date", "who", "value", "coded", "note")


def value_text(fact: Fact) -> str:
    """Return the value of a fact as text, with its range and unit."""
    if isinstance(fact.value, str):
        return fact.value
    value = f"{fact.value:g}"
    if fact.low is not None or fact.high is not None:
        low = "" if fact.low is None else f"{fact.low:g}"
        high = "" if fact.high is None else f"{fact.high:g}"
        value += f" ({low} to {high})"
    return f"{value} {fact.unit}"


def facts_table(facts: Iterable[Fact], width: int = 120) -> str:
    """Return facts as a table of text, with no line longer than `width` characters.

    Below 110 characters, each fact is a block of lines instead. The least width is 20.
    """
    rows = [
        (
            fact.id,
            fact.date.replace("/", " to "),
            f"{fact.actor} {fact.partner}",
            value_text(fact),
            fact.coded,
            fact.note + (f" DOUBT: {fact.doubt}" if fact.doubt else ""),
        )
        for fact in facts
    ]
    if not rows:
        return "no facts"
    width = max(width, _NARROWEST)
    if width < _TABLE_FROM:
        return "\n\n".join(_block(row, width) for row in rows)
    return _columns([_HEAD, *rows], _widths(width))


def conflicts_text(evidence: Evidence, width: int = 100) -> str:
    """Return all conflicts as text: their facts, the disagreement, and the model's treatment."""
    width = max(width, _NARROWEST)
    blocks = []
    for conflict in evidence.conflicts:
        lines = _wrap(conflict.id, width)
        for name in conflict.facts:
            fact = evidence.facts[name]
            lines += _wrap(f"- {name}: {value_text(fact)} ({fact.date})", width, "  ", "    ")
        lines += _wrap(conflict.disagreement, width, "  ", "  ")
        lines += _wrap(f"In the model: {conflict.treatment}", width, "  ", "  ")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def facts_frame(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Return a dictionary for each fact, by field; lists are joined by spaces."""
    lists = ("mechanisms", "speaks_for")
    return [asdict(fact) | {key: " ".join(getattr(fact, key)) for key in lists} for fact in facts]


def conflicts_frame(evidence: Evidence) -> list[dict[str, Any]]:
    """Return a dictionary for each conflict, by field; its facts are joined by spaces."""
    return [asdict(each) | {"facts": " ".join(each.facts)} for each in evidence.conflicts]


def externals_frame(evidence: Evidence) -> list[dict[str, Any]]:
    """Return a dictionary for each external source, by field."""
    return [asdict(entry) for entry in evidence.externals.values()]


def externals_text(evidence: Evidence) -> str:
    """Return all external sources as text, three lines each."""
    lines = []
    for entry in evidence.externals.values():
        doi = f", doi:{entry.doi}" if entry.doi else ""
        lines += [
            f"{entry.id}: {entry.name}: {entry.table}{doi}",
            f"  version: {entry.vintage}; read: {entry.read}; known up to {entry.as_of}",
            f"  {entry.derivation}",
        ]
    return "\n".join(lines)


def panel_frame(panel: "Panel") -> list[dict[str, Any]]:
    """Return a dictionary for each table of the panel; what differs by source stands between |."""
    return [
        {
            "table": name,
            "title": table.title,
            "rows": panel.rows(name),
            "states": panel.states_of(name),
            "years": f"{table.years[0]} to {table.years[1]}",
            "external": table.external,
            **{
                key: " | ".join(getattr(source, of) for source in table.sources)
                for key, of in (("sources", "name"), ("vintage", "vintage"), ("read", "read"))
            },
            "licence": " | ".join(source.licence for source in table.sources),
        }
        for name, table in panel.tables.items()
    ]


def panel_text(panel: "Panel", width: int = 100) -> str:
    """Return the tables of the panel as text, each with its sources and their licences."""
    lines = []
    for name, table in panel.tables.items():
        states = panel.states_of(name)
        size = f"{panel.rows(name)} rows, " + ("" if states is None else f"{states} states, ")
        size += f"{table.years[0]} to {table.years[1]}"
        lines += _wrap(f"{name}: {table.title} ({size})", width)
        for source in table.sources:
            line = f"{source.name}; version: {source.vintage}; read: {source.read}"
            lines += _wrap(line, width, "  ", "    ")
            lines += _wrap(f"licence: {source.licence}", width, "    ", "    ")
        lines += _wrap(f'source of a number: "external: {table.external}, WHAT"', width, "  ", "  ")
    return "\n".join(lines)


def _wrap(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=later) or [""]


def _widths(width: int) -> list[int]:
    fixed = [30, 10, 9, 22, 8]
    return [*fixed, width - sum(fixed) - 2 * len(fixed)]


def _columns(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> str:
    lines = []
    for row in rows:
        cells = [_wrap(cell, room) for cell, room in zip(row, widths, strict=True)]
        for k in range(max(map(len, cells))):
            parts = (
                (cell[k] if k < len(cell) else "").ljust(room)
                for cell, room in zip(cells, widths, strict=True)
            )
            lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)


def _block(row: Sequence[str], width: int) -> str:
    name, date, who, value, coded, note = row
    lines = _wrap(name, width)
    for text in (f"{date}, {who}, {coded}", value, note):
        lines += _wrap(text, width, "  ", "  ")
    return "\n".join(lines)
