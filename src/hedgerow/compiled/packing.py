"""From a `World` to the buffers of the compiled model: what is the same for all, and the tiles.

A tile is as many replicates as a row of lanes holds. Where the last tile has fewer, its last
replicate fills it up.
"""

from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..model import desks, events, flows, labels, programmes, votes
from ..model.parameters import Structure, World
from ..model.philox import ROUNDS
from ..model.rules import _SLACK
from ..model.streams import Purpose, Streams, code_of, key_of
from .books import ROW, Table, buffer
from .known import EFFECTS, KINDS, POLITICS, PROCESSES, ROLES, STRATEGIES, TERMS, WANTS
from .lanes import WIDTH
from .layout import BOOKS, OWN, SHARED
from .philox import keys_of
from .recorder import columns, measures

OPERATIONS = ("set", "add", "multiply")
"""By their numbers in compiled code."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Packed:
    """A world as compiled code takes it.

    Attributes:
        tables: where the sections of each book lie, by its name.
        world: what `WORLD` holds.
        countries: what `COUNTRY` holds, (N, …).
        tiles: what `GIVEN` holds, (T, …).
    """

    tables: dict[str, Table]
    world: Floats
    countries: Floats
    tiles: Floats


class Memory:
    """Where a tile is played.

    Attributes:
        arrays: by the names of `BOOKS`, (1 or N, words).
        addresses: of the sections of all books, as each country sees them, and then as it would if
            it chose by its payoff: (2N, sections).
    """

    def __init__(self, packed: Packed) -> None:
        size = {name: table.size for name, table in packed.tables.items()}
        n = len(packed.countries)
        values = buffer(1, size["values"])
        self.arrays = {
            "w": packed.world[None],
            "c": packed.countries,
            "v": values,
            "q": values[:, : size["shared"]],
            "o": values[0, size["shared"] :].reshape(n, -1),
            **{name: buffer(n, size[BOOKS[name].name]) for name in "fsbm"},
            **{name: buffer(1, size[BOOKS[name].name]) for name in ("t", "g", "r", "log")},
        }
        begins = {
            name: a.ctypes.data + a.strides[0] * np.arange(n) * (len(a) > 1)
            for name, a in self.arrays.items()
        }
        want = packed.tables["country"].section(packed.countries, "want").ravel() > 0

        def seen(chooses_by: NDArray[np.int64]) -> NDArray[np.int64]:
            places = begins | {"m": chooses_by}
            offsets = {name: packed.tables[book.name].offsets for name, book in BOOKS.items()}
            return np.hstack([places[name][:, None] + offsets[name] for name in BOOKS])

        own = np.where(want, begins["m"], begins["b"])
        self.addresses = np.vstack([seen(own), seen(begins["b"])])


class _Bundle(NamedTuple):
    """What an event or an option of a choice does, −1 where it has none."""

    changes: NDArray[Any]
    offered: int
    pledge: int
    provokes: int
    risk: float
    cover: Floats


def _bundles(s: Structure) -> list[_Bundle]:
    """All bundles: one an event, then one an option of the choices."""
    none, uncovered = np.zeros((len(s.instruments), len(s.partners))), np.zeros(len(s.partners))
    acts = [
        _Bundle(
            e.bundle if e.bundle.size else none,
            e.power,
            e.power if e.pledge else -1,
            -1,
            0.0,
            uncovered,
        )
        for e in s.events
    ]
    return acts + [
        _Bundle(*option)
        for c in s.choices
        for option in zip(c.bundles, c.offered, c.pledges, c.provokes, c.risk, c.cover, strict=True)
    ]


def issues_of(s: Structure) -> tuple[str, ...]:
    """Issues of all votes, each once."""
    return tuple(dict.fromkeys(vote.issue for vote in s.votes))


def pack(world: World, every: int) -> Packed:
    """Lay out a world in buffers; insurance is priced every so many years."""
    s = world.structure
    k, p, n, e = len(s.instruments), len(s.partners), len(s.countries), len(s.events)
    bundles = _bundles(s)
    entries = [np.argwhere(bundle.changes).tolist() for bundle in bundles]
    options = [len(choice.options) for choice in s.choices]
    length = {
        "k": k,
        "p": p,
        "n": n,
        "w": len(s.futures),
        "s": len(s.sanctions),
        "e": e,
        "c": len(s.classes),
        "u": len(issues_of(s)),
        "v": len(s.votes),
        "d": len(s.choices),
        "j": sum(options),
        "b": len(bundles),
        "x": sum(map(len, entries)),
        "m": programmes.MOST,
        "h": len(world.shocks),
        "o": len(world.overrides),
        "a": len(s.bans),
        "r": s.rounds,
        "q": ROUNDS,
        "y": s.years + 1,
        "M": max(4 * p, p + 1, k, *options, 3),
        "R": n * e,
        "t": -(-world.replicates.size // WIDTH),
        "Z": len(measures(s)),
        "C": len(columns(s)),
        # In a round each event may happen once, and each label, visit, entry and end of hedging.
        "l": n * WIDTH * (s.rounds * (e + 2 * p + 2) + len(s.choices) * e),
    }
    length |= {letter.upper(): length[letter] + 1 for letter in "pdbho"}
    tables = {book.name: Table(book, length) for book in (SHARED, OWN)}
    shocked = [_shocked(world, tables, shock) for shock in world.shocks]
    future = [_in_future(world, o.array, o.index) for o in world.overrides]
    length |= {"g": sum(map(len, shocked)), "f": sum(map(len, future))}
    length |= {"V": (tables["shared"].size + n * tables["own"].size) // ROW}
    for book in BOOKS.values():
        years = {"y": s.years} if book.name == "result" else {}
        tables[book.name] = Table(book, length | years)
    return Packed(
        tables,
        _world(world, tables, shocked, future, bundles, entries, every),
        _countries(world, tables["country"]),
        _tiles(world, tables),
    )


# whose rows dated changes and futures change ---------------------------------------------------


def rows_of(world: World, tables: dict[str, Table], name: str) -> Ints:
    """Return the row of a tile in which each number of an array of values lies: (…) without R."""
    shape = world.values[name].shape[:-1]
    if name in SHARED.sections:
        return tables["shared"].row(name) + np.arange(prod(shape)).reshape(shape)
    first = tables["shared"].size // ROW + tables["own"].row(name)
    apart = tables["own"].size // ROW  # from one country to the next
    if name == "peer_weight":  # its first axis is the country
        return first + apart * np.arange(shape[0])[:, None] + np.arange(shape[1])
    inner = np.arange(prod(shape[:-1])).reshape(*shape[:-1], 1)
    return first + inner + apart * np.arange(shape[-1])


def _shocked(world: World, tables: dict[str, Table], shock: Any) -> Ints:
    rows = rows_of(world, tables, shock.array)
    places = [index for index in (shock.index, shock.mirror) if index is not None]
    return np.concatenate([np.ravel(rows[index]) for index in places])


def _in_future(world: World, array: str, index: Any) -> Ints:
    """Rows that an override changes, numbered from `SCRATCH`'s ``capacity`` on."""
    first = 0
    for name in ("capacity", "trust", "will", "threat_level"):
        shape = world.values[name].shape[:-1]
        if name == array:
            return np.ravel(first + np.arange(prod(shape)).reshape(shape)[index])
        first += prod(shape)
    raise ValueError(f"a future cannot change {array!r}")


