"""Reads tables as registers export them: any encoding, separator, preamble and footer, streamed."""

import codecs
import csv
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ... import files
from ...errors import DataError

_HEAD = 100  # lines in which the names of columns must stand
_LONGEST = 2**20  # letters of a line of the head
_SEPARATORS = ",;\t|"
_MISSING = frozenset({"", "..", ".", "...", "-", "–", "—", "na", "n/a", "nan", "null", "none"})
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})(\.0*)?", re.ASCII)
_COLUMN_OF_YEAR = re.compile(r"x?(\d{4})( \[yr\d{4}\])?", re.ASCII | re.IGNORECASE)
_MARKS = {
    b"PK\x03\x04": "is a ZIP archive or an Excel file; unpack it, or save the sheet as CSV",
    b"\x1f\x8b": "is packed with gzip; unpack it first",
    b"\xd0\xcf\x11\xe0": "is an old Excel file; save the sheet as CSV",
    b"%PDF": "is a PDF; download the table as CSV",
}


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    """Take bytes that are not UTF-8 for those of Windows-1252, or else of Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    try:
        return wrong.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return wrong.decode("latin-1"), error.end


codecs.register_error("hedgerow-latin", _as_latin)


@dataclass(frozen=True)
class Layout:
    """A form in which a table is exported.

    Attributes:
        name: what it is called in words.
        needs: names of the columns that it must have; ``a|b`` asks for one of two. Case and signs
            do not matter.
        years: whether it has a column for each year.
    """

    name: str
    needs: tuple[str, ...]
    years: bool = False


class Table:
    """An opened table: the layout that it has, its columns, and its rows one after another.

    Attributes:
        file: name of the file.
        layout: the layout.
        preamble: the lines before the names of columns.
        years: number of the column by year, for a layout with a column for each year.
    """

    def __init__(
        self,
        file: str,
        layout: Layout,
        header: Sequence[str],
        rows: Iterator[tuple[int, Sequence[str]]],
        separator: str = ",",
        preamble: Sequence[str] = (),
    ) -> None:
        self.file, self.layout, self.preamble = file, layout, tuple(preamble)
        self._names = [each.strip() for each in header]
        self._header = [column_key(each) for each in header]
        self._rows, self._comma = rows, separator in ";\t|"
        self._now = datetime.now(UTC).year
        self.years = _years(header) if layout.years else {}
        if layout.years and (twice := _twice(header)):
            raise DataError(f"{file}: column {files.plain(twice)!r} is there twice; leave one out")
        if later := sorted(year for year in self.years if year > self._now):
            raise DataError(
                f"{file}: column {str(later[0])!r} is of a year still to come; leave out what is "
                "expected"
            )

    def column(self, *names: str) -> int | None:
        """Return the number of the first of these columns that the table has; None for none.

        Raises:
            DataError: it is there twice.
        """
        for name in names:
            if there := self._header.count(column_key(name)):
                if there > 1:
                    raise DataError(f"{self.file}: column {name!r} is there {there} times")
                return self._header.index(column_key(name))
        return None

    def need(self, *names: str) -> int:
        """Return the number of the first of these columns that the table has.

        Raises:
            DataError: it has none of them.
        """
        number = self.column(*names)
        if number is None:
            raise DataError(f"{self.file}: column {' or '.join(map(repr, names))} is missing")
        return number

    def matching(self, pattern: re.Pattern[str]) -> list[tuple[int, re.Match[str]]]:
        """Return the number and the match of each column whose whole name has a form."""
        found = ((n, pattern.fullmatch(name)) for n, name in enumerate(self._names))
        return [(n, match) for n, match in found if match]

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the line and the cells of each row.

        Notes, lines of a single cell, may stand below the table, after an empty line.

        Raises:
            DataError: a line has too many or too few cells, or is no CSV.
        """
        width, after_empty, note = len(self._header), False, 0
        for line, cells in self._rows:
            if len(cells) == width and cells[0] and not note:
                yield line, cells
            elif not any(cells):
                after_empty = True
            elif after_empty and len(cells) < width and not any(cells[1:]):
                note = note or line
            elif len(cells) < width or any(cells[width:]):
                raise self.fault(line, f"{len(cells)} cells, but the table has {width} columns")
            elif note:
                raise self.fault(note, "a line of one cell in the midst of the table")
            else:
                yield line, cells

    def fault(self, line: int, problem: str) -> DataError:
        """Return the exception for a problem of a line."""
        return DataError(f"{self.file}:{line}: {files.plain(problem)}")

    def number(self, line: int, what: str, cell: str, low: float = 0.0) -> float | None:
        """Return the number of a cell; None where it is empty or says that it is not known.

        A comma is one of decimals, or of thousands as in ``1,234``, but not in a table whose cells
        are separated otherwise.

        Raises:
            DataError: the cell is no number, or below `low`.
        """
        text = "".join(cell.split())
        if text.lower() in _MISSING:
            return None
        if "," in text:
            grouped = _GROUPED.fullmatch(text) and (not self._comma or text.count(",") > 1)
            text = text.replace(",", "" if grouped else ".")
        if not _NUMBER.fullmatch(text) or len(text) > 40:
            raise self.fault(line, f"{what} {cell[:40]!r} is no number")
        value = float(text)
        if not low <= value < float("inf"):
            raise self.fault(
                line, f"{what} {cell[:40]!r} is out of range; expected: {low:g} or more"
            )
        return value

    def year(self, line: int, cell: str) -> int:
        """Return the year of a cell.

        Raises:
            DataError: it is no year from 1800 to this one.
        """
        found = _YEAR.fullmatch(cell.strip())
        if not found or not 1800 <= int(found[1]) <= 2100:
            raise self.fault(line, f"{cell[:40]!r} is no year; expected: four digits")
        if int(found[1]) > self._now:
            raise self.fault(line, f"{cell[:40]!r} is still to come; leave out what is expected")
        return int(found[1])


