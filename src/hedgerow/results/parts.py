"""Writes the files of a result, each of which is complete or absent."""

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from .arrow import texts
from .columns import notes
from .layout import SCENARIO

if TYPE_CHECKING:
    from ..scenario import Scenario

_PART = re.compile(r"part-\d{12}\.parquet")
_ROWS = 1 << 17  # most rows of a row group
_SPECIAL = frozenset(',"\r\n')  # characters because of which a text in a CSV file is quoted


def part_path(tables: Path, name: str, first_run: int) -> Path:
    """Return the path of the part of table `name` whose first run has this number."""
    return tables / name / f"part-{first_run:012d}.parquet"


def parts_of(folder: Path) -> list[Path]:
    """Return the Parquet files of a table in order; other files in its folder are left out."""
    return sorted(path for path in folder.glob("part-*.parquet") if _PART.fullmatch(path.name))


def write_part(
    groups: "list[pa.Table]", path: Path, own: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """Write tables of one schema as the row groups of one part.

    Every field has its ``label`` and its ``unit`` as metadata, see `hedgerow.results.columns`,
    but for those that tell them already.

    Args:
        groups: one table or more; each is a row group, and large ones are cut into several.
        path: the final path, in the folder of its table; parent folders are created.
        own: label and unit of columns that no table of Hedgerow has, by name.

    Raises:
        OSError: the disk is full, or the place cannot be written.
    """
    table, own = path.parent.name, own or {}
    schema = pa.schema(
        [
            field
            if field.metadata
            else field.with_metadata(notes(table, field.name) or own.get(field.name, {}))
            for field in groups[0].schema
        ]
    )
    floats = [field.name for field in schema if pa.types.is_floating(field.type)]
    others = [field.name for field in schema if field.name not in floats]
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        writer = pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=others,
            use_byte_stream_split=floats,
            write_statistics=[name for name in others if name in ("run", "year")],
        )
        with writer:
            for group in groups:
                writer.write_table(group, row_group_size=min(max(group.num_rows, 1), _ROWS))


def write_csv(tables: "Iterable[pa.Table]", path: Path) -> None:
    """Write tables of one schema as one CSV file; null is an empty cell.

    Texts are quoted where one of them holds a comma, a quotation mark or the end of a line.

    Args:
        tables: one table or more, of numbers and texts. It is iterated twice, and one table is
            held in memory at a time.
        path: path of the file.

    Raises:
        OSError: the disk is full, or the place cannot be written.
    """
    special, schema = False, None
    for table in tables:
        schema = table.schema
        written = [field.name for field in schema if pa.types.is_string(field.type)]
        special = special or any(
            set(text or "") & _SPECIAL for name in written for text in texts(table[name].unique())
        )
    assert schema is not None
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(schema.names)
    options = pc.WriteOptions(include_header=False, quoting_style="needed" if special else "none")
    with whole_file(path) as file:
        file.write(header.getvalue().encode())
        with pc.CSVWriter(file, schema, write_options=options) as writer:
            for table in tables:
                writer.write_table(table)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a temporary file. When complete, it is flushed to the disk and renamed to `path`."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_scenario(folder: Path, scenario: "Scenario") -> None:
    """Write a resolved scenario, and the draws that it names, so that it can be run again."""
    if scenario.draws is not None:
        with whole_file(folder / scenario.draws.name) as file:
            file.write(scenario.draws.content)
    write_text(folder / SCENARIO, scenario.to_toml())


def write_text(path: Path, text: str) -> None:
    """Write a small text file, completely or not at all."""
    with whole_file(path) as file:
        file.write(text.encode("utf-8"))
