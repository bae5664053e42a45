"""The documentation site builds without a warning, and has all that it promises."""

import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name

import pytest

import hedgerow
from hedgerow.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def build(docs, out):
    """Build a site as CI does: a warning is an error; return the process."""
    command = [sys.executable, "-m", "sphinx", "-E", "-q", "-W", "--keep-going"]
    command += ["-b", "html", "-d", f"{out}-pickled", docs, out]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages of the site: path → HTML."""
    out = tmp_path_factory.mktemp("site") / "html"
    done = build(DOCS, out)
    assert done.returncode == 0, done.stderr
    return {
        path.relative_to(out).as_posix(): path.read_text(encoding="utf-8")
        for path in out.rglob("*.html")
    } | {"": out}


def test_every_page_has_its_place(site):
    pages = {path.relative_to(DOCS).with_suffix(".html").as_posix() for path in DOCS.rglob("*.md")}
    assert pages <= site.keys()
    assert (site[""] / "scenario.schema.json").read_bytes() == (
        DOCS / "scenario.schema.json"
    ).read_bytes()


@pytest.mark.parametrize("name", sorted(set(hedgerow.__all__) - {"__version__"}))
def test_every_public_name_is_documented(site, name):
    entry = site["reference/python.html"].partition(f'id="hedgerow.{name}"')[2]
    text = re.sub(r"<[^>]+>", "", entry.partition("<dd>")[2].partition("</p>")[0])
    assert len(text.split()) >= 3


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_with_its_options(site, name):
    page = site["reference/commands.html"]
    assert f'id="hedgerow-{name}"' in page
    assert f'id="cmdoption-hedgerow-{name}-debug"' in page


def test_options_keep_both_dashes(site):
    text = re.sub(r"<[^>]+>", "", site["reference/commands.html"])
    assert "--until" in text and not re.search(r"\N{EN DASH}[a-z]", text)


def test_no_docstring_is_taken_for_a_type(site):
    assert "Alignment between the two poles, 0 to 100; 50 is balance" in re.sub(
        r"<[^>]+>|\s+", " ", site["reference/python.html"]
    )
    assert not re.search(r"<em>[^<]*,</em>", site["reference/python.html"])


def test_every_experiment_is_shown_with_its_figure(site):
    page = site["background/experiments.html"]
    names = {path.parent.name for path in ROOT.glob("experiments/*/README.md")}
    assert set(re.findall(r'id="experiment-([\w-]+)"', page)) == names
    figures = set(re.findall(r'src="\.\./_images/([^"]+)"', page))
    assert len(figures) == len(names)
    assert all((site[""] / "_images" / name).is_file() for name in figures)


def test_no_page_needs_another_host(site):
    for name, page in site.items():
        loaded = re.findall(
            r'<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?//[^"]*"', str(page)
        )
        assert not loaded, name


def test_what_leads_nowhere_fails_the_build(tmp_path):
    lines = {
        "nowhere.md": "[a page](nowhere.md)",
        "not-here": "[a heading](#not-here)",
        "nowhere.png": "![a picture](nowhere.png)",
        "'no_such_name'": "```{eval-rst}\n.. autofunction:: hedgerow.no_such_name\n```",
    }
    (tmp_path / "docs").mkdir()
    for name in ("pyproject.toml", "docs/conf.py", "docs/scenario.schema.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    page = "\n\n".join(["# A page", *lines.values(), ""])
    (tmp_path / "docs" / "index.md").write_text(page, encoding="utf-8")
    done = build(tmp_path / "docs", tmp_path / "out")
    assert done.returncode == 1
    for name in lines:
        assert re.search(rf"WARNING: .*{re.escape(name)}", done.stderr), (name, done.stderr)


# links of pages that are read where they lie ---------------------------------------------------
OUTSIDE = ("", "benchmarks", "experiments", "docs", ".github")
PAGES = sorted(
    path for top in OUTSIDE for path in ((ROOT / top).rglob("*.md") if top else ROOT.glob("*.md"))
)


@cache
def anchors(path):
    """The anchors of the headings of a page, as sites that show repositories make them."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    heads = re.findall(r"^#+ +(.*?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_in_the_repository_leads_somewhere(path):
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    for target, anchor in re.findall(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)", text):
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), f"{target}#{anchor}"


def test_modules_that_pages_start_are_there():
    named = {
        name
        for path in PAGES
        for name in re.findall(r"python -m (hedgerow[\w.]*)", path.read_text(encoding="utf-8"))
    }
    assert len(named) >= 2
    assert all(find_spec(name) for name in named)


def resolved(name):
    """Whether a dotted name leads to a module of hedgerow, or to something in one."""
    try:
        resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_names_and_files_that_pages_tell_of_are_there(path):
    text = path.read_text(encoding="utf-8")
    names = set(re.findall(r"(?<![.\w])hedgerow(?:\.[A-Za-z_]\w*)+", text))
    assert not [name for name in sorted(names) if not resolved(name)]
    paths = re.findall(r"(?<![\w/.-])(?:src|tests|docs|benchmarks|compiled|model)/[\w./-]*\w", text)
    new = re.findall(r"[Aa] new file `([^`]+)`", text)  # of the recipes
    places = (ROOT, ROOT / "src" / "hedgerow")
    missing = {one for one in paths if not any((place / one).exists() for place in places)}
    assert missing <= {*new, "tests/FOLDER"}
