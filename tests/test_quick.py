"""The quick tests exist, and every folder has some."""

from pathlib import Path

from quick import QUICK

HERE = Path(__file__).parent


def test_every_quick_file_is_there_and_every_folder_has_one():
    assert [name for name in sorted(QUICK) if not (HERE / name).is_file()] == []
    folders = {path.parent.relative_to(HERE) for path in HERE.rglob("test_*.py")}
    assert folders == {Path(name).parent for name in QUICK}


def test_this_file_is_marked(request):
    assert request.node.get_closest_marker("quick") is not None
