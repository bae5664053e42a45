"""A small scenario without priors for tests of agents: four powers, two hedgers, one threat."""

import hedgerow

SMALL = """
schema = 2
title = "Two hedgers, four powers"
source = "assumption: made up for tests"
time = { start = 2000, end = 2004 }
ensemble = { runs = 4, seed = 11, level = 1, poles = ["USA", "CHN"] }
behaviour = { autonomy = 0.5, cross_pressure = 0.5, security = 8.0, dependence = 1.0 }
relations.rivalry.USA.CHN = 0.8
relations.rivalry.JPN.CHN = 0.4
relations.closeness.RUS.CHN = 0.3

[instruments]
arms = { kind = "programmes", roles = ["arsenal"], step = 0.1, cap = 5.0, salience = 1.0 }
trade = { kind = "flow", roles = ["trades"], step = 0.05, cap = 0.9, salience = 0.1 }
energy = { kind = "steps", exposure = 0.5, salience = 0.4, curvature = 20.0, rate = 0.6 }
diplomacy = { kind = "steps", roles = ["binds"], salience = 0.3, curvature = 20.0, rate = 0.6 }
defence = { kind = "steps", roles = ["presence"], salience = 0.9, curvature = 20.0, rate = 0.6 }
voice = { kind = "position", salience = 0.2 }

[habits]
trade.noise = 0.02
labels.hazard = 0.2

[partners.USA]
trust = 0.7
will = 0.8
visits = 1.0
volatility = 0.3
attention = 2.0
position = 2.5
[partners.CHN]
trust = 0.3
will = 0.1
volatility = 0.4
visits = 1.0
attention = 2.0
position = -0.8
[partners.RUS]
trust = 0.5
will = 0.3
volatility = 0.5
position = -0.5
[partners.JPN]
trust = 0.6
will = 0.5
position = 1.2

[futures.status_quo]
prior = 0.6
[futures.coercion]
prior = 0.4
likelihood = 2.0
multiply = { threat = 2.0, "partners.RUS.capacity.arms" = 0.2 }

[events.incident]
power = "CHN"
effect = "incident"
rate = 0.5
tilt = 1.0
[events.exercise]
power = "USA"
effect = "offer"
offers = { defence.USA = 1 }
rate = 0.3
lead = 1.0

[countries.VNM]
threat = { source = "CHN", level = 0.6, incident_weight = 0.3 }
behaviour.protection = { arms = 0.3, defence = 0.7 }
programmes.arms = 2.0
position = -0.5
ties.arms.RUS = 0.6
others.arms = 0.4
ties.trade = { CHN = 0.5, USA = 0.4 }
ties.diplomacy = { CHN = 0.5, RUS = 0.5, USA = 0.25 }
ties.energy.RUS = 0.25
[countries.LAO]
threat = { source = "none", level = 0.2 }
position = -0.6
ties.trade.CHN = 0.6
ties.diplomacy.CHN = 0.25
peers.VNM = 1.0
"""

DESKS_ALONE = {f"processes.{name}": False for name in ("events", "labels", "programmes")}
"""A strategy also weighs labels, offers and suppliers, a class of one's own only moves."""

STEP = 0.25
DESKS = {"energy", "diplomacy", "defence"}


def small(folder, **overrides):
    """The scenario, with `overrides` by path (``__`` for dots)."""
    path = folder / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return hedgerow.load(path, **overrides)
