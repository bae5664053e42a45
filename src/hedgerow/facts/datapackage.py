"""Writes the panel's dictionary as a Frictionless Data Package, which other programs read."""

import json
from typing import Any

from .dictionary import Column, Dictionary, Source, Table

PACKAGE = "datapackage.json"
_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"


def package(dictionary: Dictionary) -> dict[str, Any]:
    """Return the descriptor of the panel, as of https://specs.frictionlessdata.io/data-package.

    Each table is a resource with its fields, their types and ranges, and its keys.
    """
    return {
        "profile": "tabular-data-package",
        "name": "hedgerow-panel",
        "title": "What many states bought, traded and voted",
        "sources": [_source(source) for source in dictionary.sources.values()],
        "resources": [_resource(table, dictionary) for table in dictionary.tables.values()],
    }


def text(dictionary: Dictionary) -> str:
    """Return the descriptor as it stands in its file."""
    return json.dumps(package(dictionary), indent=1, ensure_ascii=False) + "\n"


def _source(source: Source) -> dict[str, Any]:
    found = {"title": f"{source.name}: {source.table} ({source.vintage})"}
    return found | ({"path": f"https://doi.org/{source.doi}"} if source.doi else {})


def _resource(table: Table, dictionary: Dictionary) -> dict[str, Any]:
    licences = {source.id: source.licence for source in table.sources}
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.title,
        "description": " ".join([table.derivation, *table.notes]),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "sources": [_source(source) for source in table.sources],
        "licenses": [{"name": name, "title": licence} for name, licence in licences.items()],
        "schema": {
            "fields": [_field(column) for column in table.columns.values()],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": list(_foreign(table, dictionary)),
        },
    }


def _field(column: Column) -> dict[str, Any]:
    whole = "integer" if column.is_whole else "number"
    constraints: dict[str, Any] = {"required": not column.empty}
    if column.is_numeric:
        bounds = (int(one) if column.is_whole else one for one in (column.low, column.high))
        constraints |= dict(zip(("minimum", "maximum"), bounds, strict=True))
    elif column.kind == "date":
        constraints["pattern"] = _DATE
    elif column.kind == "state":
        constraints["pattern"] = "|".join(["[A-Z]{3}", *map(_escaped, column.values)])
    elif column.values:
        constraints["enum"] = list(column.values)
    unit = f", in {column.unit}" if column.unit else ""
    empty = f"; empty: {column.empty}" if column.empty else ""
    return {
        "name": column.name,
        "type": whole if column.is_numeric else "string",
        "description": f"{column.meaning}{unit}{empty}",
        "constraints": constraints,
    }


def _escaped(value: str) -> str:
    return value.replace("+", r"\+")


def _foreign(table: Table, dictionary: Dictionary) -> list[dict[str, Any]]:
    """Return to which rows of other tables the cells of a table refer."""
    found = []
    for column in table.columns.values():
        if column.kind == "state" and not column.values:
            found.append((column.name, "states", "iso3"))
        found += [
            (column.name, other.name, column.name)
            for other in dictionary.tables.values()
            if other.name != table.name and other.key == (column.name,)
        ]
    return [
        {"fields": name, "reference": {"resource": other, "fields": key}}
        for name, other, key in found
    ]
