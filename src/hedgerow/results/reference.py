"""Writes the tables of columns in the pages of the reference, from `columns` and `analyses`."""

from collections.abc import Mapping
from math import inf
from pathlib import Path

from .analyses import ANALYSES
from .columns import COLUMNS, Column

START = "<!-- columns: made by hedgerow.results.reference; do not edit -->"
END = "<!-- end of columns -->"

PAGES: dict[str, Mapping[str, Mapping[str, Column]]] = {
    "reading-results.md": COLUMNS,
    "analysis-tables.md": ANALYSES,
}
"""Pages of ``docs/reference`` and the tables that each describes."""


def columns_tables(tables: Mapping[str, Mapping[str, Column]]) -> str:
    """Return Markdown tables of all columns, one for each table."""
    parts = [f"### `{table}`\n\n{_table(columns)}" for table, columns in tables.items()]
    return f"{START}\n\n" + "\n\n".join(parts) + f"\n\n{END}"


def updated(text: str, tables: Mapping[str, Mapping[str, Column]] = COLUMNS) -> str:
    """Return the text of a page with its tables up to date.

    Raises:
        ValueError: the text has no place for the tables.
    """
    if START not in text or END not in text:
        raise ValueError("the page has no place for the tables of columns")
    return text.split(START)[0] + columns_tables(tables) + text.split(END)[1]


def _table(columns: Mapping[str, Column]) -> str:
    head = ("column", "type", "unit", "range", "meaning", "empty where")
    rows = [head, ("---",) * len(head), *(_row(name, one) for name, one in columns.items())]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _row(name: str, column: Column) -> tuple[str, ...]:
    cells = (column.kind, column.unit, _range(column), column.meaning, column.empty)
    return f"`{name}`", *(cell.replace("|", "\\|") for cell in cells)


def _range(column: Column) -> str:
    if column.low == -inf:
        return "any" if column.kind == "double" else ""
    low = f"{column.low:g}".replace("-", "−")
    return f"≥ {low}" if column.high == inf else f"{low} to {column.high:g}"


def main() -> None:
    """Update the tables of the pages in the folder ``docs`` of a checkout."""
    docs = Path(__file__).resolve().parents[3] / "docs" / "reference"
    for name, tables in PAGES.items():
        page = docs / name
        page.write_text(updated(page.read_text(encoding="utf-8"), tables), encoding="utf-8")


if __name__ == "__main__":
    main()
