"""What can go wrong with a result folder."""


class OutputError(ValueError):
    """A result folder cannot be written or replaced. The message names the place and a way out."""


class ResultError(ValueError):
    """A result folder cannot be read, or does not hold what was asked of it."""


class Damaged(ResultError):
    """A result folder is not as it was written: a file was changed, or is missing."""
