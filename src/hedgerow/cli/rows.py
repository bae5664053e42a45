"""Rows on standard output: as text, as CSV or as JSON."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import click

form_option = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
"""``--format`` of lists."""


def print_rows(form: str, rows: list[dict[str, Any]], text: Callable[[], str]) -> None:
    """Print rows as CSV or JSON, or else their text."""
    if form == "table":
        click.echo(text())
    elif form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        buffer = io.StringIO()
        if rows:
            writer = csv.DictWriter(buffer, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        click.echo(buffer.getvalue(), nl=False)
