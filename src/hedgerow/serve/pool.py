"""Threads that play runs while the server goes on talking.

The compiled kernel lets other threads work, so a few threads use all cores. Work comes in parts;
what is urgent goes first, between two parts of what is not, and what nobody waits for any more is
dropped.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Hashable
from concurrent.futures import Future
from typing import Any, Protocol

from .errors import Busy

_MANY = 5
"""Urgent questions within a second that make a crowd."""


class Work(Protocol):
    """Something to work out.

    Attributes:
        parts: how many there are; they may be worked off at the same time, in any order.
    """

    parts: int

    def part(self, number: int) -> Any:
        """Work off one part, from 0."""

    def finish(self, found: list[Any]) -> bytes:
        """Return the answer from what the parts have found, in their order."""


class _Job:
    def __init__(self, key: Hashable, urgent: bool, work: Work) -> None:
        self.key, self.urgent, self.work = key, urgent, work
        self.future: Future[bytes] = Future()
        self.found: list[Any] = [None] * work.parts
        self.begun = self.done = self.waiters = 0

    @property
    def open(self) -> bool:
        """Whether a part is left to begin."""
        return self.begun < self.work.parts and not self.future.done()


class Pool:
    """Works off what is asked, each question once however many ask it.

    Args:
        workers: threads.
        most: questions that may be in work or wait; beyond it, `ask` refuses.
    """

    def __init__(self, workers: int = 2, most: int = 64) -> None:
        self._most = most
        self._jobs: dict[Hashable, _Job] = {}
        self._change = threading.Condition()
        self._closed = False
        self._slow = 0  # parts in work that are not urgent
        self._urgent: deque[float] = deque(maxlen=_MANY)
        self._workers = workers
        self._threads = [
            threading.Thread(target=self._run, name=f"runs-{n}", daemon=True)
            for n in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    async def ask(self, key: Hashable, work: Work, urgent: bool = False) -> bytes:
        """Return the answer to a question.

        Args:
            key: equal for equal questions.
            work: how to answer it, where nobody has asked it yet.
            urgent: whether it goes before what is not.

        Raises:
            Busy: too many questions wait.
        """
        with self._change:
            job = self._jobs.get(key)
            if job is None:
                if len(self._jobs) >= self._most or self._closed:
                    raise Busy("too many questions at once")
                job = self._jobs[key] = _Job(key, urgent, work)
                self._change.notify_all()
            job.urgent = job.urgent or urgent
            if urgent:
                self._urgent.append(time.monotonic())
            job.waiters += 1
        try:
            return await asyncio.shield(asyncio.wrap_future(job.future))
        finally:
            self._leave(job)

    def close(self) -> None:
        """Let the threads end after the parts that they are at."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _leave(self, job: _Job) -> None:
        """Note that somebody does not wait any more; what nobody waits for is dropped."""
        with self._change:
            job.waiters -= 1
            if not job.waiters and not job.future.done():
                self._jobs.pop(job.key, None)
                job.future.cancel()

    def _next(self) -> _Job | None:
        """The job whose next part is to be begun: urgent ones as they came, then the newest.

        While many ask, one thread is kept free for what is urgent.
        """
        ready = [job for job in self._jobs.values() if job.open]
        urgent = [job for job in ready if job.urgent]
        if urgent:
            return urgent[0]
        crowded = len(self._urgent) == _MANY and time.monotonic() - self._urgent[0] < 1.0
        if not ready or (crowded and self._slow >= max(self._workers - 1, 1)):
            return None
        return ready[-1]

    def _run(self) -> None:
        while True:
            with self._change:
                while (job := self._next()) is None:
                    if self._closed:
                        return
                    self._change.wait(1.0)
                number, slow = job.begun, not job.urgent
                job.begun += 1
                self._slow += slow
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
                    self._slow -= slow
                    self._change.notify()

    def _settle(self, job: _Job, answer: bytes, error: Exception | None) -> None:
        with self._change:
            if self._jobs.get(job.key) is job:
                del self._jobs[job.key]
            if job.future.done():
                return
            if error is None:
                job.future.set_result(answer)
            else:
                job.future.set_exception(error)
