"""Where everything lies: the books of the compiled model and their sections.

A section is described by its kind and its axes, which are flattened in this order: ``lanes kp`` is
an array (K, P) of lanes in which row k·P + p is instrument k with partner p. There are no axes of
countries and replicates: what belongs to a country is a book of its own for each, and lanes are
replicates. Axes: ``k`` instruments, ``p`` partners, ``n`` countries, ``w`` futures, ``s`` sanction
pairs, ``h`` shocks, ``o`` overrides, ``b`` embargoes, ``c`` choices, ``j`` options of all choices;
others are explained where they stand.
"""

from collections.abc import Callable
from typing import Any

from ..model.numbers import FIELDS, Field
from .books import Book, opener
from .known import PROCESSES, TERMS


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
"""`model.parameters.Values` of one country: a peer's weight by peer, all else without countries."""

GIVEN = Book(
    "given",
    {
        "replicate": "words",
        **dict.fromkeys(("shock_value", "shock_start", "shock_stop", "shock_happens"), "lanes h"),
        "override_value": "lanes o",
    },
)
"""What a tile is given besides its values."""

WORLD = Book(
    "world",
    {
        **dict.fromkeys(("k", "n", "p", "kp", "futures", "sanctions", "rounds"), "int"),
        **dict.fromkeys(("level", "first_pole", "second_pole", "key0", "key1"), "int"),
        **dict.fromkeys(("tiles", "years"), "int"),
        **dict.fromkeys((f"term_{name}" for name in TERMS), "int"),
        **dict.fromkeys((f"process_{name}" for name in PROCESSES), "int"),
        # Where, in words: countries' values in a tile and what it is given besides; a country's
        # payoff, want and state in its room. How large: its values, what is said of it, its room.
        **dict.fromkeys(("own_at", "given_at", "form_at", "want_at", "state_at"), "int"),
        **dict.fromkeys(("own_size", "country_size", "room_size"), "int"),
        "tilted": "int",  # whether any country has a bound on tilt
        "step": "floats k",
        "cap": "floats k",
        **dict.fromkeys(("sanctioner", "target"), "ints s"),
        **dict.fromkeys(("shocks", "overrides", "bans", "choices"), "int"),
        "shock_op": "ints h",
        "shock_rows": "ints H",  # where the rows of each shock begin in shock_row, and their end
        "shock_row": "ints r",  # rows of values
        "shocked_rows": "int",  # how many any shock changes
        "shocked_row": "ints r",  # which
        **dict.fromkeys(("override_future", "override_op"), "ints o"),
        "override_rows": "ints O",
        "override_row": "ints v",  # rows of SCRATCH from `capacity` on
        **dict.fromkeys(("ban_country", "ban_tie", "ban_start", "ban_stop"), "ints b"),
        "choice_round": "ints c",
        "choice_options": "ints C",  # where the options of each choice begin, and their end
        "option_changes": "floats jkp",
        "option_rewards": "floats jp",
        "option_costs": "floats j",
    },
)
"""`model.parameters.Structure`: the same for all replicates."""

COUNTRY = Book(
    "country",
    {
        **dict.fromkeys(("number", "code", "strategy"), "int"),
        "threat": "int",  # a partner, or -1
        "own": "int",  # the partner that it is itself, or -1
        "partner_code": "ints p",
        "sanction_code": "ints s",
        **dict.fromkeys(("question_code", "asked"), "ints c"),
        **dict.fromkeys(("force", "tier_max", "tilt_max"), "float"),
        "tiers": "floats p",  # at the start
        "ceiling": "floats k",  # largest tie in steps, embargoes apart
    },
)
"""What `model.parameters.Structure` says of one country."""

FRAME = Book(
    "frame",
    {
        "rivalry": "lanes pp",  # nobody's rival is the country itself
        "rivals": "ints q",  # where the rivals of each partner begin in `rival`, and their end
        "rival": "ints pp",
        "links": "ints q",  # the same for rivals and the partner itself, in order
        "link": "ints pp",
        "threat_rivalry": "lanes p",
        "prior": "lanes w",
        "decay": "lanes",  # of incidents in a round
        "cross_pressure": "lanes",
        "reach": "lanes k",  # δ γ, what a step does to alignment
        "earning": "lanes k",  # δ w, what a step does to the worth of inducement
        "gains": "ints",  # how many ties protect
        "gain_at": "ints kp",  # which
        "protects": "ints kp",  # whether a tie is among them
        "apart": "ints kp",  # rows of `stride` from one future to the next; 0 if all are the same
        "gain": "lanes wkp",
        "stride": "lanes wkp",  # δ times gain
        "stock_gain": "lanes wp",
        "extra_threat": "lanes w",
        "deviations": "ints",  # how many
        **dict.fromkeys(("deviation_future", "deviation_at"), "ints wkp"),
        "deviation": "lanes wkp",
        "pace": "lanes k",  # Δt / lag
        "follow": "lanes k",  # Δt η
        "court": "lanes p",
        "press": "lanes p",
    },
)
"""`model.frame.Frame` of one country, and what else only parameters determine."""

