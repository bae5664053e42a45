"""Joint draws that replace priors: ``parameters = "….parquet"``.

A file of draws has a column for each number, named by its path, and a row for each draw. Every
replicate uses one whole row, so that correlations between numbers are kept. A column is used only
if the scenario still has the prior under which the draws were made: a what-if that fixes or widens
a number takes precedence.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ScenarioError
from ..files import DATA, folder, located, read_bytes, shallow, too_large
from ..model.numbers import SYMMETRIC
from .document import Merged
from .fields import find
from .keys import join, split
from .overrides import path_fault
from .problems import Problem, closest
from .quantity import NOTES, Quantity

KEY = "parameters"
MOST_COLUMNS = 20_000
"""Most columns of a file, more than any scenario has numbers."""

_MOST_NAMED = 20  # most wrong columns that a message names
PRIORS = b"hedgerow.priors"
"""Key of the file's metadata: the prior of each column as JSON, in the form of `prior_text`."""

KNOWLEDGE = b"hedgerow.knowledge"
"""Key of the file's metadata: which years the draws know, as JSON, in the form of `Knowledge`."""

Floats = NDArray[np.float64]


class Knowledge(NamedTuple):
    """The knowledge that went into draws.

    Attributes:
        until: last year of the record that they were fitted to.
        hindsight: whether they were made with hindsight (`hedgerow.scenario.knowledge`).
    """

    until: int
    hindsight: bool


@dataclass(frozen=True)
class Draws:
    """Joint draws of some numbers.

    Attributes:
        content: the bytes of the file.
        columns: the draws, (rows,) by path.
        priors: the priors under which they were made, by path, as of `prior_text`; empty if the
            file does not say.
        knowledge: the knowledge that went into them; None if the file does not say.
    """

    content: bytes = field(repr=False)
    columns: Mapping[str, Floats] = field(repr=False)
    priors: Mapping[str, str] = field(repr=False)
    knowledge: Knowledge | None = None

    @property
    def name(self) -> str:
        """A file name that contains a hash of the content."""
        return f"parameters-{hashlib.sha256(self.content).hexdigest()[:16]}.parquet"

    @property
    def rows(self) -> int:
        """Number of draws."""
        return next(iter(self.columns.values())).size

    def holding(self, quantities: Mapping[str, Quantity]) -> tuple[str, ...]:
        """Return the paths of a scenario that these draws are used for, in its order."""
        return tuple(
            path
            for path, number in quantities.items()
            if number.is_prior
            and path in self.columns
            and self.priors.get(path, prior_text(number)) == prior_text(number)
        )


def prior_text(number: Quantity) -> str:
    """Return a prior as text, without its source, always written in the same way."""
    plain = number.plain()
    table = plain if isinstance(plain, dict) else {"value": plain}
    return json.dumps({key: value for key, value in table.items() if key not in NOTES})


def read(merged: Merged, quantities: Mapping[str, Quantity]) -> tuple[Draws | None, list[Problem]]:
    """Return the draws that a checked document names, None if it names none, and notes on them.

    A relative path is looked for beside the file that names it, then among the shipped scenarios.

    Raises:
        ScenarioError: the file is missing or no Parquet file; a value is not finite or outside the
            range of its prior; a column is no path of the scenario; or the scenario draws none of
            the columns.
    """
    name = merged.document.get(KEY)
    if name is None:
        return None, []
    layer = merged.layer_of((KEY,))
    near = layer.folder if layer is not None else Path()
    try:
        places = [near / located(name), folder("scenarios") / name]
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            raise ScenarioError([_problem(merged, f"no file of draws '{name}'", "a Parquet file")])
        draws = parse(read_bytes(path, DATA))
    except (OSError, ValueError) as error:
        if isinstance(error, ScenarioError):
            raise
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        message = f"'{name}' cannot be read as draws: {why}"
        raise ScenarioError([_problem(merged, message, "one column of numbers a path")]) from None
    draws, problems = _named(merged, quantities, draws)
    if problems:
        raise ScenarioError(problems)
    held = draws.holding(quantities)
    if not held:
        message = f"'{name}' holds nothing that this scenario draws from the same prior"
        raise ScenarioError([_problem(merged, message)])
    for number in held:
        low, high = quantities[number].support()
        values = draws.columns[number]
        if not np.all((low <= values) & (values <= high)):
            message = f"'{name}': draws of {number} leave the range of its prior"
            problems.append(_problem(merged, message, f"{low:g} to {high:g}"))
    if problems:
        raise ScenarioError(problems)
    idle = [path for path in draws.columns if path not in held and path not in draws.priors]
    text = "the scenario does not draw this number, so the draws are not used"
    return draws, [
        merged.problem((KEY,), f"'{name}': column {path}: {text}", severity="note") for path in idle
    ]


