"""What can go wrong with scenario discovery, apart from files."""


class NoBox(ValueError):
    """A region that cannot be looked for: the message says why, and what would do."""
