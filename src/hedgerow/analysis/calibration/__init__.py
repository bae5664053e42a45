"""Calibration: draws of the parameters that reproduce the record, by weighting parameter sets.

A table of parameter sets is drawn from the priors, and each set is simulated several times
(`reference`). Sets get weights by how likely the record is given their runs (`likelihood`), and
draws are sets chosen by their weights (`posterior`). Records that are made up from known parameters
test that the posteriors are not too narrow (`sbc`).
"""

from ...errors import CalibrationError
from .fitting import Calibration, calibrate, prove, targets_of

__all__ = ["Calibration", "CalibrationError", "calibrate", "prove", "targets_of"]
