"""What can go wrong with a sweep, apart from its scenario and its files."""


class NoSweep(ValueError):
    """A sweep that cannot be made: the message says why, and what to do."""


class Refused(ValueError):
    """A folder that this process may not work on now."""


class Stopped(RuntimeError):
    """A sweep that ended before its time; what is stored stays, and it can be resumed."""
