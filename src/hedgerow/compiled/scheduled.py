"""Step 3b of a round, scheduled choices: `hedgerow.model.scheduled` for one country."""

from .books import Opened
from .choice import choose
from .foresight import reaction
from .lanes import Lanes, splat, spliced, where
from .payoff import gradient, price_change
from .portfolio import ties
from .rules import clip_change


@spliced
def option_values(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    m: Opened,
    t: Opened,
    first: int,
    options: int,
) -> None:
    """Mirror `scheduled.option_values`: ``t.menu`` (O,), and clipped ``t.changes`` in steps."""
    ties(w, s, t.x)
    gradient(w, q, f, m, t, t.x, s.alignment, t.gradient)
    today = splat(0.0, w)
    if w.level == 2:
        today = reaction(w, q, o, f, s, t.x, t.moved_a, t.nothing)
    for option in range(options):
        clipped = t.changes + option * w.kp
        for at in range(w.kp):
            clipped[at] = w.option_changes[(first + option) * w.kp + at]
        clip_change(w, c, q, s, t, clipped, clipped)
        for k in range(w.k):
            for p in range(w.p):
                at = k * w.p + p
                t.moved[at] = clipped[at] * w.step[k]
        value = price_change(w, q, f, m, t, t.x, t.moved, t.gradient)
        value = value - w.option_costs[first + option]
        if w.level == 2:
            for at in range(w.kp):
                t.moved[at] = t.x[at] + t.moved[at]
            for p in range(w.p):
                t.reward[p] = w.option_rewards[(first + option) * w.p + p]
            answer = reaction(w, q, o, f, s, t.moved, t.moved_a, t.reward)
            value = value + m.foresees[0] * (answer - today)
        t.menu[option] = value


@spliced
def decide(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    m: Opened,
    t: Opened,
    number: int,
    u: Lanes,
) -> Lanes:
    """Mirror `scheduled.decide` for a country that is asked: choose, apply, return the options."""
    first = w.choice_options[number]
    options = w.choice_options[number + 1] - first
    option_values(w, c, q, o, f, s, m, t, first, options)
    chosen = choose(t.menu, t.mass, options, m.precision[0], u)
    for option in range(options):
        picked = where(chosen == float(option), 1.0, 0.0)
        for at in range(w.kp):
            s.counts[at] = s.counts[at] + t.changes[option * w.kp + at] * picked
        for p in range(w.p):
            reward = w.option_rewards[(first + option) * w.p + p]
            s.reward_due[p] = s.reward_due[p] + reward * picked
    return chosen
