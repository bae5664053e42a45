"""Writes the panel's page of the reference and its data package, from its dictionary."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from .. import files
from .datapackage import PACKAGE
from .datapackage import text as package_text
from .dictionary import FILE, FOLDER, Column, Dictionary, Source, Table, read_dictionary

START = "<!-- panel: made by hedgerow.facts.reference from panel.toml; do not edit -->"
END = "<!-- end of panel -->"


def updated(text: str, dictionary: Dictionary) -> str:
    """Return the text of a page with the tables and sources of the panel up to date.

    Raises:
        ValueError: the text has no place for them.
    """
    if START not in text or END not in text:
        raise ValueError("the page has no place for the tables of the panel")
    parts = [START, "## Tables", *map(_table, dictionary.tables.values())]
    parts += ["## Sources", *map(_source, dictionary.sources.values()), END]
    return text.split(START)[0] + "\n\n".join(parts) + text.split(END)[1]


def _table(table: Table) -> str:
    sources = ", ".join(f"[{source.name}](#{source.id})" for source in table.sources)
    keys = ", ".join(f"`{name}`" for name in table.key)
    return "\n".join(
        (
            f"### `{table.name}`\n\n{table.title}. A row is {table.row}.\n",
            f"- Rows differ in: {keys}",
            f"- Derived from: {sources}",
            f"- How: {table.derivation}",
            f"- Years: {table.years[0]} to {table.years[1]}; nothing later than {table.as_of}",
            f'- Source of a number: `"external: {table.external}, what"`\n',
            "Mind that:\n",
            *(f"- {note}" for note in table.notes),
            "",
            _columns(table.columns.values()),
        )
    )


def _source(source: Source) -> str:
    doi = f", doi:{source.doi}" if source.doi else ""
    return "\n".join(
        (
            f"### {source.id}\n\n{source.name}: {source.table}\n",
            f"- Version: {source.vintage}",
            f"- Read: {source.read}; public repository: {source.repository}",
            f"- Licence: {source.licence}",
            f"- Cite: {source.cite}{doi}",
        )
    )


def _columns(columns: Iterable[Column]) -> str:
    head = ("column", "kind", "unit", "allowed", "meaning", "empty where")
    rows: list[Sequence[str]] = [head, ("---",) * len(head)]
    for one in columns:
        allowed = f"{one.low:g} to {one.high:g}" if one.is_numeric else ", ".join(one.values)
        if one.kind == "state":
            allowed = ", ".join(("codes", *one.values))
        cells = (f"`{one.name}`", one.kind, one.unit, allowed, one.meaning, one.empty)
        rows.append([cell.replace("|", "\\|").replace("-", "−", cell[:1] == "-") for cell in cells])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main() -> None:
    """Update the page in the folder ``docs`` of a checkout, and the data package of the panel."""
    folder = files.folder("seeds") / FOLDER
    dictionary = read_dictionary(folder / FILE)
    (folder / PACKAGE).write_text(package_text(dictionary), encoding="utf-8")
    page = Path(__file__).resolve().parents[3] / "docs" / "reference" / "panel.md"
    page.write_text(updated(page.read_text(encoding="utf-8"), dictionary), encoding="utf-8")


if __name__ == "__main__":
    main()
