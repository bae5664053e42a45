"""Speed and memory of Hedgerow, against other ways to write it: see README.md in this folder."""

import argparse
import importlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # idle threads would count as work

from suite import contestants, goals
from suite.measure import machine

SECTIONS = {
    "kernels": "contestants against each other, choices compared",
    "shares": "parts of a run: random numbers, payoff, choice, update, record, output",
    "scaling": "more runs, countries, partners",
    "workers": "two worker processes against one",
    "interactive": "128 and 1,000 runs with a summary, everything warm",
    "calls": "128 runs by hedgerow.run in memory, against the kernel alone",
    "startup": "imports, help, first result, first figure",
    "memory": "bytes a run",
    "commands": "whole commands",
    "million": "a million runs on two cores; only by name",
}
BY_NAME = ("million",)
REPEATS = 3


def main() -> None:
    """Measure what was asked for, print it, and write it as JSON where that was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:12} {what}" for name, what in SECTIONS.items()),
    )
    parser.add_argument(
        "sections",
        nargs="*",
        metavar="SECTION",
        help=f"what to measure; by default all but {', '.join(BY_NAME)}",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to a file")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="of which the least counts")
    parser.add_argument(
        "--kernel",
        action="append",
        choices=tuple(contestants.KERNELS),
        help="only this kernel of Hedgerow's; may be given again",
    )
    asked = parser.parse_args()
    unknown = [name for name in asked.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"no section {unknown[0]!r}; there are {', '.join(SECTIONS)}")
    if asked.repeats < 1:
        parser.error("--repeats must be at least 1")
    chosen = asked.sections or [name for name in SECTIONS if name not in BY_NAME]
    contestants.KERNELS[:] = [k for k in contestants.KERNELS if k in (asked.kernel or [k])]
    report = {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": asked.quick,
        "repeats": asked.repeats,
        "machine": machine(),
    }
    print("\n".join(_head(report)), flush=True)
    results: dict[str, Any] = {}
    for name in chosen:
        section = importlib.import_module(f"suite.{name}")
        results[name] = section.measure(asked.quick, asked.repeats)
        print("\n".join(section.table(results[name])), flush=True)
    verdicts = goals.judge(results)
    print("\n".join(goals.table(verdicts)))
    if asked.quick:
        print("\nquick: too small to judge by", file=sys.stderr)
    if asked.json:
        text = json.dumps(report | {"sections": results, "goals": verdicts}, indent=2)
        asked.json.write_text(text + "\n", encoding="utf-8")
        print(asked.json)


def _head(report: dict[str, Any]) -> list[str]:
    there = report["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in there["libraries"].items())
    return [
        f"{there['processor']}, {there['cores']} cores, {there['system']}",
        f"Python {there['python']}, {libraries}",
        f"compiler: {there['compiler']}",
    ]


if __name__ == "__main__":
    main()
