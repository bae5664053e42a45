"""A class of 30 with and without one who means harm: what the others wait for their first answers.

``python benchmarks/mischief.py`` starts ``hedgerow serve --lan`` as a process. Every student comes
from an address of its own (Linux) and asks something new every two seconds, refined too. Quiet and
hostile times take turns on the same server, so that their ratio tells of the hostile one and not of
the load of the machine. The hostile one has the class code, and at once: keeps 24 heavy questions
waiting, holds 300 silent connections, guesses class codes, and asks for games played from afar.
"""

import argparse
import ast
import asyncio
import contextlib
import itertools
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx
from classroom import Room, at, school

from hedgerow.classroom.play import Pick, encode, start, step
from hedgerow.classroom.serve.games import SCENARIOS
from hedgerow.classroom.serve.levers import LEVERS
from hedgerow.classroom.serve.presets import PRESETS

BAD = "127.0.0.66"
_NEW = itertools.count()


@dataclass
class Heard:
    """What the students waited for first answers, in seconds, and how often each status came."""

    waited: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def p95(self) -> float:
        return 1000 * statistics.quantiles(self.waited, n=20)[-1]


async def student(client: httpx.AsyncClient, number: int, until: float, heard: Heard) -> None:
    """Move a slider every two seconds; a refined answer that comes too late is given up."""
    rng = random.Random(next(_NEW))
    await asyncio.sleep(2 * rng.random())
    while time.perf_counter() < until:
        lever = rng.choice(LEVERS)
        steps = round((lever.high - lever.low) / lever.step)
        value = lever.rounded(lever.low + rng.randrange(steps + 1) * lever.step)
        query = {"market": f"{60 + number}", "autonomy": f"{next(_NEW) % 90 / 10:g}"}
        query[lever.id] = f"{value:g}"
        began = time.perf_counter()
        reply = await client.get("/api/answer", params={**query, "runs": "128"})
        heard.waited.append(time.perf_counter() - began)
        heard.statuses[reply.status_code] += 1
        with contextlib.suppress(TimeoutError, httpx.HTTPError):
            async with asyncio.timeout(max(began + 2 - time.perf_counter(), 0.01)):
                await client.get("/api/answer", params={**query, "runs": "1000"})
        await asyncio.sleep(max(began + 2 - time.perf_counter(), 0))


def heavy(rng: random.Random) -> str:
    """Return the address of a heavy question that nobody has asked yet."""
    levers = f"market={rng.randrange(30, 120)}&autonomy={rng.randrange(90) / 10}"
    levers += f"&threat={rng.randrange(20) / 10}"
    game = start("asean", first=2020, last=2021, replicate=rng.randrange(10_000))
    for _ in range(2):
        game = step(game, Pick.hold())
    return rng.choice(
        (
            f"/api/answer?{levers}&runs=1000",
            f"/api/answer?{levers}&runs=128",
            f"/api/table.csv?{levers}",
            f"/api/scenario.toml?{levers}",
            f"/api/why?{levers}&year=2030",
            f"/api/play/debrief?game={encode(game)}",
            f"/api/play/year?game={encode(start('asean', first=2034, replicate=game.replicate))}",
            f"/api/levers?preset={rng.choice(PRESETS)}&war={rng.randrange(2)}",
            f"/api/play/start?scenario={rng.choice(SCENARIOS)}&world={rng.randrange(10_000)}",
        )
    )


async def harm(room: Room, until: float) -> Counter[int]:
    """Do all the harm that one machine with the class code can do; return what it was told."""
    told: Counter[int] = Counter()
    rng = random.Random(next(_NEW))

    async def ask(client: httpx.AsyncClient) -> None:
        while time.perf_counter() < until:
            with contextlib.suppress(httpx.HTTPError, TimeoutError):
                async with asyncio.timeout(max(until - time.perf_counter(), 0.01)):
                    reply = await client.get(heavy(rng))
                    told[reply.status_code] += 1
            await asyncio.sleep(0.05)

    async def guess(client: httpx.AsyncClient) -> None:
        while time.perf_counter() < until:
            with contextlib.suppress(httpx.HTTPError):
                head = {"x-class-code": f"W{next(_NEW)}"}
                told[(await client.get("/api/presets", headers=head)).status_code] += 1
            await asyncio.sleep(0.1)

    async def hold() -> None:
        port = int(room.home.rpartition(":")[2])
        while time.perf_counter() < until:
            writer = None
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(max(until - time.perf_counter(), 0.01)):
                    reader, writer = await asyncio.open_connection(
                        "127.0.0.1", port, local_addr=(BAD, 0)
                    )
                    await reader.read()
            if writer is not None:
                writer.close()
            await asyncio.sleep(1)

    async with at(room, BAD) as client, at(room, "127.0.0.67") as guesser:
        await client.get(f"/join?code={room.code}")
        await asyncio.gather(
            *(ask(client) for _ in range(24)),
            *(hold() for _ in range(300)),
            guess(guesser),
        )
    return told


def harmful(room: Room, seconds: float) -> "subprocess.Popen[str]":
    """Start the hostile one; what it prints when it ends is what it was told, by status."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--harm", room.home, room.code, str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


async def compare(room: Room, students: int, seconds: float, times: int) -> None:
    """Let quiet and hostile times take turns, and print both."""
    quiet, hostile, told = Heard(), Heard(), Counter()
    async with contextlib.AsyncExitStack() as stack:
        clients = []
        for number in range(students):
            client = await stack.enter_async_context(at(room, f"127.0.0.{number + 2}"))
            await client.get(f"/join?code={room.code}")
            clients.append(client)

        async def time_of(heard: Heard) -> None:
            process = harmful(room, seconds) if heard is hostile else None
            until = time.perf_counter() + seconds
            lessons = [student(client, n, until, heard) for n, client in enumerate(clients)]
            await asyncio.gather(*lessons)
            if process is not None:
                told.update(ast.literal_eval(process.communicate()[0]))

        for _ in range(times):
            await time_of(quiet)
            await time_of(hostile)
    for name, heard in (("quiet", quiet), ("with one hostile", hostile)):
        middle = 1000 * statistics.median(heard.waited)
        answers = ", ".join(f"{count} × {code}" for code, count in sorted(heard.statuses.items()))
        print(f"  {name:18} median {middle:5.0f} ms, p95 {heard.p95():5.0f} ms  ({answers})")
    print(f"  p95 against quiet  {hostile.p95() / quiet.p95():.2f}")
    print(f"  the hostile one    {', '.join(f'{n} × {code}' for code, n in sorted(told.items()))}")
    if not told:
        sys.exit("the hostile one got no answer, so that nothing was measured; take --seconds 15")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=15.0, help="of each time")
    parser.add_argument("--times", type=int, default=3, help="quiet and hostile ones each")
    parser.add_argument("--harm", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.harm:
        os.nice(19)
        home, code, seconds = options.harm
        heavy(random.Random(1))  # loads what it needs
        print("there", flush=True)
        print(dict(asyncio.run(harm(Room(home, code), time.perf_counter() + float(seconds)))))
        return
    load = os.getloadavg()[0]
    with school() as (room, _):
        print(f"{options.students} students on {os.cpu_count()} cores (load {load:.1f})")
        time.sleep(20)  # until all scenarios are loaded, as before a lesson
        asyncio.run(compare(room, options.students, options.seconds, options.times))


if __name__ == "__main__":
    main()
