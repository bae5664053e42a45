"""Writes a document as readable TOML, with one quantity on each line."""

from typing import Any

from .keys import join
from .quantity import is_quantity_table


def to_toml(document: dict[str, Any]) -> str:
    """Return a document as TOML text; tables of plain values become sections."""
    lines: list[str] = []
    _table(document, (), lines)
    return "\n".join(lines).strip("\n") + "\n"


def _table(table: dict[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    whole = path == ("sweep", "over")  # written in one piece, since the order of its keys counts
    plain = {key: value for key, value in table.items() if whole or _is_inline(value)}
    if path and (plain or (not table and len(path) > 1)):
        lines += ["", f"[{join(path)}]"]
    lines += [f"{join((key,))} = {value_text(value)}" for key, value in plain.items()]
    for key, value in table.items():
        if key in plain:
            continue
        if isinstance(value, list):
            for entry in value:
                lines += ["", f"[[{join((*path, key))}]]"]
                lines += [f"{join((name,))} = {value_text(part)}" for name, part in entry.items()]
        else:
            _table(value, (*path, key), lines)


def _is_inline(value: Any) -> bool:
    if isinstance(value, dict):
        return is_quantity_table(value)
    if not isinstance(value, list) or not value:
        return True
    return not all(isinstance(part, dict) and not is_quantity_table(part) for part in value)


def value_text(value: Any) -> str:
    """Return one TOML value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list):
        return "[" + ", ".join(value_text(part) for part in value) + "]"
    if isinstance(value, dict):
        parts = [f"{join((key,))} = {value_text(part)}" for key, part in value.items()]
        return "{ " + ", ".join(parts) + " }" if parts else "{}"
    return repr(value)


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _string(text: str) -> str:
    out = []
    for character in text:
        if character in _ESCAPES:
            out.append(_ESCAPES[character])
        elif ord(character) < 32 or ord(character) == 127:
            out.append(f"\\u{ord(character):04x}")
        else:
            out.append(character)
    return '"' + "".join(out) + '"'
