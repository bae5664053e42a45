"""Step 8 of a round, quarters into years: `hedgerow.model.recorder` for one country."""

from ..model.measures import BAND
from ..model.parameters import ARMS, INSTRUMENTS, ROUNDS_A_YEAR
from ..model.recorder import _SLACK
from . import portfolio
from .books import Opened, Rows, put_where
from .lanes import Lanes, Mask, either, jit, lane, packed, spliced, where, width
from .measures import alignment_index, of_country, ratio
from .portfolio import fill, weighted_at

COLUMNS = (
    "arms_stock",
    "arms_deliveries",
    "arms_orders",
    *(name for k, name in enumerate(INSTRUMENTS) if k != ARMS),
    "tier",
    "alignment",
    "exposure",
    "pressure",
    "inducement",
)
"""Columns of ties in their order."""

TIER, DESIGNATION, ENTERED, BROKEN = range(4)
"""Kinds of events that are logged one by one, in their order within a round."""
EVENTS = ("tier", "designation", "hedging_entered", "hedging_broken")
"""Their names."""

LOWEST, HIGHEST = BAND
COARSE = 1e-4
"""Slack of the index in single precision."""
QUARTERS = float(ROUNDS_A_YEAR)


@jit
def begin(w: Opened, s: Opened) -> None:
    """Set all sums and counts to zero."""
    fill(s.in_band, 1, 0.0)
    fill(s.outside, 1, 0.0)
    fill(s.entered, 1, 0.0)
    fill(s.broken, 1, 0.0)
    begin_year(w, s)


@jit
def begin_year(w: Opened, s: Opened) -> None:
    """Set the sums of a year to zero."""
    fill(s.orders, w.p, 0.0)
    fill(s.deliveries_in_year, w.p, 0.0)
    fill(s.pressures, w.p, 0.0)
    fill(s.inducements, w.p, 0.0)
    fill(s.visits_in_year, w.p, 0.0)
    fill(s.others_orders, 1, 0.0)
    fill(s.others_deliveries_in_year, 1, 0.0)
    fill(s.incidents_in_year, 1, 0.0)


@jit
def add_quarter(w: Opened, o: Opened, s: Opened, t: Opened, incident: Lanes) -> None:
    """Add one round to the sums of its year."""
    for p in range(w.p):
        at = ARMS * w.p + p
        s.orders[p] = s.orders[p] + s.counts[at] * w.step[ARMS]
        s.deliveries_in_year[p] = s.deliveries_in_year[p] + s.deliveries[at]
        s.pressures[p] = s.pressures[p] + s.pressure[p]
        s.inducements[p] = s.inducements[p] + s.inducement[p]
    s.others_orders[0] = s.others_orders[0] + o.others[ARMS]
    s.others_deliveries_in_year[0] = s.others_deliveries_in_year[0] + s.others_deliveries[ARMS]
    s.incidents_in_year[0] = s.incidents_in_year[0] + incident


@jit
def follow_band(w: Opened, s: Opened, t: Opened) -> tuple[Mask, Mask, Lanes]:
    """Mirror `Recorder._follow_band`: where hedging is entered and broken, years it survived."""
    ai = alignment_index(w, s.alignment)
    slack = either(w, _SLACK, COARSE)
    inside = (ai >= LOWEST - slack) & (ai <= HIGHEST + slack)
    before = s.entered[0] > 0.0
    entering = inside & ~before
    counting = (inside | before) & ~(s.broken[0] > 0.0)
    outside = where(inside | ~counting, 0.0, s.outside[0] + 1.0)
    in_band = s.in_band[0] + where(counting, 1.0, 0.0)
    breaking = counting & (outside == QUARTERS)
    put_where(s.entered, 0, inside, 1.0)
    s.outside[0] = outside
    s.in_band[0] = in_band
    put_where(s.broken, 0, breaking, 1.0)
    return entering, breaking, (in_band - QUARTERS) / QUARTERS


@spliced
def close_year(
    w: Opened,
    c: Opened,
    q: Opened,
    o: Opened,
    f: Opened,
    s: Opened,
    b: Opened,
    t: Opened,
    r: Opened,
    year: int,
    tile: int,
) -> None:
    """Mirror `Recorder._close_year`."""
    portfolio.ties(w, s, t.x)
    place = (year * w.n + c.number) * w.tiles + tile
    measures = w.years * w.n * w.tiles
    of_country(w, c, q, o, f, s, b, t, r.countries + place, measures)
    place = (year * w.n + c.number) * w.p * w.tiles + tile
    column = w.years * w.n * w.p * w.tiles
    ties = r.ties + place
    shares(w, t, s.stocks + ARMS * w.p, s.others_stocks[ARMS], 1.0, ties)
    ties = ties + column
    others = s.others_deliveries_in_year[0]
    shares(w, t, s.deliveries_in_year, others, QUARTERS, ties)
    ties = ties + column
    shares(w, t, s.orders, s.others_orders[0], QUARTERS, ties)
    for k in range(w.k):
        if k != ARMS:
            ties = ties + column
            for p in range(w.p):
                ties[p * w.tiles] = t.x[k * w.p + p]
    for p in range(w.p):
        at = column + p * w.tiles
        ties[at] = s.tiers[p]
        ties[at + column] = s.alignment[p]
        ties[at + 2 * column] = weighted_at(w, q.exposure, t.x, p)
        ties[at + 3 * column] = s.pressures[p] / QUARTERS
        ties[at + 4 * column] = s.inducements[p] / QUARTERS
    note_year(w, c, s, r, year, tile)
    begin_year(w, s)


@jit
def shares(w: Opened, t: Opened, x: Rows, others: Lanes, quarters: float, result: Rows) -> None:
    """Mirror `recorder._shares` of means over so many quarters: a row for each partner."""
    total = x[0] / quarters
    for p in range(1, w.p):
        total = total + x[p] / quarters
    total = others / quarters + total
    for p in range(w.p):
        result[p * w.tiles] = ratio(x[p] / quarters, total)


@jit
def note_year(w: Opened, c: Opened, s: Opened, r: Opened, year: int, tile: int) -> None:
    """Note how many incidents and visits a year saw: NaN where none."""
    place = year * (1 + w.p) * w.n + c.number
    for number in range(1 + w.p):
        count = s.incidents_in_year[0] if number == 0 else s.visits_in_year[number - 1]
        at = place + number * w.n
        r.yearly[at * w.tiles + tile] = where(count > 0.0, count, float("nan"))


@jit
def note(
    w: Opened, c: Opened, log: Opened, round_: int, kind: int, which: int, at: Mask, value: Lanes
) -> None:
    """Log an event of a round where it happened; `which` is a partner or a pair."""
    found = packed(at)
    if found:
        for j in range(width(value)):
            if found >> j & 1:
                number = log.count[0]
                log.round[number] = round_
                log.kind[number] = kind
                log.which[number] = which
                log.country[number] = c.number
                log.lane[number] = j
                log.value[number] = lane(value, j)
                log.count[0] = number + 1
