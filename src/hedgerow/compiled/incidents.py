"""Step 2 of a round, incidents, threat and beliefs: `hedgerow.model.incidents` for one country."""

from ..model.parameters import DT
from .books import Opened
from .exponential import exp
from .lanes import Lanes, jit, splat, where


@jit
def chance(rate: Lanes) -> Lanes:
    """Probability of an event in a round, from its rate a year."""
    return 1.0 - exp(-DT * rate)


@jit
def strike(w: Opened, c: Opened, o: Opened, f: Opened, s: Opened, u: Lanes) -> Lanes:
    """Mirror `incidents.strike`: 1.0 where an incident happened."""
    s.incidents[0] = s.incidents[0] * f.decay[0]
    if not w.process_incidents:
        return splat(0.0, w)
    rate = o.incident_rate[0] + o.excitation[0] * s.incidents[0]
    happened = where(u < chance(rate), 1.0, 0.0)
    answer = c.force * o.retaliation[0]
    s.incidents[0] = s.incidents[0] + happened * (1.0 + answer)
    return happened


@jit
def threaten(o: Opened, s: Opened) -> None:
    """Mirror `incidents.threaten`."""
    s.threat[0] = o.threat_level[0] + o.incident_weight[0] * s.incidents[0]


@jit
def believe(w: Opened, q: Opened, o: Opened, f: Opened, s: Opened, happened: Lanes) -> None:
    """Mirror `incidents.believe`."""
    if not w.process_futures:
        for v in range(w.futures):
            s.beliefs[v] = 1.0 if v == 0 else 0.0
        return
    total = splat(0.0, w)
    for v in range(w.futures):
        s.beliefs[v] = s.beliefs[v] * where(happened > 0.0, q.likelihood[v], 1.0)
        total = s.beliefs[v] if v == 0 else total + s.beliefs[v]
    pull = DT * o.belief_relaxation[0]
    for v in range(w.futures):
        posterior = s.beliefs[v] / total
        s.beliefs[v] = posterior + pull * (f.prior[v] - posterior)