FORM = Book(
    "form",
    {
        **dict.fromkeys(("fixed_linear", "linear"), "lanes kp"),
        "sag": "lanes kp",  # what a step loses by curvature and the cost of the move
        "constant": "lanes",
        **dict.fromkeys(("diagonal", "demand", "move_cost"), "lanes k"),
        **dict.fromkeys(("on_alignment", "on_exposure"), "lanes pp"),
        "security": "lanes",
        **dict.fromkeys(("hinge_weight", "hinge_base", "beliefs"), "lanes w"),
        "deviation": "lanes wkp",  # value of each deviation of the frame
        "precision": "lanes",  # of whoever chooses by this form
        "foresees": "floats",
    },
)
"""`model.payoff.Form` of one country."""

STATE = Book(
    "state",
    {
        "most": "floats kp",  # largest tie in steps
        **dict.fromkeys(("counts", "deliveries", "stocks"), "lanes kp"),
        # What follows from the counts and is kept up to date: alignments, exposures, steps of each
        # instrument, protection in each future.
        **dict.fromkeys(("alignment", "exposed"), "lanes p"),
        "whole": "lanes k",
        "guard": "lanes w",
        **dict.fromkeys(("others_deliveries", "others_stocks"), "lanes k"),
        **dict.fromkeys(("tiers", "inducement", "pressure"), "lanes p"),
        **dict.fromkeys(("incidents", "threat", "shortfall"), "lanes"),
        "beliefs": "lanes w",
        "voices": "lanes p",  # of the last round
        "trade_cut": "lanes p",
        "designated_until": "lanes s",
        "reward_due": "lanes p",
        # What `model.recorder.Recorder` sums and counts.
        **dict.fromkeys(("orders", "deliveries_in_year", "pressures", "inducements"), "lanes p"),
        **dict.fromkeys(("others_orders", "others_deliveries_in_year"), "lanes"),
        "incidents_in_year": "lanes",
        "visits_in_year": "lanes p",
        **dict.fromkeys(("in_band", "outside", "entered", "broken"), "lanes"),
    },
)
"""`model.state.State` of one country."""

SCRATCH = Book(
    "scratch",
    {
        # Capacity, trust, will and level of threat as they are in one future; in this order.
        "capacity": "lanes kp",
        **dict.fromkeys(("trust", "will"), "lanes p"),
        "threat_level": "lanes n",
        **dict.fromkeys(("x", "moved", "gradient"), "lanes kp"),
        **dict.fromkeys(("moved_a", "y", "pull", "risk"), "lanes p"),
        "menu": "lanes m",  # values of moves, or of options of a choice
        "mass": "lanes m",
        **dict.fromkeys(("hinge", "other_hinge", "half"), "lanes w"),
        **dict.fromkeys(("worth", "bearing", "steep", "beyond", "zeal"), "lanes p"),
        **dict.fromkeys(("offered", "leaked", "court"), "lanes p"),
        # The same and more of a power's rivals.
        **dict.fromkeys(("heat", "ahead", "keen", "their_zeal", "their_leaked"), "lanes p"),
        **dict.fromkeys(("their_beyond", "their_bearing"), "lanes p"),
        "presses": "ints p",
        **dict.fromkeys(("burden", "tiers", "reward"), "lanes p"),
        "rungs": "lanes 5",
        "changes": "lanes Jkp",  # of the options of a choice
        **dict.fromkeys(("ranked", "ranked_mass"), "lanes w"),
        "sides": "lanes 3w",
        "nothing": "lanes kp",  # zeros
        "certain": "lanes w",  # beliefs in the status quo
    },
)
"""Room to calculate in; what it holds does not outlive a step."""

RESULT = Book(
    "result",
    {
        "countries": "lanes Mynt",  # M measures, y years, t tiles
        "ties": "lanes Kynpt",  # K columns
        "yearly": "lanes yqnt",  # incidents and, by partner, visits
        "chosen": "lanes cnt",
        "bad": "lanes t",  # first round in which the state was not finite, or -1
    },
)
"""What all tiles leave: `model.record.Record`, but for events of single rounds."""

LOG = Book(
    "log",
    {
        "count": "ints",
        **dict.fromkeys(("round", "kind", "which", "country", "lane"), "ints e"),
        "value": "floats e",
    },
)
"""Events of single rounds of a tile."""

BOOKS = (SHARED, OWN, GIVEN, WORLD, COUNTRY, FRAME, FORM, STATE, SCRATCH, RESULT, LOG)
"""All books; their offsets are handed to compiled code one after the other in this order."""


def _opener(book: Book) -> Any:
    before = BOOKS[: BOOKS.index(book)]
    return opener(book, sum(len(other.sections) for other in before))


open_shared = _opener(SHARED)
open_own = _opener(OWN)
open_given = _opener(GIVEN)
open_world = _opener(WORLD)
open_country = _opener(COUNTRY)
open_frame = _opener(FRAME)
open_form = _opener(FORM)
open_state = _opener(STATE)
open_scratch = _opener(SCRATCH)
open_result = _opener(RESULT)
open_log = _opener(LOG)
