"""HTML with which notebooks show objects; all texts are escaped."""

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from typing import Any


def html_table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table in HTML, with all cells escaped."""
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
    """Return lines of text in HTML, escaped, with a picture below them.

    Args:
        text: text in columns of fixed width.
        figure: an object with ``_repr_png_``, or None.
    """
    words = f"<pre>{escape(text)}</pre>"
    if not hasattr(figure, "_repr_png_"):
        return words
    drawn, size = figure._repr_png_()
    data = b64encode(drawn).decode()
    return f'{words}<img width="{size["width"]}" src="data:image/png;base64,{data}"/>'
