"""A small scenario without priors for tests of agents: four powers, two hedgers, one threat."""

import hedgerow

SMALL = """
schema = 1
title = "Two hedgers, four powers"
source = "assumption: made up for tests"
time = { start = 2000, end = 2004 }
ensemble = { runs = 4, seed = 11, level = 1, poles = ["USA", "CHN"] }
behaviour = { autonomy = 0.5, cross_pressure = 0.5, security = 4.0, dependence = 1.0 }
relations.rivalry.USA.CHN = 0.8
relations.rivalry.JPN.CHN = 0.4
relations.closeness.RUS.CHN = 0.3

[instruments]
arms = { salience = 1.0, curvature = 6.0, lag = 2.0, inertia = 1.0, reciprocity = 1.0 }
trade = { salience = 0.5, curvature = 8.0, inertia = 0.5, reciprocity = 0.5 }
energy = { salience = 0.4, curvature = 7.0 }
diplomacy = { salience = 0.3, curvature = 5.0, move_cost = 0.2 }
defence = { salience = 0.9, curvature = 6.0, reciprocity = 1.0 }
voice = { salience = 0.2, curvature = 4.0 }
settlement = { salience = 0.1, curvature = 4.0 }

[partners.USA]
trust = 0.7
will = 0.8
visits = 1.0
volatility = 0.3
[partners.CHN]
trust = 0.3
will = 0.1
volatility = 0.4
visits = 1.0
[partners.RUS]
trust = 0.5
will = 0.3
volatility = 0.5
[partners.JPN]
trust = 0.6
will = 0.5

[futures.status_quo]
prior = 0.6
[futures.coercion]
prior = 0.4
likelihood = 2.0
set = { threat = 2.0 }
multiply = { "partners.RUS.capacity.arms" = 0.2 }

[countries.VNM]
threat = { source = "CHN", level = 0.6, incident_rate = 0.5, incident_weight = 0.3 }
returns.arms = { RUS = 4.0, USA = 2.0, JPN = 1.0 }
returns.trade = { CHN = 4.0, USA = 4.0, JPN = 3.0, RUS = 1.0 }
returns.energy = { RUS = 2.0, JPN = 1.0 }
returns.diplomacy = { USA = 2.0, CHN = 2.0, RUS = 2.0, JPN = 2.0 }
ties.arms.RUS = 0.6
ties.trade = { CHN = 0.5, USA = 0.2 }
ties.diplomacy = { CHN = 0.5, RUS = 0.5 }
ties.energy.RUS = 0.2
[countries.LAO]
threat = { source = "none", level = 0.2 }
returns.trade = { CHN = 4.0, JPN = 1.0 }
ties.trade.CHN = 0.4
peers.VNM = 1.0
"""

STEP = 0.1


def small(folder, **overrides):
    """The scenario, with `overrides` by path (``__`` for dots)."""
    path = folder / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return hedgerow.load(path, **overrides)
