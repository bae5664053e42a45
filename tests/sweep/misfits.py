"""What a worker process may be asked to do and does not do well."""

import os
import signal
import struct
import sys
import time


def pid():
    """Return the number of this process."""
    return os.getpid()


def forever(path):
    """Write a part that will never be whole."""
    from hedgerow.results.parts import whole_file

    with whole_file(path) as file:
        file.write(b"half of it")
        file.flush()
        time.sleep(3600)


def half_an_answer():
    """Die after the first half of an answer, as an unlucky process does."""
    frame = sys._getframe()
    while "result_queue" not in frame.f_locals:
        frame = frame.f_back
    answers = frame.f_locals["result_queue"]._writer.fileno()
    os.write(answers, struct.pack("!i", 100) + b"only half of what was told")
    os.kill(os.getpid(), signal.SIGKILL)
