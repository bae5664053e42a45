"""What can be wrong with a game."""


class BadGame(ValueError):
    """A game that cannot be played, or a pick that its year does not have; it says why."""


class BadCode(BadGame):
    """A code of a game that is damaged, or of a game that is not this one's."""
