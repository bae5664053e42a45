"""The built wheel, in a clean environment: what it carries, and that it works there by name."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from cli.folders import compiled

import hedgerow
from hedgerow.results import identity

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    """The source distribution, and the wheel built from it (not from the checkout)."""
    target = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (sdist,) = target.glob("*.tar.gz")
    (wheel,) = target.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def installed(distributions, tmp_path_factory):
    """A fresh environment with the wheel in it; its dependencies are borrowed from ours."""
    home = tmp_path_factory.mktemp("clean") / "venv"
    uv = os.environ.get("UV") or shutil.which("uv")
    venv.create(home, with_pip=uv is None, symlinks=True)
    scheme = {"base": str(home), "platbase": str(home)}
    python = Path(sysconfig.get_path("scripts", "venv", scheme)) / "python"
    site = Path(sysconfig.get_path("purelib", "venv", scheme))
    pip = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    command = [*pip, "--no-deps", "--no-index", "--quiet", distributions[1]]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    # A folder named in a .pth file goes behind the environment's own, and .pth files inside it
    # (such as the one of an editable install) are not read.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python.parent


def call(folder, cwd, *arguments):
    done = subprocess.run(
        [folder / arguments[0], *arguments[1:]],
        cwd=cwd,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        env=compiled(),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def names(folder):
    return {path.name for path in (ROOT / folder).glob("*.toml")}


def test_wheel_carries_the_package_the_scenarios_and_the_seeds_and_nothing_else(distributions):
    with zipfile.ZipFile(distributions[1]) as wheel:
        files = {name for name in wheel.namelist() if not name.endswith("/")}
    outside = {n for n in files if not re.match(r"hedgerow/|hedgerow-[\d.]+\.dist-info/", n)}
    assert not outside
    carried = {n for n in files if n.startswith("hedgerow/")}
    sources = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "hedgerow").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    data = {
        f"hedgerow/data/{folder}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder in ("scenarios", "seeds")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert carried == sources | data
    for folder in ("scenarios", "seeds"):
        shipped = {Path(n).name for n in carried if n.startswith(f"hedgerow/data/{folder}/")}
        assert names(folder) and names(folder) <= shipped
    assert "hedgerow/py.typed" in carried
    folders = {name.split("/")[1] for name in carried if name.count("/") > 1}
    assert folders.isdisjoint(hedgerow.__all__)  # importing one would hide the function


def test_source_distribution_carries_what_a_reader_needs(distributions):
    with tarfile.open(distributions[0]) as archive:
        files = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md", "pyproject.toml"} <= files
    assert "tests/test_packaging.py" in files


def test_the_package_in_the_clean_environment_is_the_one_of_the_wheel(installed, tmp_path):
    code = "import hedgerow; print(hedgerow.__file__, hedgerow.__version__)"
    place, version = call(installed, tmp_path, "python", "-c", code).split()
    assert Path(place).is_relative_to(installed.parent)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert version == project["version"]
    assert call(installed, tmp_path, "hedgerow", "--version").split() == ["hedgerow", version]


def test_an_installed_package_names_its_code_by_the_digest_of_the_checkout(installed, tmp_path):
    told = call(installed, tmp_path, "hedgerow", "--version", "--verbose").splitlines()
    found = dict(line.split(None, 1) for line in told[1:])
    data = {name: ROOT / name for name in ("scenarios", "seeds")}
    assert found["code_digest"] == identity.code_digest(ROOT / "src" / "hedgerow", data)
    assert found["model_digest"] == identity.model_digest(ROOT / "src" / "hedgerow")
    assert "commit" not in found


def test_an_installed_package_lists_its_scenarios(installed, tmp_path):
    listed = call(installed, tmp_path, "hedgerow", "scenarios")
    for name in names("scenarios"):
        assert re.search(rf"^{re.escape(Path(name).stem)}\b", listed, re.MULTILINE), name


def test_an_installed_package_runs_a_scenario_by_name(installed, tmp_path):
    options = ["--runs", "4", "--until", "1998", "--out", "here"]
    printed = call(installed, tmp_path, "hedgerow", "run", "vietnam", *options)
    assert printed.splitlines()[-1] == "here"
    written = {path.name for path in (tmp_path / "here").iterdir()}
    assert {"scenario.toml", "manifest.json", "summary.csv", "tables", "figures"} <= written


def test_an_installed_package_reads_its_seeds(installed, tmp_path):
    listed = call(installed, tmp_path, "hedgerow", "evidence", "--domain", "arms")
    assert "S2-arms-share-2000" in listed
    listed = call(installed, tmp_path, "hedgerow", "evidence", "--panel", "--format", "csv")
    assert "un_votes" in listed


def closure(extras):
    """Names of the packages that hedgerow with some extras declares, and of all that those need."""
    from packaging.requirements import Requirement

    found, left = {}, [(Requirement(f"hedgerow[{','.join(extras)}]" if extras else "hedgerow"))]
    while left:
        wanted = left.pop()
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if name in found and wanted.extras <= found[name]:
            continue
        found[name] = found.get(name, set()) | wanted.extras
        for text in metadata.distribution(name).requires or ():
            need = Requirement(text)
            contexts = [{"extra": extra} for extra in ("", *found[name])]
            if need.marker is None or any(map(need.marker.evaluate, contexts)):
                left.append(need)
    return found.keys() - {"hedgerow"}


NEEDED = {
    "": "import hedgerow\nhedgerow.run('vietnam', runs=2, until=1997, kernel='numpy', out='made')",
    "analysis": "import SALib.sample.sobol",
    "compiled": "assert kernels.chosen(None) == 'compiled'",
    "dask": "from distributed import Client",
    "discovery": "from ema_workbench.analysis.prim import Prim",
    "importing": "import pyreadr",
    "serve": "from hedgerow.classroom.serve import board, launch, lookalike; import segno\n"
    "launch.server_of(launch.bind(port=0)); assert lookalike.alike('1', 'l')",
    "xarray": "import xarray",
}


def lines():
    """Sets of extras in the install lines of README and docs."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    told = {
        tuple(names.split(","))
        for page in pages
        for names in re.findall(r'pip install "\.\[([a-z,]+)\]"', page.read_text("utf-8"))
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(NEEDED) - {""} == set(project["optional-dependencies"])
    assert set(NEEDED) - {""} == {name for names in told for name in names}
    return sorted(told | {()})


