"""What a search for a region found: the cases that it looked at, and the boxes."""

from dataclasses import dataclass

from .boxes import Box
from .cases import Cases


@dataclass(frozen=True)
class Discovery:
    """The region of the parameters in which something happens, as boxes.

    Attributes:
        cases: that were looked at, and which of them are as looked for.
        searched: number of paths that the region was looked for in.
        boxes: ranges of a few parameters, each found in what the ones before left over.
        density: share of the cases of a box that were to be as looked for.
    """

    cases: Cases
    searched: int
    boxes: tuple[Box, ...]
    density: float
