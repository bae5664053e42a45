"""Tables of the reference of the scenario format, made from the table of fields."""

from math import inf
from pathlib import Path

from .fields import FIELDS, Field
from .jsonschema import json_schema_text
from .overrides import NOUNS

START = "<!-- numbers: made by hedgerow.scenario.reference; do not edit -->"
END = "<!-- end of numbers -->"

_HEAD = ("number", "default", "range", "unit", "meaning")


def fields_table() -> str:
    """Return a Markdown table of every number, one table a section of the file."""
    sections: dict[str, list[Field]] = {}
    for field in FIELDS:
        sections.setdefault(_section(field), []).append(field)
    parts = [f"### `[{name}]`\n\n{_table(fields)}" for name, fields in sections.items()]
    return f"{START}\n\n" + "\n\n".join(parts) + f"\n\n{END}"


def updated(text: str) -> str:
    """Return the text of the reference with its table renewed.

    Raises:
        ValueError: the text has no place for the table.
    """
    if START not in text or END not in text:
        raise ValueError("the reference has no place for the table of numbers")
    before, after = text.split(START)[0], text.split(END)[1]
    return before + fields_table() + after


def _section(field: Field) -> str:
    parts = _named(field).split(".")
    if field.parts[0] in ("relations", "reactions", "ensemble"):
        return parts[0]
    return ".".join(parts[: 3 if field.parts[0] == "sanctions" else 2])


_AXES = {"k": "K", "p": "P", "q": "Q", "i": "I", "j": "J", "w": "W"}


def _named(field: Field) -> str:
    return ".".join(_AXES[part[1:-1]] if part[0] == "{" else part for part in field.parts)


def _table(fields: list[Field]) -> str:
    rows = [_HEAD, ("---",) * len(_HEAD), *map(_row, fields)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


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
    """Return what the capital letters of paths stand for, in one line."""
    return ", ".join(f"`{_AXES[axis]}` a {noun}" for axis, noun in NOUNS.items())


def main() -> None:
    """Renew the reference and the JSON Schema in the folder ``docs`` of a checkout."""

    docs = Path(__file__).resolve().parents[3] / "docs"
    page = docs / "reference" / "scenario-format.md"
    page.write_text(updated(page.read_text(encoding="utf-8")), encoding="utf-8")
    (docs / "scenario.schema.json").write_text(json_schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
