"""What is wrong with an experiment."""


class ExperimentError(ValueError):
    """An experiment that cannot be read, computed or drawn: the message names file and way out."""
