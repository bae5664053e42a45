"""Where everything lies: the books of the compiled model and their sections.

A section is described by its kind and its axes, which are flattened in this order: ``lanes kp`` is
an array (K, P) of lanes in which row k·P + p is instrument k with partner p. There are no axes of
countries and replicates: what belongs to a country is a book of its own for each, and lanes are
replicates. Axes: ``k`` instruments, ``p`` partners (``P`` with those outside politics, last),
``n`` countries, ``w`` futures, ``s`` sanction pairs, ``e`` events, ``c`` classes, ``u`` issues,
``v`` votes, ``d`` dated choices, ``j`` options of all choices, ``b`` bundles: one an event, then
one an option; others are explained where they stand.
"""

from collections.abc import Callable
from typing import Any

from ..model.numbers import FIELDS, Field
from .books import Book, further, viewer
from .known import KINDS, POLITICS, PROCESSES, ROLES, TERMS
from .lanes import inlined


def _sections(belongs: Callable[[Field], bool]) -> dict[str, str]:
    """Return the sections that hold the model's numbers for which `belongs` is true."""
    return {
        field.array: f"lanes {field.shape.replace('n', '', 1)}".rstrip()
        for field in FIELDS
        if not field.fixed and belongs(field)
    }


SHARED = Book("shared", _sections(lambda field: "n" not in field.shape))
"""`model.parameters.Values` that all countries share."""

OWN = Book("own", _sections(lambda field: "n" in field.shape))
"""`model.parameters.Values` of one country: a peer's weight by peer, else without countries."""

VALUES = Book("values", {"rows": "lanes V"})
"""All values in force: those that are shared, and those of each country."""

GIVEN = Book(
    "given",
    {
        "rows": "lanes V",  # as in VALUES
        "replicate": "words",
        "market": "lanes yp",  # y: years and one more
        **dict.fromkeys(("shock_value", "shock_start", "shock_stop", "shock_happens"), "lanes h"),
        "override_value": "lanes o",
    },
)
"""What a tile is given."""

WORLD = Book(
    "world",
    {
        **dict.fromkeys(("k", "n", "p", "kp", "futures", "sanctions", "rounds", "years"), "int"),
        **dict.fromkeys(("level", "first_pole", "second_pole", "tiles"), "int"),
        **dict.fromkeys(("events", "votes", "choices", "bans", "issues", "every"), "int"),
        **dict.fromkeys((f"term_{name}" for name in TERMS), "int"),
        **dict.fromkeys((f"process_{name}" for name in PROCESSES), "int"),
        **dict.fromkeys((f"flat_{name}" for name in POLITICS), "int"),
        "value_rows": "int",
        "keys": "words 2q",  # q: rounds of Philox
        "tilted": "int",  # whether any country has a bound on tilt
        "band": "floats 2",
        "step": "floats k",
        "cap": "floats k",
        # How many instruments of a kind or a role there are, and which.
        **dict.fromkeys((f"of_{name}" for name in (*KINDS, *ROLES)), "int"),
        **dict.fromkeys((*KINDS, *ROLES), "ints k"),
        "chosen_ties": "int",
        "chosen_tie": "ints k",  # programmes and steps
        "kind": "ints k",
        "desk_order": "ints rk",  # r: rounds
        **dict.fromkeys(("sanctioner", "target"), "ints s"),
        **dict.fromkeys(("event_power", "event_effect", "event_pair"), "ints e"),
        "acts_code": "ints p",
        "bundle_at": "ints B",  # where the entries of each bundle begin, and their end
        **dict.fromkeys(("bundle_k", "bundle_p"), "ints x"),
        "bundle_by": "floats x",
        **dict.fromkeys(("bundle_offered", "bundle_pledge", "bundle_provokes"), "ints b"),
        "bundle_risk": "floats b",
        "bundle_cover": "floats bp",
        **dict.fromkeys(("vote_round", "vote_issue", "vote_kind", "vote_subject"), "ints v"),
        "vote_divides": "floats v",
        **dict.fromkeys(("vote_powers", "vote_cover"), "floats vp"),  # cover of a vote for
        "vote_recent": "ints vv",  # whether another vote is recent, and of the class
        **dict.fromkeys(("issue_code", "roll_code", "abstain_issue_code"), "ints v"),
        **dict.fromkeys(("abstain_roll_code", "abstain_class_code"), "ints v"),
        "choice_round": "ints d",
        "choice_at": "ints D",  # where the options of each choice begin, and their end
        **dict.fromkeys(("shocks", "overrides"), "int"),
        "shock_op": "ints h",
        "shock_rows": "ints H",  # where the rows of each shock begin in shock_row, and their end
        "shock_row": "ints g",  # rows of values
        "shocked_rows": "int",  # how many any shock changes
        "shocked_row": "ints g",  # which
        **dict.fromkeys(("override_future", "override_op"), "ints o"),
        "override_rows": "ints O",
        "override_row": "ints f",  # rows of SCRATCH from `capacity` on
        **dict.fromkeys(("ban_country", "ban_instrument", "ban_partner"), "ints a"),
        **dict.fromkeys(("ban_start", "ban_stop"), "ints a"),
    },
)
"""`model.parameters.Structure`: the same for all replicates."""

