"""A class of 30 with and without one who means harm: what the others wait for their first answers.

``python benchmarks/mischief.py`` starts ``hedgerow serve --lan`` as a process. Every student comes
from an address of its own (Linux) and asks something new every two seconds, refined too. Quiet and
hostile times take turns on the same server, so that their ratio tells of the hostile one and not of
the load of the machine. The hostile one is a process of the same priority. It has the class code,
and at once: keeps 24 heavy questions waiting, holds 300 silent connections, guesses class codes,
and asks for games played from afar. With ``--seats 40`` it has so many seats instead, and asks from
each for an answer that is kept.
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
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import httpx
from classroom import Room, at, processor, school

from hedgerow.classroom.play import Pick, encode, start, step
from hedgerow.classroom.serve.games import SCENARIOS
from hedgerow.classroom.serve.levers import LEVERS
from hedgerow.classroom.serve.presets import PRESETS
from hedgerow.classroom.serve.security import COOKIE

BAD = "127.0.0.66"
_NEW = itertools.count()


@dataclass
class Heard:
    """What the students waited for first answers.

    Attributes:
        waited: seconds. statuses: how often each came. cores: that the server had.
    """

    waited: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    cores: float = 0.0

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
        query = {"loyalty": f"{number / 2:g}", "autonomy": f"{next(_NEW) % 90 / 10:g}"}
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
    levers = f"loyalty={rng.randrange(37) / 2:g}&autonomy={rng.randrange(90) / 10}"
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


async def harm(home: str, asks: list[str], seconds: float, cookies: list[str]) -> Counter[int]:
    """Do all the harm that one machine with the class code can do; return what it was told.

    It speaks HTTP by hand and knows beforehand what to ask: what it takes is to be the server's
    time, and not the processor, which another machine would have for itself.
    """
    told: Counter[int] = Counter()
    port = int(home.rpartition(":")[2])
    next_ask = itertools.cycle(asks)
    until = time.perf_counter() + seconds

    async def repeat(address: str, pause: float, text: Callable[[], str]) -> None:
        """Ask over and over on one connection; take another where that is lost."""
        while time.perf_counter() < until:
            writer = None
            with contextlib.suppress(OSError, EOFError, TimeoutError):
                async with asyncio.timeout(max(until - time.perf_counter(), 0.01)):
                    reader, writer = await asyncio.open_connection(
                        "127.0.0.1", port, local_addr=(address, 0)
                    )
                    while asked := text():
                        writer.write(asked.encode())
                        told[await _status(reader)] += 1
                        await asyncio.sleep(pause)
                    await reader.read()  # asks nothing: until the server closes
            if writer is not None:
                writer.close()
            await asyncio.sleep(max(pause, 0.01))

    def request(line: str, *heads: str) -> str:
        return "\r\n".join((f"GET {line} HTTP/1.1", f"Host: 127.0.0.1:{port}", *heads, "", ""))

    if not asks:
        await asyncio.gather(
            *(repeat(BAD, 0.0, partial(request, "/api/answer", one)) for one in cookies)
        )
        return told
    (cookie,) = cookies
    await asyncio.gather(
        *(repeat(BAD, 0.05, lambda: request(next(next_ask), cookie)) for _ in range(24)),
        *(repeat(BAD, 1.0, str) for _ in range(300)),
        repeat("127.0.0.67", 0.1, lambda: request("/api/presets", f"X-Class-Code: W{next(_NEW)}")),
    )
    return told


async def _status(reader: asyncio.StreamReader) -> int:
    """Read an answer and return its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    await reader.readexactly(int(head.partition("content-length:")[2].split(None, 1)[0]))
    return int(head.split(None, 2)[1])


async def seats_of(room: Room, number: int) -> list[str]:
    """Let the hostile one join so many times; return what its requests show."""
    cookies = []
    for _ in range(number):
        async with at(room, BAD) as client:
            await client.get(f"/join?code={room.code}")
            cookies.append(f"Cookie: {COOKIE}={client.cookies[COOKIE]}")
    return cookies


def harmful(room: Room, seconds: float, asks: int, cookies: list[str]) -> "subprocess.Popen[str]":
    """Start the hostile one; what it prints when it ends is what it was told, by status."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--harm", room.home, str(seconds), str(asks), *cookies],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


async def compare(
    room: Room, server: int, students: int, seconds: float, times: int, seats: int
) -> None:
    """Let quiet and hostile times take turns, and print both."""
    quiet, hostile = Heard(), Heard()
    told: Counter[int] = Counter()
    took = 0.0
    cookies = await seats_of(room, seats or 1)
    async with contextlib.AsyncExitStack() as stack:
        clients = []
        for number in range(students):
            client = await stack.enter_async_context(at(room, f"127.0.0.{number + 2}"))
            await client.get(f"/join?code={room.code}")
            clients.append(client)

        async def time_of(heard: Heard) -> None:
            nonlocal took
            asks = 0 if seats else int(20 * seconds)
            process = harmful(room, seconds, asks, cookies) if heard is hostile else None
            until = time.perf_counter() + seconds
            used = processor(server)
            lessons = [student(client, n, until, heard) for n, client in enumerate(clients)]
            await asyncio.gather(*lessons)
            heard.cores += (processor(server) - used) / seconds / times
            if process is not None:
                answers, own = ast.literal_eval(process.communicate()[0])
                told.update(answers)
                took += own / seconds / times

        for _ in range(times):
            await time_of(quiet)
            await time_of(hostile)
    for name, heard in (("quiet", quiet), ("with one hostile", hostile)):
        middle = 1000 * statistics.median(heard.waited)
        answers = ", ".join(f"{count} × {code}" for code, count in sorted(heard.statuses.items()))
        print(f"  {name:18} median {middle:5.0f} ms, p95 {heard.p95():5.0f} ms  ({answers})")
        print(f"  {'':18} the server had {heard.cores:.2f} cores")
    print(f"  p95 against quiet  {hostile.p95() / quiet.p95():.2f}")
    answers = ", ".join(f"{n} × {code}" for code, n in sorted(told.items()))
    print(f"  the hostile one    {answers}; it had {took:.2f} cores itself")
    if not told:
        sys.exit("the hostile one got no answer, so that nothing was measured; take --seconds 15")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each time")
    parser.add_argument("--times", type=int, default=8, help="quiet and hostile ones each")
    parser.add_argument(
        "--seats",
        type=int,
        default=0,
        help="instead of all that, the hostile one takes so many seats and asks from each for an\n"
        "answer that is kept, as often as it can",
    )
    parser.add_argument("--harm", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.harm:
        home, seconds, number, *cookies = options.harm
        rng = random.Random()
        asks = [heavy(rng) for _ in range(int(number))]
        print("there", flush=True)
        began = time.process_time()
        told = asyncio.run(harm(home, asks, float(seconds), cookies))
        print((dict(told), time.process_time() - began))
        return
    load = os.getloadavg()[0]
    with school() as (room, server):
        print(f"{options.students} students on {os.cpu_count()} cores (load {load:.1f})")
        time.sleep(20)  # until all scenarios are loaded, as before a lesson
        how = (options.students, options.seconds, options.times, options.seats)
        asyncio.run(compare(room, server, *how))


if __name__ == "__main__":
    main()
