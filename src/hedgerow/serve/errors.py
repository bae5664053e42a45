"""What a request can be refused for."""


class Refused(ValueError):
    """A request that cannot be answered as it stands.

    Attributes:
        parameter: name of the parameter at fault; empty where it is the request as a whole.
        expected: what would be right, in words.
    """

    def __init__(self, message: str, parameter: str = "", expected: str = "") -> None:
        super().__init__(message)
        self.parameter, self.expected = parameter, expected


class Busy(RuntimeError):
    """More is waiting than can be worked off; the client may ask again in a moment."""