COUNTRY = Book(
    "country",
    {
        **dict.fromkeys(("number", "want"), "int"),
        "threat": "int",  # a partner, or -1
        "own": "int",  # the partner that it is itself, or -1
        **dict.fromkeys(("weight", "foresees"), "float"),
        **dict.fromkeys(("force", "pledge", "tier_max", "tilt_max"), "float"),
        "tiers": "floats p",  # at the start
        **dict.fromkeys(("most", "reach"), "floats k"),  # largest tie in steps, with rules, without
        "tie_max": "floats k",
        "last_votes": "floats u",
        "class_record": "floats c",
        **dict.fromkeys(("count_code", "effect_code"), "ints k"),
        "desk_code": "ints k",  # of step instruments, one after the other
        **dict.fromkeys(("tie_code", "flow_code"), "ints kp"),
        "position_code": "int",
        "pair_code": "ints p",
        "event_code": "ints e",  # of its ringing, and of the answer
        "size_code": "ints km",  # m: most programmes in a quarter
        "supplier_code": "ints kmP",
        **dict.fromkeys(("state_code", "divided_code", "abstain_code"), "int"),
        **dict.fromkeys(("subject_code", "class_code", "vote_code", "vote_asked"), "ints v"),
        **dict.fromkeys(("choice_code", "choice_asked"), "ints d"),
        "option_code": "ints j",
    },
)
"""What `model.parameters.Structure` says of one country, and the codes of what it draws."""

FRAME = Book(
    "frame",
    {
        "rivalry": "lanes pp",  # nobody's rival is the country itself
        **dict.fromkeys(("feud", "threat_rivalry", "visit_chance"), "lanes p"),
        "prior": "lanes w",
        **dict.fromkeys(("gain", "will_gain", "stock_gain"), "lanes wkp"),
        "will": "lanes wp",
        "extra_threat": "lanes w",
        "cross_pressure": "lanes",
        # What only parameters determine.
        **dict.fromkeys(("log_habit", "remembers", "delivers", "keeps", "returns_to"), "lanes k"),
        **dict.fromkeys(("fresh_decay", "cover_decay"), "lanes"),
        "supplier_base": "lanes kP",  # k·m of the urn
        "supplier_features": "lanes kp",  # cap·exp(β·f)
        "jumps": "lanes 4",
    },
)
"""`model.frame.Frame` of one country."""

FORM = Book(
    "form",
    {
        **dict.fromkeys(("linear", "bend", "sag", "lean"), "lanes kp"),
        "curvature": "lanes k",
        **dict.fromkeys(("on_alignment", "on_exposure"), "lanes pp"),
        "security": "lanes",
        **dict.fromkeys(("beliefs", "pressing", "base", "traps"), "lanes w"),
        "entraps": "ints w",  # whether `traps` is not 0 in some replicate
        "gain": "lanes wkp",
        **dict.fromkeys(("against", "foreseen"), "lanes p"),
    },
)
"""`model.payoff.Form` of one country, and ½ σ μ_ω as ``pressing``; of a step ``sag``, its ½δ²Q, and
``lean``, what it adds to the tilt."""

