"""A digest of all bits of two records: run as a module, it prints it with the processor's name."""

import hashlib

import numpy as np
from compiled.structures import CHOICE, MORE, MORE_NUMBERS, world
from numba.core.registry import cpu_target

from hedgerow.compiled.simulate import simulate


def digest() -> str:
    """Return the digest of what two worlds leave behind."""
    found = hashlib.sha256()
    for w in (
        world(13, years=10),
        world(
            8,
            years=5,
            countries=("JPN", "VNM"),
            events=MORE,
            numbers=MORE_NUMBERS,
            choices=(CHOICE,),
        ),
    ):
        record = simulate(w)
        for table in (record.countries, record.ties):
            for values in table.values():
                found.update(np.where(np.isnan(values), -1.0, values).tobytes())
        for event in record.events:
            found.update(f"{event.event} {event.year} {event.quarter}".encode())
            found.update(event.value.tobytes() + event.replicate.tobytes())
    return found.hexdigest()


if __name__ == "__main__":
    print(cpu_target.target_context.codegen().magic_tuple()[1], digest())