@pytest.fixture(scope="module")
def unpacked(distributions, tmp_path_factory):
    """The wheel, unpacked."""
    place = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(distributions[1]) as wheel:
        wheel.extractall(place)
    return place


@pytest.mark.parametrize("extras", lines(), ids=",".join)
def test_what_an_install_line_brings_is_enough(unpacked, tmp_path, extras):
    """The wheel beside just those packages of ours that it declares, with these extras."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "hedgerow").symlink_to(unpacked / "hedgerow")
    for name in closure(extras):
        found = metadata.distribution(name)
        for top in {file.parts[0] for file in found.files} - {"..", "__pycache__"}:
            source = Path(found.locate_file(top))
            if source.exists() and not (site / top).exists():
                (site / top).symlink_to(source)
    code = [
        "import sys",
        "sys.path[:] = [*(p for p in sys.path if 'site-packages' not in p), sys.argv[1]]",
        "from importlib.util import find_spec",
        f"assert (find_spec('numba') is not None) == {'compiled' in extras}",
        "from hedgerow.compiled import kernels",
        *(NEEDED[name] for name in ("", *extras)),
    ]
    call(site, tmp_path, sys.executable, "-I", "-S", "-c", "\n".join(code), str(site))


def pins():
    """Name → version of every package of requirements.lock."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE))


def test_every_dependency_of_the_project_is_pinned_in_the_lock():
    from packaging.requirements import Requirement

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = settings["project"]["dependencies"] + settings["dependency-groups"]["dev"]
    pinned = pins()
    for text in declared:
        wanted = Requirement(text)
        assert wanted.name in pinned, f"{wanted.name} is missing: export requirements.lock again"
        assert wanted.specifier.contains(pinned[wanted.name]), text


def test_the_lock_has_a_hash_for_every_package_and_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert not re.search(r"://|--index|--find-links|^-e|^/", text, re.MULTILINE)
    assert "hedgerow" not in pins()


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f'version: "{project["version"]}"' in citation
    assert f"## [{project['version']}]" in changes
    assert (ROOT / ".python-version").read_text(encoding="utf-8").split() == ["3.13"]
