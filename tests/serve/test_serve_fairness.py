"""Whose turn it is: work is shared by client, whatever how much each asks for.

Parts of work wait for a gate, and time is what they say, so that the order is the same every time.
"""

import asyncio
import threading

import pytest

from hedgerow.classroom.serve.pool import Pool
from hedgerow.classroom.serve.shares import Client
from hedgerow.errors import Busy

HOSTILE = Client("10.0.0.66")


class Bench:
    """A log of the parts that were done, a clock that they move, and a gate before the first."""

    def __init__(self):
        self.log, self.now = [], 0.0
        self.gate, self.begun = threading.Event(), threading.Event()

    def clock(self):
        return self.now

    def work(self, name, parts=1, cost=1, seconds=1.0):
        return Task(self, name, parts, cost, seconds)


class Task:
    def __init__(self, bench, name, parts, cost, seconds):
        self.bench, self.name = bench, name
        self.parts, self.cost, self.seconds = parts, cost, seconds

    def part(self, number):
        self.bench.begun.set()
        assert self.bench.gate.wait(60)
        self.bench.now += self.seconds
        self.bench.log.append(self.name)
        return number

    def finish(self, found):
        assert found == list(range(self.parts))
        return self.name.encode()


def play(scene, **options):
    """Run a scene with a bench and a pool of one worker, or as `options` say."""

    async def all_of_it():
        bench = Bench()
        pool = Pool(**{"workers": 1, "clock": bench.clock, **options})
        try:
            async with asyncio.timeout(120):
                await scene(bench, pool)
        finally:
            bench.gate.set()
            pool.close()
        return bench.log

    return asyncio.run(all_of_it())


async def asked(pool, bench, client, name, urgent=False, **work):
    """Ask, and return once the pool knows of it."""
    task = asyncio.ensure_future(pool.ask(name, bench.work(name, **work), urgent, client))
    await asyncio.sleep(0)
    return task


async def begun(bench):
    """Wait until a worker has taken up the first part, and stands at the gate."""
    assert await asyncio.to_thread(bench.begun.wait, 60)


def test_eight_heavy_questions_of_one_do_not_keep_the_others_waiting():
    students = [Client(f"10.0.0.{n}") for n in range(5)]

    async def scene(bench, pool):
        tasks = [await asked(pool, bench, HOSTILE, f"heavy {n}", parts=8) for n in range(8)]
        await begun(bench)
        for client in students:
            tasks.append(await asked(pool, bench, client, client.address, urgent=True))
        bench.gate.set()
        await asyncio.gather(*tasks)

    log = play(scene)
    assert log[0] == "heavy 0"
    assert log[1:6] == [client.address for client in students]
    assert len(log) == 8 * 8 + 5


@pytest.mark.parametrize("urgent", [False, True])
def test_who_asks_for_more_gets_no_more(urgent):
    """Two who want much, one of whom asks ten times as much: a part for a part."""

    async def scene(bench, pool):
        tasks = [await asked(pool, bench, HOSTILE, f"a{n}", urgent, parts=4) for n in range(10)]
        await begun(bench)
        for n in range(2):
            tasks.append(await asked(pool, bench, Client("10.0.0.1"), f"b{n}", parts=4))
        bench.gate.set()
        await asyncio.gather(*tasks)

    log = [name[0] for name in play(scene, start=0.0)]
    while_both_wait = log[1:17]
    assert while_both_wait.count("a") == while_both_wait.count("b") == 8
    assert "aaa" not in "".join(while_both_wait)


def test_first_answers_go_first_as_far_as_that_is_fair():
    """Where two wait for first answers and two for refined ones, all get on."""

    async def scene(bench, pool):
        tasks = [await asked(pool, bench, HOSTILE, "gate")]
        await begun(bench)
        for n in range(40):
            tasks.append(await asked(pool, bench, HOSTILE, f"flood {n}", urgent=True))
        tasks.append(await asked(pool, bench, Client("10.0.0.1"), "refined", parts=8))
        tasks.append(await asked(pool, bench, Client("10.0.0.2"), "quick", urgent=True))
        bench.gate.set()
        await asyncio.gather(*tasks)

    log = [name.split()[0] for name in play(scene, start=3.0)]
    assert log[1] == "quick"
    assert log[:6].count("flood") >= 2  # a head start
    assert log[:24].count("refined") == 8  # and no more


def test_turns_count_seconds_and_not_parts():
    async def scene(bench, pool):
        tasks = [await asked(pool, bench, HOSTILE, "a", parts=4, seconds=5.0)]
        await begun(bench)
        tasks.append(await asked(pool, bench, Client("10.0.0.1"), "b", parts=20, seconds=1.0))
        bench.gate.set()
        await asyncio.gather(*tasks)

    log = "".join(play(scene))
    assert log.startswith("abbbbb") and log[6:12].count("a") == 1
    assert log.rindex("b") > log.rindex("a")


