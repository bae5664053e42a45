"""Progress of a job: a bar on a terminal, a line every ten percent elsewhere, or a callback."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

Callback = Callable[[int, int], None]


class Progress:
    """Reports how many runs are finished.

    If a report cannot be written, for example because the disk is full, reporting stops and the
    job goes on.

    Args:
        total: number of planned runs.
        how: True to report on the terminal, False to stay silent, or a function that is called
            with (finished, total).
        stream: where to report; standard error by default.
        before: number of runs that were finished earlier. They count as finished, but not for the
            estimate of the remaining time.
        unit: the word for one of the things that are counted, such as ``"run"``.
        start: time in seconds, by `time.monotonic`, at which the job began; now by default.
    """

    def __init__(
        self,
        total: int,
        how: "bool | Callback",
        stream: TextIO | None = None,
        before: int = 0,
        unit: str = "run",
        start: float | None = None,
    ) -> None:
        self._total, self._done, self._told = total, before, 10 * before // max(total, 1)
        self._before, self._unit = before, unit
        self._callback = how if callable(how) else None
        self._stream = sys.stderr if stream is None else stream
        self._lines = how is True
        self._bar: Any = None
        self._start = time.monotonic() if start is None else start
        if self._lines and self._stream.isatty():
            from tqdm import tqdm

            with self._reporting():
                self._bar = tqdm(
                    total=total,
                    initial=before,
                    unit=unit,
                    file=self._stream,
                    leave=False,
                    dynamic_ncols=True,
                )

    def add(self, runs: int) -> None:
        """Report that this many more runs are finished."""
        self._done += runs
        if self._callback is not None:
            self._callback(self._done, self._total)
            return
        with self._reporting():
            if self._bar is not None:
                self._bar.update(runs)
            elif self._lines:
                self._line()

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Stop reporting if the stream fails: the disk is full, or its reader has gone."""
        try:
            yield
        except OSError:
            if self._bar is not None:
                self._bar.disable = True  # or it writes once more when it is collected
            self._bar, self._lines = None, False

    def _line(self) -> None:
        tenths = 10 * self._done // max(self._total, 1)
        if tenths <= self._told:
            return
        self._told = tenths
        seconds = max(time.monotonic() - self._start, 1e-9)
        rate = max(self._done - self._before, 1) / seconds
        left = (self._total - self._done) / rate
        print(
            f"{10 * tenths:3d} % · {self._done} of {self._total} {self._unit}s · "
            f"{rate:.3g} {self._unit}s/s · {clock(left)} left",
            file=self._stream,
            flush=True,
        )

    def close(self) -> None:
        """Remove the bar from the terminal."""
        with self._reporting():
            if self._bar is not None:
                self._bar.close()


@contextmanager
def counting(unit: str, quiet: bool) -> Iterator[Callback]:
    """Yield a function of (done, planned) that reports as `Progress` does.

    Args:
        unit: the word for one of the things that are counted.
        quiet: whether to report nothing.
    """
    progress: Progress | None = None
    finished, start = 0, time.monotonic()

    def report(done: int, planned: int) -> None:
        nonlocal progress, finished
        if progress is None:
            progress = Progress(planned, not quiet, unit=unit, start=start)
        progress.add(done - finished)
        finished = done

    try:
        yield report
    finally:
        if progress is not None:
            progress.close()


def note(text: str) -> None:
    """Write a remark to standard error; if that is not possible, do nothing."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def clock(seconds: float) -> str:
    """Return a duration as m:ss or h:mm:ss."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def duration(seconds: float) -> str:
    """Return seconds as `clock` does, or in days or years if there are very many."""
    days = seconds / 86_400
    if days < 2:
        return clock(seconds)
    return f"{days:.3g} days" if days < 730 else f"{days / 365.25:.3g} years"


def counted(count: int, one: str, several: str = "") -> str:
    """Return a number of things in words: ``"1 run"``, ``"2 runs"``.

    Args:
        count: how many.
        one: what one is called.
        several: what several are called; by default `one` with an s.
    """
    return f"{count} {one if count == 1 else several or one + 's'}"


def amount(count: float) -> str:
    """Return a number of bytes in words, such as ``"1.5 MB"`` for 1,500,000."""
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} EB"
