"""Helpers of the tests of importers."""

import pytest

import hedgerow
from hedgerow.errors import DataError


@pytest.fixture
def put(tmp_path):
    """Write a file that somebody downloaded; return its path."""

    def writer(text, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return writer


@pytest.fixture
def read(put):
    """Import texts of one kind, a file each."""

    def reader(kind, *texts, **options):
        files = [put(text, f"file{number}.csv") for number, text in enumerate(texts)]
        return hedgerow.import_data(kind, *files, **options)

    return reader


@pytest.fixture
def refused(read):
    """Import what cannot be imported: one message that has every text of `telling`."""

    def caller(kind, *texts, telling, **options):
        with pytest.raises(DataError) as caught:
            read(kind, *texts, **options)
        said = str(caught.value)
        for text in [telling] if isinstance(telling, str) else telling:
            assert text in said
        return said

    return caller