def test_many_seats_of_one_address_share_its_part():
    crowd = [Client("10.0.0.66", f"seat {n}") for n in range(6)]

    async def scene(bench, pool):
        tasks = [await asked(pool, bench, crowd[0], "first")]
        await begun(bench)
        for client in crowd:
            tasks.append(await asked(pool, bench, client, client.seat, parts=2))
        tasks.append(await asked(pool, bench, Client("10.0.0.1"), "alone", parts=6))
        bench.gate.set()
        await asyncio.gather(*tasks)

    log = play(scene)[1:]
    assert log[:12].count("alone") == 6
    seats = [name for name in log if name != "alone"]
    # Behind the address they take turns; who was served first waits for the others.
    assert seats[:6] == [f"seat {n}" for n in (1, 2, 3, 4, 5, 0)]


def test_who_was_idle_has_saved_up_nothing():
    async def scene(bench, pool):
        class Pause(Task):
            """Stands at the gate again once ten parts are done."""

            def part(self, number):
                if len(bench.log) == 10:
                    bench.begun.clear()
                    bench.gate.clear()
                return super().part(number)

        tasks = [
            asyncio.ensure_future(pool.ask(name, Pause(bench, name, 20, 1, 1.0), False, client))
            for name, client in (("a", HOSTILE), ("b", Client("10.0.0.1")))
        ]
        await begun(bench)
        bench.begun.clear()
        bench.gate.set()
        await begun(bench)
        while bench.gate.is_set():
            await asyncio.sleep(0.01)
        tasks.append(await asked(pool, bench, Client("10.0.0.2"), "c", parts=20))
        bench.gate.set()
        await asyncio.gather(*tasks)

    log = play(scene)
    since = log[11:]  # one part was at the gate already
    assert all(4 <= since[:15].count(name) <= 6 for name in "abc")


def test_a_thread_is_kept_for_first_answers():
    """In a class one of two threads never takes a heavy question."""

    async def scene(bench, pool):
        heavy = [await asked(pool, bench, HOSTILE, f"heavy {n}", parts=3) for n in range(4)]
        await begun(bench)
        quick = Bench()
        quick.gate.set()
        for n in range(20):
            done = await pool.ask(n, quick.work(str(n)), True, Client("10.0.0.1"))
            assert done == str(n).encode()
        assert not any(task.done() for task in heavy)
        bench.gate.set()
        await asyncio.gather(*heavy)

    assert len(play(scene, workers=2)) == 12


def test_alone_all_threads_work_on_what_there_is():
    async def scene(bench, pool):
        both = threading.Barrier(2)

        class Meet(Task):
            def part(self, number):
                both.wait(60)  # passes once two threads are here
                return number

        assert await pool.ask("a", Meet(bench, "a", 2, 1, 1.0)) == b"a"

    play(scene, workers=2, reserve=False)


def test_an_answer_that_is_worked_on_is_shared():
    async def scene(bench, pool):
        clients = [Client(f"10.0.0.{n}") for n in range(30)]
        tasks = [await asked(pool, bench, client, "same", parts=3) for client in clients]
        await begun(bench)
        bench.gate.set()
        assert set(await asyncio.gather(*tasks)) == {b"same"}

    assert play(scene) == ["same"] * 3


def test_limits_count_work_and_of_one_client_only():
    async def scene(bench, pool):
        tasks = [await asked(pool, bench, HOSTILE, f"{n}", cost=1000) for n in range(4)]
        await begun(bench)
        with pytest.raises(Busy):
            await pool.ask("more", bench.work("more", cost=1000), False, HOSTILE)
        tasks += [await asked(pool, bench, HOSTILE, f"small {n}", cost=1) for n in range(96)]
        tasks.append(await asked(pool, bench, HOSTILE, "0"))  # shared, so it costs nothing more
        for n in range(200):
            tasks.append(await asked(pool, bench, Client(f"10.0.1.{n}"), f"own {n}", cost=1000))
        bench.gate.set()
        await asyncio.gather(*tasks)
        # One question is taken however large.
        await pool.ask("huge", bench.work("huge", cost=10**6), False, HOSTILE)

    play(scene, most=4096)


def test_what_nobody_waits_for_is_not_worked_on():
    async def scene(bench, pool):
        leaving = [await asked(pool, bench, HOSTILE, f"left {n}", parts=50) for n in range(8)]
        await begun(bench)
        staying = await asked(pool, bench, Client("10.0.0.1"), "left 1")
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        bench.gate.set()
        assert await staying == b"left 1"

    log = play(scene)
    # The part that was at work ends; of what another one wants too, all is done.
    assert log == ["left 0", *["left 1"] * 50]


def test_a_fault_in_the_work_reaches_who_asked_and_nobody_else():
    class Bad(Task):
        def part(self, number):
            raise ZeroDivisionError

    async def scene(bench, pool):
        bench.gate.set()
        with pytest.raises(ZeroDivisionError):
            await pool.ask("bad", Bad(bench, "bad", 3, 1, 1.0))
        assert await pool.ask("good", bench.work("good", 5)) == b"good"

    play(scene, workers=2)
