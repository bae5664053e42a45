"""A small scenario that uses everything, and a way to write what-ifs on it."""

from pathlib import Path

import pytest

from hedgerow.scenario import ScenarioError, load

SMALL = Path(__file__).parent / "small.toml"


@pytest.fixture(scope="session")
def small():
    """The small scenario, loaded."""
    return load(SMALL)


@pytest.fixture
def write(tmp_path):
    """Write a scenario file; return its path."""

    def writer(text, name="mine.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return writer


@pytest.fixture
def child(write):
    """Write a what-if on the small scenario; return its path."""

    def writer(text, name="child.toml"):
        return write(f'schema = 2\ntitle = "A child"\nextends = "{SMALL}"\n{text}\n', name)

    return writer


@pytest.fixture
def problems():
    """Load something wrong; return its problems."""

    def loader(path, overrides=None):
        with pytest.raises(ScenarioError) as caught:
            load(path, overrides)
        return caught.value.problems

    return loader


@pytest.fixture
def only(problems):
    """Load something with one fault; return it as text."""

    def loader(path, overrides=None):
        found = problems(path, overrides)
        assert len(found) == 1, [str(problem) for problem in found]
        return str(found[0])

    return loader
