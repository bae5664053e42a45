"""The classroom page: its weight, how soon it is there, how soon a slider shows, and a class of 30.

``python benchmarks/classroom.py`` starts ``hedgerow serve`` as a process and drives Debian's
Chromium. What people wait for counts: time on the wall, on this machine, with its load printed.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from hedgerow.classroom.serve import content
from hedgerow.classroom.serve.levers import LEVERS

STATIC = Path(content.__file__).parent / "static"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]

MOVE = """(steps) => new Promise((done) => {
    // Move a slider by one step; tell when the quick and the refined answer were drawn.
    const slider = document.getElementById("lever-enforcement");
    const data = document.documentElement;
    const times = {};
    const started = performance.now();
    const look = new MutationObserver(() => {
        if (data.dataset.turn !== data.dataset.asked) return;
        requestAnimationFrame(() => {
            times[data.dataset.runs] ??= performance.now() - started;
            if (times["1000"]) { look.disconnect(); done(times); }
        });
    });
    look.observe(data, { attributes: true });
    slider.value = String(Number(slider.value) + steps);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def weight() -> dict[str, int]:
    """Return the bytes of the page and all that it loads, plain and as they are sent."""
    names = [n for n in content.addresses().values() if n not in ("join.html", "locales/vi.json")]
    names = [n for n in names if not n.endswith(".txt") and "join" not in n]
    return {
        "plain": sum(len(content.content(name).plain) for name in names),
        "sent": sum(len(content.content(name).packed) for name in names),
        "files": len(names),
    }


@contextlib.contextmanager
def server() -> Iterator[tuple[str, int, float]]:
    """Start the server; yield its address, its process and the seconds to its first page."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "hedgerow", "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        home = ""
        while not home:
            found = re.search(r"http://\S+/", process.stderr.readline())
            home = found[0] if found else ""
        httpx.get(home, trust_env=False, timeout=60).raise_for_status()
        yield home, process.pid, time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@dataclass
class Room:
    """Where the class is."""

    home: str
    code: str


@contextlib.contextmanager
def school() -> Iterator[tuple[Room, int]]:
    """Start a class; yield it and its process once the kernel is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hedgerow", "serve", "--lan", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        said = ""
        while "Ctrl-C" not in said:
            line = process.stderr.readline()
            if not line:
                raise SystemExit(said or "the classroom did not start")
            said += line
        port, code = re.search(r":(\d+)/join\?code=(\w+)", said).groups()
        room = Room(f"http://127.0.0.1:{port}", code)
        head = {"x-class-code": code}
        httpx.get(f"{room.home}/api/answer", headers=head, trust_env=False, timeout=300)
        time.sleep(3)
        yield room, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def at(room: Room, address: str) -> httpx.AsyncClient:
    """Return a client at an address of its own."""
    return httpx.AsyncClient(
        base_url=room.home,
        transport=httpx.AsyncHTTPTransport(
            local_address=address, limits=httpx.Limits(max_connections=100)
        ),
        timeout=120,
        trust_env=False,
    )


def resident(process: int) -> float:
    """Return the resident memory of a process in MB (Linux)."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 1000 if found else float("nan")


def processor(process: int) -> float:
    """Return the processor seconds that a process has used (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def slider(home: str, moves: int) -> dict[str, float]:
    """Move a slider in Chromium; return the milliseconds until it shows, median and p95."""
    from playwright.sync_api import sync_playwright

    quick, refined = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(home + "?lang=en&threat=0.9")
        page.wait_for_selector("html[data-runs='1000']", timeout=120_000)
        for move in range(moves):
            times = page.evaluate(MOVE, 1 if move % 24 < 12 else -1)
            # The way back is kept in the cache: only what is new counts.
            if move % 24 < 12 and move < 24:
                quick.append(times["128"])
                refined.append(times["1000"])
            if move % 24 == 23:
                page.focus("#lever-loyalty")
                page.keyboard.press("ArrowRight")
                page.wait_for_timeout(1500)
        browser.close()
    return {
        "moves": len(quick),
        "best": min(quick),
        "quick": statistics.median(quick),
        "quick95": statistics.quantiles(quick, n=20)[-1],
        "refined": statistics.median(refined),
        "refined95": statistics.quantiles(refined, n=20)[-1],
    }


async def lesson(
    room: Room, process: int, students: int, seconds: float, alone: bool
) -> dict[str, Any]:
    """Let students move a slider every two seconds, refined answers too, each at an own address.

    A refined answer that is not there by the next move is given up, as the page does. With `alone`
    no student asks what another has asked, so that nothing is ever kept for anybody; otherwise all
    start from the same question and move one slider each time.
    """
    first: list[float] = []
    refined: list[float] = []
    refused: list[int] = []
    memory = [resident(process)]
    used, own = processor(process), processor(os.getpid())
    until = time.perf_counter() + seconds

    async def student(client: httpx.AsyncClient, number: int) -> None:
        rng = random.Random(number)
        await asyncio.sleep(2 * rng.random())
        while time.perf_counter() < until:
            lever = rng.choice(LEVERS)
            steps = round((lever.high - lever.low) / lever.step)
            value = lever.low + rng.randrange(steps + 1) * lever.step
            query = {"loyalty": f"{number / 2:g}"} if alone else {}
            query[lever.id] = f"{lever.rounded(value):g}"
            began = time.perf_counter()
            reply = await client.get("/api/answer", params={**query, "runs": "128"})
            if reply.status_code == 200:
                first.append(time.perf_counter() - began)
            else:
                refused.append(reply.status_code)
            with contextlib.suppress(TimeoutError, httpx.HTTPError):
                async with asyncio.timeout(max(began + 2 - time.perf_counter(), 0.01)):
                    reply = await client.get("/api/answer", params={**query, "runs": "1000"})
                    if reply.status_code == 200:
                        refined.append(time.perf_counter() - began)
            await asyncio.sleep(max(began + 2 - time.perf_counter(), 0))

    async def watch() -> None:
        while time.perf_counter() < until:
            await asyncio.sleep(seconds / 6)
            memory.append(resident(process))

    async with contextlib.AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(at(room, f"127.0.0.{n + 2}")) for n in range(students)
        ]
        for client in clients:
            await client.get(f"/join?code={room.code}")
        await asyncio.gather(watch(), *(student(c, n) for n, c in enumerate(clients)))
    return {
        "answers": len(first),
        "median": 1000 * statistics.median(first),
        "p95": 1000 * statistics.quantiles(first, n=20)[-1],
        "refined": len(refined) / max(len(first), 1),
        "refused": len(refused),
        "memory": memory,
        "cores used": (processor(process) - used) / seconds,
        "cores of the clients": (processor(os.getpid()) - own) / seconds,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0, help="that the class plays")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    starts = []
    for _ in range(3):
        with server() as (_, _, seconds):
            starts.append(seconds)
    with server() as (home, process, _):
        moved = slider(home, 48)
    crowds = {}
    for name in ("one slider", "all apart"):
        with school() as (room, process):
            scene = lesson(room, process, options.students, options.seconds, name == "all apart")
            crowds[name] = asyncio.run(scene)
    heavy, after = weight(), os.getloadavg()[0]
    print(f"classroom on {os.cpu_count()} cores (load {load:.1f} to {after:.1f})")
    size, sent = heavy["plain"] / 1000, heavy["sent"] / 1000
    _row("page", size, "kB", f"{heavy['files']} files, {sent:.0f} kB as sent")
    _row("server start", 1000 * min(starts), "ms", f"best of {len(starts)}")
    best, most = moved["best"], moved["quick95"]
    _row("slider to redraw", moved["quick"], "ms", f"best {best:.0f}, p95 {most:.0f}")
    _row("refined", moved["refined"], "ms", f"p95 {moved['refined95']:.0f}")
    for name, crowd in crowds.items():
        print(f"  {options.students} students for {options.seconds:g} s, {name}")
        said = f"p95 {crowd['p95']:.0f}, {crowd['answers']} answers, {crowd['refused']} refused"
        _row("  first answer", crowd["median"], "ms", said)
        _row("  refined in time", 100 * crowd["refined"], "%", "")
        _row(
            "  cores in use",
            crowd["cores used"],
            "",
            f"clients {crowd['cores of the clients']:.2f}",
        )
        grown = " ".join(f"{size:.0f}" for size in crowd["memory"])
        _row("  memory at the end", crowd["memory"][-1], "MB", f"over time {grown}")
    if options.json:
        result = {"load": [load, after], "cores": os.cpu_count(), "page": heavy}
        result |= {"start": starts, "slider": moved, "class": crowds}
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _row(name: str, value: float, unit: str, more: str) -> None:
    digits = 2 if value < 10 else 0
    print(f"  {name:20}{value:>9,.{digits}f} {unit:3}{more and f'  ({more})'}")


if __name__ == "__main__":
    main()