def _named(
    merged: Merged, quantities: Mapping[str, Quantity], draws: Draws
) -> tuple[Draws, list[Problem]]:
    """Return draws with columns named by the paths of the scenario.

    If the file gives the prior of a column, the scenario need not have that number any more, since
    a what-if may have removed it. Any other column must be the path of a number.
    """
    columns: dict[str, Floats] = {}
    priors: dict[str, str] = {}
    problems: list[Problem] = []
    for place, (column, values) in enumerate(draws.columns.items()):
        if len(problems) == _MOST_NAMED:
            left = len(draws.columns) - place
            message = f"{_MOST_NAMED} columns are wrong; {left} more were not looked at"
            problems.append(_problem(merged, message))
            break
        path = _path(merged, column, quantities)
        if path is None and column not in draws.priors:
            hint = closest(column, quantities) or "drop the column"
            message = f"column '{column}' of '{merged.document[KEY]}' is no path of a number here"
            expected = "columns named by paths, as in partners.RUS.trust"
            problems.append(merged.problem((KEY,), message, expected, hint))
            continue
        path = column if path is None else path
        if path in columns:
            message = f"two columns of '{merged.document[KEY]}' are of {path}"
            problems.append(_problem(merged, message, "one of the two"))
        columns[path] = values
        if column in draws.priors:
            priors[path] = draws.priors[column]
    return Draws(draws.content, columns, priors, draws.knowledge), problems


def _path(merged: Merged, column: str, quantities: Mapping[str, Quantity]) -> str | None:
    """Return the path that a column names, as the scenario writes it; None if there is none."""
    try:
        parts = split(column)
    except ValueError:
        return None
    path = join(parts)
    if path in quantities:
        return path
    found = find(parts)
    if found is None or path_fault(merged.document, parts) is not None:
        return None
    if found[0].array in SYMMETRIC:  # the two partners may be written in either order
        return join((*parts[:2], parts[3], parts[2]))
    return path


def parse(content: bytes) -> Draws:
    """Return the draws of a file, without columns that pandas made of an index.

    Raises:
        ValueError: it is no Parquet file of finite numbers with at least one row and column, or is
            too large when unpacked.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        about, schema = file.metadata, file.schema_arrow
        if len(schema.names) > MOST_COLUMNS:
            raise ValueError(f"it has {len(schema.names)} columns; at most {MOST_COLUMNS} are read")
        size = about.num_rows * len(schema.names) * 8
        if size > DATA:
            raise ValueError(f"what it unpacks to {too_large(size, DATA)}")
        marks = schema.metadata or {}
        index = _index(marks)
        names = [name for name in schema.names if name not in index]
        if not about.num_rows or not names:
            raise ValueError("it is empty")
        for name, times in Counter(names).items():
            if times > 1:
                raise ValueError(f"column {name} is there twice")
            kind = schema.field(name).type
            if not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
                raise ValueError(f"column {name} is not of numbers alone")
        table = file.read(names)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(str(error).splitlines()[0]) from None
    columns = {}
    for name in names:
        if table[name].null_count:
            raise ValueError(f"column {name} is not of numbers alone")
        values = table[name].to_numpy()
        columns[name] = values.astype(np.float64)
        if not np.isfinite(columns[name]).all():
            raise ValueError(f"column {name} is not finite")
        if values.dtype.kind in "iu" and (np.abs(columns[name]) > 2.0**53).any():
            raise ValueError(f"column {name} has whole numbers that are too large")
    priors = _json(marks.get(PRIORS, b"{}"))
    texts = isinstance(priors, dict) and all(isinstance(text, str) for text in priors.values())
    if not texts:
        raise ValueError(f"its metadata {PRIORS.decode()} are not priors by path")
    return Draws(content, columns, priors, _knowledge(marks.get(KNOWLEDGE)))


def _json(text: bytes) -> Any:
    try:
        return shallow(json.loads(text))
    except RecursionError:
        raise ValueError("its metadata are nested too deeply") from None


def _knowledge(text: bytes | None) -> Knowledge | None:
    if text is None:
        return None
    found = _json(text)
    if (
        not isinstance(found, dict)
        or set(found) != set(Knowledge._fields)
        or type(found["until"]) is not int
        or type(found["hindsight"]) is not bool
    ):
        raise ValueError(f"its metadata {KNOWLEDGE.decode()} are not until (a year) and hindsight")
    return Knowledge(**found)


def _index(marks: Mapping[bytes, bytes]) -> set[str]:
    """Return the columns that hold the index of a data frame, as pandas notes them."""
    try:
        found = _json(marks.get(b"pandas", b"{}"))["index_columns"]
    except (ValueError, KeyError, TypeError):
        return set()
    return {name for name in found if isinstance(name, str)}


def to_bytes(
    columns: Mapping[str, Floats],
    quantities: Mapping[str, Quantity],
    knowledge: Knowledge | None = None,
    about: Mapping[str, str] | None = None,
) -> bytes:
    """Return the bytes of a file of draws, with the priors of its columns.

    Args:
        columns: the draws, (rows,) by path.
        quantities: the quantities of the scenario that they were made for.
        knowledge: the knowledge that went into them, if known.
        about: more metadata, by key.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    priors = {path: prior_text(quantities[path]) for path in columns}
    table = pa.table({path: np.asarray(values, np.float64) for path, values in columns.items()})
    sink = pa.BufferOutputStream()
    metadata: dict[bytes | str, bytes | str] = {PRIORS: json.dumps(priors)}
    metadata.update((about or {}).items())
    if knowledge is not None:
        metadata[KNOWLEDGE] = json.dumps(knowledge._asdict())
    marked = table.replace_schema_metadata(metadata)
    pq.write_table(marked, sink, compression="zstd", use_dictionary=False)
    return bytes(sink.getvalue())


def _problem(merged: Merged, message: str, expected: str = "") -> Problem:
    return merged.problem((KEY,), message, expected)
