"""The section ``shares``: which part of a run takes how much of its time.

`Account` hooks into every call and return of a Python function of Hedgerow (`sys.monitoring`) and
books the processor time in between to the part that the function's module belongs to. So the
parts add up to the whole. What a helper does is booked to the part that called it. Time inside
compiled code is one part: hooks do not reach into it.
"""

import sys
import tempfile
import time
from pathlib import Path
from types import CodeType
from typing import Any

import hedgerow
from hedgerow.results.summary import PointSummary
from hedgerow.runs.chunks import LEAF, Job, work
from hedgerow.runs.ensemble import axes_of
from hedgerow.runs.ensemble import cut as cut_job
from hedgerow.scenario import load as load_scenario

from .cases import cut
from .contestants import kernels
from .measure import load

PACKAGE = str(Path(hedgerow.__file__).parent)
PARTS: dict[str, tuple[str, ...]] = {
    "random numbers": ("model/philox.py", "model/streams.py"),
    "payoff": (
        *("model/payoff.py", "model/terms.py", "model/strategies.py"),
        "model/start.py",
    ),
    "choice": ("model/choice.py", "model/rules.py"),
    "desks": ("model/desks.py",),
    "programmes": ("model/programmes.py",),
    "powers": ("model/events.py", "model/aims.py", "model/beliefs.py", "model/labels.py"),
    "answers": ("model/answers.py", "model/votes.py"),
    "update": ("model/simulate.py", "model/state.py", "model/flows.py"),
    "numbers in force": ("model/frame.py", "model/shocks.py", "scenario/"),
    "record": (
        *("model/recorder.py", "model/measures.py", "model/record.py", "model/decompose.py"),
        "model/insurance.py",
    ),
    "compiled rounds": ("compiled/",),
    "output": (
        *("results/", "runs/chunks.py", "runs/ensemble.py", "runs/inmemory.py"),
        "runs/storing.py",
    ),
}
"""Modules of each part, or the start of their path. Others belong to the part that calls them."""
WHOLE = frozenset({"numbers in force", "record", "compiled rounds"})
"""Parts that keep what they call, random numbers apart."""


