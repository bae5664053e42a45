"""The notebook of the tutorial runs from top to bottom, and shows what it is to show."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[1] / "docs" / "tutorial" / "first-question.ipynb"


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The notebook with its outputs, run in an empty folder by a kernel that no user has set up."""
    folder = tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("JUPYTER_CONFIG_DIR", str(folder / "jupyter"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
        book = nbformat.read(NOTEBOOK, as_version=4)
        resources = {"metadata": {"path": str(folder)}}
        return NotebookClient(book, timeout=300, resources=resources).execute()


def _shown(book, start):
    """Return what the cell that starts so shows, by kind."""
    (cell,) = [cell for cell in book.cells if cell.source.startswith(start)]
    return {kind: data for out in cell.outputs for kind, data in out.get("data", {}).items()}


def test_it_is_stored_without_outputs():
    book = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(book)
    for cell in book.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
            assert "%matplotlib" not in cell.source


def test_every_cell_runs_and_says_something(played):
    for cell in played.cells:
        if cell.cell_type == "code":
            assert cell.outputs, cell.source
            assert not [out for out in cell.outputs if out.output_type == "error"]
            assert not [out for out in cell.outputs if out.get("name") == "stderr"], cell.outputs


def test_figures_and_objects_are_shown_without_any_magic(played):
    assert "image/png" in _shown(played, "results.plot.alignment()")
    scenario = _shown(played, "import hedgerow")
    assert "How did Vietnam hedge" in scenario["text/html"] and len(scenario["text/plain"]) < 300
    assert "<table>" in _shown(played, "vietnam.find")["text/html"]
    assert "40 of 40 stored" in _shown(played, "short = ")["text/html"]
    for start in ("doubt = ", "hedgerow.explain"):
        assert "data:image/png;base64," in _shown(played, start)["text/html"]
