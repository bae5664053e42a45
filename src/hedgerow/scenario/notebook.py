"""What a notebook shows of an object: tables in HTML, every text escaped."""

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from typing import Any


def html_table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table in HTML; every cell is escaped."""
    top = "".join(f"<th>{escape(str(cell))}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def html_facts(title: str, rows: Iterable[tuple[str, object]], under: str = "") -> str:
    """Return a heading, a line under it and a table of names and values in HTML, escaped."""
    line = f"<p>{escape(under)}</p>" if under else ""
    body = "".join(
        f'<tr><th style="text-align: left">{escape(name)}</th>'
        f'<td style="text-align: left">{escape(str(value))}</td></tr>'
        for name, value in rows
    )
    return f"<div><strong>{escape(title)}</strong>{line}<table><tbody>{body}</tbody></table></div>"


def html_words(text: str, figure: Any = None) -> str:
    """Return lines of text in HTML, escaped, and a picture under them.

    Args:
        text: laid out in columns.
        figure: one that has ``_repr_png_``, if any.
    """
    words = f"<pre>{escape(text)}</pre>"
    if not hasattr(figure, "_repr_png_"):
        return words
    drawn, size = figure._repr_png_()
    data = b64encode(drawn).decode()
    return f'{words}<img width="{size["width"]}" src="data:image/png;base64,{data}"/>'
