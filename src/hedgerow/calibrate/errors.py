"""What cannot be calibrated."""

from collections.abc import Iterable

from ..scenario import Problem


class CalibrationError(ValueError):
    """A scenario, its targets or the sizes of a calibration do not fit: the message says why.

    Attributes:
        problems: where there are several reasons, each of them with its place.
    """

    subject = "the targets"

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)
