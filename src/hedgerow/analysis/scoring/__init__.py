"""Scores: how well a scenario foretells what it was not fitted to, and who does better.

Proper rules (`scores`) judge what runs (`backcast`) and forecasters without a model (`baselines`)
say of targets after 2014, with dated shocks as they came and drawn (`shocks`); `skill` compares,
with intervals by state and question; `ablations` tells what each part of the model is good for.
"""

from .ablations import ablate
from .scored import Score, score_scenario

__all__ = ["Score", "ablate", "score_scenario"]