STATE = Book(
    "state",
    {
        **dict.fromkeys(("counts", "flows", "flow_mean"), "lanes kp"),
        **dict.fromkeys(("memory", "backlog", "arsenal"), "lanes kP"),
        **dict.fromkeys(("usual_memory", "usual_arsenal", "own_size"), "lanes k"),
        **dict.fromkeys(("tiers", "pledged", "market", "cover", "kept"), "lanes p"),
        **dict.fromkeys(("position", "fresh", "threat", "shortfall", "incident"), "lanes"),
        "beliefs": "lanes w",
        "until": "lanes e",
        "last_votes": "lanes u",
        "cast": "lanes v",
        # The point: the portfolio and what its prices need.
        "x": "lanes kp",
        **dict.fromkeys(("a", "y", "pull", "risk"), "lanes p"),
        "safe": "lanes w",
        "tilt": "lanes",
        # What a quarter hands from one step to the next.
        **dict.fromkeys(("rate", "rings", "happened", "stake", "cause", "rival"), "lanes e"),
        "part": "lanes e5",
        **dict.fromkeys(("visited", "goodwill"), "lanes p"),
        "vote": "lanes",  # what is being cast
        # What `model.recorder.Recorder` sums and counts.
        **dict.fromkeys(("orders", "deliveries"), "lanes k5P"),
        **dict.fromkeys(("pressure", "inducement"), "lanes p"),
        **dict.fromkeys(("decisions", "struck", "in_band", "outside"), "lanes"),
        **dict.fromkeys(("entered", "broken"), "lanes"),
    },
)
"""`model.state.State` and `model.payoff.Point` of one country."""

SCRATCH = Book(
    "scratch",
    {
        # Capacity, trust, will and level of threat as they are in one future; in this order.
        "capacity": "lanes kp",
        **dict.fromkeys(("trust", "will"), "lanes p"),
        "threat_level": "lanes n",
        **dict.fromkeys(("menu", "allowed", "mass"), "lanes M"),
        **dict.fromkeys(("held", "other", "counts"), "lanes kp"),
        **dict.fromkeys(("climbed", "certain"), "lanes kp"),
        **dict.fromkeys(("hinge", "values", "sure", "hedged", "weight"), "lanes w"),
        "futures": "lanes 3w",
        **dict.fromkeys(("tiers", "arms", "trade", "lead", "excess", "bound"), "lanes p"),
        **dict.fromkeys(("by_tilt", "by_lead"), "lanes p"),
        **dict.fromkeys(("da", "dy"), "lanes p"),  # of a change
        "touched": "ints p",
        "safer": "lanes w",
        "change": "lanes",
        "dealt": "lanes k",
        "worth": "lanes e",
        "part": "lanes 5",
        # Who competes for a power's attention.
        "rival_at": "ints R",
        "base": "lanes P",
        "drawn": "lanes 2M",  # uniforms of options
        "hold": "lanes k",  # Gumbel numbers of desks
        "near": "ints M",
        # Draws for some options of some replicates.
        "luck": "lanes M",
        **dict.fromkeys(("draw_replicate", "draw_code"), "words"),
        "draw_cell": "ints 8",
    },
)
"""Room to calculate in; what it holds does not outlive a step."""

RESULT = Book(
    "result",
    {
        "countries": "lanes Zynt",  # Z measures, y years, t tiles
        "ties": "lanes Cynpt",  # C columns
        "votes": "lanes vnt",
        "chosen": "lanes dnt",
        "bad": "lanes t",  # first round in which the state was not finite, or -1
    },
)
"""What all tiles leave: `model.record.Record`, but for events."""

LOG = Book(
    "log",
    {
        "count": "ints",
        **dict.fromkeys(("round", "stage", "country", "lane", "cause", "rival"), "ints l"),
        **dict.fromkeys(("value", "until"), "floats l"),
    },
)
"""Events of a tile."""

BOOKS = {
    "w": WORLD,
    "c": COUNTRY,
    "v": VALUES,
    "q": SHARED,
    "o": OWN,
    "f": FRAME,
    "s": STATE,
    "b": FORM,
    "m": FORM,
    "t": SCRATCH,
    "g": GIVEN,
    "r": RESULT,
    "log": LOG,
}
"""What a country sees, by name: ``b`` is its payoff, ``m`` what it chooses by."""

view = viewer(BOOKS)


@inlined
def country(h: Any, number: int) -> Any:
    """What another country sees."""
    return further(h, number - h.c.number)


@inlined
def plain(h: Any) -> Any:
    """What the country would see if it chose by its payoff."""
    return further(h, h.w.n)
