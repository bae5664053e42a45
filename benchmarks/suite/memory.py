"""The section ``memory``: how much a run needs, and how much a process."""

from pathlib import Path
from typing import Any

from .contestants import kernels
from .measure import child, load

BLOCKS = (128, 1024)
SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
import numpy as np
from hedgerow.scenario import load
from hedgerow.scenario.compile import world
from suite.cases import cut
from suite.contestants import kernel
scenario = cut(load({scenario!r}), {rounds})
kernel({kernel!r})(world(scenario, np.arange({runs}, dtype=np.uint64), 1))
"""


def measure(quick: bool, repeats: int) -> dict[str, Any]:
    """Take the peak memory of processes that hold a small and a large block: bytes a run.

    All years are played, since the record of a block grows with them.
    """
    blocks = (16, 64) if quick else BLOCKS
    rows = []
    for scenario in ("vietnam", "asean"):
        for name in kernels():
            small, large = (_peak(scenario, name, runs, quick) for runs in blocks)
            rows.append(
                {
                    "scenario": scenario,
                    "kernel": name,
                    "blocks": blocks,
                    "peaks": [small, large],
                    "bytes_a_run": (large - small) / (blocks[1] - blocks[0]),
                }
            )
    return {"load": load(), "rows": rows}


def _peak(scenario: str, name: str, runs: int, quick: bool) -> int:
    folder = str(Path(__file__).resolve().parents[1])
    rounds = 8 if quick else None
    script = SCRIPT.format(folder=folder, scenario=scenario, rounds=rounds, kernel=name, runs=runs)
    return child("-c", script).peak


def table(result: dict[str, Any]) -> list[str]:
    """Return the lines of the section."""
    lines = ["", "memory of one block, its record included"]
    lines.append(f"  {'scenario':10}{'kernel':10}{'runs':>12}{'peak MB':>14}{'kB a run':>11}")
    for row in result["rows"]:
        runs = " / ".join(str(n) for n in row["blocks"])
        peaks = " / ".join(f"{peak / 1e6:.0f}" for peak in row["peaks"])
        lines.append(
            f"  {row['scenario']:10}{row['kernel']:10}{runs:>12}{peaks:>14}"
            f"{row['bytes_a_run'] / 1e3:>11,.0f}"
        )
    return lines
