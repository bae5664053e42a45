"""Files that a user names: what is opened, what is refused, what is shown."""

import os
from pathlib import Path

import pytest

from hedgerow.files import opened, plain, read_bytes, read_text


def test_a_regular_file_and_a_link_to_it_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("ở\r\nb".encode())
    link = tmp_path / "link"
    link.symlink_to(file)
    assert read_text(file) == read_text(link) == "ở\nb"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device_is_no_file(device: str) -> None:
    if not Path(device).exists() or not Path(device).is_char_device():
        pytest.skip(f"no {device} here")
    with pytest.raises(OSError, match="not a file"):
        read_bytes(device)


def test_a_fifo_is_refused_at_once(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with pytest.raises(OSError, match="not a file"):
        opened(fifo)


def test_a_folder_a_gap_and_a_nul_have_their_errors(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        opened(tmp_path)
    with pytest.raises(FileNotFoundError):
        opened(tmp_path / "none")
    with pytest.raises(OSError, match="not the name of a file"):
        opened(f"{tmp_path}/a\0b")


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(2**40)  # takes no room
    with pytest.raises(OSError, match=r"is too large: 1024 GiB; at most 16 MiB are read"):
        read_bytes(large)


def test_control_characters_do_not_show() -> None:
    assert plain("a\x1b[31mred\x07\x9b\x00\u202eb\n\tc") == "a[31mredb\n\tc"
    assert plain("Việt Nam, 越南, ไทย, 👩‍🌾") == "Việt Nam, 越南, ไทย, 👩‍🌾"
