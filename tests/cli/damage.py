"""Results with one thing wrong: a key or a column that is gone, empty, or of another type."""

import json
import shutil
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hedgerow.results.documents import SEAL, sealed


def others(value):
    """Return values of other types than a value."""
    own = 7 if isinstance(value, str) else "x"
    return [own, [own]] if isinstance(value, list | dict) else [own]


def mutants(document, more=()):
    """Yield a word for each change of a JSON object, and the object that it makes."""
    for key, value in document.items():
        yield f"{key} gone", {k: v for k, v in document.items() if k != key}
        for other in (None, *others(value), *(more if isinstance(value, int | float) else ())):
            yield f"{key} = {other!r}", document | {key: other}


def sealed_mutants(document):
    """Yield changes of a sealed document, as they are and sealed again."""
    for what, changed in mutants(document, (-1, 10**30)):
        yield what, sealed(changed) if SEAL in changed else changed


def lines(path):
    """Return the entries of a journal."""
    return [json.loads(line.partition(" ")[2]) for line in path.read_text("utf-8").splitlines()]


def journal(entries):
    """Return the text of a journal, with the checksum of each line."""
    texts = [json.dumps(entry) for entry in entries]
    return "".join(f"{zlib.crc32(f'{text}\n'.encode()):08x} {text}\n" for text in texts)


def journals(path):
    """Yield changes of the first line of a journal and of its first part, as texts."""
    first, *rest = lines(path)
    part, *parts = first["parts"]
    for what, changed in mutants(first, (-1, 10**12)):
        yield what, journal([changed, *rest])
    for what, changed in mutants(part, (-1, 10**12, "../x", "/dev/zero")):
        yield f"part: {what}", journal([first | {"parts": [changed, *parts]}, *rest])
    for unit in ("x", "-1", "9"):
        digests = {"runs": {unit: "0" * 64}}
        yield f"digests of {unit}", journal([first | {"digests": digests}, *rest])
    yield "a list", journal([[], *rest])
    yield "a drop of nothing", journal([{"drop": None}, *rest])


def tables(path):
    """Yield changes of a part of a table: a column gone, empty, or of another type."""
    rows = pq.read_table(path)
    for i, name in enumerate(rows.column_names):
        yield f"{name} gone", rows.remove_column(i)
        kind = rows.schema.field(i).type
        yield f"{name} empty", rows.set_column(i, name, pa.nulls(rows.num_rows, kind))
        other = "x" if pa.types.is_floating(kind) or pa.types.is_integer(kind) else 7
        cells = pa.array([other if i % 2 else None] * rows.num_rows)
        yield f"{name} = {other}", rows.set_column(i, name, cells)
    yield "no rows", rows.slice(0, 0)


def summaries(path):
    """Yield changes of ``summary.csv``, as texts: of columns, and what spreadsheets make of it."""
    text = path.read_text("utf-8")
    rows = [line.split(",") for line in text.splitlines()]
    for i, name in enumerate(rows[0]):
        yield f"{name} gone", _csv([*row[:i], *row[i + 1 :]] for row in rows)
        for other in ("", "x"):
            yield (
                f"{name} = {other!r}",
                _csv([rows[0], *([*row[:i], other, *row[i + 1 :]] for row in rows[1:])]),
            )
    yield "semicolons", text.replace(",", ";")
    yield "byte order mark", f"\ufeff{text}"
    yield "both", f"\ufeff{text.replace(',', ';')}"
    yield "nothing", ""
    yield "header", text.splitlines()[0] + "\n"
    yield "cut", text[: len(text) // 2]


def _csv(rows):
    return "".join(",".join(row) + "\n" for row in rows)


def write(change, path):
    """Write a change, whatever it is of."""
    if isinstance(change, pa.Table):
        pq.write_table(change, path)
    elif isinstance(change, str):
        path.write_text(change, encoding="utf-8")
    else:
        path.write_text(json.dumps(change), encoding="utf-8")


def restored(source, target):
    """Make a folder what another one is; quicker than to copy it whole, where it is nearly so."""
    for path in sorted(Path(target).rglob("*"), reverse=True):
        twin = source / path.relative_to(target)
        if path.is_dir() and not path.is_symlink():
            if not twin.is_dir():
                shutil.rmtree(path)
        elif not twin.is_file():
            path.unlink()
    for path in Path(source).rglob("*"):
        twin = target / path.relative_to(source)
        if path.is_dir():
            twin.mkdir(exist_ok=True)
        elif not twin.exists() or twin.read_bytes() != path.read_bytes():
            shutil.copyfile(path, twin)
