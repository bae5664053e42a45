"""What ``hedgerow compare`` writes."""

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pc

from ...figures import style
from ...figures.comparison import draw
from ...results.parts import whole_file

if TYPE_CHECKING:
    from ...analysis.comparison import Comparison

TABLE = "comparison.csv"


def write(result: "Comparison", folder: Path) -> None:
    """Write the table and the figure into a folder.

    Over several points, rows of all points together come first and have no `point`.

    Raises:
        OSError: the disk is full.
    """
    frames = [result.table] if result.each is None else [result.table, result.each]
    special = any(set(name) & set(',"\r\n') for name in result.table["measure"].unique())
    options = pc.WriteOptions(quoting_style="needed" if special else "none", quoting_header="none")
    with whole_file(folder / TABLE) as file:
        schema = pa.Schema.from_pandas(frames[0], preserve_index=False)
        with pc.CSVWriter(file, schema, write_options=options) as writer:
            for frame in frames:
                writer.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False))
    style.save(draw(result), folder, "comparison", ["svg", "png"])
