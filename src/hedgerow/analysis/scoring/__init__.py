"""Scores: how well a scenario forecasts targets that it was not fitted to, beside baselines.

Proper scoring rules (`scores`) are applied to the forecasts that runs (`backcast`) and forecasters
without a model (`baselines`) make of targets after 2014, with dated shocks as they came and with
drawn ones (`shocks`). `skill` compares forecasters, with intervals over clusters of state and
question. `ablations` measures the use of each part of the model.
"""

from .ablations import ablate
from .scored import Score, score_scenario

__all__ = ["Score", "ablate", "score_scenario"]
