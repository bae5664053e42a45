"""A figure that a notebook shows by itself, without pyplot or ``%matplotlib inline``."""

from pathlib import Path
from tempfile import TemporaryDirectory

from matplotlib.figure import Figure

from .. import figures

_DOTS = 100
"""Pixels of an inch on the page of a notebook, as matplotlib has them."""


class Shown(Figure):
    """A matplotlib figure with the picture that IPython asks for; otherwise as any other.

    IPython shows plain figures only once pyplot has chosen a backend, which nothing here does.
    """

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Return the picture as it would be saved, and its width and height in pixels."""
        layout = self.get_layout_engine()
        with TemporaryDirectory(prefix="hedgerow-") as folder:
            path, *_ = figures.style.save(self, Path(folder), "figure", ["png"])
            drawn = path.read_bytes()
        self.set_layout_engine(layout)  # so that what is changed later is laid out again
        width, height = (round(_DOTS * inches) for inches in self.get_size_inches())
        return drawn, {"width": width, "height": height}
