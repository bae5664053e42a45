"""Files for those who cite, report and contribute: their form is right, and they agree."""

import configparser
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[0-9]-*.yml"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_citation_is_that_of_the_project():
    """What the Citation File Format 1.2.0 asks for, and what reference managers read."""
    cited = yaml.safe_load(read("CITATION.cff"))
    assert cited.keys() >= {"cff-version", "message", "title", "authors"}
    assert (cited["cff-version"], cited["type"]) == ("1.2.0", "software")
    assert cited["version"] == PROJECT["version"] and cited["license"] == PROJECT["license"]
    assert cited["abstract"] == f"{PROJECT['description']}."
    assert cited["keywords"] == PROJECT["keywords"]
    assert [author["name"] for author in cited["authors"]] == [
        a["name"] for a in PROJECT["authors"]
    ]
    assert re.search(
        rf"^## \[{re.escape(cited['version'])}\] - {cited['date-released']}$",
        read("CHANGELOG.md"),
        re.MULTILINE,
    )


def test_codemeta_says_what_the_citation_says():
    told, cited = json.loads(read("codemeta.json")), yaml.safe_load(read("CITATION.cff"))
    assert told["@context"] == "https://w3id.org/codemeta/3.0"
    assert told["@type"] == "SoftwareSourceCode"
    assert told["name"] == cited["title"] and told["version"] == PROJECT["version"]
    assert told["description"] == PROJECT["description"]
    assert told["license"] == f"https://spdx.org/licenses/{PROJECT['license']}"
    assert told["dateModified"] == str(cited["date-released"])
    assert told["keywords"] == PROJECT["keywords"]
    assert told["author"] == [{"@type": "Organization", **author} for author in PROJECT["authors"]]
    assert f">={told['programmingLanguage']['version']}" == PROJECT["requires-python"]


def test_hooks_before_a_commit_check_what_ci_checks():
    (local,) = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert local["repo"] == "local"
    wanted = {"uv run ruff check", "uv run ruff format", "uv run mypy"}
    assert {hook["entry"] for hook in local["hooks"]} == wanted
    for hook in local["hooks"]:
        assert hook.keys() >= {"id", "name", "language"}
        assert re.search(rf"^{hook['entry']}( --check)?$", read(".ci/run"), re.MULTILINE)


def test_editors_break_lines_where_the_style_does():
    settings = configparser.ConfigParser()
    settings.read_string("[top]\n" + read(".editorconfig"))
    assert settings.getint("*.py", "max_line_length") == SETTINGS["tool"]["ruff"]["line-length"]
    assert settings["*"]["end_of_line"] == "lf"


FIELDS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_for_issues_has_the_form_that_is_read(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form.keys() == {"name", "description", "labels", "body"}
    fields = form["body"]
    assert {field["type"] for field in fields} <= FIELDS
    ids = [field["id"] for field in fields]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[\w-]+", name) for name in ids)
    assert all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)


def test_there_are_forms_and_the_commands_they_name_exist():
    assert len(FORMS) == 3
    template = read(".github/pull_request_template.md")
    for command in ("uv run ruff check", "uv run ruff format --check", "uv run mypy"):
        assert command in template and command in read(".ci/run")


def test_the_code_of_conduct_names_its_source_and_how_to_report():
    text = " ".join(read("CODE_OF_CONDUCT.md").split())
    assert "Contributor Covenant" in text and "version 2.1" in text
    assert "creativecommons.org/licenses/by/4.0" in text
    assert "INSERT" not in text and "private message" in text
