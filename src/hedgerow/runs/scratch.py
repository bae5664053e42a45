"""Reduced leaves on disk. A point of several leaves is summarised once all of them are there."""

import json
from collections import Counter
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..results.layout import SCRATCH
from ..results.moments import Moments
from ..results.parts import whole_file
from ..results.summary import Leaf


def names_of(point: int, leaf: int) -> tuple[str, str]:
    """Return the names of the files of a leaf: its moments and counts, and its values."""
    return f"{point}-{leaf}.npz", f"{point}-{leaf}.npy"


def write(leaf: Leaf, stage: Path) -> list[Path]:
    """Write a reduced leaf and return its files.

    Raises:
        OSError: the disk is full, or the place cannot be written.
    """
    about: dict[str, Any] = {
        "done": leaf.done,
        "measures": leaf.measures,
        "chosen": [[*key, count] for key, count in leaf.chosen.items()],
        "asked": [[*key, count] for key, count in leaf.asked.items()],
        "happened": [[*key, count] for key, count in leaf.happened.items()],
    }
    arrays: dict[str, Any] = {"about": np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)}
    if leaf.moments is not None and leaf.values is not None:
        moments = leaf.moments
        arrays |= {"count": moments.count, "mean": moments.mean, "squares": moments.squares}
    folder = stage / SCRATCH
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in names_of(leaf.point, leaf.number)]
    with whole_file(paths[0]) as file:
        np.savez(file, **arrays)
    with whole_file(paths[1]) as file:
        np.save(_Written(file), np.zeros(0) if leaf.values is None else np.asarray(leaf.values))
    return paths


class _Written:
    """A file that NumPy writes to through Python, whose errors say why a write failed."""

    def __init__(self, file: IO[bytes]) -> None:
        self.write = file.write


def read(folder: Path, point: int, leaf: int) -> Leaf:
    """Return a reduced leaf; its values are read only when they are used.

    Raises:
        OSError: the files are not there.
    """
    first, second = (folder / name for name in names_of(point, leaf))
    with np.load(first, allow_pickle=False) as arrays:
        about = json.loads(arrays["about"].tobytes())
        there = "count" in arrays
        moments = Moments(arrays["count"], arrays["mean"], arrays["squares"]) if there else None
        return Leaf(
            point=point,
            number=leaf,
            done=about["done"],
            measures=tuple(about["measures"]),
            moments=moments,
            values=np.load(second, mmap_mode="r", allow_pickle=False) if there else None,
            chosen=_counter(about["chosen"]),
            asked=_counter(about["asked"]),
            happened=_counter(about["happened"]),
        )


def _counter(rows: list[list[Any]]) -> Counter:
    return Counter({tuple(row[:-1]): row[-1] for row in rows})