class Account:
    """Books processor time to parts while it is open (a context manager).

    Attributes:
        seconds: by part.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = dict.fromkeys(PARTS, 0.0)
        self._known: dict[CodeType, str | None] = {}
        self._stack = ["output"]
        self._since = 0.0

    def __enter__(self) -> "Account":
        events = sys.monitoring.events
        tool = sys.monitoring.PROFILER_ID
        sys.monitoring.use_tool_id(tool, "hedgerow-shares")
        watched = {
            events.PY_START: self._enter,
            events.PY_RESUME: self._enter,
            events.PY_THROW: self._thrown,
            events.PY_RETURN: self._leave,
            events.PY_YIELD: self._leave,
            events.PY_UNWIND: self._unwound,
        }
        for event, callback in watched.items():
            sys.monitoring.register_callback(tool, event, callback)
        sys.monitoring.restart_events()
        sys.monitoring.set_events(tool, sum(watched))
        self._since = time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self._book()
        tool = sys.monitoring.PROFILER_ID
        sys.monitoring.set_events(tool, 0)
        sys.monitoring.free_tool_id(tool)

    def _book(self) -> None:
        now = time.process_time()
        self.seconds[self._stack[-1]] += now - self._since
        self._since = now

    def _enter(self, code: CodeType, *_: object) -> Any:
        if not code.co_filename.startswith(PACKAGE):
            return sys.monitoring.DISABLE
        if code not in self._known:
            self._known[code] = part_of(code)
        part, above = self._known[code], self._stack[-1]
        if part is None or (above in WHOLE and part != "random numbers"):
            part = above
        if part != above:
            self._book()
        self._stack.append(part)
        return None

    def _leave(self, code: CodeType, *_: object) -> Any:
        if code not in self._known:
            return sys.monitoring.DISABLE
        if len(self._stack) > 1:
            if self._stack[-2] != self._stack[-1]:
                self._book()
            self._stack.pop()
        return None

    def _thrown(self, *told: Any) -> None:  # these two cannot be disabled
        self._enter(*told)

    def _unwound(self, *told: Any) -> None:
        self._leave(*told)


def part_of(code: CodeType) -> str | None:
    """Return the part that a function of Hedgerow belongs to; None for that of its caller."""
    module = Path(code.co_filename).relative_to(PACKAGE).as_posix()
    if module == "compiled/kernels.py":  # chooses the kernel
        return None
    for part, modules in PARTS.items():
        if module.startswith(modules):
            return part
    return None


def chunk(
    scenario: hedgerow.Scenario, name: str, keep: str, leaves: int, replicates: int
) -> dict[str, float]:
    """Run the first leaves of a job as a worker does, and reduce them; return seconds by part.

    `replicates` are those of the whole job, which decide how it is cut and how quantiles are kept;
    the table of the summary is made if these are all.
    """
    axes = axes_of(scenario)
    with tempfile.TemporaryDirectory() as folder:
        job = Job(
            scenario=scenario,
            axes=axes,
            seed=scenario.seed or 0,
            kernel=name,
            keep=keep,
            block=LEAF,
            point=0,
            replicates=replicates,
            tables=Path(folder),
            scratch=Path(folder),
        )
        job, chunks = cut_job(job, 1)
        wanted = [chunk for chunk in chunks if chunk.first < leaves]
        for some in (wanted[:1], wanted):
            summary = PointSummary(axes, 0, replicates, name)
            with Account() as account:
                for one in some:
                    for reduced in work(job, one).leaves:
                        summary.add(reduced)
                if some[-1].last * LEAF >= replicates:
                    summary.table()
    return account.seconds


def measure(quick: bool, repeats: int) -> dict[str, Any]:
    """Take the parts of vietnam and asean, with each kernel, for all that can be kept.

    Of each the fastest of some repeats.
    """
    rows = []
    before = load()
    for scenario_name in ("vietnam", "asean"):
        scenario = cut(load_scenario(scenario_name), 8 if quick else None)
        for name in kernels():
            for keep in ("summary", "ties"):
                leaves = 1 if quick else 32 if name == "compiled" else 8
                all_seconds = [
                    chunk(scenario, name, keep, leaves, leaves * LEAF) for _ in range(repeats)
                ]
                rows.append(_row(scenario_name, name, keep, leaves * LEAF, all_seconds))
    return {"load": [before, load()], "rows": rows}


def _row(
    scenario: str, name: str, keep: str, runs: int, all_seconds: list[dict[str, float]]
) -> dict[str, Any]:
    seconds = min(all_seconds, key=lambda one: sum(one.values()))
    whole = sum(seconds.values())
    return {
        "scenario": scenario,
        "kernel": name,
        "keep": keep,
        "runs": runs,
        "seconds": whole,
        "shares": {part: s / whole for part, s in seconds.items()},
        "output_of_compute": output_of_compute(seconds),
    }


def output_of_compute(seconds: dict[str, float]) -> float:
    """Return the time of output over that of all else."""
    return seconds["output"] / (sum(seconds.values()) - seconds["output"])


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    before, after = result["load"]
    lines = ["", f"shares of processor time (load {before} to {after})"]
    heads = [f"{row['scenario']}" for row in result["rows"]]
    lines.append(f"  {'':18}" + "".join(f"{head:>12}" for head in heads))
    for key in ("kernel", "keep"):
        lines.append(f"  {key:18}" + "".join(f"{row[key]:>12}" for row in result["rows"]))
    for part in PARTS:
        shares = [row["shares"][part] for row in result["rows"]]
        lines.append(f"  {part:18}" + "".join(f"{share:>12.1%}" for share in shares))
    seconds = "".join(f"{1000 * row['seconds'] / row['runs']:>12.2f}" for row in result["rows"])
    lines.append(f"  {'ms a run':18}{seconds}")
    return lines