def open_table(path: str | os.PathLike[str], layouts: Sequence[Layout], kind: str) -> Table:
    """Open a table, and find out which layout it has.

    Names of columns are looked for in the first 100 lines, with the separators ``, ; TAB |``. Text
    is UTF-8 with or without a mark, or UTF-16 with one; bytes that are not are taken for those of
    Windows-1252.

    Args:
        path: the file.
        layouts: what it may be, the most telling first.
        kind: the kind of data, for messages.

    Raises:
        OSError: the file cannot be read.
        DataError: it has none of the layouts.
    """
    name = Path(path).name
    raw = files.opened(path)
    start = raw.peek(4)[:4]
    for mark, problem in _MARKS.items():
        if start.startswith(mark):
            raw.close()
            raise DataError(f"{name}: {problem}")
    wide = start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    text = io.TextIOWrapper(
        raw,
        encoding="utf-16" if wide else "utf-8-sig",
        errors="replace" if wide else "hedgerow-latin",
        newline="",
    )
    lines = iter(text)
    head: list[str] = []
    for _ in range(_HEAD):
        line = text.readline(_LONGEST)
        if not line:
            break
        head.append(line)
        for separator in _SEPARATORS:
            header = _cells(line, separator)
            for layout in layouts:
                if _has(header, layout):
                    rows = _read(name, lines, separator, len(head))
                    return Table(name, layout, header, rows, separator, head[:-1])
    text.close()
    raise DataError(f"{name}: {_why_not(head, layouts, kind)}")


def _read(
    name: str, lines: Iterator[str], separator: str, before: int
) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the line and cells of each row."""
    rows = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for cells in rows:
            yield before + rows.line_num, cells
    except csv.Error as error:
        raise DataError(f"{name}:{before + rows.line_num}: not CSV: {error}") from None


def column_key(name: str) -> str:
    """Return the name of a column as it is compared: small letters and digits alone.

    >>> column_key("Year(s) of delivery")
    'year s of delivery'
    """
    return " ".join(re.findall(r"[a-z0-9%]+", name.casefold()))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _has(header: Sequence[str], layout: Layout) -> bool:
    found = {column_key(each) for each in header}
    wanted = all(any(column_key(n) in found for n in need.split("|")) for need in layout.needs)
    return wanted and (not layout.years or bool(_years(header)))


def _twice(header: Sequence[str]) -> str | None:
    """Return the name of a column whose year another column has already; None if there is none."""
    seen = set()
    for name in header:
        if match := _COLUMN_OF_YEAR.fullmatch(name.strip()):
            if match[1] in seen:
                return name
            seen.add(match[1])
    return None


def _years(header: Sequence[str]) -> Mapping[int, int]:
    """Return the number of the column by year, of those columns whose name is a year."""
    found = {}
    for number, name in enumerate(header):
        if (match := _COLUMN_OF_YEAR.fullmatch(name.strip())) and 1800 <= int(match[1]) <= 2100:
            found[int(match[1])] = number
    return found


def _why_not(head: Sequence[str], layouts: Sequence[Layout], kind: str) -> str:
    """Return in words why a table has none of the layouts."""
    if not "".join(head).strip():
        return "is empty"
    if head[0].lstrip().startswith("<"):
        return "is a web page, not a table; download the table as CSV"
    expected = "; or ".join(
        f"{layout.name}: {', '.join(need.replace('|', ' or ') for need in layout.needs)}"
        + (", and a column for each year" if layout.years else "")
        for layout in layouts
    )
    return (
        f"no line of the first {_HEAD} has the names of columns of {kind!r}; expected: {expected}"
    )


def from_frame(
    file: str,
    layouts: Sequence[Layout],
    kind: str,
    names: Sequence[str],
    columns: Sequence[Sequence[str]],
) -> Table:
    """Return the table of a data frame whose cells are texts."""
    for layout in layouts:
        if _has(names, layout):
            return Table(file, layout, names, enumerate(zip(*columns, strict=True), start=1))
    raise DataError(f"{file}: {_why_not([' '.join(names)], layouts, kind)}")
