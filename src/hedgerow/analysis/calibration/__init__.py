"""Calibration: from priors to draws that reproduce what is on record, by weighing parameter sets.

A table of parameter sets is drawn from the priors, each simulated several times; sets are weighed
by how likely their runs make the record (`likelihood`), and draws are sets by their weights
(`posterior`). That the method tells no more than it knows is tested on records that are made up
from known parameters (`sbc`).
"""

from ...errors import CalibrationError
from .fitting import Calibration, calibrate, prove, targets_of

__all__ = ["Calibration", "CalibrationError", "calibrate", "prove", "targets_of"]
