"""Draws that stand in place of priors: ``parameters = "posterior/….parquet"``.

A file of draws has one column for each number, named by its path, and one row for each draw. Every
replicate takes one row whole, so that numbers keep what ties them together. A column counts only
while the scenario draws that number from the prior that the draws were made under: a what-if that
fixes or widens a number has the last word.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..resources import folder
from .document import Merged
from .problems import Problem, ScenarioError
from .quantity import NOTES, Quantity

KEY = "parameters"
PRIORS = b"hedgerow.priors"
"""Key of the file's metadata: the prior of each column as JSON, in the form of `prior_text`."""

KNOWLEDGE = b"hedgerow.knowledge"
"""Key of the file's metadata: what the draws know, as JSON, in the form of `Knowledge`."""

Floats = NDArray[np.float64]


class Knowledge(NamedTuple):
    """What draws know.

    Attributes:
        until: last year of the record that they were fitted to.
        hindsight: whether they were made with hindsight (`hedgerow.evidence.knowledge`).
    """

    until: int
    hindsight: bool


@dataclass(frozen=True)
class Draws:
    """Joint draws of some numbers.

    Attributes:
        content: the file.
        columns: (rows,) by path.
        priors: under which they were made, by path, in the form of `prior_text`; none where the
            file does not say.
        knowledge: what they know; None where the file does not say.
    """

    content: bytes = field(repr=False)
    columns: Mapping[str, Floats] = field(repr=False)
    priors: Mapping[str, str] = field(repr=False)
    knowledge: Knowledge | None = None

    @property
    def name(self) -> str:
        """A file name that tells the content."""
        return f"parameters-{hashlib.sha256(self.content).hexdigest()[:16]}.parquet"

    @property
    def rows(self) -> int:
        """How many draws there are."""
        return next(iter(self.columns.values())).size

    def holding(self, quantities: Mapping[str, Quantity]) -> tuple[str, ...]:
        """Return the paths that are drawn from here, in the order of the scenario."""
        return tuple(
            path
            for path, number in quantities.items()
            if number.is_prior
            and path in self.columns
            and self.priors.get(path, prior_text(number)) == prior_text(number)
        )


def prior_text(number: Quantity) -> str:
    """Return a prior without its source, in one way of writing."""
    plain = number.plain()
    table = plain if isinstance(plain, dict) else {"value": plain}
    return json.dumps({key: value for key, value in table.items() if key not in NOTES})


def read(merged: Merged, quantities: Mapping[str, Quantity]) -> Draws | None:
    """Return the draws that a checked document names, None where it names none.

    A relative path is looked for beside the file that names it, then among the shipped scenarios.

    Raises:
        ScenarioError: the file is missing or no Parquet, holds anything but finite numbers within
            the range of their priors, or none that the scenario draws.
    """
    name = merged.document.get(KEY)
    if name is None:
        return None
    layer = merged.layer_of((KEY,))
    near = layer.folder if layer is not None else Path()
    places = [near / name, folder("scenarios") / name]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise ScenarioError([_problem(merged, f"no file of draws '{name}'", "a Parquet file")])
    try:
        content = path.read_bytes()
        draws = parse(content)
    except (OSError, ValueError) as error:
        told = f"'{name}' cannot be read as draws: {error}"
        raise ScenarioError([_problem(merged, told, "one column of numbers a path")]) from None
    held = draws.holding(quantities)
    if not held:
        told = f"'{name}' holds nothing that this scenario draws from the same prior"
        raise ScenarioError([_problem(merged, told)])
    problems = []
    for number in held:
        low, high = quantities[number].support()
        values = draws.columns[number]
        if not np.all((low <= values) & (values <= high)):
            told = f"'{name}': draws of {number} leave the range of its prior"
            problems.append(_problem(merged, told, f"{low:g} to {high:g}"))
    if problems:
        raise ScenarioError(problems)
    return draws


def parse(content: bytes) -> Draws:
    """Return the draws of a file.

    Raises:
        ValueError: it is no Parquet file of finite numbers with at least one row and column.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(content))
    except pa.ArrowInvalid as error:
        raise ValueError(str(error).splitlines()[0]) from None
    if not table.num_rows or not table.num_columns:
        raise ValueError("it is empty")
    columns = {}
    for name in table.column_names:
        if not pa.types.is_floating(table[name].type) or table[name].null_count:
            raise ValueError(f"column {name} is not of numbers alone")
        columns[name] = table[name].to_numpy().astype(np.float64)
        if not np.isfinite(columns[name]).all():
            raise ValueError(f"column {name} is not finite")
    metadata = table.schema.metadata or {}
    priors = json.loads(metadata.get(PRIORS, b"{}"))
    return Draws(content, columns, priors, _knowledge(metadata.get(KNOWLEDGE)))


def _knowledge(text: bytes | None) -> Knowledge | None:
    if text is None:
        return None
    told = json.loads(text)
    if (
        not isinstance(told, dict)
        or set(told) != set(Knowledge._fields)
        or type(told["until"]) is not int
        or type(told["hindsight"]) is not bool
    ):
        raise ValueError(f"its metadata {KNOWLEDGE.decode()} are not until (a year) and hindsight")
    return Knowledge(**told)


def to_bytes(
    columns: Mapping[str, Floats],
    quantities: Mapping[str, Quantity],
    knowledge: Knowledge | None = None,
) -> bytes:
    """Return a file of draws, with the priors of its columns.

    Args:
        columns: (rows,) by path.
        quantities: of the scenario that they were made for.
        knowledge: what they know, if that can be said.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    priors = {path: prior_text(quantities[path]) for path in columns}
    table = pa.table({path: np.asarray(values, np.float64) for path, values in columns.items()})
    sink = pa.BufferOutputStream()
    metadata: dict[bytes | str, bytes | str] = {PRIORS: json.dumps(priors)}
    if knowledge is not None:
        metadata[KNOWLEDGE] = json.dumps(knowledge._asdict())
    marked = table.replace_schema_metadata(metadata)
    pq.write_table(marked, sink, compression="zstd", use_dictionary=False)
    return bytes(sink.getvalue())


def _problem(merged: Merged, told: str, expected: str = "") -> Problem:
    return merged.problem((KEY,), told, expected)
