"""What cannot be calibrated."""


class CalibrationError(ValueError):
    """A scenario, its targets or the sizes of a calibration do not fit: the message says why."""
