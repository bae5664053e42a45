"""The page on clusters: its scripts are shell, its options exist, its local example runs."""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from distributed.cli import dask_scheduler, dask_worker

import hedgerow
from hedgerow.cli.main import main, root
from hedgerow.cli.state import State

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = (DOCS / "how-to" / "cluster.md").read_text(encoding="utf-8")
SHELL = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
LINES = [
    " ".join(line.removesuffix("&").split())
    for block in SHELL
    for line in block.replace("\\\n", " ").splitlines()
]


@pytest.fixture
def sweep_file(tmp_path, monkeypatch):
    """The sweep with which the page on results begins, in a folder of its own."""
    text = (DOCS / "reference" / "reading-results.md").read_text(encoding="utf-8")
    scenario = re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[0]
    (tmp_path / "my-sweep.toml").write_text(scenario, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("script", SHELL, ids=range(len(SHELL)))
def test_every_script_is_right_shell(script):
    done = subprocess.run(
        ["bash", "-n"], input=script, capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("hedgerow ")])
def test_every_command_has_the_options_shown(line):
    words = shlex.split(re.sub(r"\$\w+", "4", line))[1:]
    command = root.get_command(root.make_context("hedgerow", list(words)), words[0])
    assert command is not None
    with command.make_context(words[0], words[1:], obj=State(words)) as context:
        assert context.params


@pytest.mark.parametrize("what", ["scheduler", "worker"])
def test_dask_has_the_options_shown(what):
    lines = [line for line in LINES if re.match(rf"(srun )?dask {what} ", line)]
    known = {"scheduler": dask_scheduler, "worker": dask_worker}[what].main.params
    shown = {word for line in lines for word in shlex.split(line) if word.startswith("--")}
    assert len(lines) >= 3 and shown
    assert shown <= {option for one in known for option in (*one.opts, *one.secondary_opts)}


def test_scripts_for_slurm_say_what_they_need():
    jobs = [block for block in SHELL if "#SBATCH" in block]
    assert len(jobs) == 4
    for job in jobs:
        assert job.startswith("#!/bin/bash\n#SBATCH ") and "set -eu\n" in job
        options = re.findall(r"^#SBATCH --([a-z-]+)=(\S+)$", job, re.MULTILINE)
        assert len(options) == job.count("#SBATCH")
        assert {"job-name", "time"} <= dict(options).keys()
        assert re.fullmatch(r"\d\d:\d\d:\d\d", dict(options)["time"])


def test_the_example_on_one_machine_runs(sweep_file):
    example = PAGE.split("<!-- run -->\n```sh\n")[1].partition("```")[0]
    assert example in SHELL
    small = example.replace("my-sweep.toml", "my-sweep.toml --runs 2 --until 1997")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    log = Path("log.txt")
    with log.open("w") as out:
        child = subprocess.Popen(
            ["bash", "-ec", small],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=os.environ | {"PATH": path},
            start_new_session=True,  # what it starts can be ended with it
        )
    try:
        child.wait(timeout=240)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    told = log.read_text(encoding="utf-8")
    assert child.returncode == 0, told
    assert "complete and as it was written" in told
    results = hedgerow.open("my-sweep")
    assert results.verify() == [] and len(results.runs()) == 6
    here = ["sweep", "my-sweep.toml", "--seed", "1", "--runs", "2", "--until", "1997"]
    assert main([*here, "--out", "here", "--workers", "1", "--quiet"]) == 0
    alone = hedgerow.open("here")
    assert alone.manifest["tables_digest"] == results.manifest["tables_digest"]


@pytest.mark.parametrize(
    ("content", "telling"),
    [(None, "cannot be read"), ("", "does not hold"), ("{}", "does not hold"), ("[1]", "hold")],
)
def test_a_file_without_a_scheduler_is_told(sweep_file, capsys, content, telling):
    if content is not None:
        Path("scheduler.json").write_text(content, encoding="utf-8")
    words = ["sweep", "my-sweep.toml", "--on", "dask", "--scheduler", "file:scheduler.json"]
    assert main([*words, "--out", "nothing"]) == 2
    told = capsys.readouterr().err
    assert telling in told and "dask scheduler --scheduler-file scheduler.json" in told
    assert not Path("nothing").exists()


def test_the_sweeps_of_a_job_array_are_read_together(sweep_file):
    for value in ("0.5", "2"):
        out = f"sweeps/intensity-{value}"
        options = ["--runs", "1", "--until", "1996", "--seed", "1", "--workers", "1", "--quiet"]
        settings = ["--set", f"relations.intensity={value}", "--out", out]
        assert main(["sweep", "my-sweep.toml", *options, *settings]) == 0
    (query,) = re.findall(r"^```sql\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    with duckdb.connect() as connection:
        rows = connection.sql(query).df()
    assert sorted(zip(rows["intensity"], rows["point"], strict=True)) == [
        (value, point) for value in (0.5, 2.0) for point in range(3)
    ]