# the buffers -----------------------------------------------------------------------------------


def _world(
    world: World,
    tables: dict[str, Table],
    shocked: list[Ints],
    future: list[Ints],
    bundles: list[_Bundle],
    entries: list[list[list[int]]],
    every: int,
) -> Floats:
    s = world.structure
    touched = np.unique(_joined(shocked))
    k, p = len(s.instruments), len(s.partners)
    kind = [KINDS.index(one.kind) for one in s.instruments]
    lists = {name: [j for j in range(k) if kind[j] == i] for i, name in enumerate(KINDS)}
    lists |= {role: [j for j in range(k) if role in s.instruments[j].roles] for role in ROLES}
    chosen = sorted((*lists["programmes"], *lists["steps"]))
    flat = [(b, j, q) for b, some in enumerate(entries) for j, q in some]
    classes = [s.classes[vote.kind] for vote in s.votes]
    fields: dict[str, Any] = {
        "k": k,
        "n": len(s.countries),
        "p": p,
        "kp": k * p,
        "futures": len(s.futures),
        "sanctions": len(s.sanctions),
        "rounds": s.rounds,
        "years": s.years,
        "level": s.level,
        "first_pole": s.poles[0],
        "second_pole": s.poles[1],
        "keys": keys_of(key_of(world.seed)),
        "tiles": -(-world.replicates.size // WIDTH),
        "events": len(s.events),
        "votes": len(s.votes),
        "choices": len(s.choices),
        "bans": len(s.bans),
        "issues": len(issues_of(s)),
        "every": every,
        **{f"term_{name}": name in s.terms for name in TERMS},
        **{f"process_{name}": name in s.processes for name in PROCESSES},
        **{f"flat_{name}": name in s.flat for name in POLITICS},
        "value_rows": tables["values"].size // ROW,
        "tilted": np.isfinite(s.rules.tilt_max).any(),
        "band": s.band,
        "step": s.step,
        "cap": s.cap,
        **{f"of_{name}": len(some) for name, some in lists.items()},
        **{name: some + [0] * (k - len(some)) for name, some in lists.items()},
        "chosen_ties": len(chosen),
        "chosen_tie": chosen + [0] * (k - len(chosen)),
        "kind": kind,
        "desk_order": _desk_order(world).ravel(),
        "sanctioner": [pair[0] for pair in s.sanctions],
        "target": [pair[1] for pair in s.sanctions],
        "event_power": [event.power for event in s.events],
        "event_effect": [EFFECTS.index(event.effect) for event in s.events],
        "event_pair": [event.pair for event in s.events],
        "acts_code": np.ravel(events.codes(s).acts).astype(np.int64),
        "bundle_at": _ends(entries),
        "bundle_k": [j for _, j, _ in flat],
        "bundle_p": [q for _, _, q in flat],
        "bundle_by": [bundles[b].changes[j, q] for b, j, q in flat],
        "bundle_cover": _joined([bundle.cover for bundle in bundles]),
        **{
            f"bundle_{name}": [getattr(bundle, name) for bundle in bundles]
            for name in ("offered", "pledge", "provokes", "risk")
        },
        "vote_round": [vote.round for vote in s.votes],
        "vote_issue": [issues_of(s).index(vote.issue) for vote in s.votes],
        "vote_kind": [vote.kind for vote in s.votes],
        "vote_subject": [vote.subject for vote in s.votes],
        "vote_divides": [votes.divided(s, vote) for vote in s.votes],
        "vote_powers": np.nan_to_num(_joined([vote.powers for vote in s.votes])),
        "vote_cover": _joined([votes.answer_cover(s, vote, votes.FOR) for vote in s.votes]),
        "vote_recent": [
            one.kind == vote.kind and vote.round - votes.RECENT <= one.round < vote.round
            for vote in s.votes
            for one in s.votes
        ],
        "issue_code": [code_of(f"issue|{vote.issue}") for vote in s.votes],
        "roll_code": [code_of(f"roll call|{vote.question}") for vote in s.votes],
        "abstain_issue_code": [code_of(f"abstain|issue|{vote.issue}") for vote in s.votes],
        "abstain_roll_code": [code_of(f"abstain|roll call|{vote.question}") for vote in s.votes],
        "abstain_class_code": [code_of(f"abstain|class|{name}") for name in classes],
        "choice_round": [choice.round for choice in s.choices],
        "choice_at": _ends([choice.options for choice in s.choices]),
        "shocks": len(world.shocks),
        "shock_op": [OPERATIONS.index(shock.op) for shock in world.shocks],
        "shock_rows": _ends(shocked),
        "shock_row": _joined(shocked),
        "shocked_rows": touched.size,
        "shocked_row": np.resize(touched, sum(map(len, shocked))),
        "overrides": len(world.overrides),
        "override_future": [override.future for override in world.overrides],
        "override_op": [OPERATIONS.index(override.op) for override in world.overrides],
        "override_rows": _ends(future),
        "override_row": _joined(future),
        **{
            f"ban_{name}": [getattr(ban, name) for ban in s.bans]
            for name in ("country", "instrument", "partner", "start", "stop")
        },
    }
    return _filled(tables["world"], fields)


def _desk_order(world: World) -> Ints:
    """Step instruments in the order in which their desks act, by round: (rounds, K), −1 beyond."""
    s = world.structure
    steps = np.array(desks_of(s), dtype=np.int64)
    streams = Streams(world.seed, np.zeros(1, dtype=np.uint64))
    rounds = np.arange(s.rounds)
    u = streams(Purpose.ORDER_OF_DESKS, rounds, desks.codes(s).kind)[0]  # type: ignore[arg-type]
    order = np.full((s.rounds, len(s.instruments)), -1, dtype=np.int64)
    if steps.size:
        order[:, : steps.size] = steps[u[steps].argsort(axis=0, kind="stable")].T
    return order


def desks_of(s: Structure) -> list[int]:
    """Instruments that a desk moves."""
    return [k for k, one in enumerate(s.instruments) if one.kind == "steps"]


def _countries(world: World, table: Table) -> Floats:
    s = world.structure
    result = buffer(len(s.countries), table.size)
    # As in model.rules: (K, N).
    most = np.floor(np.minimum(s.cap[:, None], s.rules.tie_max) / s.step[:, None] + _SLACK)
    reach = np.floor(s.cap / s.step + _SLACK)
    moved, bought, flowing, pairs = (one.codes(s) for one in (desks, programmes, flows, labels))
    rung = events.codes(s).ring
    subjects = ["none" if vote.subject < 0 else s.partners[vote.subject] for vote in s.votes]
    classes = [s.classes[vote.kind] for vote in s.votes]
    for i, country in enumerate(s.countries):
        want, weight, foresees = STRATEGIES[s.strategies[i]]
        fields = {
            "number": i,
            "want": WANTS.index(want),
            "threat": s.threat_source[i],
            "own": s.self_partner[i],
            "weight": weight,
            "foresees": float(foresees),
            "force": float(s.rules.force[i]),
            "pledge": float(s.rules.pledge[i]),
            "tier_max": float(s.rules.tier_max[i]),
            "tilt_max": s.rules.tilt_max[i],
            "tiers": s.tiers[:, i],
            "most": most[:, i],
            "reach": reach,
            "tie_max": s.rules.tie_max[:, i],
            "last_votes": [
                s.records[issue][i] if issue in s.records else np.nan for issue in issues_of(s)
            ],
            "class_record": s.class_records[:, i]
            if s.class_records.size
            else np.full(len(s.classes), np.nan),
            "desk_code": np.resize(moved.desk[desks_of(s), i], len(s.instruments)),
            "tie_code": moved.tie[:, :, i],
            "count_code": bought.count[:, i],
            "effect_code": [code_of(f"size|{country}|{one.name}") for one in s.instruments],
            "size_code": bought.size[:, :, i],
            "supplier_code": bought.supplier[..., i],
            "flow_code": flowing.flow[:, :, i],
            "position_code": flowing.position[i],
            "pair_code": pairs.pair[:, i],
            "event_code": rung[:, i],
            "state_code": code_of(f"vote|{country}|state"),
            "divided_code": code_of(f"vote|{country}|divided"),
            "abstain_code": code_of(f"vote|{country}|abstain"),
            "subject_code": [code_of(f"vote|{country}|subject|{name}") for name in subjects],
            "class_code": [code_of(f"vote|{country}|class|{name}") for name in classes],
            "vote_code": [code_of(f"{country}|{vote.question}") for vote in s.votes],
            "vote_asked": [i in vote.countries for vote in s.votes],
            "choice_code": [code_of(f"{country}|{choice.question}") for choice in s.choices],
            "choice_asked": [i in choice.countries for choice in s.choices],
            "option_code": [
                code_of(f"{country}|{choice.question}|{name}")
                for choice in s.choices
                for name in choice.options
            ],
        }
        result[i] = _filled(table, fields)
    return result


def _filled(table: Table, fields: dict[str, Any]) -> Floats:
    """A buffer with these numbers in the sections of their names."""
    result = buffer(table.size)
    for name in table.book.sections:
        section = table.section(result, name)
        values = np.ravel(fields[name]).astype(section.dtype)
        section[:] = values if section.ndim == 1 else values[:, None]  # words
    return result


def _ends(parts: list[Any]) -> Ints:
    """Where each part begins when they are joined, and where the last ends."""
    return np.cumsum([0, *(len(part) for part in parts)])


def _joined(parts: list[Any]) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _tiles(world: World, tables: dict[str, Table]) -> Floats:
    shared, own, given = tables["shared"], tables["own"], tables["given"]
    r, n = world.replicates.size, len(world.structure.countries)
    t = -(-r // WIDTH)
    last = np.minimum(np.arange(t * WIDTH), r - 1)

    def tiled(array: NDArray[Any]) -> NDArray[Any]:
        """(…, R) → (T, rows, width)"""
        whole = array if r == t * WIDTH else array[..., last]
        return whole.reshape(-1, t, WIDTH).swapaxes(0, 1)

    result = buffer(t, given.size)
    for name in SHARED.sections:
        shared.section(result, name)[:] = tiled(world.values[name])
    countries = result[:, shared.size : shared.size + n * own.size].reshape(t, n, own.size)
    for name in OWN.sections:
        values = world.values[name]
        if name == "peer_weight":
            values = values.swapaxes(0, 1)
        rows = tiled(values)  # (T, rows · N, width)
        into = own.section(countries, name)  # (T, N, rows, width)
        into[:] = rows.reshape(t, -1, n, WIDTH).swapaxes(1, 2)
    given.section(result, "replicate")[:] = tiled(np.asarray(world.replicates, dtype=np.uint64))
    given.section(result, "market")[:] = tiled(world.market[: world.structure.years + 1])
    for h, shock in enumerate(world.shocks):
        for name in ("value", "start", "stop", "happens"):
            given.section(result, f"shock_{name}")[:, h] = tiled(getattr(shock, name))[:, 0]
    for o, override in enumerate(world.overrides):
        given.section(result, "override_value")[:, o] = tiled(override.value)[:, 0]
    return result
