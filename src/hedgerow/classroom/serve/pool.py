"""Threads that play runs while the server goes on talking.

The compiled kernel lets other threads work, so a few threads use all cores. Work comes in parts.
Clients take turns by what was worked for them (see `shares`), a part at a time; first answers have
a queue and, in a class, a thread of their own, and what nobody waits for any more is dropped.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from ...errors import Busy
from .shares import Client, Turns

ALONE = Client("")
"""Who asks where there is nobody else."""


class Work(Protocol):
    """Something to work out.

    Attributes:
        parts: how many there are; they may be worked off at the same time, in any order.
        cost: of all parts together, in runs of one country.
    """

    parts: int
    cost: int

    def part(self, number: int) -> Any:
        """Work off one part, from 0."""

    def finish(self, found: list[Any]) -> bytes:
        """Return the answer from what the parts have found, in their order."""


class Load:
    """The work of loading something that stays in memory; its answer is empty (see `Work`).

    Args:
        load: loads it.
    """

    parts, cost = 1, 1_000

    def __init__(self, load: Callable[[], Any]) -> None:
        self._load = load

    def part(self, number: int) -> None:
        """Load it."""
        self._load()

    def finish(self, found: list[None]) -> bytes:
        """Return nothing."""
        return b""


class _Job:
    def __init__(self, key: Hashable, urgent: bool, work: Work) -> None:
        self.key, self.urgent, self.work = key, urgent, work
        self.future: Future[bytes] = Future()
        self.found: list[Any] = [None] * work.parts
        self.begun = self.done = 0
        self.waiters: Counter[Client] = Counter()

    @property
    def open(self) -> bool:
        """Whether a part is left to begin."""
        return self.begun < self.work.parts and not self.future.done()


class Pool:
    """Works off what is asked, each question once however many ask it.

    Args:
        workers: threads.
        most: cost of the questions of one client that may be in work or wait; beyond it, `ask`
            refuses. One question is always taken.
        reserve: whether the first of several threads is kept for what is urgent.
        start: seconds of work by which the others let what is urgent go first: a client who had
            so much more than another no longer goes first.
        clock: seconds that the calling thread has worked.
    """

    def __init__(
        self,
        workers: int = 2,
        most: int = 65_536,
        reserve: bool = True,
        start: float = 1.0,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._most, self._start, self._clock = most, start, clock
        self._jobs: dict[Hashable, _Job] = {}
        self._change = threading.Condition()
        self._closed = False
        self._all, self._urgent = Turns(), Turns()
        reserved = reserve and workers > 1
        for number in range(workers):
            only_urgent = reserved and number == 0
            threading.Thread(
                target=self._run, args=(only_urgent,), name=f"runs-{number}", daemon=True
            ).start()

    async def ask(
        self, key: Hashable, work: Work, urgent: bool = False, client: Client = ALONE
    ) -> bytes:
        """Return the answer to a question.

        Args:
            key: equal for equal questions.
            work: how to answer it, where nobody has asked it yet.
            urgent: whether it goes before what is not.
            client: who asks.

        Raises:
            Busy: too much of this client waits, or the pool is closed.
        """
        with self._change:
            job = self._jobs.get(key)
            if job is None:
                waiting = sum(j.work.cost for j in self._jobs.values() if client in j.waiters)
                if self._closed or (waiting and waiting + work.cost > self._most):
                    raise Busy("this is more than one can have worked on at once")
                job = self._jobs[key] = _Job(key, urgent, work)
            job.urgent = job.urgent or urgent
            job.waiters[client] += 1
            self._change.notify_all()
        try:
            return await asyncio.shield(asyncio.wrap_future(job.future))
        finally:
            self._leave(job, client)

    def close(self) -> None:
        """Let the threads end after the parts that they are at."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _leave(self, job: _Job, client: Client) -> None:
        """Note that somebody does not wait any more; what nobody waits for is dropped."""
        with self._change:
            job.waiters[client] -= 1
            job.waiters += Counter()  # without those that are 0
            if not job.waiters and not job.future.done():
                self._drop(job)
                job.future.cancel()

    def _drop(self, job: _Job) -> None:
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]
        if not self._jobs:
            self._all.clear()
            self._urgent.clear()

    def _next(self, only_urgent: bool) -> tuple[_Job, Client] | None:
        """The job whose next part is to be begun, and the client whose turn it is."""
        ready = [job for job in self._jobs.values() if job.open]
        urgent = [job for job in ready if job.urgent]
        if only_urgent:
            return _first(urgent, self._urgent)
        return _first([*urgent, *(j for j in ready if not j.urgent)], self._all, self._start)

    def _run(self, only_urgent: bool) -> None:
        while True:
            with self._change:
                while (found := self._next(only_urgent)) is None:
                    if self._closed:
                        return
                    self._change.wait()
                job, client = found
                number = job.begun
                job.begun += 1
                accounts = (self._all, self._urgent) if job.urgent else (self._all,)
            began = self._clock()
            try:
                job.found[number] = job.work.part(number)
                with self._change:
                    job.done += 1
                    last = job.done == job.work.parts
                if last and not job.future.done():
                    self._settle(job, job.work.finish(job.found), None)
            except Exception as error:
                self._settle(job, b"", error)
            finally:
                with self._change:
                    if self._jobs:
                        for account in accounts:
                            account.charge(client, self._clock() - began)
                    self._change.notify_all()

    def _settle(self, job: _Job, answer: bytes, error: Exception | None) -> None:
        with self._change:
            self._drop(job)
            if job.future.done():
                return
            if error is None:
                job.future.set_result(answer)
            else:
                job.future.set_exception(error)


def _first(jobs: Sequence[_Job], turns: Turns, start: float = 0.0) -> tuple[_Job, Client] | None:
    """Of jobs, the first of the address that has had the least, and there of the seat.

    What is urgent counts as if its client had had so much less as `start` says, in seconds.
    """

    def ahead(job: _Job) -> float:
        return start if job.urgent else 0.0

    pairs = [(job, client) for job in jobs for client in job.waiters]
    turns.wait({client for _, client in pairs})
    best: dict[str, tuple[_Job, Client]] = {}
    for pair in pairs:
        rivals = (best.get(pair[1].address, pair), pair)
        best[pair[1].address] = min(rivals, key=lambda one: turns.seat(one[1]) - ahead(one[0]))
    return min(best.values(), key=lambda one: turns.address(one[1]) - ahead(one[0]), default=None)
