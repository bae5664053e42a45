"""Files that a user names: what is opened, what is refused, what is shown."""

import json
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


def _manifest(folder: Path) -> object:
    from hedgerow.results.manifest import read

    return read(folder)


def _sweep(folder: Path) -> object:
    from hedgerow.runs.spec import read

    return read(folder)


def _experiment(folder: Path) -> object:
    from hedgerow.experiment.experiment import read

    return read(folder)


def _targets(folder: Path) -> object:
    from hedgerow.scenario.target_file import load_targets

    return load_targets(file=folder / "targets.toml")


def _draws(folder: Path) -> object:
    from hedgerow.scenario import load

    return load("vietnam", {"parameters": str(folder / "draws.parquet")})


def _scheduler(folder: Path) -> object:
    from hedgerow.runs.cluster import address

    return address(f"file:{folder / 'scheduler.json'}")


READERS = {
    "manifest.json": _manifest,
    "sweep.json": _sweep,
    "experiment.toml": _experiment,
    "targets.toml": _targets,
    "draws.parquet": _draws,
    "scheduler.json": _scheduler,
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("kind", ["fifo", "device", "large", "nested"])
def test_no_reader_waits_for_ever_or_reads_without_end(
    tmp_path: Path, name: str, kind: str
) -> None:
    place = tmp_path / name
    if kind == "fifo":
        os.mkfifo(place)
    elif kind == "device":
        place.symlink_to("/dev/zero")
    elif kind == "large":
        with place.open("wb") as file:
            file.truncate(2**31)
    else:
        place.write_text("a = " * name.endswith(".toml") + "[" * 200_000, encoding="utf-8")
    with pytest.raises(ValueError) as caught:
        READERS[name](tmp_path)
    told = str(caught.value)
    assert name in told and "[Errno" not in told


def test_texts_of_a_manifest_do_not_steer_a_terminal(tmp_path: Path) -> None:
    import hedgerow
    from hedgerow.results import manifest

    overrides = {"time.end": 1996}
    scenario = hedgerow.load("vietnam", overrides=overrides)
    folder = hedgerow.run(scenario, runs=2, seed=1, kernel="numpy", out=tmp_path / "run").path
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    about |= {"title": "a\x1b]0;b\x07", "countries": {"VNM": "V\x9b1m"}}
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    found = manifest.read(folder)
    assert (found["title"], found["countries"]) == ("a]0;b", {"VNM": "V1m"})
    assert manifest.wrong(found)
    manifest.write(about, folder)
    assert manifest.read(folder)["title"] == "a]0;b"
    assert not manifest.wrong(manifest.read(folder))
